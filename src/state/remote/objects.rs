//! The objects of a state in a bucket: bytes under names, written only where the condition holds that the writer names.
//!
//! A conditional write whose answer is lost is sent again, and is then refused because of itself; so a refusal is believed only if the
//! object does not hold just these bytes. Each writer's bytes are its own: they carry an id, a count or a serial.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};

use crate::ledger::Unreadable;
use crate::state::blobs::PAST;
use crate::state::error::{Cause, StoreError};
use crate::state::history::{self, Archive};
use crate::state::state_key::StateKey;

/// How many objects are fetched side by side.
const SIDE_BY_SIDE: usize = 16;

/// A prefix in a bucket.
#[derive(Debug, Clone)]
pub(super) struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    /// The place as the user named it, for messages.
    shown: String,
    state_key: Option<StateKey>,
}

/// An object as it was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its bytes, unsealed.
    pub(super) bytes: Vec<u8>,
    /// What a conditional write over it names.
    pub(super) version: UpdateVersion,
}

/// What came of a conditional write.
#[derive(Debug)]
pub(super) enum Put {
    /// The object holds the bytes, under this version.
    Done(UpdateVersion),
    /// The condition did not hold; nothing was written.
    Conflict,
}

impl Objects {
    /// The objects under a prefix.
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        prefix: Path,
        shown: &str,
        state_key: Option<StateKey>,
    ) -> Objects {
        Objects { store, prefix, shown: shown.trim_end_matches('/').to_owned(), state_key }
    }

    /// The same objects as they are stored, sealed or not: for the lock, which all must be able to read.
    pub(super) fn plain(&self) -> Objects {
        Objects { state_key: None, ..self.clone() }
    }

    /// Where a name is, for messages.
    pub(super) fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.shown)
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    /// The object under a name; nothing if there is none.
    pub(super) async fn get(&self, name: &str) -> Result<Option<Found>, StoreError> {
        let result = match self.store.get(&self.path(name)).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            other => other.map_err(|error| self.unreadable(name, &error))?,
        };
        let version = UpdateVersion {
            e_tag: result.meta.e_tag.clone(),
            version: result.meta.version.clone(),
        };
        let bytes = result.bytes().await.map_err(|error| self.unreadable(name, &error))?;
        let opened = match &self.state_key {
            Some(state_key) => state_key.open(name, &bytes),
            None => StateKey::refuse(&bytes).map(|()| bytes.to_vec()),
        };
        let bytes = opened.map_err(|error| StoreError::Unreadable {
            place: self.place(name),
            source: Box::new(error),
        })?;
        Ok(Some(Found { bytes, version }))
    }

    /// The objects under the names that still exist, in the order of the names.
    pub(super) async fn get_all(
        &self,
        names: Vec<String>,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let fetch = |name: String| async move {
            Ok::<_, StoreError>(self.get(&name).await?.map(|found| (name, found.bytes)))
        };
        let found: Vec<Option<(String, Vec<u8>)>> =
            stream::iter(names).map(fetch).buffered(SIDE_BY_SIDE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Puts an object where there is none.
    pub(super) async fn create(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        self.put(name, bytes, PutMode::Create).await
    }

    /// Puts an object over the version that was found.
    pub(super) async fn update(
        &self,
        name: &str,
        bytes: &[u8],
        version: &UpdateVersion,
    ) -> Result<Put, StoreError> {
        self.put(name, bytes, PutMode::Update(version.clone())).await
    }

    /// Over what was found, or where nothing was.
    pub(super) async fn put_over(
        &self,
        name: &str,
        bytes: &[u8],
        found: Option<&UpdateVersion>,
    ) -> Result<Put, StoreError> {
        match found {
            Some(version) => self.update(name, bytes, version).await,
            None => self.create(name, bytes).await,
        }
    }

    async fn put(&self, name: &str, bytes: &[u8], mode: PutMode) -> Result<Put, StoreError> {
        match self.put_once(name, bytes, mode).await? {
            Put::Conflict => match self.get(name).await? {
                Some(found) if found.bytes == bytes => Ok(Put::Done(found.version)),
                _ => Ok(Put::Conflict),
            },
            done => Ok(done),
        }
    }

    /// A conditional write whose refusal is taken at its word.
    pub(super) async fn put_once(
        &self,
        name: &str,
        bytes: &[u8],
        mode: PutMode,
    ) -> Result<Put, StoreError> {
        let sealed = match &self.state_key {
            Some(state_key) => state_key.close(name, bytes),
            None => bytes.to_vec(),
        };
        match self.store.put_opts(&self.path(name), sealed.into(), PutOptions::from(mode)).await {
            Ok(result) => Ok(Put::Done(result.into())),
            Err(
                Error::AlreadyExists { .. }
                | Error::Precondition { .. }
                | Error::NotModified { .. },
            ) => Ok(Put::Conflict),
            Err(error) => Err(self.unwritable(name, &error)),
        }
    }

    /// Removes objects; those that are gone already are none's concern.
    pub(super) async fn remove(&self, names: Vec<String>) -> Result<(), StoreError> {
        let paths: Vec<Result<Path, Error>> =
            names.iter().map(|name| Ok(self.path(name))).collect();
        let mut removals = self.store.delete_stream(stream::iter(paths).boxed());
        while let Some(removal) = removals.next().await {
            match removal {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => {
                    return Err(self.unwritable(names.first().map_or("", String::as_str), &error));
                }
            }
        }
        Ok(())
    }

    /// The names under a folder, the folder included, in byte order. A bucket that does not exist is an error, not an empty folder.
    pub(super) async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let path = self.path(folder);
        let listed: Result<Vec<_>, Error> = self.store.list(Some(&path)).try_collect().await;
        let listed = listed.map_err(|error| self.unreadable(folder, &error))?;
        let name = |object: &object_store::ObjectMeta| {
            let parts: Vec<String> =
                object.location.prefix_match(&path)?.map(|part| part.as_ref().to_owned()).collect();
            Some(format!("{folder}/{}", parts.join("/")))
        };
        let mut names: Vec<String> = listed.iter().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    /// What bytes that are no state are reported as.
    pub(super) fn refusal(&self, name: &str, wrong: Unreadable) -> StoreError {
        history::refusal(self.place(name), wrong)
    }

    fn unreadable(&self, name: &str, error: &Error) -> StoreError {
        StoreError::Unreadable { place: self.place(name), source: cause(error) }
    }

    fn unwritable(&self, name: &str, error: &Error) -> StoreError {
        StoreError::Unwritable { place: self.place(name), source: cause(error) }
    }
}

impl Archive for Objects {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Objects::get(self, name).await?.map(|found| found.bytes))
    }

    async fn add(&self, name: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        Ok(matches!(self.create(name, bytes).await?, Put::Done(_)))
    }

    async fn remove(&self, names: Vec<String>) -> Result<(), StoreError> {
        Objects::remove(self, names).await
    }

    async fn past(&self) -> Result<Vec<String>, StoreError> {
        let plain = |name: String| Some(name.strip_prefix(PAST)?.strip_prefix('/')?.to_owned());
        Ok(self.list(PAST).await?.into_iter().filter_map(plain).collect())
    }

    fn place(&self, name: &str) -> String {
        Objects::place(self, name)
    }
}

/// What a store said, in few words where they say it all.
fn cause(error: &Error) -> Cause {
    match error {
        Error::PermissionDenied { .. } => "the store denies access to these credentials".into(),
        Error::Unauthenticated { .. } => "the store does not accept these credentials".into(),
        Error::NotFound { .. } => "there is no such bucket or container".into(),
        other => other.to_string().lines().next().unwrap_or_default().to_owned().into(),
    }
}
