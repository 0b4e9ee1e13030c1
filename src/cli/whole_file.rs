//! Writes files whole or not at all: a reader sees the old file or the new one, never half of one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use super::failure::describe_io_error;
use crate::codes;
use crate::finding::Finding;

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Its owner only: it may hold what is not for others.
    Owner,
    /// Everyone, because a program of another user collects it.
    Everyone,
    /// Those who could read the file that is replaced; of a new file, whoever the user's mask lets.
    AsBefore,
}

/// Replaces the file, or makes it. A link is followed, and what is no regular file, such as a pipe, is written to.
pub(super) fn replace(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Box<Finding>> {
    let replaced = (|| {
        let existing = fs::metadata(path).ok();
        if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
            return fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        let path = if existing.is_some() { path.canonicalize()? } else { path.to_owned() };
        let file = beside(&path, bytes, readers)?;
        if let (Readers::AsBefore, Some(existing)) = (readers, existing) {
            file.as_file().set_permissions(existing.permissions())?;
        }
        file.persist(&path).map(drop).map_err(|failed| failed.error)
    })();
    replaced.map_err(|error: io::Error| Box::new(unwritable(&path.display().to_string(), &error)))
}

/// Makes a new file, and its folder where there is none. What is there already is never overwritten.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), Box<Finding>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let created = folder.map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let file = beside(path, bytes, Readers::AsBefore)?;
        file.persist_noclobber(path).map(drop).map_err(|failed| failed.error)
    });
    created.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Box::new(exists(path)),
        _ => Box::new(unwritable(&path.display().to_string(), &error)),
    })
}

/// A file with these bytes in the folder of the path, on the disk and not yet under its name.
fn beside(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<NamedTempFile> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    let mut file = for_readers(&mut builder, readers).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A temporary file is for its owner only unless it is made for others.
fn for_readers<'b, 'p, 's>(
    builder: &'b mut Builder<'p, 's>,
    readers: Readers,
) -> &'b mut Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = match readers {
            Readers::Owner => 0o600,
            Readers::Everyone => 0o644,
            Readers::AsBefore => 0o666,
        };
        builder.permissions(fs::Permissions::from_mode(mode))
    }
    #[cfg(not(unix))]
    {
        let _ = readers;
        builder
    }
}

/// What could not be written, and why.
pub(super) fn unwritable(place: &str, error: &io::Error) -> Finding {
    let summary = format!("failed to write {place}: {}", describe_io_error(error));
    Finding::new(&codes::UNWRITABLE_OUTPUT, summary)
}

/// A file that is there already.
pub(super) fn exists(path: &Path) -> Finding {
    Finding::new(&codes::FILE_EXISTS, format!("{} exists already", path.display()))
        .fix("remove the file, or name another path")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a temporary folder can be made")
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = folder();
        let path = folder.path().join("plan.json");
        for bytes in ["first", "second"] {
            replace(&path, bytes.as_bytes(), Readers::AsBefore).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_there_is_never_created_anew() {
        let folder = folder();
        let path = folder.path().join("deep/spectrum.yaml");
        create(&path, b"mine").unwrap();
        assert_eq!(create(&path, b"other").unwrap_err().code, "file-exists");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder();
        let (path, link) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
        fs::write(&path, "before").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, b"after", Readers::AsBefore).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        let secret = folder.path().join("secret");
        replace(&secret, b"", Readers::Owner).unwrap();
        assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
