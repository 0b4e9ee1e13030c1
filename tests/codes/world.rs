//! The cases as checks see them: a configuration is read, a seed adds what is known beside it, and every check is run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use spectrumctl::codes::{self, Violation};
use spectrumctl::finding::{Place, Severity};
use spectrumctl::model::facts::{
    AccountReading, OpenPorts, Record, Records, StaticAddresses, ZonePreflight,
};
use spectrumctl::model::{
    AccountId, AppId, Draft, Entitlement, Entry, Facts, IpNet, Node, Peer, Peers, Source, Spec,
    Tier, View, ZoneFacts, read_network,
};

use crate::support::ACCOUNT;

/// A configuration and what a seed adds to it, as far as checks look at it.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) zones: Vec<ZoneFacts>,
    pub(crate) apps: Vec<(String, usize, Draft)>,
    live: Vec<(String, String, Spec)>,
    facts: Option<Facts>,
}

/// Code, severity, address and path of a finding.
pub(crate) type Told = (String, Severity, String, Option<String>);

impl World {
    /// Reads a configuration; every entry of an application stands on the line of its number, and `prepare` may change it.
    pub(crate) fn of(text: &str, prepare: impl Fn(&mut Vec<Entry>)) -> World {
        let document: serde_yaml::Value = serde_yaml::from_str(text).expect("a case is YAML");
        let mut world = World::default();
        for (name, zone) in document["zones"].as_mapping().expect("a case has zones") {
            let fact = |key: &str| zone.get(key).and_then(serde_yaml::Value::as_str);
            world.zones.push(ZoneFacts {
                name: name.as_str().expect("a zone has a name").to_owned(),
                tier: fact("plan").and_then(Tier::from_text),
                ipv4_quota: zone
                    .get("ipv4_quota")
                    .and_then(serde_yaml::Value::as_u64)
                    .map(|quota| quota as u32),
                denied: lacking(zone),
                edge_prefixes: prefixes(zone),
                ..ZoneFacts::default()
            });
            for (key, app) in zone["apps"].as_mapping().expect("a zone of a case has apps") {
                let who = format!(
                    "{}/{}",
                    name.as_str().unwrap_or_default(),
                    key.as_str().unwrap_or_default()
                );
                let place = place(world.apps.len() as u32 + 1);
                let node = Node::from_json(&serde_json::to_value(app).expect("an app is JSON too"));
                let mut entries = node.entries().expect("an app is a mapping").to_vec();
                entries.iter_mut().for_each(|entry| entry.key_place = Some(place.clone()));
                prepare(&mut entries);
                let draft = Draft { place: Some(place), ..Draft::read(&entries, Source::App) };
                world.apps.push((who, world.zones.len() - 1, draft));
            }
        }
        world
    }

    /// Adds what a seed says of entitlements and live applications.
    pub(crate) fn seeded(mut self, seed: &str) -> World {
        let seed: Json = serde_yaml::from_str(seed).expect("a seed is YAML");
        for app in seed["apps"].as_array().into_iter().flatten() {
            let (zone, id) =
                (app["zone"].as_str().unwrap_or_default(), app["id"].as_str().unwrap_or_default());
            let draft = draft(app);
            let spec =
                Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone())));
            self.live.push((format!("{zone}/?{}", AppId::from_api(id)), zone.to_owned(), spec));
        }
        for zone in &mut self.zones {
            zone.account.get_or_insert_with(|| AccountId::from_api(ACCOUNT));
        }
        self.facts = Some(facts(&seed));
        self
    }

    /// The live counterpart of an application: the one with its identity.
    fn counterpart(&self, draft: &Draft) -> Option<&Spec> {
        let identity =
            Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone())))
                .identity();
        self.live
            .iter()
            .map(|(_, _, spec)| spec)
            .find(|spec| identity.is_some() && spec.identity() == identity)
    }

    fn peers(&self) -> Peers {
        let configured = self.apps.iter().filter_map(|(who, zone, draft)| {
            Peer::from_draft(who.clone(), &self.zones[*zone].name, draft)
        });
        let paired = |spec: &Spec| {
            self.apps
                .iter()
                .any(|(_, _, draft)| self.counterpart(draft).is_some_and(|live| live == spec))
        };
        let undeclared = self.live.iter().filter(|(_, _, spec)| !paired(spec));
        Peers::new(configured.chain(
            undeclared.filter_map(|(who, zone, spec)| Peer::from_spec(who.clone(), zone, spec)),
        ))
    }

    /// Everything that is told, with the application it is told of.
    pub(crate) fn violations(&self) -> Vec<(String, Violation)> {
        let peers = self.peers();
        let mut told = Vec::new();
        for (who, zone, app) in &self.apps {
            let mut others: Vec<ZoneFacts> = self
                .zones
                .iter()
                .filter(|other| other.name != self.zones[*zone].name)
                .cloned()
                .collect();
            others.sort_by(|a, b| a.name.cmp(&b.name));
            let view = View {
                who,
                app,
                live: self.counterpart(app),
                zone: &self.zones[*zone],
                zones: &others,
                peers: &peers,
                facts: self.facts.as_ref(),
            };
            told.extend(codes::check(&view).into_iter().map(|violation| (who.clone(), violation)));
        }
        told
    }

    pub(crate) fn told(&self) -> BTreeSet<Told> {
        let findings =
            self.violations().into_iter().map(|(who, violation)| violation.into_finding(&who));
        findings
            .map(|finding| {
                (finding.code, finding.severity, finding.address.unwrap_or_default(), finding.path)
            })
            .collect()
    }
}

/// What `entitlements: {ftp: false}` says is not there.
fn lacking(zone: &serde_yaml::Value) -> BTreeSet<Entitlement> {
    let declared = zone.get("entitlements").and_then(serde_yaml::Value::as_mapping);
    let denied = declared.into_iter().flatten().filter(|(_, value)| value.as_bool() == Some(false));
    denied.filter_map(|(name, _)| Entitlement::from_text(name.as_str()?)).collect()
}

/// What `edge_prefixes` declares.
fn prefixes(zone: &serde_yaml::Value) -> Option<Vec<IpNet>> {
    let declared = zone.get("edge_prefixes")?.as_sequence()?;
    Some(declared.iter().filter_map(|prefix| read_network(prefix.as_str()?)).collect())
}

/// A place on a line.
pub(crate) fn place(line: u32) -> Place {
    Place {
        file: Arc::from("spectrum.yaml"),
        line,
        column: 1,
        start: line as usize,
        end: line as usize,
    }
}

/// The draft of an application in JSON.
pub(crate) fn draft(app: &Json) -> Draft {
    Draft::read(Node::from_json(app).entries().expect("an app is a mapping"), Source::App)
}

/// What reading an account gives that holds what a seed declares; what the seed does not speak of is not read.
fn facts(seed: &Json) -> Facts {
    let list = |name: &str| seed[name].as_array().cloned();
    let text = |object: &Json, key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let mut facts = Facts::default();
    let zone = facts.zones.entry("example.com".to_owned()).or_default();
    let record = |seeded: &Json| Record {
        name: text(seeded, "name"),
        kind: text(seeded, "type"),
        proxied: seeded["proxied"].as_bool().unwrap_or_default(),
    };
    if let Some(records) = list("dns_records") {
        zone.records = Some(Records::of_zone(records.iter().map(record)));
        zone.load_balancers = Some(BTreeSet::new());
    }
    if let Some(balancers) = list("load_balancers") {
        zone.load_balancers =
            Some(balancers.iter().map(|balancer| text(balancer, "name")).collect());
    }
    for seeded in list("zones").into_iter().flatten() {
        facts.zones.entry(text(&seeded, "name")).or_insert_with(ZonePreflight::default).protocols =
            protocols(&seeded);
    }
    facts.accounts.insert(AccountId::from_api(ACCOUNT), account(seed));
    facts
}

fn protocols(zone: &Json) -> Option<Vec<OpenPorts>> {
    let open = |seeded: &Json| OpenPorts {
        name: seeded["name"].as_str().unwrap_or_default().to_owned(),
        transport: None,
        ports: seeded["ports"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|port| port.as_u64()?.try_into().ok())
            .collect(),
    };
    Some(zone["protocols"].as_array()?.iter().map(open).collect())
}

fn account(seed: &Json) -> AccountReading {
    let cidr = |object: &Json, key: &str| {
        read_network(object[key].as_str().expect("a network is a text"))
            .expect("a network is in CIDR notation")
    };
    let is_withheld = seed["tokens"]
        .as_array()
        .is_some_and(|tokens| !tokens.iter().any(|token| token.to_string().contains("prefixes")));
    let addresses = seed["prefixes"].as_array().map(|prefixes| match is_withheld {
        true => StaticAddresses { is_forbidden: true, ..StaticAddresses::default() },
        false => StaticAddresses {
            listed: prefixes.iter().map(|prefix| cidr(prefix, "cidr")).collect(),
            read: ["address maps", "leases", "prefixes"].into(),
            ..StaticAddresses::default()
        },
    });
    let lacks = |zone: &Json| {
        zone["entitlements"].as_array().is_some_and(|has| !has.contains(&json!("byoip")))
    };
    // An account without static addresses shows its client empty lists and no entitlement.
    let is_empty = seed["zones"].as_array().into_iter().flatten().any(lacks);
    let nothing = || StaticAddresses {
        read: ["address maps", "leases", "prefixes"].into(),
        ..StaticAddresses::default()
    };
    let addresses = addresses.or_else(|| is_empty.then(nothing));
    let networks = seed["virtual_networks"].as_array().map(|networks| {
        let id = |object: &Json, key: &str| object[key].as_str().unwrap_or_default().to_owned();
        let routes = |network: &str| {
            let routes = seed["routes"].as_array().into_iter().flatten();
            routes
                .filter(|route| id(route, "virtual_network_id") == network)
                .map(|route| cidr(route, "network"))
                .collect()
        };
        networks
            .iter()
            .map(|network| (id(network, "id"), Some(routes(&id(network, "id")))))
            .collect::<BTreeMap<_, _>>()
    });
    AccountReading { addresses, zones: None, networks }
}
