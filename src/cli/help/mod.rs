//! The help: which options a command uses, its examples, the variables that it reads, its formats and its exit codes.

mod command;
mod page;
mod pages;
mod text;

pub(super) use command::command;
pub(super) use page::Page;
pub(super) use pages::page;
pub(super) use text::exits;
