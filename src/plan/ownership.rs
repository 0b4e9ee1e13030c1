//! Whose a state is, and where: a configuration may move and delete what it applied, and nothing of another one; and what it applied is in
//! the state of the last apply, not in a copy of it that is kept elsewhere.

use super::change::{Action, Change};
use super::input::{Allowance, Input, Policy};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::State;

/// What is another configuration's and would be moved or deleted, because this one does not have it.
pub(super) fn check(input: &Input<'_>, changes: &[Change]) -> Option<Finding> {
    let (owner, own) = (input.recorded.state.owner.as_ref()?, input.policy.owner.as_ref());
    let is_foreign = |change: &&Change| {
        let leaves = change.removes() || matches!(change.action, Action::Forget | Action::Move);
        let at = change.from.as_ref().unwrap_or(&change.address);
        (leaves || change.vacates) && input.recorded.state.apps.contains_key(at)
    };
    let foreign: Vec<String> =
        changes.iter().filter(is_foreign).map(|change| change.address.to_string()).collect();
    (Some(owner) != own && !foreign.is_empty()).then(|| {
        let own = own.map_or_else(|| "which has no name".to_owned(), |own| format!("`{own}`"));
        let summary = format!(
            "the state belongs to the configuration `{owner}`, and this one, {own}, would move or delete {}",
            foreign.join(", ")
        );
        let fix = format!(
            "to share the state, set `settings.name: {owner}` here; to keep them apart, name another state with `settings.state`"
        );
        Finding { fix, ..Finding::new(&codes::STATE_OF_ANOTHER_CONFIGURATION, summary) }
    })
}

/// A state that is in a bucket or comes from one, and is kept elsewhere than at the last apply.
pub fn check_place(policy: &Policy, state: &State) -> Option<Finding> {
    let now = policy.state_place.as_ref()?;
    let last = state.location.as_ref().filter(|last| !now.is(Some(last)))?;
    let now = now.url().map_or("a folder", String::as_str);
    let summary = format!("the state is read from {now}, and the last apply kept it in {last}");
    let finding = Finding::new(&codes::STATE_MOVED, summary);
    let is_allowed = policy.allowances.contains(&Allowance::StateMoved);
    let fix = "this was allowed, and an apply records the new place; if it is not the right one, name \
               that with settings.state or --state";
    Some(if is_allowed { finding.as_warning().fix(fix) } else { finding })
}
