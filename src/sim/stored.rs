//! The stored form of a world: a snapshot, JSON with `format_version` 2, and beside it a log with one
//! line for each write since.
//!
//! - **Old reader, new data:** it refuses a greater version and says so. Version 1 had no log, so its
//!   readers would miss the latest writes; the version is 2 for that reason alone.
//! - **New reader, old data:** version 1 is a snapshot without a log. Whatever a version adds has a
//!   default.
//! - **Old writer, new data:** it never writes over newer data, because it could not read it.

use serde_json::{Value as Json, json};

use super::change::Change;
use super::world::World;

/// The version that is written, and the newest that can be read.
const FORMAT_VERSION: u64 = 2;

/// Why a text is not a stored world.
#[derive(Debug, thiserror::Error)]
pub enum NotAWorld {
    /// It is not JSON, or lacks what a world has.
    #[error(
        "it is not a stored simulator world: {0}; move the file away to start with a new world"
    )]
    Unreadable(#[from] serde_json::Error),
    /// It has no version.
    #[error("it has no `format_version`, so it is not a stored simulator world; name another file")]
    NoVersion,
    /// A newer version wrote it.
    #[error(
        "it has format_version {0}, and this version reads up to {FORMAT_VERSION}; use a newer spectrumctl or another file"
    )]
    Newer(u64),
}

impl World {
    /// The world as text, with a line break at the end.
    pub fn to_json(&self) -> String {
        let mut value =
            serde_json::to_value(self).expect("a world has only text keys and finite numbers");
        if let Json::Object(fields) = &mut value {
            fields.insert("format_version".to_owned(), json!(FORMAT_VERSION));
        }
        format!("{value}\n")
    }

    /// Reads what [`World::to_json`] wrote.
    ///
    /// # Errors
    /// The text is not JSON, not a world, or of a newer version.
    pub fn from_json(text: &str) -> Result<World, NotAWorld> {
        let value: Json = serde_json::from_str(text)?;
        let version =
            value.get("format_version").and_then(Json::as_u64).ok_or(NotAWorld::NoVersion)?;
        if version > FORMAT_VERSION {
            return Err(NotAWorld::Newer(version));
        }
        let mut world: World = serde_json::from_value(value)?;
        world.index_apps();
        Ok(world)
    }

    /// Makes the changes of the log beside a snapshot. Its last line may be cut off: the writer was
    /// killed before the answer went out.
    ///
    /// # Errors
    /// A whole line is no change.
    pub(super) fn replay_log(&mut self, log: &str) -> Result<(), NotAWorld> {
        for line in log.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            self.replay(serde_json::from_str(line)?);
        }
        Ok(())
    }
}

impl Change {
    /// The line of the log, with its line break.
    pub(super) fn to_line(&self) -> String {
        let text = serde_json::to_string(self).expect("a change has only text keys");
        format!("{text}\n")
    }
}
