//! What a check reports: a violation with its code, its cause, its place and a summary, and how it becomes a finding.

use super::code::{Cause, Code};
use crate::finding::{Finding, Place, Related, Severity};
use crate::model::draft::Unreadable;
use crate::model::parse::{A_PORT, Wrong};
use crate::model::{Field, View};

/// One thing that a check found.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The code.
    pub code: &'static Code,
    /// The cause.
    pub cause: &'static Cause,
    /// The field or object it is about.
    pub path: String,
    /// What it weighs unless the configuration says otherwise.
    pub severity: Severity,
    /// What is wrong, one line, no full stop.
    pub summary: String,
    /// Why it is wrong, where it can be said better than in general.
    pub why: Option<String>,
    /// What to do, where it can be said better than in general.
    pub fix: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
    /// Further places.
    pub related: Vec<Related>,
}

impl Violation {
    /// Says why it is wrong in this very case.
    pub fn why(&mut self, why: impl Into<String>) -> &mut Self {
        self.why = Some(why.into());
        self
    }

    /// Makes it a warning, because what was read does not prove it.
    pub fn as_warning(&mut self) -> &mut Self {
        self.severity = Severity::Warning;
        self
    }

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
        let general = Finding::from_cause(self.code, self.cause, self.summary)
            .about(address)
            .on(&self.path)
            .at(self.place.as_ref());
        Finding {
            severity: self.severity,
            why: self.why.or_else(|| general.why.clone()),
            fix: self.fix.unwrap_or_else(|| general.fix.clone()),
            related: self.related,
            ..general
        }
    }
}

/// What the checks found, each under the code and cause whose check reported it.
#[derive(Debug)]
pub struct Violations {
    code: &'static Code,
    cause: &'static Cause,
    found: Vec<Violation>,
}

impl Violations {
    /// Runs every check of these codes over a view.
    pub fn check(
        codes: impl IntoIterator<Item = &'static Code>,
        view: &View<'_>,
    ) -> Vec<Violation> {
        let causes =
            codes.into_iter().flat_map(|code| code.causes.iter().map(move |cause| (code, cause)));
        causes.flat_map(|(code, cause)| Violations::check_cause(code, cause, view)).collect()
    }

    /// Runs the check of one cause over a view; a cause without a check finds nothing.
    pub fn check_cause(
        code: &'static Code,
        cause: &'static Cause,
        view: &View<'_>,
    ) -> Vec<Violation> {
        Violations::collect(code, cause, |violations| {
            if let Some(check) = cause.check {
                check(view, violations);
            }
        })
    }

    /// What is reported under a code and one of its causes.
    pub(super) fn collect(
        code: &'static Code,
        cause: &'static Cause,
        report: impl FnOnce(&mut Violations),
    ) -> Vec<Violation> {
        let mut violations = Violations { code, cause, found: Vec::new() };
        report(&mut violations);
        violations.found
    }

    /// Reports a violation of a field, at the place where the field is written.
    pub fn report(
        &mut self,
        view: &View<'_>,
        field: Field,
        summary: impl Into<String>,
    ) -> &mut Violation {
        self.push(field.path(), view.app.place_of(field), summary.into())
    }

    /// Reports a violation of a member of a list, counted from 0, at the place where that is written.
    pub fn report_member(
        &mut self,
        view: &View<'_>,
        (field, number): (Field, usize),
        summary: impl Into<String>,
    ) -> &mut Violation {
        self.push(field.path(), view.app.place_of_member(field, number), summary.into())
    }

    /// Reports a violation of a top-level name, at the place of its key.
    pub fn report_top(
        &mut self,
        view: &View<'_>,
        top: &str,
        summary: impl Into<String>,
    ) -> &mut Violation {
        self.push(top, view.app.place_of_top(top), summary.into())
    }

    /// Reports what is missing under a path, at the place of a top-level name that it belongs to.
    pub fn report_missing(
        &mut self,
        view: &View<'_>,
        path: &str,
        beside: &str,
        summary: impl Into<String>,
    ) -> &mut Violation {
        self.push(path, view.app.place_of_top(beside), summary.into())
    }

    /// Reports a violation of a key or object that is no field, at a place of its own.
    pub fn report_at(
        &mut self,
        path: &str,
        place: Option<&Place>,
        summary: impl Into<String>,
    ) -> &mut Violation {
        self.push(path, place, summary.into())
    }

    /// Reports every value of a field that could not be read for its form.
    pub fn report_misread(&mut self, view: &View<'_>, field: Field) {
        for unreadable in view
            .app
            .unreadable
            .iter()
            .filter(|unreadable| unreadable.field == field && unreadable.wrong == Wrong::Form)
        {
            self.report_reading(view, unreadable);
        }
    }

    /// Reports a value that could not be read, in the words of its reader.
    pub fn report_reading(&mut self, view: &View<'_>, unreadable: &Unreadable) {
        let place = unreadable.place.as_ref().or_else(|| view.app.place_of(unreadable.field));
        let ports = view.protocol().map(|protocol| protocol.ports);
        let fix = match ports.filter(|_| unreadable.fix == A_PORT) {
            Some(ports) if ports.is_single() => format!("write {ports}, or another port"),
            Some(ports) => format!("write \"{ports}\", or another range of the same length"),
            None => unreadable.fix.clone(),
        };
        self.push(unreadable.field.path(), place, unreadable.summary.clone()).fix(fix);
    }

    fn push(&mut self, path: &str, place: Option<&Place>, summary: String) -> &mut Violation {
        let violation = Violation {
            code: self.code,
            cause: self.cause,
            path: path.to_owned(),
            severity: self.code.severity,
            summary,
            why: None,
            fix: None,
            place: place.cloned(),
            related: Vec::new(),
        };
        self.found.push(violation);
        self.found.last_mut().expect("a violation was pushed on the line above")
    }
}
