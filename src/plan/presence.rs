//! What is there of an address: it is desired or not, recorded or not, live or not. Six of the seven cases are here; what is live only has
//! no address and is a stranger.

use crate::config::App;
use crate::model::{Live, Recorded};

/// What is there of an address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Presence<'a> {
    /// Desired only: it is new.
    Configured { desired: &'a App },
    /// Desired and recorded, but gone.
    ConfiguredAndRecorded { desired: &'a App },
    /// Desired and live, but not recorded.
    ConfiguredAndLive { desired: &'a App, live: &'a Live },
    /// Desired, recorded and live.
    Managed { desired: &'a App, recorded: &'a Recorded, live: &'a Live },
    /// Recorded only: it left the configuration and is gone.
    Recorded { recorded: &'a Recorded },
    /// Recorded and live: it left the configuration.
    RecordedAndLive { recorded: &'a Recorded, live: &'a Live },
}

impl<'a> Presence<'a> {
    /// What is desired but not live.
    pub(super) fn configured(desired: &'a App, recorded: Option<&'a Recorded>) -> Self {
        match recorded {
            Some(_) => Presence::ConfiguredAndRecorded { desired },
            None => Presence::Configured { desired },
        }
    }

    /// The live application, if there is one.
    pub(super) fn live(&self) -> Option<&'a Live> {
        match self {
            Presence::ConfiguredAndLive { live, .. }
            | Presence::Managed { live, .. }
            | Presence::RecordedAndLive { live, .. } => Some(live),
            Presence::Configured { .. }
            | Presence::ConfiguredAndRecorded { .. }
            | Presence::Recorded { .. } => None,
        }
    }
}
