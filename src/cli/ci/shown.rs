//! What a comment shows, in few words, and what has moved since.

use crate::forge::Shown;
use crate::plan::{Action, Change, Plan, StateEffect, Work};

/// What stands between the words and the hash of what the change ends in.
const OUTCOME: &str = " #";

/// The changes of a plan: for each address the action and the fields, without any value, and a hash of what it ends in.
pub(super) fn shown(plan: &Plan) -> Shown {
    let words = plan.changes.iter().map(|change| {
        let fields: Vec<&str> = change.fields.iter().map(|field| field.field.path()).collect();
        let text = format!("{} {}", change.action.text(), fields.join(","));
        let is_new = matches!(change.action, Action::Create | Action::Replace);
        let outcome = plan.outcome(change, change.app_id.as_ref().filter(|_| !is_new));
        let outcome = outcome.map(|outcome| format!("{OUTCOME}{outcome}")).unwrap_or_default();
        (change.address.to_string(), format!("{}{outcome}", text.trim_end()))
    });
    words.collect()
}

/// Whether a change only records that what was shown is so already: the same application where one was named, with the same values and the
/// same protection. A change that ends an offer to restore something was not shown.
pub(super) fn repeats(shown: &Shown, plan: &Plan, change: &Change) -> bool {
    let is_noted = change.work == Work::Nothing
        && matches!(change.record, StateEffect::Keep(_))
        && change.withdraws.is_empty();
    let Some(text) = shown.get(&change.address.to_string()).filter(|_| is_noted) else {
        return false;
    };
    let is_new = ["create", "replace"].iter().any(|action| text.starts_with(action));
    let outcome = plan.outcome(change, change.app_id.as_ref().filter(|_| !is_new));
    let was = text.split_once(OUTCOME).map(|(_, outcome)| outcome);
    was.is_some() && was == outcome.as_deref()
}

/// The part of what was shown that is for people.
fn words(text: &str) -> &str {
    text.split_once(OUTCOME).map_or(text, |(words, _)| words)
}

/// What has moved between what was shown and what would be applied now, one line each.
pub(super) fn moved(before: &Shown, now: &Shown) -> Vec<String> {
    let mut lines = Vec::new();
    for (address, text) in now {
        let text = words(text);
        match before.get(address).map(|old| words(old)) {
            None => lines.push(format!("{address}: {text} (not in the comment)")),
            Some(old) if old != text => lines.push(format!("{address}: {old} → {text}")),
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|(address, _)| !now.contains_key(*address));
    lines.extend(
        gone.map(|(address, old)| format!("{address}: {} (no longer planned)", words(old))),
    );
    if lines.is_empty() {
        lines.push("the same changes with other values".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Shown {
        pairs.iter().map(|(address, text)| ((*address).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_moved_is_named_and_what_did_not_is_not() {
        let before = of(&[("z/a", "create tls #1"), ("z/b", "update tls #2"), ("z/c", "delete")]);
        let now = of(&[("z/b", "update dns.name #3"), ("z/c", "delete"), ("z/d", "create #4")]);
        let lines = moved(&before, &now);
        assert_eq!(
            lines,
            [
                "z/b: update tls → update dns.name",
                "z/d: create (not in the comment)",
                "z/a: create tls (no longer planned)"
            ]
        );
        assert_eq!(moved(&now, &now), ["the same changes with other values"]);
    }
}
