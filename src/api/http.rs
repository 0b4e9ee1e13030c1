//! The HTTP client: sends a call when the rate limiter lets it through, reads the answer, repeats what may be repeated.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::Retryable;
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use serde_json::{Map, Value as Json};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use super::call::Call;
use super::envelope::{self, Answer};
use super::error::{ApiError, ErrorKind, WITHOUT_TLS};
use super::rate_limiter::{RateLimiter, Wait, WaitReason};
use super::retry::{self, Failure};
use super::settings::{Credentials, Settings, SetupError, is_loopback};
use super::tls;
use crate::codes;
use crate::finding::Finding;
use crate::model::ZoneId;

/// What the program calls itself.
const USER_AGENT: &str = concat!("spectrumctl/", env!("CARGO_PKG_VERSION"));

/// The header by which a simulator tells that it answers in Cloudflare's place.
const SIMULATED: &str = "x-spectrumctl-simulated";

/// The largest answer that is read, in bytes after decompression. A page of 100 applications has
/// less than a hundredth of it.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// How many calls are on their way at once. Each has a connection of its own, of which neither this machine nor the API has any
/// number.
const AT_ONCE: usize = 32;

/// Cloudflare over HTTP. Shared by all tasks, which share one limiter.
pub struct Client {
    http: reqwest::Client,
    at_once: Semaphore,
    pub(super) base: Url,
    pub(super) credentials: Credentials,
    limiter: RateLimiter,
    connect_timeout: Duration,
    request_timeout: Duration,
    first_delay: Duration,
    rate_limit_patience: Duration,
    simulated: Arc<AtomicBool>,
    /// The names of the zones that were read, for messages.
    names: Mutex<BTreeMap<ZoneId, String>>,
}

impl Client {
    /// Whether a token is used, whose permissions may be narrow, and not the Global API Key.
    pub fn has_token(&self) -> bool {
        matches!(self.credentials, Credentials::Token(_))
    }

    /// Whether the API is another machine, and so no simulator on this one.
    pub fn is_remote(&self) -> bool {
        !is_loopback(&self.base)
    }

    /// A client with these settings.
    ///
    /// # Errors
    /// When the address may not be used, the credentials cannot be sent, or the certificates cannot be read.
    pub fn new(settings: Settings) -> Result<Client, SetupError> {
        let base = settings.checked_base()?;
        let http = http_client(&settings, &base)?;
        Ok(Client {
            http,
            at_once: Semaphore::new(AT_ONCE),
            base,
            credentials: settings.credentials,
            limiter: RateLimiter::new(
                settings.rate_limit,
                settings.believes_policy,
                Arc::clone(&settings.on_wait),
            ),
            connect_timeout: settings.connect_timeout,
            request_timeout: settings.request_timeout,
            first_delay: settings.first_delay,
            rate_limit_patience: settings.rate_limit_patience,
            simulated: settings.simulated,
            names: Mutex::default(),
        })
    }

    /// How many requests this client has made, repetitions included.
    pub fn calls(&self) -> u64 {
        self.limiter.calls()
    }

    /// Makes a call, and makes it again where that is allowed and may help.
    pub(super) async fn exchange(&self, call: &Call<'_>) -> Result<Answer, ApiError> {
        let (tries, begun) = (AtomicU32::new(0), Instant::now());
        let attempt = || self.attempt(call, tries.fetch_add(1, Ordering::Relaxed) + 1);
        let outcome = attempt
            .retry(retry::pauses(self.first_delay))
            .when(|failure| {
                let tries = tries.load(Ordering::Relaxed);
                failure.may_repeat(call.effect(), tries, begun.elapsed(), self.rate_limit_patience)
            })
            .adjust(|failure, pause| pause.map(|pause| failure.retry_after.unwrap_or(pause)))
            .notify(|failure, time| {
                let reason = if failure.status == Some(429) {
                    WaitReason::RateLimited
                } else {
                    WaitReason::Repeat
                };
                self.limiter.tell(Wait { reason, time, operation: call.operation.clone() });
            })
            .await;
        let attempts = tries.load(Ordering::Relaxed);
        outcome
            .map(|answer| Answer { attempts, ..answer })
            .map_err(|failure| call.failed(failure, attempts))
    }

    /// Makes a call that answers with an object.
    pub(super) async fn object(
        &self,
        call: &Call<'_>,
    ) -> Result<(Map<String, Json>, Answer), ApiError> {
        call.object(self.exchange(call).await?)
    }

    /// Makes a call once.
    async fn attempt(&self, call: &Call<'_>, number: u32) -> Result<Answer, Failure> {
        let _place = self.at_once.acquire().await.expect("the semaphore is never closed");
        self.limiter.acquire(&call.operation).await;
        let begun = Instant::now();
        let outcome = self.send(call).await.map_err(|failure| self.without_secrets(failure));
        call.log(outcome.as_ref(), number, begun.elapsed());
        outcome
    }

    async fn send(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let mut request = self.http.request(call.method.clone(), call.url.clone());
        if let Some(body) = call.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(Json::Object(body.clone()).to_string());
        }
        let response = request.send().await.map_err(|error| self.lost(error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        self.observe(status.as_u16(), &headers);
        match self.read_body(response).await? {
            Some(body) => envelope::read(status, &headers, &body),
            None => Err(envelope::failure(
                status,
                &headers,
                ErrorKind::TooLarge { limit: LARGEST_ANSWER },
            )),
        }
    }

    /// The body, unpacked; none when it is larger than an answer can be. What is left of it is not
    /// read.
    async fn read_body(&self, mut response: Response) -> Result<Option<Vec<u8>>, Failure> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Ok(None);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Some(body))
    }

    /// Lets what an answer says of the rate limit slow every task.
    fn observe(&self, status: u16, headers: &HeaderMap) {
        if headers.contains_key(SIMULATED) {
            self.simulated.store(true, Ordering::Relaxed);
        }
        self.limiter.observe(headers);
        if let Some(time) = retry::asked_pause(headers).filter(|_| status == 429) {
            self.limiter.pause(time);
        }
    }

    /// The failure of a request that was not, or not wholly, answered.
    fn lost(&self, error: reqwest::Error) -> Failure {
        let sent = !error.is_connect() && !error.is_builder();
        let kind = if error.is_timeout() {
            let limit = if sent { self.request_timeout } else { self.connect_timeout };
            ErrorKind::TimedOut { seconds: limit.as_secs(), sent }
        } else {
            let what = if sent { "the connection broke off to" } else { "could not connect to" };
            let host = self.base.host_str().unwrap_or_default();
            let port = self.base.port().map_or(String::new(), |port| format!(":{port}"));
            ErrorKind::Unreachable {
                reason: format!("{what} {host}{port}: {}", cause_of(error)),
                sent,
            }
        };
        Failure { kind, status: None, ray_id: None, retry_after: None }
    }

    /// The failure without the secret, should the server have echoed it.
    fn without_secrets(&self, mut failure: Failure) -> Failure {
        match &mut failure.kind {
            ErrorKind::Refused { errors } => {
                for error in errors {
                    error.message = self.credentials.scrubbed(&error.message);
                    error.pointer =
                        error.pointer.as_deref().map(|pointer| self.credentials.scrubbed(pointer));
                }
            }
            ErrorKind::NotAnEnvelope { title: Some(title), .. } => {
                *title = self.credentials.scrubbed(title)
            }
            _ => {}
        }
        failure
    }

    /// Remembers a zone's name.
    pub(super) fn learn_name(&self, zone: &ZoneId, name: &str) {
        self.names
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(zone.clone(), name.to_owned());
    }

    /// What a zone is called in messages: its name if it was read before, else its id.
    pub(super) fn name_of(&self, zone: &ZoneId) -> String {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(zone).cloned().unwrap_or_else(|| zone.to_string())
    }
}

/// Redirects are not followed: the API makes none, and one would carry the credentials elsewhere. To this very machine no proxy is used,
/// and plain http needs no certificates, which a small container may not have.
fn http_client(settings: &Settings, base: &Url) -> Result<reqwest::Client, SetupError> {
    tls::install_provider();
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(settings.credentials.headers()?)
        .redirect(Policy::none())
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.request_timeout);
    if is_loopback(base) {
        builder = builder.no_proxy();
    }
    let certificates = settings.certificates()?;
    builder = if base.scheme() == "http" {
        builder.tls_certs_only([])
    } else {
        builder.tls_certs_merge(certificates)
    };
    builder.build().map_err(|error| {
        let summary = format!("the TLS client cannot be set up: {}", root_of(&error));
        SetupError::from(Finding::new(&codes::TLS, summary).fix(
            "install the system's root certificates (the package is usually called ca-certificates), or give \
             them with --ca-file",
        ))
    })
}

/// What happened; of a server that answers https without TLS the library says only that the message is corrupt.
fn cause_of(error: reqwest::Error) -> String {
    let root = root_of(&error.without_url());
    if root.contains("InvalidContentType") { WITHOUT_TLS.to_owned() } else { root }
}

/// The innermost reason of an error, which says what happened; the outer ones say only where.
fn root_of(error: &dyn Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}
