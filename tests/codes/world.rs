//! The cases as checks see them: a configuration is read, a seed adds what is known beside it, and every check is run.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use spectrumctl::codes::{self, Fault};
use spectrumctl::finding::{Place, Severity};
use spectrumctl::model::{AppId, Draft, Entitlement, Entry, Node, Peer, Peers, Shape, Source, Tier, View, ZoneFacts};

/// A configuration and what a seed adds to it, as far as checks look at it.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) zones: Vec<ZoneFacts>,
    pub(crate) apps: Vec<(String, usize, Draft)>,
    live: Vec<(String, String, Shape)>,
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
                ipv4_quota: zone.get("ipv4_quota").and_then(serde_yaml::Value::as_u64).map(|quota| quota as u32),
                ..ZoneFacts::default()
            });
            for (key, app) in zone["apps"].as_mapping().expect("a zone of a case has apps") {
                let who = format!("{}/{}", name.as_str().unwrap_or_default(), key.as_str().unwrap_or_default());
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
        for seeded in seed["zones"].as_array().into_iter().flatten() {
            let Some(has) = seeded["entitlements"].as_array() else { continue };
            let zone = self.zones.iter_mut().find(|zone| seeded["name"] == zone.name.as_str()).expect("a seeded zone is configured");
            zone.denied = Entitlement::ALL.into_iter().filter(|entitlement| !has.contains(&json!(entitlement.text()))).collect();
        }
        for app in seed["apps"].as_array().into_iter().flatten() {
            let (zone, id) = (app["zone"].as_str().unwrap_or_default(), app["id"].as_str().unwrap_or_default());
            let draft = draft(app);
            let shape = Shape::of(draft.given.iter().map(|(field, given)| (*field, given.value.clone())));
            self.live.push((format!("{zone}/?{}", AppId::from_api(id)), zone.to_owned(), shape));
        }
        self
    }

    /// The live counterpart of an application: the one with its identity.
    fn counterpart(&self, draft: &Draft) -> Option<&Shape> {
        let identity = Shape::of(draft.given.iter().map(|(field, given)| (*field, given.value.clone()))).identity();
        self.live.iter().map(|(_, _, shape)| shape).find(|shape| identity.is_some() && shape.identity() == identity)
    }

    fn peers(&self) -> Peers {
        let configured = self.apps.iter().filter_map(|(who, zone, draft)| Peer::of_draft(who.clone(), &self.zones[*zone].name, draft));
        let paired = |shape: &Shape| self.apps.iter().any(|(_, _, draft)| self.counterpart(draft).is_some_and(|live| live == shape));
        let undeclared = self.live.iter().filter(|(_, _, shape)| !paired(shape));
        Peers::of(configured.chain(undeclared.filter_map(|(who, zone, shape)| Peer::of_shape(who.clone(), zone, shape))))
    }

    /// Everything that is told, with the application it is told of.
    pub(crate) fn faults(&self) -> Vec<(String, Fault)> {
        let peers = self.peers();
        let mut told = Vec::new();
        for (who, zone, app) in &self.apps {
            let others: Vec<ZoneFacts> = self.zones.iter().filter(|other| other.name != self.zones[*zone].name).cloned().collect();
            let view = View { who, app, live: self.counterpart(app), zone: &self.zones[*zone], zones: &others, peers: &peers };
            told.extend(codes::check(&view).into_iter().map(|fault| (who.clone(), fault)));
        }
        told
    }

    pub(crate) fn told(&self) -> BTreeSet<Told> {
        let findings = self.faults().into_iter().map(|(who, fault)| fault.into_finding(&who));
        findings.map(|finding| (finding.code, finding.severity, finding.address.unwrap_or_default(), finding.path)).collect()
    }
}

/// A place on a line.
pub(crate) fn place(line: u32) -> Place {
    Place { file: Arc::from("spectrum.yaml"), line, column: 1, start: line as usize, end: line as usize }
}

/// The draft of an application in JSON.
pub(crate) fn draft(app: &Json) -> Draft {
    Draft::read(Node::from_json(app).entries().expect("an app is a mapping"), Source::App)
}
