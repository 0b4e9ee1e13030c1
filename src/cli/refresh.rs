//! Reads what is live: each zone is found and verified, then listed whole. A zone that cannot be read, or is not the one it should be,
//! is reported as such and never taken for an empty one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::api::{Client, Zone};
use crate::codes;
use crate::config::Configuration;
use crate::finding::{Finding, Place};
use crate::ledger::Snapshot;
use crate::model::{AccountId, AppId, Live, Tier, ZoneId};
use crate::plan::saved::SavedZone;
use crate::plan::{LiveZone, Unread};

/// A zone that is to be read.
#[derive(Debug, Clone)]
struct ZoneQuery {
    name: String,
    id: Option<ZoneId>,
    account: Option<AccountId>,
    tier: Option<Tier>,
    place: Option<Place>,
    /// Whether the id is the state's, because the configuration no longer has the zone.
    from_state: bool,
    /// Recorded ids, each of which is asked for by itself if the list lacks it.
    recorded: BTreeSet<AppId>,
}

impl ZoneQuery {
    /// A zone as the state knows it.
    fn from_state(name: &str, id: &ZoneId) -> ZoneQuery {
        ZoneQuery {
            name: name.to_owned(),
            id: Some(id.clone()),
            account: None,
            tier: None,
            place: None,
            from_state: true,
            recorded: BTreeSet::new(),
        }
    }
}

/// What was read, and what was not.
#[derive(Debug, Default)]
pub(super) struct Refreshed {
    pub(super) zones: Vec<LiveZone>,
    pub(super) unread: Vec<Unread>,
}

/// Reads every zone of the configuration, and those in which the state has applications.
pub(super) async fn refresh(
    api: &Arc<Client>,
    configuration: &Configuration,
    snapshot: &Snapshot,
) -> Refreshed {
    let mut reading: JoinSet<Result<LiveZone, Unread>> = JoinSet::new();
    for query in queries(configuration, snapshot) {
        let api = Arc::clone(api);
        reading.spawn(async move { read_zone(&api, query).await });
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
    let mut refresh = Refreshed::default();
    for (name, zone) in zones {
        let recorded = snapshot
            .state
            .apps
            .iter()
            .filter(|(address, _)| address.zone == *name)
            .map(|(_, recorded)| recorded.id.clone());
        let query = ZoneQuery {
            name: name.clone(),
            id: Some(zone.id.clone()),
            account: None,
            tier: None,
            place: None,
            from_state: true,
            recorded: recorded.collect(),
        };
        match read_zone(api, query).await {
            Ok(zone) => refresh.zones.push(zone),
            Err(unread) => refresh.unread.push(unread),
        }
    }
    refresh
}

fn queries(configuration: &Configuration, snapshot: &Snapshot) -> Vec<ZoneQuery> {
    let mut zones: BTreeMap<String, ZoneQuery> = BTreeMap::new();
    for zone in configuration.zones.values() {
        let query = ZoneQuery {
            name: zone.name.clone(),
            id: zone.id.clone(),
            account: zone.account.as_ref().or(configuration.account.as_ref()).cloned(),
            tier: zone.tier,
            place: zone.place.clone(),
            from_state: false,
            recorded: BTreeSet::new(),
        };
        zones.insert(zone.name.clone(), query);
    }
    for (address, recorded) in &snapshot.state.apps {
        let of_state = || ZoneQuery::from_state(&address.zone, &recorded.zone_id);
        zones
            .entry(address.zone.clone())
            .or_insert_with(of_state)
            .recorded
            .insert(recorded.id.clone());
    }
    for open in &snapshot.open_steps {
        let Some(intent) = &open.began.meant else { continue };
        let name = &open.began.address.zone;
        let query = || ZoneQuery::from_state(name, &intent.zone_id);
        let wanted = zones.entry(name.clone()).or_insert_with(query);
        wanted.recorded.extend(open.began.app_id.clone());
    }
    zones.into_values().collect()
}

async fn read_zone(api: &Client, query: ZoneQuery) -> Result<LiveZone, Unread> {
    let zone = find(api, &query).await?;
    let failed = |error: crate::api::ApiError| Unread {
        zone: query.name.clone(),
        finding: error.to_finding().at(query.place.as_ref()),
        failed: true,
    };
    let mut apps = api.list_apps(&zone.id).await.map_err(failed)?;
    let listed: BTreeSet<AppId> = apps.iter().map(|live| live.id.clone()).collect();
    for id in query.recorded.difference(&listed) {
        let missing: Option<Live> = api.app(&zone.id, id).await.map_err(failed)?;
        apps.extend(missing);
    }
    apps.sort_by(|a, b| a.id.cmp(&b.id));
    let tier = query.tier.or_else(|| zone.tier());
    Ok(LiveZone { name: query.name.clone(), tier, id: zone.id, account: zone.account, apps })
}

/// Finds the zone by its id or its name, and verifies id, name and account.
async fn find(api: &Client, query: &ZoneQuery) -> Result<Zone, Unread> {
    let unread = |finding: Finding, failed| Unread {
        zone: query.name.clone(),
        finding: finding.at(query.place.as_ref()),
        failed,
    };
    let failed = |error: crate::api::ApiError| unread(error.to_finding(), true);
    let zone = match &query.id {
        Some(id) => api.zone(id).await.map_err(failed)?,
        None => {
            let mut zones =
                api.find_zones(&query.name, query.account.as_ref()).await.map_err(failed)?;
            match zones.len() {
                1 => zones.remove(0),
                0 => return Err(unread(not_found(query), true)),
                _ => return Err(unread(ambiguous(query, &zones), false)),
            }
        }
    };
    match mismatch(query, &zone) {
        Some(finding) => Err(unread(finding, false)),
        None => Ok(zone),
    }
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
    find(api, &query.expect("the zone is one of the configuration")).await
}
