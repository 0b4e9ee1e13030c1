//! `sim`: serves the API simulator until it is interrupted.

use std::fmt::Display;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use clap::Args;
use tokio::net::TcpListener;

use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::next_signal;
use super::whole_file::unwritable;
use crate::codes;
use crate::finding::Finding;
use crate::sim::{Options, Script, World, file, serve};

/// The arguments of `sim`.
#[derive(Debug, Clone, Args)]
pub(super) struct SimArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// Keep the world in this file
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Begin with what this YAML file declares
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Inject the faults listed in this YAML file
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
}

/// Runs the command.
pub(super) async fn run(args: SimArgs) -> Result<Exit, Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::usage(format!(
            "the simulator listens on this machine only, and {} is not a loopback address; use 127.0.0.1",
            args.listen.ip()
        )));
    }
    let world = read_world(&args)?;
    let faults = args.faults.as_deref().map(file::load_script).transpose().map_err(failed)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| failed(format!("failed to listen on {}: {error}", args.listen)))?;
    let address = listener.local_addr().map_err(failed)?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on http://{address}/client/v4")
        .and_then(|()| out.flush())
        .map_err(|error| unwritable("stdout", &error))?;
    let options = options(args.world, faults.unwrap_or_default());
    serve(listener, Arc::new(Mutex::new(world)), options).await.map_err(failed)?;
    Ok(Exit::Done)
}

fn failed(what: impl Display) -> Box<Finding> {
    Box::new(Finding::new(&codes::SIMULATOR, what.to_string()))
}

/// The world that was kept, else a new one; a seed's applications go into a new one only.
fn read_world(args: &SimArgs) -> Result<World, Box<Finding>> {
    let kept = args.world.as_deref().map(file::load).transpose().map_err(failed)?.flatten();
    let is_new = kept.is_none();
    let mut world = kept.unwrap_or_default();
    if let Some(path) = &args.seed {
        let seed = file::load_seed(path).map_err(failed)?;
        world.load(&seed, is_new).map_err(failed)?;
    }
    Ok(world)
}

fn options(world: Option<PathBuf>, faults: Script) -> Options {
    let options = Options::default().with_faults(faults).until(next_signal());
    match world {
        Some(path) => options.kept_in(path),
        None => options,
    }
}
