//! `--refresh-only`: what is known of ids is brought up to date. Applications that are gone are forgotten, those that are found with the
//! desired values are adopted, moves are written down; nothing is written to the API, and drift never becomes configuration.

use super::change::{Action, Change, Reason, StateEffect, Work};
use super::decide::Decisions;

/// Leaves the changes that only bring the state up to date.
pub(super) fn keep_what_is_known(made: &mut Decisions) {
    let changes = std::mem::take(&mut made.changes);
    made.changes = changes.into_iter().filter_map(keep_state_effect).collect();
    made.blocked.clear();
    made.refusals.clear();
}

fn keep_state_effect(change: Change) -> Option<Change> {
    let gone = change.action == Action::Create && change.reason == Reason::DeletedOutside;
    let left =
        change.action == Action::Forget && change.record == (StateEffect::Drop { released: false });
    match change.action {
        _ if gone => Some(Change {
            action: Action::Forget,
            fields: Vec::new(),
            work: Work::Nothing,
            record: StateEffect::Drop { released: false },
            ..change
        }),
        Action::Adopt | Action::Move if change.work == Work::Nothing => Some(change),
        _ if left => Some(change),
        _ => None,
    }
}
