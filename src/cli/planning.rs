//! From files to a plan: what `plan`, `apply` and every later command that compares with live state begin with.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::args::{Checks, Global, Redact};
use super::load::{self, Files};
use super::preflight;
use super::recovering;
use super::refresh::{Refreshed, refresh};
use super::session::{self, Session};
use crate::config::{self, Configuration};
use crate::finding::Finding;
use crate::ledger::Snapshot;
use crate::model::AppId;
use crate::plan::needs::needs;
use crate::plan::recover::{Recovery, recover};
use crate::plan::{self, Input, LiveZone, Pattern, Plan, Policy, Remembered, Selection, Verdict};
use crate::state::Store;
use crate::validate;

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// What is configured is to be live.
    Configured,
    /// Everything that is managed is to be deleted.
    Destroy,
    /// What the state knows of ids is to be brought up to date.
    Refresh,
}

impl Purpose {
    /// The purpose that the flags name; clap lets only one of them through.
    pub(super) fn of(destroy: bool, refresh_only: bool) -> Self {
        match (destroy, refresh_only) {
            (true, _) => Purpose::Destroy,
            (_, true) => Purpose::Refresh,
            _ => Purpose::Configured,
        }
    }
}

/// The part of the plan that the arguments select, if they select one; `Err` says what cannot be used.
pub(super) fn selection(global: &Global) -> Result<Option<Selection>, String> {
    let patterns = |flag: &str, texts: &[String]| -> Result<Vec<Pattern>, String> {
        texts
            .iter()
            .map(|text| Pattern::read(text).map_err(|why| format!("{flag} {text}: {why}")))
            .collect()
    };
    let given =
        [("--zone", &global.zone), ("--target", &global.target), ("--exclude", &global.exclude)];
    let given: Vec<String> = given
        .into_iter()
        .flat_map(|(flag, texts)| texts.iter().map(move |text| format!("{flag} {text}")))
        .collect();
    let selection = Selection {
        zones: global
            .zone
            .iter()
            .map(|zone| zone.trim_end_matches('.').to_ascii_lowercase())
            .collect(),
        targets: patterns("--target", &global.target)?,
        excludes: patterns("--exclude", &global.exclude)?,
        given,
    };
    Ok((!selection.given.is_empty()).then_some(selection))
}

/// The configuration with what is wrong with its form.
pub(super) struct Loaded {
    pub(super) files: Files,
    pub(super) configuration: Configuration,
    pub(super) form: Vec<Finding>,
    pub(super) today: Date,
}

/// Reads the configuration.
pub(super) fn load(global: &Global) -> Loaded {
    Loaded::of(load::load(&global.file))
}

impl Loaded {
    /// What stands for a configuration where none is read.
    pub(super) fn nothing() -> Loaded {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        Loaded {
            files: Files::default(),
            configuration: Configuration::default(),
            form: Vec::new(),
            today,
        }
    }

    /// The configuration in these files.
    pub(super) fn of(files: Files) -> Loaded {
        let config::Loaded { configuration, findings } =
            config::load(&files.sources, &load::vars());
        let form = files.findings.iter().cloned().chain(findings).collect();
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        Loaded { files, configuration, form, today }
    }

    /// What validation says by the configuration alone; `Err` is the plan that cannot be made because of it.
    pub(super) fn readable(&self, global: &Global) -> Result<(), Box<Plan>> {
        let offline = validate::validate(&self.configuration, self.form.clone(), self.today);
        if offline.readable && !self.files.failed {
            return Ok(());
        }
        let verdict = Verdict { errors: true, unread: self.files.failed, guarded: false };
        Err(Box::new(Plan::refused(offline.findings, verdict, global.sim.is_some())))
    }

    /// The plan that cannot be made because something failed; what is wrong with the configuration is wait_notifier with it.
    pub(super) fn failed(&self, finding: Finding, global: &Global) -> Plan {
        let offline = validate::validate(&self.configuration, self.form.clone(), self.today);
        let verdict = Verdict { errors: offline.has_errors(), unread: true, guarded: false };
        Plan::refused(
            offline.findings.into_iter().chain([finding]).collect(),
            verdict,
            global.sim.is_some(),
        )
    }

    pub(super) fn policy(&self, global: &Global, purpose: Purpose) -> Policy {
        let mut limits = self.configuration.settings.limits;
        limits.max_deletes = global.max_deletes.unwrap_or(limits.max_deletes);
        limits.max_replaces = global.max_replaces.unwrap_or(limits.max_replaces);
        limits.max_updates = global.max_updates.unwrap_or(limits.max_updates);
        if global.max_deletes.is_some() {
            limits.max_delete_percent = 100;
        }
        Policy {
            limits,
            allowances: global.allow.iter().cloned().collect(),
            destroy: purpose == Purpose::Destroy,
            refresh_only: purpose == Purpose::Refresh,
            selection: selection(global).unwrap_or_default(),
            redact_origins: global.redact == Some(Redact::Origins),
            simulated: global.sim.is_some(),
            ..Policy::on(self.today)
        }
    }
}

/// A plan with what apply needs beside it.
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// The ids that are live.
    pub(super) known: Vec<AppId>,
    /// The zones that were read.
    pub(super) zones: Vec<LiveZone>,
    /// The state that it was made from.
    pub(super) snapshot: Snapshot,
    /// What the plan was wait_notifier of the state, earlier runs settled.
    pub(super) remembered: Remembered,
    /// What was found of what earlier runs have left open.
    pub(super) settled: Vec<Recovery>,
}

/// Reads the state and what is live, and plans.
pub(super) async fn plan(
    global: &Global,
    loaded: &Loaded,
    session: &Session,
    purpose: Purpose,
    checks: Checks,
) -> Result<Planned, Box<Finding>> {
    let snapshot = session.store.read().await.map_err(|error| Box::new(error.to_finding()))?;
    let mut remembered = session::remembered(&snapshot, Timestamp::now());
    let Refreshed { zones, unread } =
        refresh(&session.api, &loaded.configuration, &remembered).await;
    let settled = recover(&mut remembered, &recovering::in_flight_calls(&snapshot), &zones);
    let facts = session::informed(validate::zone_facts(&loaded.configuration), &zones);
    let form = loaded.form.iter().cloned().chain(session::state_warning(&snapshot)).collect();
    let desired = validate::validate_with(&loaded.configuration, form, loaded.today, facts);
    let policy = Policy {
        expects_state: session.expects_state,
        use_refusal_cache: !checks.no_learned,
        ..loaded.policy(global, purpose)
    };
    let input = Input {
        desired: &desired,
        recorded: &remembered,
        live: &zones,
        unread: &unread,
        policy: &policy,
        facts: None,
    };
    let plan = checked(session, input, checks).await;
    let known = zones.iter().flat_map(|zone| &zone.apps).map(|live| live.id.clone()).collect();
    Ok(Planned { plan, known, zones, snapshot, remembered, settled })
}

/// The plan; where it writes anything, made again with what preflight reads for it. What is selected decides nothing about what is read.
async fn checked(session: &Session, input: Input<'_>, checks: Checks) -> Plan {
    let whole = Policy { selection: None, ..input.policy.clone() };
    let needs = needs(&input, &plan::plan(&Input { policy: &whole, ..input }));
    if checks.no_preflight || needs.is_empty() {
        return plan::plan(&input);
    }
    let facts = preflight::read(&session.api, &needs).await;
    plan::plan(&Input { facts: Some(&facts), ..input })
}
