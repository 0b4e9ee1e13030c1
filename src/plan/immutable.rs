//! What is said when a field would have to change that the API cannot change on an existing application.

use std::collections::BTreeMap;

use super::input::Input;
use super::merged::{Merged, draft_of};
use crate::codes::{self, Scope};
use crate::config::{App, Configuration};
use crate::diff;
use crate::finding::Finding;
use crate::model::field::Mutability;
use crate::model::{Address, Field, Hostname, Live, Peer, Peers, Spec, View, ZoneFacts};
use crate::validate;

/// The configuration as it is looked at for each of these findings.
pub(super) struct Scene<'a> {
    configuration: &'a Configuration,
    /// What the configuration says of each zone, by name.
    zones: Vec<ZoneFacts>,
    /// The applications by the hostname that they declare.
    declared: BTreeMap<&'a Hostname, Vec<&'a App>>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(input: &Input<'a>) -> Scene<'a> {
        let configuration = input.desired.configuration;
        let mut declared: BTreeMap<&Hostname, Vec<&App>> = BTreeMap::new();
        for app in configuration.apps() {
            let hostname = app.draft.hostname(Field::DnsName).into_iter();
            hostname.for_each(|name| declared.entry(name).or_default().push(app));
        }
        Scene { configuration, zones: validate::zone_facts(configuration), declared }
    }
}

/// The applications whose merged form has another hostname than they declare, by that hostname.
pub(super) type Rehosted = BTreeMap<Hostname, Vec<Address>>;

/// The findings of the codes that speak of changes, with the other applications that share the hostname and must change with it.
pub(super) fn findings(
    scene: &Scene<'_>,
    (merged, rehosted): (&BTreeMap<Address, Merged>, &Rehosted),
    app: &App,
    live: &Live,
) -> Vec<Finding> {
    let zones = &scene.zones;
    let found = zones.binary_search_by(|zone| zone.name.cmp(&app.address.zone));
    let Ok(zone) = found.map(|index| &zones[index]) else { return Vec::new() };
    let who = app.address.to_string();
    let neighbours = neighbours(scene, (merged, rehosted), app);
    let peers = Peers::new(neighbours.iter().filter_map(|other| {
        Peer::from_draft(other.address.to_string(), &other.address.zone, &draft_of(merged, other))
    }));
    let draft = draft_of(merged, app);
    let view = View {
        who: &who,
        app: &draft,
        live: Some(&live.spec),
        zone,
        zones,
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
    scene: &Scene<'a>,
    (merged, rehosted): (&BTreeMap<Address, Merged>, &Rehosted),
    app: &App,
) -> Vec<&'a App> {
    let Some(hostname) = hostname_of(merged, app) else { return Vec::new() };
    let declared = scene.declared.get(hostname).into_iter().flatten().copied();
    let rehosted = rehosted.get(hostname).into_iter().flatten();
    let rehosted = rehosted.filter_map(|address| scene.configuration.app(address));
    let mut others: Vec<&App> = declared
        .chain(rehosted)
        .filter(|other| other.address != app.address)
        .filter(|other| hostname_of(merged, other) == Some(hostname))
        .collect();
    others.sort_by(|a, b| a.address.cmp(&b.address));
    others
}

/// The hostname that an application will have, as far as that is known.
fn hostname_of<'m>(merged: &'m BTreeMap<Address, Merged>, app: &'m App) -> Option<&'m Hostname> {
    match merged.get(&app.address) {
        Some(merged) => merged.spec.hostname(),
        None => app.draft.hostname(Field::DnsName),
    }
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
