//! Reads the parts of the configuration that are not attributes of an application: typed values out of the tree, each fault with
//! its place, unknown keys with the name that was probably meant.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::codes::{self, Code};
use crate::finding::{Finding, Place};
use crate::model::scalar::{self, list_keywords};
use crate::model::{Entry, Kind, Node, did_you_mean};

/// Collects what is wrong while the tree is read.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pub(super) findings: Vec<Finding>,
    /// The address of the application that is being read.
    pub(super) address: Option<String>,
    /// The name of the zone that is being read.
    pub(super) zone: Option<String>,
    /// By the place of a mistake that is in no application: the zone in which it is.
    pub(super) of_zones: BTreeMap<Place, String>,
}

impl Decoder {
    /// Keeps a finding, for the application or zone that is being read.
    pub(super) fn say(&mut self, mut finding: Finding) {
        finding.address = finding.address.or_else(|| self.address.clone());
        if let (None, Some(zone), Some(place)) = (&finding.address, &self.zone, &finding.place) {
            self.of_zones.insert(place.clone(), zone.clone());
        }
        self.findings.push(finding);
    }

    /// The entries of a mapping; keys that are not known are told. Null counts as an empty mapping.
    pub(super) fn mapping<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        known: &[&str],
    ) -> &'n [Entry] {
        let entries = self.open_mapping(node, path);
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                self.unknown_key(&entry.key, entry.key_place.as_ref(), path, known);
            }
        }
        entries
    }

    /// The entries of a mapping whose keys are names that the user gives.
    pub(super) fn open_mapping<'n>(&mut self, node: &'n Node, path: &str) -> &'n [Entry] {
        match &node.kind {
            Kind::Map(entries) => entries,
            Kind::Null => &[],
            _ => {
                self.wrong_type(node, path, "a mapping");
                &[]
            }
        }
    }

    /// The members of a list; null counts as an empty one.
    pub(super) fn list<'n>(&mut self, node: &'n Node, path: &str) -> &'n [Node] {
        match &node.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => {
                let only = node.scalar().filter(|_| node.mask.is_none());
                let fix = only.map_or_else(
                    || "write a list".to_owned(),
                    |(text, _)| format!("write [{}]", serde_json::json!(text)),
                );
                self.wrong_type_with(node, path, "a list", &fix);
                &[]
            }
        }
    }

    /// A text.
    pub(super) fn text(&mut self, node: &Node, path: &str) -> Option<String> {
        let text = node.scalar().map(|(text, _)| text.to_owned());
        if text.is_none() {
            self.wrong_type(node, path, "a text");
        }
        text
    }

    /// A text that is only shown and never sent: of a variable that is masked it has the mask.
    pub(super) fn shown_text(&mut self, node: &Node, path: &str) -> Option<String> {
        let text = self.text(node, path);
        text.map(|text| node.mask.clone().unwrap_or(text))
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, node: &Node, path: &str) -> Option<bool> {
        let flag = scalar::read_flag(node);
        flag.map_err(|fix| self.wrong_type_with(node, path, "true or false", fix)).ok()
    }

    /// A whole number.
    pub(super) fn number(&mut self, node: &Node, path: &str) -> Option<u32> {
        let number = scalar::read_number(node);
        number.map_err(|fix| self.wrong_type_with(node, path, "a whole number", &fix)).ok()
    }

    /// A whole number of at least one and at most another.
    pub(super) fn number_in(
        &mut self,
        node: &Node,
        path: &str,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        let number = self.number(node, path)?;
        if range.contains(&number) {
            return Some(number);
        }
        let expected = match (*range.start(), *range.end()) {
            (least, u32::MAX) => format!("a whole number of at least {least}"),
            (least, most) => format!("a whole number from {least} to {most}"),
        };
        self.wrong_type(node, path, &expected);
        None
    }

    /// One of these keywords.
    pub(super) fn keyword<T: Copy>(
        &mut self,
        node: &Node,
        path: &str,
        keywords: &[(&str, T)],
    ) -> Option<T> {
        let found = scalar::read_keyword(node, keywords);
        let allowed = list_keywords(keywords.iter().map(|(name, _)| *name));
        let summary = format!("`{path}` must be {allowed}, not {}", node.shown());
        found
            .map_err(|fix| self.say(invalid(summary).fix(fix).on(path).at(node.place.as_ref())))
            .ok()
    }

    /// Something with a form of its own, such as an id or a date.
    pub(super) fn parsed<T: std::str::FromStr>(
        &mut self,
        node: &Node,
        path: &str,
        form: &str,
    ) -> Option<T>
    where
        T::Err: Display,
    {
        let (text, _) = node.scalar().or_else(|| {
            self.wrong_type(node, path, form);
            None
        })?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let summary = format!("`{path}` cannot be {}: {error}", node.shown());
                let fix = format!("write {form}");
                self.say(invalid(summary).fix(fix).on(path).at(node.place.as_ref()));
                None
            }
        }
    }

    /// A date, `2026-12-31`.
    pub(super) fn date(&mut self, node: &Node, path: &str) -> Option<Date> {
        self.parsed(node, path, "a date such as 2026-12-31")
    }

    /// Tells that a value is not of the kind that belongs here.
    pub(super) fn wrong_type(&mut self, node: &Node, path: &str, expected: &str) {
        self.wrong_type_with(node, path, expected, &format!("write {expected}"));
    }

    fn wrong_type_with(&mut self, node: &Node, path: &str, expected: &str, fix: &str) {
        let summary = format!("`{path}` must be {expected}, not {}", node.shown());
        let finding = ours(&codes::WRONG_TYPE, summary).fix(fix);
        self.say(finding.on(path).at(node.place.as_ref()));
    }

    /// Tells that something that must be there is not.
    pub(super) fn missing(
        &mut self,
        place: Option<&Place>,
        path: &str,
        why: Option<&str>,
        fix: &str,
    ) {
        let general = ours(&codes::MISSING_FIELD, format!("`{path}` is missing"));
        let finding = Finding { why: why.map(str::to_owned), ..general };
        self.say(finding.fix(fix).on(path).at(place));
    }

    /// Tells that a key is not known here.
    pub(super) fn unknown_key(
        &mut self,
        key: &str,
        place: Option<&Place>,
        path: &str,
        known: &[&str],
    ) {
        let summary = format!(
            "unknown key `{key}`{}",
            if path.is_empty() { String::new() } else { format!(" in `{path}`") }
        );
        let fix = did_you_mean(key, known.iter().copied()).map_or_else(
            || format!("remove it; allowed keys: {}", known.join(", ")),
            |near| format!("write {near}"),
        );
        let full = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let finding = ours(&codes::UNKNOWN_KEY, summary).why("an unknown key has no effect");
        self.say(finding.fix(fix).on(&full).at(place));
    }
}

/// A finding of a code about a key of ours, which no page of Cloudflare documents.
fn ours(code: &'static Code, summary: String) -> Finding {
    Finding { why: None, docs: None, ..Finding::new(code, summary) }
}

/// A finding about a value of ours that is not allowed.
pub(super) fn invalid(summary: String) -> Finding {
    ours(&codes::INVALID_VALUE, summary)
}

/// The finding for the name of a code without a check, where a check is to be named.
pub(super) fn not_a_check(name: &str, code: &Code) -> Finding {
    let advice =
        code.causes.first().map(|cause| format!("; to lift it: {}", cause.fix)).unwrap_or_default();
    let fix = format!("remove the entry{advice}");
    invalid(format!("`{name}` is not a check that can be switched off"))
        .why("only checks of applications can be; guards and errors of files and servers cannot")
        .fix(fix)
}
