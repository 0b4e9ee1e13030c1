//! Findings as a JUnit report, which most pipelines show as tests: an error is a failure, a warning is skipped. No value from outside
//! begins a line, where a runner would read it as a command.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::layout::visible;
use super::words;
use crate::finding::Finding;
use crate::plan::Plan;

/// Writes the report of `validate`.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    write_suite(out, "spectrumctl validate", findings, Vec::new())
}

/// Writes the report of a plan; pending changes are no failures.
///
/// # Errors
/// Those of the writer.
pub fn write_plan(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let changes = plan.changes.iter().map(|change| {
        let mut case = TestCase::new(
            format!("{} {}", change.action.text(), visible(&change.address.to_string())),
            TestCaseStatus::success(),
        );
        case.set_classname(visible(&change.address.zone));
        case.set_system_out(format!(
            "{}; impact: {}",
            words::reason(change).unwrap_or(change.action.text()),
            words::impact(change)
        ));
        case
    });
    let name = if plan.simulated { "spectrumctl plan (SIMULATED)" } else { "spectrumctl plan" };
    write_suite(out, name, &plan.findings, changes.collect())
}

/// Writes a report of drift: everything that drifted is a failure.
///
/// # Errors
/// Those of the writer.
pub fn write_drift(out: &mut dyn Write, findings: &[Finding], simulated: bool) -> io::Result<()> {
    let name = if simulated { "spectrumctl drift (SIMULATED)" } else { "spectrumctl drift" };
    write_suite(out, name, findings, Vec::new())
}

fn write_suite(
    out: &mut dyn Write,
    name: &str,
    findings: &[Finding],
    others: Vec<TestCase>,
) -> io::Result<()> {
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(findings.iter().map(case));
    if findings.is_empty() {
        suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
    }
    suite.add_test_cases(others);
    let mut report = Report::new("spectrumctl");
    report.add_test_suite(suite);
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(without_skipped_at_the_root(&text, report.skipped).as_bytes())
}

/// The schema that Jenkins publishes counts what was skipped in each suite, and not at the root.
fn without_skipped_at_the_root(text: &str, skipped: usize) -> String {
    text.replacen(&format!(" skipped=\"{skipped}\""), "", 1)
}

fn case(finding: &Finding) -> TestCase {
    let place = finding.place.as_ref().map(|place| format!("at {}\n", visible(&place.to_string())));
    let answer =
        finding.refusal.as_ref().map(|refusal| format!("answer: {}\n", visible(&refusal.message)));
    let notes = finding.notes().map(|(name, note)| format!("{name}: {}", visible(note)));
    let notes = notes.collect::<Vec<_>>().join("\n");
    let summary = visible(&finding.summary);
    let mut status = if finding.is_error() {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::skipped()
    };
    status.set_type(finding.code.as_str()).set_message(summary.as_str());
    status.set_description(format!(
        "{}{}{notes}",
        place.unwrap_or_default(),
        answer.unwrap_or_default()
    ));
    let mut case = TestCase::new(format!("{}: {summary}", finding.code), status);
    let class = finding.address.as_deref().or(finding.place.as_ref().map(|place| &*place.file));
    case.set_classname(visible(class.unwrap_or(env!("CARGO_PKG_NAME"))));
    case
}
