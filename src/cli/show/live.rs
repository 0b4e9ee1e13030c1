//! `show --live`: the live applications of the configuration's zones, or of those that `--zone` names.

use std::collections::BTreeSet;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::loaded::Loaded;
use crate::cli::observe::{Extent, observe};
use crate::cli::output::{Format, Output};
use crate::cli::session::Session;
use crate::render::applications;

/// Runs the command.
pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human, Format::Json])?;
    let wanted: BTreeSet<String> = context.selection.zones().collect();
    let mut loaded = if wanted.is_empty() || load::is_there(&context.files) {
        Loaded::read(&context.files)
    } else {
        Loaded::empty()
    };
    wanted.iter().for_each(|name| loaded.add_zone(name));
    loaded.must_be_readable()?;
    let session = Session::open(context, &loaded).await?;
    let observed = observe(&loaded, &session, Extent::Configured).await;
    session.close().await;
    let observed = observed?;
    let is_wanted = |name: &str| wanted.is_empty() || wanted.contains(name);
    let zones: Vec<_> = observed.zones.iter().filter(|zone| is_wanted(&zone.name)).collect();
    let recorded = &observed.recorded.state.apps;
    output.write(|format, style, out| match format {
        Format::Json => applications::write_json(out, &zones, recorded, context.is_simulated()),
        _ => applications::write(out, &zones, recorded, style),
    })?;
    let unread = observed.unread.into_iter().filter(|unread| is_wanted(&unread.zone));
    let failures: Vec<_> = unread.map(|unread| unread.finding).collect();
    if failures.is_empty() { Ok(Exit::Done) } else { Err(Failure::new(Exit::Failed, failures)) }
}
