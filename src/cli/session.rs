//! One run against an API and a state: what the commands that read live state have in common.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ipnet::IpNet;
use secrecy::SecretString;

use super::backend::{self, Place};
use super::context::{ConnectionOptions, Context};
use super::failure::describe_io_error;
use super::loaded::Loaded;
use super::state_folder;
use super::waits::wait_notifier;
use crate::api::{Client, Credentials, Settings};
use crate::codes;
use crate::finding::Finding;
use crate::model::Entitlement;
use crate::plan::StatePlace;
use crate::sim::facts::{Account, Prefix};
use crate::sim::fixture::FixtureZone;
use crate::sim::{DEFAULT_ACCOUNT, Fixture, Options, embedded, file};
use crate::state::{Local, Store};

/// The API to talk to: Cloudflare, or the simulator that was started for this run.
pub(super) struct Session {
    pub(super) api: Arc<Client>,
    pub(super) store: Arc<Store>,
    /// Whether the absence of the state is more likely a loss than a beginning.
    pub(super) expects_state: bool,
    /// Where the state is kept; a simulated one in a folder.
    pub(super) state_place: StatePlace,
    /// What is to be said about where the state is.
    pub(super) state_warning: Option<Finding>,
    simulator: Option<embedded::Running>,
}

impl Session {
    /// Connects, and starts the simulator where one is asked for.
    pub(super) async fn open(context: &Context, loaded: &Loaded) -> Result<Session, Box<Finding>> {
        let ca_pem = certificates(&context.connection)?;
        let place = Place::new(&context.files, loaded);
        let (settings, store, simulator) = match &context.connection.sim {
            None => {
                state_folder::check_former(&context.files, loaded)?;
                (real_settings()?, backend::open(&place, ca_pem.clone())?, None)
            }
            Some(world) => {
                let (world, folder) = simulated_paths(world, &place.folder(&loaded.files));
                let running = start_simulator(&world, loaded).await?;
                let token = simulated_token(&context.connection, &running);
                (
                    Settings::new(&running.base_url, token),
                    Store::Folder(Local::new(&folder)),
                    Some(running),
                )
            }
        };
        let expects_state = simulator.is_none() && place.is_expected(&context.files);
        let on_wait = Arc::new(wait_notifier());
        let simulated = Arc::clone(&context.connection.met_simulator);
        let settings = match context.connection.rate_limit {
            Some(rate_limit) => settings.limited_to(rate_limit),
            None => settings,
        };
        let client = Client::new(Settings { ca_pem, on_wait, simulated, ..settings })
            .map_err(|error| Box::new(error.into_finding()))?;
        Ok(Session {
            api: Arc::new(client),
            store: Arc::new(store),
            expects_state,
            state_place: if simulator.is_some() { StatePlace::Folder } else { place.for_plan() },
            state_warning: state_folder::warning(&place),
            simulator,
        })
    }

    /// Ends the simulator, if there is one; its world is kept.
    pub(super) async fn close(self) {
        if let Some(simulator) = self.simulator {
            // The world is on the disk after each write; that the server's task fails at its end changes nothing.
            let _ = simulator.stop().await;
        }
    }
}

/// The token of the run, else the first that the world declares; a world that declares none takes any.
fn simulated_token(connection: &ConnectionOptions, running: &embedded::Running) -> Credentials {
    let declared = || {
        let world = running.world.lock().expect("no thread panics while it holds the world");
        world.first_token().map(str::to_owned)
    };
    let token = connection.sim_token.clone().or_else(declared);
    Credentials::Token(SecretString::from(token.unwrap_or_else(|| "any".to_owned())))
}

/// The state alone, for what asks the API nothing.
pub(super) fn store(context: &Context, loaded: &Loaded) -> Result<Store, Box<Finding>> {
    let place = Place::new(&context.files, loaded);
    match &context.connection.sim {
        Some(world) => {
            let (_, folder) = simulated_paths(world, &place.folder(&loaded.files));
            Ok(Store::Folder(Local::new(&folder)))
        }
        None => {
            state_folder::check_former(&context.files, loaded)?;
            backend::open(&place, certificates(&context.connection)?)
        }
    }
}

/// The simulator's world and the state that belongs to it; never the real state.
fn simulated_paths(world: &str, folder: &Path) -> (PathBuf, PathBuf) {
    if world.is_empty() {
        let folder = folder.join("sim");
        return (folder.join("world.json"), folder);
    }
    (PathBuf::from(world), PathBuf::from(format!("{world}.state")))
}

async fn start_simulator(path: &Path, loaded: &Loaded) -> Result<embedded::Running, Box<Finding>> {
    let failed = |what: &dyn std::fmt::Display| {
        Box::new(
            Finding::new(&codes::SIMULATOR, what.to_string())
                .fix("correct or remove the file that the finding names"),
        )
    };
    let kept = file::load(path).map_err(|error| failed(&error))?;
    let is_new = kept.is_none();
    let mut world = kept.unwrap_or_default();
    // Nobody else shares this simulator, so its limit would only make the one who runs it wait.
    world.rate_limit = None;
    world.load(&declared(loaded), false).map_err(|error| failed(&error))?;
    for seed in &loaded.files.seeds {
        let seed = file::load_seed(seed).map_err(|error| failed(&error))?;
        world.load(&seed, is_new).map_err(|error| failed(&error))?;
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| failed(&format!("failed to create {}: {error}", folder.display())))?;
    }
    embedded::start(world, Options::default().kept_in(path)).await.map_err(|error| failed(&error))
}

/// The zones that the configuration names, as it declares them.
fn declared(loaded: &Loaded) -> Fixture {
    let configuration = &loaded.configuration;
    let zones = configuration.zones.values().filter(|zone| !loaded.added.contains(&zone.name));
    let zones = zones.map(|zone| FixtureZone {
        name: zone.name.clone(),
        id: zone.id.as_ref().map(ToString::to_string),
        account: zone.account.as_ref().or(configuration.account.as_ref()).map(ToString::to_string),
        plan: zone.tier,
        entitlements: if zone.lacking.is_empty() {
            zone.entitlements.clone()
        } else {
            Some(&Entitlement::ALL.into() - &zone.lacking)
        },
        ipv4_quota: zone.ipv4_quota,
        protocols: None,
    });
    let zones: Vec<_> = zones.collect();
    let owners: BTreeSet<_> = zones.iter().map(|zone| zone.account.as_deref()).collect();
    let accounts = owners.into_iter().map(|owner| Account {
        id: owner.unwrap_or(DEFAULT_ACCOUNT).to_owned(),
        name: "Simulated account".to_owned(),
        ipv4_quota: configuration.ipv4_quota,
    });
    let prefixes = configuration.zones.values().flat_map(|zone| {
        let account = zone.account.as_ref().or(configuration.account.as_ref());
        let account = account.map_or(DEFAULT_ACCOUNT.to_owned(), ToString::to_string);
        let declared = zone.edge_prefixes.as_ref().or(configuration.edge_prefixes.as_ref());
        let prefix = move |cidr: &IpNet| Prefix {
            cidr: cidr.to_string(),
            account: Some(account.clone()),
            advertised: None,
            approved: None,
            delegated: true,
        };
        declared.into_iter().flatten().map(prefix)
    });
    let prefixes = prefixes.collect();
    Fixture { accounts: accounts.collect(), zones, prefixes, ..Fixture::default() }
}

/// Where Cloudflare is and who asks, from the environment that its own tools read too.
fn real_settings() -> Result<Settings, Box<Finding>> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let base_url = base_url()?;
    let token =
        variable("CLOUDFLARE_API_TOKEN").map(|token| Credentials::Token(SecretString::from(token)));
    let key = || {
        let (email, key) = (variable("CLOUDFLARE_EMAIL")?, variable("CLOUDFLARE_API_KEY")?);
        Some(Credentials::Key { email, key: SecretString::from(key) })
    };
    match token.or_else(key) {
        Some(credentials) => Ok(Settings::new(&base_url, credentials)),
        None => Err(Box::new(Finding::new(&codes::CREDENTIALS, "there are no API credentials"))),
    }
}

/// Whether somebody can be asked: a simulator, or the API with credentials.
pub(super) fn has_credentials(context: &Context) -> bool {
    context.connection.sim.is_some() || real_settings().is_ok()
}

/// Where Cloudflare is. A variable that is there and empty was meant to name another place, so the
/// credentials do not go to the usual one.
fn base_url() -> Result<String, Box<Finding>> {
    let usual = crate::api::settings::BASE_URL;
    match std::env::var("CLOUDFLARE_BASE_URL") {
        Ok(url) if url.trim().is_empty() => {
            let summary = "CLOUDFLARE_BASE_URL is set, but empty";
            Err(Box::new(Finding::new(&codes::BASE_URL, summary)))
        }
        Ok(url) => Ok(url),
        Err(std::env::VarError::NotPresent) => Ok(usual.to_owned()),
        Err(std::env::VarError::NotUnicode(_)) => {
            let summary = "CLOUDFLARE_BASE_URL is not a text in UTF-8";
            Err(Box::new(Finding::new(&codes::BASE_URL, summary)))
        }
    }
}

/// The certificates of `--ca-file`.
pub(super) fn certificates(options: &ConnectionOptions) -> Result<Option<Vec<u8>>, Box<Finding>> {
    let Some(path) = &options.ca_file else { return Ok(None) };
    std::fs::read(path).map(Some).map_err(|error| {
        let summary = format!("failed to read {}: {}", path.display(), describe_io_error(&error));
        Box::new(Finding::new(&codes::CA_FILE, summary).fix("check the path and its permissions"))
    })
}
