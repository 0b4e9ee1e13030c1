//! `export`: live applications, or those of a Terraform state, as configuration. Nothing that is there is overwritten.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::context::{Context, OutputOptions};
use super::exit::Exit;
use super::failure::Failure;
use super::fit::{Against, allow, fit};
use super::load;
use super::loaded::Loaded;
use super::observe::{Extent, observe};
use super::output::{Format, say};
use super::purpose::Purpose;
use super::redaction::Redaction;
use super::session::Session;
use super::terraform;
use super::whole_file::{self, exists, unwritable};
use super::zone_export::{Exported, zone_export};
use super::zone_flags::ZoneFlags;
use crate::plan;
use crate::plan::UnreadCause;
use crate::render::counted;
use crate::render::export::{Head, Rows, Split, ZoneExport, files, fold};

/// The arguments of `export`.
#[derive(Debug, Clone, Args)]
pub(super) struct ExportArgs {
    /// One file for each zone or app
    #[arg(long, value_enum, value_name = "BY", requires = "out")]
    split: Option<SplitBy>,
    /// Write to this folder, not to stdout
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write similar applications as one with `each`
    #[arg(long)]
    fold: bool,
    /// Read what `terraform show -json` printed
    #[arg(long, num_args = 2, value_names = ["terraform", "FILE"])]
    from: Option<Vec<String>>,
}

/// Over which files an export is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SplitBy {
    Zone,
    App,
}

impl ExportArgs {
    /// The file of a Terraform state, where one is to be read.
    fn terraform(&self) -> Result<Option<&Path>, Failure> {
        match self.from.as_deref() {
            Some([tool, file]) if tool == "terraform" => Ok(Some(Path::new(file))),
            Some(_) => Err(Failure::usage("unknown --from; use --from terraform FILE")),
            None => Ok(None),
        }
    }

    fn split(&self) -> Split {
        match self.split {
            None => Split::Whole,
            Some(SplitBy::Zone) => Split::Zone,
            Some(SplitBy::App) => Split::App,
        }
    }
}

/// Runs the command.
pub(super) async fn run(args: ExportArgs, context: &Context) -> Result<Exit, Failure> {
    let terraform = args.terraform()?;
    let mut loaded = if load::is_there(&context.files) {
        Loaded::read(&context.files)
    } else if terraform.is_some() || !context.selection.zone.is_empty() {
        Loaded::empty()
    } else {
        return Err(Failure::usage("there is no configuration that names zones; use --zone NAME"));
    };
    loaded.must_be_plannable()?;
    let mut exported = match terraform {
        Some(path) => terraform::export(path, context, &loaded).await?,
        None => from_live(context, &mut loaded).await?,
    };
    let mut against = fit(&mut exported.sheets, &loaded);
    if terraform.is_none() {
        allow(&mut exported.sheets, &against);
        against.clear();
    }
    if args.fold {
        exported.sheets.iter_mut().for_each(|zone| fold(zone, &loaded.keys(&zone.zone)));
    }
    match &exported.nothing {
        Some(why) => say(why),
        None => {
            write(&args, &context.output, &loaded, &exported)?;
            say(summary(&exported));
        }
    }
    say_refusals(&against);
    let exit = if exported.failures.is_empty() { Exit::Done } else { Exit::Failed };
    let findings: Vec<_> = exported.failures.into_iter().chain(exported.notes).collect();
    match findings.is_empty() {
        true => loaded.left_out().map(|()| exit),
        false => Err(Failure::new(exit, findings)),
    }
}

/// Names the applications that `validate` refuses as they were written.
fn say_refusals(against: &Against) {
    for (address, codes) in against {
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        say(format_args!("{address} is not valid as it was written: {}", codes.join(", ")));
    }
}

/// The live applications that the configuration does not have.
pub(super) async fn from_live(context: &Context, loaded: &mut Loaded) -> Result<Exported, Failure> {
    let zones = ZoneFlags::read(context, loaded);
    let session = Session::open(context, loaded).await?;
    let observed = observe(loaded, &session, Extent::Everything).await;
    let matched = match &observed {
        Ok(observed) => zones.must_match(&session, observed).await,
        Err(_) => Ok(()),
    };
    session.close().await;
    let observed = observed?;
    matched?;
    let policy = loaded.policy(context, Purpose::Configured)?;
    let input = observed.input(&policy);
    let uncovered = plan::uncovered(&input).into_iter();
    let sheets = uncovered.filter(|(zone, _)| zones.holds(&zone.name)).map(|(zone, apps)| {
        let head = Head { id: Some(zone.id.clone()), tier: zone.tier };
        let is_new = !zones.is_configured(&zone.name);
        let apps = apps.into_iter().map(|live| (None, live.clone())).collect();
        zone_export(loaded, &zone.name, is_new.then_some(head), apps)
    });
    // What is wrong with the configuration is said at the end, all at once.
    let unread = observed.unread.iter().filter(|unread| zones.holds(&unread.zone));
    let unread = unread.filter(|unread| unread.cause != UnreadCause::Mistaken);
    let failures = unread.map(|unread| unread.finding.clone()).collect();
    let sheets: Vec<ZoneExport> = sheets.collect();
    let read = observed.zones.iter().filter(|zone| zones.holds(&zone.name));
    let read: usize = read.map(|zone| zone.apps.len()).sum();
    let covered = read - sheets.iter().map(|sheet| sheet.entries.len()).sum::<usize>();
    Ok(Exported { sheets, covered, failures, notes: Vec::new(), nothing: None })
}

/// Writes the files, or everything to stdout.
fn write(
    args: &ExportArgs,
    options: &OutputOptions,
    loaded: &Loaded,
    exported: &Exported,
) -> Result<(), Failure> {
    let is_first = loaded.files.sources.files.is_empty();
    let whole = if is_first { "spectrum.yaml" } else { "exported.yaml" };
    let texts = files(&exported.sheets, args.split(), whole);
    let Some(folder) = &args.out else {
        let mut out = io::stdout().lock();
        let written = Redaction::for_format(options.redact, Format::Human)
            .write(&mut out, |out| {
                texts.values().try_for_each(|text| out.write_all(text.as_bytes()))
            })
            .and_then(|()| out.flush());
        return match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(unwritable("stdout", &error).into())
            }
            _ => Ok(()),
        };
    };
    if let Some(name) = texts.keys().find(|name| folder.join(name).exists()) {
        return Err(exists(&folder.join(name)).into());
    }
    for (name, text) in &texts {
        whole_file::create(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}

/// `2 applications of 1 zone written`.
fn summary(exported: &Exported) -> String {
    let all = exported.sheets.iter().flat_map(|sheet| &sheet.entries);
    let left_out = all.clone().filter(|entry| !entry.unreadable().is_empty()).count();
    let rows = all.map(|entry| entry.rows.as_ref().map_or(1, Rows::count)).sum::<usize>();
    let written = counted(rows - left_out, "application");
    let zones = counted(exported.sheets.len(), "zone");
    let mut text = format!("{written} of {zones} written");
    if left_out > 0 {
        let unreadable = counted(left_out, "application");
        text +=
            &format!("; {unreadable} written as comments, because this version cannot read them");
    }
    if exported.covered > 0 {
        let covered = counted(exported.covered, "application");
        text += &format!(
            "; {covered} left out, because the configuration has them: read both together"
        );
    }
    text
}
