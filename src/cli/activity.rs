//! Something that takes a while: after half a second it says what it does, on lines that move until it has ended; plain lines where
//! nothing may move.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::terminal::{self, Motion};

/// Nobody needs to know of what is over before.
const NOTICED: Duration = Duration::from_millis(500);

/// In a log, what is over before is not worth a line.
const NOTICED_IN_A_LOG: Duration = Duration::from_secs(2);

/// How often moving lines are drawn anew, and how long a plain line stays the last one.
const TICK: Duration = Duration::from_millis(100);
const PLAIN_PAUSE: Duration = Duration::from_secs(10);

/// What is under way: in one line, and its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Doing {
    /// `reading: zones 12/100, 1,204 applications`
    pub(super) what: String,
    /// `create example.com/ssh (3s)`, each on a line of its own.
    pub(super) parts: Vec<String>,
}

impl From<String> for Doing {
    fn from(what: String) -> Doing {
        Doing { what, parts: Vec::new() }
    }
}

impl Doing {
    /// All of it on one line, the first parts by name.
    fn plain(&self) -> String {
        let named = self.parts.len().min(3);
        let mut text = self.what.clone();
        if named > 0 {
            text += &format!("; now: {}", self.parts[..named].join(", "));
        }
        match self.parts.len() - named {
            0 => text,
            more => format!("{text} and {more} more"),
        }
    }
}

/// Something under way. It ends with this value, and its lines go.
pub(super) struct Activity {
    lines: Arc<Mutex<Lines>>,
    ticking: JoinHandle<()>,
}

/// The lines that are drawn now.
#[derive(Default)]
struct Lines {
    bars: Vec<ProgressBar>,
    has_ended: bool,
}

impl Activity {
    /// Begins; what it says is asked for whenever it is shown.
    pub(super) fn begin<D: Into<Doing>>(doing: impl Fn() -> D + Send + Sync + 'static) -> Activity {
        let lines = Arc::new(Mutex::new(Lines::default()));
        let shown = Arc::clone(&lines);
        let ticking = tokio::spawn(async move {
            match terminal::motion() {
                Motion::Moving => move_lines(&shown, doing).await,
                Motion::Plain => say_again(NOTICED, &shown, doing).await,
                Motion::Log => say_again(NOTICED_IN_A_LOG, &shown, doing).await,
                Motion::Silent => {}
            }
        });
        Activity { lines, ticking }
    }

    /// Begins something that has nothing to count.
    pub(super) fn named(what: impl Into<String>) -> Activity {
        let what = what.into();
        Activity::begin(move || what.clone())
    }

    /// Begins to wait for something until then at most: `waiting for the lock, 12s left`.
    pub(super) fn until(end: Instant, what: impl Into<String>) -> Activity {
        let what = what.into();
        Activity::begin(move || match end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => what.clone(),
            left => format!("{what}, {} left", short(left)),
        })
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.ticking.abort();
        let mut lines = lock(&self.lines);
        lines.has_ended = true;
        lines.keep(0);
    }
}

async fn move_lines<D: Into<Doing>>(lines: &Mutex<Lines>, doing: impl Fn() -> D) {
    sleep(NOTICED).await;
    loop {
        lock(lines).draw(&doing().into());
        sleep(TICK).await;
    }
}

async fn say_again<D: Into<Doing>>(first: Duration, lines: &Mutex<Lines>, doing: impl Fn() -> D) {
    let (mut pause, mut last) = (first, String::new());
    loop {
        sleep(pause).await;
        let text = doing().into().plain();
        let lines = lock(lines);
        if lines.has_ended {
            return;
        }
        if text != last {
            terminal::say(&text);
        }
        (pause, last) = (PLAIN_PAUSE, text);
    }
}

impl Lines {
    fn draw(&mut self, doing: &Doing) {
        let Some(all) = terminal::lines().filter(|_| !self.has_ended) else { return };
        self.keep(1 + doing.parts.len());
        for (index, text) in std::iter::once(&doing.what).chain(&doing.parts).enumerate() {
            if index == self.bars.len() {
                let bar = ProgressBar::new_spinner().with_style(style(index == 0));
                self.bars.push(match self.bars.last() {
                    Some(last) => all.insert_after(last, bar),
                    None => all.add(bar),
                });
            }
            self.bars[index].set_message(text.clone());
            self.bars[index].tick();
        }
    }

    /// Takes away the lines after the first ones.
    fn keep(&mut self, count: usize) {
        for bar in self.bars.drain(count.min(self.bars.len())..).rev() {
            bar.finish_and_clear();
            terminal::lines().into_iter().for_each(|all| all.remove(&bar));
        }
    }
}

fn style(is_first: bool) -> ProgressStyle {
    let template = if is_first { "{spinner} {wide_msg}" } else { "    {wide_msg}" };
    ProgressStyle::with_template(template).expect("the template is well formed")
}

fn lock(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `8s`, `1m 20s`: a time without what is below a second.
pub(super) fn short(time: Duration) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    format!("{:#}", jiff::SignedDuration::from_secs(seconds))
}

/// `1,204`.
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1204, 1_000_000].map(thousands), ["0", "999", "1,204", "1,000,000"]);
    }

    #[test]
    fn a_time_is_written_short() {
        let text = |seconds| short(Duration::from_secs(seconds));
        assert_eq!([0, 8, 80, 3600].map(text), ["0s", "8s", "1m 20s", "1h"]);
    }

    #[test]
    fn three_parts_are_named_on_one_line() {
        let parts = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let doing = Doing { what: "3/9 done".to_owned(), parts };
        assert_eq!(doing.plain(), "3/9 done; now: a, b, c and 2 more");
        assert_eq!(Doing::from("reading".to_owned()).plain(), "reading");
    }
}
