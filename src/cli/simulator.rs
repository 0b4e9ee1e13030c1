//! `sim`: serves the API simulator until it is interrupted.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;

use super::exit::Exit;
use super::output::say;
use crate::sim::{Options, Script, World, file, serve};

/// What `sim` was told.
pub(super) struct Orders {
    pub(super) listen: SocketAddr,
    pub(super) world: Option<PathBuf>,
    pub(super) seed: Option<PathBuf>,
    pub(super) faults: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(orders: Orders) -> Exit {
    match serve_world(orders).await {
        Ok(()) => Exit::Done,
        Err(why) => {
            say(format_args!("error: {why}"));
            Exit::Failed
        }
    }
}

async fn serve_world(orders: Orders) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    if !orders.listen.ip().is_loopback() {
        return Err(format!(
            "the simulator listens on this machine only, and {} is not a loopback address",
            orders.listen.ip()
        ));
    }
    let world = read_world(&orders)?;
    let faults = orders
        .faults
        .as_deref()
        .map(file::load_script)
        .transpose()
        .map_err(|error| text(&error))?
        .unwrap_or_default();
    let listener = TcpListener::bind(orders.listen)
        .await
        .map_err(|error| format!("failed to listen on {}: {error}", orders.listen))?;
    let address = listener.local_addr().map_err(|error| text(&error))?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{address}/client/v4")
        .and_then(|()| out.flush())
        .map_err(|error| text(&error))?;
    serve(listener, Arc::new(Mutex::new(world)), options(orders.world, faults))
        .await
        .map_err(|error| text(&error))
}

/// The world that was kept, else a new one; a seed's applications go into a new one only.
fn read_world(orders: &Orders) -> Result<World, String> {
    let kept = orders
        .world
        .as_deref()
        .map(file::load)
        .transpose()
        .map_err(|error| error.to_string())?
        .flatten();
    let is_new = kept.is_none();
    let mut world = kept.unwrap_or_default();
    if let Some(path) = &orders.seed {
        let seed = file::load_seed(path).map_err(|error| error.to_string())?;
        world.load(&seed, is_new).map_err(|error| error.to_string())?;
    }
    Ok(world)
}

fn options(world: Option<PathBuf>, faults: Script) -> Options {
    let options = Options::default().with_faults(faults).until(super::apply::next_signal());
    match world {
        Some(path) => options.kept_in(path),
        None => options,
    }
}
