//! Reads what a plan needs to know of zones and accounts before it is carried out. Nothing here fails a run: what cannot be read gives a
//! warning that names the permission, and no verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::api::{ApiError, Client, DnsRecord, EdgeProtocol};
use crate::cli::activity::Activity;
use crate::codes;
use crate::finding::Finding;
use crate::model::facts::{
    AccountReading, Facts, OpenPorts, OtherZone, Record, Records, ZonePreflight, wildcards,
};
use crate::model::load::ZoneLoad;
use crate::model::{AccountId, Transport, ZoneId};
use crate::plan::needs::{Needs, ZoneNeeds};

/// One part of what was read.
pub(super) enum Part {
    Zone(String, ZonePreflight),
    Account(AccountId, AccountReading, BTreeMap<String, OtherZone>),
    Token(Option<String>),
    Load(String, ZoneLoad),
}

/// A part with what could not be read of it.
pub(super) type Found = (Part, Vec<Finding>);

/// Reads what is needed, zones and accounts side by side.
pub(in crate::cli) async fn read(api: &Arc<Client>, needs: &Needs) -> Facts {
    let mut reading: JoinSet<Found> = JoinSet::new();
    let account = needs.zones.values().find_map(|zone| zone.account.clone());
    let token_api = Arc::clone(api);
    if !needs.zones.is_empty() {
        reading.spawn(async move {
            (Part::Token(inactive_token(&token_api, account.as_ref()).await), Vec::new())
        });
    }
    for (name, needs) in needs.zones.clone() {
        let api = Arc::clone(api);
        reading.spawn(async move {
            Reader { api, what: format!("zone {name}"), skipped: Vec::new() }
                .zone(name, &needs)
                .await
        });
    }
    for (id, needs) in needs.accounts.clone() {
        let api = Arc::clone(api);
        reading.spawn(async move {
            Reader { api, what: format!("account {id}"), skipped: Vec::new() }
                .account(id, &needs)
                .await
        });
    }
    let (all, read) = (reading.len(), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&read);
    let _shown = Activity::begin(move || {
        format!("checking zones and accounts: {}/{all}", seen.load(Ordering::Relaxed))
    });
    for (name, id) in needs.loads.clone() {
        let api = Arc::clone(api);
        reading.spawn(async move { (Part::Load(name, load(&api, &id).await), Vec::new()) });
    }
    let mut loads = BTreeMap::new();
    let mut facts = Facts { is_cloudflare: api.is_remote(), ..Facts::default() };
    while let Some(found) = reading.join_next().await {
        let (part, skipped) = found.expect("reading a part neither panics nor is it aborted");
        read.fetch_add(1, Ordering::Relaxed);
        facts.skipped.extend(skipped);
        match part {
            Part::Zone(name, zone) => drop(facts.zones.insert(name, zone)),
            Part::Account(id, account, others) => {
                facts.accounts.insert(id, account);
                facts.other_zones.extend(others);
            }
            Part::Token(status) => facts.inactive_token = status,
            Part::Load(name, load) => drop(loads.insert(name, load)),
        }
    }
    for (name, load) in loads {
        facts.zones.entry(name).or_default().load = Some(load);
    }
    facts
}

/// The traffic of a zone. That it could not be read is part of the plan, and no warning of its own.
pub(in crate::cli) async fn load(api: &Client, zone: &ZoneId) -> ZoneLoad {
    match api.loads(zone).await {
        Ok(loads) => ZoneLoad::Read(loads),
        Err(error) if error.is_about_credentials() => {
            ZoneLoad::Unknown(format!("the token needs the {}", error.permission()))
        }
        Err(error) => ZoneLoad::Unknown(error.to_string()),
    }
}

/// What the API says of the token, if it is anything but active. A token of an account is verified there; what cannot be verified says
/// nothing, for the zones were read with it.
async fn inactive_token(api: &Client, account: Option<&AccountId>) -> Option<String> {
    let status = match (api.verify_token().await, account) {
        (Ok(status), _) => Some(status),
        (Err(_), Some(account)) => api.verify_account_token(account).await.ok(),
        (Err(_), None) => None,
    };
    status.filter(|status| !status.is_active()).map(|status| status.status)
}

/// Reads one zone or account.
pub(super) struct Reader {
    pub(super) api: Arc<Client>,
    /// Which, for a message.
    what: String,
    pub(super) skipped: Vec<Finding>,
}

impl Reader {
    async fn zone(mut self, name: String, needs: &ZoneNeeds) -> Found {
        let mut zone = ZonePreflight::default();
        if needs.protocols {
            let protocols = self.api.protocols(&needs.id).await;
            zone.protocols = self
                .kept(protocols, "open ports")
                .map(|protocols| protocols.iter().map(open_ports).collect());
        }
        if needs.has_names() {
            let balancers = self.api.load_balancers(&needs.id).await;
            let balancers = self.kept(balancers, "load balancers of hostnames and origins");
            zone.load_balancers = balancers
                .map(|balancers| balancers.into_iter().map(|balancer| balancer.name).collect());
            zone.records = self.records(&name, needs, zone.load_balancers.as_ref()).await;
        }
        (Part::Zone(name, zone), self.skipped)
    }

    /// The records of the names, or all; and for an origin that has neither a record nor a load balancer, those of its wildcards.
    async fn records(
        &mut self,
        zone: &str,
        needs: &ZoneNeeds,
        balancers: Option<&BTreeSet<String>>,
    ) -> Option<Records> {
        let what = "records of hostnames and origins";
        let Some(names) = needs.names() else {
            let all = self.api.dns_records(&needs.id, None).await;
            return self.kept(all, what).map(|all| Records::of_zone(all.iter().map(record)));
        };
        let names: BTreeSet<String> = names.into_iter().map(ToString::to_string).collect();
        let mut records = Records::of_names();
        self.look_up(&needs.id, names, &mut records, what).await?;
        let has_balancer = |name: &str| balancers.is_none_or(|balancers| balancers.contains(name));
        let lost = needs.origins.iter().filter(|name| !has_balancer(name.as_str()));
        let lost = lost.filter(|name| {
            records.named(name.as_str()).is_some_and(|mut found| found.next().is_none())
        });
        let wild: BTreeSet<String> = lost.flat_map(|name| wildcards(name.as_str(), zone)).collect();
        self.look_up(&needs.id, wild, &mut records, what).await?;
        Some(records)
    }

    /// Looks names up: the first alone, so that a token that may not is refused once, and then the rest side by side.
    async fn look_up(
        &mut self,
        zone: &ZoneId,
        mut names: BTreeSet<String>,
        records: &mut Records,
        what: &str,
    ) -> Option<()> {
        let Some(first) = names.pop_first() else { return Some(()) };
        let found = self.api.dns_records(zone, Some(&first)).await;
        add(records, first, &self.kept(found, what)?);
        let mut reading = JoinSet::new();
        for name in names {
            let (api, zone) = (Arc::clone(&self.api), zone.clone());
            reading.spawn(async move { (api.dns_records(&zone, Some(&name)).await, name) });
        }
        let found: BTreeMap<String, Result<Vec<DnsRecord>, ApiError>> =
            reading.join_all().await.into_iter().map(|(found, name)| (name, found)).collect();
        for (name, found) in found {
            add(records, name, &self.kept(found, what)?);
        }
        Some(())
    }

    /// What was read; what was not is told, once.
    pub(super) fn kept<T>(&mut self, read: Result<T, ApiError>, of_what: &str) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(error) => {
                let finding = skipped(&error, &self.what, of_what);
                if !self.skipped.contains(&finding) {
                    self.skipped.push(finding);
                }
                None
            }
        }
    }
}

fn add(records: &mut Records, name: String, found: &[DnsRecord]) {
    records.add(found.iter().map(record));
    if let Some(asked) = &mut records.asked {
        asked.insert(name);
    }
}

fn record(read: &DnsRecord) -> Record {
    Record {
        name: read.name.clone(),
        kind: read.kind.clone().unwrap_or_default(),
        proxied: read.proxied.unwrap_or_default(),
    }
}

fn open_ports(read: &EdgeProtocol) -> OpenPorts {
    let transport = read.transport.as_deref().and_then(Transport::from_text);
    OpenPorts { name: read.name.clone(), transport, ports: read.ports.iter().copied().collect() }
}

/// A check that may not be made, or could not be.
pub(super) fn skipped(error: &ApiError, where_: &str, of_what: &str) -> Finding {
    let may_not = error.is_about_credentials();
    let reason = if may_not { "the token may not read them".to_owned() } else { error.to_string() };
    let summary = format!("the {of_what} in {where_} were not checked: {reason}");
    let fix = match may_not {
        true => format!("give the token the {}, or plan with --no-preflight", error.permission()),
        false => "run again, or plan with --no-preflight".to_owned(),
    };
    Finding::new(&codes::PREFLIGHT_SKIPPED, summary).fix(fix)
}
