//! The world that the simulator answers from: accounts, zones, what they hold, and their applications. Pure: the time comes with
//! each request and ids come from a counter, so that equal requests at equal times give equal answers.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use super::access::{Caller, Left, Usage};
use super::audit;
use super::facts::{Account, Balancer, Prefix, Record, Route, Token, VirtualNetwork, Zone};
use super::index::Index;
use super::knowledge::Knowledge;
use super::message::{Answer, Request, Response};
use super::refusal::{NOT_COVERED, NOT_PERMITTED, Refusal};
use super::route::{Endpoint, no_route};
use crate::model::{Address, AppId, Entitlement, Live, Peer, Tier, hexadecimal};

/// The account of a world into which nothing was loaded.
pub const DEFAULT_ACCOUNT: &str = "01a7362d577a6c3019a474fd6f485823";
/// The id of the zone `example.com` where none is declared.
pub const DEFAULT_ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// How many requests a caller may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// This many …
    pub requests: u32,
    /// … in this many seconds, counted from the first.
    pub window_seconds: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit { requests: 1200, window_seconds: 300 }
    }
}

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
    /// What it is to others; derived, and kept because every write looks at all of them.
    #[serde(skip)]
    pub(super) peer: Option<Peer>,
}

/// A simulated Cloudflare.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct World {
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) zones: BTreeMap<String, Zone>,
    #[serde(default)]
    pub(super) tokens: Vec<Token>,
    #[serde(default)]
    pub(super) networks: Vec<VirtualNetwork>,
    #[serde(default)]
    pub(super) routes: Vec<Route>,
    #[serde(default)]
    pub(super) prefixes: Vec<Prefix>,
    #[serde(default)]
    pub(super) records: Vec<Record>,
    #[serde(default)]
    pub(super) balancers: Vec<Balancer>,
    #[serde(default)]
    pub(super) apps: BTreeMap<String, App>,
    #[serde(default)]
    pub(super) audit: Vec<Json>,
    /// Ids are derived from this text and a counter; worlds with different seeds give different ids.
    #[serde(default)]
    pub id_seed: String,
    #[serde(default)]
    counter: u64,
    /// The rate limit; none switches it off.
    pub rate_limit: Option<RateLimit>,
    /// What becomes of a second application on the same hostname and port.
    #[serde(default)]
    pub duplicates: Duplicates,
    #[serde(skip)]
    usage: Usage,
    #[serde(skip)]
    pub(super) index: Index,
    #[serde(skip)]
    knowledge: OnceLock<Knowledge>,
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
        world.zones.insert(zone.id.clone(), zone);
        world
    }
}

/// The prefixes of an account in a world where none is declared: those that are set aside for documentation, so that every entitlement
/// of the world without a seed can be used.
const DOCUMENTATION: [&str; 4] =
    ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"];

impl World {
    /// The prefixes that an account may use. Without entitlement to them it has none.
    pub(super) fn prefixes_of(&self, account: &str) -> Vec<Prefix> {
        if !self.prefixes.is_empty() {
            return self
                .prefixes
                .iter()
                .filter(|prefix| prefix.account.as_deref() == Some(account))
                .cloned()
                .collect();
        }
        let has_byoip = |zone: &Zone| {
            zone.entitlements
                .as_ref()
                .is_none_or(|entitlements| entitlements.contains(&Entitlement::Byoip))
        };
        if !self.zones.values().any(|zone| zone.account == account && has_byoip(zone)) {
            return Vec::new();
        }
        let prefix = |cidr: &str| Prefix {
            cidr: cidr.to_owned(),
            account: Some(account.to_owned()),
            advertised: None,
            approved: None,
        };
        DOCUMENTATION.map(prefix).to_vec()
    }

    /// A world with the default account and no zone.
    pub fn empty() -> Self {
        let account = Account {
            id: DEFAULT_ACCOUNT.to_owned(),
            name: "Simulated account".to_owned(),
            ipv4_quota: None,
        };
        World {
            accounts: BTreeMap::from([(account.id.clone(), account)]),
            zones: BTreeMap::new(),
            tokens: Vec::new(),
            networks: Vec::new(),
            routes: Vec::new(),
            prefixes: Vec::new(),
            records: Vec::new(),
            balancers: Vec::new(),
            apps: BTreeMap::new(),
            audit: Vec::new(),
            id_seed: String::new(),
            counter: 0,
            rate_limit: Some(RateLimit::default()),
            duplicates: Duplicates::default(),
            usage: Usage::default(),
            index: Index::default(),
            knowledge: OnceLock::new(),
        }
    }

    /// Answers a request. Every answer, a refusal too, has the headers that Cloudflare sends.
    pub fn answer(&mut self, request: &Request, now: Timestamp) -> Response {
        let ray = format!("{}-SIM", &self.next_id("ray")[..16]);
        let mut left = None;
        let outcome = self.handle(request, now, &ray, &mut left);
        let mut response = Response::new(outcome);
        response.headers.push(("CF-Ray".to_owned(), ray));
        let limit = self.rate_limit.unwrap_or_default();
        let left = left
            .unwrap_or(Left { requests: limit.requests, seconds: u64::from(limit.window_seconds) });
        response.headers.push((
            "Ratelimit".to_owned(),
            format!("\"default\";r={};t={}", left.requests, left.seconds),
        ));
        response.headers.push((
            "Ratelimit-Policy".to_owned(),
            format!("\"burst\";q={};w={}", limit.requests, limit.window_seconds),
        ));
        response
    }

    fn handle(
        &mut self,
        request: &Request,
        now: Timestamp,
        ray: &str,
        left: &mut Option<Left>,
    ) -> Result<Answer, Refusal> {
        let caller = Caller::identify(&self.tokens, request)?;
        if let Some(limit) = self.rate_limit {
            let (remaining, counted) = self.usage.count(&caller.id, limit, now);
            *left = Some(remaining);
            counted?;
        }
        let endpoint = Endpoint::from_request(request)?;
        caller.must(endpoint.permission(request))?;
        self.must_be_reachable(&endpoint, request, &caller)?;
        let outcome = self.dispatch(&endpoint, request, &caller, now);
        if request.is_write() {
            self.record_audit(&audit::Event {
                endpoint: &endpoint,
                request,
                caller: &caller,
                now,
                ray,
                outcome: &outcome,
            });
        }
        outcome
    }

    /// Refuses zones and accounts that the world does not have, and zones that the token does not cover.
    fn must_be_reachable(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
    ) -> Result<(), Refusal> {
        match endpoint.zone().map(|id| self.zones.get(id)) {
            Some(None) => return Err(no_route(request, 404)),
            Some(Some(zone)) if !caller.covers(&zone.name) => return Err(NOT_COVERED.refusal()),
            _ => {}
        }
        match endpoint.account() {
            Some(id) if !self.accounts.contains_key(id) => Err(NOT_PERMITTED.refusal()),
            _ => Ok(()),
        }
    }

    fn dispatch(
        &mut self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        match (endpoint, request.method.as_str()) {
            (Endpoint::Apps(zone), "POST") => self.create_app(zone, request, caller, now),
            (Endpoint::Apps(zone), _) => self.list_apps(zone, request),
            (Endpoint::App(zone, id), "PUT" | "PATCH") => {
                self.change_app(zone, id, request, caller, now)
            }
            (Endpoint::App(zone, id), "DELETE") => self.delete_app(zone, id),
            (Endpoint::App(zone, id), _) => self.read_app(zone, id),
            _ => self.lookups(endpoint, request, caller),
        }
    }

    /// The next id: 32 hexadecimal digits that no earlier call gave.
    pub(super) fn next_id(&mut self, kind: &str) -> String {
        self.counter += 1;
        digest(&[&self.id_seed, kind, &self.counter.to_string()])
    }

    /// Puts an application into the world, or another in its place.
    pub(super) fn put_app(&mut self, id: &str, zone: &str, object: Map<String, Json>) {
        let zone_name = self.zones.get(zone).map_or("", |zone| zone.name.as_str());
        let who = Address::for_unmanaged(zone_name, &AppId::from_api(id)).to_string();
        let peer = Live::read(&object).and_then(|live| Peer::from_spec(who, zone_name, &live.spec));
        self.remove_app(id);
        if let Some(peer) = &peer {
            self.index.add(id, peer);
        }
        self.apps.insert(id.to_owned(), App { zone: zone.to_owned(), object, peer });
    }

    /// Takes an application out of the world.
    pub(super) fn remove_app(&mut self, id: &str) {
        if let Some(peer) = self.apps.remove(id).and_then(|app| app.peer) {
            self.index.remove(id, &peer);
        }
    }

    /// What the checks of `codes` may know of the world beside its applications.
    pub(super) fn knowledge(&self) -> &Knowledge {
        self.knowledge.get_or_init(|| Knowledge::from_world(self))
    }

    /// Derives again what is not stored, after something beside the applications has changed.
    pub(super) fn index_apps(&mut self) {
        self.knowledge = OnceLock::new();
        self.index = Index::default();
        for (id, app) in std::mem::take(&mut self.apps) {
            self.put_app(&id, &app.zone, app.object);
        }
    }

    /// How many applications the world holds.
    pub fn app_count(&self) -> usize {
        self.apps.len()
    }
}

/// 32 hexadecimal digits that stand for these texts.
pub(super) fn digest(parts: &[&str]) -> String {
    let sum = Sha256::digest(parts.join("\0"));
    hexadecimal(&sum[..16])
}
