//! Ids that are the same in every run: derived from texts by a hash.

use sha2::{Digest, Sha256};

use crate::model::hexadecimal;

/// 32 hexadecimal digits that stand for these texts.
pub(super) fn digest(parts: &[&str]) -> String {
    let sum = Sha256::digest(parts.join("\0"));
    hexadecimal(&sum[..16])
}

/// The form 8-4-4-4-12 of 32 hexadecimal digits.
pub(super) fn uuid_of(digits: &str) -> String {
    let (a, rest) = digits.split_at(8);
    let (b, rest) = rest.split_at(4);
    let (c, rest) = rest.split_at(4);
    let (d, e) = rest.split_at(4);
    format!("{a}-{b}-{c}-{d}-{e}")
}
