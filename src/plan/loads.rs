//! What the outages of a plan cost: the connections that they cut, as far as they were read, and the guard over their number. Traffic is
//! no part of what is approved, so it is not in the digest.

use std::collections::BTreeMap;

use super::change::Change;
use super::input::Input;
use crate::codes;
use crate::finding::Finding;
use crate::model::load::{self, Reading};
use crate::model::{Address, AppId, Impact};

/// The application that a change cuts off; none where clients notice no outage, or where nothing is live.
pub fn cut(change: &Change) -> Option<&AppId> {
    change.app_id.as_ref().filter(|_| change.impact == Impact::Outage)
}

/// The traffic of each application that is cut off; nothing where nobody asked for it.
pub(super) fn of(input: &Input<'_>, changes: &[Change]) -> BTreeMap<Address, Reading> {
    let Some(facts) = input.facts else { return BTreeMap::new() };
    let reading = |change: &Change| {
        let zone = facts.zones.get(&change.address.zone)?;
        Some((change.address.clone(), zone.load.as_ref()?.of(cut(change)?)))
    };
    changes.iter().filter_map(reading).collect()
}

/// Refuses outages that cut more connections than allowed, or of which nobody knows how many they cut.
pub(super) fn check(
    input: &Input<'_>,
    changes: &[Change],
    loads: &BTreeMap<Address, Reading>,
) -> Option<Finding> {
    let most = input.policy.limits.max_connections_cut?;
    let unread = Reading::Unknown("the live traffic was not read".to_owned());
    let outages = changes.iter().filter(|change| cut(change).is_some());
    let readings = outages.map(|change| loads.get(&change.address).unwrap_or(&unread));
    match load::sum(readings) {
        Reading::Known(load) if load.connections <= u64::from(most) => None,
        Reading::Known(load) => {
            let summary = format!(
                "the outages of the plan cut {}, and at most {most} may be cut",
                load.connections_text()
            );
            let (lifted, below) = (load.connections, u64::from(most) + 1);
            Some(Finding::new(&codes::MAX_CONNECTIONS_CUT, summary).fix(format!(
                "apply when there is less traffic, or run with `--max-cut {lifted}`; to wait then until at most {most} would be cut, \
                 apply with `--max-cut {lifted} --when-quiet 30m --below {below}`"
            )))
        }
        Reading::Unknown(why) => {
            let summary = format!("how many connections the plan cuts is unknown: {why}");
            Some(Finding::new(&codes::MAX_CONNECTIONS_CUT, summary).fix(
                "give the token the zone permission `Analytics: Read` and plan with preflight, or \
                 remove `settings.limits.max_connections_cut`",
            ))
        }
    }
}
