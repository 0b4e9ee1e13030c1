//! Plans and findings to render, and how they are rendered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use serde_json::{Map, Value as Json, json};
use spectrumctl::codes;
use spectrumctl::config::Sources;
use spectrumctl::finding::{Finding, Place, Refusal};
use spectrumctl::ledger::{LedgerZone, Snapshot, State};
use spectrumctl::model::{Address, ZoneId};
use spectrumctl::plan::{LiveZone, Plan, Unread};
use spectrumctl::render::findings::RenderOptions;
use spectrumctl::render::{self, TermStyle};

use crate::support::ZONE;
use crate::support::planning::{self, Beside};

/// An application of each fate: created, updated, replaced, moved, adopted, unchanged; one that left, one that is gone, one that was never ours.
const CONFIGURATION: &str = r#"version: 1
settings: {adopt: true}
zones:
  example.com:
    unmanaged: report
    apps:
      new:
        protocol: tcp/22
        dns: {type: CNAME, name: new.example.com}
        origin_direct: ["tcp://192.0.2.1:22", "tcp://192.0.2.2:22"]
        labels: {team: payments}
      database:
        protocol: tcp/5432
        dns: {type: CNAME, name: db.example.com}
        origin_direct: ["tcp://192.0.2.20:5432", "tcp://192.0.2.21:5432", "tcp://192.0.2.22:5432"]
        proxy_protocol: v1
      fixed:
        protocol: tcp/8443
        dns: {type: ADDRESS, name: fixed.example.com}
        origin_direct: ["tcp://192.0.2.30:8443"]
        edge_ips: {type: static, ips: [198.51.100.10, 198.51.100.11]}
        lifecycle: {replace: allow}
      game:
        protocol: udp/27015
        dns: {type: CNAME, name: game.example.com}
        origin_direct: ["udp://192.0.2.40:27015"]
      mail:
        protocol: tcp/25
        dns: {type: CNAME, name: mail.example.com}
        origin_direct: ["tcp://192.0.2.50:25"]
      quiet:
        protocol: tcp/7000
        dns: {type: CNAME, name: quiet.example.com}
        origin_direct: ["tcp://192.0.2.60:7000"]
moved: [{from: example.com/arena, to: example.com/game}]
"#;

fn id(number: u32) -> String {
    format!("{number:032x}")
}

pub(crate) fn app(
    number: u32,
    protocol: &str,
    name: &str,
    origin: &[&str],
    more: Json,
) -> Map<String, Json> {
    let whole = json!({
        "id": id(number), "protocol": protocol, "dns": {"type": "CNAME", "name": name}, "origin_direct": origin,
        "edge_ips": {"type": "dynamic", "connectivity": "all"},
    });
    let mut whole = whole.as_object().unwrap().clone();
    whole.extend(more.as_object().unwrap().clone());
    whole
}

/// A plan of a configuration against what is live and what is remembered.
pub(crate) fn plan_of(
    text: &str,
    live: &[Map<String, Json>],
    remembered: &[(&str, Map<String, Json>)],
    unread: &[Unread],
    simulated: bool,
) -> Plan {
    let address = |key: &str| Address::new("example.com", key);
    let apps = remembered.iter().map(|(key, app)| (address(key), planning::recorded(app)));
    let zone = LedgerZone { id: ZoneId::from_api(ZONE), account: None };
    let recorded = Snapshot::read(State {
        zones: BTreeMap::from([("example.com".to_owned(), zone)]),
        apps: apps.collect(),
        ..State::empty()
    });
    let zone = LiveZone { tier: None, ..planning::zone(live.iter().map(planning::live).collect()) };
    let beside = Beside { recorded, live: vec![zone], unread: unread.to_vec() };
    planning::plan_with(text, beside, |policy, _| {
        policy.today = date(2026, 11, 22);
        policy.simulated = simulated;
    })
}

/// The plan with every action in it.
pub(crate) fn full_plan(simulated: bool) -> Plan {
    let database = app(
        1,
        "tcp/5432",
        "db.example.com",
        &["tcp://192.0.2.20:5432", "tcp://192.0.2.19:5432"],
        json!({}),
    );
    let drifted = app(
        1,
        "tcp/5432",
        "db.example.com",
        &["tcp://192.0.2.20:5432", "tcp://192.0.2.19:5432"],
        json!({"tls": "strict"}),
    );
    let fixed = app(2, "tcp/8443", "fixed.example.com", &["tcp://192.0.2.30:8443"], json!({}));
    let game = app(3, "udp/27015", "game.example.com", &["udp://192.0.2.40:27015"], json!({}));
    let mail = app(4, "tcp/25", "mail.example.com", &["tcp://192.0.2.51:25"], json!({}));
    let quiet = app(5, "tcp/7000", "quiet.example.com", &["tcp://192.0.2.60:7000"], json!({}));
    let old = app(6, "tcp/2222", "old.example.com", &["tcp://192.0.2.70:22"], json!({}));
    let gone = app(7, "tcp/2223", "gone.example.com", &["tcp://192.0.2.71:22"], json!({}));
    let strange = app(8, "tcp/3306", "mysql.example.com", &["tcp://192.0.2.72:3306"], json!({}));
    let live = [drifted, fixed.clone(), game.clone(), mail, quiet.clone(), old.clone(), strange];
    let remembered = [
        ("database", database),
        ("fixed", fixed),
        ("arena", game),
        ("quiet", quiet),
        ("old", old),
        ("gone", gone),
    ];
    plan_of(CONFIGURATION, &live, &remembered, &[], simulated)
}

pub(crate) fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Findings of every kind: with a place and a second one, with a refusal, without a place.
pub(crate) fn some_findings() -> (Sources, Vec<Finding>) {
    let yaml = "version: 1\r\napps:\r\n\tssh: &a {tls: strict}\r\n  ssh: {tls: off}\r\n";
    let (first, second) = (yaml.find("ssh").unwrap(), yaml.rfind("ssh").unwrap());
    let place = |line, column, start| Place {
        file: "teams/a b.yaml".into(),
        line,
        column,
        start,
        end: start + 3,
    };
    let twice = Finding::new(&codes::DUPLICATE_KEY, "the key `ssh` is written twice")
        .why("one of the two would be lost")
        .fix("remove one of them")
        .at(Some(&place(4, 3, second)))
        .with(Some(&place(3, 2, first)), "first written here");
    let mut refused = Finding::new(&codes::REFUSED, "the API refused it")
        .why("100% of: these,\nare refused")
        .fix("ask @cloudflare | <b>#1</b>")
        .about("example.com/ssh");
    refused.code = "99999".to_owned();
    refused.refusal = Some(Box::new(Refusal {
        http_status: 403,
        message: "not \u{1b}[31menabled".to_owned(),
        ray_id: Some("8f2d-FRA".to_owned()),
        retryable: false,
    }));
    let many = Finding::new(&codes::MAX_DELETES, "the plan has 12 deletes")
        .as_warning()
        .why("so many are more often an accident")
        .fix("use `--max-deletes 12`");
    (Sources::new([("teams/a b.yaml", yaml)]), vec![twice, refused, many])
}

pub(crate) fn shown(sources: &Sources, findings: &[Finding], redact: bool) -> String {
    let options = RenderOptions {
        sources,
        style: TermStyle::default(),
        redact,
        closing: Some("nothing was changed"),
    };
    text(|out| render::findings::write(out, findings, options))
}

pub(crate) fn keys(object: &Json) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

pub(crate) fn parsed(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Json {
    serde_json::from_str(&text(write)).unwrap()
}
