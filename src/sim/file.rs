//! Worlds, seeds and scripts of faults on disk. A world is written beside its file and put in its place, so that a killed process
//! leaves the old world or the new one, never half of one.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::fault::{BadScript, Script};
use super::fixture::{BadFixture, Fixture};
use super::stored::NotAWorld;
use super::world::World;

/// Why a file of the simulator could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading.
    #[error("cannot read {path}: {source}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Writing.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A world.
    #[error("{path}: {source}", path = .path.display())]
    World {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: NotAWorld,
    },
    /// A seed.
    #[error("{path}: {source}", path = .path.display())]
    Fixture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BadFixture,
    },
    /// A script of faults.
    #[error("{path}: {source}", path = .path.display())]
    Script {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BadScript,
    },
}

/// Reads a world; none when the file does not exist.
///
/// # Errors
/// The file cannot be read, or is no world that this version reads.
pub fn load(path: &Path) -> Result<Option<World>, FileError> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|source| FileError::Read { path: path.to_owned(), source })?,
    };
    World::from_json(&text)
        .map(Some)
        .map_err(|source| FileError::World { path: path.to_owned(), source })
}

/// Writes a world; makes its folder where there is none.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn save(world: &World, path: &Path) -> Result<(), FileError> {
    write(world.to_json().as_bytes(), path)
        .map_err(|source| FileError::Write { path: path.to_owned(), source })
}

fn write(bytes: &[u8], path: &Path) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Reads a seed.
///
/// # Errors
/// The file cannot be read, or is no seed.
pub fn load_seed(path: &Path) -> Result<Fixture, FileError> {
    Fixture::read(&read(path)?)
        .map_err(|source| FileError::Fixture { path: path.to_owned(), source })
}

/// Reads a script of faults.
///
/// # Errors
/// The file cannot be read, or is no script.
pub fn load_script(path: &Path) -> Result<Script, FileError> {
    Script::read(&read(path)?).map_err(|source| FileError::Script { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path)
        .map_err(|source| FileError::Read { path: path.to_owned(), source })
}
