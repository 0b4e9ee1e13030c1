//! What `doctor` says of the token's permissions, for each command by itself: what is missing, and what that costs.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::zones::Found;
use crate::api::{ApiError, Client, Outcome, Zone};
use crate::model::{AccountId, ApiCall, Need, PERMISSIONS, Permission};
use crate::render::doctor::Check;

/// The calls that the token may not make, each with the first zone or account for which it may not; and those that were not answered, so
/// whether it may make them is unknown.
#[derive(Default)]
struct Missing {
    refused: BTreeMap<ApiCall, String>,
    unknown: BTreeMap<ApiCall, String>,
}

/// Makes each call that only reads, and says for each command what it lacks.
pub(super) async fn examine(api: &Client, found: &[Found], checks: &mut Vec<Check>) {
    let zones: Vec<&Zone> = found.iter().filter_map(|(_, zone)| zone.as_ref().ok()).collect();
    if zones.is_empty() {
        let unknown = Check::note("permissions", "unknown, because no zone could be read");
        checks.push(unknown.of_api());
        return;
    }
    let mut missing = Missing::default();
    for zone in &zones {
        of_zone(api, zone, &mut missing).await;
    }
    let accounts: std::collections::BTreeSet<&AccountId> =
        zones.iter().filter_map(|zone| zone.account.as_ref()).collect();
    for account in accounts {
        of_account(api, account, &mut missing).await;
    }
    checks.push(check("plan", |permission| permission.plan, &missing).of_api());
    checks.push(check_apply(api, &missing).of_api());
    checks.push(check("drift", |permission| permission.drift, &missing).of_api());
}

async fn of_zone(api: &Client, zone: &Zone, missing: &mut Missing) {
    // The ports need the same permission as the applications, and are one small answer.
    let protocols = api.protocols(&zone.id).await;
    note(missing, &zone.name, &protocols);
    for calls in [&mut missing.refused, &mut missing.unknown] {
        if calls.contains_key(&ApiCall::Protocols) {
            calls.entry(ApiCall::ReadApps).or_insert_with(|| zone.name.clone());
        }
    }
    note(missing, &zone.name, &api.dns_records(&zone.id, Some(&zone.name)).await);
    note(missing, &zone.name, &api.load_balancers(&zone.id).await);
    note(missing, &zone.name, &api.loads(&zone.id).await);
}

async fn of_account(api: &Client, account: &AccountId, missing: &mut Missing) {
    let name = format!("account {account}");
    note(missing, &name, &api.prefixes(account).await);
    note(missing, &name, &api.leases(account).await);
    note(missing, &name, &api.address_maps(account).await);
    note(missing, &name, &api.virtual_networks(account).await);
    let now = Timestamp::now();
    let since = (now - SignedDuration::from_secs(60)).to_string();
    note(missing, &name, &api.audit_log(account, None, &since, &now.to_string()).await);
}

fn note<T>(missing: &mut Missing, of_what: &str, read: &Result<T, ApiError>) {
    let Err(error) = read else { return };
    let is_answered = error.outcome() == Outcome::Refused && !error.is_retryable();
    let calls = match error.is_about_credentials() {
        true => &mut missing.refused,
        false if is_answered => return,
        false => &mut missing.unknown,
    };
    calls.entry(error.about).or_insert_with(|| of_what.to_owned());
}

/// What a command lacks, each permission with what is lost without it.
fn lacks(need: fn(&Permission) -> Need, missing: &Missing) -> Vec<String> {
    let needed = PERMISSIONS.iter().filter(|permission| need(permission) != Need::Unused);
    let said = needed.filter_map(|permission| {
        let (text, cost) = (permission.text(), permission.cost);
        let refused = missing.refused.get(&permission.call);
        let refused = refused.map(|place| format!("without the {text} for {place} {cost}"));
        refused.or_else(|| {
            let place = missing.unknown.get(&permission.call)?;
            Some(format!(
                "whether the token has the {text} for {place} is unknown, because the call failed; without it {cost}"
            ))
        })
    });
    said.collect()
}

fn check(command: &str, need: fn(&Permission) -> Need, missing: &Missing) -> Check {
    let subject = format!("permissions for {command}");
    let lacks = lacks(need, missing);
    match lacks.is_empty() {
        true => Check::ok(subject, format!("everything that `{command}` reads may be read")),
        false => Check::note(subject, lacks.join("; ")),
    }
}

/// No call that only reads shows whether a token may write; a Global API Key may do everything.
fn check_apply(api: &Client, missing: &Missing) -> Check {
    let subject = "permissions for apply";
    let mut lacks = lacks(|permission| permission.apply, missing);
    if api.has_token() {
        let write = ApiCall::WriteApps.permission();
        let write = write.map(|write| {
            format!(
                "whether the token has the {} is unknown until the first write; without it {}",
                write.text(),
                write.cost
            )
        });
        lacks.extend(write);
    }
    match lacks.is_empty() {
        true => Check::ok(subject, "the key may do everything"),
        false => Check::note(subject, lacks.join("; ")),
    }
}
