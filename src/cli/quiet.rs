//! `apply --when-quiet`: waits, after the approval, until the applications that the plan cuts off have few connections.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use tokio::time::{Instant, sleep};

use super::context::{OutputOptions, parse_duration};
use super::output::say;
use super::preflight;
use super::session::Session;
use crate::codes;
use crate::finding::Finding;
use crate::model::load::{Reading, ZoneLoad, connections_text, sum};
use crate::model::{AppId, ZoneId};
use crate::plan::{Plan, loads};

/// Between two looks at most; the API adds up a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// When an outage may begin.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct QuietArgs {
    /// Wait for few live connections, such as 30m
    #[arg(long, value_name = "TIME", value_parser = parse_duration, requires = "below")]
    when_quiet: Option<Duration>,
    /// How many connections are too many
    #[arg(long, value_name = "N", requires = "when_quiet",
          value_parser = clap::value_parser!(u64).range(1..))]
    below: Option<u64>,
}

impl QuietArgs {
    /// Waits, if that is asked for and the plan cuts anything off. The lock of the state stays held, so the plan stays the one that was
    /// approved.
    ///
    /// # Errors
    /// It did not become quiet in time, or whether it did is unknown.
    pub(super) async fn wait(
        self,
        session: &Session,
        plan: &Plan,
        output: &OutputOptions,
    ) -> Result<(), Box<Finding>> {
        let (Some(longest), Some(below)) = (self.when_quiet, self.below) else { return Ok(()) };
        let cut = cut_by(plan);
        if cut.is_empty() {
            return Ok(());
        }
        let end = Instant::now() + longest;
        loop {
            let reading = traffic(session, &cut).await;
            match &reading {
                Reading::Known(load) if load.connections < below => return Ok(()),
                _ if Instant::now() >= end => return Err(Box::new(not_quiet(&reading, self))),
                _ => {}
            }
            let left = end.saturating_duration_since(Instant::now());
            if !output.quiet {
                say(format_args!("{}", waiting(&reading, below, left)));
            }
            sleep(left.min(LONGEST_PAUSE).min(longest / 4).max(Duration::from_millis(100))).await;
        }
    }
}

/// The applications that a plan cuts off, by zone.
fn cut_by(plan: &Plan) -> BTreeMap<ZoneId, Vec<AppId>> {
    let mut cut: BTreeMap<ZoneId, Vec<AppId>> = BTreeMap::new();
    for change in &plan.changes {
        let app = loads::cut(change).cloned();
        cut.entry(change.zone_id.clone()).or_default().extend(app);
    }
    cut.retain(|_, apps| !apps.is_empty());
    cut
}

/// What these applications carry together, one call a zone.
async fn traffic(session: &Session, cut: &BTreeMap<ZoneId, Vec<AppId>>) -> Reading {
    let mut readings = Vec::new();
    for (zone, apps) in cut {
        let load: ZoneLoad = preflight::load(&session.api, zone).await;
        readings.extend(apps.iter().map(|app| load.of(app)));
    }
    sum(&readings)
}

fn waiting(reading: &Reading, below: u64, left: Duration) -> String {
    let now = match reading {
        Reading::Known(load) => format!("{} now", load.connections),
        Reading::Unknown(why) => format!("unknown now: {why}"),
    };
    let below = connections_text(below);
    format!("waiting for fewer than {below} ({now}); {} s left", left.as_secs())
}

fn not_quiet(reading: &Reading, asked: QuietArgs) -> Finding {
    let below = asked.below.unwrap_or_default();
    let summary = match reading {
        Reading::Known(load) => format!(
            "the applications that the plan cuts off still have {}, and fewer than {below} are wanted",
            load.connections_text()
        ),
        Reading::Unknown(why) => {
            format!("how many connections the plan would cut is unknown: {why}")
        }
    };
    Finding::new(&codes::NOT_QUIET, summary)
}
