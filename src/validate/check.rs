//! Validates every application of a configuration, and gives the canonical form of those that can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use jiff::civil::Date;

use super::severity::apply_severity_overrides;
use crate::codes::{self, Violation};
use crate::config::{App, Configuration};
use crate::finding::{Finding, Place, in_order};
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
    debug_assert!(zones.is_sorted_by(|one, next| one.name <= next.name));
    let mut readable = !form.iter().any(Finding::is_error);
    let mistakes = Mistakes::new(configuration, &form);
    let plannable =
        form.iter().all(|finding| !finding.is_error() || mistakes.holds(finding, configuration));
    let peers = peers(configuration);
    let mut found: Vec<(&App, Violation)> = Vec::new();
    let mut shapes = BTreeMap::new();
    let by_name: BTreeMap<&str, &ZoneFacts> =
        zones.iter().map(|zone| (zone.name.as_str(), zone)).collect();
    let errors = form.iter().filter(|finding| finding.is_error());
    let told: BTreeSet<&Place> = errors.filter_map(|finding| finding.place.as_ref()).collect();
    for app in configuration.apps() {
        let Some(zone) = by_name.get(app.address.zone.as_str()) else { continue };
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
        // A value of which its form is told already, such as one whose variable is not set: nothing more is known of it.
        let is_told = |place: &Place| told.contains(place) || configuration.unclear.contains(place);
        let is_new = |violation: &Violation| !violation.place.as_ref().is_some_and(is_told);
        let violations = codes::check(&view).into_iter().filter(is_new);
        found.extend(violations.map(|violation| (app, violation)));
        match spec_of(app).filter(|_| !mistakes.concerns(app)) {
            Some(spec) => drop(shapes.insert(app.address.clone(), Checked(spec))),
            None => readable = false,
        }
    }
    let mut findings = form;
    findings.extend(apply_severity_overrides(found, configuration, today));
    findings.extend(ended_exceptions(configuration, today));
    Validated { configuration, shapes, zones, findings: in_order(findings), readable, plannable }
}

/// The settings that only say how apply acts. Where the state is, and whose it is, must be known before anything is compared.
const OF_APPLY: [&str; 6] = ["adopt", "on_drift", "on_error", "parallelism", "limits", "checks"];

/// Where the mistakes of form are that are in single applications or zones.
struct Mistakes<'m> {
    /// Values of applications.
    in_apps: BTreeSet<&'m Place>,
    /// Everything else of a zone, by its name, each with the finding.
    in_zones: BTreeMap<&'m str, &'m Finding>,
    /// Whether every value that a wrong variable went into is one of these.
    hold_variables: bool,
}

impl<'m> Mistakes<'m> {
    fn new(configuration: &'m Configuration, form: &'m [Finding]) -> Mistakes<'m> {
        let errors = form.iter().filter(|finding| finding.is_error());
        let at = errors.clone().filter(|finding| finding.address.is_none());
        let at = at.filter_map(|finding| Some((finding.place.as_ref()?, finding)));
        let unclear = errors.clone().find(|finding| is_of_variable(finding));
        let unclear = configuration.unclear.iter().zip(std::iter::repeat(unclear));
        let unclear = unclear.filter_map(|(place, finding)| Some((place, finding?)));
        let wrong: BTreeMap<&Place, &Finding> = unclear.chain(at).collect();
        let in_apps: BTreeSet<&Place> = match wrong.is_empty() {
            true => BTreeSet::new(),
            false => {
                configuration.apps().flat_map(places).filter(|it| wrong.contains_key(it)).collect()
            }
        };
        let elsewhere = wrong.iter().filter(|(place, _)| !in_apps.contains(*place));
        let of_zone = |place: &Place| configuration.of_zones.get(place).map(String::as_str);
        let in_zones = elsewhere.filter_map(|(place, finding)| Some((of_zone(place)?, *finding)));
        let mut unclear = configuration.unclear.iter();
        Mistakes {
            hold_variables: unclear.all(|it| in_apps.contains(it) || of_zone(it).is_some()),
            in_zones: in_zones.collect(),
            in_apps,
        }
    }

    /// Whether a mistake is in one of them, or in a setting of apply, so that it hides nothing else.
    fn holds(&self, finding: &Finding, configuration: &Configuration) -> bool {
        let setting = finding.path.as_deref().and_then(|path| path.strip_prefix("settings."));
        let key = setting.and_then(|path| path.split('.').next());
        let is_here = |place: &Place| {
            self.in_apps.contains(place) || configuration.of_zones.contains_key(place)
        };
        finding.address.is_some()
            || finding.place.as_ref().is_some_and(is_here)
            || key.is_some_and(|key| OF_APPLY.contains(&key))
            || is_of_variable(finding) && self.hold_variables
    }

    /// Whether one of them is in an application, or in the zone around it.
    fn concerns(&self, app: &App) -> bool {
        self.in_zones.contains_key(app.address.zone.as_str())
            || !self.in_apps.is_empty() && places(app).any(|place| self.in_apps.contains(place))
    }
}

/// Whether a mistake is the value of a variable, and so in every value that the variable went into.
fn is_of_variable(finding: &Finding) -> bool {
    finding.code == codes::VARIABLE_VALUE.name()
        && finding.path.as_deref().is_some_and(|path| path.starts_with("variables."))
}

/// The zones of which the configuration has a mistake outside of their applications, each with the first finding. Nothing can be said about
/// what is live there, but everything about the other zones.
pub fn mistaken_zones(
    configuration: &Configuration,
    form: &[Finding],
) -> BTreeMap<String, Finding> {
    let mistakes = Mistakes::new(configuration, form);
    let zones = mistakes.in_zones.into_iter();
    zones.map(|(zone, finding)| (zone.to_owned(), finding.clone())).collect()
}

/// Where the values of an application are written.
fn places(app: &App) -> impl Iterator<Item = &Place> {
    let given = app
        .draft
        .given
        .values()
        .flat_map(|given| given.place.iter().chain(given.members.iter().flatten()));
    given.chain(app.draft.unreadable.iter().filter_map(|unreadable| unreadable.place.as_ref()))
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
