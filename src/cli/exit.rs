//! The exit codes, and which of several applies.

use std::process::ExitCode;

/// How the program ends. Ordered by precedence: of several the smallest is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// 130: interrupted; what was done is recorded.
    Interrupted,
    /// 64: the arguments cannot be used, or there is nobody to ask.
    Usage,
    /// 7: the state is locked.
    Locked,
    /// 1: API, network, state, input or output failed; a prompt was declined.
    Failed,
    /// 3: an error finding.
    Findings,
    /// 4: refused by a guard.
    Guarded,
    /// 5: the saved plan or the approved digest is stale.
    Stale,
    /// 6: apply is incomplete.
    Incomplete,
    /// 2: changes are pending.
    Pending,
    /// 0: done.
    Done,
}

impl Exit {
    /// The number that the process ends with.
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Pending => 2,
            Exit::Findings => 3,
            Exit::Guarded => 4,
            Exit::Stale => 5,
            Exit::Incomplete => 6,
            Exit::Locked => 7,
            Exit::Usage => 64,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
