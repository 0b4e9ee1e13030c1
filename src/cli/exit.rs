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
    /// Every exit code, by number.
    pub(super) const ALL: [Exit; 10] = [
        Exit::Done,
        Exit::Failed,
        Exit::Pending,
        Exit::Findings,
        Exit::Guarded,
        Exit::Stale,
        Exit::Incomplete,
        Exit::Locked,
        Exit::Usage,
        Exit::Interrupted,
    ];

    /// What it says of a run: in a few words, and after a colon at length.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Exit::Done => {
                "done: with `plan --detailed-exitcode` and `drift`, everything was compared, and nothing differs"
            }
            Exit::Failed => {
                "failed: API, network, state or files; a zone could not be read, or a prompt was declined"
            }
            Exit::Pending => {
                "changes or drift: changes are pending (`plan --detailed-exitcode`), or something was changed outside (`drift`)"
            }
            Exit::Findings => {
                "an error finding: from validation, preflight, or the live applications"
            }
            Exit::Guarded => {
                "refused by a guard: limits, protect, an empty configuration, adoption, a file or zone that vanished"
            }
            Exit::Stale => "stale plan or digest: something changed since the plan was made",
            Exit::Incomplete => {
                "incomplete: a step of the apply failed, was skipped, or has an unknown outcome"
            }
            Exit::Locked => "state locked: another run holds the lock",
            Exit::Usage => {
                "usage: the arguments cannot be used, or there is no terminal to ask on and no --auto-approve"
            }
            Exit::Interrupted => "interrupted: what was done is recorded",
        }
    }

    /// The same without what is said at length.
    pub(super) fn in_few_words(self) -> &'static str {
        self.meaning().split(':').next().unwrap_or_default()
    }

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
