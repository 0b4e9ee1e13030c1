//! Refusals of every documented code, in every form that an answer has: the place is the one to edit, and no sentence says what the
//! run knows to be untrue. The table is written by hand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use spectrumctl::api::{ApiError, Client};
use spectrumctl::apply::explain_refusal;
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::ledger::Snapshot;
use spectrumctl::ledger::journal::Journal;
use spectrumctl::model::{AppId, Live, ZoneId};
use spectrumctl::plan::{self, Change, Input, LiveZone, Policy};
use spectrumctl::validate;

use super::stage::client;

const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";
const APP: &str = "11111111111111111111111111111111";

/// The application under the key `ssh`, of which the first three lines are always there.
const BEGIN: &str = "version: 1
zones:
  example.com:
    plan: enterprise
    apps:
      ssh:
        protocol: tcp/22
";

/// The table: applications by name, and cases.
#[derive(Deserialize)]
struct Table {
    apps: BTreeMap<String, String>,
    cases: Vec<Case>,
}

/// A refusal, and what is expected of its finding.
#[derive(Deserialize)]
struct Case {
    code: u32,
    status: u16,
    app: String,
    message: String,
    /// A part of the line to edit.
    edit: String,
    says: String,
    never: Vec<String>,
}

impl Table {
    fn read() -> Table {
        serde_yaml::from_str(include_str!("explained.yaml")).unwrap()
    }

    /// The configuration of a case.
    fn yaml(&self, case: &Case) -> String {
        let fields = self.apps[&case.app].lines().map(|line| format!("        {line}\n"));
        format!("{BEGIN}{}", fields.collect::<String>())
    }
}

/// The forms that an answer has.
const FORMS: [&str; 6] =
    ["alone", "first of two", "second of two", "in a chain", "pointer", "twice"];

fn body(form: &str, code: u32, message: &str, pointer: &str) -> Json {
    let error = json!({"code": code, "message": message});
    let other = json!({"code": 99_999, "message": "something else"});
    let errors = match form {
        "first of two" => json!([error, other]),
        "second of two" => json!([other, error]),
        "in a chain" => {
            json!([{"code": 1004, "message": "API validation error", "error_chain": [error]}])
        }
        "pointer" => {
            json!([{"code": code, "message": message, "source": {"pointer": pointer}}])
        }
        "twice" => json!([error, error]),
        _ => json!([error]),
    };
    json!({"success": false, "errors": errors, "messages": [], "result": null})
}

/// Parts of sentences that are untrue of every application of the table: the zone is an enterprise zone, the hostname and the name of the
/// origin are in it, nothing is live beside it, and its values are of the right form.
const UNTRUE: [&str; 15] = [
    "this one has both",
    "this one has neither",
    "(a pro or business zone) may send",
    "pro zones have",
    "600 or more",
    "the colons of an IPv6 address",
    "lead to no host",
    "need `dns.type",
    "needs `origin_port`",
    "replace origin_dns",
    "must be the zone's name",
    "this name belongs to another one",
    "already has an application",
    "no application that you can see",
    "the one with the longest name",
];

/// A server that answers every call with what it was given last.
async fn server(answer: Arc<Mutex<(u16, Json)>>) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/client/v4", listener.local_addr().unwrap());
    let service = axum::Router::new().fallback(move || {
        let (status, body) = answer.lock().unwrap().clone();
        async move { (axum::http::StatusCode::from_u16(status).unwrap(), axum::Json(body)) }
    });
    tokio::spawn(async move { axum::serve(listener, service).await });
    client(&base_url, Duration::from_secs(330))
}

fn live(change: &str) -> Vec<Live> {
    let app = json!({"id": APP, "protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"},
        "edge_ips": {"type": "dynamic", "connectivity": "ipv4"}, "origin_direct": ["tcp://192.0.2.77:22"]});
    match change {
        "create" => Vec::new(),
        _ => vec![Live::read(app.as_object().unwrap()).unwrap()],
    }
}

/// The change that a plan makes of the configuration.
fn planned(yaml: &str, what: &str) -> Change {
    let yaml = yaml.replace("version: 1\n", "version: 1\nsettings: {adopt: true}\n");
    let loaded = config::load(&Sources::new([("spectrum.yaml", yaml.as_str())]), &Vars::default());
    let zones = [LiveZone {
        name: "example.com".to_owned(),
        id: ZoneId::from_api(ZONE),
        account: None,
        tier: None,
        apps: live(what),
    }];
    let policy = Policy::at(Timestamp::UNIX_EPOCH);
    let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
    assert!(!desired.has_errors(), "{:?}", desired.findings);
    let plan = plan::plan(&Input {
        desired: &desired,
        recorded: &Snapshot::new(None, Journal::read(b"").unwrap()).unwrap(),
        live: &zones,
        unread: &[],
        policy: &policy,
        facts: None,
    });
    plan.changes.into_iter().next().expect("the plan changes the application")
}

async fn refused(api: &Client, method: &str) -> ApiError {
    let (zone, app, body) = (ZoneId::from_api(ZONE), AppId::from_api(APP), serde_json::Map::new());
    match method {
        "create" => api.create(&zone, &body).await.unwrap_err(),
        "update" => api.update(&zone, &app, &body).await.unwrap_err(),
        _ => api.delete(&zone, &app).await.unwrap_err(),
    }
}

fn line_of(yaml: &str, part: &str) -> u32 {
    let at = yaml.lines().position(|line| line.contains(part)).expect("the line is there");
    // The settings stand in a line of their own in front.
    u32::try_from(at + 2).unwrap()
}

/// The field that a pointer in an answer to a case would name, by what the place is expected to hold.
fn pointer_to(part: &str) -> &'static str {
    match part {
        "tcp://192.0.2.1:22" => "/origin_direct/0",
        "tcp://192.0.2.9:22" => "/origin_direct/1",
        "- 198.51.100.8" => "/edge_ips/ips/1",
        "origin_direct:" => "/origin_direct",
        "name: origin.example.com" => "/origin_dns/name",
        "type: ADDRESS" => "/dns/type",
        "type: static" => "/edge_ips/type",
        "  ips:" => "/edge_ips/ips",
        "ssh.example.com" => "/dns/name",
        "protocol: tcp/22" => "/protocol",
        "virtual_network_id" => "/virtual_network_id",
        "traffic_type: ftp" => "/traffic_type",
        "argo_smart_routing" => "/argo_smart_routing",
        "tls: full" => "/tls",
        _ => "",
    }
}

/// What is wrong with a finding of a case.
fn complaints(finding: &Finding, case: &Case, yaml: &str) -> Vec<String> {
    let Case { code, status, message, edit, says, never, .. } = case;
    let mut wrong = Vec::new();
    let mut expect = |holds: bool, what: String| wrong.extend((!holds).then_some(what));
    expect(finding.code == code.to_string(), format!("the code is {}", finding.code));
    let line = finding.place.as_ref().map_or(0, |place| place.line);
    let wanted = line_of(yaml, edit);
    // A list of several lines begins in the line after its name.
    let is_there = line == wanted || (edit.ends_with(':') && line == wanted + 1);
    expect(is_there, format!("line {line} is not line {wanted} ({edit})"));
    let text = format!("{} {}", finding.why.clone().unwrap_or_default(), finding.fix);
    expect(text.contains(says.as_str()), format!("{text:?} does not say {says:?}"));
    for sentence in never.iter().map(String::as_str).chain(UNTRUE) {
        expect(!text.contains(sentence), format!("{text:?} says {sentence:?}"));
    }
    let refusal = finding.refusal.as_deref().expect("an answer");
    let answer = (refusal.http_status, refusal.message.clone());
    expect(answer == (*status, format!("{code}: {message}")), format!("the answer is {answer:?}"));
    expect(!finding.summary.contains(message.as_str()), "the message is said twice".to_owned());
    wrong
}

#[tokio::test]
async fn a_refusal_is_explained_by_what_is_left_at_the_place_to_edit() {
    let answer = Arc::new(Mutex::new((200, Json::Null)));
    let api = server(Arc::clone(&answer)).await;
    let (mut tried, mut complaining) = (0, Vec::new());
    let table = Table::read();
    for case in &table.cases {
        let Case { code, status, message, edit, .. } = case;
        let yaml = table.yaml(case);
        for method in ["create", "update", "delete"] {
            let moved = case.app == "static" && method != "create";
            if moved {
                // The type of the record cannot be changed by an update, which the plan knows before any call.
                continue;
            }
            let change = planned(&yaml, if method == "update" { "update" } else { "create" });
            for form in FORMS {
                if form == "pointer" && pointer_to(edit).is_empty() {
                    continue;
                }
                *answer.lock().unwrap() = (*status, body(form, *code, message, pointer_to(edit)));
                let error = refused(&api, method).await;
                let label = format!("{code} {message:?} {method} {form}");
                let findings = explain_refusal(&change, &error);
                let wrong = complaints(&findings[0], case, &yaml);
                complaining.extend(wrong.into_iter().map(|wrong| format!("{label}: {wrong}")));
                let several = matches!(form, "first of two" | "second of two" | "in a chain");
                assert_eq!(findings.len(), if several { 2 } else { 1 }, "{label}: {findings:?}");
                tried += 1;
            }
        }
    }
    assert_eq!(complaining, Vec::<String>::new(), "{} complaints", complaining.len());
    assert!(tried >= 500, "only {tried} refusals were tried");
}

/// A message that names nothing: an application, a code, a pointer, and the line that it leads to.
const POINTERS: &[(&str, u32, &str, &str)] = &[
    ("direct", 11002, "/origin_direct/1", "tcp://192.0.2.9:22"),
    ("direct", 11002, "/origin_direct/0", "tcp://192.0.2.1:22"),
    ("static", 11033, "/edge_ips/ips/1", "- 198.51.100.8"),
    ("static", 11004, "/dns/type", "type: ADDRESS"),
    ("static", 11004, "/edge_ips/type", "type: static"),
    ("extras", 10012, "/tls", "tls: full"),
    ("extras", 10012, "/argo_smart_routing", "argo_smart_routing"),
    ("named", 11001, "/origin_dns/ttl", "ttl: 600"),
    ("named", 11001, "/origin_port", "origin_port: 22"),
];

#[tokio::test]
async fn a_pointer_leads_to_the_place_that_nothing_else_names() {
    let answer = Arc::new(Mutex::new((200, Json::Null)));
    let api = server(Arc::clone(&answer)).await;
    let table = Table::read();
    let mut case = Table::read().cases.remove(0);
    for (app, code, pointer, edit) in POINTERS {
        case.app = (*app).to_owned();
        let yaml = table.yaml(&case);
        let change = planned(&yaml, "create");
        *answer.lock().unwrap() = (400, body("pointer", *code, "it is not valid", pointer));
        let findings = explain_refusal(&change, &refused(&api, "create").await);
        let line = findings[0].place.as_ref().map_or(0, |place| place.line);
        assert_eq!(line, line_of(&yaml, edit), "{code} {pointer}: {findings:?}");
    }
}
