//! The look at a live application right before its first write: if it is no longer what the plan was made for, it is left alone.

use std::collections::BTreeMap;

use super::report::Status;
use super::step_executor::{Ended, StepExecutor};
use crate::codes;
use crate::finding::Finding;
use crate::model::Live;
use crate::plan::{Call, Plan, Work};

/// The application from which a change takes values over, as it was read before either was written.
pub(super) fn taken_from(
    plan: &Plan,
    change: usize,
    found: &BTreeMap<usize, Live>,
) -> Option<Live> {
    let takes = plan.changes[change].expects.as_ref()?.takes.as_ref()?;
    let giver =
        plan.changes.iter().position(|change| change.app_id.as_ref() == Some(&takes.from))?;
    found.get(&giver).cloned()
}

impl StepExecutor<'_> {
    /// The application of the change as it is now, before a call that writes to it; a create has what was read before the delete, and what
    /// sends nothing what a neighbour had read. `Err` is how the step ends without a call that writes.
    pub(super) async fn found(&self, call: Call) -> Result<Option<Live>, Box<Ended>> {
        if let Some(found) = self.prior.filter(|_| matches!(call, Call::Create | Call::Nothing)) {
            return Ok(Some(found.clone()));
        }
        let (Some(id), Some(expects)) = (&self.change.app_id, &self.change.expects) else {
            return Ok(None);
        };
        if !self.is_read_first(call) {
            return Ok(None);
        }
        match self.calls.api.app(&self.change.zone_id, id).await {
            Ok(Some(live)) => match expects.moved(&live).as_slice() {
                [] => Ok(Some(live)),
                moved => Err(self.stale(&format!("`{}`", moved.join("`, `")))),
            },
            // What is to be deleted and is gone is done.
            Ok(None) if matches!(self.change.work, Work::Delete { .. }) => Ok(None),
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

    /// Whether a call is about an application that is there already, which is read right before it, however long ago a neighbour's turn
    /// had it read.
    pub(super) fn is_read_first(&self, call: Call) -> bool {
        matches!(call, Call::Update | Call::Delete | Call::Read)
            && self.change.app_id.is_some()
            && self.change.expects.is_some()
    }

    pub(super) fn stale(&self, what: &str) -> Box<Ended> {
        let address = &self.change.address;
        let summary =
            format!("{address} was changed since the plan was made: {what}; nothing was sent");
        let finding = Finding::new(&codes::STALE_PLAN, summary)
            .about(address)
            .at(self.change.refusals.place_of(""));
        Box::new(Ended::not_done(Status::Stale, self.change.app_id.clone(), 0, finding))
    }
}
