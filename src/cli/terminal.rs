//! The one way to stderr. While lines move there, whatever else is written comes above them, and they are drawn again below it. Where
//! nothing may move (a pipe, `TERM=dumb`, colour switched off), lines are plain and follow one another.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{MultiProgress, ProgressDrawTarget};

use super::context::{Colour, OutputOptions};
use super::redaction::Redaction;
use super::screen::Screen;
use crate::render::{TermStyle, fitted};

/// How stderr is written to in this process, from the moment at which its arguments are known.
static STDERR: OnceLock<Stderr> = OnceLock::new();

/// Whether the cursor is behind a question, on a line that has begun.
static IS_IN_LINE: AtomicBool = AtomicBool::new(false);

/// Narrower text than this is not readable, and a wider line not in one look.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=400;

/// How often in a second lines are drawn at most.
const REDRAWS: u8 = 20;

#[derive(Debug)]
struct Stderr {
    motion: Motion,
    style: TermStyle,
    /// The lines that move; none are there before something takes a while.
    lines: MultiProgress,
    is_terminal: bool,
}

/// What is shown of something that takes a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motion {
    /// Lines that are drawn anew until they are gone.
    Moving,
    /// A line now and then, for somebody who looks.
    Plain,
    /// The same for a log: only of what takes long.
    Log,
    /// Nothing.
    Silent,
}

/// Looks at what stderr is.
pub(super) fn start(options: &OutputOptions) {
    let is_terminal = io::stderr().is_terminal();
    let style = style_for(options, is_terminal);
    let motion = match (options.quiet, is_terminal) {
        (true, _) => Motion::Silent,
        (false, false) => Motion::Log,
        (false, true) if style.colour && !is_dumb() => Motion::Moving,
        (false, true) => Motion::Plain,
    };
    let lines = match motion {
        Motion::Moving => MultiProgress::with_draw_target(ProgressDrawTarget::term_like_with_hz(
            Box::new(Screen::default()),
            REDRAWS,
        )),
        _ => MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
    };
    // A process has one set of arguments, so nobody was faster.
    let _ = STDERR.set(Stderr { motion, style, lines, is_terminal });
}

/// What is shown of something that takes a while.
pub(super) fn motion() -> Motion {
    STDERR.get().map_or(Motion::Silent, |stderr| stderr.motion)
}

/// The lines that move.
pub(super) fn lines() -> Option<&'static MultiProgress> {
    STDERR.get().filter(|stderr| stderr.motion == Motion::Moving).map(|stderr| &stderr.lines)
}

/// Whether what is written to stderr may have colours.
pub(super) fn has_colour() -> bool {
    STDERR.get().is_some_and(|stderr| stderr.style.colour)
}

/// Writes to the terminal while nothing moves on it.
pub(super) fn suspended<T>(write: impl FnOnce() -> T) -> T {
    match lines() {
        Some(lines) => lines.suspend(write),
        None => write(),
    }
}

/// Takes away what moves, for good: the process is about to end.
pub(super) fn stop_moving() {
    if let Some(lines) = lines() {
        // A terminal that went away shows nothing that could stay.
        let _ = lines.clear();
        lines.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// A line of a question, which ends with the answer. Where there is none, the next line would begin behind the question.
pub(super) struct Line(());

/// Notes that the cursor is in a line.
pub(super) fn begin_line() -> Line {
    IS_IN_LINE.store(true, Ordering::SeqCst);
    Line(())
}

impl Line {
    /// The answer has ended it.
    pub(super) fn is_over(&self) {
        IS_IN_LINE.store(false, Ordering::SeqCst);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        end_line();
    }
}

/// Begins a new line, if the cursor is in one.
fn end_line() {
    if IS_IN_LINE.swap(false, Ordering::SeqCst) {
        // That nobody reads it there is no failure.
        let _ = writeln!(io::stderr());
    }
}

/// Says something on stderr; that nobody reads it there is no failure.
pub(super) fn say(text: impl Display) {
    let text = text.to_string();
    let text = fit(&Redaction::for_messages().apply(&text));
    end_line();
    suspended(|| drop(writeln!(io::stderr().lock(), "{text}")));
}

/// The text with its lines brought to the width of the terminal, if stderr is one.
pub(super) fn fit(text: &str) -> String {
    match STDERR.get().filter(|stderr| stderr.is_terminal) {
        Some(stderr) => fitted(text, stderr.style.width),
        None => text.to_owned(),
    }
}

/// How text for people is styled on a stream.
pub(super) fn style_for(options: &OutputOptions, is_terminal: bool) -> TermStyle {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let colour = match options.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => is_terminal && !set("NO_COLOR") && !is_dumb(),
    };
    let chosen = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = chosen.or_else(|| terminal_width().filter(|_| is_terminal));
    TermStyle { colour, width: width.filter(|width| WIDTHS.contains(width)).unwrap_or(80) }
}

/// A terminal that cannot move its cursor.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// How many characters fit on a line of the terminal; nothing is known of one that says 0.
fn terminal_width() -> Option<usize> {
    let (terminal_size::Width(width), _) = terminal_size::terminal_size()?;
    (width > 0).then(|| usize::from(width).clamp(*WIDTHS.start(), *WIDTHS.end()))
}
