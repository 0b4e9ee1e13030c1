//! Serves a world over HTTP/1.1.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use tokio::net::TcpListener;

use super::fault::Script;
use super::fault_injection::{Carried, FaultInjector};
use super::file;
use super::message::{Request, Response};
use super::wire::{Cut, Gate};
use super::world::World;

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// When a server stops.
type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How a world is served.
#[derive(Default)]
pub struct Options {
    /// The file that holds the world after every write; none keeps it in memory.
    pub persist: Option<PathBuf>,
    /// What goes wrong on purpose.
    pub faults: Script,
    stop: Option<Stop>,
}

impl Options {
    /// Sets the file that holds the world after every write.
    #[must_use]
    pub fn kept_in(mut self, path: impl Into<PathBuf>) -> Self {
        self.persist = Some(path.into());
        self
    }

    /// Sets what goes wrong on purpose.
    #[must_use]
    pub fn with_faults(mut self, faults: Script) -> Self {
        self.faults = faults;
        self
    }

    /// Stops when this comes to an end: what has been asked is answered, nothing new is taken.
    #[must_use]
    pub fn until(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }
}

/// What every request shares.
#[derive(Clone)]
struct Shared {
    world: Arc<Mutex<World>>,
    fault_injection: Arc<Mutex<FaultInjector>>,
    persist: Option<PathBuf>,
}

/// Serves a world on a listener until [`Options::until`] says stop, or for ever.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    world: Arc<Mutex<World>>,
    options: Options,
) -> io::Result<()> {
    let Options { persist, faults, stop } = options;
    let shared = Shared {
        world,
        fault_injection: Arc::new(Mutex::new(FaultInjector::new(faults))),
        persist,
    };
    let service = Router::new()
        .fallback(answer)
        .with_state(shared)
        .into_make_service_with_connect_info::<Cut>();
    let stop = stop.unwrap_or_else(|| Box::pin(std::future::pending()));
    axum::serve(Gate(listener), service).with_graceful_shutdown(stop).await
}

async fn answer(
    State(shared): State<Shared>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    incoming: axum::extract::Request,
) -> axum::response::Response {
    let (head, body) = incoming.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::new(head.method.as_str(), target).with_body(body);
    request.headers.extend(headers_of(&head.headers));
    let carried = shared.carry(&request);
    if !carried.delay.is_zero() {
        tokio::time::sleep(carried.delay).await;
    }
    match carried.response {
        Some(response) => outgoing(response),
        None => {
            cut.cut();
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

impl Shared {
    /// Carries a request to the world; the world is on disk before the answer to a write goes out.
    fn carry(&self, request: &Request) -> Carried {
        let mut fault_injection =
            self.fault_injection.lock().expect("no thread panics while it holds the script");
        let mut world = self.world.lock().expect("no thread panics while it holds the world");
        let mut carried = fault_injection.carry(&mut world, request, Timestamp::now());
        if let Some(path) = self.persist.as_ref().filter(|_| request.is_write())
            && let Err(error) = file::save(&world, path)
        {
            carried.response = Some(Response::unsaved(&error.to_string()));
        }
        carried
    }
}

fn headers_of(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    })
}

fn outgoing(response: Response) -> axum::response::Response {
    let built =
        response.headers.iter().fold(
            axum::http::Response::builder().status(response.status),
            |builder, (name, value)| builder.header(name.as_str(), value.as_str()),
        );
    built
        .body(Body::from(response.body))
        .unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR))
}

/// An answer without a body, where no envelope is possible.
fn plain(status: StatusCode) -> axum::response::Response {
    let mut response = axum::response::Response::default();
    *response.status_mut() = status;
    response
}
