//! The simulator: its answers, its faults, and its agreement with plan and pages of Cloudflare.

mod api;
mod corpus;
mod http;
mod rules;
mod scripted_faults;
