//! Settling: what an earlier run has begun and not ended, told from what is live now. A run can die between a call and the note of its
//! end, and an answer can get lost; whether the call took effect is seen in the zone.

use jiff::{SignedDuration, Timestamp};

use super::input::{LiveZone, Remembered};
use crate::diff;
use crate::model::{Address, AppId, Backup, Live, Recorded, ZoneId};

/// A call that was begun and of which no end is known.
#[derive(Debug, Clone)]
pub struct InFlightCall {
    /// The address.
    pub address: Address,
    /// The zone that the call was made in.
    pub zone_id: ZoneId,
    /// The application that it was about; none for a create.
    pub app_id: Option<AppId>,
    /// What is recorded if it took effect; none for a delete.
    pub recorded: Option<Recorded>,
    /// What a delete took away for a replacement.
    pub former: Option<Backup>,
    /// When it was begun.
    pub at: Timestamp,
}

/// What was found of an open call.
#[derive(Debug, Clone, PartialEq)]
pub enum Recovery {
    /// It took effect, and the application is ours.
    Is {
        /// The address.
        address: Address,
        /// What is recorded.
        recorded: Box<Recorded>,
    },
    /// It took effect, and the application is gone.
    Gone {
        /// The address.
        address: Address,
        /// What it was, if it was deleted for a replacement.
        former: Option<Box<Backup>>,
    },
}

/// How far the clocks of this machine and of the API may differ.
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);

/// For how long after its beginning a call may create something.
const LATE: SignedDuration = SignedDuration::from_mins(15);

/// Settles what can be settled, corrects what is remembered, and returns what was found, to be written down. A call that is not seen to
/// have taken effect leaves what is remembered as it is, which is what was true before it.
pub fn recover(
    remembered: &mut Remembered,
    open: &[InFlightCall],
    zones: &[LiveZone],
) -> Vec<Recovery> {
    let mut found = Vec::new();
    for call in open {
        let Some(zone) = zones.iter().find(|zone| zone.id == call.zone_id) else { continue };
        let settlement = match (&call.app_id, &call.recorded) {
            (None, Some(meant)) => created(remembered, call, meant, zone),
            (Some(id), Some(meant)) => updated(call, id, meant, zone),
            (Some(id), None) => deleted(remembered, call, id, zone),
            (None, None) => None,
        };
        found.extend(settlement.inspect(|settlement| correct(remembered, settlement)));
    }
    found
}

fn correct(remembered: &mut Remembered, settlement: &Recovery) {
    match settlement {
        Recovery::Is { address, recorded } => {
            remembered.lost.remove(address);
            remembered.apps.insert(address.clone(), (**recorded).clone());
        }
        Recovery::Gone { address, former } => {
            remembered.apps.remove(address);
            remembered
                .lost
                .extend(former.iter().map(|former| (address.clone(), (**former).clone())));
        }
    }
}

/// The application that a create made: the one of its identity that is not recorded otherwise, and that is either what was meant or as
/// old as the call.
fn created(
    remembered: &Remembered,
    call: &InFlightCall,
    meant: &Recorded,
    zone: &LiveZone,
) -> Option<Recovery> {
    let spec = meant.spec();
    let identity = spec.identity()?;
    let is_free = |live: &&Live| !remembered.apps.values().any(|recorded| recorded.id == live.id);
    let is_it =
        |live: &&Live| diff::between(&live.spec, &spec).is_empty() || is_of_then(live, call.at);
    let live = zone
        .apps
        .iter()
        .filter(|live| live.spec.identity().as_ref() == Some(&identity))
        .filter(is_free)
        .find(is_it)?;
    let recorded = Box::new(Recorded { id: live.id.clone(), ..meant.clone() });
    Some(Recovery::Is { address: call.address.clone(), recorded })
}

fn is_of_then(live: &Live, at: Timestamp) -> bool {
    let created: Option<Timestamp> = live.created_on.as_deref().and_then(|text| text.parse().ok());
    created.is_some_and(|created| created >= at - CLOCKS && created <= at + LATE)
}

fn updated(call: &InFlightCall, id: &AppId, meant: &Recorded, zone: &LiveZone) -> Option<Recovery> {
    let live = zone.apps.iter().find(|live| live.id == *id)?;
    let as_meant = diff::between(&live.spec, &meant.spec()).is_empty();
    as_meant
        .then(|| Recovery::Is { address: call.address.clone(), recorded: Box::new(meant.clone()) })
}

fn deleted(
    remembered: &Remembered,
    call: &InFlightCall,
    id: &AppId,
    zone: &LiveZone,
) -> Option<Recovery> {
    let ours = remembered.apps.get(&call.address).is_some_and(|recorded| recorded.id == *id);
    let is_gone = ours && !zone.apps.iter().any(|live| live.id == *id);
    is_gone.then(|| Recovery::Gone {
        address: call.address.clone(),
        former: call.former.clone().map(Box::new),
    })
}
