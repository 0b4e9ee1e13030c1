//! `each`: an application that stands for one application a row.
//!
//! Two forms: a mapping of lists and port ranges, whose product in the written order are the rows, and a list of rows that each have a
//! `key`. The address of a row is the application's key and the values that name the row, so neither the order of rows nor what is added
//! or removed beside a row changes its address.

mod expand;
mod read;
mod rows;
mod template;
mod usage;

pub(super) use expand::{Budget, each_of, read_apps, rows_of};
pub use rows::{MAX_APPS, unite_rows};
