//! What an application was before it was deleted so that another could be created in its place: enough to bring it back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::ids::ZoneId;
use super::live::Live;
use super::recorded::Recorded;
use super::spec::Spec;

/// What an application was, stored in the state from its deletion until something stands at its address again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// The zone it was in.
    pub zone_id: ZoneId,
    /// The body that creates it again.
    pub body: Map<String, Json>,
    /// What was recorded of it; nothing if it was not ours before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Box<Recorded>>,
}

impl Backup {
    /// The canonical form of what it was.
    pub fn spec(&self) -> Spec {
        spec_of(&self.body)
    }
}

/// The canonical form of a body as it is sent.
pub fn spec_of(body: &Map<String, Json>) -> Spec {
    let mut object = body.clone();
    object.insert("id".to_owned(), Json::from(""));
    Live::read(&object).map(|live| live.spec).unwrap_or_default()
}
