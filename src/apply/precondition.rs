//! The look at a live application right before its first write: if it is no longer what the plan was made for, it is left alone.

use std::collections::BTreeMap;

use super::report::Status;
use super::step_executor::{Ended, StepExecutor};
use crate::codes;
use crate::finding::Finding;
use crate::plan::{Call, Plan, Work};

/// The calls that an earlier step of the same change has found to be made.
pub(super) fn prior_work(plan: &Plan, step: usize, ended: &BTreeMap<usize, Ended>) -> Option<Work> {
    let change = plan.steps[step].change;
    let mut earlier = ended.iter().filter(|(other, _)| plan.steps[**other].change == change);
    earlier.find_map(|(_, ended)| ended.work.clone())
}

impl StepExecutor<'_> {
    /// The calls of the change for the application as it is now; `Err` is how the step ends without a call that writes.
    pub(super) async fn current_work(&self, call: Call) -> Result<Work, Box<Ended>> {
        if let Some(work) = self.prior {
            return Ok(work.clone());
        }
        let planned = &self.change.work;
        let (Some(id), Some(expects)) = (&self.change.app_id, &self.change.expects) else {
            return Ok(planned.clone());
        };
        if !self.is_read_first(call) {
            return Ok(planned.clone());
        }
        match self.api.app(&self.change.zone_id, id).await {
            Ok(Some(live)) => match expects.moved(&live).as_slice() {
                [] => Ok(self.change.work_for(&live)),
                moved => Err(self.stale(&format!("`{}`", moved.join("`, `")))),
            },
            // What is to be deleted and is gone is done.
            Ok(None) if matches!(planned, Work::Delete { .. }) => Ok(planned.clone()),
            Ok(None) => Err(self.stale("it is gone")),
            Err(error) => Err(Box::new(Ended {
                is_about_credentials: error.is_about_credentials(),
                ..Ended::not_done(
                    Status::Failed,
                    self.change.app_id.clone(),
                    error.attempts.max(1),
                    self.findings_of(&error).0,
                )
            })),
        }
    }

    /// Whether a call is the first write to an application that is there already.
    pub(super) fn is_read_first(&self, call: Call) -> bool {
        matches!(call, Call::Update | Call::Delete)
            && self.prior.is_none()
            && self.change.app_id.is_some()
            && self.change.expects.is_some()
    }

    fn stale(&self, what: &str) -> Box<Ended> {
        let address = &self.change.address;
        let summary =
            format!("{address} was changed since the plan was made: {what}; nothing was sent");
        let finding = Finding::new(&codes::STALE_PLAN, summary)
            .about(address)
            .at(self.change.refusals.place_of(""));
        Box::new(Ended::not_done(Status::Stale, self.change.app_id.clone(), 0, finding))
    }
}
