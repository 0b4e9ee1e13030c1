//! `export`: live applications, or those of a Terraform state, as configuration. Nothing that is there is overwritten.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::context::{Context, OutputOptions};
use super::exit::Exit;
use super::export_terraform;
use super::failure::Failure;
use super::fit::fit;
use super::load;
use super::loaded::Loaded;
use super::observe::{Extent, observe};
use super::output::{Format, say};
use super::purpose::Purpose;
use super::redaction::Redaction;
use super::session::Session;
use super::whole_file::{self, exists, unwritable};
use super::zone_export::{Exported, zone_export};
use crate::plan;
use crate::render::counted;
use crate::render::export::{Head, Rows, Split, files, fold};

/// The arguments of `export`.
#[derive(Debug, Clone, Args)]
pub(super) struct ExportArgs {
    /// One file a zone, or one an application
    #[arg(long, value_enum, value_name = "BY", requires = "out")]
    split: Option<SplitBy>,
    /// The folder to write to; without it everything goes to stdout
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write applications that differ only in port or hostname as one with `each`
    #[arg(long)]
    fold: bool,
    /// Read `terraform show -json` output instead of asking the API
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
    loaded.must_be_readable()?;
    let mut exported = match terraform {
        Some(path) => export_terraform::read(path, context, &loaded)?,
        None => from_live(context, &mut loaded).await?,
    };
    fit(&mut exported.sheets, &loaded);
    if args.fold {
        exported.sheets.iter_mut().for_each(|zone| fold(zone, &loaded.keys(&zone.zone)));
    }
    write(&args, &context.output, &loaded, &exported)?;
    say(summary(&exported));
    match exported.failures.is_empty() {
        true => Ok(Exit::Done),
        false => Err(Failure::new(Exit::Failed, exported.failures)),
    }
}

/// The live applications that the configuration does not have.
async fn from_live(context: &Context, loaded: &mut Loaded) -> Result<Exported, Failure> {
    let configured: BTreeSet<String> = loaded.configuration.zones.keys().cloned().collect();
    let wanted: BTreeSet<String> = context.selection.zones().collect();
    for name in &wanted {
        loaded.add_zone(name);
    }
    let session = Session::open(context, loaded).await?;
    let observed = observe(loaded, &session, Extent::Everything).await;
    session.close().await;
    let observed = observed?;
    let zones = if wanted.is_empty() { &configured } else { &wanted };
    let policy = loaded.policy(context, Purpose::Configured)?;
    let input = observed.input(&policy);
    let uncovered = plan::uncovered(&input).into_iter();
    let sheets = uncovered.filter(|(zone, _)| zones.contains(&zone.name)).map(|(zone, apps)| {
        let head = Head { id: Some(zone.id.clone()), tier: zone.tier, remark: None };
        let is_new = !configured.contains(&zone.name);
        let apps = apps.into_iter().map(|live| (None, live.clone())).collect();
        zone_export(loaded, &zone.name, is_new.then_some(head), apps)
    });
    let unread = observed.unread.iter().filter(|unread| zones.contains(&unread.zone));
    let failures = unread.map(|unread| unread.finding.clone()).collect();
    Ok(Exported { sheets: sheets.collect(), failures })
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
    match left_out {
        0 => format!("{written} of {zones} written"),
        _ => format!(
            "{written} of {zones} written; {} written as comments, because this version cannot read them",
            counted(left_out, "application")
        ),
    }
}
