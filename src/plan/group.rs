//! Groups: the applications of one hostname that must be replaced together, because a hostname has one kind of record and one set of
//! static addresses. All of a group is deleted before any of it is created, and apply brings all of it back when a create is refused.

use std::collections::{BTreeMap, BTreeSet};

use super::body;
use super::change::{Action, Call, Change, Group, Reason, Step, Work};
use super::guard;
use super::input::{Input, LiveZone};
use super::merged::Merged;
use crate::codes;
use crate::finding::Finding;
use crate::model::{Address, AppId, Backup, Field, Hostname, Impact, Live, Spec};

/// The groups of a plan, and what stands against them.
#[derive(Debug, Default)]
pub(super) struct Formed {
    pub(super) groups: Vec<Group>,
    pub(super) findings: Vec<Finding>,
    pub(super) refusals: Vec<Finding>,
}

/// A hostname of a zone with what is live on it.
struct Host<'a> {
    zone: &'a LiveZone,
    hostname: &'a Hostname,
    live: BTreeMap<&'a AppId, &'a Live>,
    merged: &'a BTreeMap<Address, Merged>,
}

/// Forms the groups. An update of the static set of a hostname with several applications becomes a replace, because the API could take
/// it for none of them alone.
pub(super) fn form(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
) -> Formed {
    let mut formed = Formed::default();
    for host in hosts(input.live, merged) {
        host.convert_set_changes(input, changes, &mut formed);
        let members: Vec<usize> =
            (0..changes.len()).filter(|index| host.is_replaced(&changes[*index])).collect();
        if members.is_empty() {
            continue;
        }
        formed.findings.extend(host.left_behind(&members, changes));
        let members = members.into_iter().map(|index| changes[index].address.clone()).collect();
        formed.groups.push(Group { hostname: host.hostname.to_string(), members });
    }
    formed
}

/// Lets every create on a group's hostname come after everything that is deleted from it, and new applications after the members: a
/// member that is refused goes back to what it was, which a new one beside it would stand against.
pub(super) fn bind(steps: &mut [Step], changes: &[Change], groups: &[Group]) {
    for group in groups {
        let of_group = |call: Call, is_wanted: &dyn Fn(&Change) -> bool| -> Vec<usize> {
            let is_it = |step: &Step| step.call == call && is_wanted(&changes[step.change]);
            (0..steps.len()).filter(|index| is_it(&steps[*index])).collect()
        };
        let is_member = |change: &Change| group.members.contains(&change.address);
        let deletes = of_group(Call::Delete, &|change| is_of(group, change));
        let creates = of_group(Call::Create, &is_member);
        for (index, step) in steps.iter_mut().enumerate() {
            if step.call != Call::Create || !is_of(group, &changes[step.change]) {
                continue;
            }
            let members = if is_member(&changes[step.change]) { &[][..] } else { &creates };
            let missing: Vec<usize> = deletes
                .iter()
                .chain(members)
                .filter(|other| **other != index && !step.after.contains(other))
                .copied()
                .collect();
            step.after.extend(missing);
        }
    }
}

/// Whether a change is about the group's hostname: it is a member, or creates or deletes beside the members.
fn is_of(group: &Group, change: &Change) -> bool {
    let on_hostname = |field: &super::change::FieldChange| {
        let sides = [&field.before, &field.after].into_iter().flatten();
        field.field == Field::DnsName && sides.into_iter().any(|side| side.text == group.hostname)
    };
    let beside = matches!(change.work, Work::Create { .. } | Work::Delete { .. });
    group.members.contains(&change.address) || (beside && change.fields.iter().any(on_hostname))
}

fn hosts<'a>(zones: &'a [LiveZone], merged: &'a BTreeMap<Address, Merged>) -> Vec<Host<'a>> {
    let mut hosts: BTreeMap<(&str, &Hostname), Host<'_>> = BTreeMap::new();
    for zone in zones {
        for live in &zone.apps {
            let Some(hostname) = live.spec.hostname() else { continue };
            let host = hosts.entry((&zone.name, hostname)).or_insert_with(|| Host {
                zone,
                hostname,
                live: BTreeMap::new(),
                merged,
            });
            host.live.insert(&live.id, live);
        }
    }
    hosts.into_values().collect()
}

impl Host<'_> {
    fn is_here(&self, change: &Change) -> bool {
        change.app_id.as_ref().is_some_and(|id| self.live.contains_key(id))
    }

    fn is_replaced(&self, change: &Change) -> bool {
        self.is_here(change) && matches!(change.work, Work::Replace { .. })
    }

    /// Turns updates of the static set into replaces, or says which applications do not allow it.
    fn convert_set_changes(&self, input: &Input<'_>, changes: &mut [Change], formed: &mut Formed) {
        let stays = |change: &Change| {
            self.is_here(change) && !change.fields.iter().any(|field| field.field == Field::DnsName)
        };
        let changes_set = |change: &Change| {
            let ips = change.fields.iter().any(|field| field.field == Field::EdgeIpsIps);
            stays(change) && ips && matches!(change.work, Work::Update { .. })
        };
        // A neighbour that goes in the same plan holds no set any more once it is gone.
        let goes = |change: &&Change| {
            let is_renamed = change.fields.iter().any(|field| field.field == Field::DnsName);
            matches!(change.work, Work::Delete { .. })
                || (is_renamed && matches!(change.work, Work::Update { .. }))
        };
        let going: BTreeSet<&AppId> =
            changes.iter().filter(goes).filter_map(|change| change.app_id.as_ref()).collect();
        let staying = self.live.keys().filter(|id| !going.contains(**id)).count();
        if staying < 2 || !changes.iter().any(changes_set) {
            return;
        }
        let mut refusing = Vec::new();
        for change in changes.iter_mut().filter(|change| changes_set(change)) {
            match self.replaced(input, change, &mut formed.refusals) {
                Some(replaced) => *change = replaced,
                None => refusing.push(change.address.clone()),
            }
        }
        if let Some(first) = refusing.first() {
            formed.findings.push(
                not_allowed(self.hostname, &refusing).about(first).on(Field::EdgeIpsIps.path()),
            );
        }
    }

    /// The change as a replace, if its configuration allows one.
    fn replaced(
        &self,
        input: &Input<'_>,
        change: &Change,
        refusals: &mut Vec<Finding>,
    ) -> Option<Change> {
        let app = input.desired.configuration.apps().find(|app| app.address == change.address)?;
        let (id, live) = change.app_id.as_ref().and_then(|id| Some((id, *self.live.get(id)?)))?;
        let form = &self.merged.get(&change.address)?.spec;
        if !app.lifecycle.replace.is_allowed(input.policy.today) {
            return None;
        }
        let recorded =
            input.recorded.state.apps.get(change.from.as_ref().unwrap_or(&change.address));
        let work = Work::Replace {
            id: id.clone(),
            body: body::create_body(form, self.zone.tier),
            former: Box::new(former_of(self.zone, live, recorded)),
        };
        let replaced = Change {
            action: Action::Replace,
            reason: Reason::ImmutableField,
            impact: Impact::Outage,
            work,
            ..change.clone()
        };
        let protect = recorded
            .map_or(app.lifecycle.protect, |recorded| recorded.protect.max(app.lifecycle.protect));
        refusals.extend(guard::protects(protect, &replaced, app.place.as_ref()));
        Some(replaced)
    }

    /// The applications that stay on the hostname as they are, though they do not agree with what the group becomes.
    fn left_behind(&self, members: &[usize], changes: &[Change]) -> Option<Finding> {
        let leaves = |change: &&Change| {
            let moves = change.fields.iter().any(|field| field.field == Field::DnsName);
            matches!(change.work, Work::Replace { .. } | Work::Delete { .. })
                || (moves && matches!(change.work, Work::Update { .. }))
        };
        let leaving: BTreeSet<&AppId> =
            changes.iter().filter(leaves).filter_map(|change| change.app_id.as_ref()).collect();
        let becomes = members
            .iter()
            .filter_map(|index| self.merged.get(&changes[*index].address))
            .map(|merged| &merged.spec)
            .find(|form| form.hostname() == Some(self.hostname))?;
        let disagrees = |live: &&&Live| !leaving.contains(&live.id) && !agree(&live.spec, becomes);
        let staying: Vec<String> =
            self.live.values().filter(disagrees).map(|live| self.name_of(live, changes)).collect();
        if staying.is_empty() {
            return None;
        }
        let summary = format!(
            "{} on the hostname {} would have to be replaced too",
            staying.join(", "),
            self.hostname
        );
        Some(
            Finding::new(&codes::REPLACE_GROUP, summary)
                .about(&changes[members[0]].address)
                .on(Field::DnsType.path()),
        )
    }

    fn name_of(&self, live: &Live, changes: &[Change]) -> String {
        let change = changes.iter().find(|change| change.app_id.as_ref() == Some(&live.id));
        change.map_or_else(
            || format!("the live application {}", live.id),
            |change| change.address.to_string(),
        )
    }
}

/// Whether two applications can be on one hostname.
fn agree(one: &Spec, other: &Spec) -> bool {
    let ips = |spec: &Spec| spec.get(Field::EdgeIpsIps).cloned();
    one.keyword(Field::DnsType) == other.keyword(Field::DnsType) && ips(one) == ips(other)
}

fn not_allowed(hostname: &Hostname, addresses: &[Address]) -> Finding {
    let names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let summary = format!(
        "the static addresses of {hostname} change, and {} may not be replaced",
        names.join(", ")
    );
    Finding::new(&codes::REPLACE_GROUP, summary)
        .why(
            "static edge addresses belong to the hostname, so all of its applications must be deleted \
             and created again, which is an outage",
        )
        .fix("write `lifecycle: {replace: allow}` into each of them, or keep the addresses")
}

/// What the application of a change is before it is replaced.
pub(super) fn former(input: &Input<'_>, change: &Change) -> Option<Backup> {
    let zone = input.live.iter().find(|zone| zone.id == change.zone_id)?;
    let live = zone.apps.iter().find(|live| Some(&live.id) == change.app_id.as_ref())?;
    Some(former_of(
        zone,
        live,
        input.recorded.state.apps.get(change.from.as_ref().unwrap_or(&change.address)),
    ))
}

/// The same of a live application that is at hand.
pub(super) fn former_of(
    zone: &LiveZone,
    live: &Live,
    recorded: Option<&crate::model::Recorded>,
) -> Backup {
    Backup {
        id: live.id.clone(),
        addresses: Vec::new(),
        zone_id: zone.id.clone(),
        body: body::as_found(live, zone.tier),
        recorded: recorded.cloned().map(Box::new),
    }
}
