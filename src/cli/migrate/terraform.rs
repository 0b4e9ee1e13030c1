//! The steps of the migration: read Terraform's file and what is live, write the configuration, prove it, import it, write the ways.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::paths::Paths;
use super::proof::{Compared, compare, must_be_equal};
use super::texts;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::fit::{allow, fit};
use crate::cli::import;
use crate::cli::loaded::Loaded;
use crate::cli::observe::{Extent, observe};
use crate::cli::output::{Format, Output, say};
use crate::cli::session::Session;
use crate::cli::terraform::{self, Placed};
use crate::cli::whole_file;
use crate::cli::zone_export::{NamedApp, zone_export};
use crate::config::terraform::Shown;
use crate::render::export::{Head, Split, files};

/// The arguments of `migrate`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct MigrateArgs {
    #[command(subcommand)]
    from: Tool,
}

#[derive(Debug, Clone, Subcommand)]
enum Tool {
    /// Write what Terraform manages as configuration, import it, and prove that it is what is live
    Terraform(TerraformArgs),
}

#[derive(Debug, Clone, Args)]
struct TerraformArgs {
    /// The output of `terraform show -json`
    #[arg(value_name = "FILE")]
    shown: PathBuf,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// Runs the command.
pub(in crate::cli) async fn run(args: MigrateArgs, context: &Context) -> Result<Exit, Failure> {
    let Tool::Terraform(args) = args.from;
    let output = Output::new(&context.output, &[Format::Human])?;
    let shown = terraform::read(&args.shown)?;
    if shown.apps.is_empty() && shown.deposed.is_empty() {
        let text = format!("{} holds no Spectrum applications", args.shown.display());
        return output.end(Exit::Done, |_, _, out| writeln!(out, "{text}"));
    }
    let paths = Paths::below(&args.out);
    paths.must_be_free()?;
    let compared = look(context, &shown).await?;
    let is_any = compared.iter().any(|one| one.live.is_some());
    if is_any {
        write_configuration(context, &compared, &paths)?;
        let own = own_context(context, &paths);
        import::run(import::ImportArgs::everything(), &own).await?;
        must_be_equal(&own).await?;
        for (path, text) in [
            (&paths.removed, texts::removed(&compared)),
            (&paths.remove, texts::remove(&compared)),
            (&paths.back, texts::back(&compared)),
        ] {
            whole_file::create(path, text.as_bytes())?;
        }
    }
    let report = texts::report(&compared, &shown.deposed, &paths);
    let exit =
        if compared.iter().all(|one| one.live.is_some()) { Exit::Done } else { Exit::Failed };
    output.end(exit, |_, _, out| out.write_all(report.as_bytes()))
}

/// Reads the zones of Terraform's file, and compares each application with what is live.
async fn look(context: &Context, shown: &Shown) -> Result<Vec<Compared>, Failure> {
    let mut loaded = Loaded::empty();
    let Placed { apps, unknown } = terraform::place(context, &loaded, shown).await?;
    if !unknown.is_empty() {
        return Err(Failure::new(Exit::Failed, unknown));
    }
    for (zone, _) in &apps {
        loaded.add_zone(zone);
    }
    let session = Session::open(context, &loaded).await?;
    let observed = observe(&loaded, &session, Extent::Configured).await;
    session.close().await;
    let observed = observed?;
    let findings: Vec<_> = observed.unread.iter().map(|unread| unread.finding.clone()).collect();
    if !findings.is_empty() {
        return Err(Failure::new(Exit::Failed, findings));
    }
    Ok(apps.into_iter().map(|(zone, one)| compare(zone, one, &observed.zones)).collect())
}

/// The configuration says what is live, under the names that Terraform's resources have.
fn write_configuration(
    context: &Context,
    compared: &[Compared],
    paths: &Paths,
) -> Result<(), Failure> {
    let loaded = Loaded::empty();
    let mut zones: BTreeMap<String, (Head, Vec<NamedApp>)> = BTreeMap::new();
    for one in compared {
        let Some(live) = &one.live else { continue };
        let head = Head { id: one.zone_id.clone(), tier: one.tier };
        let zone = zones.entry(one.zone.clone()).or_insert_with(|| (head, Vec::new()));
        zone.1.push((Some(one.found.name.clone()), live.clone()));
    }
    let sheets = zones.into_iter();
    let mut sheets: Vec<_> =
        sheets.map(|(name, (head, apps))| zone_export(&loaded, &name, Some(head), apps)).collect();
    let against = fit(&mut sheets, &loaded);
    allow(&mut sheets, &against);
    let name = "spectrum.yaml";
    let text = files(&sheets, Split::Whole, name).remove(name).unwrap_or_default();
    whole_file::create(&paths.configuration, text.as_bytes())?;
    if !context.output.quiet {
        say(format_args!("Wrote {}.", paths.configuration.display()));
    }
    Ok(())
}

/// The options of a run with the configuration that was written.
fn own_context(context: &Context, paths: &Paths) -> Context {
    let mut own = context.clone();
    own.files.file = vec![paths.configuration.display().to_string()];
    own
}
