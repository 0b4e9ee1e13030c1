//! Refusals: what a call that was not carried out answers with, and the table of those that are not about an application's fields.
//!
//! The numbers of the Spectrum API come from `codes`. The ones here are Cloudflare's general ones, and, marked *inferred*, those of
//! cases for which no recorded answer is known.

use serde_json::{Value as Json, json};

use crate::codes::{Code, Fault};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: String,
    /// Seconds after which the same call may be made again.
    pub(super) retry_after: Option<u64>,
}

impl Refusal {
    /// The refusal that a code's entry describes; none for our own rules, which the API does not know.
    pub(super) fn of_code(code: &Code, summary: &str) -> Option<Refusal> {
        let status = code.http_status.first().copied().unwrap_or(400);
        Some(Refusal { status, code: code.number?, message: format!("{}: {summary}", code.title), retry_after: None })
    }

    /// The refusal for a fault that a check found.
    pub(super) fn of_fault(fault: &Fault) -> Option<Refusal> {
        Refusal::of_code(fault.code, &fault.summary)
    }

    pub(super) fn envelope(&self) -> Json {
        json!({"success": false, "errors": [{"code": self.code, "message": self.message}], "messages": [], "result": null})
    }
}

/// A general refusal.
#[derive(Debug)]
pub(super) struct General {
    status: u16,
    number: u32,
    message: &'static str,
}

impl General {
    /// The refusal in its usual words.
    pub(super) fn refusal(&self) -> Refusal {
        self.saying(self.message)
    }

    /// The refusal in other words.
    pub(super) fn saying(&self, message: impl Into<String>) -> Refusal {
        Refusal { status: self.status, code: self.number, message: message.into(), retry_after: None }
    }
}

const fn general(status: u16, number: u32, message: &'static str) -> General {
    General { status, number, message }
}

/// Neither a token nor an email with a key.
pub(super) static NO_CREDENTIALS: General = general(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
/// An `Authorization` header that is no bearer token.
pub(super) static BAD_HEADERS: General = general(400, 6003, "Invalid request headers");
/// A token or key that does not exist, or a zone that it may not see.
pub(super) static BAD_TOKEN: General = general(403, 9109, "Invalid access token");
/// A token that exists and may not do this.
pub(super) static NOT_PERMITTED: General = general(403, 10000, "Authentication error");
/// No such path, or an identifier that cannot be one.
pub(super) static NO_ROUTE: General = general(404, 7003, "Could not route to the requested path");
/// A path that does not take this method.
pub(super) static WRONG_METHOD: General = general(405, 10405, "Method not allowed for this endpoint");
/// Too many requests.
pub(super) static RATE_LIMITED: General = general(429, 10429, "More than the allowed number of requests in the window; please wait");
/// No application with this id.
pub(super) static GONE: General = general(404, 10006, "application not found");
/// A body that is not a JSON object (*inferred*).
pub(super) static NOT_JSON: General = general(400, 6007, "Malformed JSON in request body");
/// A field of the wrong type, a value that the field does not take, or a required field that is missing (*inferred*).
pub(super) static BAD_VALUE: General = general(400, 1004, "Invalid value");
/// A query parameter out of its range (*inferred*).
pub(super) static BAD_PARAMETER: General = general(400, 1004, "Invalid query parameter");
/// A second application on the same hostname and port (*inferred*).
pub(super) static DUPLICATE: General = general(400, 1061, "An application with this hostname and port already exists");
/// Something went wrong inside.
pub(super) static INTERNAL: General = general(500, 10002, "Unexpected internal server error");

impl Refusal {
    /// The refusal that a scripted fault answers with.
    pub(super) fn scripted(status: u16, retry_after: Option<u64>) -> Refusal {
        let usual = match status {
            403 => &NOT_PERMITTED,
            404 => &NO_ROUTE,
            429 => &RATE_LIMITED,
            _ => &INTERNAL,
        };
        Refusal { status, retry_after, ..usual.refusal() }
    }
}
