//! What `doctor` looks at in each zone: identity, plan, applications, ports, records.

use std::collections::BTreeSet;

use super::quota::{self, Hostnames};
use crate::api::{Client, Zone};
use crate::cli::activity::Activity;
use crate::cli::refresh;
use crate::codes;
use crate::config::{self, Configuration};
use crate::finding::Finding;
use crate::model::{Entitlement, Hostname, Tier};
use crate::plan::Unread;
use crate::render::counted;
use crate::render::doctor::Check;

/// A zone of the configuration, and what was found under its name.
pub(super) type Found = (String, Result<Zone, Unread>);

/// Finds each zone of the configuration.
pub(super) async fn find(api: &Client, configuration: &Configuration) -> Vec<Found> {
    let mut found = Vec::new();
    for name in configuration.zones.keys() {
        let _shown = Activity::named(format!("looking for zone {name}"));
        found.push((name.clone(), refresh::identify(api, configuration, name).await));
    }
    found
}

/// Looks at each zone, and gives the hostnames that take an IPv4 address.
pub(super) async fn examine(
    api: &Client,
    configuration: &Configuration,
    found: &[Found],
    checks: &mut Vec<Check>,
) -> Hostnames {
    let mut hostnames = Hostnames::new();
    for (name, zone) in found {
        let _shown = Activity::named(format!("checking zone {name}"));
        match (zone, configuration.zones.get(name)) {
            (Ok(zone), Some(declared)) => {
                checks.push(check_plan(zone, declared).of_zone(&zone.name));
                hostnames.insert(zone.name.clone(), check_apps(api, zone, checks).await);
                checks.push(check_ports(api, zone).await.of_zone(&zone.name));
                checks.push(check_records(api, zone).await.of_zone(&zone.name));
                checks.push(check_entitlements(declared).of_zone(&zone.name));
            }
            (Err(unread), _) => {
                checks.push(Check::problem("zone", unread.finding.clone()).of_zone(name))
            }
            (Ok(_), None) => {}
        }
    }
    hostnames
}

fn check_plan(zone: &Zone, declared: &config::Zone) -> Check {
    let subject = "zone";
    let seen = zone.plan.name.as_deref().or(zone.plan.legacy_id.as_deref()).unwrap_or("unknown");
    let finding = |summary: String, why: &str, fix: &str| {
        Check::problem(subject, Finding::new(&codes::ZONE_IDENTITY, summary).why(why).fix(fix))
    };
    match (zone.tier(), declared.tier) {
        (Some(Tier::Free), _) => finding(
            format!("its plan is {seen}, which has no Spectrum"),
            "Spectrum is part of the plans pro, business and enterprise",
            "change the zone's plan in the dashboard",
        ),
        (Some(read), Some(declared)) if read != declared => finding(
            format!("its plan is {}, and the configuration says {}", read.text(), declared.text()),
            "the checks use the plan of the configuration, and the API uses its own",
            "correct `plan` of the zone, or remove it: spectrumctl then reads it from the API",
        ),
        _ => Check::ok(
            subject,
            format!(
                "found, id {}, plan {seen}, {}",
                zone.id,
                zone.status.as_deref().unwrap_or("status unknown")
            ),
        ),
    }
}

/// Whether the applications may be read, and their hostnames that take an IPv4 address.
async fn check_apps(
    api: &Client,
    zone: &Zone,
    checks: &mut Vec<Check>,
) -> Option<BTreeSet<Hostname>> {
    let subject = "applications";
    let read = api.list_apps(&zone.id).await;
    let check = match &read {
        Ok(apps) => Check::ok(subject, format!("{} live", counted(apps.len(), "application"))),
        Err(error) => Check::problem(subject, error.to_finding()),
    };
    checks.push(check.of_zone(&zone.name));
    read.ok().map(|apps| quota::hostnames(&zone.name, &apps))
}

async fn check_ports(api: &Client, zone: &Zone) -> Check {
    let subject = "protocols";
    match api.protocols(&zone.id).await {
        Ok(protocols) => {
            let names: BTreeSet<&str> =
                protocols.iter().map(|protocol| protocol.name.as_str()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            Check::ok(
                subject,
                format!(
                    "open to {}",
                    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
                ),
            )
        }
        Err(error) if error.is_about_credentials() => not_permitted(subject, &error.permission()),
        Err(error) => Check::problem(subject, error.to_finding()),
    }
}

/// Whether the DNS records may be read, with which conflicts on hostnames are found before the call.
async fn check_records(api: &Client, zone: &Zone) -> Check {
    let subject = "DNS records";
    match api.dns_records(&zone.id, Some(&zone.name)).await {
        Ok(_) => Check::ok(subject, "may be read"),
        Err(error) if error.is_about_credentials() => not_permitted(subject, &error.permission()),
        Err(error) => Check::problem(subject, error.to_finding()),
    }
}

fn not_permitted(subject: &str, permission: &str) -> Check {
    Check::note(
        subject,
        format!(
            "may not be read, so nothing is checked with them before a call; that takes the {permission}"
        ),
    )
}

/// What the account is entitled to, as far as it is declared: the API has no call that tells.
fn check_entitlements(declared: &config::Zone) -> Check {
    let subject = "entitlements";
    let Some(granted) = &declared.entitlements else {
        return Check::note(subject, "not declared, so they are unknown until a call is refused");
    };
    let text = |held: bool| {
        let texts = Entitlement::ALL
            .into_iter()
            .filter(|one| granted.contains(one) == held)
            .map(Entitlement::text);
        texts.collect::<Vec<&str>>().join(", ")
    };
    let (held, unknown) = (text(true), text(false));
    match (held.as_str(), unknown.as_str()) {
        (held, "") => Check::ok(subject, format!("{held} are declared")),
        ("", unknown) => Check::note(subject, format!("{unknown} are unknown")),
        (held, unknown) => Check::ok(subject, format!("declared: {held}; unknown: {unknown}")),
    }
}
