//! Serves a world over HTTP/1.1.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use tokio::net::TcpListener;
use url::{Host, Url};

use super::fault::Script;
use super::fault_injection::{Carried, FaultInjector};
use super::file::WorldFile;
use super::message::{Request, Response};
use super::refusal::NOT_LOOPBACK;
use super::wire::{Cut, Gate};
use super::world::World;

/// The header that tells a client that a simulator answers.
const SIMULATED: &str = "X-Spectrumctl-Simulated";

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
    injector: Arc<Mutex<FaultInjector>>,
    file: Arc<Mutex<Option<WorldFile>>>,
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
        injector: Arc::new(Mutex::new(FaultInjector::new(faults))),
        file: Arc::new(Mutex::new(persist.map(WorldFile::new))),
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
    if !names_loopback(&head) {
        return outgoing(Response::new(Err(NOT_LOOPBACK.refusal())));
    }
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return outgoing(Response::page(413, "413 Request Entity Too Large"));
    };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    // The answer to a HEAD is that to a GET, of which the server sends the head only.
    let method = if head.method == Method::HEAD { "GET" } else { head.method.as_str() };
    let mut request = Request::new(method, target).with_body(body);
    request.headers.extend(headers_of(&head.headers));
    let carried = shared.carry(&request);
    log(&request, carried.response.as_ref().map(|response| response.status));
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

/// Writes a request down for `-v`: what was asked, and the status of the answer; never a header or a body.
fn log(request: &Request, status: Option<u16>) {
    let Request { method, path, .. } = request;
    let shown = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    tracing::info!(method, path, status, "{method} {path}: {shown}");
}

impl Shared {
    /// Carries a request to the world; what a write changed is on disk before its answer goes out.
    fn carry(&self, request: &Request) -> Carried {
        let mut injector =
            self.injector.lock().expect("no thread panics while it holds the script");
        let mut world = self.world.lock().expect("no thread panics while it holds the world");
        let mut carried = injector.carry(&mut world, request, Timestamp::now());
        let change = world.take_change();
        let mut file = self.file.lock().expect("no thread panics while it holds the file");
        if let (Some(file), Some(change)) = (file.as_mut(), change)
            && let Err(error) = file.keep(&world, &change)
        {
            carried.response = Some(Response::unsaved(&error.to_string()));
        }
        carried
    }
}

/// Whether the request is addressed to this very machine. A page of the Internet whose name was
/// pointed here is not answered; a client of HTTP/1.0 names no host.
fn names_loopback(head: &axum::http::request::Parts) -> bool {
    let written = head.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    written.chain(head.uri.authority().map(|authority| authority.as_str())).all(is_loopback)
}

fn is_loopback(authority: &str) -> bool {
    match Url::parse(&format!("http://{authority}/")).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn headers_of(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    })
}

fn outgoing(response: Response) -> axum::response::Response {
    let built = response.headers.iter().fold(
        axum::http::Response::builder().status(response.status).header(SIMULATED, "1"),
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
