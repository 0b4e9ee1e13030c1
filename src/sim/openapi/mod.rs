//! The description of what the simulator serves (OpenAPI 3.1): paths and methods from the table of
//! routes, query parameters from those of lists, applications from the attribute table, so that it
//! cannot say anything else than what is answered.

mod application;
mod description;
mod forms;
mod parameters;
mod results;

pub use description::describe;
