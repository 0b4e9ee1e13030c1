//! `drift --watch`: looks for drift again and again, says what each round found in one line, serves the figures, and notifies a
//! webhook when that has changed.
//!
//! `pace` says how long to wait, `round` what a round found, `notices` when the webhook is notified, `serve` answers Prometheus and
//! Kubernetes, `run` goes round.

mod notices;
mod pace;
mod round;
mod run;
mod serve;

pub(super) use run::{Beside, WatchArgs, run};
