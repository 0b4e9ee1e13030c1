//! What a comment shows, in few words, and what has moved since.

use crate::forge::Shown;
use crate::plan::Plan;

/// The changes of a plan: for each address the action and the fields, without any value.
pub(super) fn shown(plan: &Plan) -> Shown {
    let words = plan.changes.iter().map(|change| {
        let fields: Vec<&str> = change.fields.iter().map(|field| field.field.path()).collect();
        let text = format!("{} {}", change.action.text(), fields.join(","));
        (change.address.to_string(), text.trim_end().to_owned())
    });
    words.collect()
}

/// What has moved between what was shown and what would be applied now, one line each.
pub(super) fn moved(before: &Shown, now: &Shown) -> Vec<String> {
    let mut lines = Vec::new();
    for (address, text) in now {
        match before.get(address) {
            None => lines.push(format!("{address}: {text} (not in the comment)")),
            Some(old) if old != text => lines.push(format!("{address}: {old} → {text}")),
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|(address, _)| !now.contains_key(*address));
    lines.extend(gone.map(|(address, old)| format!("{address}: {old} (no longer planned)")));
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
        let before = of(&[("z/a", "create tls"), ("z/b", "update tls"), ("z/c", "delete")]);
        let now = of(&[("z/b", "update dns.name"), ("z/c", "delete"), ("z/d", "create")]);
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
