//! When a run ends although it is told to go on: what refuses everything would refuse the rest as well. Pure.

use super::report::Status;
use super::step_executor::Ended;
use crate::finding::Finding;

/// How many equal refusals in a row end a run.
const MOST: u32 = 3;

/// The refusals since the last success.
#[derive(Debug, Default)]
pub(super) struct CircuitBreaker {
    code: String,
    length: u32,
}

impl CircuitBreaker {
    /// Notes how a step ended; gives the reason to end the run, if that is one.
    pub(super) fn note(&mut self, ended: &Ended) -> Option<Finding> {
        let code = ended
            .error
            .as_deref()
            .filter(|finding| finding.refusal.is_some())
            .map(|finding| finding.code.clone());
        match (ended.status, code) {
            (Status::Failed, Some(code)) if code == self.code => self.length += 1,
            (Status::Failed, Some(code)) => *self = CircuitBreaker { code, length: 1 },
            _ => *self = CircuitBreaker::default(),
        }
        if ended.is_about_credentials {
            let why = "credentials that are refused once are refused for every further call";
            return Some(ended_early(
                "the run was ended because the credentials were refused",
                why,
            ));
        }
        (self.length >= MOST).then(|| {
            let why = "what is refused three times in a row for the same reason would be refused for the rest as well";
            ended_early(&format!("the run was ended after {MOST} refusals in a row with code {}", self.code), why)
        })
    }
}

fn ended_early(summary: &str, why: &str) -> Finding {
    Finding::error(
        "ended-early",
        summary,
        why,
        "see the refusals, mend their cause, and apply again for the rest",
    )
}
