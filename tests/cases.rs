//! The cases that are files: each is a test of its own, so that one failure hides no other and a filter reaches each.
//!
//! `cargo test --test cases -- codes/11004` runs the cases of one code, `plan/` the plans, `scenarios/renamed-key` one
//! transcript; `--list` names them all. With `UPDATE=1` in the environment, plans and transcripts that differ are shown
//! and written anew; a case that fails for any other reason is never written.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests read files and run processes")]

#[path = "codes/cases.rs"]
mod codes;
#[path = "support/golden.rs"]
mod golden;
#[path = "plan/cases.rs"]
mod plan;
#[path = "scenarios/cases.rs"]
mod scenarios;
#[expect(dead_code, unused_imports, reason = "the tests of `main` use the rest")]
mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A test with a name, which fails by panicking.
fn trial(name: String, check: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        check();
        Ok(())
    })
}

fn main() -> ExitCode {
    let trials = [codes::trials(), plan::trials(), scenarios::trials()].into_iter().flatten();
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
