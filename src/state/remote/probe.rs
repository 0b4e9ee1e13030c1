//! Whether a store keeps to the conditions that a write names. One that does not would let two runs overwrite each other in silence.

use object_store::{PutMode, UpdateVersion};
use uuid::Uuid;

use super::objects::{Objects, Put};
use crate::state::error::StoreError;

/// Writes an object twice on conditions that the second time do not hold, and removes it again.
pub(super) async fn probe(objects: &Objects) -> Result<(), StoreError> {
    let objects = objects.plain();
    let name = format!("probe-{}.txt", Uuid::new_v4());
    let verdict = judge(&objects, &name).await;
    let removed = objects.remove(vec![name]).await;
    verdict.and(removed)
}

async fn judge(objects: &Objects, name: &str) -> Result<(), StoreError> {
    let first = written(objects, name, "first", PutMode::Create)
        .await?
        .ok_or_else(|| ignores_conditions(objects, "a first write is refused"))?;
    if written(objects, name, "second", PutMode::Create).await?.is_some() {
        return Err(ignores_conditions(objects, "a create over what exists succeeds"));
    }
    let over = |version: &UpdateVersion| PutMode::Update(version.clone());
    if written(objects, name, "third", over(&first)).await?.is_none() {
        return Err(ignores_conditions(objects, "an update of the newest version is refused"));
    }
    if written(objects, name, "fourth", over(&first)).await?.is_some() {
        return Err(ignores_conditions(objects, "an update of an older version succeeds"));
    }
    match objects.get(name).await? {
        Some(found) if found.bytes == b"third" => Ok(()),
        _ => Err(ignores_conditions(objects, "what was written is not what is read")),
    }
}

async fn written(
    objects: &Objects,
    name: &str,
    text: &str,
    mode: PutMode,
) -> Result<Option<UpdateVersion>, StoreError> {
    match objects.put_once(name, text.as_bytes(), mode).await? {
        Put::Done(version) => Ok(Some(version)),
        Put::Conflict => Ok(None),
    }
}

fn ignores_conditions(objects: &Objects, why: &'static str) -> StoreError {
    StoreError::Unconditional { place: objects.place("").trim_end_matches('/').to_owned(), why }
}
