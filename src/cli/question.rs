//! A question on the terminal. The answer is read beside everything else, so that who interrupts need not answer first.

use std::io::{self, BufRead, Write};
use std::thread;

use tokio::sync::oneshot;

use super::terminal::{begin_line, fit};

/// Asks. None at the end of the input, or where nobody can be asked.
pub(super) async fn ask(question: &str) -> Option<String> {
    let mut stderr = io::stderr();
    write!(stderr, "{} ", fit(question)).and_then(|()| stderr.flush()).ok()?;
    let line = begin_line();
    let (sender, receiver) = oneshot::channel();
    // A thread of its own ends with the process, whether or not somebody answers.
    thread::spawn(move || {
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        // Who has asked may be gone.
        let _ = sender.send(read.map(|_| answer));
    });
    let answer = receiver.await.ok()?.ok()?;
    if answer.ends_with('\n') {
        line.is_over();
    }
    (!answer.is_empty()).then_some(answer)
}
