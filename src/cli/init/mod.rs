//! `init`: writes a configuration to begin with, and a pipeline.

mod args;
mod choices;
mod command;
mod pipeline;
mod starter;

pub(super) use args::InitArgs;
pub(super) use command::run;
