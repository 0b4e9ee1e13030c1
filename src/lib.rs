//! `spectrumctl`: a declarative reconciler for Cloudflare Spectrum applications. This page is the map of the house.
//!
//! The way of the data:
//!
//! ```text
//!  YAML files --config--> Draft --validate--> Spec -------+
//!                           ^ codes (what can be wrong)    |
//!  Cloudflare --api-----------------------------> Live ----+--> plan --> Plan --render--> text, JSON, Markdown, SARIF
//!  state ------ledger---------------------------> Recorded-+               +--apply--> api, state   (events --> cli)
//! ```
//!
//! Ten floors; a module names its own floor and lower ones, never a higher one (`tests/tidy.rs` looks):
//!
//! | floor | rooms | what happens there |
//! |---|---|---|
//! | 9 | [`cli`] | arguments, environment, wiring, progress, exit codes; the only floor that prints or reads the environment |
//! | 8 | [`render`] | values to text, written to a given writer; decides nothing |
//! | 7 | [`apply`], [`sim`] | carries out a plan step by step; the API simulator (axum on loopback over a pure world) |
//! | 6 | [`api`], [`state`], [`forge`], [`webhook`] | the ports to the world: a client of the API, a store that is a folder or a bucket, clients of the forges, and a message to a webhook. All input and output lives from here up |
//! | 5 | [`plan`](mod@plan) | synchronous and pure |
//! | 4 | [`validate`] | drafts and facts to applications, or findings |
//! | 3 | [`config`], [`diff`] | YAML text to drafts with their places; two applications to the fields in which they differ |
//! | 2 | [`codes`], [`ledger`] | every Spectrum error code and our own rules, one file each; what is known beside Cloudflare: format, journal, fold |
//! | 1 | [`model`] | ids, hostname, protocol, origin, the attribute table, `Draft`, `Spec`, `Live`, `Recorded`, `View` |
//! | 0 | [`finding`] | `Severity`, `Place`, `Finding` |
//!
//! Four sentences hold everywhere:
//!
//! 1. **The plan is a pure function** of [`plan::Input`]: no clock, no file, no socket, no environment.
//! 2. **Apply makes no choices.** A plan holds every body, id and order, and for what can go wrong the way back. Apply may stop or take the
//!    prepared way back; it may not decide.
//! 3. **Everything about one error code stands in one file**: what it means, its causes, why, what to do, when each can be known, the check.
//! 4. **What was not read is unknown**, and unknown is never settled, forgotten, overwritten, approved, reported as "nothing", or used as
//!    proof that something is absent.
//!
//! Where to look: "what is 11043?" `codes/c11043_port_range.rs`; "when is an application replaced?" `plan/write.rs`; "what does exit 5 mean?"
//! `cli/exit.rs`; "what goes over the wire?" `api/wire.rs` and `plan/body.rs`; "what is a field's default?" `model/field.rs`.

#[expect(clippy::disallowed_methods, reason = "floor 6: the network and its pace")]
pub mod api;
#[expect(clippy::disallowed_methods, reason = "floor 7: each step is recorded with its time")]
pub mod apply;
#[expect(clippy::disallowed_methods, reason = "floor 9: reads the environment, and ends the run")]
pub mod cli;
pub mod codes;
pub mod config;
pub mod diff;
pub mod finding;
#[expect(clippy::disallowed_methods, reason = "floor 6: the network")]
pub mod forge;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod render;
#[expect(clippy::disallowed_methods, reason = "floor 7: serves and keeps a world")]
pub mod sim;
#[expect(
    clippy::disallowed_methods,
    reason = "floor 6: the state is files, with a lock that has a time and an id"
)]
pub mod state;
pub mod validate;
#[expect(clippy::disallowed_methods, reason = "floor 6: the network and its pace")]
pub mod webhook;
