//! What `-v` prints on stderr: a line for each call of the API and for each pause; `-vv` more. The message of an event says all of it in
//! words for people, and its fields say it for programs, numbers as numbers.

use std::fmt;
use std::io::{self, Write};

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::context::{LogFormat, OutputOptions};
use super::redaction::Redaction;
use super::terminal::{has_colour, suspended};

/// Starts it.
pub(super) fn start(output: &OutputOptions) {
    let level = match output.verbose {
        0 => return,
        1 => "spectrumctl=info",
        2 => "spectrumctl=debug",
        _ => "spectrumctl=trace",
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_ansi(has_colour())
        .with_writer(|| LogWriter);
    match output.log_format {
        LogFormat::Text => subscriber.event_format(Line).init(),
        LogFormat::Json => subscriber.json().init(),
    }
}

/// Stderr for the log, whose lines come whole: paths of calls may name an origin.
#[derive(Debug)]
struct LogWriter;

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = Redaction::for_messages().apply(&text).into_owned();
        suspended(|| io::stderr().write_all(text.as_bytes()))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// An event on one line: the time of day in UTC, how grave it is where it is, and the message.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut message = Message::default();
        event.record(&mut message);
        let time = Timestamp::now().strftime("%H:%M:%S%.3f");
        let faint = if writer.has_ansi_escapes() {
            anstyle::Style::new().dimmed()
        } else {
            anstyle::Style::new()
        };
        let grave = match *event.metadata().level() {
            Level::ERROR => "error: ",
            Level::WARN => "warning: ",
            _ => "",
        };
        writeln!(writer, "{faint}{time}{faint:#} {grave}{}", message.0)
    }
}

/// The message of an event.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
