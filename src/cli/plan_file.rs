//! Saved plans on disk: for their owner's eyes only, written whole or not at all, read whole.

use std::path::Path;

use jiff::Timestamp;
use uuid::Uuid;

use super::backend::Place;
use super::context::Context;
use super::failure::{Failure, describe_io_error};
use super::loaded::Loaded;
use super::lock::TOOL;
use super::planning::Planned;
use super::whole_file::{self, Readers};
use crate::codes;
use crate::config::OnError;
use crate::finding::Finding;
use crate::plan::saved::{PlanMetadata, Saved};

/// Saves a plan.
pub(super) fn save(
    path: &Path,
    context: &Context,
    loaded: &Loaded,
    planned: &Planned<'_>,
) -> Result<(), Failure> {
    let settings = &loaded.configuration.settings;
    let metadata = PlanMetadata {
        id: Uuid::new_v4(),
        tool: TOOL.to_owned(),
        made_at: Timestamp::now().to_string(),
        state: Place::new(&context.files, loaded).text(),
        parallelism: context.connection.parallelism.or(settings.parallelism).unwrap_or(8),
        stops: settings.on_error == OnError::Stop,
    };
    let observed = &planned.observed;
    let saved = Saved::new(&planned.plan, &observed.recorded, &observed.zones, metadata);
    Ok(whole_file::replace(path, &saved.to_bytes(), Readers::Owner)?)
}

/// Reads a saved plan. `command` is what a configuration in its place was meant for.
pub(super) fn read(path: &Path, command: &str) -> Result<Saved, Failure> {
    let extension = path.extension().unwrap_or_default();
    if path.is_dir() || (path.exists() && (extension == "yaml" || extension == "yml")) {
        return Err(not_a_plan(path, command).into());
    }
    let bytes = std::fs::read(path).map_err(|error| {
        let cause = describe_io_error(&error);
        Finding::new(
            &codes::NOT_A_PLAN,
            format!("failed to read the plan {}: {cause}", path.display()),
        )
    })?;
    Ok(Saved::read(&bytes)?)
}

/// A configuration, which is named with `-f`.
fn not_a_plan(path: &Path, command: &str) -> Finding {
    let shown = path.display();
    let summary = format!("{shown} is a configuration, not a saved plan");
    Finding::new(&codes::NOT_A_PLAN, summary)
        .why("a file that is named without -f is a plan that `spectrumctl plan --out FILE` has saved")
        .fix(format!("run `spectrumctl {command} -f {shown}`"))
}
