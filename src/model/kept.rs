//! Values that belong to an address although the application that had them has another address by now.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::live::spec_of;
use super::{Field, Spec};

/// What an address keeps of the application that served it: the values that the configuration leaves as they are found. An exchange
/// writes other values to that application, so until they are written to the next one they stand nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The paths of the fields.
    pub fields: Vec<String>,
    /// The values as they were found, in the API's form; a field without one had none.
    pub values: Map<String, Json>,
    /// What was last applied at the address, in the API's form.
    pub applied: Map<String, Json>,
}

impl Kept {
    /// These fields of an application, as it was found.
    pub fn new(
        fields: impl IntoIterator<Item = Field>,
        found: &Spec,
        applied: Map<String, Json>,
    ) -> Kept {
        let mut kept = Kept { applied, ..Kept::default() };
        let mut values = Spec::default();
        for field in fields {
            kept.fields.push(field.path().to_owned());
            if let Some(value) = found.get(field) {
                values.set(field, value.clone());
            }
        }
        kept.values = values.to_json();
        kept
    }

    /// The same with what else is kept; of a field that both have, what was kept first stays.
    pub fn join(&mut self, other: &Kept) {
        if self.fields.is_empty() {
            self.applied = other.applied.clone();
        }
        let values = spec_of(&other.values);
        let mut joined = spec_of(&self.values);
        for field in other.fields().filter(|field| !self.fields.iter().any(|it| it == field.path()))
        {
            if let Some(value) = values.get(field) {
                joined.set(field, value.clone());
            }
        }
        self.values = joined.to_json();
        let further = other.fields.iter().filter(|path| !self.fields.contains(path));
        self.fields = self.fields.iter().chain(further).cloned().collect();
    }

    /// The fields; one that this version does not know is left out.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.fields.iter().filter_map(|path| Field::with_path(path))
    }

    /// The same application with the values that are kept.
    #[must_use]
    pub fn over(&self, mut found: Spec) -> Spec {
        let values = spec_of(&self.values);
        for field in self.fields() {
            match values.get(field) {
                Some(value) => found.set(field, value.clone()),
                None => found.remove(field),
            }
        }
        found
    }

    /// The canonical form of what was last applied at the address.
    pub fn applied(&self) -> Spec {
        spec_of(&self.applied)
    }
}
