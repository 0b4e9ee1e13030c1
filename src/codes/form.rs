//! What is wrong with the form of a draft by itself, before any rule is asked: used for `defaults`, which belong to no application.

use super::Fault;
use super::Faults;
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
    let faults: Vec<Fault> = Faults::of(super::CODES.iter().copied(), &view);
    let of_form = |fault: &Fault| {
        let unread = draft
            .misread
            .iter()
            .any(|misread| misread.place.is_some() && misread.place == fault.place);
        let unknown =
            draft.unknown.iter().any(|key| key.place.is_some() && key.place == fault.place);
        let none = draft
            .not_mappings
            .iter()
            .any(|wrong| wrong.place.is_some() && wrong.place == fault.place);
        unread || unknown || none
    };
    faults
        .into_iter()
        .filter(of_form)
        .map(|fault| Finding { address: None, ..fault.into_finding("defaults") })
        .collect()
}
