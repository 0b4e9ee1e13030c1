//! `init`: writes a configuration to begin with, and a pipeline.

mod command;

pub(super) use command::{InitArgs, run};
