//! Taking live applications under management: which of them the configuration does not have, which match it, and what is written down.

use super::change::{Action, Change, Work};
use super::fields::masks_of;
use super::input::{Input, LiveZone};
use super::pair;
use super::renames::Moves;
use crate::config::App;
use crate::model::field::Absent;
use crate::model::{Address, AppId, Field, Live, Provenance, Recorded, Spec, Value, ZoneId};

/// What is written down of an application that is imported: its live values, not confirmed by any apply.
pub fn imported(app: &App, zone: &ZoneId, live: &Live) -> Recorded {
    // A value that the API chose is none of ours until the configuration declares it.
    let is_ours =
        |field: Field| field.row().absent == Absent::Default || app.draft.get(field).is_some();
    let readable = live
        .spec
        .values()
        .filter(|(field, value)| !matches!(value, Value::Unread(_)) && is_ours(*field));
    Recorded {
        id: live.id.clone(),
        zone_id: zone.clone(),
        file: app.file.clone(),
        fields: Spec::new(readable.map(|(field, value)| (field, value.clone()))).to_json(),
        labels: app.labels.clone(),
        note: app.note.clone(),
        masks: masks_of(app),
        protect: app.lifecycle.protect,
        provenance: Provenance::Imported,
        applied: false,
        confirmed: true,
    }
}

/// The live applications of each zone that neither the configuration nor the state has.
pub fn uncovered<'a>(input: &Input<'a>) -> Vec<(&'a LiveZone, Vec<&'a Live>)> {
    let (moves, recorded) = (Moves::new(input), pair::recorded_ids(input));
    let of_zone = |zone: &'a LiveZone| {
        let pairs = pair::pair(input, &moves, zone);
        (zone, pair::unmanaged_apps(zone, &pairs.pairs, &recorded))
    };
    input.live.iter().map(of_zone).collect()
}

/// The live application that a plan pairs with an address.
pub fn live_at<'a>(input: &Input<'a>, address: &Address) -> Option<&'a Live> {
    let zone = input.live.iter().find(|zone| zone.name == address.zone)?;
    let pairs = pair::pair(input, &Moves::new(input), zone).pairs;
    pairs.iter().find(|pair| pair.address == *address)?.three_way.live()
}

/// Addresses with the ids of the live applications that match them.
pub type Matched<'a> = Vec<(&'a Address, &'a AppId)>;

/// What a plan would adopt: the applications that match the configuration in every value, and those that match by identity only.
pub fn matches(changes: &[Change]) -> (Matched<'_>, Matched<'_>) {
    let of = |is_same: bool| {
        let adopted = changes.iter().filter(move |change| {
            change.action == Action::Adopt && (change.work == Work::Nothing) == is_same
        });
        adopted.filter_map(|change| Some((&change.address, change.app_id.as_ref()?))).collect()
    };
    (of(true), of(false))
}
