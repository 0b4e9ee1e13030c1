//! What is to be done of a plan: zones, and patterns over addresses and labels.

use std::collections::BTreeMap;

use globset::GlobMatcher;

use crate::model::Address;

/// One `--target` or `--exclude`.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// A glob over addresses.
    Address(GlobMatcher),
    /// `label:KEY=VALUE`.
    Label(String, String),
}

impl Pattern {
    /// Reads `example.com/ssh`, `example.com/*` or `label:team=payments`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<Pattern, String> {
        if let Some(label) = text.strip_prefix("label:") {
            let (key, value) = label.split_once('=').ok_or("write label:KEY=VALUE")?;
            return Ok(Pattern::Label(key.to_owned(), value.to_owned()));
        }
        let glob =
            globset::Glob::new(text).map_err(|error| format!("not a pattern: {}", error.kind()))?;
        Ok(Pattern::Address(glob.compile_matcher()))
    }

    /// The text as it was written.
    pub fn text(&self) -> String {
        match self {
            Pattern::Address(glob) => glob.glob().glob().to_owned(),
            Pattern::Label(key, value) => format!("label:{key}={value}"),
        }
    }

    /// Whether an address with these labels is meant.
    pub fn names(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Pattern::Address(glob) => glob.is_match(address.to_string()),
            Pattern::Label(key, value) => labels.get(key) == Some(value),
        }
    }
}

/// What is to be done of a plan.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The texts as they were given, for the report.
    pub given: Vec<String>,
    /// Zones; all when there is none.
    pub zones: Vec<String>,
    /// What is in; everything when there is none.
    pub targets: Vec<Pattern>,
    /// What is out.
    pub excludes: Vec<Pattern>,
}

impl Selection {
    /// Whether an address with these labels is selected by itself.
    pub(super) fn covers(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        let zone = self.zones.is_empty() || self.zones.contains(&address.zone);
        let target = self.targets.is_empty()
            || self.targets.iter().any(|pattern| pattern.names(address, labels));
        zone && target && !self.excludes.iter().any(|pattern| pattern.names(address, labels))
    }
}
