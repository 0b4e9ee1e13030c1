//! Guards: what is refused although the API would take it, because it is more often an accident than meant. Each says the exact flag
//! or line that lifts it.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Change, Reason, Work};
use super::fields::FieldView;
use super::input::{Allowance, Input, LiveZone};
use super::ownership;
use crate::codes::{self, Code};
use crate::config::App;
use crate::diff::Delta;
use crate::finding::{Finding, Place};
use crate::ledger::Condition;
use crate::model::{Address, Impact, Live, Protect};

/// From how many recorded applications on the share of deletes is looked at.
const SHARE_FROM: usize = 4;

/// The refusals of a plan that only brings the state up to date: what an answer lacks must not be forgotten by mistake either.
pub(super) fn check_refresh(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let of_state = ownership::check(input, changes)
        .into_iter()
        .chain(ownership::check_place(input.policy, &input.recorded.state));
    check_vanished(input, changes).into_iter().chain(of_state).collect()
}

/// The refusals of a plan as a whole.
pub(super) fn check_plan(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let mut refusals = check_counts(input, changes);
    if is_emptied(input) && !input.policy.destroy {
        // Every zone and file is lost then, which is one question and not one for each of them.
        refusals.extend(check_empty(input));
    } else if !input.policy.destroy {
        refusals.extend(check_lost_zones(input, changes));
        refusals.extend(check_lost_files(input, changes));
    }
    refusals.extend(ownership::check(input, changes));
    refusals.extend(ownership::check_place(input.policy, &input.recorded.state));
    refusals.extend(check_unconfirmed(input, changes));
    refusals.extend(check_no_state(input, changes));
    refusals.extend(check_vanished(input, changes));
    refusals
}

fn check_counts(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let limits = input.policy.limits;
    // What counts is what is written, whatever the change is called: an adoption may write too.
    let count =
        |is_it: fn(&Work) -> bool| changes.iter().filter(|change| is_it(&change.work)).count();
    let deletes = count(|work| matches!(work, Work::Delete { .. }));
    let mut refusals: Vec<Finding> = [
        (&codes::MAX_DELETES, "deletes", deletes, limits.max_deletes),
        (
            &codes::MAX_REPLACES,
            "replaces",
            count(|work| matches!(work, Work::Replace { .. })),
            limits.max_replaces,
        ),
        (
            &codes::MAX_UPDATES,
            "updates",
            count(|work| matches!(work, Work::Update { .. })),
            limits.max_updates,
        ),
    ]
    .into_iter()
    .filter(|(_, _, count, most)| *count > *most as usize)
    .map(|(code, what, count, most)| over_limit(code, what, count, most))
    .collect();
    if deletes <= limits.max_deletes as usize {
        refusals.extend(check_shares(input, changes));
    }
    refusals
}

/// Deletes in percent of what is recorded, overall and by zone.
fn check_shares(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let percent = input.policy.limits.max_delete_percent as usize;
    let mut groups: BTreeMap<Option<&str>, (usize, usize)> = BTreeMap::new();
    for address in input.recorded.state.apps.keys() {
        groups.entry(None).or_default().1 += 1;
        groups.entry(Some(&address.zone)).or_default().1 += 1;
    }
    for change in changes.iter().filter(|change| change.action == Action::Delete) {
        groups.entry(None).or_default().0 += 1;
        groups.entry(Some(&change.address.zone)).or_default().0 += 1;
    }
    let over = groups
        .into_iter()
        .filter(|(_, (deletes, all))| *all >= SHARE_FROM && deletes * 100 > percent * all);
    let mut findings: Vec<Finding> =
        over.map(|(zone, (deletes, all))| over_share(zone, deletes, all, percent)).collect();
    findings.truncate(1);
    findings
}

fn over_limit(code: &'static Code, what: &str, count: usize, most: u32) -> Finding {
    let summary = format!("the plan has {count} {what}, and at most {most} are allowed");
    Finding::new(code, summary).fix(format!(
        "check the plan; then run with `--max-{what} {count}`, or set `settings.limits.max_{what}: {count}`"
    ))
}

fn over_share(zone: Option<&str>, deletes: usize, all: usize, percent: usize) -> Finding {
    let of = zone.map_or_else(String::new, |zone| format!(" of {zone}"));
    let summary = format!(
        "the plan deletes {deletes} of {all} recorded applications{of}, and at most {percent} % are allowed"
    );
    let needed = (deletes * 100).div_ceil(all);
    Finding::new(&codes::MAX_DELETE_PERCENT, summary).fix(format!(
        "check the plan; then run with `--max-deletes {deletes}`, or set \
         `settings.limits.max_delete_percent: {needed}`"
    ))
}

/// A configuration without any application, where some are recorded.
fn check_empty(input: &Input<'_>) -> Option<Finding> {
    (!input.policy.allowances.contains(&Allowance::Empty)).then(|| {
        let count = input.recorded.state.apps.len();
        let are = if count == 1 { "is" } else { "are" };
        let summary = format!("the configuration has no application, and {count} {are} recorded");
        Finding::new(&codes::EMPTY_CONFIGURATION, summary)
    })
}

/// Creates in a pipeline that has no state although it keeps it in a folder, which a fresh checkout does not bring along.
fn check_no_state(input: &Input<'_>, changes: &[Change]) -> Option<Finding> {
    let creates = changes.iter().filter(|change| change.action == Action::Create).count();
    let missing = input.policy.expects_state
        && input.recorded.condition == Condition::Absent
        && input.recorded.state.apps.is_empty();
    if !missing || input.policy.allowances.contains(&Allowance::NoState) {
        return None;
    }
    Some(match creates {
        0 => Finding::new(&codes::MISSING_STATE, "there is no state, and CI is set").as_warning(),
        _ => Finding::new(
            &codes::MISSING_STATE,
            format!("the plan creates {creates}, but there is no state, and CI is set"),
        ),
    })
}

fn is_emptied(input: &Input<'_>) -> bool {
    input.desired.configuration.apps().next().is_none() && !input.recorded.state.apps.is_empty()
}

/// Whether the change deletes something that no entry of `removed` names.
fn is_unasked_delete(change: &Change) -> bool {
    change.action == Action::Delete && change.reason == Reason::NotInConfiguration
}

/// Zones that lose all their applications.
fn check_lost_zones(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let configuration = input.desired.configuration;
    let losing: BTreeSet<&str> = changes
        .iter()
        .filter(|change| is_unasked_delete(change))
        .map(|change| change.address.zone.as_str())
        .collect();
    let all = |zone: &str| configuration.zones.get(zone).is_none_or(|zone| zone.apps.is_empty());
    let lost = losing.into_iter().filter(|zone| {
        all(zone) && !input.policy.allowances.contains(&Allowance::Zone((*zone).to_owned()))
    });
    lost.map(|zone| {
        let summary = format!("the zone {zone} would lose all its applications");
        Finding::new(&codes::ZONE_VANISHED, summary).fix(format!(
            "restore it, write `removed: [{{zone: {zone}}}]`, or run with `--allow zone={zone}`"
        ))
    })
    .collect()
}

/// Files that lose all their applications, most of all those that were not read.
fn check_lost_files(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let mut lost: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let filled: BTreeSet<&str> =
        input.desired.configuration.apps().map(|app| app.file.as_str()).collect();
    let configuration = input.desired.configuration;
    for change in changes.iter().filter(|change| is_unasked_delete(change)) {
        let Some(recorded) = input.recorded.state.apps.get(&change.address) else { continue };
        let allowances = &input.policy.allowances;
        let names = [recorded.file.clone(), configuration.named(&recorded.file)];
        let is_allowed = names.into_iter().any(|name| allowances.contains(&Allowance::File(name)))
            || allowances.contains(&Allowance::Zone(change.address.zone.clone()));
        if !filled.contains(recorded.file.as_str()) && !is_allowed {
            lost.entry(&recorded.file).or_default().push(change.address.to_string());
        }
    }
    lost.into_iter()
        .map(|(file, addresses)| {
            let read = input.desired.configuration.files.contains(file);
            let what = if read { "holds no application any more" } else { "was not read" };
            let (addresses, file) = (addresses.join(", "), configuration.named(file));
            let summary = format!("the file {file} {what}, and {addresses} would be deleted");
            let advice = if read { "restore it" } else { "read it too with `-f`" };
            Finding::new(&codes::FILE_VANISHED, summary).fix(format!(
                "{advice}, write `removed: [{{file: {file}}}]`, or run with `--allow file={file}`"
            ))
        })
        .collect()
}

/// More than half of a zone's recorded applications are gone at once.
fn check_vanished(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    if input.policy.allowances.contains(&Allowance::Vanished) {
        return Vec::new();
    }
    let mut gone: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        let left = matches!(change.reason, Reason::NotInConfiguration | Reason::Destroyed);
        let forgotten = change.action == Action::Forget && left;
        if change.reason == Reason::DeletedOutside || forgotten {
            *gone.entry(&change.address.zone).or_default() += 1;
        }
    }
    let vanished = input.live.iter().filter_map(|zone| {
        let gone = gone.get(zone.name.as_str()).copied().filter(|gone| *gone > 1)?;
        let recorded = input.recorded.state.apps_in(&zone.name).count();
        (gone * 2 > recorded).then(|| vanished(zone, gone, recorded))
    });
    vanished.collect()
}

fn vanished(zone: &LiveZone, gone: usize, recorded: usize) -> Finding {
    let summary = format!("{gone} of {recorded} recorded applications of {} are gone", zone.name);
    Finding::new(&codes::VANISHED, summary)
}

/// A protected application that would be cut off.
pub(super) fn protects(
    protect: Protect,
    change: &Change,
    place: Option<&Place>,
) -> Option<Finding> {
    let removes = matches!(change.action, Action::Delete | Action::Replace);
    let refused = match protect {
        Protect::Off => false,
        Protect::On => removes,
        Protect::Strict => removes || change.impact == Impact::Outage,
    };
    refused.then(|| {
        let what =
            if removes { format!("a {}", change.action.text()) } else { "an outage".to_owned() };
        let summary = format!("the plan has {what} of a protected application");
        Finding::new(&codes::PROTECTED, summary).about(&change.address).at(place)
    })
}

/// Deletes of what is recorded as an earlier state or a damaged journal left it, and no apply has seen desired since: those of what left
/// the configuration, and those of a replacement.
fn check_unconfirmed(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let apps = &input.recorded.state.apps;
    let is_held = |change: &&Change| {
        let at = change.from.as_ref().unwrap_or(&change.address);
        let recorded = apps.get(at).filter(|known| Some(&known.id) == change.app_id.as_ref());
        recorded.is_some_and(|recorded| !recorded.confirmed)
    };
    changes.iter().filter(is_held).filter_map(unconfirmed).collect()
}

fn unconfirmed(change: &Change) -> Option<Finding> {
    let address = &change.address;
    let (summary, fix) = match &change.work {
        Work::Delete { .. } if is_unasked_delete(change) => (
            format!("the plan deletes {address}, which came back with an earlier state"),
            format!(
                "to delete it, add `removed: [{{app: {address}}}]`; to keep it, put it back into the \
                 configuration, or add `removed: [{{app: {address}, keep: true}}]`"
            ),
        ),
        Work::Replace { id, .. } => (
            format!(
                "the plan deletes {address} to create it again, and what is recorded of it came back with an earlier state"
            ),
            format!(
                "check that the application is this one; then run `spectrumctl import {address} {id}`, and apply again"
            ),
        ),
        _ => return None,
    };
    Some(Finding::new(&codes::UNCONFIRMED, summary).fix(fix).about(address))
}

/// A live application with other values that would be taken over.
pub(super) fn adoption_differs(
    app: &App,
    deltas: &[Delta],
    live: &Live,
    view: FieldView<'_>,
) -> Finding {
    let summary = format!(
        "a live application {} with this hostname and protocol has other values: {}",
        live.id,
        listed(app, deltas, view)
    );
    let fix = format!(
        "set `settings.adopt: true`, run `spectrumctl import {} {}`, or write its values into the \
         configuration",
        app.address, live.id
    );
    Finding::new(&codes::ADOPTION_DIFFERS, summary)
        .fix(fix)
        .about(&app.address)
        .at(app.place.as_ref())
}

/// Live values of a freshly adopted application that the API's defaults would reset.
pub(super) fn adoption_resets(
    app: &App,
    deltas: &[Delta],
    live: &Live,
    view: FieldView<'_>,
) -> Option<Finding> {
    let resets: Vec<Delta> =
        deltas.iter().filter(|delta| delta.by_default || delta.after.is_none()).cloned().collect();
    if resets.is_empty() {
        return None;
    }
    let whole = live.spec.to_json();
    let mut lines: Vec<String> = resets
        .iter()
        .map(|delta| delta.field.top())
        .filter_map(|top| Some(format!("{top}: {}", whole.get(top)?)))
        .collect();
    lines.dedup();
    let summary =
        format!("values that are not in the file would be reset: {}", listed(app, &resets, view));
    let written = resets.iter().any(|delta| app.draft.has(delta.field.top()));
    let place = if written { ", in place of those of the same name" } else { "" };
    let fix = format!("add these lines to the application{place}:\n{}", lines.join("\n"));
    Some(
        Finding::new(&codes::ADOPTION_RESETS, summary)
            .fix(fix)
            .about(&app.address)
            .at(app.place.as_ref()),
    )
}

/// Drift where the configuration refuses it.
pub(super) fn drift_refused(app: &App, held: &[Delta], view: FieldView<'_>) -> Finding {
    let summary = format!("it was changed outside: {}", listed(app, held, view));
    Finding::new(&codes::DRIFT_REFUSED, summary).about(&app.address).at(app.place.as_ref())
}

/// Drift where the configuration leaves it alone.
pub(super) fn drift_held(app: &App, held: &[Delta], view: FieldView<'_>) -> Finding {
    let summary = format!("it was changed outside and is left alone: {}", listed(app, held, view));
    Finding::new(&codes::DRIFT_HELD, summary).about(&app.address).at(app.place.as_ref())
}

/// `tls: strict → off, …` with masks.
fn listed(app: &App, deltas: &[Delta], view: FieldView<'_>) -> String {
    let side = |side: Option<super::change::Side>| {
        side.map_or_else(|| "nothing".to_owned(), |side| side.text)
    };
    let fields = view.describe_deltas(deltas, app, None);
    let texts: Vec<String> = fields
        .into_iter()
        .map(|change| {
            format!("{}: {} → {}", change.field.path(), side(change.before), side(change.after))
        })
        .collect();
    texts.join(", ")
}

/// Deletions are held back while there is no state that is known to be true.
pub(super) fn may_delete_unmanaged(input: &Input<'_>, zone: &str) -> bool {
    let state = &input.recorded.state;
    input.recorded.condition == Condition::Read
        && state.zones.contains_key(zone)
        && !state.may_have_released(zone)
}

/// The address under which a unmanaged_app is shown.
pub(super) fn unmanaged_address(zone: &str, live: &Live) -> Address {
    Address::for_unmanaged(zone, &live.id)
}
