//! The files that the migration writes.

use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::cli::whole_file::exists;

/// What is written.
pub(super) struct Paths {
    pub(super) configuration: PathBuf,
    /// The blocks with which Terraform forgets the resources.
    pub(super) removed: PathBuf,
    /// The same as commands, for versions without such blocks.
    pub(super) remove: PathBuf,
    /// The way back.
    pub(super) back: PathBuf,
}

impl Paths {
    pub(super) fn below(folder: &Path) -> Paths {
        Paths {
            configuration: folder.join("spectrum.yaml"),
            removed: folder.join("terraform/spectrum-removed.tf"),
            remove: folder.join("terraform/forget.sh"),
            back: folder.join("terraform/way-back.sh"),
        }
    }

    /// Refuses before anything is done where a file is there already.
    pub(super) fn must_be_free(&self) -> Result<(), Failure> {
        let all = [&self.configuration, &self.removed, &self.remove, &self.back];
        match all.into_iter().find(|path| path.exists()) {
            Some(path) => Err(exists(path).into()),
            None => Ok(()),
        }
    }
}
