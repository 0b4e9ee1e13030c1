//! The traffic of the last minute, as the seed scripts it: each call takes the next number, and the last one stays.

use serde_json::{Value as Json, json};

use super::facts::ScriptedLoad;
use super::message::Answer;
use super::refusal::Refusal;
use super::world::World;
use crate::model::Hostname;

/// What the endpoint adds up: a minute.
const SECONDS: u64 = 60;

impl World {
    /// Answers what the applications of a zone carried in the last minute; those that carried nothing are left out.
    pub(super) fn read_loads(&mut self, zone: &str) -> Result<Answer, Refusal> {
        self.with_spectrum(zone)?;
        let round =
            *self.load_rounds.entry(zone.to_owned()).and_modify(|round| *round += 1).or_default();
        let name = self.holdings.zone_name(zone);
        let scripted: Vec<&ScriptedLoad> =
            self.holdings.loads.iter().filter(|load| load.zone == name).collect();
        let entry = |(id, object): (&String, &serde_json::Map<String, Json>)| {
            let load = scripted.iter().find(|load| load.is_of(object))?;
            let connections = load.connections.get(round).or(load.connections.last())?;
            let bytes = load.bytes_per_second * SECONDS;
            Some(json!({
                "appID": id, "connections": connections, "bytesIngress": bytes / 2,
                "bytesEgress": bytes - bytes / 2, "durationAvg": 0,
            }))
        };
        let apps = self.apps.iter().filter(|(_, app)| app.zone == zone);
        Ok(Answer::new(apps.map(|(id, app)| (id, &app.object)).filter_map(entry).collect()))
    }
}

impl ScriptedLoad {
    /// Whether it is about an application, by hostname and protocol.
    fn is_of(&self, object: &serde_json::Map<String, Json>) -> bool {
        let name = object.get("dns").and_then(|dns| dns["name"].as_str());
        let read = |text: &str| text.parse::<Hostname>().ok();
        let same_name = name.and_then(read).is_some_and(|live| read(&self.dns_name) == Some(live));
        same_name && object.get("protocol").and_then(Json::as_str) == Some(&self.protocol)
    }
}
