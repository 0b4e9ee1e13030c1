//! The shape of an entry: what an error code means, its causes, and what can be known about each of them in advance.

use crate::finding::{Finding, Place, Related, Severity};
use crate::model::{Field, View};

/// An error code of the Spectrum API, or a rule of ours, which has a slug in place of the number.
#[derive(Debug)]
pub struct Code {
    /// The number that the API answers with; none for our own rules and for what the API has no code for.
    pub number: Option<u32>,
    /// A name in words: `virtual-network-port-range`.
    pub slug: &'static str,
    /// What it means, a few words.
    pub title: &'static str,
    /// The page that documents it.
    pub docs: &'static str,
    /// The HTTP statuses it comes with; empty for our own rules.
    pub http_status: &'static [u16],
    /// Whether the same call may succeed later.
    pub retry: Retry,
    /// When the simulator, and as far as is known the API, looks at it: of several faults the earliest stage answers.
    pub stage: Stage,
    /// What a finding of it weighs unless the configuration says otherwise.
    pub severity: Severity,
    /// Its causes, the most likely first.
    pub causes: &'static [Cause],
}

/// Whether the same call may succeed later without a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It will be refused again.
    Never,
    /// After a while.
    Later,
}

/// The order in which a body is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is the part of the body that it stands for")]
pub enum Stage {
    Json,
    UnknownField,
    Protocol,
    Dns,
    Origin,
    VirtualNetwork,
    Edge,
    Entitlement,
    Quota,
    Hostname,
    OnCall,
}

/// When a cause can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// From the configuration alone.
    Offline,
    /// While planning, from the live application or by reading from the account.
    Preflight,
    /// Only when the API answers.
    OnCall,
}

impl Known {
    /// For a table: `offline`, `plan`, `on the call`.
    pub fn text(self) -> &'static str {
        match self {
            Known::Offline => "offline",
            Known::Preflight => "plan",
            Known::OnCall => "on the call",
        }
    }
}

/// What a cause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One application.
    App,
    /// The change of an existing application.
    Change,
    /// The zone.
    Zone,
    /// The account.
    Account,
}

/// A check: looks, and reports what is wrong. What is absent from the view gives no verdict.
pub type Check = fn(&View<'_>, &mut Faults);

/// One way in which a code comes about.
#[derive(Debug)]
pub struct Cause {
    /// A name in words: `ipv6-without-brackets`.
    pub slug: &'static str,
    /// Why it is refused.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// When it can be known.
    pub known: Known,
    /// What it is about.
    pub scope: Scope,
    /// The fields whose unreadable values are this cause's and not a matter of form only.
    pub claims: &'static [Field],
    /// The check, where one is possible.
    pub check: Option<Check>,
}

impl Cause {
    /// A cause that only the server can tell.
    pub const fn on_call(slug: &'static str, scope: Scope, why: &'static str, fix: &'static str) -> Cause {
        Cause { slug, why, fix, known: Known::OnCall, scope, claims: &[], check: None }
    }

    /// A cause that the configuration alone shows.
    pub const fn offline(slug: &'static str, why: &'static str, fix: &'static str, check: Check) -> Cause {
        Cause { slug, why, fix, known: Known::Offline, scope: Scope::App, claims: &[], check: Some(check) }
    }
}

/// One thing that a check found.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The code.
    pub code: &'static Code,
    /// The cause.
    pub cause: &'static Cause,
    /// The field or object it is about.
    pub path: String,
    /// What is wrong, one line, no full stop.
    pub summary: String,
    /// What to do, where it can be said better than in general.
    pub fix: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
    /// Further places.
    pub related: Vec<Related>,
}

impl Fault {
    /// Says what to do in this very case.
    pub fn fix(&mut self, fix: impl Into<String>) -> &mut Self {
        self.fix = Some(fix.into());
        self
    }

    /// Adds a further place.
    pub fn with(&mut self, place: Option<&Place>, note: impl Into<String>) -> &mut Self {
        let note = note.into();
        self.related.extend(place.map(|place| Related { place: place.clone(), note }));
        self
    }

    /// The finding for an application.
    pub fn into_finding(self, address: &str) -> Finding {
        let fix = self.fix.unwrap_or_else(|| self.cause.fix.to_owned());
        let mut finding =
            Finding::error(&self.code.name(), self.summary, self.cause.why, fix).about(address).on(&self.path).at(self.place.as_ref());
        finding.severity = self.code.severity;
        finding.docs = Some(self.code.docs.to_owned());
        finding.related = self.related;
        finding
    }
}

/// What the checks found, each under the code and cause whose check reported it.
#[derive(Debug)]
pub struct Faults {
    code: &'static Code,
    cause: &'static Cause,
    found: Vec<Fault>,
}

impl Faults {
    /// Runs every check of these codes over a view.
    pub fn of(codes: impl IntoIterator<Item = &'static Code>, view: &View<'_>) -> Vec<Fault> {
        let mut found = Vec::new();
        for code in codes {
            for cause in code.causes {
                let Some(check) = cause.check else { continue };
                let mut faults = Faults { code, cause, found: std::mem::take(&mut found) };
                check(view, &mut faults);
                found = faults.found;
            }
        }
        found
    }

    /// Reports a fault of a field, at the place where the field is written.
    pub fn report(&mut self, view: &View<'_>, field: Field, summary: impl Into<String>) -> &mut Fault {
        self.push(field.path(), view.app.place_of(field), summary.into())
    }

    /// Reports a fault of a top-level name, at the place of its key.
    pub fn report_top(&mut self, view: &View<'_>, top: &str, summary: impl Into<String>) -> &mut Fault {
        self.push(top, view.app.place_of_top(top), summary.into())
    }

    /// Reports every value of a field that could not be read for its form.
    pub fn report_misread(&mut self, view: &View<'_>, field: Field) {
        let of_form = |misread: &&crate::model::parse::Misread| misread.field == field && misread.wrong == crate::model::parse::Wrong::Form;
        for misread in view.app.misread.iter().filter(of_form) {
            let place = misread.place.as_ref().or_else(|| view.app.place_of(field));
            self.push(field.path(), place, misread.summary.clone()).fix(misread.fix.clone());
        }
    }

    fn push(&mut self, path: &str, place: Option<&Place>, summary: String) -> &mut Fault {
        let fault = Fault {
            code: self.code,
            cause: self.cause,
            path: path.to_owned(),
            summary,
            fix: None,
            place: place.cloned(),
            related: Vec::new(),
        };
        self.found.push(fault);
        self.found.last_mut().expect("a fault was pushed on the line above")
    }
}

impl Code {
    /// What the code is called in findings and JSON: the number, else the slug.
    pub fn name(&self) -> String {
        self.number.map_or_else(|| self.slug.to_owned(), |number| number.to_string())
    }

    /// The earliest moment at which any of its causes can be known.
    pub fn known(&self) -> Known {
        self.causes.iter().map(|cause| cause.known).min().unwrap_or(Known::OnCall)
    }
}
