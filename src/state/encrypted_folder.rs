//! The blobs of a folder, encrypted if there is a key: whole blobs as one line, the journal line by line, so that recording a step stays
//! an append. The lock is left readable, because it tells others whom they wait for.

use std::io;

use super::blobs::{JOURNAL, LOCK};
use super::folder::Folder;
use super::state_key::{StateKey, StateKeyError};

/// A folder and what its blobs are encrypted with.
#[derive(Debug, Clone)]
pub(super) struct EncryptedFolder {
    pub(super) folder: Folder,
    pub(super) state_key: Option<StateKey>,
}

impl EncryptedFolder {
    fn open(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, StateKeyError> {
        match &self.state_key {
            Some(state_key) => state_key.open(name, bytes),
            None => StateKey::refuse(bytes).map(|()| bytes.to_vec()),
        }
    }

    fn close(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        match &self.state_key {
            Some(state_key) if name != LOCK => state_key.close(name, bytes),
            _ => bytes.to_vec(),
        }
    }
}

impl EncryptedFolder {
    /// The bytes under a name; an absent one is no error.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(bytes) = self.folder.read(name)? else { return Ok(None) };
        let opened: Result<Vec<Vec<u8>>, StateKeyError> = match name {
            JOURNAL => bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| self.open(name, line))
                .collect(),
            _ => self.open(name, &bytes).map(|bytes| vec![bytes]),
        };
        opened.map(|parts| Some(parts.concat())).map_err(io::Error::other)
    }

    /// Puts bytes under a name, all or nothing, and lastingly.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let parts: Vec<Vec<u8>> = match name {
            JOURNAL => bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| self.close(name, line))
                .collect(),
            _ => vec![self.close(name, bytes)],
        };
        self.folder.replace(name, &parts.concat())
    }

    /// Adds a line after the last whole one, lastingly.
    pub(super) fn append(&self, name: &str, line: &[u8]) -> io::Result<()> {
        self.folder.append(name, &self.close(name, line))
    }

    /// Removes a name.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        self.folder.remove(name)
    }

    /// The plain names under `history/`, in byte order.
    pub(super) fn past(&self) -> io::Result<Vec<String>> {
        self.folder.past()
    }

    /// Where a name is, for messages.
    pub(super) fn place(&self, name: &str) -> String {
        self.folder.place(name)
    }
}
