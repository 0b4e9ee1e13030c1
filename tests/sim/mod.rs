//! The simulator: its answers, its faults, and its agreement with plan and pages of Cloudflare.

mod api;
mod audit;
mod corpus;
mod crowd;
mod http;
mod lists;
mod protocol;
mod rules;
mod scripted_faults;
mod stored;
