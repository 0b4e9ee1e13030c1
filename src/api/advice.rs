//! From a failed call to a finding: why it failed and what to do, from the code's own entry where there is one.

use super::error::{ApiError, ErrorKind};
use crate::codes::{Cause, Code};
use crate::finding::{Finding, Refusal};

/// A reason and a way out.
struct Advice {
    why: String,
    fix: String,
}

impl Advice {
    fn new(why: impl Into<String>, fix: impl Into<String>) -> Advice {
        Advice { why: why.into(), fix: fix.into() }
    }
}

impl ApiError {
    /// The finding: the same reason and way out as when the fault is found without a call, and the server's own words.
    ///
    /// The code is the number of the first error that the code table knows, else of the first error, else one of the slugs
    /// `refused`, `unreachable`, `not-an-envelope`, `timed-out`, `incomplete-list`, `odd-answer`.
    pub fn to_finding(&self) -> Finding {
        let advice = self.advice();
        let mut finding =
            Finding::error(&self.finding_code(), self.summary(), advice.why, advice.fix);
        finding.docs = self.known_code().map(|code| code.docs.to_owned());
        finding.path = self.errors().iter().find_map(|error| error.pointer.clone());
        finding.refusal = Some(Box::new(Refusal {
            http_status: self.http_status.unwrap_or(0),
            message: self.kind.to_string(),
            ray_id: self.ray_id.clone(),
            retryable: self.is_retryable(),
        }));
        finding
    }

    fn finding_code(&self) -> String {
        let slug = match &*self.kind {
            ErrorKind::Refused { errors } => {
                match (self.known_code(), errors.iter().find(|error| error.code != 0)) {
                    (Some(code), _) => return code.name(),
                    (None, Some(error)) => return error.code.to_string(),
                    (None, None) => "refused",
                }
            }
            ErrorKind::NotAnEnvelope { .. } => "not-an-envelope",
            ErrorKind::Unreachable { .. } => "unreachable",
            ErrorKind::TimedOut { .. } => "timed-out",
            ErrorKind::Incomplete { .. } => "incomplete-list",
            ErrorKind::UnexpectedShape { .. } => "odd-answer",
        };
        slug.to_owned()
    }

    fn summary(&self) -> String {
        self.to_string().trim_end_matches('.').to_owned()
    }

    fn advice(&self) -> Advice {
        if self.is_about_credentials() {
            return if self.http_status == Some(401) {
                unauthenticated()
            } else {
                self.forbidden()
            };
        }
        if let Some(code) = self.known_code() {
            return from_code(code);
        }
        match (self.http_status, &*self.kind) {
            (Some(429), _) => rate_limited(),
            (_, ErrorKind::Refused { .. }) => self.refused(),
            (_, ErrorKind::NotAnEnvelope { .. }) => Advice::new(
                "every answer of the API is a JSON envelope; what came was made by something in between, such as a proxy or Cloudflare's edge",
                "run again in a minute; if it stays so, check CLOUDFLARE_BASE_URL and the proxies on the way",
            ),
            (_, ErrorKind::Unreachable { .. }) => Advice::new(
                "no whole answer came over the connection",
                "check the network, the proxy settings and CLOUDFLARE_BASE_URL; behind a proxy that inspects TLS, give its certificate with --ca-file",
            ),
            (_, ErrorKind::TimedOut { .. }) => Advice::new(
                "the API did not answer in time",
                "check the network and https://www.cloudflarestatus.com, then run again",
            ),
            (_, ErrorKind::Incomplete { .. }) => Advice::new(
                "a list that is not whole would make applications look as if they were gone, so that nothing is concluded from it",
                "run again when nobody else is changing the zone",
            ),
            (_, ErrorKind::UnexpectedShape { .. }) => Advice::new(
                "the answer has the form of a success and not its content, so that nothing can be concluded from it",
                "run again; if it stays so, the API has changed: look for a newer version of spectrumctl",
            ),
        }
    }

    fn forbidden(&self) -> Advice {
        Advice::new(
            format!(
                "the credentials of CLOUDFLARE_API_TOKEN (or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY) may not {}; a zone without Spectrum also \
                 answers so, and a new token for some seconds",
                self.operation
            ),
            format!(
                "give the token the {} for this very zone and account, and check that the variable holds that token, whole",
                self.permission
            ),
        )
    }

    fn refused(&self) -> Advice {
        let ray_id = self.ray_id.as_deref().map_or(String::new(), |ray_id| {
            format!("; Cloudflare's support asks for the Ray ID {ray_id}")
        });
        let fix = if self.is_retryable() {
            "run again later"
        } else {
            "correct what the message names; the same call will be refused again"
        };
        Advice::new(
            "the API refused the call with a code that Cloudflare's page on Spectrum does not explain",
            format!("{fix}{ray_id}"),
        )
    }
}

/// The entry's own words. Of several causes none is picked, because the server does not tell which it was.
fn from_code(code: &'static Code) -> Advice {
    let joined = |text: fn(&Cause) -> Option<&'static str>| {
        code.causes.iter().filter_map(text).collect::<Vec<_>>().join("; or ")
    };
    Advice::new(joined(|cause| cause.why), joined(|cause| Some(cause.fix)))
}

fn rate_limited() -> Advice {
    Advice::new(
        "a user has 1,200 requests in 5 minutes, shared by the dashboard, every key and every token; past that the API answers 429 for up to 5 minutes",
        "run again in 5 minutes, lower --parallelism, or use a token of a user that nothing else uses",
    )
}

fn unauthenticated() -> Advice {
    Advice::new(
        "the API does not accept the credentials",
        "check CLOUDFLARE_API_TOKEN (or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY): whole, not expired, not revoked, and allowed from this address",
    )
}
