//! What is provably ours of a create whose answer got lost: which live application it has made, and which one it has made once too often.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json};

use crate::diff;
use crate::model::live::spec_of;
use crate::model::{AppId, Live, Spec};

/// How far the clocks of this machine and of the API may differ.
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);

/// For how long after it was written down a call may create something: it may wait for a rate limit, and is made again while an
/// application is down.
pub(super) const LATE: SignedDuration = SignedDuration::from_mins(25);

/// A create that began, by which an application is known that it has made.
#[derive(Debug)]
pub struct Claim<'a> {
    sent: Spec,
    known: &'a BTreeSet<AppId>,
    began: Timestamp,
}

impl<'a> Claim<'a> {
    /// The claim of a create with this body that began at this time; the known applications are not its own.
    pub fn new(body: &Map<String, Json>, known: &'a BTreeSet<AppId>, began: Timestamp) -> Self {
        Claim { sent: spec_of(body), known, began }
    }

    /// Whether a live application has the hostname and ports of the create, and nobody knows of it yet.
    pub fn is_candidate(&self, live: &Live) -> bool {
        let identity = self.sent.identity();
        identity.is_some() && live.spec.identity() == identity && !self.known.contains(&live.id)
    }

    /// Whether the create has made it: it has the values that were sent, as far as answers tell, and was created at the time. One that
    /// has the hostname and ports only is somebody else's as far as is known.
    pub fn has_made(&self, live: &Live) -> bool {
        let is_as_sent =
            || diff::between(&live.spec, &self.sent).iter().all(|delta| delta.is_unseen);
        self.is_candidate(live) && is_as_sent() && self.is_of_then(live)
    }

    /// The applications that the create has made beside the one that stays: they may be deleted.
    pub fn doubles(&self, apps: &[Live], stays: &AppId) -> Vec<AppId> {
        let made = apps.iter().filter(|live| live.id != *stays && self.has_made(live));
        made.map(|live| live.id.clone()).collect()
    }

    fn is_of_then(&self, live: &Live) -> bool {
        let created: Option<Timestamp> =
            live.created_on.as_deref().and_then(|text| text.parse().ok());
        created
            .is_some_and(|created| created >= self.began - CLOCKS && created <= self.began + LATE)
    }
}
