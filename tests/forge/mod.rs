//! The client of the forges against a mock forge on loopback that speaks all three languages.

mod client;
mod marker;
mod run;
