//! What went wrong with a call: which operation, what kind of failure, and whether the call may have taken effect.

use std::fmt;

use crate::codes;
use crate::model::{ApiCall, Permission};

/// The code with which the API answers for a zone that it does not have.
const NO_SUCH_PATH: &str = "no-such-path";

/// One entry of an answer's `errors`, or of the `error_chain` of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerError {
    /// The code; 0 when the server gave none.
    pub code: u32,
    /// The server's words, on one line.
    pub message: String,
    /// The field it is about, from the JSON pointer, by the API's own name (`dns.type`).
    pub pointer: Option<String>,
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            0 => f.write_str(&self.message),
            code => write!(f, "{code}: {}", self.message),
        }
    }
}

/// The reason why there is no connection to a server that does not speak TLS.
pub(super) const WITHOUT_TLS: &str = "the server answers without TLS";

/// The ways in which a call fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The API answered with an envelope that says no.
    Refused {
        /// Its errors, in its order; may be empty.
        errors: Vec<ServerError>,
    },
    /// Something answered that does not speak the API's language: a proxy, a page of the edge, a wrong address.
    NotAnEnvelope {
        /// What came: `an HTML page`, `an empty body`.
        what: String,
        /// The title of the HTML page.
        title: Option<String>,
    },
    /// The answer is larger than any answer of the API, after decompression.
    TooLarge {
        /// The size at which reading stopped, in bytes.
        limit: usize,
    },
    /// There was no answer, or it broke off.
    Unreachable {
        /// The host and what happened, without the rest of the URL.
        reason: String,
        /// Whether the request may have reached the server.
        sent: bool,
    },
    /// The answer did not come in time.
    TimedOut {
        /// How long was waited, in seconds.
        seconds: u64,
        /// Whether the request may have reached the server.
        sent: bool,
    },
    /// A list changed while it was read, or does not hold as many entries as it says, also when read again.
    Incomplete {
        /// The number of entries that the server told.
        expected: Option<u64>,
        /// The number of different entries that came.
        got: u64,
    },
    /// The envelope says yes, but what it holds cannot be what was asked for.
    UnexpectedShape {
        /// What is odd about it.
        what: String,
    },
}

/// Whether a call that failed may have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It surely had no effect.
    Refused,
    /// It may have had its effect: only reading again can tell.
    Unknown,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// What was to be done, so that it fits "failed to …": `list the applications of zone example.com`.
    pub operation: String,
    /// How it failed.
    pub kind: Box<ErrorKind>,
    /// The HTTP status of the last answer, if there was one.
    pub http_status: Option<u16>,
    /// The `CF-Ray` header of the last answer, which Cloudflare's support asks for.
    pub ray_id: Option<String>,
    /// How many times it was tried.
    pub attempts: u32,
    /// What the call is about, which decides the permission that it needs.
    pub about: ApiCall,
}

impl ApiError {
    /// The entries of the answer's `errors`; empty for every other kind.
    pub fn errors(&self) -> &[ServerError] {
        match &*self.kind {
            ErrorKind::Refused { errors } => errors,
            _ => &[],
        }
    }

    /// The same failure as if the answer had this error only.
    #[must_use]
    pub fn with_only(&self, error: &ServerError) -> ApiError {
        ApiError {
            kind: Box::new(ErrorKind::Refused { errors: vec![error.clone()] }),
            ..self.clone()
        }
    }

    /// Whether the API says in so many words that the application does not exist. A bare 404, or one for another reason, does not.
    pub fn says_gone(&self) -> bool {
        self.http_status == Some(404)
            && self.errors().iter().any(|error| is_code_of_absence(error.code))
    }

    /// Whether the API says in so many words that there is no such zone.
    pub fn says_no_such_zone(&self) -> bool {
        let is_route =
            |number| codes::find_number(number).is_some_and(|code| code.slug == NO_SUCH_PATH);
        self.http_status == Some(404) && self.errors().iter().any(|error| is_route(error.code))
    }

    /// The permission that the operation needs: `zone permission `DNS: Read``.
    pub fn permission(&self) -> String {
        self.about.permission().map_or_else(
            || {
                "right to be used from here (no permission is needed, but an address filter may apply)"
                    .to_owned()
            },
            Permission::text,
        )
    }

    /// Whether the credentials were not accepted, or not for this: a 401, or a 403 whose code is not one of an entitlement. The codes of
    /// credentials are those that also come with a 401.
    pub fn is_about_credentials(&self) -> bool {
        let of_credentials =
            || self.known_code().is_none_or(|code| code.http_status.contains(&401));
        let refused = matches!(&*self.kind, ErrorKind::Refused { .. });
        self.http_status == Some(401)
            || self.http_status == Some(403) && refused && of_credentials()
    }

    /// The entry of the first error that has one.
    pub fn known_code(&self) -> Option<&'static codes::Code> {
        self.errors().iter().find_map(|error| codes::find_number(error.code))
    }

    /// Whether the same call may succeed later without a change.
    pub fn is_retryable(&self) -> bool {
        match &*self.kind {
            _ if self.http_status == Some(429) => true,
            ErrorKind::Refused { .. } => match self.known_code() {
                Some(code) => code.retry == codes::Retry::Later,
                None => self.is_server_fault(),
            },
            ErrorKind::NotAnEnvelope { .. } => self.is_server_fault(),
            ErrorKind::TooLarge { .. } => false,
            ErrorKind::Unreachable { .. }
            | ErrorKind::TimedOut { .. }
            | ErrorKind::Incomplete { .. } => true,
            ErrorKind::UnexpectedShape { .. } => false,
        }
    }

    /// Whether a write that failed so may have taken effect. Known are only an envelope with a 2xx or 4xx status that says no, a 429,
    /// and a request that never left.
    pub fn outcome(&self) -> Outcome {
        let known = match &*self.kind {
            _ if self.http_status == Some(429) => true,
            ErrorKind::Refused { .. } => !self.is_server_fault() && self.http_status != Some(408),
            ErrorKind::Unreachable { sent, .. } | ErrorKind::TimedOut { sent, .. } => !sent,
            ErrorKind::NotAnEnvelope { .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::Incomplete { .. }
            | ErrorKind::UnexpectedShape { .. } => false,
        };
        if known { Outcome::Refused } else { Outcome::Unknown }
    }

    fn is_server_fault(&self) -> bool {
        self.http_status.is_some_and(|status| status >= 500)
    }
}

/// Whether a code is the one that comes with a 404: the code table, not this floor, knows its number.
fn is_code_of_absence(number: u32) -> bool {
    codes::find_number(number).is_some_and(|code| code.http_status == [404])
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::Refused { errors } if errors.is_empty() => {
                f.write_str("refused without a reason")
            }
            ErrorKind::Refused { errors } => {
                let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join("; "))
            }
            ErrorKind::NotAnEnvelope { what, title: None } => {
                write!(f, "the answer is {what}, not an API answer")
            }
            ErrorKind::NotAnEnvelope { what, title: Some(title) } => {
                write!(f, "the answer is {what} with the title \"{title}\", not an API answer")
            }
            ErrorKind::TooLarge { limit } => {
                write!(f, "the answer is larger than {} MiB", limit / (1024 * 1024))
            }
            ErrorKind::Unreachable { reason, .. } => f.write_str(reason),
            ErrorKind::TimedOut { seconds, sent: true } => {
                write!(f, "no answer within {seconds} s")
            }
            ErrorKind::TimedOut { seconds, sent: false } => {
                write!(f, "no connection within {seconds} s")
            }
            ErrorKind::Incomplete { expected: Some(expected), got } => {
                write!(
                    f,
                    "the list has {got} entries where the server says {expected}, also when read again"
                )
            }
            ErrorKind::Incomplete { expected: None, got } => {
                write!(
                    f,
                    "the list changes or repeats itself after {got} entries, also when read again"
                )
            }
            ErrorKind::UnexpectedShape { what } => f.write_str(what),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to {}: ", self.operation)?;
        if let Some(status) = self.http_status.filter(|status| *status != 200) {
            write!(f, "HTTP {status}, ")?;
        }
        write!(f, "{}", self.kind)?;
        match &self.ray_id {
            Some(ray_id) => write!(f, " (Ray ID {ray_id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}
