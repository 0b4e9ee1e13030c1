//! The journal: one line of JSON for each step that begins or ends, so that a run that dies loses nothing and that recording a step
//! costs the same among ten applications and ten thousand. The next write of the state takes the lines in.
//!
//! Each line has a serial. A line whose serial the state has reached is already in it, so that a crash between writing the state and
//! clearing the journal replays nothing; replaying would be wrong, for a move is not the same the second time.
//!
//! - **Old reader, new data:** a line of a greater `format_version` refuses the journal as a whole.
//! - **New reader, old data:** every version is read for ever.
//! - **Old writer, new data:** cannot happen, because the writer reads the journal first and refuses it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::change::StateChange;
use super::effect::Effect;
use super::intent::{EarlierIntent, Intent};
use super::version::{FORMAT_VERSION, Unreadable, check_version};
use crate::model::{Address, AppId, Field, ZoneId};

/// One thing that happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JournalEntry {
    /// A step is about to call the API. Without an end to it, nobody knows whether the call arrived.
    #[serde(rename = "began")]
    StepStarted(StepStarted),
    /// Something became true. With a step, it is how that step ended.
    Done {
        /// The step of this run that it ends.
        step: Option<u32>,
        /// What the state learns from it.
        edit: StateChange,
    },
    /// A step surely changed nothing. A step whose outcome is unknown gets no entry and stays open.
    Failed {
        /// The step of this run that it ends.
        step: u32,
        /// The error code, if the server named one.
        code: Option<String>,
        /// What went wrong.
        why: String,
    },
    /// The call of a step has taken effect: its effects are true from now on. The run that made the call says so, or a later one that
    /// has seen it.
    TookEffect {
        /// The run that the step belongs to.
        of_run: Uuid,
        /// The step.
        step: u32,
        /// The application.
        app_id: AppId,
        /// When.
        at: Timestamp,
    },
    /// A step is closed and has changed nothing.
    Settled {
        /// The run that the open step belongs to.
        of_run: Uuid,
        /// The open step.
        step: u32,
    },
}

/// A step that is about to call the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepStarted {
    /// The step's number in its run.
    pub step: u32,
    /// The application.
    pub address: Address,
    /// What is done to it, in the plan's word: `create`.
    pub action: String,
    /// The live application, unless it is to be created.
    pub app_id: Option<AppId>,
    /// A digest of the body that is sent, by which a created application can be told from a stranger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_hash: Option<String>,
    /// What the call is to bring about, so that a later run can tell whether it has, and bring back what it took away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<Box<Intent>>,
    /// When.
    pub at: Timestamp,
}

impl StepStarted {
    /// What is true once the call has taken effect.
    pub fn effects(&self) -> Vec<Effect> {
        match self.meant.as_deref() {
            Some(intent) if intent.earlier == EarlierIntent::default() => intent.effects.clone(),
            Some(intent) => intent.earlier.effects(&self.address),
            None => Vec::new(),
        }
    }

    /// The body that is sent; nothing for a delete, or where it is not known.
    pub fn sent(&self) -> Option<&Map<String, Json>> {
        let intent = self.meant.as_deref()?;
        intent.sent.as_ref().or(intent.earlier.sent())
    }

    /// Whether a field has whatever value is found.
    pub fn leaves(&self, field: Field) -> bool {
        let free = self.meant.as_deref().map(|intent| &intent.free);
        free.is_some_and(|free| free.iter().any(|path| path == field.path()))
    }

    /// When the application was last modified before the call, where nothing else tells whether it was made.
    pub fn unseen_since(&self) -> Option<&str> {
        self.meant.as_deref()?.unseen_since.as_deref()
    }
}

/// A step that began and has no end on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStep {
    /// The run it belongs to.
    pub run: Uuid,
    /// What was begun.
    pub began: StepStarted,
}

impl OpenStep {
    /// Whether its call was made in a zone.
    pub fn is_of(&self, name: &str, id: &ZoneId) -> bool {
        match &self.began.meant {
            Some(intent) => intent.zone_id == *id,
            None => self.began.address.zone == name,
        }
    }
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The version of the form.
    pub format_version: u32,
    /// The lineage of the state that it belongs to; nil before the first write.
    pub lineage: Uuid,
    /// The serial that the state has with it.
    pub serial: u64,
    /// The run that wrote it, by the id of its lock.
    pub run: Uuid,
    /// What happened.
    pub entry: JournalEntry,
}

impl Line {
    /// A line in this version's form.
    pub fn new(lineage: Uuid, serial: u64, run: Uuid, entry: JournalEntry) -> Line {
        Line { format_version: FORMAT_VERSION, lineage, serial, run, entry }
    }

    /// The line's bytes, its newline included.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self)
            .expect("every key of a line is a text and every value plain data");
        bytes.push(b'\n');
        bytes
    }
}

/// A journal as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journal {
    /// The lines before the first that could not be read.
    pub lines: Vec<Line>,
    /// What is wrong with the first line that could not.
    pub broken: Option<String>,
}

impl Journal {
    /// Reads the lines. What follows the last newline is torn, because its writer may have died over it; it was never reported as
    /// written. What follows a damaged line is unknown, because it was made true after what the damaged one says.
    ///
    /// # Errors
    /// [`Unreadable::Newer`] when a later program wrote one of the lines.
    pub fn read(bytes: &[u8]) -> Result<Journal, Unreadable> {
        let mut journal = Journal::default();
        let texts = bytes[..whole_length(bytes)].split(|byte| *byte == b'\n').enumerate();
        for (number, text) in texts.filter(|(_, text)| !text.is_empty()) {
            match (read_line(text), &journal.broken) {
                (Ok(line), None) => journal.lines.push(line),
                (Err(Unreadable::Broken { why }), None) => {
                    journal.broken = Some(format!("line {} of the journal: {why}", number + 1));
                }
                (Ok(_) | Err(Unreadable::Broken { .. }), Some(_)) => {}
                (Err(newer), _) => return Err(newer),
            }
        }
        Ok(journal)
    }
}

fn read_line(text: &[u8]) -> Result<Line, Unreadable> {
    check_version(text)?;
    serde_json::from_slice(text).map_err(|error| Unreadable::Broken { why: error.to_string() })
}

/// How many of the bytes are whole lines; what follows them is torn.
pub fn whole_length(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1)
}
