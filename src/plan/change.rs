//! What a plan says: one change per address, each with its reason, its fields, and the work that carries it out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::compensation::WayBack;
use super::expect::Expectation;
use super::refusals::Refusals;
use super::stored;
use crate::codes;
use crate::finding::Finding;
use crate::model::load::Reading;
use crate::model::{Address, AppId, Backup, Field, Impact, Source, Template, ZoneId};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each variant is the keyword of the contract")]
pub enum Action {
    Create,
    Update,
    Replace,
    Delete,
    Adopt,
    Move,
    Forget,
    Record,
}

/// Why it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the keyword of the contract")]
pub enum Reason {
    NotFound,
    DeletedOutside,
    RecreatedOutside,
    Differs,
    ImmutableField,
    Requested,
    Cycle,
    NotInConfiguration,
    /// With `--destroy`: for other programs the same.
    #[serde(rename = "not_in_configuration", skip_deserializing)]
    Destroyed,
    Unmanaged,
    Moved,
    Removed,
    ProtectChanged,
}

/// Who made a field differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeCause {
    /// The configuration changed.
    Config,
    /// Somebody changed the live application.
    Drift,
    /// Both.
    Both,
}

/// One side of a change of a field, as it may be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// The value in the API's form, or the mask that stands for it.
    pub json: Json,
    /// The value as text.
    pub text: String,
    /// The members of a list, sorted.
    pub members: Option<Vec<String>>,
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    #[serde(with = "stored::field")]
    pub field: Field,
    /// What it is; `None` for nothing.
    pub before: Option<Side>,
    /// What it becomes; `None` for nothing.
    pub after: Option<Side>,
    /// Who made it differ.
    pub cause: ChangeCause,
    /// Which part of the configuration the new value comes from.
    pub source: Source,
    /// Whether the API can only change it by a replace.
    pub forces_replace: bool,
    /// Whether answers leave the field out, so that `before` is what was last applied and the change cannot be read back.
    #[serde(default)]
    pub is_unseen: bool,
    /// The two values for the digest, in canonical form; never shown.
    #[serde(rename = "sealed")]
    pub digest_input: [String; 2],
}

/// The calls that carry a change out, with everything they need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is the call of the API that it makes")]
pub enum Work {
    Create {
        body: Map<String, Json>,
    },
    Update {
        id: AppId,
        body: Map<String, Json>,
    },
    Replace {
        id: AppId,
        body: Map<String, Json>,
    },
    Delete {
        id: AppId,
    },
    /// Only the state changes.
    Nothing,
}

/// What is written down when the work is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StateEffect {
    /// The application is ours, under the change's address.
    Keep(Box<Template>),
    /// It is no longer ours; a released one is remembered so that it is never deleted as unmanaged.
    Drop {
        /// Whether it is left running.
        released: bool,
    },
    /// Nothing is recorded of it: it was not ours.
    Nothing,
}

/// What happens to one address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The address.
    pub address: Address,
    /// The zone's id.
    pub zone_id: ZoneId,
    /// The live application's id, if there is one.
    pub app_id: Option<AppId>,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// What clients notice.
    pub impact: Impact,
    /// Labels, for selection and reports.
    pub labels: BTreeMap<String, String>,
    /// The former address of what moves.
    pub from: Option<Address>,
    /// Whether nothing is recorded under the former address from now on; members of an exchange keep each other's.
    pub vacates: bool,
    /// Whether another application moves on from the address, so that what is recorded there is kept.
    #[serde(default)]
    pub displaces: bool,
    /// Whether it only records labels and notes, which nobody has to approve.
    #[serde(default)]
    pub describes: bool,
    /// What changes, in table order.
    pub fields: Vec<FieldChange>,
    /// The calls.
    pub work: Work,
    /// What is written down.
    pub record: StateEffect,
    /// What its delete takes away so that another can be created in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Box<Backup>>,
    /// The applications, deleted for a replacement, that are no longer offered once it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdraws: Vec<AppId>,
    /// What a refusal of it would mean.
    pub refusals: Refusals,
    /// The live application that the change was made for, and what is written to it.
    pub expects: Option<Expectation>,
}

/// A live application that the configuration does not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnmanagedApp {
    /// The zone's name.
    pub zone: String,
    /// Its id.
    pub app_id: AppId,
    /// Its protocol.
    pub protocol: String,
    /// Its hostname.
    pub dns_name: String,
}

/// How many changes of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field counts the action of its name")]
pub struct Summary {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub delete: usize,
    pub adopt: usize,
    #[serde(rename = "move")]
    pub moved: usize,
    pub forget: usize,
    pub record: usize,
    /// Applications in which nothing differs.
    pub unchanged: usize,
    /// Live applications that the configuration does not have.
    pub unmanaged: usize,
    /// Changes of which a field was changed outside.
    pub drifted: usize,
}

/// Part of the work: one call, after others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The change it belongs to.
    pub change: usize,
    /// Which call of the change.
    pub call: Call,
    /// The steps that must be done before.
    pub after: Vec<usize>,
}

/// Which call of a change a step makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each variant is the call of its name")]
pub enum Call {
    Create,
    Update,
    Delete,
    /// The application is read, before another change writes it that takes values over from it.
    Read,
    /// Only the state changes.
    Nothing,
}

/// What a selection left of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Selected {
    /// The selection as it was given.
    pub given: Vec<String>,
    /// The addresses that were added because they belong to selected ones.
    #[schemars(with = "Vec<String>")]
    pub added: Vec<Address>,
    /// The addresses that are left out although they are selected, because they belong to excluded ones.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub held_back: Vec<Address>,
    /// How many changes are left out.
    pub left_out: usize,
}

/// What stops a plan from being applied; several may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    /// A zone could not be read.
    pub unread: bool,
    /// There is an error finding that is neither of these.
    pub errors: bool,
    /// A guard refuses it.
    pub guarded: bool,
}

/// Applications that are replaced together; one that is alone on its hostname is a group of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The hostname.
    pub hostname: String,
    /// The addresses, sorted.
    pub members: Vec<Address>,
}

/// What is to be done, whole: apply may stop, it may not decide.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The changes by address.
    pub changes: Vec<Change>,
    /// Updates that a field which cannot be changed keeps out of the plan: looked at like those above, and never applied.
    pub blocked: Vec<Change>,
    /// The order in which they are applied.
    pub steps: Vec<Step>,
    /// What is replaced together.
    pub groups: Vec<Group>,
    /// What takes each group of steps back once one of them is refused.
    pub ways_back: Vec<WayBack>,
    /// The ids that were live, so that none of them is taken for what a create of this plan has made.
    pub known: BTreeSet<AppId>,
    /// Adopted applications in which nothing differs, so that carrying the plan out confirms their values.
    pub confirms: Vec<Address>,
    /// Live applications that the configuration does not have.
    pub unmanaged: Vec<UnmanagedApp>,
    /// The traffic of the applications that are cut off, where it was asked for.
    pub loads: BTreeMap<Address, Reading>,
    /// What is wrong, in order; guards included.
    pub findings: Vec<Finding>,
    /// What stops it from being applied.
    pub verdict: Verdict,
    /// The codes of the guards that refuse it, in order, each once.
    pub blocked_by: Vec<String>,
    /// The names of the zones that were not read.
    pub unread: Vec<String>,
    /// What was selected, when not everything was.
    pub selection: Option<Selected>,
    /// How many changes of each kind.
    pub summary: Summary,
    /// Whether every zone was read and nothing is wrong.
    pub complete: bool,
    /// `sha256:…` over actions, ids, before and after.
    pub digest: String,
    /// The id of the state, under which values are hashed; none before there is one.
    pub lineage: Option<Uuid>,
    /// Whether it was made against a simulator.
    pub simulated: bool,
}

impl Plan {
    /// How many applications were changed outside and are left as they are, because the configuration holds drift.
    pub fn held(&self) -> usize {
        let held = self.findings.iter().filter(|finding| finding.code == codes::DRIFT_HELD.slug);
        held.filter_map(|finding| finding.address.as_ref()).collect::<BTreeSet<_>>().len()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Change {
    /// Whether its application is deleted and nothing takes its place.
    pub(super) fn removes(&self) -> bool {
        matches!(self.work, Work::Delete { .. })
    }
}

impl Action {
    /// The action's keyword.
    pub fn text(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace => "replace",
            Action::Delete => "delete",
            Action::Adopt => "adopt",
            Action::Move => "move",
            Action::Forget => "forget",
            Action::Record => "record",
        }
    }
}

impl Reason {
    /// The reason in words for people.
    pub fn text(self) -> &'static str {
        match self {
            Reason::NotFound => "does not exist yet",
            Reason::DeletedOutside => "was deleted outside",
            Reason::RecreatedOutside => "was created again outside",
            Reason::Differs => "differs",
            Reason::ImmutableField => "has a field that cannot be changed in place",
            Reason::Requested => "was requested with --replace",
            Reason::Cycle => "is part of a cycle",
            Reason::NotInConfiguration => "is no longer in the configuration",
            Reason::Destroyed => "was requested with --destroy",
            Reason::Unmanaged => "is not managed",
            Reason::Moved => "has a new address",
            Reason::Removed => "is named under removed",
            Reason::ProtectChanged => "protection changes",
        }
    }
}
