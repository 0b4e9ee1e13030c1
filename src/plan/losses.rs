//! Fields that this version does not know and that a write would lose.

use std::collections::BTreeMap;

use super::change::{Change, Work};
use super::input::Input;
use crate::codes;
use crate::config::App;
use crate::finding::Finding;
use crate::model::{Address, AppId, Live};

/// What would be lost: a create cannot carry them, and an object that is changed though
/// a part of it cannot be read has none of them any more.
pub(super) fn check(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let live: BTreeMap<&AppId, &Live> =
        input.live.iter().flat_map(|zone| &zone.apps).map(|live| (&live.id, live)).collect();
    changes.iter().filter_map(|change| check_loss(input, change, &live)).collect()
}

fn check_loss(
    input: &Input<'_>,
    change: &Change,
    live: &BTreeMap<&AppId, &Live>,
) -> Option<Finding> {
    let live = live.get(change.app_id.as_ref()?)?;
    let app = app_at(input, &change.address)?;
    let is_lost = |top: &str| match &change.work {
        Work::Replace { .. } => true,
        Work::Update { .. } => change
            .expects
            .as_ref()
            .is_some_and(|expects| expects.edit.overwrites_unreadable(top, &live.spec)),
        Work::Create { .. } | Work::Delete { .. } | Work::Nothing => false,
    };
    let allowed = &app.lifecycle.allow_loss;
    let lost: Vec<&str> = live
        .unknown
        .keys()
        .map(String::as_str)
        .filter(|top| is_lost(top) && !allowed.iter().any(|name| name == top))
        .collect();
    (!lost.is_empty()).then(|| {
        let names = lost.join(", ");
        let summary = format!(
            "the {} of {} would lose what this version does not know: {names}",
            change.action.text(),
            change.address
        );
        let fix = format!(
            "use a newer version of spectrumctl, or write `lifecycle: {{replace: {{allow_loss: [{names}]}}}}`"
        );
        Finding { fix, ..Finding::new(&codes::UNKNOWN_FIELD_LOST, summary) }
            .about(&change.address)
            .at(app.place.as_ref())
    })
}

fn app_at<'a>(input: &Input<'a>, address: &Address) -> Option<&'a App> {
    input.desired.configuration.zones.get(&address.zone)?.apps.get(&address.key)
}
