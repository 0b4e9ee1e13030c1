//! What a watch answers over HTTP: `/metrics` for Prometheus, `/healthz` and `/livez` for whatever keeps it running.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value as Json, json};
use tokio::net::{TcpListener, lookup_host};
use tokio::task::JoinHandle;

use super::round::{Round, Standing};
use crate::cli::failure::Failure;
use crate::codes;
use crate::finding::Finding;

/// After so many rounds in a row that could not compare everything a watch is no longer healthy.
const UNHEALTHY: u32 = 3;

/// What is answered.
#[derive(Debug)]
pub(super) struct Board {
    /// How long no round may end before the watch counts as stuck.
    patience: Duration,
    /// When the last round ended; before that, when the watch began.
    last: Instant,
    /// What the last round found; nothing before the first has ended.
    found: Option<Json>,
    /// How many rounds in a row could not compare everything.
    failures: u32,
    rounds: [u64; Standing::ALL.len()],
    /// Messages that a webhook did not take.
    lost: u64,
    /// The figures of the last round.
    figures: String,
}

/// The same, shared by what goes round and what answers.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<Mutex<Board>>);

impl Shared {
    pub(super) fn new(patience: Duration) -> Shared {
        Shared(Arc::new(Mutex::new(Board {
            patience,
            last: Instant::now(),
            found: None,
            failures: 0,
            rounds: [0; Standing::ALL.len()],
            lost: 0,
            figures: String::new(),
        })))
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a round and its figures up.
    pub(super) fn take(&self, round: &Round, figures: String) {
        let mut board = self.board();
        board.last = Instant::now();
        board.found = Some(round.summary());
        board.failures = if round.standing == Standing::Unknown { board.failures + 1 } else { 0 };
        let kind = Standing::ALL.iter().position(|standing| *standing == round.standing);
        kind.into_iter().for_each(|kind| board.rounds[kind] += 1);
        board.figures = figures;
    }

    /// Notes that a webhook did not take a message.
    pub(super) fn lose(&self) {
        self.board().lost += 1;
    }
}

impl Board {
    fn is_stuck(&self) -> bool {
        self.last.elapsed() > self.patience
    }

    /// Whether a round has compared everything lately.
    fn is_healthy(&self) -> bool {
        self.found.is_some() && self.failures < UNHEALTHY && !self.is_stuck()
    }

    fn metrics(&self) -> String {
        let mut text = self.figures.clone();
        let mut family = |name: &str, kind: &str, help: &str, samples: &[(String, u64)]| {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
            for (labels, value) in samples {
                text.push_str(&format!("{name}{labels} {value}\n"));
            }
        };
        let rounds: Vec<(String, u64)> = Standing::ALL
            .iter()
            .zip(self.rounds)
            .map(|(standing, count)| (format!("{{result=\"{}\"}}", standing.text()), count))
            .collect();
        let help = "Rounds of the watch, by what they found.";
        family("spectrumctl_watch_rounds_total", "counter", help, &rounds);
        let help = "Messages that the webhook did not take.";
        let lost = [(String::new(), self.lost)];
        family("spectrumctl_watch_webhook_failures_total", "counter", help, &lost);
        text
    }
}

/// Listens on an address, and answers until the handle is aborted; gives the address as well.
pub(super) async fn serve(
    listen: &str,
    shared: Shared,
) -> Result<(SocketAddr, JoinHandle<()>), Failure> {
    let found = lookup_host(listen).await.map_err(|error| {
        Failure::usage(format!(
            "{listen} is no address to listen on: {error}; use HOST:PORT, such as 0.0.0.0:9090"
        ))
    })?;
    let addresses: Vec<SocketAddr> = found.collect();
    let failed = |error: std::io::Error| {
        let summary = format!("failed to listen on {listen}: {error}");
        Box::new(Finding::new(&codes::LISTEN, summary))
    };
    let listener = TcpListener::bind(&*addresses).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
        .route("/livez", get(life))
        .with_state(shared);
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!("the watch no longer answers: {error}");
        }
    });
    Ok((address, task))
}

async fn metrics(State(shared): State<Shared>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, shared.board().metrics()).into_response()
}

async fn health(State(shared): State<Shared>) -> Response {
    let board = shared.board();
    answer(board.is_healthy(), &board)
}

async fn life(State(shared): State<Shared>) -> Response {
    let board = shared.board();
    answer(!board.is_stuck(), &board)
}

fn answer(is_well: bool, board: &Board) -> Response {
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let last =
        board.found.as_ref().map(|found| json!({"at": found["at"], "result": found["result"]}));
    let body = json!({"status": if is_well { "ok" } else { "failing" }, "last": last});
    (status, axum::Json(body)).into_response()
}
