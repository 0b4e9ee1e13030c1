//! The journal of a state in a bucket: an object for each entry, named so that the byte order of the names is that of the serials.
//!
//! An entry is written once and never changed, so that what was read or written before need not be fetched again: at the end of a long
//! run the holder lists its entries and fetches none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::objects::{Objects, Put};
use crate::ledger::journal::{Journal, JournalEntry};
use crate::state::error::StoreError;
use crate::state::token::Held;

/// The folder of the entries.
const FOLDER: &str = "journal";

/// The entries in the bucket, and those that are known already.
#[derive(Debug, Clone)]
pub(super) struct Entries {
    objects: Objects,
    known: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

/// The entries as they were found.
#[derive(Debug)]
pub(super) struct FoundEntries {
    pub(super) journal: Journal,
    /// The objects' names with their bytes.
    pub(super) entries: BTreeMap<String, Vec<u8>>,
}

impl Entries {
    pub(super) fn new(objects: Objects) -> Entries {
        Entries { objects, known: Arc::default() }
    }

    /// The entries that are known. A thread that died over them has finished each single change of the map.
    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads all entries. Those that vanish meanwhile were taken into a state that is read after them.
    pub(super) async fn read(&self) -> Result<FoundEntries, StoreError> {
        let names = self.objects.list(FOLDER).await?;
        let (mut entries, missing) = {
            let known = self.known();
            let entries: BTreeMap<String, Vec<u8>> = names
                .iter()
                .filter_map(|name| Some((name.clone(), known.get(name)?.clone())))
                .collect();
            (
                entries,
                names.into_iter().filter(|name| !known.contains_key(name)).collect::<Vec<_>>(),
            )
        };
        entries.extend(self.objects.get_all(missing).await?);
        self.known().extend(entries.clone());
        let mut journal = Journal::default();
        for (name, bytes) in &entries {
            self.take(&mut journal, name, bytes)?;
        }
        Ok(FoundEntries { journal, entries })
    }

    /// Takes the lines of an entry, unless an earlier one is damaged.
    fn take(&self, journal: &mut Journal, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let read = Journal::read(bytes).map_err(|wrong| self.objects.refusal(name, wrong))?;
        if journal.broken.is_none() {
            journal.lines.extend(read.lines);
            journal.broken = read.broken.map(|why| format!("the entry {name} is damaged: {why}"));
        }
        Ok(())
    }

    /// Adds an entry. The serial is used up even if that fails, because the object may have arrived all the same.
    pub(super) async fn append(&self, held: &Held, entry: &JournalEntry) -> Result<(), StoreError> {
        let line = held.next_line(entry);
        self.create(held, line.serial, &line.to_bytes()).await
    }

    async fn create(&self, held: &Held, serial: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let name = format!("{FOLDER}/{serial:020}-{}.jsonl", held.id);
        match self.objects.create(&name, bytes).await? {
            Put::Done(_) => {
                self.known().insert(name, bytes.to_vec());
                Ok(())
            }
            Put::Conflict => {
                Err(StoreError::LostLock { place: self.objects.place(&name), id: held.id })
            }
        }
    }

    /// Puts the lines of the steps that are still open in the place of the entries that a state has taken in. A crash in between leaves
    /// both, which says the same. They have the serial of that state, which no entry of theirs or of a later run has, so that the end of
    /// a step always comes after its beginning.
    pub(super) async fn replace(
        &self,
        held: &Held,
        old: BTreeMap<String, Vec<u8>>,
        (serial, open): (u64, &[u8]),
    ) -> Result<(), StoreError> {
        if !open.is_empty() {
            self.create(held, serial, open).await?;
        }
        self.known().retain(|name, _| !old.contains_key(name));
        self.objects.remove(old.into_keys().collect()).await
    }
}
