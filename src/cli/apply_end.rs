//! How an apply ended: the plan where it was not applied, the report where it was, and the exit code.

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::loaded::Loaded;
use super::output::{Format, Output};
use super::plan::{self, exit_for};
use super::plan_source::Prepared;
use crate::apply::Report;
use crate::codes;
use crate::finding::Finding;
use crate::plan::Plan;
use crate::render;
use crate::state::StoreError;

/// What came of the command, to be reported.
pub(super) struct Ended {
    pub(super) plan: Plan,
    pub(super) report: Option<Report>,
    /// A failure beside the plan and the steps.
    pub(super) failure: Option<Finding>,
    /// Whether somebody looked at the plan and did not want it.
    cancelled: bool,
    pub(super) exit: Exit,
}

/// The exit code of a plan that is not applied; none for one that is.
pub(super) fn stopped(prepared: &Prepared<'_>) -> Option<Exit> {
    match exit_for(&prepared.plan) {
        Exit::Done if prepared.stale.is_empty() => None,
        Exit::Done => Some(Exit::Stale),
        exit => Some(exit),
    }
}

fn exit_for_report(report: &Report) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else if report.state_failure.is_some() {
        Exit::Failed
    } else if report.is_complete() {
        Exit::Done
    } else if report.is_stale() {
        Exit::Stale
    } else {
        Exit::Incomplete
    }
}

impl Ended {
    /// A plan that could not be made.
    pub(super) fn refused(failure: Failure, context: &Context, loaded: &Loaded) -> Ended {
        let exit = failure.exit();
        Ended::not_begun(loaded.refused(failure, context), exit)
    }

    /// Adds a failure that came after it; the first one is the one that is reported.
    pub(super) fn add(&mut self, failure: Failure) {
        self.exit = self.exit.min(failure.exit());
        let finding = failure.into_findings().into_iter().next();
        self.failure = self.failure.take().or(finding);
    }

    /// A plan that was not applied.
    pub(super) fn not_begun(plan: Plan, exit: Exit) -> Ended {
        Ended { plan, report: None, failure: None, cancelled: false, exit }
    }

    /// A plan that may not be applied, with why it is not what was approved.
    pub(super) fn stopped(prepared: Prepared<'_>, exit: Exit) -> Ended {
        let mut plan = prepared.plan;
        if exit == Exit::Stale {
            plan.findings.extend(prepared.stale);
        }
        Ended::not_begun(plan, exit)
    }

    /// A plan that somebody looked at and did not want.
    pub(super) fn cancelled(plan: Plan) -> Ended {
        let summary = format!("cancelled at the prompt; {}", interrupt::changed());
        let declined = Finding::new(&codes::DECLINED, summary);
        let ended = Ended::not_begun(plan, Exit::Failed);
        Ended { failure: Some(declined), cancelled: true, ..ended }
    }

    /// A plan that was applied.
    pub(super) fn run(plan: Plan, report: Report) -> Ended {
        let exit = exit_for_report(&report);
        Ended { plan, report: Some(report), failure: None, cancelled: false, exit }
    }

    /// The same after something that was done with the state; the first failure is the one that is reported.
    pub(super) fn then(self, done: Result<(), StoreError>) -> Ended {
        match done {
            Err(error) if self.failure.is_none() => Ended {
                failure: Some(error.to_finding()),
                exit: self.exit.min(Exit::Failed),
                ..self
            },
            _ => self,
        }
    }

    /// Writes what came of it: the plan where it was not applied, the report where it was.
    pub(super) fn report(
        &self,
        context: &Context,
        loaded: &Loaded,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let Ended { plan, report, failure, cancelled, exit } = self;
        let closing = report.is_none().then(interrupt::changed);
        output.end(*exit, |format, style, out| {
            let options = loaded.render_options(style, &context.output, closing);
            match (format, report) {
                (Format::Json, _) => {
                    render::apply_json::write(out, plan, report.as_ref(), failure.as_ref())
                }
                (_, None) if *cancelled => writeln!(out, "{}", interrupt::closed("Cancelled")),
                // The interrupt was answered when it came.
                (_, None) if *exit == Exit::Interrupted => {
                    render::findings::write(out, failure.as_slice(), options)
                }
                (Format::Markdown, Some(report)) => render::apply_markdown::write(out, report),
                (_, report) => {
                    match report {
                        Some(report) if !plan.is_empty() => {
                            render::apply_text::write(out, report, options)?
                        }
                        None if failure.is_some() => {}
                        _ => plan::write(out, format, plan, options, loaded.files.root())?,
                    }
                    render::findings::write(out, failure.as_slice(), options)
                }
            }
        })
    }
}
