//! The pure plan over small inputs that are made here; the cases of the folders beside this file are run by `cases`.

mod claim;
mod digest;
mod digest_property;
mod effects;
mod growth;
mod interrupted;
mod interrupted_renames;
mod merged;
mod orders;
mod properties;
mod quota;
mod recovered;
mod requested;
mod small_plans;
mod state_place;
mod world;
