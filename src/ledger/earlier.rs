//! What earlier programs wrote in another form. It is read for ever and never written.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::effect::Effect;
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
        Backup { id, addresses: vec![address.clone()], zone_id, body, recorded }
    }
}

/// What a call was to bring about, before effects were written down.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct EarlierIntent {
    /// What is recorded once the call has taken effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<Recorded>,
    /// What is deleted so that another can be created in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<EarlierBackup>,
}

impl EarlierIntent {
    /// The values that were sent.
    pub(super) fn sent(&self) -> Option<&Map<String, Json>> {
        self.recorded.as_ref().map(|recorded| &recorded.fields)
    }

    /// What is true once the call has taken effect.
    pub(super) fn effects(&self, address: &Address) -> Vec<Effect> {
        if let Some(recorded) = &self.recorded {
            let template = Box::new(recorded.template());
            return vec![Effect::Record { address: address.clone(), template }];
        }
        let backup = self.former.clone().map(|former| Box::new(former.at(address)));
        let offer = backup.map(|backup| Effect::Offer { backup });
        [Effect::Forget { address: address.clone() }].into_iter().chain(offer).collect()
    }
}
