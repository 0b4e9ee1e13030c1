//! The world that the simulator answers from: accounts, zones, what they hold, and their
//! applications. Pure: ids come from a counter, so equal requests give equal answers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::access::{RateLimit, Usage};
use super::change::{AppChange, Change};
use super::digest::digest;
use super::facts::Zone;
use super::holdings::{DEFAULT_ACCOUNT, DEFAULT_ZONE, Holdings};
use super::index::Index;
use super::knowledge::Knowledge;
use super::order::Order;
use crate::model::{Address, AppId, Live, Peer, Tier};

/// How many entries of the audit log a world keeps, so it does not grow without end.
const KEPT: usize = 10_000;

/// What becomes of a second application on the same hostname and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// It is refused.
    #[default]
    Refuse,
    /// It is created, as if the API did not look.
    Accept,
}

/// An application of the world.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct App {
    /// The id of its zone.
    pub(super) zone: String,
    /// What a read answers.
    pub(super) object: Map<String, Json>,
    /// What it is to others; derived, and kept because the checks of a write look at it.
    #[serde(skip)]
    pub(super) peer: Option<Peer>,
}

/// A simulated Cloudflare.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct World {
    #[serde(flatten)]
    pub(super) holdings: Holdings,
    #[serde(default)]
    pub(super) apps: BTreeMap<String, App>,
    /// The oldest entry first.
    #[serde(default)]
    pub(super) audit: VecDeque<Json>,
    /// Ids are derived from this text and a counter; worlds with different seeds give different
    /// ids.
    #[serde(default)]
    pub id_seed: String,
    #[serde(default)]
    pub(super) counter: u64,
    /// The rate limit; none switches it off.
    pub rate_limit: Option<RateLimit>,
    /// What becomes of a second application on the same hostname and port.
    #[serde(default)]
    pub duplicates: Duplicates,
    #[serde(skip)]
    pub(super) usage: Usage,
    #[serde(skip)]
    pub(super) index: Index,
    #[serde(skip)]
    knowledge: OnceLock<Knowledge>,
    /// The ids of the applications of each zone.
    #[serde(skip)]
    zone_apps: BTreeMap<String, BTreeSet<String>>,
    /// The same for zones that were listed, in the order that was asked for.
    #[serde(skip)]
    sorted: BTreeMap<String, BTreeMap<Order, Vec<String>>>,
    /// How often the traffic of each zone was asked for, by id.
    #[serde(skip)]
    pub(super) load_rounds: BTreeMap<String, usize>,
    /// What the latest request changed.
    #[serde(skip)]
    change: Option<Change>,
}

impl Default for World {
    /// One enterprise zone, `example.com`, with every entitlement and nothing in it.
    fn default() -> Self {
        let mut world = World::empty();
        let zone = Zone {
            id: DEFAULT_ZONE.to_owned(),
            name: "example.com".to_owned(),
            account: DEFAULT_ACCOUNT.to_owned(),
            plan: Tier::Enterprise,
            entitlements: None,
            ipv4_quota: None,
            protocols: None,
        };
        world.holdings.zones.insert(zone.id.clone(), zone);
        world
    }
}

impl World {
    /// A world with the default account and no zone.
    pub fn empty() -> Self {
        World {
            holdings: Holdings::default(),
            apps: BTreeMap::new(),
            audit: VecDeque::new(),
            id_seed: String::new(),
            counter: 0,
            rate_limit: Some(RateLimit::default()),
            duplicates: Duplicates::default(),
            usage: Usage::default(),
            index: Index::default(),
            knowledge: OnceLock::new(),
            zone_apps: BTreeMap::new(),
            sorted: BTreeMap::new(),
            load_rounds: BTreeMap::new(),
            change: None,
        }
    }

    /// The next id: 32 hexadecimal digits that no earlier call gave.
    pub(super) fn next_id(&mut self, kind: &str) -> String {
        self.counter += 1;
        digest(&[&self.id_seed, kind, &self.counter.to_string()])
    }

    /// Creates an application, or puts another in its place.
    pub(super) fn put_app(&mut self, id: &str, zone: &str, object: Map<String, Json>) {
        let app = AppChange::Put { id: id.to_owned(), zone: zone.to_owned(), object };
        self.change_app_to(app);
    }

    /// Takes an application out of the world.
    pub(super) fn remove_app(&mut self, id: &str) {
        self.change_app_to(AppChange::Remove { id: id.to_owned() });
    }

    /// Writes an entry of the audit log.
    pub(super) fn push_audit(&mut self, entry: Json) {
        let unchanged = || Change { counter: 0, app: None, audit: None };
        self.change.get_or_insert_with(unchanged).audit = Some(entry.clone());
        self.keep_audit(entry);
    }

    /// What changed since this was asked the last time.
    pub(super) fn take_change(&mut self) -> Option<Change> {
        let counter = self.counter;
        self.change.take().map(|change| Change { counter, ..change })
    }

    /// Makes a change that a log tells of; one that the world holds already changes nothing.
    pub(super) fn replay(&mut self, change: Change) {
        if change.counter <= self.counter {
            return;
        }
        self.counter = change.counter;
        if let Some(app) = change.app {
            self.apply_to_apps(app);
        }
        if let Some(entry) = change.audit {
            self.keep_audit(entry);
        }
    }

    fn change_app_to(&mut self, app: AppChange) {
        self.change = Some(Change { counter: 0, app: Some(app.clone()), audit: None });
        self.apply_to_apps(app);
    }

    fn apply_to_apps(&mut self, app: AppChange) {
        match app {
            AppChange::Put { id, zone, object } => {
                self.forget(&id);
                self.insert(id, zone, object);
            }
            AppChange::Remove { id } => self.forget(&id),
        }
    }

    fn insert(&mut self, id: String, zone: String, object: Map<String, Json>) {
        let zone_name = self.holdings.zone_name(&zone);
        let who = Address::for_unmanaged(zone_name, &AppId::from_api(id.as_str())).to_string();
        let peer = Live::read(&object).and_then(|live| Peer::from_spec(who, zone_name, &live.spec));
        if let Some(peer) = &peer {
            self.index.add(&id, peer);
        }
        self.sorted.remove(&zone);
        self.zone_apps.entry(zone.clone()).or_default().insert(id.clone());
        self.apps.insert(id, App { zone, object, peer });
    }

    fn forget(&mut self, id: &str) {
        let Some(app) = self.apps.remove(id) else { return };
        if let Some(peer) = &app.peer {
            self.index.remove(id, peer);
        }
        self.sorted.remove(&app.zone);
        if let Some(ids) = self.zone_apps.get_mut(&app.zone) {
            ids.remove(id);
        }
    }

    fn keep_audit(&mut self, entry: Json) {
        self.audit.push_back(entry);
        if self.audit.len() > KEPT {
            self.audit.pop_front();
        }
    }

    /// Sorts the applications of a zone, once until the zone changes.
    pub(super) fn sort_apps(&mut self, zone: &str, order: Order) {
        let ids = self.zone_apps.get(zone).into_iter().flatten();
        let apps = &self.apps;
        self.sorted.entry(zone.to_owned()).or_default().entry(order).or_insert_with(|| {
            order.sort(ids.filter_map(|id| Some((id.as_str(), &apps.get(id)?.object))))
        });
    }

    /// The ids of a zone's applications in an order in which they were sorted.
    pub(super) fn sorted_ids(&self, zone: &str, order: Order) -> &[String] {
        self.sorted.get(zone).and_then(|sorted| sorted.get(&order)).map_or(&[], Vec::as_slice)
    }

    /// What the checks of `codes` may know of the world beside its applications.
    pub(super) fn knowledge(&self) -> &Knowledge {
        self.knowledge.get_or_init(|| Knowledge::from_holdings(&self.holdings))
    }

    /// Derives again what is not stored, after something beside the applications has changed.
    pub(super) fn index_apps(&mut self) {
        self.knowledge = OnceLock::new();
        self.index = Index::default();
        self.zone_apps.clear();
        self.sorted.clear();
        for (id, app) in std::mem::take(&mut self.apps) {
            self.insert(id, app.zone, app.object);
        }
    }

    /// The first token that is declared; none where every token is good.
    pub fn first_token(&self) -> Option<&str> {
        self.holdings.tokens.first().map(|token| token.token.as_str())
    }

    /// How many applications the world holds.
    pub fn app_count(&self) -> usize {
        self.apps.len()
    }
}
