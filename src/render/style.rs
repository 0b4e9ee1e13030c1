//! How text for people looks: the colours, each with one meaning throughout, and the signs that say the same without colour.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use crate::plan::Action;

/// How text for people looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermStyle {
    /// Whether colours are written.
    pub colour: bool,
    /// The width that lines keep to where they can, in characters.
    pub width: usize,
}

impl Default for TermStyle {
    /// No colour, 80 characters.
    fn default() -> Self {
        TermStyle { colour: false, width: 80 }
    }
}

impl TermStyle {
    /// The text in a style, or as it is.
    pub(super) fn paint(self, style: Style, text: impl Display) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

/// What is added.
pub(super) const ADDED: Style = AnsiColor::Green.on_default();
/// What goes away.
pub(super) const REMOVED: Style = AnsiColor::Red.on_default();
/// What changes in place.
pub(super) const CHANGED: Style = AnsiColor::Yellow.on_default();
/// What goes away and comes back.
pub(super) const REPLACED: Style = AnsiColor::Magenta.on_default();
/// What changes in the state only.
pub(super) const NOTED: Style = AnsiColor::Cyan.on_default();
/// What cuts clients off.
pub(super) const ALARM: Style = AnsiColor::Red.on_default().bold();
/// What a reader looks for.
pub(super) const STRONG: Style = Style::new().bold();
/// What a reader may pass over.
pub(super) const FAINT: Style = Style::new().dimmed();

/// The style of an action's sign and word.
pub(super) fn action_style(action: Action) -> Style {
    match action {
        Action::Create => ADDED,
        Action::Update => CHANGED,
        Action::Replace => REPLACED,
        Action::Delete => REMOVED,
        Action::Adopt | Action::Move | Action::Forget | Action::Record => NOTED,
    }
}

/// The sign of an action.
pub(super) fn sign(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Update => "~",
        Action::Replace => "±",
        Action::Delete => "-",
        Action::Adopt => "=",
        Action::Move => "→",
        Action::Forget => "∅",
        Action::Record => "•",
    }
}
