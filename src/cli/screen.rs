//! The terminal on which lines move. It leaves the cursor behind the last of them: what the terminal itself writes there, such as the `^C` of
//! who interrupts, then begins no new line, and the lines are found again where they were drawn.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::TermLike;

/// Room at the end of a line for a `^C`.
const MARGIN: u16 = 2;

/// Stderr; what is drawn is kept until it is whole.
#[derive(Debug, Default)]
pub(super) struct Screen {
    drawn: Mutex<Drawn>,
}

#[derive(Debug, Default)]
struct Drawn {
    text: String,
    /// Whether a line has ended, and the next one begins as soon as there is something on it.
    is_at_end: bool,
}

impl Screen {
    fn drawn(&self) -> MutexGuard<'_, Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self, by: usize, direction: char) -> io::Result<()> {
        if by > 0 {
            self.drawn().text.push_str(&format!("\u{1b}[{by}{direction}"));
        }
        Ok(())
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| width.0);
        width.saturating_sub(MARGIN).max(1)
    }

    fn height(&self) -> u16 {
        terminal_size::terminal_size().map_or(24, |(_, height)| height.0)
    }

    fn move_cursor_up(&self, by: usize) -> io::Result<()> {
        self.moved(by, 'A')
    }

    fn move_cursor_down(&self, by: usize) -> io::Result<()> {
        self.moved(by, 'B')
    }

    fn move_cursor_right(&self, by: usize) -> io::Result<()> {
        self.moved(by, 'C')
    }

    fn move_cursor_left(&self, by: usize) -> io::Result<()> {
        self.moved(by, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        let mut drawn = self.drawn();
        drawn.text.push_str(text);
        drawn.text.push('\n');
        Ok(())
    }

    /// Spaces fill a line up to its end. They are left out, because the line was cleared before.
    fn write_str(&self, text: &str) -> io::Result<()> {
        let mut drawn = self.drawn();
        if text.trim_matches(' ').is_empty() {
            drawn.is_at_end = true;
            return Ok(());
        }
        if std::mem::take(&mut drawn.is_at_end) {
            drawn.text.push('\n');
        }
        drawn.text.push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.drawn().text.push_str("\r\u{1b}[2K");
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let Drawn { text, .. } = std::mem::take(&mut *self.drawn());
        let mut stderr = io::stderr().lock();
        stderr.write_all(text.as_bytes())?;
        stderr.flush()
    }
}
