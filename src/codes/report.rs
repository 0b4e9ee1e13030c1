//! How a code becomes a finding: the entry gives severity, why, fix and page; who reports it adds what is particular about the case.

use super::code::{Cause, Code};
use crate::finding::Finding;

impl Finding {
    /// A finding of a code, with the why and the fix of its first cause.
    pub fn new(code: &'static Code, summary: impl Into<String>) -> Finding {
        Finding::from_cause(code, code.first_cause(), summary)
    }

    /// A finding of one of the causes of a code.
    pub fn from_cause(
        code: &'static Code,
        cause: &'static Cause,
        summary: impl Into<String>,
    ) -> Finding {
        Finding {
            code: code.name(),
            severity: code.severity,
            summary: summary.into(),
            why: cause.why.map(str::to_owned),
            fix: cause.fix.to_owned(),
            docs: Some(code.page()).filter(|docs| !docs.is_empty()),
            address: None,
            path: None,
            place: None,
            related: Vec::new(),
            refusal: None,
        }
    }
}
