//! `migrate terraform`: from Terraform's state to a configuration of ours that is proven equal to what is live, with the way out of
//! Terraform and the way back.

mod paths;
mod proof;
mod terraform;
mod texts;

pub(super) use terraform::{MigrateArgs, run};
