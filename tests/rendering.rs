//! What people and programs get to see: plans and findings as text, JSON, Markdown, SARIF, workflow commands and JUnit.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::{Finding, Place, Refusal};
use spectrumctl::model::{Address, AppId, Live, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::plan::{self, Condition, Input, Plan, Policy, Remembered, Unread, ZoneRead};
use spectrumctl::render::{self, Look};
use spectrumctl::validate;

const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

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

fn app(number: u32, protocol: &str, name: &str, origin: &[&str], more: Json) -> Map<String, Json> {
    let whole = json!({
        "id": id(number), "protocol": protocol, "dns": {"type": "CNAME", "name": name}, "origin_direct": origin,
        "edge_ips": {"type": "dynamic", "connectivity": "all"},
    });
    let mut whole = whole.as_object().unwrap().clone();
    whole.extend(more.as_object().unwrap().clone());
    whole
}

fn recorded(object: &Map<String, Json>) -> Recorded {
    let mut fields = object.clone();
    let id = fields.remove("id").unwrap();
    Recorded {
        id: AppId::from_api(id.as_str().unwrap()),
        zone_id: ZoneId::from_api(ZONE),
        file: "spectrum.yaml".to_owned(),
        fields,
        labels: BTreeMap::new(),
        note: None,
        masks: BTreeMap::new(),
        protect: Protect::Off,
        provenance: Provenance::Created,
        applied: true,
    }
}

/// A plan of a configuration against what is live and what is remembered.
fn plan_of(text: &str, live: &[Map<String, Json>], remembered: &[(&str, Map<String, Json>)], unread: &[Unread], simulated: bool) -> Plan {
    let sources = Sources::of([("spectrum.yaml", text)]);
    let loaded = config::load(&sources, &Vars::default());
    let today = date(2026, 11, 22);
    let desired = validate::validate(&loaded.configuration, loaded.findings, today);
    let remembered = Remembered {
        condition: Condition::Read,
        zones: BTreeMap::from([("example.com".to_owned(), ZoneId::from_api(ZONE))]),
        apps: remembered.iter().map(|(key, app)| (Address::new("example.com", key), recorded(app))).collect(),
        ..Remembered::default()
    };
    let zone = ZoneRead {
        name: "example.com".to_owned(),
        id: ZoneId::from_api(ZONE),
        account: None,
        tier: None,
        apps: live.iter().map(|object| Live::read(object).unwrap()).collect(),
    };
    let mut policy = Policy::on(today);
    policy.simulated = simulated;
    plan::plan(&Input { desired: &desired, recorded: &remembered, live: &[zone], unread, policy: &policy })
}

/// The plan with every action in it.
fn full_plan(simulated: bool) -> Plan {
    let database = app(1, "tcp/5432", "db.example.com", &["tcp://192.0.2.20:5432", "tcp://192.0.2.19:5432"], json!({}));
    let drifted = app(1, "tcp/5432", "db.example.com", &["tcp://192.0.2.20:5432", "tcp://192.0.2.19:5432"], json!({"tls": "strict"}));
    let fixed = app(2, "tcp/8443", "fixed.example.com", &["tcp://192.0.2.30:8443"], json!({}));
    let game = app(3, "udp/27015", "game.example.com", &["udp://192.0.2.40:27015"], json!({}));
    let mail = app(4, "tcp/25", "mail.example.com", &["tcp://192.0.2.51:25"], json!({}));
    let quiet = app(5, "tcp/7000", "quiet.example.com", &["tcp://192.0.2.60:7000"], json!({}));
    let old = app(6, "tcp/2222", "old.example.com", &["tcp://192.0.2.70:22"], json!({}));
    let gone = app(7, "tcp/2223", "gone.example.com", &["tcp://192.0.2.71:22"], json!({}));
    let strange = app(8, "tcp/3306", "mysql.example.com", &["tcp://192.0.2.72:3306"], json!({}));
    let live = [drifted, fixed.clone(), game.clone(), mail, quiet.clone(), old.clone(), strange];
    let remembered =
        [("database", database), ("fixed", fixed), ("arena", game), ("quiet", quiet), ("old", old), ("gone", gone)];
    plan_of(CONFIGURATION, &live, &remembered, &[], simulated)
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn look() {
    let plan = full_plan(true);
    eprintln!("{}", text(|out| render::plan_text::write(out, &plan, Look::default())));
    eprintln!("{}", text(|out| render::plan_text::write(out, &plan, Look{colour:true,width:80})));
    eprintln!("{}", text(|out| render::plan_markdown::write(out, &plan)));
    eprintln!("{}", text(|out| render::plan_json::write(out, &plan)));
    let yaml = "version: 1\nzones:\n  example.com:\n    apps:\n      ssh: &a\n        protocol: tcp/22\n        dns: {type: CNAME, name: ssh.example.com}\n        origin_direct: [\"tcp://192.0.2.1:22\"]\n        origin_dns: {name: o.example.com}\n        origin_port: 22\n        prtocol: tcp/22\n        tls: false\n      ssh:\n        protocol: tcp/22\n";
    let sources = Sources::of([("spectrum.yaml", yaml)]);
    let loaded = config::load(&sources, &Vars::default());
    let validated = validate::validate(&loaded.configuration, loaded.findings, date(2026,11,22));
    let mut findings = validated.findings.clone();
    let mut refusal = Finding::error("11018", "the API refused to create example.com/ssh", "static edge addresses are bought apart, and the account does not have them, which is why the call was refused", "ask for BYOIP").about("example.com/ssh");
    refusal.refusal = Some(Box::new(Refusal { http_status: 403, message: "edge_ips is not enabled \u{1b}[31mfor this zone".into(), ray_id: Some("8f2d".into()), retryable: false }));
    findings.push(refusal);
    findings.push(Finding::warning("max-deletes", "the plan has 12 deletes, and at most 10 are allowed", "so many deletes at once are more often an accident than meant", "check the plan; then run with `--max-deletes 12`, or set `settings.limits.max_deletes: 12`"));
    let long = format!("version: 1\n{}key: x", "é".repeat(300));
    let sources2 = Sources { files: sources.files.iter().cloned().chain([("long.yaml".into(), long.as_str().into())]).collect() };
    let start = long.find("key").unwrap();
    findings.push(Finding::error("unknown-key", "no", "w", "f").at(Some(&Place { file: "long.yaml".into(), line: 2, column: 301, start, end: start + 3 })));
    let show = |look| render::findings::Showing { sources: &sources2, look, redact: false, closing: Some("nothing was changed") };
    eprintln!("{}", text(|out| render::findings::write(out, &findings, show(Look::default()))));
    eprintln!("{}", text(|out| render::findings::write(out, &findings, show(Look{colour:true,width:80}))));
    eprintln!("{}", text(|out| render::findings_json::write(out, &findings)));
    eprintln!("{}", text(|out| render::sarif::write(out, &findings, "spectrum.yaml")));
    eprintln!("{}", text(|out| render::github::write(out, &findings)));
    eprintln!("{}", text(|out| render::junit::write(out, &findings)));
    eprintln!("{}", text(|out| render::junit::write_plan(out, &plan)));
    let code = spectrumctl::codes::CODES[0];
    eprintln!("{}", text(|out| render::explain::write(out, code, Look::default())));
    eprintln!("{}", text(|out| render::explain::write_list(out, Look::default())));
    eprintln!("{}", text(|out| render::explain::write_markdown(out, code)));
    eprintln!("{}", text(|out| render::explain::write_json_page(out, code)));
}
