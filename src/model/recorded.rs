//! What the state remembers of an application that is ours.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::backup::spec_of;
use super::ids::{AppId, ZoneId};
use super::spec::Spec;

/// How an application came under management.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// Created by an apply.
    Created,
    /// Found by its identity and taken over.
    Adopted,
    /// Taken over by `import`.
    Imported,
}

/// What `lifecycle.protect` guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protect {
    /// Nothing.
    #[default]
    Off,
    /// Delete and replace are refused.
    On,
    /// Every outage is refused.
    Strict,
}

/// An application as the state remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The id that the API gave it.
    pub id: AppId,
    /// The zone it was written to.
    pub zone_id: ZoneId,
    /// The file in which it was configured, as the user named it.
    pub file: String,
    /// What was last written to it or seen when it was adopted, in the API's form.
    pub fields: Map<String, Json>,
    /// Its labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What to show instead of a field's value, by path, because a variable went into it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub masks: BTreeMap<String, String>,
    /// The protection that was in force when it was last applied.
    #[serde(default)]
    pub protect: Protect,
    /// How it came under management.
    pub provenance: Provenance,
    /// Whether an apply of ours has written or confirmed its values since it was adopted or imported.
    #[serde(default)]
    pub applied: bool,
    /// Whether an apply has seen it desired since it was recorded. What a rollback or a push brought back is not, and is never deleted
    /// for having left the configuration: it may have left it before the state that came back knew.
    #[serde(default = "confirmed", skip_serializing_if = "is_confirmed")]
    pub confirmed: bool,
}

fn confirmed() -> bool {
    true
}

/// The usual case is not written, so that states without it stay as they are.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_confirmed(confirmed: &bool) -> bool {
    *confirmed
}

impl Recorded {
    /// The canonical form of what was last written.
    pub fn spec(&self) -> Spec {
        spec_of(&self.fields)
    }
}
