//! The order of steps around the IPv4 quota, which counts hostnames. A step that takes one more hostname than can be left waits for one that
//! frees a hostname, and what is deleted for it comes back when it is refused. How much is left at most is known from the zones that were
//! read; zones beside them may hold some of it. So for every other step that takes a hostname a deletion waits: if the quota refuses
//! it, what was there before is still there.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Call, Change, Step, Work};
use super::input::{Input, LiveZone};
use super::merged::Merged;
use crate::model::{Address, AppId, Hostname, Peer, Spec};

/// The hostnames that one quota counts, with the steps that give them up or take them.
#[derive(Debug, Default)]
struct Scope<'a> {
    limit: Option<usize>,
    live: BTreeSet<&'a Hostname>,
    /// The steps after which a hostname is given up, and the calls that they are.
    freed: BTreeMap<&'a Hostname, Vec<usize>>,
    /// The steps of which any takes a hostname that is new.
    taken: BTreeMap<&'a Hostname, Vec<usize>>,
    /// Steps that take a hostname which an update takes in exchange for its own, with that update.
    renamed: Vec<(usize, usize)>,
}

/// Lets steps wait for one another where the quota asks for it. Returns the changes of which some take what the others, deletes, must
/// free before.
pub(super) fn bind(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &[Change],
    steps: &mut [Step],
) -> Vec<BTreeSet<usize>> {
    let mut made_room = Vec::new();
    for scope in scopes(input, merged, changes, steps).into_values() {
        for (taker, rename) in &scope.renamed {
            wait(steps, *taker, &[*rename]);
        }
        let most = scope.limit.map(|limit| limit.saturating_sub(scope.live.len()));
        let (takers, freers) = (scope.taken.values(), scope.freed.values());
        let left = most.map_or(takers.len(), |most| most.min(takers.len()));
        let too_many = takers.len() - left;
        for (takers, freers) in takers.clone().skip(left).zip(freers.clone()) {
            takers.iter().for_each(|taker| wait(steps, *taker, freers));
            let deletes = freers.iter().filter(|step| is_plain_delete(steps, changes, **step));
            let deleted: BTreeSet<usize> = deletes.map(|step| steps[*step].change).collect();
            if !deleted.is_empty() {
                let taking = takers.iter().map(|step| steps[*step].change);
                made_room.push(deleted.into_iter().chain(taking).collect());
            }
        }
        for (takers, freers) in takers.take(left).zip(freers.skip(too_many)) {
            let deletes = freers.iter().filter(|step| is_plain_delete(steps, changes, **step));
            for delete in deletes.copied().collect::<Vec<_>>() {
                wait(steps, delete, takers);
            }
        }
    }
    made_room
}

fn is_plain_delete(steps: &[Step], changes: &[Change], step: usize) -> bool {
    matches!(changes[steps[step].change].work, Work::Delete { .. })
}

/// Lets a step come after others, but for those that wait for it already.
pub(super) fn wait(steps: &mut [Step], step: usize, others: &[usize]) {
    for other in others {
        if *other != step && !steps[step].after.contains(other) && !reaches(steps, *other, step) {
            steps[step].after.push(*other);
        }
    }
}

/// Whether a step waits for another, perhaps by way of others.
fn reaches(steps: &[Step], from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(step) = open.pop() {
        if step == to {
            return true;
        }
        if seen.insert(step) {
            open.extend(&steps[step].after);
        }
    }
    false
}

/// The hostname of an application that takes an IPv4 address.
fn hostname<'a>(zone: &str, spec: &'a Spec) -> Option<&'a Hostname> {
    let takes = Peer::from_spec(String::new(), zone, spec)?.takes_ipv4;
    spec.hostname().filter(|_| takes)
}

fn scopes<'a>(
    input: &Input<'a>,
    merged: &'a BTreeMap<Address, Merged>,
    changes: &[Change],
    steps: &[Step],
) -> BTreeMap<String, Scope<'a>> {
    let mut scopes: BTreeMap<String, Scope<'a>> = BTreeMap::new();
    let mut before: BTreeMap<&AppId, &Hostname> = BTreeMap::new();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for zone in input.live {
        let (name, limit) = scope_of(input, zone);
        names.entry(&zone.name).or_insert_with(|| name.clone());
        let scope = scopes.entry(name).or_insert_with(|| Scope { limit, ..Scope::default() });
        for live in &zone.apps {
            if let Some(hostname) = hostname(&zone.name, &live.spec) {
                scope.live.insert(hostname);
                before.insert(&live.id, hostname);
            }
        }
    }
    let mut staying: BTreeMap<&AppId, &Hostname> = before.clone();
    let mut after: BTreeSet<&Hostname> = BTreeSet::new();
    for change in changes.iter().filter(|change| change.work != Work::Nothing) {
        change.app_id.as_ref().map(|id| staying.remove(id));
        after.extend(becomes(merged, change));
    }
    after.extend(staying.into_values());
    for (index, step) in steps.iter().enumerate() {
        let change = &changes[step.change];
        let name = names.get(change.address.zone.as_str());
        let Some(scope) = name.and_then(|name| scopes.get_mut(name)) else { continue };
        let was = change.app_id.as_ref().and_then(|id| before.get(id).copied());
        let is = becomes(merged, change);
        if let Some(hostname) =
            was.filter(|name| step.call != Call::Create && !after.contains(name))
        {
            scope.freed.entry(hostname).or_default().push(index);
        }
        let takes = matches!(step.call, Call::Create | Call::Update);
        if let Some(hostname) = is.filter(|name| takes && !scope.live.contains(name)) {
            scope.taken.entry(hostname).or_default().push(index);
        }
    }
    scopes.values_mut().for_each(Scope::leave_renames);
    scopes
}

/// The hostname on IPv4 that a change that writes gives its application.
fn becomes<'a>(merged: &'a BTreeMap<Address, Merged>, change: &Change) -> Option<&'a Hostname> {
    let is_written =
        matches!(change.work, Work::Create { .. } | Work::Update { .. } | Work::Replace { .. });
    let merged = merged.get(&change.address).filter(|_| is_written)?;
    hostname(&change.address.zone, &merged.spec)
}

impl Scope<'_> {
    /// An update that moves the only application of a hostname to a new one frees and takes at once. What else comes to the new one comes
    /// after it, and takes nothing more.
    fn leave_renames(&mut self) {
        let single = |(hostname, steps): (&&Hostname, &Vec<usize>)| match steps.as_slice() {
            [step] => Some((*step, (*hostname).clone())),
            _ => None,
        };
        let freeing: BTreeMap<usize, Hostname> = self.freed.iter().filter_map(single).collect();
        let (mut renamed, mut behind) = (BTreeSet::new(), Vec::new());
        self.taken.retain(|_, takers| {
            let Some(rename) = takers.iter().find(|step| freeing.contains_key(step)) else {
                return true;
            };
            renamed.insert(freeing[rename].clone());
            behind
                .extend(takers.iter().filter(|step| *step != rename).map(|step| (*step, *rename)));
            false
        });
        self.renamed = behind;
        self.freed.retain(|hostname, _| !renamed.contains(*hostname));
    }
}

/// What a zone's quota is counted over, and how much it is: the zone's own, else the account's over all of its zones.
fn scope_of(input: &Input<'_>, zone: &LiveZone) -> (String, Option<usize>) {
    let configuration = input.desired.configuration;
    let own = configuration.zones.get(&zone.name).and_then(|zone| zone.ipv4_quota);
    let name = match zone.account.as_ref().filter(|_| own.is_none()) {
        Some(account) => format!("account {account}"),
        None => format!("zone {}", zone.name),
    };
    (name, own.or(configuration.ipv4_quota).and_then(|quota| usize::try_from(quota).ok()))
}
