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
use crate::model::{Address, AppId, Field, Hostname, Impact, Live, Spec};

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
    /// The numbers of the changes about these applications, in order.
    changes: Vec<usize>,
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
    for host in hosts(input.live, merged, changes) {
        host.convert_set_changes(input, changes, &mut formed);
        let is_replaced = |index: &usize| matches!(changes[*index].work, Work::Replace { .. });
        let members: Vec<usize> = host.changes.iter().copied().filter(is_replaced).collect();
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
    let about = if groups.is_empty() { About::default() } else { About::new(steps, changes) };
    for group in groups {
        let members: BTreeSet<&Address> = group.members.iter().collect();
        let is_member = |step: &Step| members.contains(&changes[step.change].address);
        let of_group = about.group(group);
        let has = |index: &usize, call| steps[*index].call == call;
        let deletes: Vec<usize> =
            of_group.iter().copied().filter(|index| has(index, Call::Delete)).collect();
        let creates = of_group.iter().copied().filter(|index| has(index, Call::Create));
        let (inner, beside): (Vec<usize>, Vec<usize>) =
            creates.partition(|index| is_member(&steps[*index]));
        let after_members: Vec<usize> = deletes.iter().chain(&inner).copied().collect();
        inner.iter().for_each(|index| wait(&mut steps[*index], *index, &deletes));
        beside.iter().for_each(|index| wait(&mut steps[*index], *index, &after_members));
    }
}

/// Lets a step come after others, but for itself.
fn wait(step: &mut Step, number: usize, others: &[usize]) {
    let known: BTreeSet<usize> = step.after.iter().copied().collect();
    let missing = others.iter().filter(|other| **other != number && !known.contains(other));
    step.after.extend(missing);
}

/// The steps by what they are about: an address, and for what creates or deletes the hostname too.
#[derive(Default)]
struct About<'a> {
    addresses: BTreeMap<&'a Address, Vec<usize>>,
    hostnames: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> About<'a> {
    fn new(steps: &[Step], changes: &'a [Change]) -> About<'a> {
        let mut about = About::default();
        for (index, step) in steps.iter().enumerate() {
            let change = &changes[step.change];
            about.addresses.entry(&change.address).or_default().push(index);
            if matches!(change.work, Work::Create { .. } | Work::Delete { .. }) {
                let names = change.fields.iter().filter(|field| field.field == Field::DnsName);
                for side in names.flat_map(|field| [&field.before, &field.after]).flatten() {
                    about.hostnames.entry(&side.text).or_default().push(index);
                }
            }
        }
        about
    }

    /// The steps about a group's hostname: those of its members, and what creates or deletes beside them.
    fn group(&self, group: &Group) -> BTreeSet<usize> {
        let members = group.members.iter().filter_map(|member| self.addresses.get(member));
        let beside = self.hostnames.get(group.hostname.as_str());
        members.chain(beside).flatten().copied().collect()
    }
}

/// The hostnames about whose live applications there are changes.
fn hosts<'a>(
    zones: &'a [LiveZone],
    merged: &'a BTreeMap<Address, Merged>,
    changes: &[Change],
) -> Vec<Host<'a>> {
    let mut of_app: BTreeMap<&AppId, Vec<usize>> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        change.app_id.iter().for_each(|id| of_app.entry(id).or_default().push(index));
    }
    let mut hosts: BTreeMap<(&str, &Hostname), Host<'_>> = BTreeMap::new();
    for zone in zones {
        for live in &zone.apps {
            let Some(hostname) = live.spec.hostname() else { continue };
            let host = hosts.entry((&zone.name, hostname)).or_insert_with(|| Host {
                zone,
                hostname,
                live: BTreeMap::new(),
                changes: Vec::new(),
                merged,
            });
            host.live.insert(&live.id, live);
            host.changes.extend(of_app.get(&live.id).into_iter().flatten());
        }
    }
    let mut hosts: Vec<Host<'_>> = hosts.into_values().collect();
    hosts.retain(|host| !host.changes.is_empty());
    hosts.iter_mut().for_each(|host| host.changes.sort_unstable());
    hosts
}

impl Host<'_> {
    /// Turns updates of the static set into replaces, or says which applications do not allow it.
    fn convert_set_changes(&self, input: &Input<'_>, changes: &mut [Change], formed: &mut Formed) {
        let stays =
            |change: &Change| !change.fields.iter().any(|field| field.field == Field::DnsName);
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
        let own = || self.changes.iter().map(|index| &changes[*index]);
        let going: BTreeSet<&AppId> =
            own().filter(goes).filter_map(|change| change.app_id.as_ref()).collect();
        let staying = self.live.keys().filter(|id| !going.contains(**id)).count();
        if staying < 2 || !own().any(changes_set) {
            return;
        }
        let mut refusing = Vec::new();
        for index in &self.changes {
            let change = &mut changes[*index];
            if !changes_set(change) {
                continue;
            }
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
        let app = input.desired.configuration.app(&change.address)?;
        let id = change.app_id.as_ref().filter(|id| self.live.contains_key(id))?;
        let form = &self.merged.get(&change.address)?.spec;
        if !app.lifecycle.replace.is_allowed(input.policy.today) {
            return None;
        }
        let recorded =
            input.recorded.state.apps.get(change.from.as_ref().unwrap_or(&change.address));
        let work = Work::Replace { id: id.clone(), body: body::create_body(form, self.zone.tier) };
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
        let own = self.changes.iter().map(|index| &changes[*index]);
        let leaving: BTreeSet<&AppId> =
            own.filter(leaves).filter_map(|change| change.app_id.as_ref()).collect();
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
        let mut own = self.changes.iter().map(|index| &changes[*index]);
        let change = own.find(|change| change.app_id.as_ref() == Some(&live.id));
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
