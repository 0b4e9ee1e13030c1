//! The pure plan: the cases of the folders beside this file, and small plans in code.

mod cases;
mod merged;
mod properties;
mod small_plans;
