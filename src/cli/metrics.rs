//! The figures of a drift run for Prometheus, in a file or served.

use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;

use super::whole_file::{self, Readers};
use crate::config::Configuration;
use crate::finding::Finding;
use crate::plan::Drift;
use crate::render::drift_metrics::{self, LAST_SUCCESS, Measured};

/// A run of `drift` that is measured.
pub(super) struct Run<'a> {
    pub(super) drift: &'a Drift,
    /// How many calls were made.
    pub(super) calls: u64,
    pub(super) begun: Instant,
}

/// Replaces the file as a whole, so whoever reads it sees one run. A run that failed keeps the time of the last success.
pub(super) fn write(
    path: &Path,
    run: &Run<'_>,
    configuration: &Configuration,
) -> Result<(), Box<Finding>> {
    let now = Timestamp::now().as_millisecond() as f64 / 1000.0;
    let last_success = if run.drift.complete { Some(now) } else { earlier_success(path) };
    whole_file::replace(path, &figures(run, configuration, last_success), Readers::Everyone)
}

/// The figures of a run; `last_success` is when drift was last looked for with success, in seconds since 1970.
pub(super) fn figures(
    run: &Run<'_>,
    configuration: &Configuration,
    last_success: Option<f64>,
) -> Vec<u8> {
    let success = run.drift.complete;
    let seconds = run.begun.elapsed().as_secs_f64();
    let measured = Measured { success, last_success, calls: run.calls, seconds };
    let readable = !run.drift.verdict.unread || !run.drift.unread.is_empty();
    let zones: Vec<String> =
        if readable { configuration.zones.keys().cloned().collect() } else { Vec::new() };
    let mut figures = Vec::new();
    drift_metrics::write(&mut figures, run.drift, &zones, measured)
        .expect("writing to memory does not fail");
    figures
}

fn earlier_success(path: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(LAST_SUCCESS))?;
    line.trim().parse().ok()
}
