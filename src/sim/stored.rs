//! The stored form of a world: JSON with `format_version` 1.
//!
//! An old reader refuses newer data and says so. A new reader takes old data: whatever a version adds has a default. An old writer
//! never writes over newer data, because it could not read it.

use serde_json::{Value as Json, json};

use super::world::World;

/// The version that is written, and the newest that can be read.
const FORMAT_VERSION: u64 = 1;

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
        format!("{value:#}\n")
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
}
