//! What `doctor` found, for people and for other programs: a line for each thing that was looked at.
//!
//! `format_version` is "1.0", with the rules of `findings_json`.

use std::io::{self, Write};

use serde::Serialize;

use super::findings_json::{FORMAT_VERSION, write_json};
use super::layout::{counted, padded, visible, width, wrapped};
use super::style::{self, TermStyle};
use crate::finding::Finding;

/// How a thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is enough.
    Ok,
    /// It is not there or not known, and nothing that is configured needs it.
    Note,
    /// It is a problem. In JSON `to_mend`, as in the first version of the format.
    #[serde(rename = "to_mend")]
    Problem,
}

/// How wide the widest verdict is.
const VERDICT_WIDTH: usize = 4;

/// Where what belongs to a check begins.
const INDENT: usize = 8;

/// With less room beside its name, what was found is written below it.
const LEAST_BESIDE: usize = 36;

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Problem => "FAIL",
        }
    }
}

/// What a thing that was looked at belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// This machine, and where the state is.
    Local,
    /// The API and the token.
    Api,
    /// A zone.
    Zone(String),
    /// An account.
    Account(String),
}

impl Group {
    fn title(&self) -> String {
        match self {
            Group::Local => "Configuration and state".to_owned(),
            Group::Api => "API and token".to_owned(),
            Group::Zone(name) => format!("Zone {name}"),
            Group::Account(id) => format!("Account {id}"),
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What: `token`, `zone example.com`.
    pub subject: String,
    /// The same within its group.
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    group: Group,
    /// How it was found.
    pub verdict: Verdict,
    /// What was found, one line.
    pub summary: String,
    /// The code or slug of a problem.
    pub code: Option<String>,
    /// Why it matters.
    pub why: Option<String>,
    /// What to do.
    pub fix: Option<String>,
}

impl Check {
    /// A thing that is enough.
    pub fn ok(subject: impl Into<String>, summary: impl Into<String>) -> Check {
        let subject = subject.into();
        Check {
            name: subject.clone(),
            subject,
            group: Group::Local,
            verdict: Verdict::Ok,
            summary: summary.into(),
            code: None,
            why: None,
            fix: None,
        }
    }

    /// A thing that is not there or not known, and is not needed.
    pub fn note(subject: impl Into<String>, summary: impl Into<String>) -> Check {
        Check { verdict: Verdict::Note, ..Check::ok(subject, summary) }
    }

    /// A problem, in the words of a finding.
    pub fn problem(subject: impl Into<String>, finding: Finding) -> Check {
        let Finding { code, summary, why, fix, .. } = finding;
        let check = Check::ok(subject, summary);
        Check { verdict: Verdict::Problem, code: Some(code), why, fix: Some(fix), ..check }
    }

    /// The same as something of the API or the token.
    #[must_use]
    pub fn of_api(self) -> Check {
        Check { group: Group::Api, ..self }
    }

    /// The same as something of a zone; its subject `zone` is the zone itself.
    #[must_use]
    pub fn of_zone(self, zone: &str) -> Check {
        let subject = match self.subject.as_str() {
            "zone" => format!("zone {zone}"),
            subject => format!("{subject} of {zone}"),
        };
        Check { subject, group: Group::Zone(zone.to_owned()), ..self }
    }

    /// The same as something of an account.
    #[must_use]
    pub fn of_account(self, account: &str) -> Check {
        let subject = format!("{} of {account}", self.subject);
        Check { subject, group: Group::Account(account.to_owned()), ..self }
    }
}

/// Everything that was looked at.
#[derive(Debug, Default)]
pub struct Checkup {
    /// Whether it was a simulator.
    pub simulated: bool,
    /// In the order in which they were looked at.
    pub checks: Vec<Check>,
}

impl Checkup {
    /// How many problems there are.
    pub fn problems(&self) -> usize {
        self.checks.iter().filter(|check| check.verdict == Verdict::Problem).count()
    }
}

#[derive(Serialize)]
struct Report<'a> {
    format_version: &'a str,
    simulated: bool,
    to_mend: usize,
    checks: &'a [Check],
}

/// Writes the checkup as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_json_report(out: &mut dyn Write, checkup: &Checkup) -> io::Result<()> {
    let (simulated, to_mend) = (checkup.simulated, checkup.problems());
    write_json(
        out,
        &Report { format_version: FORMAT_VERSION, simulated, to_mend, checks: &checkup.checks },
    )
}

/// Writes the checkup as text.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, checkup: &Checkup, style: TermStyle) -> io::Result<()> {
    if checkup.simulated {
        writeln!(
            out,
            "{}\n",
            style.paint(style::STRONG, "SIMULATED: what follows is the simulator's")
        )?;
    }
    let mut groups: Vec<&Group> = Vec::new();
    for check in &checkup.checks {
        if !groups.contains(&&check.group) {
            groups.push(&check.group);
        }
    }
    for group in groups {
        writeln!(out, "{}", style.paint(style::STRONG, visible(&group.title())))?;
        let checks = || checkup.checks.iter().filter(|check| check.group == *group);
        let names = checks().map(|check| width(&check.name)).max().unwrap_or_default();
        checks().try_for_each(|check| write_check(out, check, names, style))?;
        writeln!(out)?;
    }
    match checkup.problems() {
        0 => writeln!(
            out,
            "{}\nOnly an apply shows whether the token may write.",
            style.paint(style::ADDED, "No problems: what is configured can be planned.")
        ),
        count => writeln!(
            out,
            "{}",
            style.paint(style::ALARM, format!("{}.", counted(count, "problem")))
        ),
    }
}

/// What was found; of more than two lines, each part is a point of a list.
fn summary_lines(summary: &str, room: usize) -> Vec<String> {
    let whole = wrapped(summary, room);
    let parts: Vec<&str> = summary.split("; ").collect();
    if whole.len() < 3 || parts.len() < 3 {
        return whole;
    }
    let point = |part: &&str| {
        let lines = wrapped(part, room.saturating_sub(2)).into_iter().enumerate();
        let sign = |index| if index == 0 { "-" } else { " " };
        lines.map(|(index, line)| format!("{} {line}", sign(index))).collect::<Vec<_>>()
    };
    parts.iter().flat_map(point).collect()
}

/// `  ok    applications  2 applications live`, and below it why and what to do.
fn write_check(
    out: &mut dyn Write,
    check: &Check,
    names: usize,
    style: TermStyle,
) -> io::Result<()> {
    let colour = match check.verdict {
        Verdict::Ok => style::ADDED,
        Verdict::Note => style::NOTED,
        Verdict::Problem => style::ALARM,
    };
    let verdict = style.paint(colour, padded(check.verdict.text(), VERDICT_WIDTH));
    let name = padded(&visible(&check.name), names);
    let beside = INDENT + names + 2;
    let is_beside = style.width >= beside + LEAST_BESIDE;
    let column = if is_beside { beside } else { INDENT };
    let mut summary = summary_lines(&check.summary, style.width.saturating_sub(column));
    if is_beside && !summary.is_empty() {
        writeln!(out, "  {verdict}  {name}  {}", summary.remove(0))?;
    } else {
        writeln!(out, "  {verdict}  {}", name.trim_end())?;
    }
    for line in summary {
        writeln!(out, "{}{line}", " ".repeat(column))?;
    }
    for (name, text) in [("why", &check.why), ("fix", &check.fix)] {
        let lines =
            text.as_deref().map(|text| wrapped(text, style.width.saturating_sub(INDENT + 5)));
        for (index, line) in lines.into_iter().flatten().enumerate() {
            let label = if index == 0 {
                style.paint(style::FAINT, format!("{name}:"))
            } else {
                "    ".to_owned()
            };
            writeln!(out, "{}{label} {line}", " ".repeat(INDENT))?;
        }
    }
    Ok(())
}
