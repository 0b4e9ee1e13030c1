//! Goes round until it is asked to end. Each round reads the configuration and the state anew.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::sleep;
use uuid::Uuid;

use super::notices::{Notices, Shape, post};
use super::pace::Pace;
use super::round::{Round, Standing};
use super::serve::{Shared, serve};
use crate::cli::context::{Context, FileOptions, parse_duration};
use crate::cli::drift_look::{self, Found};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::loaded::Loaded;
use crate::cli::output::{Format, Output, say, style_for};
use crate::cli::plan::FORMATS;
use crate::cli::redaction::Redaction;
use crate::cli::session::certificates;
use crate::cli::{interrupt, metrics};
use crate::render::counted;
use crate::webhook::Webhook;

/// The variable with the key that messages are signed with.
const SECRET: &str = "SPECTRUMCTL_WEBHOOK_SECRET";

/// How often it is looked whether the configuration has changed.
const LOOK: Duration = Duration::from_secs(2);

/// The arguments of a watch.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct WatchArgs {
    /// Look again and again, such as every 5m
    #[arg(long, value_name = "TIME", value_parser = parse_interval)]
    pub(in crate::cli) watch: Option<Duration>,
    /// Serve /metrics and /healthz here
    #[arg(long, value_name = "HOST:PORT", requires = "watch")]
    listen: Option<String>,
    /// Notify this URL of each change
    #[arg(long, value_name = "URL", requires = "watch")]
    webhook: Option<String>,
    /// The shape of a notification
    #[arg(long, value_enum, value_name = "SHAPE", requires = "webhook", default_value = "json")]
    webhook_format: Shape,
}

impl WatchArgs {
    /// Whether anything is posted for others to read.
    pub(in crate::cli) fn posts(&self) -> bool {
        self.webhook.is_some()
    }
}

fn parse_interval(text: &str) -> Result<Duration, String> {
    let interval = parse_duration(text)?;
    match interval >= Duration::from_secs(1) {
        true => Ok(interval),
        false => Err("rounds are at least 1s apart".to_owned()),
    }
}

/// What else `drift` was asked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Beside<'a> {
    /// Whether the audit log is asked who made each change.
    pub(in crate::cli) who: bool,
    /// Where figures for Prometheus go.
    pub(in crate::cli) metrics: Option<&'a Path>,
}

/// What a watch has beside its rounds.
struct Watch<'a> {
    args: &'a WatchArgs,
    beside: Beside<'a>,
    context: &'a Context,
    output: Output,
    shared: Shared,
    webhook: Option<Webhook>,
    notices: Notices,
    last_success: Option<f64>,
    rounds: u64,
}

/// Looks for drift until it is asked to end.
pub(in crate::cli) async fn run(
    args: &WatchArgs,
    beside: Beside<'_>,
    context: &Context,
) -> Result<Exit, Failure> {
    let Some(interval) = args.watch else { return Ok(Exit::Done) };
    let output = Output::new(&context.output, &FORMATS)?;
    output.must_be_lines("drift --watch", &[Format::Human, Format::Json])?;
    let webhook = args.webhook.as_deref().map(|url| webhook(url, context)).transpose()?;
    let _hold = interrupt::hold_endless();
    let mut pace = Pace::new(interval);
    let shared = Shared::new(pace.patience());
    let server = match &args.listen {
        Some(listen) => Some(serve(listen, shared.clone()).await?),
        None => None,
    };
    if let Some((address, _)) = &server {
        say(format_args!("listening on http://{address}"));
    }
    let (notices, last_success, rounds) = (Notices::default(), None, 0);
    let mut watch =
        Watch { args, beside, context, output, shared, webhook, notices, last_success, rounds };
    let look = async || watch.round().await;
    let changed = async || changed(&context.files).await;
    let ended = turn(&mut pace, look, changed, interrupt::requested).await;
    if let Some((_, server)) = server {
        server.abort();
    }
    ended?;
    say(format_args!("Stopped after {}.", rounds_made(watch.rounds)));
    Ok(if interrupt::is_terminated() { Exit::Done } else { Exit::Interrupted })
}

fn rounds_made(rounds: u64) -> String {
    counted(usize::try_from(rounds).unwrap_or(usize::MAX), "round")
}

fn webhook(url: &str, context: &Context) -> Result<Webhook, Failure> {
    let key = std::env::var(SECRET).ok().filter(|key| !key.is_empty()).map(SecretString::from);
    let pem = certificates(&context.connection)?;
    Webhook::new(url, key, pem.as_deref())
        .map_err(|why| Failure::usage(format!("the address of --webhook cannot be used: {why}")))
}

/// Goes round: looks, and pauses until it is time, the configuration has changed, or the end is asked for.
async fn turn<S: Future<Output = ()>>(
    pace: &mut Pace,
    mut look: impl AsyncFnMut() -> Result<Standing, Failure>,
    mut changed: impl AsyncFnMut(),
    stop: impl Fn() -> S,
) -> Result<(), Failure> {
    loop {
        let standing = tokio::select! {
            biased;
            standing = look() => standing?,
            () = stop() => return Ok(()),
        };
        let lot = Uuid::new_v4().as_u128() as f64 / u128::MAX as f64;
        tokio::select! {
            biased;
            () = stop() => return Ok(()),
            () = sleep(pace.after(standing != Standing::Unknown, lot)) => {}
            () = changed() => {}
        }
    }
}

/// Waits until the configuration is another one than now.
async fn changed(files: &FileOptions) {
    let now = || load::load(files).sources.files;
    let before = now();
    loop {
        sleep(LOOK).await;
        if now() != before {
            return;
        }
    }
}

impl Watch<'_> {
    async fn round(&mut self) -> Result<Standing, Failure> {
        let (at, begun) = (Timestamp::now(), Instant::now());
        let loaded = Loaded::read(&self.context.files);
        let round = match drift_look::find(self.context, &loaded, self.beside.who).await {
            Ok(found) => {
                let round = Round::of(&found.drift, found.calls, (at, begun.elapsed()));
                match self.write(&found, &loaded, &round, begun) {
                    Err(failure) if self.rounds == 0 => return Err(failure),
                    Err(failure) => say(format_args!("warning: {}", failure.text())),
                    Ok(()) => {}
                }
                round
            }
            // What is wrong from the beginning on is an error of whoever began it.
            Err(failure) if self.rounds == 0 => return Err(failure),
            Err(failure) => {
                let round = Round::failed(&failure.text(), (at, begun.elapsed()));
                self.shared.take(&round, String::new());
                round
            }
        };
        self.rounds += 1;
        self.print(&round)?;
        self.notify(&round).await;
        Ok(round.standing)
    }

    /// Takes the figures of a round up, and writes its files.
    fn write(
        &mut self,
        found: &Found<'_>,
        loaded: &Loaded,
        round: &Round,
        begun: Instant,
    ) -> Result<(), Failure> {
        let run = metrics::Run { drift: &found.drift, calls: found.calls, begun };
        if found.drift.complete {
            self.last_success = Some(round.at.as_millisecond() as f64 / 1000.0);
        }
        let figures = metrics::figures(&run, &loaded.configuration, self.last_success);
        self.shared.take(round, String::from_utf8_lossy(&figures).into_owned());
        let style = style_for(&self.context.output, io::stdout().is_terminal());
        let options = loaded.render_options(style, &self.context.output, None);
        self.output.write_files(|format, _, out| {
            drift_look::write(out, format, &found.drift, options, loaded.files.root())
        })?;
        if let Some(path) = self.beside.metrics {
            metrics::write(path, &run, &loaded.configuration)?;
        }
        Ok(())
    }

    fn print(&self, round: &Round) -> Result<(), Failure> {
        self.output.write_stdout(|format, _, out| match format {
            Format::Json => writeln!(out, "{}", round.summary()),
            _ => writeln!(out, "{}", round.line()),
        })
    }

    /// Notifies the webhook, where there is something to say. A webhook that fails does not end the watch.
    async fn notify(&mut self, round: &Round) {
        let Some(webhook) = &self.webhook else { return };
        let Some(message) = self.notices.message(round, self.args.webhook_format) else {
            return;
        };
        // What is posted is hidden as what is posted to a pull request is.
        let redaction = Redaction::for_format(self.context.output.redact, Format::Markdown);
        match post(webhook, &redaction.apply(&message.to_string())).await {
            Ok(()) => self.notices.taken(round),
            Err(why) => {
                self.shared.lose();
                say(format_args!("warning: {why}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use tokio::time::{Instant, sleep};

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    const INTERVAL: Duration = Duration::from_secs(5 * 60);

    /// How many rounds a day has of which these could not compare everything.
    async fn rounds_of_a_day(is_known: impl Fn(u32) -> bool) -> u32 {
        let (begun, rounds) = (Instant::now(), Cell::new(0));
        let look = async || {
            sleep(Duration::from_secs(2)).await;
            rounds.set(rounds.get() + 1);
            let known = is_known(rounds.get());
            Ok(if known { Standing::NoDrift } else { Standing::Unknown })
        };
        let mut pace = Pace::new(INTERVAL);
        let stop = || sleep(DAY.saturating_sub(begun.elapsed()));
        turn(&mut pace, look, async || pending().await, stop).await.unwrap();
        rounds.get()
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_has_a_round_for_each_interval() {
        let rounds = rounds_of_a_day(|_| true).await;
        assert!((275..=295).contains(&rounds), "{rounds}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_without_an_answer_has_a_round_for_each_hour() {
        let rounds = rounds_of_a_day(|_| false).await;
        assert!((24..=32).contains(&rounds), "{rounds}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_changed_configuration_is_looked_at_at_once() {
        let (begun, rounds) = (Instant::now(), Cell::new(0));
        let look = async || {
            rounds.set(rounds.get() + 1);
            Ok(Standing::NoDrift)
        };
        let changed = async || match rounds.get() {
            1 => sleep(Duration::from_secs(10)).await,
            _ => pending().await,
        };
        let stop = || sleep(Duration::from_secs(60).saturating_sub(begun.elapsed()));
        turn(&mut Pace::new(INTERVAL), look, changed, stop).await.unwrap();
        assert_eq!(rounds.get(), 2);
    }
}
