//! What the help says of a command beside its options.

use crate::cli::exit::Exit;
use crate::cli::format::Format;

/// What there is to say about a command.
#[derive(Debug)]
pub(in crate::cli) struct Page {
    /// The command, such as `state list`.
    pub(in crate::cli) path: &'static str,
    /// Command lines that work, each with what it is for.
    pub(in crate::cli) examples: &'static [(&'static str, &'static str)],
    /// The variables of the environment that it reads.
    pub(in crate::cli) variables: &'static [&'static [Variable]],
    /// The values of `--format`.
    pub(in crate::cli) formats: &'static [Format],
    /// How it may end, beside 0, 64 and 130, which are possible everywhere.
    pub(in crate::cli) exits: &'static [Exit],
}

/// A variable of the environment, or several that belong together, and what it is for.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Variable {
    pub(in crate::cli) name: &'static str,
    pub(in crate::cli) about: &'static str,
}

/// What every page has that says nothing else.
pub(super) const BLANK: Page =
    Page { path: "", examples: &[], variables: &[], formats: &[], exits: &[] };

/// A variable.
pub(super) const fn variable(name: &'static str, about: &'static str) -> Variable {
    Variable { name, about }
}
