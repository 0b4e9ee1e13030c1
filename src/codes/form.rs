//! What is wrong with the form of a draft by itself, before any rule is asked: used for `defaults`, which belong to no application.

use super::table::check_rules;
use super::violation::Violation;
use crate::finding::Finding;
use crate::model::{Draft, Peers, View, ZoneFacts};

/// The findings about keys and values that cannot be read; nothing about what is missing.
pub fn form_of_draft(draft: &Draft) -> Vec<Finding> {
    let (zone, peers) = (ZoneFacts::default(), Peers::default());
    let view = View {
        who: "defaults",
        app: draft,
        live: None,
        zone: &zone,
        zones: &[],
        peers: &peers,
        facts: None,
    };
    let violations: Vec<Violation> = check_rules(&view);
    let of_form = |violation: &Violation| {
        let unread = draft
            .unreadable
            .iter()
            .any(|unreadable| unreadable.place.is_some() && unreadable.place == violation.place);
        let unknown =
            draft.unknown.iter().any(|key| key.place.is_some() && key.place == violation.place);
        let none = draft
            .not_mappings
            .iter()
            .any(|wrong| wrong.place.is_some() && wrong.place == violation.place);
        unread || unknown || none
    };
    violations
        .into_iter()
        .filter(of_form)
        .map(|violation| Finding { address: None, ..violation.into_finding("defaults") })
        .collect()
}
