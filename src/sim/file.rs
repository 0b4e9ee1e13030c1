//! Worlds, seeds and scripts of faults on disk. A world is written beside its file and put in its place, so that a killed process
//! leaves the old world or the new one, never half of one.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::change::Change;
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
        source: io::Error,
    },
    /// Writing.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
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

/// Reads a world with its log; none when the file does not exist.
///
/// # Errors
/// The file cannot be read, or is no world that this version reads.
pub fn load(path: &Path) -> Result<Option<World>, FileError> {
    let Some(text) = read_if_there(path)? else { return Ok(None) };
    let log = log_of(path);
    let changes = read_if_there(&log)?.unwrap_or_default();
    let unfit = |path: &Path| {
        let path = path.to_owned();
        move |source| FileError::World { path, source }
    };
    let mut world = World::from_json(&text).map_err(unfit(path))?;
    world.replay_log(&changes).map_err(unfit(&log))?;
    Ok(Some(world))
}

/// The log beside a world: `world.json.log`.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".log");
    PathBuf::from(name)
}

/// The least size of a log, in bytes, at which a new snapshot takes its place.
const LEAST_LOG: u64 = 1024 * 1024;

/// A world on disk while it changes. The first write of a process puts a snapshot there, each later
/// one adds a line to the log, and a log that has grown as large as its snapshot is replaced by a
/// new one: what a write costs does not grow with the world.
#[derive(Debug)]
pub(super) struct WorldFile {
    path: PathBuf,
    log: Option<Log>,
}

#[derive(Debug)]
struct Log {
    file: File,
    bytes: u64,
    /// The size of the snapshot beside it.
    snapshot: u64,
}

impl WorldFile {
    /// A world that is kept in this file.
    pub(super) fn new(path: PathBuf) -> Self {
        WorldFile { path, log: None }
    }

    /// Keeps what the latest request changed.
    ///
    /// # Errors
    /// The folder or a file cannot be written; the next change is kept with a new snapshot.
    pub(super) fn keep(&mut self, world: &World, change: &Change) -> Result<(), FileError> {
        let kept = self.write(world, change);
        if kept.is_err() {
            self.log = None;
        }
        kept.map_err(|source| FileError::Write { path: self.path.clone(), source })
    }

    fn write(&mut self, world: &World, change: &Change) -> io::Result<()> {
        let full = |log: &Log| log.bytes > log.snapshot.max(LEAST_LOG);
        match self.log.as_mut().filter(|log| !full(log)) {
            Some(log) => {
                let line = change.to_line();
                log.file.write_all(line.as_bytes())?;
                log.bytes += line.len() as u64;
            }
            None => {
                let text = world.to_json();
                write(text.as_bytes(), &self.path)?;
                let file = File::create(log_of(&self.path))?;
                self.log = Some(Log { file, bytes: 0, snapshot: text.len() as u64 });
            }
        }
        Ok(())
    }
}

/// Puts bytes in the place of a file; makes its folder where there is none.
fn write(bytes: &[u8], path: &Path) -> io::Result<()> {
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

fn read_if_there(path: &Path) -> Result<Option<String>, FileError> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|source| FileError::Read { path: path.to_owned(), source }),
    }
}

fn read(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path)
        .map_err(|source| FileError::Read { path: path.to_owned(), source })
}
