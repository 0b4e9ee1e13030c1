//! Where the folder of the state leads: by a link to a place in which everybody may write, where somebody else decides what counts as
//! applied.

use std::path::Path;

use super::backend::Place;
use crate::codes;
use crate::finding::Finding;

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
