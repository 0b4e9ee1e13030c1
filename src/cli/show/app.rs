//! `show ADDRESS`: one application as it is configured, recorded and live, with what differs.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::observe::{Extent, Observed, observe};
use crate::cli::output::{Format, Output};
use crate::cli::purpose::Purpose;
use crate::cli::session::Session;
use crate::model::{Address, Live};
use crate::plan;
use crate::render::three_sides::{self, Sides};

/// Runs the command.
pub(super) async fn run(address: &Address, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human, Format::Json])?;
    let loaded = Loaded::read(&context.files);
    loaded.must_be_readable()?;
    let session = Session::open(context, &loaded).await?;
    let observed = observe(&loaded, &session, Extent::Everything).await;
    session.close().await;
    let observed = observed?;
    if let Some(unread) = observed.unread.iter().find(|unread| unread.zone == address.zone) {
        return Err(Failure::new(Exit::Failed, vec![unread.finding.clone()]));
    }
    let policy = loaded.policy(context, Purpose::Configured)?;
    let live = plan::live_at(&observed.input(&policy), address);
    let sides = sides(&loaded, &observed, address, live)
        .ok_or_else(|| Failure::usage(unknown(&loaded, &observed, address)))?;
    output.end(Exit::Done, |format, style, out| match format {
        Format::Json => three_sides::write_json(out, &sides),
        _ => three_sides::write(out, &sides, style),
    })
}

/// What is said about an address that is nowhere.
fn unknown(loaded: &Loaded, observed: &Observed<'_>, address: &Address) -> String {
    let configured = loaded.configuration.apps().map(|app| &app.address);
    let all = configured.chain(observed.recorded.state.apps.keys()).map(ToString::to_string);
    let near = plan::nearest(&address.to_string(), all);
    let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!(
        "{address} is in neither the configuration nor the state{near}; `spectrumctl show --live` lists what is live"
    )
}

fn sides<'a>(
    loaded: &'a Loaded,
    observed: &'a Observed<'_>,
    address: &'a Address,
    live: Option<&'a Live>,
) -> Option<Sides<'a>> {
    let app = loaded.configuration.apps().find(|app| app.address == *address);
    let recorded = observed.recorded.state.apps.get(address);
    let is_whole = !observed.warns_of_damage();
    let mut kept = observed.recorded.state.pending_restore.values();
    let is_lost = kept.any(|backup| backup.addresses.contains(address));
    (app.is_some() || recorded.is_some() || is_lost)
        .then(|| Sides::new(address, app, recorded, live, is_whole).lost(is_lost))
}
