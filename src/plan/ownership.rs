//! Whose a state is: a configuration may move and delete what it applied, and nothing of another one.

use super::change::{Action, Change};
use super::input::Input;
use crate::codes;
use crate::finding::Finding;

/// What is another configuration's and would be moved or deleted, because this one does not have it.
pub(super) fn check(input: &Input<'_>, changes: &[Change]) -> Option<Finding> {
    let (owner, own) = (input.recorded.state.owner.as_ref()?, input.policy.owner.as_ref()?);
    let is_foreign = |change: &&Change| {
        let leaves = change.removes() || matches!(change.action, Action::Forget | Action::Move);
        let at = change.from.as_ref().unwrap_or(&change.address);
        (leaves || change.vacates) && input.recorded.state.apps.contains_key(at)
    };
    let foreign: Vec<String> =
        changes.iter().filter(is_foreign).map(|change| change.address.to_string()).collect();
    (owner != own && !foreign.is_empty()).then(|| {
        let summary = format!(
            "the state belongs to the configuration `{owner}`, and this one, `{own}`, would move or delete {}",
            foreign.join(", ")
        );
        let fix = format!(
            "to share the state, set `settings.name: {owner}` here; to keep them apart, name another state with `settings.state`"
        );
        Finding { fix, ..Finding::new(&codes::STATE_OF_ANOTHER_CONFIGURATION, summary) }
    })
}
