//! `doctor`: whether everything is there that plan and apply need.

mod account;
mod checkup;
mod permissions;
mod quota;
mod zones;

pub(super) use checkup::run;
