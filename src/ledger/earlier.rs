//! What earlier programs wrote in another form. It is read for ever and never written.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::model::{Address, AppId, Backup, Recorded, ZoneId};

/// A backup that is known by its address alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierBackup {
    /// The zone it was in.
    pub zone_id: ZoneId,
    /// The body that creates it again.
    pub body: Map<String, Json>,
    /// What was recorded of it; nothing if it was not ours before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Box<Recorded>>,
}

impl EarlierBackup {
    /// The same in today's form. One that was not recorded has no known id, and its address stands for it.
    pub(super) fn at(self, address: &Address) -> Backup {
        let EarlierBackup { zone_id, body, recorded } = self;
        let id = recorded
            .as_ref()
            .map_or_else(|| AppId::from_api(address.to_string()), |recorded| recorded.id.clone());
        Backup { id, addresses: vec![address.clone()], at: None, zone_id, body, recorded }
    }
}
