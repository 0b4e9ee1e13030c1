//! Renames that lead on from one another, in chains and rings, that end anywhere and happen in whatever order: each application stays
//! recorded once, with its own protection and label.

use std::collections::BTreeSet;

use spectrumctl::finding::Finding;
use spectrumctl::model::{Address, AppId, Protect, Recorded};
use spectrumctl::plan::Work;

use super::interrupted::{Origins, World, begun, permutations, proxy_protocol};

/// Applications 1 to n; the key at a place is that of the application, the first is protected, each has a label of its own.
fn renamed_yaml(keys: &[usize], moved: &[(usize, usize)]) -> String {
    let line = |(index, key): (usize, &usize)| {
        let (id, protect) =
            (index + 1, if index == 0 { ", lifecycle: {protect: true}" } else { "" });
        format!(
            "      app-{key}: {{protocol: tcp/{id}, dns: {{type: CNAME, name: h.example.com}}, origin_direct: [\"tcp://192.0.2.{id}:22\"], proxy_protocol: {}, labels: {{number: \"{id}\"}}{protect}}}\n",
            proxy_protocol(id)
        )
    };
    let lines: String = keys.iter().enumerate().map(line).collect();
    let moves = moved.iter().map(|(from, to)| {
        format!("  - {{from: example.com/app-{from}, to: example.com/app-{to}}}\n")
    });
    let moves: String = moves.collect();
    let moved = if moves.is_empty() { moves } else { format!("moved:\n{moves}") };
    format!("version: 1\nzones:\n  example.com:\n    apps:\n{lines}{moved}")
}

/// Makes the steps of a plan that only renames in an order, but for the last ones; then each application is recorded once, with its own
/// protection and label, and the next runs end with what is configured.
fn keeps_everything(text: &str, n: usize, order: &[usize], done: usize) {
    let case = format!("{text}{order:?}, done {done}");
    let mut world = begun(n, Origins::Declared);
    let record = |(address, known): (&Address, &Recorded)| {
        let number = address.key.trim_start_matches("app-").to_owned();
        let labels = [("number".to_owned(), number)].into();
        (address.clone(), Recorded { labels, ..known.clone() })
    };
    world.snapshot.state.apps = world.snapshot.state.apps.iter().map(record).collect();
    let check = |world: &World| {
        let numbers: BTreeSet<usize> =
            (world.snapshot.state.apps.values()).map(|known| number_of(&known.id)).collect();
        assert_eq!(numbers, (1..=n).collect(), "{case}: each application is recorded");
        assert_eq!(world.snapshot.state.apps.len(), n, "{case}: each is recorded once");
        for (address, known) in &world.snapshot.state.apps {
            let number = number_of(&known.id);
            assert_eq!(known.labels["number"], number.to_string(), "{case}: {address}");
            assert_eq!(known.protect == Protect::On, number == 1, "{case}: {address}");
        }
    };
    let plan = world.plan_of(text);
    assert!(plan.changes.iter().all(|change| change.work == Work::Nothing), "{case}");
    assert_eq!(plan.steps.len(), order.len(), "{case}");
    for index in &order[..done] {
        let step = &plan.steps[*index];
        world.call(&plan.changes[step.change], step.call, true, true);
        check(&world);
    }
    for _ in 0..3 {
        let plan = world.plan_of(text);
        assert!(!plan.findings.iter().any(Finding::is_error), "{case}: {:#?}", plan.findings);
        for step in &plan.steps {
            world.call(&plan.changes[step.change], step.call, true, true);
            check(&world);
        }
    }
    let plan = world.plan_of(text);
    assert!(plan.is_empty(), "{case}: {:#?}", plan.changes);
}

fn number_of(id: &AppId) -> usize {
    usize::from_str_radix(id.as_str(), 16).unwrap()
}

#[test]
fn chains_and_rings_of_renames_lose_nothing_wherever_they_end_and_in_whatever_order() {
    for n in 2..=3 {
        // Every application takes the key of the next one; the last one takes a new key, or that of the first.
        let chain: Vec<usize> = (2..=n + 1).collect();
        let ring: Vec<usize> = (1..=n).map(|number| number % n + 1).collect();
        let moves = |keys: &[usize]| -> Vec<(usize, usize)> {
            keys.iter().enumerate().map(|(index, key)| (index + 1, *key)).collect()
        };
        let cases = [
            renamed_yaml(&chain, &[]),
            renamed_yaml(&chain, &moves(&chain)),
            renamed_yaml(&ring, &moves(&ring)),
        ];
        for text in cases {
            for order in permutations(n) {
                let order: Vec<usize> = order.into_iter().map(|number| number - 1).collect();
                (0..=n).for_each(|done| keeps_everything(&text, n, &order, done));
            }
        }
    }
}
