//! What is there of an address: it is desired or not, recorded or not, live or not. Six of the seven cases are here; what is live only has
//! no address and is an unmanaged application.

use crate::config::App;
use crate::model::{Address, Live, Recorded};

/// What is there of an address.
#[derive(Debug, Clone, Copy)]
pub(super) enum ThreeWay<'a> {
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

impl<'a> ThreeWay<'a> {
    /// What is desired but not live.
    pub(super) fn configured(desired: &'a App, recorded: Option<&'a Recorded>) -> Self {
        match recorded {
            Some(_) => ThreeWay::ConfiguredAndRecorded { desired },
            None => ThreeWay::Configured { desired },
        }
    }

    /// The application of the configuration, if there is one.
    pub(super) fn desired(&self) -> Option<&'a App> {
        match self {
            ThreeWay::Configured { desired }
            | ThreeWay::ConfiguredAndRecorded { desired }
            | ThreeWay::ConfiguredAndLive { desired, .. }
            | ThreeWay::Managed { desired, .. } => Some(desired),
            ThreeWay::Recorded { .. } | ThreeWay::RecordedAndLive { .. } => None,
        }
    }

    /// What was recorded of the live application, if both are there.
    pub(super) fn recorded(&self) -> Option<&'a Recorded> {
        match self {
            ThreeWay::Managed { recorded, .. } | ThreeWay::RecordedAndLive { recorded, .. } => {
                Some(recorded)
            }
            _ => None,
        }
    }

    /// The live application, if there is one.
    pub(super) fn live(&self) -> Option<&'a Live> {
        match self {
            ThreeWay::ConfiguredAndLive { live, .. }
            | ThreeWay::Managed { live, .. }
            | ThreeWay::RecordedAndLive { live, .. } => Some(live),
            ThreeWay::Configured { .. }
            | ThreeWay::ConfiguredAndRecorded { .. }
            | ThreeWay::Recorded { .. } => None,
        }
    }
}

/// An address with what is there of it.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub(super) address: Address,
    pub(super) three_way: ThreeWay<'a>,
    /// The address under which the application is recorded, when it is another one.
    pub(super) from: Option<Address>,
    /// Whether it serves the address of another member of an exchange, whose record stays.
    pub(super) exchanged: bool,
    /// Whether the application that is recorded here moves on to another address.
    pub(super) displaces: bool,
    /// Of a member of an exchange: what was applied at the address, and the application that served it so far.
    pub(super) own: Option<(&'a Recorded, &'a Live)>,
    /// Whether what was recorded here is gone and its identity lives under another id.
    pub(super) recreated: bool,
}

impl<'a> Pair<'a> {
    pub(super) fn new(address: &Address, three_way: ThreeWay<'a>) -> Pair<'a> {
        Pair {
            address: address.clone(),
            three_way,
            from: None,
            exchanged: false,
            displaces: false,
            own: None,
            recreated: false,
        }
    }
}
