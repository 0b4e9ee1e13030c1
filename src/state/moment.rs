//! Times in stored formats: RFC 3339 in UTC, such as `2026-11-22T17:16:44Z`.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer, de};

/// Writes a time as text.
pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// Reads a time from its text; an offset other than UTC is converted.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

/// The same for a time that may be missing.
pub(super) mod optional {
    use super::{Deserialize, Deserializer, Serializer, Timestamp, de};

    /// Writes a time as text, or null.
    pub(in crate::state) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.collect_str(at),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a time from its text, or nothing from null.
    pub(in crate::state) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(de::Error::custom)).transpose()
    }
}

/// The same for times by what they belong to.
pub(super) mod by_id {
    use std::collections::BTreeMap;

    use super::{Deserialize, Deserializer, Serializer, Timestamp, de};
    use uuid::Uuid;

    /// Writes the times as texts.
    pub(in crate::state) fn serialize<S: Serializer>(
        times: &BTreeMap<Uuid, Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(times.iter().map(|(id, at)| (id, at.to_string())))
    }

    /// Reads the times from their texts.
    pub(in crate::state) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Uuid, Timestamp>, D::Error> {
        let texts = BTreeMap::<Uuid, String>::deserialize(deserializer)?;
        texts
            .into_iter()
            .map(|(id, text)| Ok((id, text.parse().map_err(de::Error::custom)?)))
            .collect()
    }
}

/// The time to the second without punctuation, for the names of blobs: `20261122T171644Z`.
pub(super) fn for_a_name(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
