//! Validates every application of a configuration, and gives the canonical form of those that can be read.

use std::collections::BTreeMap;
use std::ops::Deref;

use jiff::civil::Date;

use super::severity::apply_severity_overrides;
use crate::codes::{self, Violation};
use crate::config::{App, Configuration};
use crate::finding::{Finding, in_order};
use crate::model::{Address, Field, Peer, Peers, Spec, View, ZoneFacts};

/// Something that has passed validation; made here and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<T>(T);

impl<T> Deref for Checked<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A configuration that was validated.
#[derive(Debug)]
pub struct Validated<'c> {
    /// The configuration.
    pub configuration: &'c Configuration,
    /// The canonical form of each application whose draft can be read.
    pub shapes: BTreeMap<Address, Checked<Spec>>,
    /// What is known of each zone.
    pub zones: Vec<ZoneFacts>,
    /// What is wrong, in order.
    pub findings: Vec<Finding>,
    /// Whether every application could be read, so that the live ones can be compared with them.
    pub readable: bool,
    /// Whether everything but single applications could be read, so that the others can be planned.
    pub plannable: bool,
}

impl Validated<'_> {
    /// Whether anything stops the run.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
    }
}

/// Validates a configuration with what it says itself; `form` is what was already found wrong with its form, `today` decides which exceptions
/// are still in force.
pub fn validate(configuration: &Configuration, form: Vec<Finding>, today: Date) -> Validated<'_> {
    validate_with(configuration, form, today, zone_facts(configuration))
}

/// Validates a configuration with what is known of its zones, such as the plan that the API names.
pub fn validate_with(
    configuration: &Configuration,
    form: Vec<Finding>,
    today: Date,
    zones: Vec<ZoneFacts>,
) -> Validated<'_> {
    let mut readable = !form.iter().any(Finding::is_error);
    let plannable = form.iter().all(|finding| !finding.is_error() || finding.address.is_some());
    let peers = peers(configuration);
    let mut found: Vec<(&App, Violation)> = Vec::new();
    let mut shapes = BTreeMap::new();
    for app in configuration.apps() {
        let Some(zone) = zones.iter().find(|zone| zone.name == app.address.zone) else { continue };
        let who = app.address.to_string();
        let view = View {
            who: &who,
            app: &app.draft,
            live: None,
            zone,
            zones: &zones,
            peers: &peers,
            facts: None,
        };
        let is_new = |violation: &Violation| {
            !is_told(violation, &form) && !is_unclear(violation, configuration)
        };
        let violations = codes::check(&view).into_iter().filter(is_new);
        found.extend(violations.map(|violation| (app, violation)));
        match spec_of(app) {
            Some(spec) => drop(shapes.insert(app.address.clone(), Checked(spec))),
            None => readable = false,
        }
    }
    let mut findings = form;
    findings.extend(apply_severity_overrides(found, configuration, today));
    findings.extend(ended_exceptions(configuration, today));
    Validated { configuration, shapes, zones, findings: in_order(findings), readable, plannable }
}

/// Whether it is a value of which its form is told already, such as one whose variable is not set: nothing more is known of it.
fn is_told(violation: &Violation, form: &[Finding]) -> bool {
    violation.place.is_some()
        && form.iter().any(|finding| finding.is_error() && finding.place == violation.place)
}

/// Whether it is a value that is not known, because that of a variable is wrong.
fn is_unclear(violation: &Violation, configuration: &Configuration) -> bool {
    violation.place.as_ref().is_some_and(|place| configuration.unclear.contains(place))
}

/// What the configuration says of each zone.
pub fn zone_facts(configuration: &Configuration) -> Vec<ZoneFacts> {
    let (account, quota) = (configuration.account.as_ref(), configuration.ipv4_quota);
    let prefixes = configuration.edge_prefixes.as_ref();
    configuration.zones.values().map(|zone| zone.facts(account, prefixes, quota)).collect()
}

/// All applications of the configuration beside one another.
pub fn peers(configuration: &Configuration) -> Peers {
    Peers::new(
        configuration.apps().filter_map(|app| {
            Peer::from_draft(app.address.to_string(), &app.address.zone, &app.draft)
        }),
    )
}

/// The canonical form, if everything that was written could be read and what identifies the application is there.
fn spec_of(app: &App) -> Option<Spec> {
    let draft = &app.draft;
    if !draft.unreadable.is_empty() || !draft.not_mappings.is_empty() || !draft.unknown.is_empty() {
        return None;
    }
    let spec = Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone())));
    (spec.identity().is_some() && spec.get(Field::DnsType).is_some()).then_some(spec)
}

/// Exceptions whose end has come: time alone never causes a write, so an ended `ignore_changes` goes on and is a warning.
fn ended_exceptions(configuration: &Configuration, today: Date) -> Vec<Finding> {
    let ended = |until: Option<Date>| until.filter(|until| *until < today);
    configuration
        .apps()
        .flat_map(|app| app.lifecycle.ignore_changes.iter().map(move |ignored| (app, ignored)))
        .filter_map(|(app, ignored)| {
            let until = ended(ignored.until)?;
            let summary = format!(
                "`{}` is still ignored, although its entry expired on {until}",
                ignored.name
            );
            Some(
                Finding::new(&codes::IGNORE_ENDED, summary)
                    .about(&app.address)
                    .on("lifecycle.ignore_changes")
                    .at(ignored.place.as_ref()),
            )
        })
        .collect()
}
