//! `init`: writes a configuration to begin with, and a pipeline.

mod command;
mod pipeline;

pub(super) use command::{InitArgs, run};
