//! What a call is to bring about: written down before it is made.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::earlier::EarlierBackup;
use super::effect::Effect;
use crate::model::{Address, Recorded, ZoneId};

/// What a call is to bring about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The zone that the call is made in.
    pub zone_id: ZoneId,
    /// What is true once the call has taken effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// The body that is sent; nothing for a delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Map<String, Json>>,
    /// The paths of fields that have whatever value is found, so that what they are later says nothing of the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free: Vec<String>,
    /// When the application was last modified before the call, as the API wrote it, where answers leave out all that is written: only
    /// a later time tells that it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_since: Option<String>,
    /// The same as an earlier program wrote it.
    #[serde(flatten)]
    pub(super) earlier: EarlierIntent,
}

impl Intent {
    /// The intent of a call that is about to be made.
    pub fn new(zone_id: ZoneId, effects: Vec<Effect>, sent: Option<Map<String, Json>>) -> Intent {
        let (free, unseen_since, earlier) = (Vec::new(), None, EarlierIntent::default());
        Intent { zone_id, effects, sent, free, unseen_since, earlier }
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
