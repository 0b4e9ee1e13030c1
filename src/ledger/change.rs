//! What the state learns: one change at a time, as the journal holds it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::earlier::EarlierBackup;
use crate::model::facts::CachedRefusal;
use crate::model::{AccountId, Address, AppId, Backup, Kept, Recorded, ZoneId};

/// One change of the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum StateChange {
    /// The application is ours and was last written so.
    Put {
        /// Its address.
        address: Address,
        /// What is remembered of it.
        recorded: Box<Recorded>,
    },
    /// The application is no longer ours.
    Drop {
        /// Its address.
        address: Address,
        /// When it was let go alive, which leaves a tombstone; nothing if it is gone.
        #[serde(default)]
        released: Option<Timestamp>,
    },
    /// The application has another address.
    Move {
        /// The address it had.
        from: Address,
        /// The address it has.
        to: Address,
        /// The application, which may have been moved by another change already; none where the address alone says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<AppId>,
    },
    /// The application has another address, from which another one moves on: what is recorded there takes the address that this one leaves,
    /// so that each application stays recorded once, whichever of them moves first.
    Swap {
        /// The application.
        id: AppId,
        /// The address it had before any of them moved.
        from: Address,
        /// The address it has.
        to: Address,
    },
    /// The zone was verified, or was met for the first time.
    Zone {
        /// Its name.
        name: String,
        /// Its id.
        id: ZoneId,
        /// Its account.
        account: Option<AccountId>,
    },
    /// These and no others are the zone's unmanaged applications that were listed to somebody.
    Unmanaged {
        /// The zone's name.
        zone: String,
        /// Their ids.
        ids: Vec<AppId>,
    },
    /// The application was live when this state began. It may have been released under an earlier one, so it counts as released.
    Found {
        /// The application.
        id: AppId,
        /// Its address as an unmanaged application.
        address: Address,
        /// Its zone.
        zone: ZoneId,
        /// When the state began.
        when: Timestamp,
    },
    /// The live applications of these zones are noted since the state began; of every zone, where none are named.
    Noted {
        /// The names of the zones.
        zones: Option<Vec<String>>,
    },
    /// The application was deleted so that another can be created in its place; what it was is kept until another stands there.
    Offer {
        /// What it was.
        backup: Box<Backup>,
    },
    /// The address keeps these values, which are not live anywhere, until it is recorded anew.
    Keep {
        /// The address.
        address: Address,
        /// What it keeps.
        kept: Box<Kept>,
    },
    /// What an application was is no longer kept.
    Withdraw {
        /// The id that it had.
        id: AppId,
    },
    /// The two above, as earlier programs wrote them.
    Lost {
        /// The application's address.
        address: Address,
        /// What it was; nothing once it is back or no longer wanted.
        former: Option<Box<EarlierBackup>>,
    },
    /// A saved plan is being carried out, and never again.
    Planned {
        /// The saved plan's id.
        plan: Uuid,
        /// When.
        at: Timestamp,
    },
    /// The state belongs to the configuration of this name.
    Owner {
        /// The name.
        name: String,
    },
    /// The state is kept here by an apply.
    Location {
        /// Its bucket; none for a folder.
        url: Option<String>,
    },
    /// The API taught something. It replaces what was known of the same code, zone, account and subject.
    Learned(CachedRefusal),
    /// What was known of this code, account, zone and subject no longer holds.
    Unlearned {
        /// The error code, as text.
        code: String,
        /// The account it held for.
        account: Option<AccountId>,
        /// The zone it held for.
        zone: Option<ZoneId>,
        /// What was refused.
        subject: String,
    },
}
