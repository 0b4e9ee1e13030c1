//! The long run: random edits of a large configuration with random faults and kills. Ignored, because it takes minutes:
//! `cargo test --test main apply::soak:: -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::stage::{Ended, Stage};

const APPS: usize = 200;
const EDITS: usize = 300;

/// A generator of numbers that a seed alone decides (SplitMix64).
struct Lots(u64);

impl Lots {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }
}

/// An application of the configuration.
#[derive(Clone)]
struct App {
    host: usize,
    port: usize,
    tls: bool,
    fixed: bool,
}

type Apps = BTreeMap<String, App>;

fn text(apps: &Apps) -> String {
    let line = |(key, app): (&String, &App)| {
        let edge = if app.fixed { "ADDRESS" } else { "CNAME" };
        let ips = if app.fixed { ", edge_ips: {type: static, ips: [198.51.100.9]}" } else { "" };
        let tls = if app.tls { ", tls: full" } else { "" };
        format!(
            "      {key}: {{protocol: tcp/{port}, dns: {{type: {edge}, name: h{host}.example.com}}, origin_direct: [\"tcp://192.0.2.1:22\"]{ips}{tls}, \
             lifecycle: {{replace: allow}}}}\n",
            port = app.port,
            host = app.host,
        )
    };
    let lines: String = apps.iter().map(line).collect();
    let limits = "settings: {limits: {max_deletes: 50, max_delete_percent: 100, max_replaces: 50}}";
    format!("version: 1\n{limits}\nzones:\n  example.com:\n    apps:\n{lines}")
}

fn initial() -> Apps {
    (0..APPS)
        .map(|n| {
            (format!("app-{n}"), App { host: n / 2, port: 1000 + n % 2, tls: false, fixed: false })
        })
        .collect()
}

fn any(apps: &Apps, lots: &mut Lots) -> String {
    apps.keys().nth(lots.next(apps.len())).unwrap().clone()
}

/// One random edit: a field, a new application, a removal, a rename, a swap of ports, a hostname that goes to static addresses or back.
fn edit(apps: &mut Apps, lots: &mut Lots, number: usize) {
    let key = any(apps, lots);
    let app = apps[&key].clone();
    match lots.next(7) {
        0 => apps.get_mut(&key).unwrap().tls ^= true,
        1 => drop(apps.insert(
            format!("new-{number}"),
            App { host: 10_000 + number, port: 22, tls: false, fixed: false },
        )),
        2 if apps.len() > APPS / 2 => drop(apps.remove(&key)),
        3 => {
            apps.remove(&key);
            apps.insert(format!("moved-{number}"), app);
        }
        4 => {
            let partner = apps
                .iter()
                .find(|(other, found)| **other != key && found.host == app.host)
                .map(|(other, _)| other.clone());
            if let Some(partner) = partner {
                let port = apps[&partner].port;
                apps.get_mut(&key).unwrap().port = port;
                apps.get_mut(&partner).unwrap().port = app.port;
            }
        }
        5 => apps
            .values_mut()
            .filter(|other| other.host == app.host)
            .for_each(|other| other.fixed = !app.fixed),
        _ => apps.get_mut(&key).unwrap().port = 5000 + number,
    }
}

const EFFECTS: [&str; 12] = [
    "{status: 400}",
    "{status: 500}",
    "{status: 500, committed: true}",
    "{status: 503}",
    "{html: 502, committed: true}",
    "{html: 502}",
    "empty_body",
    "truncated_json",
    "reset_before_commit",
    "reset_after_commit",
    "{delay_ms: 5}",
    "{drop_field: tls}",
];

fn faults(lots: &mut Lots, seed: usize) -> String {
    let effect = EFFECTS[lots.next(EFFECTS.len())];
    let method = ["POST", "PUT", "DELETE"][lots.next(3)];
    let share = ["0.2", "0.5", "1.0"][lots.next(3)];
    format!("[{{method: {method}, probability: {share}, seed: {seed}, effect: {effect}}}]")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn three_hundred_edits_with_faults_and_kills_lose_nothing() {
    let (mut stage, mut lots, mut apps) = (Stage::new(), Lots(20_261_122), initial());
    assert!(stage.apply(&text(&apps), "[]", None).await.report().is_complete());
    let mut killed = 0;
    for number in 0..EDITS {
        for _ in 0..=lots.next(4) {
            edit(&mut apps, &mut lots, number);
        }
        let yaml = text(&apps);
        let life = (lots.next(3) == 0).then(|| Duration::from_millis(60 + lots.next(120) as u64));
        let script = faults(&mut lots, number);
        let case = format!("edit {number}, {script}, {life:?}");
        let ended = stage.apply(&yaml, &script, life).await;
        killed += usize::from(matches!(ended, Ended::Killed));
        let ended = stage.apply(&yaml, "[]", None).await;
        if let Ended::Refused(plan) = &ended {
            panic!("{case}: the next apply is refused: {:#?}", plan.findings);
        }
        assert!(ended.report().is_complete(), "{case}: the next apply is incomplete");
        assert!(stage.plan(&yaml).await.is_empty(), "{case}: still to do");
        stage.check(apps.len(), &case).await;
    }
    assert!(killed > 20, "only {killed} runs were cut off");
}
