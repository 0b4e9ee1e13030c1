//! Programs that nobody here wrote, run to their end or to a limit: one that waits for ever fails its test, and with what it printed.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::tempfile;

/// Runs a program, and ends it where it takes longer than this.
#[track_caller]
pub(crate) fn output_within(longest: Duration, command: &mut Command) -> Output {
    let (out, err) = (tempfile().unwrap(), tempfile().unwrap());
    let copy = |file: &File| Stdio::from(file.try_clone().unwrap());
    command.stdin(Stdio::null()).stdout(copy(&out)).stderr(copy(&err));
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let end = Instant::now() + longest;
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() < end => sleep(Duration::from_millis(10)),
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                let (out, err) = (content(out), content(err));
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                panic!("longer than {longest:?}: {command:?}\n{}{}", text(&out), text(&err));
            }
        }
    };
    Output { status, stdout: content(out), stderr: content(err) }
}

/// What was written to a file that several have opened.
fn content(mut file: File) -> Vec<u8> {
    use std::io::Seek;
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).unwrap();
    bytes
}

#[cfg(unix)]
#[test]
#[should_panic(expected = "almost\n")]
fn a_program_that_does_not_end_is_ended_and_shown_with_what_it_printed() {
    let mut command = Command::new("sh");
    command.args(["-c", "echo almost; exec sleep 600"]);
    output_within(Duration::from_millis(500), &mut command);
}

#[cfg(unix)]
#[test]
fn a_program_that_ends_is_shown_with_all_that_it_printed() {
    let mut command = Command::new("sh");
    command.args(["-c", "echo out; echo err >&2; exit 3"]);
    let output = output_within(Duration::from_secs(60), &mut command);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (&b"out\n"[..], &b"err\n"[..])
    );
}
