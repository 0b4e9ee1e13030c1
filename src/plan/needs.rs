//! What preflight has to read: what the planned creates, replaces and changed fields need and nothing for what stays as it is, each thing
//! once per account or zone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::change::{Change, Plan, Work};
use super::input::{Input, LiveZone, UnreadCause};
use super::loads;
use crate::config::App;
use crate::model::{AccountId, Field, Hostname, Keyword, Value, ZoneFacts, ZoneId};

/// Up to how many names of a zone the DNS records are asked for name by name; beyond it one list of all is fewer calls.
const NAMES: usize = 20;

/// What has to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// By the zone's name.
    pub zones: BTreeMap<String, ZoneNeeds>,
    /// By the account's id.
    pub accounts: BTreeMap<AccountId, AccountNeeds>,
    /// The zones of which the traffic is needed, because the plan cuts off applications there; by name.
    pub loads: BTreeMap<String, ZoneId>,
}

/// What has to be read of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneNeeds {
    /// Its id.
    pub id: ZoneId,
    /// Its account.
    pub account: Option<AccountId>,
    /// Whether the protocols and ports that it may use.
    pub protocols: bool,
    /// Hostnames on which there may be a record or a load balancer.
    pub hostnames: BTreeSet<Hostname>,
    /// Origin names in the zone for which there must be one.
    pub origins: BTreeSet<Hostname>,
}

/// What has to be read of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountNeeds {
    /// Whether its static addresses and who has them: a static address is created, changed or moved.
    pub addresses: bool,
    /// The static addresses that neither the configuration nor a live application shows to be usable.
    pub doubtful_ips: BTreeSet<IpAddr>,
    /// Whether the names of its zones.
    pub zone_names: bool,
    /// The zones that were or could not be read already.
    pub read_zones: BTreeSet<String>,
    /// Virtual networks of which the routes are needed, by id, lower case.
    pub networks: BTreeSet<String>,
}

impl Needs {
    /// Whether nothing has to be read.
    pub fn is_empty(&self) -> bool {
        self.zones.is_empty() && self.loads.is_empty()
    }
}

impl ZoneNeeds {
    /// Whether any names are to be looked up.
    pub fn has_names(&self) -> bool {
        !self.hostnames.is_empty() || !self.origins.is_empty()
    }

    /// The names to be looked up one by one; none where the whole list is fewer calls.
    pub fn names(&self) -> Option<BTreeSet<&Hostname>> {
        let names: BTreeSet<&Hostname> = self.hostnames.union(&self.origins).collect();
        (names.len() <= NAMES).then_some(names)
    }
}

/// What the plan's changes need.
pub fn needs(input: &Input<'_>, plan: &Plan) -> Needs {
    let mut needs = Needs::default();
    let cut = plan.changes.iter().filter(|change| loads::cut(change).is_some());
    needs.loads =
        cut.map(|change| (change.address.zone.to_string(), change.zone_id.clone())).collect();
    let written = plan.changes.iter().chain(&plan.blocked).filter(|change| is_written(change));
    if written.clone().next().is_none() {
        return needs;
    }
    let known = Known::new(input);
    for change in written {
        if let Some(app) = input.desired.configuration.app(&change.address) {
            needs.add(input, &known, change, app);
        }
    }
    needs
}

/// Whether a body is sent for a change.
pub(super) fn is_written(change: &Change) -> bool {
    matches!(change.work, Work::Create { .. } | Work::Update { .. } | Work::Replace { .. })
}

/// Whether a change is about a top-level name: an update only about those that it changes.
pub(super) fn touches(change: &Change, top: &str) -> bool {
    !matches!(change.work, Work::Update { .. })
        || change.fields.iter().any(|field| field.field.top() == top)
}

/// What is looked up for each change.
struct Known<'a> {
    ips: LiveIps,
    read: BTreeMap<&'a str, &'a LiveZone>,
    zones: BTreeMap<&'a str, &'a ZoneFacts>,
}

impl<'a> Known<'a> {
    fn new(input: &Input<'a>) -> Known<'a> {
        let read = input.live.iter().rev().map(|zone| (zone.name.as_str(), zone));
        let zones = input.desired.zones.iter().rev().map(|zone| (zone.name.as_str(), zone));
        Known { ips: live_ips(input), read: read.collect(), zones: zones.collect() }
    }
}

impl Needs {
    fn add(&mut self, input: &Input<'_>, known: &Known<'_>, change: &Change, app: &App) {
        let Some(read) = known.read.get(change.address.zone.as_str()) else { return };
        let facts = known.zones.get(read.name.as_str());
        let account = facts.and_then(|zone| zone.account.clone()).or_else(|| read.account.clone());
        let blank = || ZoneNeeds {
            id: read.id.clone(),
            account: account.clone(),
            protocols: false,
            hostnames: BTreeSet::new(),
            origins: BTreeSet::new(),
        };
        let zone = self.zones.entry(read.name.clone()).or_insert_with(blank);
        zone.protocols |= touches(change, "protocol");
        let named = |top: &str, field| {
            app.draft
                .hostname(field)
                .filter(|name| touches(change, top) && name.is_in_zone(&read.name))
                .cloned()
        };
        zone.hostnames.extend(named("dns", Field::DnsName));
        zone.origins.extend(named("origin_dns", Field::OriginDnsName));
        // A name that is the zone's own cannot belong to another zone.
        let is_below = |name: &Hostname| name.as_str() != read.name;
        let has_names = zone.hostnames.iter().chain(&zone.origins).any(is_below);
        if let Some(account) = account {
            self.accounts.entry(account.clone()).or_default().zone_names |= has_names;
            self.add_account(account, (input, known), change, app);
        }
    }

    fn add_account(
        &mut self,
        account: AccountId,
        (input, known): (&Input<'_>, &Known<'_>),
        change: &Change,
        app: &App,
    ) {
        let is_static = app.draft.keyword(Field::EdgeIpsType) == Some(Keyword::Static)
            && touches(change, "edge_ips");
        let network = match app.draft.get(Field::VirtualNetworkId) {
            Some(Value::Text(id))
                if touches(change, "virtual_network_id") || touches(change, "origin_direct") =>
            {
                Some(id)
            }
            _ => None,
        };
        let needs = self.accounts.entry(account.clone()).or_default();
        needs.networks.extend(network.map(|id| id.to_ascii_lowercase()));
        if is_static {
            let zone = known.zones.get(change.address.zone.as_str());
            let declared = zone.and_then(|zone| zone.edge_prefixes.as_ref());
            let is_declared =
                |ip: &IpAddr| declared.is_some_and(|nets| nets.iter().any(|net| net.contains(ip)));
            let ips = app.draft.static_ips().iter().copied();
            needs.addresses = true;
            needs.zone_names = true;
            let is_live =
                |ip: &IpAddr| known.ips.get(ip).is_some_and(|held_by| held_by.contains(&account));
            needs.doubtful_ips.extend(ips.filter(|ip| !is_declared(ip) && !is_live(ip)));
            if needs.read_zones.is_empty() {
                needs.read_zones.extend(input.live.iter().map(|zone| zone.name.clone()));
                // A zone of which the configuration has a mistake was not tried.
                let tried = input.unread.iter().filter(|one| one.cause != UnreadCause::Mistaken);
                needs.read_zones.extend(tried.map(|unread| unread.zone.clone()));
            }
        }
    }
}

/// The static addresses that live applications have, with the accounts of their zones.
pub(super) type LiveIps = BTreeMap<IpAddr, BTreeSet<AccountId>>;

pub(super) fn live_ips(input: &Input<'_>) -> LiveIps {
    let mut found = LiveIps::new();
    for zone in input.live {
        let Some(account) = &zone.account else { continue };
        for ip in zone.apps.iter().flat_map(|live| live.spec.static_ips()) {
            found.entry(*ip).or_default().insert(account.clone());
        }
    }
    found
}
