//! Findings: one thing that is wrong, where it stands, why, and what to do about it.
//!
//! Floor 0: names nothing of this crate. Every floor above reports in these terms, and only `render` turns them into text.

use std::fmt;
use std::sync::Arc;

/// How much a finding weighs. Ordered: an error is greater than a warning.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown, and counted, but does not stop anything (`validate --strict` makes it an error).
    Warning,
    /// Stops the run with exit code 3 before anything is written.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// A stretch of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path as the user named it, `/`-separated.
    pub file: Arc<str>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// Byte offset of the first byte in the file.
    pub start: usize,
    /// Byte offset after the last byte in the file.
    pub end: usize,
}

impl Place {
    /// The beginning of a file, for what is wrong with the file as a whole.
    pub fn top_of(file: &str) -> Self {
        Place { file: Arc::from(file), line: 1, column: 1, start: 0, end: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A second place that belongs to a finding, such as the first of two equal keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What stands there, a lower-case fragment.
    pub note: String,
}

/// What a server answered, when the finding is a refusal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// HTTP status of the answer; 0 when there was none.
    pub http_status: u16,
    /// The server's own words.
    pub message: String,
    /// The `CF-Ray` header, which Cloudflare's support asks for.
    pub ray_id: Option<String>,
    /// Whether the same call may succeed later without a change.
    pub retryable: bool,
}

/// One thing that is wrong or doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A Spectrum error code as text (`"11004"`) or a slug of ours (`"unknown-key"`). It comes from an entry of the code table by
    /// `Finding::new`, or is the number of a refusal that the table does not have.
    pub code: String,
    /// Whether it stops the run.
    pub severity: Severity,
    /// What is wrong, one line, no full stop.
    pub summary: String,
    /// Why it is wrong, a fact about this case; nothing where the summary says everything.
    pub why: Option<String>,
    /// What to do.
    pub fix: String,
    /// The page that documents the rule.
    pub docs: Option<String>,
    /// The application, as `zone/key`.
    pub address: Option<String>,
    /// The field, by the API's own name (`edge_ips.ips`).
    pub path: Option<String>,
    /// Where it stands in the configuration.
    pub place: Option<Place>,
    /// Further places.
    pub related: Vec<Related>,
    /// The server's answer, when a server said it.
    pub refusal: Option<Box<Refusal>>,
}

impl Finding {
    /// Says why it is wrong in this case.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says what to do in this case.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Makes it an error.
    #[must_use]
    pub fn as_error(mut self) -> Self {
        self.severity = Severity::Error;
        self
    }

    /// Makes it a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Sets where it stands.
    #[must_use]
    pub fn at(mut self, place: Option<&Place>) -> Self {
        self.place = place.cloned();
        self
    }

    /// Sets the application it is about.
    #[must_use]
    pub fn about(mut self, address: impl fmt::Display) -> Self {
        self.address = Some(address.to_string());
        self
    }

    /// Sets the field it is about.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn with(mut self, place: Option<&Place>, note: &str) -> Self {
        self.related
            .extend(place.map(|place| Related { place: place.clone(), note: note.to_owned() }));
        self
    }

    /// Why and fix by name, without what there is nothing to say about.
    pub fn notes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let notes = [("why", self.why.as_deref().unwrap_or_default()), ("fix", self.fix.as_str())];
        notes.into_iter().filter(|(_, text)| !text.trim().is_empty())
    }

    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts by place, then code, then address, and drops exact repetitions, so that the same input gives the same bytes.
pub fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    findings.dedup();
    findings
}

/// What findings are sorted by: those with a place first, in reading order.
fn sort_key(
    finding: &Finding,
) -> (bool, Option<&Place>, Option<&String>, &str, Option<&String>, &str) {
    let place = finding.place.as_ref();
    (
        place.is_none(),
        place,
        finding.address.as_ref(),
        &finding.code,
        finding.path.as_ref(),
        &finding.summary,
    )
}
