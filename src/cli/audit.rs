//! Who made a change, as the audit log of the account tells it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::session::Session;
use crate::api::AuditEntry;
use crate::codes;
use crate::finding::Finding;
use crate::model::AppId;
use crate::plan::{AuditEvent, Drift, LiveZone};

/// How far back the audit log is read.
const LOOKBACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Asks the audit log of each account in question. Where it may not be read, a warning says so and the report goes on without it.
pub(super) async fn attribute(session: &Session, zones: &[LiveZone], drift: &mut Drift) {
    let in_question: Vec<String> = drift.ids().keys().map(|zone| (*zone).to_owned()).collect();
    let mut events: BTreeMap<AppId, Vec<AuditEvent>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for zone in zones.iter().filter(|zone| in_question.contains(&zone.name)) {
        match events_of_zone(session, zone).await {
            Ok(found) => {
                found.into_iter().for_each(|(id, event)| events.entry(id).or_default().push(event));
            }
            Err(finding) => unknown.push(*finding),
        }
    }
    events.values_mut().for_each(|events| events.sort_by(|a, b| b.cmp(a)));
    if unknown.is_empty() || !events.is_empty() {
        drift.attribute(&events);
    }
    drift.findings.extend(unknown);
}

async fn events_of_zone(
    session: &Session,
    zone: &LiveZone,
) -> Result<Vec<(AppId, AuditEvent)>, Box<Finding>> {
    let Some(account) = &zone.account else {
        let fix = "name it with `account:` in the configuration";
        return Err(unknown_actor(&zone.name, "the account of the zone is unknown", fix));
    };
    let now = Timestamp::now();
    let since = now.checked_sub(LOOKBACK).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let before = now.checked_add(SignedDuration::from_mins(5)).unwrap_or(now).to_string();
    match session.api.audit_log(account, Some(&zone.id), &since, &before).await {
        Ok(entries) => Ok(entries.into_iter().filter_map(event).collect()),
        Err(error) => {
            let finding = error.to_finding();
            Err(unknown_actor(&zone.name, &finding.summary, &finding.fix))
        }
    }
}

fn unknown_actor(zone: &str, because: &str, fix: &str) -> Box<Finding> {
    let summary = format!("who made the changes in {zone} is unknown: {because}");
    Box::new(Finding::new(&codes::AUDIT_LOG, summary).fix(fix))
}

/// The event that an entry describes, if it is about an application and took effect.
fn event(entry: AuditEntry) -> Option<(AppId, AuditEvent)> {
    let applies =
        entry.product.as_deref().is_none_or(|product| product.eq_ignore_ascii_case("spectrum"));
    if !applies || entry.result.as_deref().is_some_and(|result| result != "success") {
        return None;
    }
    let id = AppId::from_api(entry.resource_id?);
    let actor = entry
        .actor_email
        .or(entry.token_name.map(|name| format!("token {name}")))
        .unwrap_or_else(|| "an unnamed actor".to_owned());
    let means = entry.context;
    Some((id, AuditEvent { time: entry.time?, action: entry.action?, actor, means }))
}
