//! Why a command could not do what it is for, and the exit code that says so. The frame prints it, once and in one form.

use super::exit::Exit;
use crate::codes;
use crate::config::Sources;
use crate::finding::Finding;
use crate::state::StoreError;

/// A command that failed.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// The arguments cannot be used together, or not here.
    Usage(String),
    /// Something is wrong that findings explain.
    Found {
        exit: Exit,
        findings: Vec<Finding>,
        /// The files that the findings point into.
        sources: Sources,
    },
}

impl Failure {
    /// Arguments that cannot be used, and what to write instead.
    pub(super) fn usage(text: impl Into<String>) -> Failure {
        Failure::Usage(text.into())
    }

    /// Findings, and the exit code that they lead to.
    pub(super) fn new(exit: Exit, findings: Vec<Finding>) -> Failure {
        Failure::Found { exit, findings, sources: Sources::default() }
    }

    /// A run that was interrupted, which was answered when it happened.
    pub(super) fn interrupted() -> Failure {
        Failure::new(Exit::Interrupted, Vec::new())
    }

    /// The same for findings that point into these files.
    pub(super) fn in_files(self, files: &Sources) -> Failure {
        match self {
            Failure::Found { exit, findings, .. } => {
                Failure::Found { exit, findings, sources: files.clone() }
            }
            usage => usage,
        }
    }

    /// The same in a command that would have ended so: the exit code that comes first counts.
    pub(super) fn after(self, end: Exit) -> Failure {
        match self {
            Failure::Found { exit, findings, sources } => {
                Failure::Found { exit: exit.min(end), findings, sources }
            }
            usage => usage,
        }
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::Usage,
            Failure::Found { exit, .. } => *exit,
        }
    }

    /// What it says first, in a sentence.
    pub(super) fn text(&self) -> String {
        match self {
            Failure::Usage(text) => text.clone(),
            Failure::Found { findings, .. } => {
                findings.first().map(|finding| finding.summary.clone()).unwrap_or_default()
            }
        }
    }

    /// The findings, for a command that prints them in its report.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        match self {
            Failure::Usage(_) => Vec::new(),
            Failure::Found { findings, .. } => findings,
        }
    }
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Failure {
        let is_guard = |code: &codes::Code| code.exit == Some(Exit::Guarded.code());
        let code = codes::find(&finding.code);
        let exit = if code.is_some_and(is_guard) { Exit::Guarded } else { Exit::Failed };
        Failure::new(exit, vec![finding])
    }
}

impl From<Box<Finding>> for Failure {
    fn from(finding: Box<Finding>) -> Failure {
        Failure::from(*finding)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::from(&error)
    }
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Failure {
        let exit =
            if matches!(error, StoreError::Locked { .. }) { Exit::Locked } else { Exit::Failed };
        Failure::new(exit, vec![error.to_finding()])
    }
}

/// What went wrong with a file, without the number that the operating system gives it.
pub(super) fn describe_io_error(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
