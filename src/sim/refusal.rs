//! Refusals: what a call that was not carried out answers with, and the table of those that are not about an application's fields.
//!
//! Where `codes` has an entry, the number comes from it. The numbers that stand here are Cloudflare's general ones without an entry
//! and, marked *inferred*, those of cases for which no recorded answer is known.

use serde_json::{Value as Json, json};

use crate::codes::{self, Violation};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: String,
    /// Seconds after which the same call may be made again.
    pub(super) retry_after: Option<u64>,
    /// The methods that the path takes, where another was used.
    pub(super) allow: Option<&'static [&'static str]>,
    /// The entry of `error_chain`.
    pub(super) chain: Option<(u32, &'static str)>,
}

impl Refusal {
    /// The refusal for a violation that a check found; none for a rule of ours that the API, as far
    /// as is known, does not enforce.
    pub(super) fn from_violation(violation: &Violation) -> Option<Refusal> {
        let code = violation.code;
        Some(Refusal {
            status: code.http_status.first().copied().unwrap_or(400),
            code: code.number.or(code.inferred_number)?,
            message: violation
                .cause
                .observed
                .map_or_else(|| format!("{}: {}", code.title, violation.summary), str::to_owned),
            retry_after: None,
            allow: None,
            chain: None,
        })
    }

    pub(super) fn envelope(&self) -> Json {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some((code, message)) = self.chain {
            error["error_chain"] = json!([{"code": code, "message": message}]);
        }
        json!({"success": false, "errors": [error], "messages": [], "result": null})
    }
}

/// A general refusal.
#[derive(Debug)]
pub(super) struct General {
    status: u16,
    code: Named,
    message: &'static str,
}

/// Where the number of a general refusal comes from.
#[derive(Debug)]
enum Named {
    /// The entry of `codes` with this slug.
    Entry(&'static str),
    /// Cloudflare's number for what has no entry.
    Number(u32),
}

impl General {
    /// The refusal in its usual words.
    pub(super) fn refusal(&self) -> Refusal {
        self.saying(self.message)
    }

    /// The refusal in other words.
    pub(super) fn saying(&self, message: impl Into<String>) -> Refusal {
        let code = match self.code {
            Named::Entry(slug) => codes::find(slug)
                .and_then(|code| code.number)
                .expect("the table names entries with a number"),
            Named::Number(number) => number,
        };
        general_refusal(self.status, code, message)
    }
}

fn general_refusal(status: u16, code: u32, message: impl Into<String>) -> Refusal {
    let message = message.into();
    Refusal { status, code, message, retry_after: None, allow: None, chain: None }
}

const fn general(status: u16, number: u32, message: &'static str) -> General {
    General { status, code: Named::Number(number), message }
}

const fn entry(status: u16, slug: &'static str, message: &'static str) -> General {
    General { status, code: Named::Entry(slug), message }
}

/// Neither a token nor an email with a key.
pub(super) static NO_CREDENTIALS: General =
    general(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
/// An `Authorization` header that is no bearer token.
pub(super) static BAD_HEADERS: General = general(400, 6003, "Invalid request headers");
/// What the simulator itself refuses for the sake of the machine that it runs on.
pub(super) static NOT_LOOPBACK: General = general(
    421,
    1003,
    "The simulator answers only requests whose Host is a loopback name, such as localhost",
);
/// A token or key that does not exist or cannot be used.
pub(super) static BAD_TOKEN: General = entry(401, "access-denied", "Invalid access token");
/// A zone that the token does not cover.
pub(super) static NOT_COVERED: General =
    entry(403, "access-denied", "Unauthorized to access requested resource");
/// A token that exists and may not do this.
pub(super) static NOT_PERMITTED: General = entry(403, "authentication", "Authentication error");
/// No such path, or an identifier that cannot be one.
pub(super) static NO_ROUTE: General =
    entry(404, "no-such-path", "Could not route to the requested path");
/// A path that does not take this method.
pub(super) static WRONG_METHOD: General =
    general(405, 10405, "Method not allowed for this endpoint");
/// Too many requests.
pub(super) static RATE_LIMITED: General =
    entry(429, "call-rate", "More than the allowed number of requests in the window; please wait");
/// No application with this id.
pub(super) static GONE: General = entry(404, "application-not-found", "application not found");
/// A body that is not a JSON object (*inferred*).
pub(super) static NOT_JSON: General = general(400, 6007, "Malformed JSON in request body");
/// A query parameter out of its range (*inferred*).
pub(super) static BAD_PARAMETER: General = general(400, 1004, "Invalid query parameter");
/// Something went wrong inside.
pub(super) static INTERNAL: General = entry(500, "internal", "Unexpected internal server error");

/// A body of another type (*observed*: status, number and chain).
pub(super) static BAD_CONTENT_TYPE: Chained = Chained(
    &BAD_HEADERS,
    6105,
    "Invalid Content-Type header, valid values are application/json,multipart/form-data",
);

/// A general refusal with an entry in its `error_chain`.
#[derive(Debug)]
pub(super) struct Chained(&'static General, u32, &'static str);

impl Chained {
    /// The refusal in its usual words.
    pub(super) fn refusal(&self) -> Refusal {
        Refusal { chain: Some((self.1, self.2)), ..self.0.refusal() }
    }
}

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
    /// The refusal of a code that a scripted fault names.
    pub(super) fn of_code(
        status: u16,
        code: u32,
        message: &str,
        retry_after: Option<u64>,
    ) -> Refusal {
        Refusal { retry_after, ..general_refusal(status, code, message) }
    }
}
