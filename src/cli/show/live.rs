//! `show --live`: the live applications of the configuration's zones, of those that `--zone` names, or, where there is no configuration,
//! of all that the credentials may see.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::loaded::Loaded;
use crate::cli::observe::{Extent, observe};
use crate::cli::output::{Format, Output};
use crate::cli::session::Session;
use crate::cli::zone_flags::ZoneFlags;
use crate::render::applications;

/// Runs the command.
pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human, Format::Json])?.wrapping();
    let is_configured = load::is_there(&context.files);
    let mut loaded = if is_configured { Loaded::read(&context.files) } else { Loaded::empty() };
    let mut wanted = ZoneFlags::read(context, &mut loaded);
    loaded.must_be_readable()?;
    let session = Session::open(context, &loaded).await?;
    if !is_configured && context.selection.zone.is_empty() {
        let zones = session.api.all_zones().await.map_err(|error| error.to_finding())?;
        zones.iter().for_each(|zone| loaded.add_zone(&zone.name));
        wanted = ZoneFlags::read(context, &mut loaded);
    }
    let observed = observe(&loaded, &session, Extent::Configured).await;
    let matched = match &observed {
        Ok(observed) => wanted.must_match(&session, observed).await,
        Err(_) => Ok(()),
    };
    session.close().await;
    let observed = observed?;
    matched?;
    let zones: Vec<_> = observed.zones.iter().filter(|zone| wanted.holds(&zone.name)).collect();
    let recorded = &observed.recorded.state.apps;
    let is_whole = !observed.warns_of_damage();
    output.write(|format, style, out| match format {
        Format::Json => applications::write_json(out, &zones, recorded, context.is_simulated()),
        _ => applications::write(out, &zones, recorded, is_whole, style),
    })?;
    let unread = observed.unread.into_iter().filter(|unread| wanted.holds(&unread.zone));
    let failures: Vec<_> = unread.map(|unread| unread.finding).collect();
    if failures.is_empty() { Ok(Exit::Done) } else { Err(Failure::new(Exit::Failed, failures)) }
}
