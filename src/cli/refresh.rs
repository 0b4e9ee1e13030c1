//! Reads what is live: each zone is found and verified, then listed whole. A zone that cannot be read, or is not the one it should be,
//! is reported as such and never taken for an empty one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

use super::activity::{Activity, thousands};
use super::zone_directory::Directory;
use crate::api::{ApiError, Client, Zone};
use crate::codes;
use crate::config::Configuration;
use crate::finding::{Finding, Place};
use crate::ledger::Snapshot;
use crate::model::{AccountId, Address, AppId, Live, Recorded, Tier, ZoneId};
use crate::plan::saved::SavedZone;
use crate::plan::{LiveZone, Unread, UnreadCause};
use crate::render::counted;

/// A zone that is to be read.
#[derive(Debug, Clone)]
struct ZoneQuery {
    name: String,
    id: Option<ZoneId>,
    account: Option<AccountId>,
    /// The account in which the state has the zone.
    recorded_account: Option<AccountId>,
    tier: Option<Tier>,
    place: Option<Place>,
    /// Whether the id is the state's, because the configuration no longer has the zone.
    from_state: bool,
    /// Recorded ids, each of which is asked for by itself if the list lacks it.
    recorded: BTreeSet<AppId>,
    /// The ids of calls whose end is not known, each of which is asked for by itself: a list may lag behind them.
    open: BTreeSet<AppId>,
}

impl ZoneQuery {
    /// A zone as the state knows it.
    fn from_state(name: &str, id: &ZoneId, account: Option<&AccountId>) -> ZoneQuery {
        ZoneQuery {
            name: name.to_owned(),
            id: Some(id.clone()),
            account: None,
            recorded_account: account.cloned(),
            tier: None,
            place: None,
            from_state: true,
            recorded: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }
}

/// What was read, and what was not.
#[derive(Debug, Default)]
pub(super) struct Refreshed {
    pub(super) zones: Vec<LiveZone>,
    pub(super) unread: Vec<Unread>,
}

/// Reads every zone of the configuration, and those in which the state has applications; not those that the configuration has a mistake
/// of, each with the finding.
pub(super) async fn refresh(
    api: &Arc<Client>,
    configuration: &Configuration,
    snapshot: &Snapshot,
    mistaken: BTreeMap<String, Finding>,
) -> Refreshed {
    let mut queries = queries(configuration, snapshot);
    queries.retain(|query| !mistaken.contains_key(&query.name));
    let mut refreshed = read_zones(api, queries).await;
    let unread = |(zone, finding)| Unread { zone, finding, cause: UnreadCause::Mistaken };
    refreshed.unread.extend(mistaken.into_iter().map(unread));
    refreshed.unread.sort_by(|a, b| a.zone.cmp(&b.zone));
    refreshed
}

/// Reads zones side by side.
async fn read_zones(api: &Arc<Client>, queries: Vec<ZoneQuery>) -> Refreshed {
    let reached = Reached::new(queries.len());
    let _shown = reached.show();
    let directory = Arc::new(Directory::read(api, queries.len()).await);
    let mut reading: JoinSet<Result<LiveZone, Unread>> = JoinSet::new();
    for query in queries {
        let (api, directory) = (Arc::clone(api), Arc::clone(&directory));
        let reached = reached.clone();
        reading.spawn(async move {
            let read = read_zone(&api, &directory, &query, &reached).await;
            reached.note(&query.name, read.as_ref().map_or(0, |zone| zone.apps.len()));
            read
        });
    }
    let mut refresh = Refreshed::default();
    while let Some(read) = reading.join_next().await {
        match read.expect("reading a zone neither panics nor is it aborted") {
            Ok(zone) => refresh.zones.push(zone),
            Err(unread) => refresh.unread.push(unread),
        }
    }
    refresh.zones.sort_by(|a, b| a.name.cmp(&b.name));
    refresh.unread.sort_by(|a, b| a.zone.cmp(&b.zone));
    refresh
}

/// Reads these zones and no others.
pub(super) async fn refresh_zones(
    api: &Arc<Client>,
    zones: &BTreeMap<String, SavedZone>,
    snapshot: &Snapshot,
) -> Refreshed {
    let query = |(name, zone): (&String, &SavedZone)| {
        let recorded = snapshot.state.apps_in(name).map(|(_, recorded)| recorded.id.clone());
        let known = ZoneQuery::from_state(name, &zone.id, zone.account.as_ref());
        let open = snapshot.open_steps.iter().filter(|open| open.is_of(name, &zone.id));
        let open = open.filter_map(|open| open.began.app_id.clone()).collect();
        ZoneQuery { recorded: recorded.collect(), open, ..known }
    };
    read_zones(api, zones.iter().map(query).collect()).await
}

/// How much was read already.
#[derive(Clone)]
struct Reached {
    zones: usize,
    read: Arc<Mutex<Read>>,
}

#[derive(Default)]
struct Read {
    /// How many zones were read, or could not be.
    zones: usize,
    /// The applications that were read, by zone.
    apps: BTreeMap<String, usize>,
}

impl Reached {
    fn new(zones: usize) -> Reached {
        Reached { zones, read: Arc::default() }
    }

    fn read(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a page of a zone's list; the first one begins the list anew.
    fn add(&self, zone: &str, page: u32, apps: usize) {
        let mut read = self.read();
        let before = read.apps.get(zone).copied().filter(|_| page > 1).unwrap_or_default();
        read.apps.insert(zone.to_owned(), before + apps);
    }

    /// Notes that a zone was read, or could not be.
    fn note(&self, zone: &str, apps: usize) {
        let mut read = self.read();
        read.zones += 1;
        read.apps.insert(zone.to_owned(), apps);
    }

    fn show(&self) -> Activity {
        let reached = self.clone();
        Activity::begin(move || {
            let read = reached.read();
            let apps: usize = read.apps.values().sum();
            let noun = if apps == 1 { "application" } else { "applications" };
            format!("reading: zones {}/{}, {} {noun}", read.zones, reached.zones, thousands(apps))
        })
    }
}

fn queries(configuration: &Configuration, snapshot: &Snapshot) -> Vec<ZoneQuery> {
    let mut zones: BTreeMap<String, ZoneQuery> = BTreeMap::new();
    for zone in configuration.zones.values() {
        let query = ZoneQuery {
            name: zone.name.clone(),
            id: zone.id.clone(),
            account: zone.account.as_ref().or(configuration.account.as_ref()).cloned(),
            recorded_account: None,
            tier: zone.tier,
            place: zone.place.clone(),
            from_state: false,
            recorded: BTreeSet::new(),
            open: BTreeSet::new(),
        };
        zones.insert(zone.name.clone(), query);
    }
    let apps: Vec<(&Address, &Recorded)> = snapshot.state.apps.iter().collect();
    for of_zone in apps.chunk_by(|(one, _), (next, _)| one.zone == next.zone) {
        let (address, first) = of_zone[0];
        let known = snapshot.state.zones.get(&address.zone);
        let account = known.and_then(|zone| zone.account.as_ref());
        let of_state = || ZoneQuery::from_state(&address.zone, &first.zone_id, account);
        let query = zones.entry(address.zone.clone()).or_insert_with(of_state);
        query.recorded.extend(of_zone.iter().map(|(_, recorded)| recorded.id.clone()));
    }
    for open in &snapshot.open_steps {
        let Some(intent) = &open.began.meant else { continue };
        let name = &open.began.address.zone;
        let query = || ZoneQuery::from_state(name, &intent.zone_id, None);
        let wanted = zones.entry(name.clone()).or_insert_with(query);
        wanted.open.extend(open.began.app_id.clone());
    }
    zones.into_values().collect()
}

async fn read_zone(
    api: &Client,
    directory: &Directory,
    query: &ZoneQuery,
    reached: &Reached,
) -> Result<LiveZone, Unread> {
    let zone = find(api, directory, query).await?;
    let failed = |error: ApiError| Unread {
        zone: query.name.clone(),
        finding: error.to_finding().at(query.place.as_ref()),
        cause: UnreadCause::Failed,
    };
    let on_page = |page, apps| reached.add(&query.name, page, apps);
    let mut apps = api.list_apps_counted(&zone.id, Some(&on_page)).await.map_err(failed)?;
    let listed: BTreeSet<AppId> = apps.iter().map(|live| live.id.clone()).collect();
    let unlisted = query.recorded.difference(&listed);
    for id in unlisted.chain(&query.open).collect::<BTreeSet<_>>() {
        let found: Option<Live> = api.app(&zone.id, id).await.map_err(failed)?;
        apps.retain(|listed| listed.id != *id);
        apps.extend(found);
    }
    apps.sort_by(|a, b| a.id.cmp(&b.id));
    let tier = query.tier.or_else(|| zone.tier());
    Ok(LiveZone { name: query.name.clone(), tier, id: zone.id, account: zone.account, apps })
}

/// Finds the zone by its id or its name, and verifies id, name and account.
async fn find(api: &Client, directory: &Directory, query: &ZoneQuery) -> Result<Zone, Unread> {
    let unread = |finding: Finding, cause| Unread {
        zone: query.name.clone(),
        finding: finding.at(query.place.as_ref()),
        cause,
    };
    let failed = |error: ApiError| unread(error.to_finding(), UnreadCause::Failed);
    let listed = directory.find(&query.name, query.id.as_ref(), query.account.as_ref());
    let zone = match (listed, &query.id) {
        (Some(zone), _) => zone,
        (None, Some(id)) => match api.zone(id).await {
            Err(error) if error.says_no_such_zone() && is_gone(api, query, id).await => {
                return Err(unread(gone(query, id), UnreadCause::Gone));
            }
            read => read.map_err(failed)?,
        },
        (None, None) => {
            let mut zones =
                api.find_zones(&query.name, query.account.as_ref()).await.map_err(failed)?;
            match zones.len() {
                1 => zones.remove(0),
                0 => return Err(unread(not_found(query), UnreadCause::Failed)),
                _ => return Err(unread(ambiguous(query, &zones), UnreadCause::OtherZone)),
            }
        }
    };
    match mismatch(query, &zone) {
        Some(finding) => Err(unread(finding, UnreadCause::OtherZone)),
        None => Ok(zone),
    }
}

/// Whether a zone that only the state knows, and whose id the API does not find, is in no list of zones either. A list that cannot be
/// read, or that shows nothing, is no proof.
async fn is_gone(api: &Client, query: &ZoneQuery, id: &ZoneId) -> bool {
    let listed = match &query.recorded_account {
        Some(account) => api.zones_of(account).await,
        None => api.all_zones().await,
    };
    let is_it = |zone: &Zone| zone.id == *id || zone.name.eq_ignore_ascii_case(&query.name);
    query.from_state && listed.is_ok_and(|zones| !zones.is_empty() && !zones.iter().any(is_it))
}

fn gone(query: &ZoneQuery, id: &ZoneId) -> Finding {
    let name = &query.name;
    let recorded = counted(query.recorded.len(), "recorded application");
    let summary = format!("the zone {name} ({id}) is no longer in the account; it has {recorded}");
    Finding::new(&codes::ZONE_GONE, summary).fix(format!(
        "forget what is recorded of it with `spectrumctl state rm '{name}/*'`; if the zone is in another account now, use a token of that one"
    ))
}

fn mismatch(query: &ZoneQuery, zone: &Zone) -> Option<Finding> {
    let is_named = zone.name.trim_end_matches('.').eq_ignore_ascii_case(&query.name);
    if !is_named {
        let whose = if query.from_state { "the state's id of" } else { "the id of" };
        let summary = format!("{whose} {} is that of the zone {}", query.name, zone.name);
        return Some(Finding::new(&codes::ZONE_IDENTITY, summary));
    }
    let other =
        query.account.as_ref().zip(zone.account.as_ref()).filter(|(query, found)| query != found);
    other.map(|(query_account, found)| {
        let summary =
            format!("the zone {} belongs to account {found}, not to {query_account}", query.name);
        Finding::new(&codes::ZONE_IDENTITY, summary)
            .why("a zone of the same name in another account is another zone")
            .fix("correct the account, or use the token of the right one")
    })
}

fn not_found(query: &ZoneQuery) -> Finding {
    let account =
        query.account.as_ref().map(|account| format!(" in account {account}")).unwrap_or_default();
    let summary = format!("the token sees no zone {}{account}", query.name);
    Finding::new(&codes::ZONE_NOT_FOUND, summary)
}

fn ambiguous(query: &ZoneQuery, zones: &[Zone]) -> Finding {
    let ids: Vec<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
    let summary =
        format!("the token sees {} zones named {}: {}", zones.len(), query.name, ids.join(", "));
    Finding::new(&codes::ZONE_IDENTITY, summary)
        .why("the name alone does not say which of them is meant")
        .fix(format!("write `id:` or `account:` under zones.{}", query.name))
}

/// Finds a zone of the configuration, and verifies id, name and account.
pub(super) async fn identify(
    api: &Client,
    configuration: &Configuration,
    name: &str,
) -> Result<Zone, Unread> {
    let query =
        queries(configuration, &Snapshot::default()).into_iter().find(|query| query.name == name);
    let query = query.expect("the zone is one of the configuration");
    find(api, &Directory::default(), &query).await
}
