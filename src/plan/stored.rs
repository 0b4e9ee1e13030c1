//! How the nouns of the model are written in a saved plan: a field by its path, a canonical form as the object that the API takes.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::Place;
use crate::model::Field;

/// A field by its path.
pub(super) mod field {
    use super::{Deserialize, Deserializer, Field, Serializer};

    pub(in crate::plan) fn serialize<S: Serializer>(
        field: &Field,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(field.path())
    }

    pub(in crate::plan) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Field, D::Error> {
        let path = String::deserialize(deserializer)?;
        Field::with_path(&path).ok_or_else(|| {
            serde::de::Error::custom(format!("`{path}` is no field of an application"))
        })
    }
}

/// A set of fields by their paths.
pub(super) mod fields {
    use std::collections::BTreeSet;

    use super::{Deserialize, Deserializer, Field, Serializer};

    pub(in crate::plan) fn serialize<S: Serializer>(
        fields: &BTreeSet<Field>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(fields.iter().map(|field| field.path()))
    }

    pub(in crate::plan) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeSet<Field>, D::Error> {
        let read = |path: &String| {
            Field::with_path(path).ok_or_else(|| {
                serde::de::Error::custom(format!("`{path}` is no field of an application"))
            })
        };
        Vec::<String>::deserialize(deserializer)?.iter().map(read).collect()
    }
}

/// Places by path.
pub(super) mod places {
    use super::{BTreeMap, Deserialize, Deserializer, Place, Serialize, Serializer};

    /// A place as it is stored.
    #[derive(Serialize, Deserialize)]
    struct Stored {
        file: String,
        line: u32,
        column: u32,
        start: usize,
        end: usize,
    }

    pub(in crate::plan) fn serialize<S: Serializer>(
        places: &BTreeMap<String, Place>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let stored = |Place { file, line, column, start, end }: &Place| Stored {
            file: file.to_string(),
            line: *line,
            column: *column,
            start: *start,
            end: *end,
        };
        serializer.collect_map(places.iter().map(|(path, place)| (path, stored(place))))
    }

    pub(in crate::plan) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Place>, D::Error> {
        let stored = BTreeMap::<String, Stored>::deserialize(deserializer)?;
        let place = |Stored { file, line, column, start, end }| Place {
            file: file.into(),
            line,
            column,
            start,
            end,
        };
        Ok(stored.into_iter().map(|(path, stored)| (path, place(stored))).collect())
    }
}

/// A canonical form as the API's object.
pub(super) use crate::model::recorded::api_form as spec;
