//! The port to the place where the repository lives: pull requests, their comments, commit statuses and issues of GitHub, GitLab and
//! Forgejo, over their REST interfaces.
//!
//! Floor 6: names `finding` and `model`. What the environment of a pipeline holds is given to it; nothing here reads a variable or a file.
//!
//! The way of a call: `run` says where the pipeline runs and why, `client` names the calls in the terms of the domain, `dialect` knows
//! the paths and keys of each forge, `http` sends them, `marker` is the hidden line by which a comment is found and believed.

mod client;
mod dialect;
mod http;
mod marker;
mod repository;
mod run;

pub use client::Forge;
pub use http::{Access, ForgeError};
pub use marker::{Mark, MarkKey, Shown, Trust};
pub use repository::{Comment, Issue, PullRequest, StatusState};
pub use run::{Event, Kind, Run};
