//! Saved plans on disk: written for their owner's eyes only and all or nothing, read whole.

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use tempfile::NamedTempFile;
use uuid::Uuid;

use super::args::Global;
use super::backend::Place;
use super::load::describe_io_error;
use super::planning::{Loaded, Planned};
use crate::config::OnError;
use crate::finding::Finding;
use crate::plan::saved::{PlanMetadata, Saved};

/// Saves a plan.
pub(super) fn save(
    path: &Path,
    global: &Global,
    loaded: &Loaded,
    planned: &Planned,
) -> Result<(), Box<Finding>> {
    let settings = &loaded.configuration.settings;
    let making = PlanMetadata {
        id: Uuid::new_v4(),
        tool: format!("spectrumctl {}", env!("CARGO_PKG_VERSION")),
        made_at: Timestamp::now().to_string(),
        state: Place::of(global, &loaded.files, &loaded.configuration).text(),
        parallelism: global.parallelism.or(settings.parallelism).unwrap_or(8),
        stops: settings.on_error == OnError::Stop,
    };
    let saved = Saved::new(&planned.plan, &planned.remembered, &planned.zones, making);
    write(path, &saved.to_bytes()).map_err(|error| {
        let summary = format!(
            "failed to write the plan to {}: {}",
            path.display(),
            describe_io_error(&error)
        );
        let why = "a plan that is not saved whole cannot be approved";
        Box::new(Finding::error(
            "unwritable-output",
            summary,
            why,
            "check the path, its permissions, and the room on the disk",
        ))
    })
}

/// Puts the bytes under the path in one go. A temporary file is for its owner only, and stays so under its new name.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|failed| failed.error)
}

/// Reads a saved plan.
pub(super) fn read(path: &Path) -> Result<Saved, Box<Finding>> {
    let bytes = std::fs::read(path).map_err(|error| {
        let summary =
            format!("failed to read the plan {}: {}", path.display(), describe_io_error(&error));
        let why = "without the plan nothing is known to be approved";
        Box::new(Finding::error(
            "not-a-plan",
            summary,
            why,
            "name a file that `spectrumctl plan --out FILE` has written",
        ))
    })?;
    Saved::read(&bytes)
}
