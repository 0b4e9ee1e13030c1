//! What `doctor` looks at in each account: address prefixes and virtual networks, and what was learned of it.

use std::collections::{BTreeMap, BTreeSet};

use super::zones::Found;
use crate::api::{ApiError, Client};
use crate::config::{App, Configuration};
use crate::ledger::Snapshot;
use crate::model::{AccountId, Field, Keyword, Value};
use crate::render::doctor::Check;

/// Looks at each account that a zone belongs to.
pub(super) async fn examine(
    api: &Client,
    configuration: &Configuration,
    found: &[Found],
    checks: &mut Vec<Check>,
) {
    let zones = found
        .iter()
        .filter_map(|(name, zone)| Some((name.as_str(), zone.as_ref().ok()?.account.as_ref()?)));
    let mut accounts: BTreeMap<&AccountId, BTreeSet<&str>> = BTreeMap::new();
    for (name, account) in zones {
        accounts.entry(account).or_default().insert(name);
    }
    for (account, zones) in accounts {
        let any = |needs: fn(&App) -> bool| {
            configuration.apps().any(|app| zones.contains(app.address.zone.as_str()) && needs(app))
        };
        let prefixes = api.prefixes(account).await.map(|prefixes| prefixes.len());
        let needed = any(has_static_addresses);
        let check = check_reading("IP prefixes", prefixes, needed, "static edge addresses");
        checks.push(check.of_account(account.as_str()));
        let networks = api.virtual_networks(account).await.map(|networks| networks.len());
        let needed = any(has_network);
        let check = check_reading("virtual networks", networks, needed, "virtual networks");
        checks.push(check.of_account(account.as_str()));
    }
}

/// What may not be read is a problem only where something that is configured needs it.
fn check_reading(subject: &str, read: Result<usize, ApiError>, needed: bool, what: &str) -> Check {
    match read {
        Ok(count) => Check::ok(subject, format!("may be read; there are {count}")),
        Err(error) if needed => Check::problem(subject, error.to_finding()),
        Err(error) if error.is_about_credentials() => Check::note(
            subject,
            format!(
                "may not be read, and nothing configured uses {what}; it takes the {}",
                error.permission()
            ),
        ),
        Err(error) => Check::note(subject, format!("{error}; nothing configured uses {what}")),
    }
}

fn has_static_addresses(app: &App) -> bool {
    app.draft
        .given
        .get(&Field::EdgeIpsType)
        .is_some_and(|given| given.value == Value::Keyword(Keyword::Static))
}

fn has_network(app: &App) -> bool {
    app.draft.given.contains_key(&Field::VirtualNetworkId)
}

/// What earlier refusals taught: the plan goes by it until it is forgotten.
pub(super) fn check_cached_refusals(snapshot: &Snapshot) -> Check {
    let refusals: Vec<String> = snapshot
        .state
        .learned
        .iter()
        .map(|refusal| format!("{} {}", refusal.code, refusal.shown()))
        .collect();
    match refusals.is_empty() {
        true => Check::ok("refusals learned", "none"),
        false => Check::note(
            "refusals learned",
            format!(
                "{}; `spectrumctl state forget-learned` forgets them once their cause is removed",
                refusals.join(", ")
            ),
        ),
    }
}
