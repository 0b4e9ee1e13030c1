//! What a client is made of: address, credentials, certificates, times. The command line gathers them; nothing here reads the environment.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use reqwest::Certificate;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::rate_limiter::{OnWait, RateLimit};
use crate::codes;
use crate::finding::Finding;

/// Where Cloudflare's API answers.
pub const BASE_URL: &str = "https://api.cloudflare.com/client/v4";

/// What a request identifies itself with.
pub enum Credentials {
    /// An API token, sent as `Authorization: Bearer`.
    Token(SecretString),
    /// The Global API Key of a user.
    Key {
        /// The user's address.
        email: String,
        /// The key.
        key: SecretString,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credentials::Token(_) => "Token(hidden)",
            Credentials::Key { .. } => "Key(hidden)",
        })
    }
}

impl Credentials {
    fn secret(&self) -> &str {
        match self {
            Credentials::Token(secret) | Credentials::Key { key: secret, .. } => {
                secret.expose_secret().trim()
            }
        }
    }

    /// The text without the secret, for what a server may have echoed. A secret of a few characters is none, and would be found everywhere.
    pub(super) fn scrubbed(&self, text: &str) -> String {
        match self.secret() {
            secret if secret.len() < 8 => text.to_owned(),
            secret => text.replace(secret, "‹hidden›"),
        }
    }

    /// The headers, marked so that no log shows them.
    pub(super) fn headers(&self) -> Result<HeaderMap, SetupError> {
        let secret = self.secret();
        let pairs = match self {
            Credentials::Token(_) => vec![(AUTHORIZATION, format!("Bearer {secret}"))],
            Credentials::Key { email, .. } => vec![
                (HeaderName::from_static("x-auth-email"), email.trim().to_owned()),
                (HeaderName::from_static("x-auth-key"), secret.to_owned()),
            ],
        };
        let mut headers = HeaderMap::new();
        for (name, text) in pairs {
            let mut value = HeaderValue::from_str(&text)
                .ok()
                .filter(|_| !secret.is_empty())
                .ok_or_else(unusable_credentials)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

fn unusable_credentials() -> SetupError {
    let summary = "the API credentials are empty or have characters that no HTTP header may have";
    SetupError::from(Finding::new(&codes::CREDENTIALS, summary).fix(
        "set CLOUDFLARE_API_TOKEN (or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY) again, without line breaks or quotes",
    ))
}

/// What a client is made of.
pub struct Settings {
    /// Where the API answers: https, or plain http to this very machine.
    pub base_url: String,
    /// Who asks.
    pub credentials: Credentials,
    /// Certificates in PEM form that are trusted beside the system's own (`--ca-file`).
    pub ca_pem: Option<Vec<u8>>,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a request may take in all.
    pub request_timeout: Duration,
    /// The pause before the first repetition; each further one is about twice as long.
    pub first_delay: Duration,
    /// How long after its beginning a call that the rate limit refuses is made again: somewhat more than the 5 minutes that it lasts.
    pub rate_limit_patience: Duration,
    /// How many requests may be made in which time.
    pub rate_limit: RateLimit,
    /// Whether an answer's `Ratelimit-Policy` takes the place of that limit: the limit that is known
    /// without one is Cloudflare's.
    pub believes_policy: bool,
    /// Set as soon as an answer says that it comes from a simulator.
    pub simulated: Arc<AtomicBool>,
    /// Called whenever the client waits, so that a person can be told.
    pub on_wait: OnWait,
}

impl Settings {
    /// Settings with the usual times: 10 s to connect, 60 s a request, 200 ms before the first
    /// repetition. Cloudflare's own rate limit holds for every API but one on this very machine,
    /// which is none of Cloudflare's.
    pub fn new(base_url: &str, credentials: Credentials) -> Settings {
        let url = Url::parse(base_url).ok();
        let is_near = url.as_ref().is_some_and(is_loopback);
        let is_cloudflare = url.as_ref().and_then(Url::host_str) == Some("api.cloudflare.com");
        Settings {
            base_url: base_url.to_owned(),
            credentials,
            ca_pem: None,
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            first_delay: Duration::from_millis(200),
            rate_limit_patience: Duration::from_secs(330),
            rate_limit: if is_near { RateLimit::UNLIMITED } else { RateLimit::CLOUDFLARE },
            believes_policy: !is_cloudflare,
            simulated: Arc::default(),
            on_wait: Arc::new(|_| {}),
        }
    }

    /// The same with a rate limit that somebody has set, which no answer changes.
    #[must_use]
    pub fn limited_to(self, rate_limit: RateLimit) -> Settings {
        Settings { rate_limit, believes_policy: false, ..self }
    }

    /// The address, checked.
    pub(super) fn checked_base(&self) -> Result<Url, SetupError> {
        let refused = |why: &str| {
            Finding::new(&codes::BASE_URL, "CLOUDFLARE_BASE_URL cannot be used").why(why)
        };
        let url = Url::parse(self.base_url.trim())
            .ok()
            .filter(Url::has_host)
            .ok_or_else(|| refused(NO_URL))?;
        if !url.username().is_empty() || url.password().is_some() {
            let finding = refused("a user name or password in a URL ends up in logs");
            return Err(finding.fix("use CLOUDFLARE_API_TOKEN for the credentials").into());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(
                refused("it has a query or a fragment, which no address of an API has").into()
            );
        }
        match url.scheme() {
            "https" => must_have_path(url),
            "http" if is_loopback(&url) => must_have_path(url),
            "http" => Err(refused(
                "plain http would send the credentials unencrypted; it is allowed only to this machine \
                 (127.0.0.1, [::1], localhost)",
            )
            .fix("use https")
            .into()),
            scheme => Err(refused(&format!("the scheme `{scheme}` is not https")).into()),
        }
    }

    /// The certificates of `--ca-file`.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>, SetupError> {
        let Some(pem) = &self.ca_pem else { return Ok(Vec::new()) };
        let read = Certificate::from_pem_bundle(pem).map_err(|error| {
            Finding::new(&codes::CA_FILE, format!("the file of --ca-file is not PEM: {error}"))
        })?;
        if read.is_empty() {
            let summary = "the file of --ca-file has no certificate";
            return Err(Finding::new(&codes::CA_FILE, summary).into());
        }
        Ok(read)
    }
}

/// What a text that is no URL lacks. The text itself may be a credential in the wrong variable, so it is not shown.
const NO_URL: &str = "it is no URL: one begins with https://, or with http:// for a simulator on this machine, such as \
                      http://127.0.0.1:8787/client/v4";

/// An address without a path is the host of an API and not the API.
fn must_have_path(url: Url) -> Result<Url, SetupError> {
    if !matches!(url.path(), "" | "/") {
        return Ok(url);
    }
    let base = url.as_str().trim_end_matches('/');
    let summary = format!("CLOUDFLARE_BASE_URL has no path: {base}");
    let finding = Finding::new(&codes::BASE_URL, summary)
        .why("the API answers below /client/v4")
        .fix(format!("set it to {base}/client/v4"));
    Err(finding.into())
}

/// Whether the URL's host is this very machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Why a client could not be made: the finding, with one of the codes `base-url`, `credentials`, `ca-file`, `tls`.
#[derive(Debug)]
pub struct SetupError(Box<Finding>);

impl From<Finding> for SetupError {
    fn from(finding: Finding) -> SetupError {
        SetupError(Box::new(finding))
    }
}

impl SetupError {
    /// The finding.
    pub fn into_finding(self) -> Finding {
        *self.0
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.0.summary, self.0.fix)
    }
}

impl std::error::Error for SetupError {}
