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

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Problem => "FAIL",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What: `token`, `zone example.com`.
    pub subject: String,
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
        Check {
            subject: subject.into(),
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
        Check {
            subject: subject.into(),
            verdict: Verdict::Problem,
            summary,
            code: Some(code),
            why,
            fix: Some(fix),
        }
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
    let subjects =
        checkup.checks.iter().map(|check| width(&check.subject)).max().unwrap_or_default();
    for check in &checkup.checks {
        let colour = match check.verdict {
            Verdict::Ok => style::ADDED,
            Verdict::Note => style::FAINT,
            Verdict::Problem => style::ALARM,
        };
        let verdict = style.paint(colour, padded(check.verdict.text(), VERDICT_WIDTH));
        writeln!(
            out,
            "{verdict}  {}  {}",
            padded(&visible(&check.subject), subjects),
            visible(&check.summary)
        )?;
        for (name, text) in [("why", &check.why), ("fix", &check.fix)] {
            let lines = text
                .as_deref()
                .map(|text| wrapped(text, style.width.saturating_sub(11)))
                .unwrap_or_default();
            for (index, line) in lines.iter().enumerate() {
                writeln!(
                    out,
                    "      {} {line}",
                    if index == 0 {
                        style.paint(style::FAINT, format!("{name}:"))
                    } else {
                        "    ".to_owned()
                    }
                )?;
            }
        }
    }
    match checkup.problems() {
        0 => writeln!(
            out,
            "\nEverything that is configured can be planned. Whether the token may write, only an apply shows."
        ),
        count => writeln!(out, "\n{}.", counted(count, "problem")),
    }
}
