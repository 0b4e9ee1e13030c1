//! What reading a store gives, and what writing it must leave behind. Pure: bytes in, bytes out, the same for every backend.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::effect::Effect;
use super::format::State;
use super::journal::{Journal, JournalEntry, Line, OpenStep};
use super::version::{FORMAT_VERSION, Unreadable};
use crate::model::{Address, ZoneId};

/// In which condition the state was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Condition {
    /// There is none. What the journal holds is in the snapshot's state all the same.
    #[default]
    Absent,
    /// There is one, but it or a line of its journal is damaged; deletions are held back until an apply has written a new one.
    Broken {
        /// What is wrong.
        why: String,
    },
    /// It was read.
    Read,
}

/// A store as it was found: the state with the journal taken in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// In which condition it was found.
    pub condition: Condition,
    /// The state; empty but for the journal's edits unless the condition is [`Condition::Read`].
    pub state: State,
    /// Steps that began and of which nobody knows how they ended.
    pub open_steps: Vec<OpenStep>,
    /// Whether the state's own bytes are damaged, which sets them aside at the next write.
    pub state_is_broken: bool,
    /// Whether the journal's are.
    pub journal_is_broken: bool,
}

impl Snapshot {
    /// Reads a state and takes its journal in. A store that changes meanwhile gives a consistent snapshot when the journal was fetched first:
    /// whatever it lacks, the later state holds.
    ///
    /// # Errors
    /// [`Unreadable::Newer`] when a later program wrote the state; nothing else.
    pub fn new(state: Option<&[u8]>, journal: Journal) -> Result<Snapshot, Unreadable> {
        let (condition, found) = match state.map(State::read) {
            None => (Condition::Absent, State::empty()),
            Some(Ok(found)) => (Condition::Read, found),
            Some(Err(Unreadable::Broken { why })) => (Condition::Broken { why }, State::empty()),
            Some(Err(newer)) => return Err(newer),
        };
        let mut snapshot = Snapshot {
            state_is_broken: matches!(condition, Condition::Broken { .. }),
            journal_is_broken: journal.broken.is_some(),
            condition,
            state: found,
            open_steps: Vec::new(),
        };
        if let (false, Some(why)) = (snapshot.state_is_broken, journal.broken) {
            snapshot.condition = Condition::Broken { why };
        }
        snapshot.fold(&journal.lines);
        if snapshot.journal_is_broken {
            snapshot.state.doubt();
            // What was released after the damage is not remembered.
            snapshot.state.noted = Some(BTreeSet::new());
        }
        Ok(snapshot)
    }

    /// The zones, by name, in which an application was deleted that may be asked for by an address, or may have been by a call that is
    /// still open.
    pub fn zones_of(&self, address: &Address) -> BTreeMap<String, ZoneId> {
        let offered = |effect: &Effect| match effect {
            Effect::Offer { backup } => backup.addresses.contains(address),
            _ => false,
        };
        let is_it = |open: &&OpenStep| {
            open.began.address == *address || open.began.effects().iter().any(offered)
        };
        let open = self.open_steps.iter().filter(is_it);
        let open = open.filter_map(|open| Some(open.began.meant.as_ref()?.zone_id.clone()));
        let kept = self.state.backup_of(address).map(|backup| backup.zone_id.clone());
        let named = |id: ZoneId| {
            let known = self.state.zones.iter().find(|(_, zone)| zone.id == id);
            (known.map_or_else(|| address.zone.clone(), |(name, _)| name.clone()), id)
        };
        kept.into_iter().chain(open).map(named).collect()
    }

    /// A state that was read, with nothing open.
    pub fn read(state: State) -> Snapshot {
        Snapshot { condition: Condition::Read, state, ..Snapshot::default() }
    }

    /// What a write over this snapshot leaves: the next state and the journal that goes with it; nothing if the state was not made from
    /// this snapshot, so that writing it would undo somebody's work. A state without a lineage takes the fresh one, and its serial is greater than
    /// that of every version that is kept, so that a number never names two of them.
    pub fn successor(&self, next: &State, fresh: Uuid, kept: u64) -> Option<Successor> {
        if next.serial != self.state.serial {
            return None;
        }
        let lineage = if next.lineage.is_nil() { fresh } else { next.lineage };
        let state = State {
            format_version: FORMAT_VERSION,
            lineage,
            serial: next.serial.max(kept) + 1,
            ..next.clone()
        };
        let began = |open: &OpenStep| {
            Line::new(
                lineage,
                state.serial,
                open.run,
                JournalEntry::StepStarted(open.began.clone()),
            )
        };
        let journal = self.open_steps.iter().flat_map(|open| began(open).to_bytes()).collect();
        Some(Successor { state, journal })
    }
}

/// What a write leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Successor {
    /// The state, with a lineage and the next serial.
    pub state: State,
    /// The journal: the steps that are still open, usually none.
    pub journal: Vec<u8>,
}
