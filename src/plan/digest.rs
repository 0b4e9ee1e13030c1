//! The digest of a plan: equal for plans that do the same, whatever comments, times and the order of files are.

use sha2::{Digest, Sha256};

use super::change::Change;
use crate::model::hexadecimal;

/// `sha256:` and the hash over actions, ids, before and after.
pub(super) fn compute(changes: &[Change]) -> String {
    let mut hash = Sha256::new();
    for change in changes {
        let id = change.app_id.as_ref().map_or("", |id| id.as_str());
        let from = change.from.as_ref().map(ToString::to_string).unwrap_or_default();
        put(
            &mut hash,
            &[
                &change.address.to_string(),
                change.zone_id.as_str(),
                id,
                change.action.text(),
                &from,
            ],
        );
        for field in &change.fields {
            put(&mut hash, &[field.field.path(), &field.digest_input[0], &field.digest_input[1]]);
        }
    }
    format!("sha256:{}", hexadecimal(&hash.finalize()))
}

/// Each part with its length in front, so that no two lists of parts are the same bytes.
fn put(hash: &mut Sha256, parts: &[&str]) {
    hash.update((parts.len() as u64).to_be_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
}
