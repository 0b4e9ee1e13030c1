//! What holds of all cases together: every cause has one, and enough of them say something.

use libtest_mimic::Trial;
use spectrumctl::codes::{CODES, Known};

use super::case::Case;
use super::{preflight, seen, simulated};
use crate::trial;

pub(super) fn trials(cases: &[Case]) -> Vec<Trial> {
    let test = |name: &str, check: fn(&[Case])| {
        let cases = cases.to_vec();
        trial(format!("codes/{name}"), move || check(&cases))
    };
    vec![
        test("every_cause_has_a_case_that_says_when_it_is_known", every_cause_has_a_case),
        test("enough_cases_say_something", enough_cases_say_something),
    ]
}

fn every_cause_has_a_case(cases: &[Case]) {
    for code in CODES {
        for cause in code.causes {
            let name = format!("{}/{}", code.name(), cause.slug);
            let case = cases.iter().find(|case| case.name() == name);
            let case = case.unwrap_or_else(|| panic!("{name} has no case"));
            let known = match cause.known {
                Known::Offline => "offline",
                Known::Preflight => "preflight",
                Known::OnCall => "on_call",
                Known::OnRun => "on_run",
                Known::OnConnection => "on_connection",
            };
            assert_eq!(case.known(), known, "{name}");
        }
    }
}

/// A way that silently applies to no case any more would pass.
fn enough_cases_say_something(cases: &[Case]) {
    let count = |says: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| says(case)).count();
    let at_least = |wanted: usize, found: usize, what: &str| {
        assert!(found >= wanted, "only {found} cases {what}, not {wanted}");
    };
    at_least(50, count(&|case| case.known() == "offline"), "are known offline");
    at_least(70, count(&|case| case.text("beside.yaml").is_some()), "have something beside them");
    at_least(35, count(&simulated::can_decide), "are decided by the simulator");
    at_least(11, count(&preflight::can_know), "are known by preflight");
    at_least(30, cases.iter().map(seen::masks).sum(), "show a mask");
}
