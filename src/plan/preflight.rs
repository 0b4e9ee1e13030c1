//! The checks that need more than the configuration: each change that sends a body is looked at beside what is live, what was read of
//! the account and what earlier refusals taught. What validation has told already is not told again.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Work};
use super::decide::Decisions;
use super::input::{Input, LiveZone};
use super::merged::{Merged, draft_of};
use super::needs::{is_written, live_ips, touches};
use super::refusals::Refusals;
use crate::codes::{self, Scope, Violation};
use crate::config::App;
use crate::finding::{Finding, Place};
use crate::model::draft::FieldValue;
use crate::model::facts::RefusalKey;
use crate::model::{
    AccountId, Address, AppId, Draft, Entitlement, Facts, Field, Hostname, Keyword, Live, Peer,
    Peers, Value, View, ZoneFacts, ZoneId,
};
use crate::validate;

/// Looks at every change, adds what is found, and equips each change with what a refusal of it would mean.
pub(super) fn look(input: &Input<'_>, merged: &BTreeMap<Address, Merged>, made: &mut Decisions) {
    let configuration = input.desired.configuration;
    let is_any_written = made.changes.iter().chain(&made.blocked).any(is_written);
    let scene = is_any_written.then(|| Scene::new(input, merged, made));
    let mut found: Vec<(&App, Violation)> = Vec::new();
    for change in made.changes.iter_mut().chain(&mut made.blocked) {
        let Some(app) = configuration.app(&change.address) else { continue };
        change.refusals = written(app);
        if let Some(scene) = scene.as_ref().filter(|_| is_written(change)) {
            let violations = scene.look(change, app);
            found.extend(violations.into_iter().map(|violation| (app, violation)));
        }
    }
    made.findings.extend(validate::apply_severity_overrides(
        found,
        configuration,
        input.policy.today,
    ));
    made.findings.extend(input.facts.iter().flat_map(|facts| facts.skipped.iter().cloned()));
    let token = input.facts.and_then(|facts| facts.inactive_token.as_deref());
    made.findings.extend(token.map(inactive_token));
}

/// What the checks of all changes have in common.
struct Scene<'i, 'a> {
    input: &'i Input<'a>,
    facts: Facts,
    /// The applications of the configuration.
    declared: Peers,
    /// Those, and the live ones that stay.
    all: Peers,
    merged: &'i BTreeMap<Address, Merged>,
    zones: BTreeMap<&'a str, &'a ZoneFacts>,
    live: BTreeMap<(&'a ZoneId, &'a AppId), &'a Live>,
}

impl<'i, 'a> Scene<'i, 'a> {
    fn new(
        input: &'i Input<'a>,
        merged: &'i BTreeMap<Address, Merged>,
        made: &Decisions,
    ) -> Scene<'i, 'a> {
        let apps =
            |zone: &'a LiveZone| zone.apps.iter().map(move |live| ((&zone.id, &live.id), live));
        let zones = input.desired.zones.iter();
        Scene {
            input,
            facts: known(input),
            declared: validate::peers(input.desired.configuration),
            all: peers(input, merged, made),
            merged,
            zones: zones.map(|zone| (zone.name.as_str(), zone)).collect(),
            live: input.live.iter().flat_map(apps).collect(),
        }
    }

    fn look(&self, change: &mut Change, app: &App) -> Vec<Violation> {
        let Some(zone) = self.zones.get(app.address.zone.as_str()) else { return Vec::new() };
        let who = app.address.to_string();
        let zones = &self.input.desired.zones;
        let offline = View {
            who: &who,
            app: &app.draft,
            live: None,
            zone,
            zones,
            peers: &self.declared,
            facts: None,
        };
        let live = self.live(change);
        let draft = draft_of(self.merged, app);
        let view = View {
            app: &draft,
            live: live.map(|live| &live.spec),
            peers: &self.all,
            facts: Some(&self.facts),
            ..offline
        };
        let is_known = |subject: &RefusalKey| {
            self.input.recorded.state.learned.iter().any(|lesson| subject.is_of(lesson))
        };
        change.refusals.verdicts = Some(codes::judge(&view));
        change.refusals.teaches = codes::refusal_keys(&view)
            .into_iter()
            .map(|subject| (subject.clone(), is_known(&subject)))
            .collect();
        let told: BTreeSet<_> = codes::check(&offline).iter().map(key).collect();
        let before: Option<BTreeSet<_>> = live.map(|live| {
            let draft = Draft::from_spec(&live.spec);
            codes::check(&View { app: &draft, ..view }).iter().map(key).collect()
        });
        let is_caused = |violation: &Violation| {
            concerns(change, &violation.path)
                || before.as_ref().is_some_and(|before| !before.contains(&key(violation)))
        };
        let is_new = |violation: &Violation| {
            !told.contains(&key(violation))
                && violation.cause.scope != Scope::Change
                && is_caused(violation)
        };
        codes::check(&view).into_iter().filter(is_new).collect()
    }

    /// The live application that an update changes; what is replaced is gone before the new one comes.
    fn live(&self, change: &Change) -> Option<&Live> {
        let Work::Update { id, .. } = &change.work else { return None };
        self.live.get(&(&change.zone_id, id)).copied()
    }
}

/// What makes two violations of one application the same.
fn key(violation: &Violation) -> (&'static str, &'static str, String) {
    (violation.code.slug, violation.cause.slug, violation.path.clone())
}

/// Whether a change touches what a violation is about: a hostname, its ports and its addresses belong together, an address and its network.
fn concerns(change: &Change, path: &str) -> bool {
    let groups: [&[&str]; 2] = [
        &["dns", "protocol", "edge_ips"],
        &["origin_direct", "origin_dns", "origin_port", "origin_worker_id", "virtual_network_id"],
    ];
    let top = path.split('.').next().unwrap_or(path);
    let group = groups.into_iter().find(|group| group.contains(&top)).unwrap_or(&[]);
    touches(change, top) || group.iter().any(|name| touches(change, name))
}

/// What was read, what is live, and what is remembered.
fn known(input: &Input<'_>) -> Facts {
    let mut facts = input.facts.cloned().unwrap_or_default();
    facts.now = input.policy.now;
    facts.live_ips = live_ips(input);
    for zone in input.live {
        add_extras(&mut facts, zone.account.as_ref(), &zone.apps);
        let hostnames = ipv4_hostnames(&zone.name, &zone.apps);
        facts.zones.entry(zone.name.clone()).or_default().ipv4_hostnames = Some(hostnames);
    }
    for (name, zone) in facts.other_zones.clone() {
        add_extras(&mut facts, Some(&zone.account), &zone.apps);
        let hostnames = ipv4_hostnames(&name, &zone.apps);
        facts.zones.entry(name).or_default().ipv4_hostnames = Some(hostnames);
        for ip in zone.apps.iter().flat_map(|live| live.spec.static_ips()) {
            facts.live_ips.entry(*ip).or_default().insert(zone.account.clone());
        }
    }
    if input.policy.use_refusal_cache {
        facts.cached_refusals.clone_from(&input.recorded.state.learned);
    }
    facts
}

/// Notes which extras the live applications of an account have.
fn add_extras(facts: &mut Facts, account: Option<&AccountId>, apps: &[Live]) {
    let Some(account) = account else { return };
    let extras = apps.iter().flat_map(|live| {
        let spec = &live.spec;
        let is_argo = spec.get(Field::ArgoSmartRouting) == Some(&Value::Flag(true));
        let is_ftp = spec.keyword(Field::TrafficType) == Some(Keyword::Ftp);
        [
            (!spec.static_ips().is_empty(), Entitlement::Byoip),
            (is_argo, Entitlement::Argo),
            (is_ftp, Entitlement::Ftp),
        ]
    });
    let extras = extras.filter(|(has_it, _)| *has_it).map(|(_, extra)| extra);
    facts.live_extras.entry(account.clone()).or_default().extend(extras);
}

/// The hostnames of a zone whose live applications take an address of the IPv4 quota.
fn ipv4_hostnames(zone: &str, apps: &[Live]) -> BTreeSet<Hostname> {
    let peers = apps.iter().filter_map(|live| Peer::from_spec(String::new(), zone, &live.spec));
    peers.filter(|peer| peer.takes_ipv4).map(|peer| peer.hostname).collect()
}

/// The applications of the configuration and the live ones that stay beside them, none of them twice.
fn peers(input: &Input<'_>, merged: &BTreeMap<Address, Merged>, made: &Decisions) -> Peers {
    let deleted: BTreeSet<_> = made
        .changes
        .iter()
        .filter_map(|change| if let Work::Delete { id } = &change.work { Some(id) } else { None })
        .collect();
    let stays = |live: &&Live| !made.paired.contains(&live.id) && !deleted.contains(&live.id);
    let live = input.live.iter().flat_map(|zone| {
        let apps = zone.apps.iter().filter(stays);
        apps.filter_map(|live| {
            Peer::from_spec(
                Address::for_unmanaged(&zone.name, &live.id).to_string(),
                &zone.name,
                &live.spec,
            )
        })
    });
    let elsewhere = input.facts.into_iter().flat_map(|facts| &facts.other_zones);
    let elsewhere = elsewhere.flat_map(|(zone, read)| {
        read.apps.iter().filter_map(|live| {
            Peer::from_spec(Address::for_unmanaged(zone, &live.id).to_string(), zone, &live.spec)
        })
    });
    let configured = input.desired.configuration.apps();
    let declared = configured.filter_map(|app| {
        let draft = draft_of(merged, app);
        Peer::from_draft(app.address.to_string(), &app.address.zone, &draft)
    });
    Peers::new(declared.chain(live).chain(elsewhere))
}

/// Where an application and its fields are written, and which of its values must not be shown.
fn written(app: &App) -> Refusals {
    let tops = app
        .draft
        .present
        .iter()
        .filter_map(|(top, place)| Some(((*top).to_owned(), place.clone()?)));
    let fields = app
        .draft
        .given
        .iter()
        .filter_map(|(field, given)| Some((field.path().to_owned(), given.place.clone()?)));
    let itself = app.place.clone().map(|place| (String::new(), place));
    let hidden = app.draft.given.values().flat_map(FieldValue::hidden).collect();
    let values = app.draft.given.iter().flat_map(|(field, given)| values(*field, given));
    let places = tops.chain(fields).chain(itself).chain(values).collect();
    Refusals { places, hidden, teaches: Vec::new(), verdicts: None }
}

/// The values of a field that a message could name, each with its place: the members of a list, a name, an id.
fn values(field: Field, given: &FieldValue) -> Vec<(String, Place)> {
    let key = |text: &str| format!("{}={text}", field.path());
    let members = given.value.written_members();
    if members.len() == given.members.len() && !members.is_empty() {
        let placed = members.iter().zip(&given.members);
        return placed.filter_map(|(text, place)| Some((key(text), place.clone()?))).collect();
    }
    let is_named = matches!(given.value, Value::Hostname(_) | Value::Text(_) | Value::Protocol(_));
    let place = given.place.clone().filter(|_| is_named);
    place.map(|place| (key(&given.value.to_string()), place)).into_iter().collect()
}

fn inactive_token(status: &str) -> Finding {
    Finding::new(&codes::TOKEN_NOT_ACTIVE, format!("the API token is {status}"))
}
