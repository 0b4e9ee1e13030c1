//! What an application was before it was deleted so that another could be created in its place: enough to create it again.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::ids::{Address, AppId, ZoneId};
use super::live::spec_of;
use super::recorded::Recorded;
use super::spec::Spec;

/// What an application was, stored in the state from its deletion until another stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// The id that it had.
    pub id: AppId,
    /// The addresses under which it may be asked for; the first is the one at which the replacement is created.
    pub addresses: Vec<Address>,
    /// The address at which it is recorded again; a backup of an earlier program does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Address>,
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
