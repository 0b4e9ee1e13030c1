//! Error codes and our own rules, against the hand-written cases beside this file.

mod checks;
mod configurations;
mod slugs;
mod world;
