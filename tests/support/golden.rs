//! Files that hold what the program makes, to be read by people and compared by tests.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::support::repository;

/// Compares what was made with the file that keeps it. With `UPDATE=1` in the environment a difference is shown and
/// the file is written anew; without, the difference is the failure. Whatever else a case demands is to be asserted
/// before, so that nothing wrong is ever kept.
#[track_caller]
pub(crate) fn is_as_kept(path: &Path, made: &str) {
    let kept = fs::read_to_string(path).unwrap_or_default();
    if kept == made {
        return;
    }
    let name = path.strip_prefix(repository()).unwrap_or(path).display();
    let differences = similar::TextDiff::from_lines(kept.as_str(), made)
        .unified_diff()
        .context_radius(4)
        .header("kept", "made")
        .to_string();
    assert!(
        is_to_be_updated(),
        "{name} differs:\n{differences}\nUPDATE=1 writes it anew; read the difference first"
    );
    fs::write(path, made).unwrap();
    let mut log = std::io::stderr().lock();
    writeln!(log, "{name} is written anew:\n{differences}").expect("stderr can be written to");
}

/// Whether what differs is to be written anew.
pub(crate) fn is_to_be_updated() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}
