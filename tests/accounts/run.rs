//! Where an account is tried: a simulator behind a server that writes down every call, plans with everything that preflight reads, and applies,
//! all in this process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use object_store::memory::InMemory;
use serde_json::Value as Json;
use spectrumctl::api::{Client, Credentials, Settings};
use spectrumctl::apply::{Report, Run, WHILE_DOWN};
use spectrumctl::cli::plan_with_preflight;
use spectrumctl::config::{self, OnError, Sources, Vars};
use spectrumctl::plan::{Input, LiveZone, Plan, Policy};
use spectrumctl::sim::{Fixture, Request, World};
use spectrumctl::state::{Owner, Remote, Store};
use spectrumctl::validate::{self, validate_with};
use tokio::sync::watch;

use super::account::Account;
use super::oracle::SHARED;

/// How the simulator answers an application.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is live as it is.
    Unchanged,
    Done,
    Refused(u32, String),
}

/// A finding: address, code as the API would answer it, whether it is an error.
pub(super) type Told = Vec<(String, String, bool)>;

/// A plan, what it says, and the calls that it took.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) told: Told,
    pub(super) calls: Vec<String>,
}

/// The number that the API answers with for a code of the program.
pub(super) fn number(code: &str) -> u32 {
    match code {
        "hostname-conflict" => 81053,
        "port-overlap" | "live-overlap" | "duplicate-identity" | "hostname-edge" | "1061" => 1004,
        _ => code.parse().unwrap_or(0),
    }
}

/// Whether a code is told of an application, or where either of two may be blamed of any.
pub(super) fn tells(told: &Told, address: &str, code: u32) -> bool {
    // Where every list of static addresses is empty, "not enabled" is only a likelihood, and a warning of it says enough: the
    // API may as well answer that the address is not authorized.
    let is_told =
        |found: u32, is_error: bool| found == code || (found, code) == (11018, 11019) && !is_error;
    told.iter().any(|(about, found, is_error)| {
        is_told(number(found), *is_error) && (about == address || SHARED.contains(&code))
    })
}

/// Whether the plan says that something may not be read.
pub(super) fn is_blind(told: &Told) -> bool {
    told.iter().any(|(_, code, _)| code == "preflight-skipped")
}

impl Planned {
    pub(super) fn has_errors(&self) -> bool {
        self.told.iter().any(|(_, _, is_error)| *is_error)
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = (String, u32)> {
        let errors = self.told.iter().filter(|(_, _, is_error)| *is_error);
        // No page has a number for a rule of the program's own. It must be due as what the API refuses without one (*inferred*).
        let numbered =
            |code: &str| Some(number(code)).filter(|number| *number != 0).unwrap_or(1004);
        errors.map(move |(address, code, _)| (address.clone(), numbered(code)))
    }

    pub(super) fn tells(&self, address: &str, code: u32) -> bool {
        tells(&self.told, address, code)
    }

    pub(super) fn is_blind(&self) -> bool {
        is_blind(&self.told)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.plan.changes.is_empty() && !self.has_errors()
    }

    pub(super) fn calls_of(&self, part: &str) -> usize {
        self.calls.iter().filter(|call| call.contains(part)).count()
    }

    /// The calls that neither find a zone nor list its applications.
    pub(super) fn calls_beside_lists(&self) -> Vec<&String> {
        let is_list = |call: &str| {
            let path = call.split('?').next().unwrap_or_default();
            call.contains("/spectrum/apps?")
                || call.starts_with("GET /zones?name=")
                || path.starts_with("GET /zones/") && path.matches('/').count() == 2
        };
        self.calls.iter().filter(|call| !is_list(call)).collect()
    }
}

/// A simulator, a client of it, and a state for one account after the other.
pub(super) struct Room {
    world: Arc<Mutex<World>>,
    calls: Arc<Mutex<Vec<String>>>,
    api: Arc<Client>,
    state: Mutex<Store>,
}

fn no_state() -> Store {
    Remote::over(Arc::new(InMemory::new()), "state".into(), "memory", None).into()
}

impl Room {
    pub(super) async fn new() -> Room {
        let (world, calls) = (Arc::default(), Arc::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/client/v4", listener.local_addr().unwrap());
        let (served, written) = (Arc::clone(&world), Arc::clone(&calls));
        let service = axum::Router::new()
            .fallback(move |incoming| answer(Arc::clone(&served), Arc::clone(&written), incoming));
        tokio::spawn(async move { axum::serve(listener, service).await });
        let token = Credentials::Token("corpus".to_owned().into());
        let settings = Settings::new(&base_url, token);
        let settings = Settings { first_delay: Duration::from_millis(1), ..settings };
        let api = Arc::new(Client::new(settings).unwrap());
        Room { world, calls, api, state: Mutex::new(no_state()) }
    }

    /// Puts an account in the place of the one before.
    pub(super) fn load(&self, account: &Account) {
        let mut world = World::empty();
        world.rate_limit = None;
        world.load(&Fixture::read(&account.seed()).unwrap(), true).unwrap();
        *self.world.lock().unwrap() = world;
        *self.state.lock().unwrap() = no_state();
    }

    /// Sends what is wanted to a copy of the world, one after the other.
    pub(super) fn send_all(&self, account: &Account) -> Vec<Answer> {
        let mut world = self.world.lock().unwrap().clone();
        let send = |wanted: &super::account::Wanted| {
            if wanted.unchanged {
                return Answer::Unchanged;
            }
            let zone = &account.zone(&wanted.placed.zone).id;
            let path = format!("/client/v4/zones/{zone}/spectrum/apps");
            let (method, path) = match &wanted.id {
                Some(id) => ("PUT", format!("{path}/{id}")),
                None => ("POST", path),
            };
            let request = Request::new(method, &path)
                .with_header("authorization", "Bearer corpus")
                .with_body(wanted.placed.app.to_string());
            let response = world.answer(&request, Timestamp::UNIX_EPOCH);
            let envelope: Json = serde_json::from_slice(&response.body).unwrap();
            let error = &envelope["errors"][0];
            match (response.status, error["code"].as_u64()) {
                (200, _) => Answer::Done,
                (_, code) => {
                    Answer::Refused(number(&code.unwrap_or(0).to_string()), error.to_string())
                }
            }
        };
        account.wanted.iter().map(send).collect()
    }

    /// The zones of the configuration, found and listed.
    async fn live(&self, configuration: &config::Configuration) -> Vec<LiveZone> {
        let mut zones = Vec::new();
        for wanted in configuration.zones.values() {
            let zone = match &wanted.id {
                Some(id) => self.api.zone(id).await.unwrap(),
                None => self.api.find_zones(&wanted.name, None).await.unwrap().remove(0),
            };
            let apps = self.api.list_apps(&zone.id).await.unwrap();
            let tier = wanted.tier.or_else(|| zone.tier());
            let (name, id, account) = (zone.name, zone.id, zone.account);
            zones.push(LiveZone { name, id, account, tier, apps });
        }
        zones
    }

    /// Plans as the program does.
    pub(super) async fn plan(&self, text: &str) -> Planned {
        self.calls.lock().unwrap().clear();
        let store = self.state.lock().unwrap().clone();
        let recorded = store.read().await.unwrap();
        let loaded = config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::default());
        let zones = self.live(&loaded.configuration).await;
        let mut facts = validate::zone_facts(&loaded.configuration);
        for (facts, read) in facts.iter_mut().zip(&zones) {
            assert_eq!(facts.name, read.name);
            facts.id = Some(read.id.clone());
            facts.account = facts.account.take().or_else(|| read.account.clone());
            facts.tier = read.tier;
        }
        let policy = Policy::at(Timestamp::now());
        let desired = validate_with(&loaded.configuration, loaded.findings, policy.today, facts);
        let input = Input {
            desired: &desired,
            recorded: &recorded,
            live: &zones,
            unread: &[],
            policy: &policy,
            facts: None,
        };
        let plan = plan_with_preflight(&self.api, input).await;
        let told = plan.findings.iter().map(|finding| {
            let address = finding.address.clone().unwrap_or_default();
            (address, finding.code.clone(), finding.is_error())
        });
        let told = told.collect();
        let mut calls = self.calls.lock().unwrap().clone();
        calls.sort();
        // A read that is refused is tried again.
        calls.dedup();
        Planned { plan, told, calls }
    }

    /// Applies a plan, one step after the other.
    pub(super) async fn apply(&self, planned: Planned) -> Report {
        let store = self.state.lock().unwrap().clone();
        let owner = Owner {
            user: "ada".to_owned(),
            host: "desk".to_owned(),
            pid: 1,
            operation: "apply".to_owned(),
        };
        let token = Arc::new(store.lock(&owner, Duration::ZERO).await.unwrap());
        let (_sender, stop) = watch::channel(false);
        let run = Run {
            api: Arc::clone(&self.api),
            store: Arc::new(store.clone()),
            token: Arc::clone(&token),
            plan: Arc::new(planned.plan),
            patience: WHILE_DOWN,
            parallelism: 1,
            on_error: OnError::Continue,
            looks: Arc::from([Duration::from_millis(1)]),
            on_event: Arc::new(|_| {}),
            stop,
        };
        let report = run.carry_out().await;
        let written = store.read().await.unwrap().state.stamped("test", Timestamp::UNIX_EPOCH);
        store.write(&token, &written).await.unwrap();
        report
    }
}

/// Answers out of the world, and writes the call down.
async fn answer(
    world: Arc<Mutex<World>>,
    calls: Arc<Mutex<Vec<String>>>,
    incoming: axum::extract::Request,
) -> axum::response::Response {
    let (head, body) = incoming.into_parts();
    let target = head.uri.path_and_query().unwrap().as_str();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut request = Request::new(head.method.as_str(), target).with_body(body);
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    request.headers.extend(headers.collect::<BTreeMap<_, _>>());
    let path = target.trim_start_matches("/client/v4");
    calls.lock().unwrap().push(format!("{} {path}", request.method));
    let response = world.lock().unwrap().answer(&request, Timestamp::now());
    let built = axum::http::Response::builder().status(response.status);
    let built =
        response.headers.iter().fold(built, |built, (name, value)| built.header(name, value));
    built.body(response.body.into()).unwrap()
}
