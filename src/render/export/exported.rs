//! What is written out: applications with their keys, by zone.

use std::collections::BTreeSet;

use crate::model::{Field, Live, Tier, Value, ZoneId};

/// An application that is written out.
#[derive(Debug, Clone)]
pub struct ExportedApp {
    /// Its key.
    pub key: String,
    /// The application.
    pub live: Live,
    /// Top-level names of the zone's defaults that it does not have, and that are dropped for it.
    pub dropped: BTreeSet<String>,
    /// The checks that are against it as it is.
    pub allowed: BTreeSet<String>,
    /// The rows that it stands for, where several applications were folded into one.
    pub rows: Option<Rows>,
}

/// What differs between applications that are written as one with `each`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// What the hostnames have in front of the zone's name; nothing where all have one hostname.
    pub hosts: Vec<String>,
    /// The ports; nothing where all have the same protocol.
    pub ports: Vec<u16>,
}

impl ExportedApp {
    /// An application under a key, before it is known what its surroundings ask for.
    pub fn new(key: String, live: Live) -> ExportedApp {
        ExportedApp { key, live, dropped: BTreeSet::new(), allowed: BTreeSet::new(), rows: None }
    }

    /// The fields without which there is no configuration, and which this version cannot read.
    pub fn unreadable(&self) -> Vec<Field> {
        let needed = [Field::Protocol, Field::DnsName, Field::DnsType].into_iter();
        needed
            .filter(|field| matches!(self.live.spec.get(*field), None | Some(Value::Unread(_))))
            .collect()
    }
}

impl Rows {
    /// How many applications they are.
    pub fn count(&self) -> usize {
        self.hosts.len().max(1) * self.ports.len().max(1)
    }
}

/// The applications of a zone.
#[derive(Debug, Clone)]
pub struct ZoneExport {
    /// The zone's name.
    pub zone: String,
    /// What is written of the zone itself: its id and plan; none where the configuration has it already.
    pub head: Option<Head>,
    /// The applications.
    pub entries: Vec<ExportedApp>,
}

/// What is written of a zone.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Its id.
    pub id: Option<ZoneId>,
    /// Its plan.
    pub tier: Option<Tier>,
}
