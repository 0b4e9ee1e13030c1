//! The port to a webhook: one message in JSON, posted to an address that somebody has named, and signed where there is a key.
//!
//! Floor 6: names `tls` and `is_loopback` of `api` and nothing else. The address is a credential with many services, so no message of ours holds more of
//! it than the host.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::api::{is_loopback, tls};

/// The header with `sha256=` and the HMAC of the body, in hexadecimal.
pub const SIGNATURE: &str = "X-Spectrumctl-Signature-256";

/// How often a message is posted, and the pause after the first failure; each further one is twice as long.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Where messages are posted.
#[derive(Debug)]
pub struct Webhook {
    client: Client,
    url: Url,
    key: Option<SecretString>,
}

impl Webhook {
    /// A webhook at an address; messages are signed with the key, and certificates of the PEM are trusted beside the system's.
    ///
    /// # Errors
    /// Says what is wrong with the address, or with the certificates.
    pub fn new(
        url: &str,
        key: Option<SecretString>,
        pem: Option<&[u8]>,
    ) -> Result<Webhook, String> {
        let url = Url::parse(url).map_err(|error| format!("it is no URL: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err("it does not begin with https:// or http://".to_owned());
        }
        tls::install_provider();
        let builder = Client::builder()
            .user_agent(concat!("spectrumctl/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(20));
        let builder = if is_loopback(&url) { builder.no_proxy() } else { builder };
        let builder = if url.scheme() == "http" {
            builder.tls_certs_only([])
        } else {
            let certificates = Certificate::from_pem_bundle(pem.unwrap_or_default())
                .map_err(|_| "the file of --ca-file cannot be read as PEM".to_owned())?;
            builder.tls_certs_merge(certificates)
        };
        let client = builder.build().map_err(|_| "the TLS client cannot be set up".to_owned())?;
        Ok(Webhook { client, url, key })
    }

    /// The host, which is all that may be said of the address.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Posts a message, a few times if need be.
    ///
    /// # Errors
    /// Says why it was not taken, without the address.
    pub async fn post(&self, body: &str) -> Result<(), String> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            if self.attempt(body).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.attempt(body).await
    }

    async fn attempt(&self, body: &str) -> Result<(), String> {
        let mut request = self.client.post(self.url.clone());
        if let Some(key) = &self.key {
            request = request.header(SIGNATURE, signature(key.expose_secret(), body));
        }
        let request = request.header(CONTENT_TYPE, "application/json").body(body.to_owned());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("{} answered with status {}", self.host(), answer.status())),
            Err(error) if error.is_timeout() => Err(format!("{} did not answer", self.host())),
            Err(_) => Err(format!("{} cannot be reached", self.host())),
        }
    }
}

/// `sha256=` and the HMAC of a body.
fn signature(key: &str, body: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body.as_bytes());
    let digits =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("sha256={digits}")
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// From RFC 4231, test case 2.
    #[test]
    fn the_signature_is_the_hmac_of_the_body() {
        assert_eq!(
            signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
