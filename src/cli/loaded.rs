//! The configuration of a run as it was read, with what is wrong with its form.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::context::{Context, FileOptions, OutputOptions};
use super::exit::Exit;
use super::failure::Failure;
use super::load::{self, Files};
use super::owner;
use super::purpose::Purpose;
use super::redaction;
use crate::config::{self, App, Configuration, OnError, Zone};
use crate::finding::Finding;
use crate::plan::saved::Saved;
use crate::plan::{Plan, Policy, Verdict};
use crate::render::TermStyle;
use crate::render::findings::RenderOptions;
use crate::validate::{self, Validated};

/// The configuration with what is wrong with its form.
pub(super) struct Loaded {
    pub(super) files: Files,
    pub(super) configuration: Configuration,
    pub(super) form: Vec<Finding>,
    pub(super) today: Date,
    /// The zones that are read although the configuration does not hold them.
    pub(super) added: BTreeSet<String>,
}

impl Loaded {
    /// Reads the configuration.
    pub(super) fn read(options: &FileOptions) -> Loaded {
        Loaded::from_files(load::load(options))
    }

    /// What takes the place of a configuration where none is read.
    pub(super) fn empty() -> Loaded {
        Loaded {
            files: Files { home: PathBuf::from("."), ..Files::default() },
            configuration: Configuration::default(),
            form: Vec::new(),
            today: today(),
            added: BTreeSet::new(),
        }
    }

    /// What a saved plan says of a run: where the state is, and how steps are run.
    pub(super) fn from_saved_plan(saved: &Saved) -> Loaded {
        let mut loaded = Loaded::empty();
        let settings = &mut loaded.configuration.settings;
        settings.state = Some(saved.state.clone());
        settings.parallelism = Some(saved.parallelism);
        settings.on_error = if saved.stops { OnError::Stop } else { OnError::Continue };
        loaded
    }

    /// The configuration in these files.
    pub(super) fn from_files(files: Files) -> Loaded {
        let config::Loaded { configuration, findings } = config::load(&files.sources, &files.vars);
        redaction::collect_configuration(&files, &configuration);
        let form = files.findings.iter().cloned().chain(findings).collect();
        Loaded { files, configuration, form, today: today(), added: BTreeSet::new() }
    }

    /// What validation says by the configuration alone.
    pub(super) fn validated(&self) -> Validated<'_> {
        validate::validate(&self.configuration, self.form.clone(), self.today)
    }

    /// Refuses a configuration that cannot be compared with anything, with all that is wrong with it.
    pub(super) fn must_be_readable(&self) -> Result<(), Failure> {
        let offline = self.validated();
        self.must(offline.readable, offline.findings)
    }

    /// Refuses to go on where more than single applications could not be read. What is planned then is not complete, and never applied.
    ///
    /// # Errors
    /// The findings.
    pub(super) fn must_be_plannable(&self) -> Result<(), Failure> {
        // The applications themselves are validated once their zones were read.
        if !self.files.failed && !self.form.iter().any(Finding::is_error) {
            return Ok(());
        }
        let offline = self.validated();
        self.must(offline.plannable, offline.findings)
    }

    /// The failure of a command that did all that can be done without the applications that could not be read.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn left_out(&self) -> Result<(), Failure> {
        let offline = self.validated();
        self.must(offline.readable, offline.findings)
    }

    fn must(&self, holds: bool, findings: Vec<Finding>) -> Result<(), Failure> {
        if holds && !self.files.failed {
            return Ok(());
        }
        let exit = if self.files.failed { Exit::Failed } else { Exit::Findings };
        Err(Failure::new(exit, findings).in_files(&self.files.sources))
    }

    /// The plan that could not be made, with what is wrong with the configuration beside why.
    pub(super) fn refused(&self, failure: Failure, context: &Context) -> Plan {
        let offline = self.validated();
        let guarded = failure.exit() == Exit::Guarded;
        let unread = !guarded && failure.exit() != Exit::Findings;
        let verdict = Verdict { errors: offline.has_errors(), unread, guarded };
        let findings = offline.findings.into_iter().chain(failure.into_findings()).collect();
        Plan::refused(findings, verdict, context.is_simulated())
    }

    /// How findings about it are shown.
    pub(super) fn render_options<'a>(
        &'a self,
        style: TermStyle,
        options: &OutputOptions,
        closing: Option<&'a str>,
    ) -> RenderOptions<'a> {
        let (sources, redact) = (&self.files.sources, options.hides_origins());
        RenderOptions { sources, style, redact, closing }
    }

    /// The keys that a zone's applications have, rows by their template's.
    pub(super) fn keys(&self, zone: &str) -> BTreeSet<String> {
        let apps = self.configuration.zones.get(zone).map(|zone| zone.apps.values());
        let key = |app: &App| match &app.row {
            Some(row) => row.template.key.clone(),
            None => app.address.key.clone(),
        };
        apps.into_iter().flatten().map(key).collect()
    }

    /// Adds a zone that is to be read although the configuration does not hold it.
    pub(super) fn add_zone(&mut self, name: &str) {
        if !self.configuration.zones.contains_key(name) {
            let zone = Zone { name: name.to_owned(), ..Zone::default() };
            self.configuration.zones.insert(name.to_owned(), zone);
            self.added.insert(name.to_owned());
        }
    }

    /// The name by which a state knows it; none where there is no configuration.
    pub(super) fn owner(&self) -> Option<String> {
        let is_any = !self.files.sources.files.is_empty();
        is_any.then(|| owner::name(&self.configuration.settings, &self.files.home)).flatten()
    }

    /// How to go about a plan.
    pub(super) fn policy(
        &self,
        context: &Context,
        purpose: Purpose<'_>,
    ) -> Result<Policy, Failure> {
        let guards = &context.guards;
        let mut limits = self.configuration.settings.limits;
        limits.max_deletes = guards.max_deletes.unwrap_or(limits.max_deletes);
        limits.max_replaces = guards.max_replaces.unwrap_or(limits.max_replaces);
        limits.max_updates = guards.max_updates.unwrap_or(limits.max_updates);
        limits.max_connections_cut = guards.max_cut.or(limits.max_connections_cut);
        if guards.max_deletes.is_some() {
            limits.max_delete_percent = 100;
        }
        Ok(Policy {
            limits,
            owner: self.owner(),
            allowances: guards.allow.iter().cloned().collect(),
            destroy: purpose == Purpose::Destroy,
            refresh_only: purpose == Purpose::Refresh,
            replace: purpose.replaced().iter().cloned().collect(),
            selection: context.selection.read()?,
            redact_origins: context.output.hides_origins(),
            simulated: context.is_simulated(),
            ..Policy::at(Timestamp::now())
        })
    }
}

/// Today, in UTC.
fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}
