//! How long it takes to read, validate and plan a configuration in which nothing is to be done; without a network.
//!
//! `cargo bench --bench plan`

#![expect(clippy::unwrap_used, reason = "what is measured is made here, and is right")]

use std::fmt::Write;

use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::ledger::{Snapshot, State};
use spectrumctl::model::{Address, AppId, Live, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::plan::{self, Input, LiveZone, Policy};
use spectrumctl::validate;

const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

fn main() {
    divan::main();
}

fn text(apps: usize) -> String {
    let mut text =
        "version: 1\nzones:\n  example.com:\n    defaults: {edge_ips: {type: dynamic, connectivity: all}}\n    apps:\n".to_owned();
    for app in 0..apps {
        writeln!(
            text,
            "      app-{app}:\n        protocol: tcp/{}\n        dns: {{type: CNAME, name: host-{}.example.com}}\n        origin_direct:\n          - tcp://192.0.2.1:{}\n        ip_firewall: true\n        labels: {{team: bench}}",
            app % 100 + 1,
            app / 100,
            app % 100 + 1
        )
        .unwrap();
    }
    text
}

fn object(app: usize) -> Map<String, Json> {
    let object = json!({
        "id": format!("{app:032x}"), "protocol": format!("tcp/{}", app % 100 + 1), "traffic_type": "direct", "tls": "off", "proxy_protocol": "off",
        "dns": {"type": "CNAME", "name": format!("host-{}.example.com", app / 100)}, "ip_firewall": true,
        "origin_direct": [format!("tcp://192.0.2.1:{}", app % 100 + 1)], "edge_ips": {"type": "dynamic", "connectivity": "all"},
    });
    object.as_object().unwrap().clone()
}

fn remembered(apps: usize) -> Snapshot {
    let record = |app: usize| {
        let mut fields = object(app);
        ["id", "traffic_type", "tls", "proxy_protocol"]
            .iter()
            .for_each(|name| drop(fields.remove(*name)));
        let recorded = Recorded {
            id: AppId::from_api(format!("{app:032x}")),
            zone_id: ZoneId::from_api(ZONE),
            file: "spectrum.yaml".to_owned(),
            fields,
            labels: [("team".to_owned(), "bench".to_owned())].into(),
            note: None,
            masks: Default::default(),
            protect: Protect::Off,
            provenance: Provenance::Created,
            applied: true,
            confirmed: true,
        };
        (Address::new("example.com", &format!("app-{app}")), recorded)
    };
    Snapshot::read(State { apps: (0..apps).map(record).collect(), ..State::empty() })
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 10)]
fn nothing_to_do(bencher: divan::Bencher<'_, '_>, apps: usize) {
    let (text, remembered) = (text(apps), remembered(apps));
    let live: Vec<Live> = (0..apps).map(|app| Live::read(&object(app)).unwrap()).collect();
    let zones = [LiveZone {
        name: "example.com".to_owned(),
        id: ZoneId::from_api(ZONE),
        account: None,
        tier: None,
        apps: live,
    }];
    let policy = Policy::at("2026-08-01T00:00:00Z".parse().unwrap());
    bencher.bench_local(|| {
        let loaded =
            config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
        let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
        let plan = plan::plan(&Input {
            desired: &desired,
            recorded: &remembered,
            live: &zones,
            unread: &[],
            policy: &policy,
            facts: None,
        });
        assert!(plan.is_empty() && plan.complete, "{:?} {:?}", plan.summary, plan.findings.first());
    });
}

#[divan::bench(args = [10_000], sample_count = 10)]
fn reading(bencher: divan::Bencher<'_, '_>, apps: usize) {
    let text = text(apps);
    bencher.bench_local(|| {
        config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default())
    });
}

/// As many applications as rows of one template.
fn rows(apps: usize) -> String {
    format!(
        "version: 1\nzones:\n  example.com:\n    apps:\n      app:\n        each: {{host: 1-{}, port: 1-100}}\n        \
         protocol: tcp/${{each.port}}\n        dns: {{type: CNAME, name: \"host-${{each.host}}.${{zone}}\"}}\n        \
         origin_direct: [\"tcp://192.0.2.1:${{each.port}}\"]\n        ip_firewall: true\n        labels: {{team: bench}}\n",
        apps / 100
    )
}

#[divan::bench(args = [10_000], sample_count = 10)]
fn reading_rows(bencher: divan::Bencher<'_, '_>, apps: usize) {
    let text = rows(apps);
    bencher.bench_local(|| {
        let loaded =
            config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
        assert_eq!(loaded.configuration.apps().count(), apps);
        loaded
    });
}
