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
use spectrumctl::apply::{Report, Run};
use spectrumctl::config::{self, OnError, Sources, Vars};
use spectrumctl::ledger::{JournalEntry, Snapshot};
use spectrumctl::model::{AppId, Identity, Live, ZoneId};
use spectrumctl::plan::recover::recover;
use spectrumctl::plan::{self, Input, LiveZone, Plan, Policy};
use spectrumctl::sim::DEFAULT_ZONE;
use spectrumctl::sim::embedded::start;
use spectrumctl::sim::{Fixture, Options, Request, Script, World};
use spectrumctl::state::{Owner, Remote, Store};
use spectrumctl::validate;
use tokio::sync::watch;

/// A world and the state that belongs to it.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) store: Store,
    /// What the store keeps its bytes in.
    objects: Arc<InMemory>,
    /// How many calls the last apply has made.
    pub(crate) calls: u64,
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
    /// A world with one prefix of the account's own, and nothing else.
    pub(crate) fn new() -> Stage {
        let mut world = World::default();
        world.rate_limit = None;
        let account = "01a7362d577a6c3019a474fd6f485823";
        let seed =
            format!("prefixes: [{{cidr: 198.51.100.0/24, account: {account}, advertised: true}}]");
        world.load(&Fixture::read(&seed).unwrap(), true).unwrap();
        Stage::over(world, InMemory::new())
    }

    /// A world whose state is kept in these objects.
    fn over(world: World, objects: InMemory) -> Stage {
        let objects = Arc::new(objects);
        let kept: Arc<dyn ObjectStore> = Arc::clone(&objects) as Arc<dyn ObjectStore>;
        let store = Remote::over(kept, "state".into(), "memory", None).into();
        Stage { world, store, objects, calls: 0 }
    }

    /// A copy that goes its own way.
    pub(crate) fn fork(&self) -> Stage {
        Stage::over(self.world.clone(), self.objects.fork())
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
        let api = Arc::new(client(&running.base_url));
        let run = carry_out(Arc::clone(&api), &self.store, yaml);
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

    /// The plan for a configuration, without faults.
    pub(crate) async fn plan(&self, yaml: &str) -> Plan {
        let snapshot = self.store.read().await.unwrap();
        made(self.live(), yaml, &snapshot).plan
    }

    /// What is live.
    pub(crate) fn live(&self) -> Vec<Live> {
        let request =
            Request::new("GET", &format!("/client/v4/zones/{DEFAULT_ZONE}/spectrum/apps"))
                .with_header("Authorization", "Bearer any");
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
            .into_values()
            .map(|recorded| recorded.id)
            .collect();
        let ids: BTreeSet<AppId> = live.iter().map(|live| live.id.clone()).collect();
        assert_eq!(recorded, ids, "{case}: what is recorded is not what is live");
        assert_eq!(ids.len(), count, "{case}: lost or left over");
    }
}

fn zone() -> ZoneId {
    ZoneId::from_api(DEFAULT_ZONE)
}

pub(crate) fn client(base_url: &str) -> Client {
    let settings =
        Settings::new(base_url, Credentials::Token(SecretString::from("any token will do")));
    Client::new(Settings {
        first_delay: Duration::from_millis(1),
        request_timeout: Duration::from_secs(5),
        ..settings
    })
    .unwrap()
}

struct Made {
    plan: Plan,
    recovered: Vec<JournalEntry>,
    known: Vec<AppId>,
}

fn made(apps: Vec<Live>, yaml: &str, snapshot: &Snapshot) -> Made {
    let loaded = config::load(&Sources::new([("spectrum.yaml", yaml)]), &Vars::default());
    let known = apps.iter().map(|live| live.id.clone()).collect();
    let zones =
        [LiveZone { name: "example.com".to_owned(), id: zone(), account: None, tier: None, apps }];
    let mut snapshot = snapshot.clone();
    // Late enough that no list can lag any more.
    let later = Timestamp::now() + jiff::SignedDuration::from_mins(1);
    let recovered = recover(&mut snapshot, &zones, later);
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
    Made { plan, recovered, known }
}

async fn carry_out(api: Arc<Client>, store: &Store, yaml: &str) -> Ended {
    let owner = Owner {
        user: "ada".to_owned(),
        host: "desk".to_owned(),
        pid: 1,
        operation: "apply".to_owned(),
    };
    let token = Arc::new(store.lock(&owner, Duration::ZERO).await.unwrap());
    let snapshot = store.read().await.unwrap();
    let Ok(apps) = api.list_apps(&zone()).await else { return Ended::Unread };
    let Made { plan, recovered, known } = made(apps, yaml, &snapshot);
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
        known: Arc::new(known),
        parallelism: 4,
        on_error: OnError::Continue,
        looks: Arc::from([1, 5, 20].map(Duration::from_millis)),
        on_event: Arc::new(|_| {}),
        stop,
    };
    let report = run.carry_out().await;
    let written = store.read().await.unwrap().state.stamped("test", Timestamp::UNIX_EPOCH);
    store.write(&token, &written).await.unwrap();
    Ended::Reported(report)
}
