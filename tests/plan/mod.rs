//! The pure plan over small inputs that are made here; the cases of the folders beside this file are run by `cases`.

mod digest;
mod effects;
mod interrupted;
mod merged;
mod properties;
mod small_plans;
mod world;
