//! Everything a plan depends on, in one value: the validated configuration, what the state remembers, what is live, and the policy
//! of this run, today's date included.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::selection::Selection;
use crate::config::Limits;
use crate::finding::Finding;
use crate::ledger::Snapshot;
use crate::model::{AccountId, Address, AppId, Facts, Live, Tier, ZoneId};
use crate::validate::Validated;

/// What a plan is made from.
#[derive(Debug)]
pub struct Input<'a> {
    /// The configuration.
    pub desired: &'a Validated<'a>,
    /// The state.
    pub recorded: &'a Snapshot,
    /// The zones that were read, whole.
    pub live: &'a [LiveZone],
    /// The zones that were not.
    pub unread: &'a [Unread],
    /// How to go about it.
    pub policy: &'a Policy,
    /// What preflight read, if it was made.
    pub facts: Option<&'a Facts>,
}

/// A zone that was read whole.
#[derive(Debug, Clone)]
pub struct LiveZone {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: ZoneId,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its plan, declared or read.
    pub tier: Option<Tier>,
    /// All its applications.
    pub apps: Vec<Live>,
}

/// The ids of everything that is live.
pub(super) fn ids(zones: &[LiveZone]) -> BTreeSet<AppId> {
    zones.iter().flat_map(|zone| &zone.apps).map(|live| live.id.clone()).collect()
}

/// A zone that was not read, or is not the one it should be.
#[derive(Debug, Clone)]
pub struct Unread {
    /// Its name.
    pub zone: String,
    /// Why, as a finding.
    pub finding: Finding,
    /// What kind of reason it is.
    pub cause: UnreadCause,
}

/// What kept a zone from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadCause {
    /// Reading failed.
    Failed,
    /// The zone was found to be another one.
    OtherZone,
    /// What the configuration says of the zone has a mistake.
    Mistaken,
    /// It is no longer in the account. What is recorded of it stays as it is, and other zones are not held up.
    Gone,
}

/// A guard that is lifted for one run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// A configuration without applications.
    Empty,
    /// A zone that loses all its applications.
    Zone(String),
    /// A file that was not read.
    File(String),
    /// Recorded applications of which more than half are gone.
    Vanished,
    /// An apply in CI without a state.
    NoState,
    /// A state that is kept elsewhere than at the last apply.
    StateMoved,
}

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatePlace {
    /// In a folder. Which one says nothing: a checkout is now here and now there.
    Folder,
    /// In a bucket, by its URL.
    Bucket(String),
}

impl StatePlace {
    /// The bucket's URL.
    pub fn url(&self) -> Option<&String> {
        match self {
            StatePlace::Folder => None,
            StatePlace::Bucket(url) => Some(url),
        }
    }

    /// Whether this is where a state says that it was kept. A slash at the end of a URL names no other place.
    pub fn is(&self, kept: Option<&String>) -> bool {
        let plain = |url: &String| url.trim_end_matches('/').to_owned();
        self.url().map(plain) == kept.map(plain)
    }
}

/// How to go about a plan.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Now, for what is recent and what is not.
    pub now: Timestamp,
    /// Today, in UTC.
    pub today: Date,
    /// How much may change.
    pub limits: Limits,
    /// The name of this configuration, by which a state knows its owner; none where nothing is to be said about it.
    pub owner: Option<String>,
    /// Where the state is kept; none where nothing is to be said about it.
    pub state_place: Option<StatePlace>,
    /// The guards that are lifted.
    pub allowances: BTreeSet<Allowance>,
    /// Whether everything that is managed is to be deleted.
    pub destroy: bool,
    /// Whether only what is known of ids is brought up to date, and nothing is written to the API.
    pub refresh_only: bool,
    /// The applications that are to be deleted and created again, whether or not anything differs.
    pub replace: BTreeSet<Address>,
    /// Which part of the plan is wanted; all of it when there is none.
    pub selection: Option<Selection>,
    /// Whether origins are hidden.
    pub redact_origins: bool,
    /// Whether this runs against a simulator.
    pub simulated: bool,
    /// Whether a state is expected, so that its absence is more likely a loss than a beginning: in a pipeline with a state in a folder.
    pub expects_state: bool,
    /// Whether refusals that the state remembers are heeded.
    pub use_refusal_cache: bool,
}

impl Policy {
    /// A policy without exceptions.
    pub fn at(now: Timestamp) -> Self {
        Policy {
            now,
            today: now.to_zoned(TimeZone::UTC).date(),
            limits: Limits::default(),
            owner: None,
            state_place: None,
            allowances: BTreeSet::new(),
            destroy: false,
            refresh_only: false,
            replace: BTreeSet::new(),
            selection: None,
            redact_origins: false,
            simulated: false,
            expects_state: false,
            use_refusal_cache: true,
        }
    }
}
