//! The client of the API: what it sends, and what it makes of answers that nobody can use.

mod client;
mod limits;
mod lists;
mod server;
mod tls;
mod unusable_answers;
