//! The HTTP client of a forge: one call, its answer with a limit of size, a few repetitions, and what went wrong in the terms of a person.

use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Method, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;
use url::Url;

use super::run::Kind;
use crate::api::{is_loopback, tls};
use crate::codes;
use crate::finding::Finding;

/// What the program calls itself.
const USER_AGENT: &str = concat!("spectrumctl/", env!("CARGO_PKG_VERSION"));

/// The longest answer that is read, in bytes after decompression. A page of 100 comments of full length fits.
const LONGEST_ANSWER: usize = 16 << 20;

/// How many times a call is made at most.
const TRIES: u32 = 4;

/// The longest pause that an answer may ask for; a longer one is a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How a forge is reached.
pub struct Access {
    /// The token of the job.
    pub token: SecretString,
    /// Certificates in PEM form that are trusted beside the system's own.
    pub ca_pem: Option<Vec<u8>>,
    /// The pause before the first repetition; each further one is twice as long.
    pub first_pause: Duration,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgeError {
    /// What was to be done, so that it fits "failed to …".
    pub operation: String,
    /// What happened.
    pub reason: String,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// The kind of forge.
    pub kind: Kind,
}

impl ForgeError {
    /// The finding, with the code `forge`.
    pub fn to_finding(&self) -> Finding {
        let name = self.kind.name();
        let (why, fix) = match (self.status, self.kind) {
            (Some(401), _) => (
                format!("{name} did not accept the token"),
                "give the job a valid token: GITHUB_TOKEN, GITLAB_TOKEN, FORGEJO_TOKEN or SPECTRUMCTL_FORGE_TOKEN".to_owned(),
            ),
            (Some(403 | 404), Kind::Gitlab) => (
                "the token does not have the scope or the role for it, or the project is another one".to_owned(),
                "use a project access token with the scope `api` and the role Reporter, and for drift the role Developer".to_owned(),
            ),
            (Some(403 | 404), _) => (
                "the job's token does not have the permission for it, or the repository is another one".to_owned(),
                "give the job the permissions that `spectrumctl init --ci` writes: `pull-requests: write` for comments, `statuses: write` for the status".to_owned(),
            ),
            _ => (
                format!("what {name} did not confirm may not have happened"),
                "run the job again; if it fails again, look at the forge's status page".to_owned(),
            ),
        };
        Finding::new(&codes::FORGE, format!("failed to {}: {}", self.operation, self.reason))
            .why(why)
            .fix(fix)
    }
}

/// A client with a token.
pub(super) struct Http {
    client: reqwest::Client,
    base: Url,
    kind: Kind,
    token: SecretString,
    first_pause: Duration,
}

/// One call.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    /// The path below the base, with a query if need be.
    pub(super) path: String,
    pub(super) body: Option<Json>,
    /// What it is for: `read the comments of pull request 4`.
    pub(super) operation: &'a str,
}

/// An attempt that failed, and whether another one may help.
struct Failed {
    reason: String,
    status: Option<u16>,
    /// The pause before another attempt; `None` when there is none.
    pause: Option<Duration>,
}

impl Http {
    pub(super) fn new(kind: Kind, base: &str, access: Access) -> Result<Http, Box<Finding>> {
        let base = checked(kind, base)?;
        tls::install_provider();
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(headers(kind, &access.token)?)
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60));
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        builder = if base.scheme() == "http" {
            builder.tls_certs_only([])
        } else {
            let pem = access.ca_pem.as_deref().unwrap_or_default();
            let certificates = Certificate::from_pem_bundle(pem)
                .map_err(|error| unusable("the file of --ca-file cannot be read as PEM", &error))?;
            builder.tls_certs_merge(certificates)
        };
        let client =
            builder.build().map_err(|error| unusable("the TLS client cannot be set up", &error))?;
        Ok(Http { client, base, kind, token: access.token, first_pause: access.first_pause })
    }

    /// Makes a call, and makes it again where that may help and cannot do a thing twice.
    pub(super) async fn json(&self, call: Call<'_>) -> Result<Json, ForgeError> {
        let mut pause = self.first_pause;
        let mut tries = 0;
        loop {
            tries += 1;
            let failed = match self.attempt(&call).await {
                Ok(json) => return Ok(json),
                Err(failed) => failed,
            };
            match failed.pause.filter(|_| tries < TRIES) {
                Some(asked) => tokio::time::sleep(asked.max(pause)).await,
                None => {
                    return Err(ForgeError {
                        operation: call.operation.to_owned(),
                        reason: self.scrubbed(&failed.reason),
                        status: failed.status,
                        kind: self.kind,
                    });
                }
            }
            pause *= 2;
        }
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Json, Failed> {
        let separator = if self.base.path().ends_with('/') { "" } else { "/" };
        let url = format!("{}{separator}{}", self.base, call.path);
        let mut request = self.client.request(call.method.clone(), url);
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        // Only what was surely not done, or may be done twice, is tried again.
        let may_repeat = call.method != Method::POST;
        let response = request.send().await.map_err(|error| {
            let pause = (may_repeat || error.is_connect()).then_some(Duration::ZERO);
            Failed { reason: root_of(&error.without_url()), status: None, pause }
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_limited(response).await.map_err(|reason| Failed {
            reason,
            status: Some(status.as_u16()),
            pause: None,
        })?;
        if !status.is_success() {
            return Err(refused(status, &headers, &body, may_repeat));
        }
        if body.is_empty() {
            return Ok(Json::Null);
        }
        serde_json::from_slice(&body).map_err(|error| Failed {
            reason: format!("the answer is not JSON: {error}"),
            status: Some(status.as_u16()),
            pause: None,
        })
    }

    fn scrubbed(&self, text: &str) -> String {
        match self.token.expose_secret().trim() {
            token if token.len() < 8 => text.to_owned(),
            token => text.replace(token, "‹hidden›"),
        }
    }
}

/// Reads a body of bounded size, piece by piece, so that one without end is refused early.
async fn read_limited(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(piece)) if body.len() + piece.len() > LONGEST_ANSWER => {
                return Err(format!("the answer is longer than {} MiB", LONGEST_ANSWER >> 20));
            }
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Err(error) => return Err(root_of(&error.without_url())),
        }
    }
}

fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8], may_repeat: bool) -> Failed {
    let said = serde_json::from_slice::<Json>(body).ok().and_then(|json| message_of(&json));
    let said = said.map(|text| format!(": {text}")).unwrap_or_default();
    let asked = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let is_busy = status == StatusCode::TOO_MANY_REQUESTS;
    let may_help = is_busy || (may_repeat && status.is_server_error());
    let pause =
        asked.or(may_help.then_some(Duration::ZERO)).filter(|pause| *pause <= LONGEST_PAUSE);
    Failed {
        reason: format!("HTTP {}{said}", status.as_u16()),
        status: Some(status.as_u16()),
        pause: pause.filter(|_| may_help),
    }
}

/// The words of a refusal on one line: `message` as text, list or object, else `error`.
fn message_of(json: &Json) -> Option<String> {
    let said = json.get("message").or_else(|| json.get("error"))?;
    let text = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
    let plain: String =
        text.chars().take(500).map(|char| if char.is_control() { ' ' } else { char }).collect();
    Some(plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn headers(kind: Kind, token: &SecretString) -> Result<HeaderMap, Box<Finding>> {
    let secret = token.expose_secret().trim();
    let (name, text) = match kind {
        Kind::Github => (AUTHORIZATION, format!("Bearer {secret}")),
        Kind::Forgejo => (AUTHORIZATION, format!("token {secret}")),
        Kind::Gitlab => (HeaderName::from_static("private-token"), secret.to_owned()),
    };
    let mut value =
        HeaderValue::from_str(&text).ok().filter(|_| !secret.is_empty()).ok_or_else(|| {
            Box::new(Finding::new(&codes::FORGE, "the token of the forge is empty or holds characters that no HTTP header may have").why("it is sent in a header, which has visible characters on one line only").fix("set the token again, without line breaks or quotes"))
        })?;
    value.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(name, value);
    if kind == Kind::Github {
        let version = HeaderName::from_static("x-github-api-version");
        headers.insert(version, HeaderValue::from_static("2022-11-28"));
    }
    Ok(headers)
}

/// The address: https, or plain http to this very machine.
fn checked(kind: Kind, base: &str) -> Result<Url, Box<Finding>> {
    let refused = |why: &str| {
        let summary = format!("the address of {} cannot be used: {base}", kind.name());
        let fix = "set the forge's external address to one that begins with https://";
        Box::new(Finding::new(&codes::FORGE, summary).why(why).fix(fix))
    };
    let url = Url::parse(base).map_err(|error| refused(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(refused("it must be a scheme, a host and a path"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(refused(
            "any other address than https would send the token readable over the network",
        )),
    }
}

fn unusable(what: &str, error: &dyn std::error::Error) -> Box<Finding> {
    let fix = "check --ca-file and the system's root certificates";
    Box::new(Finding::new(&codes::FORGE, what).why(root_of(error)).fix(fix))
}

/// The innermost reason of an error, which says what happened; the outer ones say only where.
fn root_of(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}
