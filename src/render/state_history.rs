//! The kept versions of the state for people and for other programs: when each was written, by whom, doing what, and how much it holds.
//!
//! `format_version` is "1.0", with the rules of `findings_json`.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::findings_json::{FORMAT_VERSION, write_json};
use super::state::write_table;
use super::style::TermStyle;
use crate::ledger::{State, Writer};

/// A version of the state.
#[derive(Debug, Serialize)]
pub struct Past {
    serial: u64,
    written_at: Option<Timestamp>,
    tool: Option<String>,
    written_by: Option<Writer>,
    apps: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Difference>,
    current: bool,
    error: Option<String>,
}

/// How many applications came, went and changed since the version before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Difference {
    added: usize,
    removed: usize,
    changed: usize,
}

impl Difference {
    fn between(before: &State, after: &State) -> Difference {
        let added = after.apps.keys().filter(|address| !before.apps.contains_key(*address));
        let removed = before.apps.keys().filter(|address| !after.apps.contains_key(*address));
        let both = after.apps.iter().filter_map(|(key, app)| Some((before.apps.get(key)?, app)));
        let changed = both.filter(|(was, is)| was != is);
        Difference { added: added.count(), removed: removed.count(), changed: changed.count() }
    }

    /// `+2 -1 ~3`; nothing where nothing differs.
    fn text(self) -> Option<String> {
        let counts = [("+", self.added), ("-", self.removed), ("~", self.changed)];
        let parts: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(sign, count)| format!("{sign}{count}"))
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

impl Past {
    /// A version that can be read, with the one before it, if that could be.
    pub fn new(serial: u64, state: &State, before: Option<&State>, current: bool) -> Self {
        Past {
            serial,
            written_at: Some(state.written_at),
            tool: Some(state.tool.clone()),
            written_by: state.written_by.clone(),
            apps: Some(state.apps.len()),
            since: before.map(|before| Difference::between(before, state)),
            current,
            error: None,
        }
    }

    /// A version that cannot.
    pub fn unreadable(serial: u64, error: String) -> Self {
        Past {
            serial,
            written_at: None,
            tool: None,
            written_by: None,
            apps: None,
            since: None,
            current: false,
            error: Some(error),
        }
    }

    fn row(&self, zone: &TimeZone) -> [String; 5] {
        let current = if self.current { " (current)" } else { "" };
        let written = self
            .written_at
            .map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string());
        let (operation, who) = match &self.written_by {
            _ if self.error.is_some() => (String::new(), String::new()),
            Some(Writer { user, host, operation }) => (operation.clone(), format!("{user}@{host}")),
            None => ("unknown".to_owned(), "unknown".to_owned()),
        };
        let apps = match (self.apps, self.since.and_then(Difference::text)) {
            (None, _) => self.error.clone().unwrap_or_default(),
            (Some(apps), None) => apps.to_string(),
            (Some(apps), Some(difference)) => format!("{apps} ({difference})"),
        };
        [format!("{}{current}", self.serial), written.unwrap_or_default(), operation, who, apps]
    }
}

#[derive(Serialize)]
struct HistoryReport<'a> {
    format_version: &'a str,
    versions: &'a [Past],
}

/// Writes the versions as JSON, oldest first.
///
/// # Errors
/// Those of the writer.
pub fn write_json_report(out: &mut dyn Write, versions: &[Past]) -> io::Result<()> {
    write_json(out, &HistoryReport { format_version: FORMAT_VERSION, versions })
}

/// Writes the versions as a table, oldest first, with the time of day of a time zone.
///
/// # Errors
/// Those of the writer.
pub fn write(
    out: &mut dyn Write,
    versions: &[Past],
    zone: &TimeZone,
    style: TermStyle,
) -> io::Result<()> {
    if versions.is_empty() {
        return writeln!(out, "There is no state yet.");
    }
    let rows: Vec<[String; 5]> = versions.iter().map(|past| past.row(zone)).collect();
    let head = ["VERSION", "WRITTEN", "OPERATION", "BY", "APPLICATIONS"].map(str::to_owned);
    write_table(out, &head, &rows, style)
}
