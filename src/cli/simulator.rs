//! `sim`: serves the API simulator until it is interrupted.

use std::fmt::Display;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use clap::Args;
use tokio::net::{TcpListener, lookup_host};

use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::next_signal;
use super::whole_file::unwritable;
use crate::api::RateLimit;
use crate::codes;
use crate::finding::Finding;
use crate::sim::{self, Options, Script, World, file, serve};

/// The arguments of `sim`.
#[derive(Debug, Clone, Args)]
pub(super) struct SimArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8787")]
    listen: String,
    /// Keep the world in this file
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Begin with what this YAML file declares
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Inject the faults listed in this YAML file
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Print what is served, as OpenAPI 3.1, and end
    #[arg(long, conflicts_with_all = ["listen", "world", "seed", "faults"])]
    openapi: bool,
}

/// Runs the command; `rate_limit` takes the place of Cloudflare's.
pub(super) async fn run(args: SimArgs, rate_limit: Option<RateLimit>) -> Result<Exit, Failure> {
    if args.openapi {
        return print_description();
    }
    let addresses = resolve(&args.listen).await?;
    let mut world = read_world(&args)?;
    if let Some(limit) = rate_limit {
        world.rate_limit = simulated_limit(limit);
    }
    let faults = args.faults.as_deref().map(file::load_script).transpose().map_err(failed)?;
    let listener = TcpListener::bind(&*addresses)
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

fn print_description() -> Result<Exit, Failure> {
    let mut out = std::io::stdout();
    writeln!(out, "{:#}", sim::describe())
        .and_then(|()| out.flush())
        .map_err(|error| unwritable("stdout", &error))?;
    Ok(Exit::Done)
}

/// The addresses of `--listen`, all of them on this machine.
async fn resolve(listen: &str) -> Result<Vec<SocketAddr>, Failure> {
    let found = lookup_host(listen).await.map_err(|error| {
        Failure::usage(format!(
            "{listen} is no address to listen on: {error}; use HOST:PORT, such as localhost:8787"
        ))
    })?;
    let addresses: Vec<SocketAddr> = found.collect();
    match addresses.iter().find(|address| !address.ip().is_loopback()) {
        None => Ok(addresses),
        Some(address) => Err(Failure::usage(format!(
            "the simulator listens on this machine only, and {} is not a loopback address; use 127.0.0.1",
            address.ip()
        ))),
    }
}

/// The limit that the simulator keeps.
fn simulated_limit(limit: RateLimit) -> Option<sim::RateLimit> {
    let requests = u32::try_from(limit.requests).ok()?;
    let window_seconds = u32::try_from(limit.window.as_secs()).ok()?;
    Some(sim::RateLimit { requests, window_seconds })
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
