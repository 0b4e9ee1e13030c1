//! `export`: live applications, or those of a Terraform state, as configuration. Nothing that is there is overwritten.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Global;
use super::exit::Exit;
use super::load::{self, Files};
use super::output::say;
use super::planning::{self, Loaded, Purpose};
use super::progress;
use super::refresh::{Refreshed, refresh};
use super::session::{self, Session};
use crate::config::{self, Sources, Zone, terraform};
use crate::finding::Finding;
use crate::model::draft::Source;
use crate::model::{Field, Identity, Live, Spec, Value};
use crate::plan::{self, Input};
use crate::render::export::names::names;
use crate::render::export::{ExportedApp, Head, Split, ZoneExport, files};
use crate::state::Store;
use crate::validate;

/// What `export` was told.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    pub(super) split: Option<Split>,
    pub(super) out: Option<PathBuf>,
    pub(super) terraform: Option<PathBuf>,
}

/// What is written, and what kept more from being written.
struct Exported {
    sheets: Vec<ZoneExport>,
    failures: Vec<Finding>,
}

type Failed = Box<Finding>;

/// An application with the key that somebody has given it elsewhere.
type NamedApp = (Option<String>, Live);

/// Runs the command.
pub(super) async fn run(global: &Global, orders: Orders) -> Exit {
    if orders.out.is_none() && orders.split.is_some() {
        say("error: --split makes several files; name their folder with --out");
        return Exit::Usage;
    }
    let base = base(global);
    if base.is_none() && orders.terraform.is_none() && global.zone.is_empty() {
        say("error: there is no configuration that names zones; name one with --zone");
        return Exit::Usage;
    }
    let mut loaded = base.unwrap_or_else(nothing_loaded);
    if !validate::validate(&loaded.configuration, loaded.form.clone(), loaded.today).readable {
        say(
            "error: the configuration that is there cannot be read; `spectrumctl validate` says why",
        );
        return Exit::Findings;
    }
    let exported = match &orders.terraform {
        Some(path) => of_terraform(global, path, &loaded),
        None => of_live(global, &mut loaded).await,
    };
    match exported
        .and_then(|mut exported| write(&orders, &loaded, &mut exported).map(|()| exported))
    {
        Ok(exported) => ended(&exported),
        Err(finding) => {
            tell(&finding);
            Exit::Failed
        }
    }
}

fn ended(exported: &Exported) -> Exit {
    exported.failures.iter().for_each(tell);
    let (all, zones) =
        (exported.sheets.iter().flat_map(|sheet| &sheet.entries), exported.sheets.len());
    let left_out = all.clone().filter(|entry| !entry.unreadable().is_empty()).count();
    let rest = if left_out > 0 {
        format!("; {left_out} cannot be read by this version and stand as comments")
    } else {
        String::new()
    };
    say(format_args!(
        "{} of {} written{rest}",
        counted(all.count() - left_out, "application"),
        counted(zones, "zone")
    ));
    if exported.failures.is_empty() { Exit::Done } else { Exit::Failed }
}

/// `1 zone`, `2 zones`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn tell(finding: &Finding) {
    say(format_args!("error: {}\n  why: {}\n  fix: {}", finding.summary, finding.why, finding.fix));
}

/// The configuration that is there, if one is named or found.
fn base(global: &Global) -> Option<Loaded> {
    let is_there = !global.file.is_empty()
        || Path::new("spectrum.yaml").is_file()
        || Path::new("spectrum").is_dir();
    is_there.then(|| planning::load(global))
}

fn nothing_loaded() -> Loaded {
    let files = Files { home: PathBuf::from("."), ..Files::default() };
    Loaded::of(files)
}

/// The live applications that the configuration does not have.
async fn of_live(global: &Global, loaded: &mut Loaded) -> Result<Exported, Failed> {
    let configured: BTreeSet<String> = loaded.configuration.zones.keys().cloned().collect();
    let wanted: BTreeSet<String> =
        global.zone.iter().map(|zone| zone.trim_end_matches('.').to_ascii_lowercase()).collect();
    for name in &wanted {
        let zone = || Zone { name: name.clone(), ..Zone::default() };
        loaded.configuration.zones.entry(name.clone()).or_insert_with(zone);
    }
    let session = Session::open(
        global,
        &loaded.files,
        &loaded.configuration,
        Arc::new(progress::wait_notifier(global)),
    )
    .await?;
    let read = read(global, loaded, &session, &configured, &wanted).await;
    session.close().await;
    read
}

async fn read(
    global: &Global,
    loaded: &Loaded,
    session: &Session,
    configured: &BTreeSet<String>,
    wanted: &BTreeSet<String>,
) -> Result<Exported, Failed> {
    let snapshot = session.store.read().await.map_err(|error| Box::new(error.to_finding()))?;
    let remembered = session::remembered(&snapshot, jiff::Timestamp::now());
    let Refreshed { zones, unread } =
        refresh(&session.api, &loaded.configuration, &remembered).await;
    let is_wanted = |zone: &str| {
        if wanted.is_empty() { configured.contains(zone) } else { wanted.contains(zone) }
    };
    let facts = session::informed(validate::zone_facts(&loaded.configuration), &zones);
    let desired =
        validate::validate_with(&loaded.configuration, loaded.form.clone(), loaded.today, facts);
    let policy = loaded.policy(global, Purpose::Configured);
    let input = Input {
        desired: &desired,
        recorded: &remembered,
        live: &zones,
        unread: &[],
        policy: &policy,
        facts: None,
    };
    let sheets = plan::uncovered(&input).into_iter().filter(|(zone, _)| is_wanted(&zone.name)).map(
        |(zone, apps)| {
            let head = Head { id: Some(zone.id.clone()), tier: zone.tier, remark: None };
            let apps = apps.into_iter().map(|live| (None, live.clone())).collect();
            sheet(loaded, &zone.name, (!configured.contains(&zone.name)).then_some(head), apps)
        },
    );
    let failures = unread
        .into_iter()
        .filter(|unread| is_wanted(&unread.zone))
        .map(|unread| unread.finding)
        .collect();
    Ok(Exported { sheets: sheets.collect(), failures })
}

/// The applications with their keys, by key.
fn sheet(loaded: &Loaded, zone: &str, head: Option<Head>, apps: Vec<NamedApp>) -> ZoneExport {
    let taken = loaded
        .configuration
        .zones
        .get(zone)
        .map(|zone| zone.apps.keys().cloned().collect())
        .unwrap_or_default();
    let hinted: Vec<(Option<&str>, &Live)> =
        apps.iter().map(|(hint, live)| (hint.as_deref(), live)).collect();
    let keys = names(&hinted, zone, &taken);
    let mut entries: Vec<ExportedApp> =
        keys.into_iter().zip(apps).map(|(key, (_, live))| ExportedApp::new(key, live)).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    ZoneExport { zone: zone.to_owned(), head, entries }
}

/// The applications of a Terraform state that the configuration does not have by hostname and protocol.
fn of_terraform(global: &Global, path: &Path, loaded: &Loaded) -> Result<Exported, Failed> {
    let unreadable = |because: String| {
        let why = "the applications are read from what `terraform show -json` writes";
        let fix = "write it anew: `terraform show -json > state.json`";
        Box::new(Finding::error(
            "terraform",
            format!("failed to read {}: {because}", path.display()),
            why,
            fix,
        ))
    };
    let text =
        fs::read_to_string(path).map_err(|error| unreadable(load::describe_io_error(&error)))?;
    let found = terraform::read(&text).map_err(|error| unreadable(error.to_string()))?;
    let identities: BTreeSet<Identity> =
        loaded.configuration.apps().filter_map(|app| identity_of(&app.draft)).collect();
    let mut zones: BTreeMap<String, (Head, Vec<NamedApp>)> = BTreeMap::new();
    for found in found {
        if found.live.spec.identity().is_some_and(|identity| identities.contains(&identity)) {
            continue;
        }
        let (name, remark) = zone_of(global, &found);
        let zone = zones.entry(name).or_insert_with(|| {
            (Head { id: found.zone_id.clone(), tier: None, remark }, Vec::new())
        });
        zone.1.push((Some(found.name.clone()), found.live));
    }
    let sheets = zones.into_iter().map(|(name, (head, apps))| {
        let head = (!loaded.configuration.zones.contains_key(&name)).then_some(head);
        sheet(loaded, &name, head, apps)
    });
    Ok(Exported { sheets: sheets.collect(), failures: Vec::new() })
}

fn identity_of(draft: &crate::model::Draft) -> Option<Identity> {
    Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone()))).identity()
}

/// The zone's name: as the file or `--zone` tells it, else the end of the hostname, which is said to be a guess; the id beside it is
/// verified on every plan.
fn zone_of(global: &Global, found: &terraform::Found) -> (String, Option<String>) {
    if let Some(zone) = &found.zone {
        return (zone.to_ascii_lowercase(), None);
    }
    let host = found.live.spec.hostname().map(ToString::to_string).unwrap_or_default();
    let is_in = |zone: &&String| host == **zone || host.ends_with(&format!(".{zone}"));
    if let Some(zone) = global.zone.iter().find(is_in) {
        return (zone.to_ascii_lowercase(), None);
    }
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    let guess = labels.into_iter().rev().collect::<Vec<_>>().join(".");
    (
        guess,
        Some("the zone's name is guessed from the hostnames; the file has only its id".to_owned()),
    )
}

/// Writes the files; first it is seen what the configuration around them makes of the applications.
fn write(orders: &Orders, loaded: &Loaded, exported: &mut Exported) -> Result<(), Failed> {
    let split = orders.split.unwrap_or(Split::Whole);
    let whole =
        if loaded.files.sources.files.is_empty() { "spectrum.yaml" } else { "exported.yaml" };
    settle(&mut exported.sheets, loaded);
    let made = files(&exported.sheets, split, whole);
    let Some(folder) = &orders.out else {
        let mut out = io::stdout().lock();
        let written = made
            .values()
            .try_for_each(|text| out.write_all(text.as_bytes()))
            .and_then(|()| out.flush());
        return written.or_else(|error| {
            if error.kind() == io::ErrorKind::BrokenPipe {
                Ok(())
            } else {
                Err(failed("stdout", &error))
            }
        });
    };
    if let Some(name) = made.keys().find(|name| folder.join(name).exists()) {
        let why = "what stands in it may have been written by somebody, and is not overwritten";
        let fix = "name another folder with --out, or move the file away";
        let summary =
            format!("{} is there already; nothing was written", folder.join(name).display());
        return Err(Box::new(Finding::error("file-exists", summary, why, fix)));
    }
    for (name, text) in &made {
        let path = folder.join(name);
        create(&path, text).map_err(|error| failed(&path.display().to_string(), &error))?;
    }
    Ok(())
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

fn failed(what: &str, error: &io::Error) -> Failed {
    let summary = format!("failed to write {what}: {}", load::describe_io_error(error));
    Box::new(Finding::error(
        "unwritable-output",
        summary,
        "the files are what the run is for",
        "check the path and its permissions",
    ))
}

/// Sees what validation has against the applications as they are, and which defaults of a zone they do not have, and writes that
/// into them: an exported application is valid and planned as it is live.
pub(super) fn settle(sheets: &mut [ZoneExport], loaded: &Loaded) {
    // Each application that drops a default may be checked otherwise, so that it is looked at once more.
    for _ in 0..2 {
        let mut sources = loaded.files.sources.clone();
        let text = crate::render::export::document(sheets);
        sources.files.push((Arc::from("exported"), Arc::from(text)));
        let with = config::load(&Sources { ..sources }, &load::vars());
        let checked = validate::validate(&with.configuration, with.findings.clone(), loaded.today);
        for sheet in sheets.iter_mut() {
            let Some(zone) = with.configuration.zones.get(&sheet.zone) else { continue };
            for entry in &mut sheet.entries {
                let Some(app) = zone.apps.get(&entry.key) else { continue };
                let differs =
                    |field: Field, value: &Value| entry.live.spec.effective(field) != Some(value);
                let of_defaults: Vec<_> = app
                    .draft
                    .given
                    .iter()
                    .filter(|(field, given)| {
                        given.source == Source::Defaults && differs(**field, &given.value)
                    })
                    .collect();
                entry
                    .dropped
                    .extend(of_defaults.into_iter().map(|(field, _)| field.top().to_owned()));
                let address = app.address.to_string();
                let against = checked.findings.iter().filter(|finding| {
                    finding.is_error() && finding.address.as_ref() == Some(&address)
                });
                entry.allowed.extend(
                    against
                        .filter(|finding| crate::codes::find(&finding.code).is_some())
                        .map(|finding| finding.code.clone()),
                );
            }
        }
    }
}
