//! What is wrong with the folder of the state: a link that leads to a place in which everybody may write, where somebody else decides
//! what counts as applied; or another folder in which an earlier version has left the state.

use std::path::Path;

use super::backend::Place;
use super::context::FileOptions;
use super::loaded::Loaded;
use crate::codes;
use crate::finding::Finding;
use crate::state::{JOURNAL_FILE, STATE_FILE};

/// Where the state of the folder `spectrum/` was until it was kept beside the configuration.
const FORMER: &str = "state";

/// Refuses to begin a state in `spectrum/state` while the one of the working folder may be that of this configuration.
///
/// # Errors
/// The finding `state-moved`, with the command that moves the state.
pub(super) fn check_former(options: &FileOptions, loaded: &Loaded) -> Result<(), Box<Finding>> {
    let is_named = options.state.is_some() || loaded.configuration.settings.state.is_some();
    let now = loaded.files.home.join("state");
    if is_named || !options.file.is_empty() || now == Path::new(FORMER) {
        return Ok(());
    }
    if !is_kept_in(Path::new(FORMER)) || is_kept_in(&now) {
        return Ok(());
    }
    let (home, now) = (loaded.files.home.display().to_string(), now.display().to_string());
    let summary = format!(
        "{now} has no state, and {FORMER}/ has one; the state of {home}/ is kept in {now} unless settings.state says otherwise"
    );
    let moves = if Path::new(&now).exists() {
        format!("mv {} {now}/", parts().join(" "))
    } else {
        format!("mv {FORMER} {now}")
    };
    let fix = format!(
        "if it is the state of this configuration, run `{moves}`; if not, set `settings: {{state: state}}` in a file of {home}/"
    );
    let why = "without its state apply would take everything that is live for something that it has never met";
    Err(Box::new(Finding::new(&codes::STATE_MOVED, summary).why(why).fix(fix)))
}

/// Whether a folder holds a state, or the steps of an apply that was interrupted before there was one.
fn is_kept_in(folder: &Path) -> bool {
    [STATE_FILE, JOURNAL_FILE].iter().any(|name| folder.join(name).is_file())
}

/// What belongs to the state in the former folder, beside the worlds of simulators.
fn parts() -> Vec<String> {
    let names = std::fs::read_dir(FORMER).into_iter().flatten().flatten();
    let mut names: Vec<_> = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name != "sim")
        .map(|name| format!("{FORMER}/{name}"))
        .collect();
    names.sort();
    names
}

/// The warning about a folder that is a link, where everybody may write to what it leads to.
pub(super) fn warning(place: &Place) -> Option<Finding> {
    let Place::Folder(folder) = place else { return None };
    let is_link = folder.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let target = folder.canonicalize().ok().filter(|_| is_link)?;
    let open = target.ancestors().find(|path| is_open(path, *path == target))?;
    let summary = format!(
        "the state folder {} is a link to {}, and everybody may write to {}",
        folder.display(),
        target.display(),
        open.display()
    );
    Some(Finding::new(&codes::SHARED_STATE_FOLDER, summary))
}

/// Whether everybody may write to a folder. Above the state's own, only where they may also remove what is not theirs.
#[cfg(unix)]
fn is_open(path: &Path, is_own: bool) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const WRITABLE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let mode = path.metadata().map_or(0, |found| found.permissions().mode());
    mode & WRITABLE != 0 && (is_own || mode & STICKY == 0)
}

/// Elsewhere nothing is known of who may write.
#[cfg(not(unix))]
fn is_open(_: &Path, _: bool) -> bool {
    false
}
