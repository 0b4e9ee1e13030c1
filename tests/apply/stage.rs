//! A stage on which an apply is carried out and goes wrong: a simulated world, a state in memory, and the run between them over real
//! HTTP, with short pauses. It does what `apply` does, and can be cut off at any moment.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use secrecy::SecretString;
use serde_json::Value as Json;
use spectrumctl::api::{Client, Credentials, Settings};
use spectrumctl::apply::{Patience, Report, Run};
use spectrumctl::config::{self, OnError, Sources, Vars};
use spectrumctl::ledger::{JournalEntry, Snapshot};
use spectrumctl::model::{AppId, Identity, Live, ZoneId};
use spectrumctl::plan::recover::{Look, recover};
use spectrumctl::plan::{self, Input, LiveZone, Plan, Policy};
use spectrumctl::sim::DEFAULT_ZONE;
use spectrumctl::sim::embedded::start;
use spectrumctl::sim::{Fixture, Options, Request, Script, World};
use spectrumctl::state::{Owner, Remote, Store};
use spectrumctl::validate;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The zones, by name and id.
pub(crate) const ZONES: [(&str, &str); 2] =
    [("example.com", DEFAULT_ZONE), ("example.net", "22222222222222222222222222222222")];

/// A world and the state that belongs to it.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) store: Store,
    /// What the store keeps its bytes in.
    objects: Arc<InMemory>,
    /// How many calls the last apply has made.
    pub(crate) calls: u64,
    /// How long the client itself waits for a rate limit.
    pub(crate) rate_limit_patience: Duration,
    /// Which zones are read, by their place.
    pub(crate) reads: Vec<usize>,
}

/// How one apply ended.
pub(crate) enum Ended {
    /// The plan was not carried out.
    Refused(Box<Plan>),
    /// It was carried out, as far as the report says.
    Reported(Report),
    /// It was cut off.
    Killed,
    /// The zone or the state could not be read.
    Unread,
}

impl Ended {
    pub(crate) fn report(self) -> Report {
        match self {
            Ended::Reported(report) => report,
            Ended::Refused(plan) => panic!("the plan was refused: {:#?}", plan.findings),
            Ended::Killed => panic!("the run was cut off"),
            Ended::Unread => panic!("the zone was not read"),
        }
    }
}

impl Stage {
    /// A world of two zones with one prefix of the account's own, and nothing else.
    pub(crate) fn new() -> Stage {
        let mut world = World::default();
        world.rate_limit = None;
        let account = "01a7362d577a6c3019a474fd6f485823";
        let seed = format!(
            "zones: [{{name: {}, id: {}}}]\nprefixes: [{{cidr: 198.51.100.0/24, account: {account}, advertised: true}}]",
            ZONES[1].0, ZONES[1].1
        );
        world.load(&Fixture::read(&seed).unwrap(), true).unwrap();
        Stage::over(world, InMemory::new())
    }

    /// A world whose state is kept in these objects.
    fn over(world: World, objects: InMemory) -> Stage {
        let objects = Arc::new(objects);
        let kept: Arc<dyn ObjectStore> = Arc::clone(&objects) as Arc<dyn ObjectStore>;
        let store = Remote::over(kept, "state".into(), "memory", None).into();
        let rate_limit_patience = Duration::from_secs(330);
        Stage { world, store, objects, calls: 0, rate_limit_patience, reads: vec![0] }
    }

    /// A copy that goes its own way.
    pub(crate) fn fork(&self) -> Stage {
        let fork = Stage::over(self.world.clone(), self.objects.fork());
        Stage { reads: self.reads.clone(), ..fork }
    }

    /// Carries a configuration out while these faults happen; after `life` the run is cut off, as a kill does.
    pub(crate) async fn apply(
        &mut self,
        yaml: &str,
        faults: &str,
        life: Option<Duration>,
    ) -> Ended {
        let options = Options::default().with_faults(Script::read(faults).unwrap());
        let running = start(self.world.clone(), options).await.unwrap();
        let api = Arc::new(client(&running.base_url, self.rate_limit_patience));
        let run = carry_out(Arc::clone(&api), &self.store, yaml, &self.reads);
        let ended = match life {
            None => run.await,
            Some(life) => tokio::time::timeout(life, run).await.unwrap_or(Ended::Killed),
        };
        // What the run had sent may still be on its way into the world.
        tokio::time::sleep(Duration::from_millis(if life.is_some() { 30 } else { 0 })).await;
        self.world = running.world.lock().unwrap().clone();
        self.calls = api.calls();
        self.free_lock().await;
        ended
    }

    /// A lock that nobody renews is taken after minutes; whoever comes next here has no time to wait.
    async fn free_lock(&self) {
        let Ok(found) = self.objects.get(&"state/lock.json".into()).await else { return };
        let lock: Json = serde_json::from_slice(&found.bytes().await.unwrap()).unwrap();
        if let Some(id) = lock["holder"]["id"].as_str() {
            self.store.unlock(id.parse().unwrap()).await.unwrap();
        }
    }

    /// Tries cases, each with its faults and life and on a fork of this stage, a few at a time.
    pub(crate) async fn try_each<F>(
        &self,
        cases: Vec<(String, Option<Duration>)>,
        of_case: impl Fn(Stage, String, Option<Duration>) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut running = JoinSet::new();
        for (faults, life) in cases {
            if running.len() >= 12 {
                running.join_next().await.unwrap().unwrap();
            }
            running.spawn(of_case(self.fork(), faults, life));
        }
        while let Some(ended) = running.join_next().await {
            ended.unwrap();
        }
    }

    /// The plan for a configuration, without faults.
    pub(crate) async fn plan(&self, yaml: &str) -> Plan {
        let snapshot = self.store.read().await.unwrap();
        let zones = self.reads.iter().map(|zone| zone_of(*zone, self.live_in(*zone))).collect();
        made(zones, yaml, &snapshot).plan
    }

    /// What is live in both zones.
    pub(crate) fn live(&self) -> Vec<Live> {
        (0..ZONES.len()).flat_map(|zone| self.live_in(zone)).collect()
    }

    /// What is live in one zone.
    pub(crate) fn live_in(&self, zone: usize) -> Vec<Live> {
        let path = format!("/client/v4/zones/{}/spectrum/apps", ZONES[zone].1);
        let request = Request::new("GET", &path).with_header("Authorization", "Bearer any");
        let answer: Json = serde_json::from_slice(
            &self.world.clone().answer(&request, Timestamp::UNIX_EPOCH).body,
        )
        .unwrap();
        answer["result"]
            .as_array()
            .unwrap()
            .iter()
            .map(|app| Live::read(app.as_object().unwrap()).unwrap())
            .collect()
    }

    /// What must hold at the end: every live application has an identity of its own and is recorded, and there are so many.
    pub(crate) async fn check(&self, count: usize, case: &str) {
        let live = self.live();
        let identities: BTreeSet<Identity> =
            live.iter().filter_map(|live| live.spec.identity()).collect();
        assert_eq!(identities.len(), live.len(), "{case}: a duplicate");
        let recorded: BTreeSet<AppId> = self
            .store
            .read()
            .await
            .unwrap()
            .state
            .apps
            .values()
            .map(|recorded| recorded.id.clone())
            .collect();
        let ids: BTreeSet<AppId> = live.iter().map(|live| live.id.clone()).collect();
        assert_eq!(recorded, ids, "{case}: what is recorded is not what is live");
        assert_eq!(ids.len(), count, "{case}: lost or left over");
    }
}

/// Every writing call of a plan: its method, and which of that method it is.
pub(crate) fn each_call<const N: usize>(
    calls: [(&'static str, u32); N],
) -> impl Iterator<Item = (&'static str, u32)> {
    calls.into_iter().flat_map(|(method, count)| (1..=count).map(move |nth| (method, nth)))
}

fn zone_of(place: usize, apps: Vec<Live>) -> LiveZone {
    let (name, id) = ZONES[place];
    LiveZone { name: name.to_owned(), id: ZoneId::from_api(id), account: None, tier: None, apps }
}

pub(crate) fn client(base_url: &str, rate_limit_patience: Duration) -> Client {
    let settings =
        Settings::new(base_url, Credentials::Token(SecretString::from("any token will do")));
    Client::new(Settings {
        first_delay: Duration::from_millis(1),
        request_timeout: Duration::from_secs(5),
        rate_limit_patience,
        ..settings
    })
    .unwrap()
}

struct Made {
    plan: Plan,
    recovered: Vec<JournalEntry>,
}

fn made(zones: Vec<LiveZone>, yaml: &str, snapshot: &Snapshot) -> Made {
    let loaded = config::load(&Sources::new([("spectrum.yaml", yaml)]), &Vars::default());
    let mut snapshot = snapshot.clone();
    // Late enough that no list can lag any more.
    let later = Timestamp::now() + jiff::SignedDuration::from_mins(1);
    let recovered = recover(&mut snapshot, &zones, Look { now: later, since: Timestamp::now() });
    let policy = Policy::at(Timestamp::now());
    let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
    let plan = plan::plan(&Input {
        desired: &desired,
        recorded: &snapshot,
        live: &zones,
        unread: &[],
        policy: &policy,
        facts: None,
    });
    Made { plan, recovered }
}

async fn carry_out(api: Arc<Client>, store: &Store, yaml: &str, reads: &[usize]) -> Ended {
    let owner = Owner {
        user: "ada".to_owned(),
        host: "desk".to_owned(),
        pid: 1,
        operation: "apply".to_owned(),
    };
    let token = Arc::new(store.lock(&owner, Duration::ZERO).await.unwrap());
    let snapshot = store.read().await.unwrap();
    let mut zones = Vec::new();
    for place in reads {
        let id = ZoneId::from_api(ZONES[*place].1);
        let Ok(apps) = api.list_apps(&id).await else { return Ended::Unread };
        zones.push(zone_of(*place, apps));
    }
    let Made { plan, recovered } = made(zones, yaml, &snapshot);
    if plan.findings.iter().any(spectrumctl::finding::Finding::is_error) {
        return Ended::Refused(Box::new(plan));
    }
    for entry in recovered {
        store.append(&token, &entry).await.unwrap();
    }
    let (_sender, stop) = watch::channel(false);
    let run = Run {
        api,
        store: Arc::new(store.clone()),
        token: Arc::clone(&token),
        plan: Arc::new(plan),
        parallelism: 4,
        on_error: OnError::Continue,
        looks: Arc::from([1, 5, 20].map(Duration::from_millis)),
        patience: Patience {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(20),
            most: Duration::from_secs(20),
        },
        on_event: Arc::new(|_| {}),
        stop,
    };
    let report = run.carry_out().await;
    let written = store.read().await.unwrap().state.stamped("test", Timestamp::UNIX_EPOCH);
    store.write(&token, &written).await.unwrap();
    Ended::Reported(report)
}
