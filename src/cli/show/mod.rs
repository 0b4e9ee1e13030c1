//! `show`: a saved plan, what is live, one application as configured, recorded and live, or the configuration with `each` written out.

mod app;
mod command;
mod expand;
mod live;
mod plan;

pub(super) use command::{ShowArgs, run};
