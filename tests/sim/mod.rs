//! The simulator: its answers, its faults, and its agreement with plan and pages of Cloudflare.

mod corpus;
mod http;
mod scripted_faults;
