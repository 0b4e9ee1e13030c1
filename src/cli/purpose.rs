//! What a plan is for, and which checks are made before it is shown: the flags that `plan` and `apply` share.

use clap::Args;

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// What is configured is to be live.
    Configured,
    /// Everything that is managed is to be deleted.
    Destroy,
    /// What the state knows of ids is to be brought up to date.
    Refresh,
}

/// The flags that say what a plan is for.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct PurposeArgs {
    /// Delete everything that is managed
    #[arg(long)]
    pub(super) destroy: bool,
    /// Only bring up to date what the state knows of ids: what is gone, moved or found again; nothing is written to the API
    #[arg(long, conflicts_with = "destroy")]
    pub(super) refresh_only: bool,
}

impl PurposeArgs {
    /// The purpose that the flags name; clap lets only one of them through.
    pub(super) fn purpose(self) -> Purpose {
        match (self.destroy, self.refresh_only) {
            (true, _) => Purpose::Destroy,
            (_, true) => Purpose::Refresh,
            _ => Purpose::Configured,
        }
    }
}

/// Which checks are made before a plan is shown.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct CheckArgs {
    /// Read nothing but zones and applications: no check of records, ports, networks and prefixes
    #[arg(long)]
    pub(super) no_preflight: bool,
    /// Do not use refusals that the state remembers
    #[arg(long)]
    pub(super) no_learned: bool,
}
