//! The real binary on a terminal: a pseudo-terminal of some size, with a keyboard, and a screen that is read as a person would read it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty};

use super::Sandbox;

/// How long something may take to appear before the test fails.
const LONGEST: Duration = Duration::from_secs(60);

/// A run of the program on a terminal.
pub(crate) struct Terminal {
    child: Child,
    pty: Arc<Pty>,
    size: (u16, u16),
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

/// What a run left on its terminal.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Everything that was written, as it came.
    pub(crate) raw: String,
    /// What is to be seen at the end.
    pub(crate) screen: String,
}

impl Terminal {
    /// Starts the program on a terminal of so many rows and columns, of a kind such as `xterm-256color` or `dumb`.
    pub(crate) fn start(
        sandbox: &Sandbox,
        kind: &str,
        size: (u16, u16),
        arguments: &[&str],
    ) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo-terminal can be had");
        pty.resize(Size::new(size.0, size.1)).expect("the terminal takes a size");
        let plain = sandbox.command(arguments);
        let mut command = Command::new(plain.get_program()).args(plain.get_args()).env_clear();
        for (name, value) in plain.get_envs() {
            command = command.env(name, value.expect("the sandbox only sets variables"));
        }
        let folder = plain.get_current_dir().expect("a sandbox has a folder");
        let child = command.env("TERM", kind).current_dir(folder).spawn(pts);
        let child = child.expect("the program starts on the terminal");
        let (pty, bytes) = (Arc::new(pty), Arc::new(Mutex::new(Vec::new())));
        let reader = thread::spawn({
            let (pty, bytes) = (Arc::clone(&pty), Arc::clone(&bytes));
            move || read_all(&pty, &bytes)
        });
        Terminal { child, pty, size, bytes, reader: Some(reader) }
    }

    /// Types a text, without a line break of its own.
    pub(crate) fn press(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// What is to be seen now.
    pub(crate) fn screen(&self) -> String {
        self.screen_of(&self.bytes.lock().unwrap())
    }

    /// Waits until the screen is as wished, and gives it.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + LONGEST;
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return screen;
            }
            assert!(Instant::now() < end, "{what} never appears:\n{screen}");
            sleep(Duration::from_millis(50));
        }
    }

    /// Waits until a text is to be seen, and gives the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contains(text))
    }

    /// Waits for the end of the run.
    #[track_caller]
    pub(crate) fn end(mut self) -> Shown {
        let end = Instant::now() + LONGEST;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "the run never ends:\n{}", self.screen());
            sleep(Duration::from_millis(5));
        };
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader of the terminal ends with it");
        }
        let bytes = self.bytes.lock().unwrap().clone();
        Shown {
            code: status.code(),
            screen: self.screen_of(&bytes),
            raw: String::from_utf8(bytes).expect("what is written is UTF-8"),
        }
    }

    fn screen_of(&self, bytes: &[u8]) -> String {
        let size = |number| NonZero::new(number).expect("a terminal has a size");
        let (rows, columns) = (size(self.size.0), size(self.size.1));
        let mut parser = vt100::Parser::new(rows, columns, 0);
        parser.process(bytes);
        // A word that the terminal has broken is whole again.
        let text = parser.screen().contents();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        format!("{}\n", lines.join("\n").trim_end())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A process that has ended already has nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until the program has closed its side, which some systems call an error.
fn read_all(mut pty: &Pty, bytes: &Mutex<Vec<u8>>) {
    let mut piece = [0; 4096];
    while let Ok(count) = pty.read(&mut piece) {
        if count == 0 {
            return;
        }
        bytes.lock().unwrap().extend_from_slice(&piece[..count]);
    }
}

impl Shown {
    /// Asserts the exit code, with the screen where it is another one.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Shown {
        assert_eq!(self.code, Some(code), "{}", self.screen);
        self
    }
}
