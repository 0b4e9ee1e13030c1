//! What the state remembers of an application that is ours.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::ids::{AppId, ZoneId};
use super::live::spec_of;
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
    /// What is recorded of it besides its id.
    pub fn template(&self) -> Template {
        Template {
            zone_id: self.zone_id.clone(),
            file: self.file.clone(),
            labels: self.labels.clone(),
            note: self.note.clone(),
            masks: self.masks.clone(),
            protect: self.protect,
            provenance: self.provenance,
            applied: self.applied,
            fields: self.spec(),
        }
    }

    /// The canonical form of what was last written.
    pub fn spec(&self) -> Spec {
        spec_of(&self.fields)
    }
}

/// What is recorded of an application once a call has taken effect. The id is not part of it, because only the answer to a create
/// tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The zone it is in.
    pub zone_id: ZoneId,
    /// The file it is configured in.
    pub file: String,
    /// Its labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Its note.
    #[serde(default)]
    pub note: Option<String>,
    /// What to show instead of a field's value, by path.
    #[serde(default)]
    pub masks: BTreeMap<String, String>,
    /// Its protection.
    pub protect: Protect,
    /// How it came under management.
    pub provenance: Provenance,
    /// Whether an apply has written its values.
    pub applied: bool,
    /// The values that are written, in the API's form.
    #[serde(with = "api_form")]
    pub fields: Spec,
}

impl Template {
    /// Whether a record of this id says the same, the values aside.
    pub fn is_recorded(&self, id: &AppId, recorded: &Recorded) -> bool {
        let Template {
            zone_id,
            file,
            labels,
            note,
            masks,
            protect,
            provenance,
            applied,
            fields: _,
        } = self;
        let ids = (id, zone_id) == (&recorded.id, &recorded.zone_id);
        let texts = (file, labels, note, masks)
            == (&recorded.file, &recorded.labels, &recorded.note, &recorded.masks);
        let flags = (*protect, *provenance, *applied, true)
            == (recorded.protect, recorded.provenance, recorded.applied, recorded.confirmed);
        ids && texts && flags
    }

    /// The record of an application with this id.
    pub fn with_id(&self, id: &AppId) -> Recorded {
        Recorded {
            id: id.clone(),
            zone_id: self.zone_id.clone(),
            file: self.file.clone(),
            fields: self.fields.to_json(),
            labels: self.labels.clone(),
            note: self.note.clone(),
            masks: self.masks.clone(),
            protect: self.protect,
            provenance: self.provenance,
            applied: self.applied,
            confirmed: true,
        }
    }
}

/// A canonical form as the object that the API takes.
pub mod api_form {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::{Map, Value as Json};

    use super::{Spec, spec_of};

    /// Writes the form.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn serialize<S: Serializer>(spec: &Spec, serializer: S) -> Result<S::Ok, S::Error> {
        spec.to_json().serialize(serializer)
    }

    /// Reads the form.
    ///
    /// # Errors
    /// What is no object.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Spec, D::Error> {
        Map::<String, Json>::deserialize(deserializer).map(|object| spec_of(&object))
    }
}
