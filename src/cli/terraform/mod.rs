//! Terraform's file for `export --from terraform` and `migrate terraform`: what it holds, and which zone each application is in.

mod export;
mod file;
mod names;
mod zones;

pub(super) use export::export;
pub(super) use file::read;
pub(super) use zones::{Placed, place};
