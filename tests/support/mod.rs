//! What tests of the whole program run in: a folder and an environment of their own, the simulator as a process, and a server that
//! answers what it was told.

pub(crate) mod account;
mod dice;
mod files;
mod fixtures;
mod forge;
mod limited;
pub(crate) mod planning;
pub(crate) mod room;
mod sandbox;
mod scripted;
mod simulator;
#[cfg(unix)]
mod terminal;

pub(crate) use dice::Dice;
pub(crate) use files::{copy_folder, folders, read_json, repository};
pub(crate) use fixtures::{ACCOUNT, ONE_APP, ZONE};
pub(crate) use forge::{MockForge, TOKEN};
pub(crate) use limited::output_within;
pub(crate) use sandbox::{Ran, Sandbox};
pub(crate) use scripted::{Scripted, closed_port};
pub(crate) use simulator::Simulator;
#[cfg(unix)]
pub(crate) use terminal::{Shown, Terminal};
