//! The model test: random histories of edits, outside edits, faults, kills, partial permissions, reverts and late saved plans, through
//! the real binary, with bookkeeping of its own. It holds each run to what was shown before it:
//!
//! - nothing is deleted or written, field by field, that the plan just before did not contain;
//! - no identity is live twice;
//! - what a replacement deleted is live again, or offered, and an offer ends only with a change that was shown;
//! - what was let go is never deleted, what is protected stays protected, drift that is held is left alone;
//! - a digest approves exactly the changes that it was shown with;
//! - exit 0 only when everything was read;
//! - once the faults stop, one apply leads to "no changes".
//!
//! Few seeds run always; `SPECTRUMCTL_MODEL_SEEDS=1000 cargo test --test main model:: -- --ignored --nocapture` runs as many as wanted.

mod history;
mod invariants;
mod lots;
mod room;
mod shown;
mod wish;

use history::History;

/// How many steps a history has.
const STEPS: usize = 16;

fn run(seed: u64) {
    let mut history = History::new(seed);
    for step in 0..STEPS {
        history.step(step);
    }
    history.ends_well();
}

#[test]
fn a_random_history_surprises_nobody() {
    for seed in 0..4 {
        run(seed);
    }
}

#[test]
fn another_random_history_surprises_nobody() {
    for seed in 100..104 {
        run(seed);
    }
}

#[test]
#[ignore = "takes as long as it is told to"]
fn many_random_histories_surprise_nobody() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let first = number("SPECTRUMCTL_MODEL_FIRST", 1000);
    let seeds = number("SPECTRUMCTL_MODEL_SEEDS", 50);
    for seed in first..first + seeds {
        run(seed);
    }
}
