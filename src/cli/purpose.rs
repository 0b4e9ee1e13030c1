//! What a plan is for, and which checks are made before it is shown: the flags that `plan` and `apply` share.

use clap::Args;

use crate::model::Address;

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose<'a> {
    /// What is configured is to be live.
    Configured,
    /// The same, and these applications are deleted and created again.
    Replacing(&'a [Address]),
    /// Everything that is managed is to be deleted.
    Destroy,
    /// What the state knows of ids is to be brought up to date.
    Refresh,
}

/// The flags that say what a plan is for.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct PurposeArgs {
    /// Delete everything that is managed
    #[arg(long)]
    pub(super) destroy: bool,
    /// Delete and create this application again
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["destroy", "refresh_only"])]
    pub(super) replace: Vec<Address>,
    /// Update only the state's ids; no API writes
    #[arg(long, conflicts_with = "destroy")]
    pub(super) refresh_only: bool,
}

impl PurposeArgs {
    /// The purpose that the flags name; clap lets only one of them through.
    pub(super) fn purpose(&self) -> Purpose<'_> {
        match (self.destroy, self.refresh_only, self.replace.as_slice()) {
            (true, ..) => Purpose::Destroy,
            (_, true, _) => Purpose::Refresh,
            (.., []) => Purpose::Configured,
            (.., replace) => Purpose::Replacing(replace),
        }
    }
}

impl Purpose<'_> {
    /// The applications that are deleted and created again, whether or not anything differs.
    pub(super) fn replaced(&self) -> &[Address] {
        match self {
            Purpose::Replacing(addresses) => addresses,
            _ => &[],
        }
    }
}

/// Which checks are made before a plan is shown.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct CheckArgs {
    /// Do not check records, ports and prefixes
    #[arg(long)]
    pub(super) no_preflight: bool,
    /// Do not use cached refusals
    #[arg(long)]
    pub(super) no_learned: bool,
}
