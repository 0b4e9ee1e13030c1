//! From a failed call to a finding: why it failed and what to do, from the entry of its code where there is one.

use super::error::{ApiError, ErrorKind, WITHOUT_TLS};
use crate::codes::{self, Cause, Code};
use crate::finding::{Finding, Refusal};

impl ApiError {
    /// The finding: the same why and fix as when the cause is found without a call, and the server's own words.
    ///
    /// The code is that of the first error that the code table has, else the number of the first error, else one of the slugs
    /// `refused`, `unreachable`, `not-an-envelope`,
    /// `answer-too-large`, `timed-out`, `incomplete-list`, `odd-answer`.
    pub fn to_finding(&self) -> Finding {
        let mut finding = self.general();
        finding.path = self.errors().iter().find_map(|error| error.pointer.clone());
        finding.refusal = Some(Box::new(Refusal {
            http_status: self.http_status.unwrap_or(0),
            message: self.kind.to_string(),
            ray_id: self.ray_id.clone(),
            retryable: self.is_retryable(),
        }));
        finding
    }

    fn general(&self) -> Finding {
        let summary = self.to_string().trim_end_matches('.').to_owned();
        if let Some(code) = self.known_code() {
            let mut numbers = self.errors().iter().map(|error| error.code);
            let number = numbers.find(|number| code.has_number(*number));
            let name = number.map_or_else(|| code.name(), |number| number.to_string());
            let finding = Finding { code: name, ..every_cause(code, summary) };
            return if self.is_about_credentials() { self.forbidden(finding) } else { finding };
        }
        let code = match &*self.kind {
            ErrorKind::Refused { .. } => return self.refused(summary),
            ErrorKind::NotAnEnvelope { .. } => &codes::NOT_AN_ENVELOPE,
            ErrorKind::TooLarge { .. } => &codes::ANSWER_TOO_LARGE,
            ErrorKind::Unreachable { reason, .. } if reason.ends_with(WITHOUT_TLS) => {
                return without_tls(summary);
            }
            ErrorKind::Unreachable { .. } => &codes::UNREACHABLE,
            ErrorKind::TimedOut { .. } => &codes::TIMED_OUT,
            ErrorKind::Incomplete { .. } => &codes::INCOMPLETE_LIST,
            ErrorKind::UnexpectedShape { .. } => &codes::ODD_ANSWER,
        };
        let finding = Finding::new(code, summary);
        match self.http_status {
            Some(429) => rate_limited(finding),
            Some(401) => self.forbidden(finding),
            _ => finding,
        }
    }

    /// A refusal without an entry of its own: its number if it has one, and what its status says.
    fn refused(&self, summary: String) -> Finding {
        let general = Finding::new(&codes::REFUSED, summary);
        let number = self.errors().iter().find(|error| error.code != 0);
        let code = number.map_or_else(|| general.code.clone(), |error| error.code.to_string());
        let finding = Finding { code, ..general };
        if self.is_about_credentials() {
            return self.forbidden(finding);
        }
        let ray_id = self.ray_id.as_deref();
        let support = ray_id.map_or_else(String::new, |ray_id| {
            format!(", or give the Ray ID {ray_id} to Cloudflare support")
        });
        match self.http_status {
            Some(429) => rate_limited(finding),
            _ if self.is_retryable() => finding.fix(format!("run again later{support}")),
            _ => finding.fix(format!("correct what the message names{support}")),
        }
    }

    /// A refusal of the credentials: they are not accepted (401), or not for this call (403).
    fn forbidden(&self, finding: Finding) -> Finding {
        const VARIABLES: &str = "CLOUDFLARE_API_TOKEN (or CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY)";
        if self.http_status == Some(401) {
            return finding.why("the API does not accept the credentials").fix(format!(
                "check {VARIABLES}: complete, not expired, not revoked, and allowed from this IP address"
            ));
        }
        finding
            .why(format!(
                "the credentials of {VARIABLES} may not {}; a zone without Spectrum also answers so, and a new \
                 token for some seconds",
                self.operation
            ))
            .fix(format!(
                "give the token the {} for this zone and account, and check that the variable has the whole token",
                self.permission()
            ))
    }
}

/// A finding with the whys and fixes of all causes, because nothing is known of the case but its code.
fn every_cause(code: &'static Code, summary: String) -> Finding {
    let joined = |text: fn(&Cause) -> Option<&'static str>| {
        code.causes.iter().filter_map(text).collect::<Vec<_>>().join("; or ")
    };
    Finding::new(code, summary).why(joined(|cause| cause.why)).fix(joined(|cause| Some(cause.fix)))
}

/// https was asked for at a port where plain http is spoken.
fn without_tls(summary: String) -> Finding {
    Finding::new(&codes::UNREACHABLE, summary)
        .why("CLOUDFLARE_BASE_URL begins with https, and plain http is spoken at this port")
        .fix(
            "for a simulator on this machine begin CLOUDFLARE_BASE_URL with http://; else name the port that speaks TLS",
        )
}

/// The limit of a user, which every answer with status 429 is about.
fn rate_limited(finding: Finding) -> Finding {
    let limit = codes::USER_RATE.first_cause();
    Finding { why: limit.why.map(str::to_owned), fix: limit.fix.to_owned(), ..finding }
}
