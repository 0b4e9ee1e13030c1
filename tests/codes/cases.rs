//! The hand-written cases of every code and rule, each tried in every way in which it can be known: by the checks
//! alone (`checks`), by `validate` without asking anybody (`offline`), by the simulator in place of Cloudflare
//! (`simulator`), and by a plan of the real program that reads the account first (`preflight`).

mod case;
mod offline;
mod preflight;
mod seen;
mod simulated;
mod whole;
mod world;

use case::Case;
use libtest_mimic::Trial;

use crate::trial;

/// One way of trying a case: its name, whether it says something of a case, and the test.
type Way = (&'static str, fn(&Case) -> bool, fn(&Case));

const WAYS: [Way; 4] = [
    ("checks", |_| true, seen::is_reported_as_it_says),
    ("offline", |_| true, offline::is_reported_as_it_says),
    ("simulator", simulated::can_decide, simulated::is_answered_as_it_says),
    ("preflight", preflight::can_know, preflight::is_reported_by_a_plan),
];

/// Every case in every way, as `codes/11000/no-origin/offline`, and what holds of all cases together.
pub(super) fn trials() -> Vec<Trial> {
    let cases = Case::all();
    let mut trials = whole::trials(&cases);
    for case in cases {
        for (way, applies, check) in WAYS {
            if applies(&case) {
                let (name, case) = (format!("codes/{}/{way}", case.name()), case.clone());
                trials.push(trial(name, move || check(&case)));
            }
        }
    }
    trials
}
