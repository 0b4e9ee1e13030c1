//! Blobs in one folder: atomic, lasting, for the owner's eyes only (folders 0700, blobs 0600), and never through a symbolic link.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::blobs::{LOCK, PAST};
use crate::ledger::journal::whole_length;

/// A folder that may not exist yet.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at a path; nothing is looked at or made.
    pub(super) fn new(path: &Path) -> Folder {
        Folder { path: path.to_owned() }
    }

    /// Makes the folder, if need be with those above it.
    pub(super) fn create(&self) -> io::Result<()> {
        create(&self.path)
    }

    /// Opens the lock's file, making it if there is none.
    pub(super) fn open_lock(&self) -> io::Result<File> {
        let path = self.path.join(LOCK);
        examine(&path)?;
        private().read(true).write(true).create(true).truncate(false).open(path)
    }

    /// The path behind a name, once it is sure that no part of it below the folder is a link.
    fn checked(&self, name: &str) -> io::Result<PathBuf> {
        if name.starts_with(PAST) {
            refuse_link(&self.path.join(PAST))?;
        }
        Ok(self.path.join(name))
    }
}

impl Folder {
    /// The bytes under a name, which is plain or `history/` and a plain one.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.checked(name)?;
        if !examine(&path)? {
            return Ok(None);
        }
        match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            other => other.map(Some),
        }
    }

    /// Puts bytes under a name, all or nothing, and lastingly.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.checked(name)?;
        examine(&path)?;
        let folder = path.parent().unwrap_or(&self.path);
        create(folder)?;
        let mut new = NamedTempFile::new_in(folder)?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        new.persist(&path).map_err(|failed| failed.error)?;
        sync(folder)
    }

    /// Adds a line after the last whole one, lastingly; a torn line is cut off first.
    pub(super) fn append(&self, name: &str, line: &[u8]) -> io::Result<()> {
        let path = self.checked(name)?;
        let is_new = !examine(&path)?;
        let mut file = private().read(true).write(true).create(true).truncate(false).open(&path)?;
        cut_torn_line(&mut file)?;
        file.write_all(line)?;
        file.sync_data()?;
        if is_new { sync(&self.path) } else { Ok(()) }
    }

    /// Removes a name.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.checked(name)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => sync(path.parent().unwrap_or(&self.path)),
        }
    }

    /// The plain names under `history/`, in byte order.
    pub(super) fn past(&self) -> io::Result<Vec<String>> {
        let path = self.path.join(PAST);
        refuse_link(&path)?;
        let entries = match fs::read_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let name = |entry: io::Result<fs::DirEntry>| {
            entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
        };
        let mut names = entries.map(name).collect::<io::Result<Vec<String>>>()?;
        names.sort();
        Ok(names)
    }

    /// Where a name is, for messages.
    pub(super) fn place(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}

/// Whether there is a plain file; anything else under the name is an error, so that nothing outside the folder is read or written and
/// no pipe is waited for.
fn examine(path: &Path) -> io::Result<bool> {
    refuse_link(path)?;
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Ok(found) if found.is_file() => Ok(true),
        Ok(found) if found.is_dir() => Err(io::Error::other("it is a folder, not a file")),
        Ok(_) => Err(io::Error::other("it is not a plain file")),
        Err(error) => Err(error),
    }
}

fn refuse_link(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => {
            Err(io::Error::other("it is a symbolic link, and links are not followed here"))
        }
        _ => Ok(()),
    }
}

/// Places the file at the end of its last whole line and cuts off what follows.
fn cut_torn_line(file: &mut File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Ok(());
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(());
    }
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    let whole = u64::try_from(whole_length(&bytes)).map_err(io::Error::other)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole)).map(drop)
}

/// How a file is opened that nobody but its owner may read.
fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "the mode is of Unix"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    #[cfg_attr(not(unix), expect(unused_mut, reason = "the mode is of Unix"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    match folder.parent() {
        Some(above) if !above.as_os_str().is_empty() => sync(above),
        _ => sync(Path::new(".")),
    }
}

/// Makes new, renamed and removed names of a folder lasting. Only Unix can, and only Unix needs it.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "fails on Unix only"))]
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
