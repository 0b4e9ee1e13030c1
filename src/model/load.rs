//! The traffic of an application in the last minute, which says what an outage costs.

use std::collections::BTreeMap;

use super::ids::AppId;

/// What an application carried in the last minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Connections.
    pub connections: u64,
    /// Bytes in both directions, a second.
    pub bytes_per_second: u64,
}

impl Load {
    /// Its connections in words: `1 connection`, `412 connections`.
    pub fn connections_text(&self) -> String {
        connections_text(self.connections)
    }
}

/// A number of connections in words.
pub fn connections_text(count: u64) -> String {
    format!("{count} {}", if count == 1 { "connection" } else { "connections" })
}

/// What is known of the traffic of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneLoad {
    /// Read whole. An application that is not in it carried nothing (*inferred*).
    Read(BTreeMap<AppId, Load>),
    /// Not read, and why: fits "load unknown: …".
    Unknown(String),
}

/// What is known of the traffic of one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// What it carried.
    Known(Load),
    /// Not read, and why.
    Unknown(String),
}

impl ZoneLoad {
    /// What it says of an application.
    pub fn of(&self, app: &AppId) -> Reading {
        match self {
            ZoneLoad::Read(loads) => Reading::Known(loads.get(app).copied().unwrap_or_default()),
            ZoneLoad::Unknown(why) => Reading::Unknown(why.clone()),
        }
    }
}

/// The sum of readings; unknown if one of them is, with its reason.
pub fn sum<'a>(readings: impl IntoIterator<Item = &'a Reading>) -> Reading {
    let mut sum = Load::default();
    for reading in readings {
        match reading {
            Reading::Known(load) => {
                sum.connections = sum.connections.saturating_add(load.connections);
                sum.bytes_per_second = sum.bytes_per_second.saturating_add(load.bytes_per_second);
            }
            Reading::Unknown(_) => return reading.clone(),
        }
    }
    Reading::Known(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_with_an_unknown_part_is_unknown() {
        let known = Reading::Known(Load { connections: 2, bytes_per_second: 10 });
        let unknown = Reading::Unknown("no answer".to_owned());
        let double = Reading::Known(Load { connections: 4, bytes_per_second: 20 });
        assert_eq!(sum([&known, &known]), double);
        assert_eq!(sum([&known, &unknown]), unknown);
        assert_eq!(sum([]), Reading::Known(Load::default()));
    }
}
