//! What is said when a field would have to change that the API cannot change on an existing application.

use std::collections::BTreeMap;

use super::input::Input;
use super::merged::{Merged, draft_of};
use crate::codes::{self, Scope};
use crate::config::App;
use crate::diff;
use crate::finding::Finding;
use crate::model::field::Mutability;
use crate::model::{Address, Field, Live, Peer, Peers, Spec, View};
use crate::validate;

/// The findings of the codes that speak of changes, with the other applications that share the hostname and must change with it.
pub(super) fn findings(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    app: &App,
    live: &Live,
) -> Vec<Finding> {
    let zones = validate::zone_facts(input.desired.configuration);
    let Some(zone) = zones.iter().find(|zone| zone.name == app.address.zone) else {
        return Vec::new();
    };
    let who = app.address.to_string();
    let neighbours = neighbours(input, merged, app);
    let peers = Peers::new(neighbours.iter().filter_map(|other| {
        Peer::from_draft(other.address.to_string(), &other.address.zone, &draft_of(merged, other))
    }));
    let draft = draft_of(merged, app);
    let view = View {
        who: &who,
        app: &draft,
        live: Some(&live.spec),
        zone,
        zones: &zones,
        peers: &peers,
        facts: None,
    };
    let of_change =
        codes::check(&view).into_iter().filter(|violation| violation.cause.scope == Scope::Change);
    let mut findings: Vec<Finding> =
        of_change.map(|violation| violation.into_finding(&who)).collect();
    if findings.is_empty() {
        findings.push(general(merged.get(&app.address).map(|merged| &merged.spec), app, live));
    }
    for finding in &mut findings {
        name_neighbours(finding, &neighbours);
    }
    findings
}

/// The other configured applications on the same hostname.
fn neighbours<'a>(
    input: &Input<'a>,
    merged: &BTreeMap<Address, Merged>,
    app: &App,
) -> Vec<&'a App> {
    let hostname = |app: &App| match merged.get(&app.address) {
        Some(merged) => merged.spec.get(Field::DnsName).cloned(),
        None => app.draft.get(Field::DnsName).cloned(),
    };
    let others = input.desired.configuration.apps();
    others
        .filter(|other| other.address != app.address && hostname(other) == hostname(app))
        .collect()
}

fn name_neighbours(finding: &mut Finding, neighbours: &[&App]) {
    if neighbours.is_empty() {
        return;
    }
    let addresses: Vec<String> = neighbours.iter().map(|other| other.address.to_string()).collect();
    let own = finding.why.take().map(|why| format!("{why}; ")).unwrap_or_default();
    finding.why =
        Some(format!("{own}{} on the same hostname must change with it", addresses.join(", ")));
    for other in neighbours {
        *finding =
            finding.clone().with(other.draft.place_of(Field::DnsType), "shares the hostname");
    }
}

fn general(form: Option<&Spec>, app: &App, live: &Live) -> Finding {
    let deltas = form.map(|form| diff::between(&live.spec, form));
    let field = deltas
        .iter()
        .flatten()
        .map(|delta| delta.field)
        .find(|field| field.row().change == Mutability::ForcesReplace)
        .unwrap_or(Field::DnsType);
    Finding::new(&codes::IMMUTABLE_FIELD, format!("`{}` cannot be changed", field.path()))
        .about(&app.address)
        .on(field.path())
        .at(app.draft.place_of(field))
}
