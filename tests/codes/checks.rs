//! The codes and rules against hand-written cases: each case under `tests/codes/<name>/<cause>/` is told exactly as its
//! `expected.json` says, what stands beside it is not told at all, and each entry of the table is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::world::{Told, World, draft, place};
use serde_json::{Value as Json, json};
use spectrumctl::codes::{self, CODES, Code, Violation};
use spectrumctl::finding::Severity;
use spectrumctl::model::draft::UnknownKey;
use spectrumctl::model::{
    Draft, Entitlement, Entry, Kind, Node, Peer, Peers, Tier, View, ZoneFacts,
};

fn enterprise() -> ZoneFacts {
    ZoneFacts {
        name: "example.com".to_owned(),
        tier: Some(Tier::Enterprise),
        ..ZoneFacts::default()
    }
}

/// An application that nothing can be said against, with these fields instead of or beside its own.
fn app_with(fields: Json) -> Json {
    let mut app = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"]});
    for (key, value) in fields.as_object().expect("fields are a mapping") {
        app[key] = value.clone();
    }
    app
}

/// Runs a function over the view of one application in a zone.
fn viewed<T>(
    zone: &ZoneFacts,
    app: &Json,
    peers: Vec<Peer>,
    style: impl FnOnce(&View<'_>) -> T,
) -> T {
    let (draft, peers) = (draft(app), Peers::new(peers));
    style(&View {
        who: "example.com/ssh",
        app: &draft,
        live: None,
        zone,
        zones: &[],
        peers: &peers,
        facts: None,
    })
}

fn faults_of(app: &Json) -> Vec<Violation> {
    viewed(&enterprise(), app, Vec::new(), codes::check)
}

fn names(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(|violation| violation.code.name()).collect()
}

/// Every case: its code, its folder's name, its folder.
fn cases() -> Vec<(&'static Code, String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codes");
    let mut found = Vec::new();
    for code in CODES {
        for folder in std::fs::read_dir(root.join(code.name())).into_iter().flatten().flatten() {
            found.push((*code, folder.file_name().to_string_lossy().into_owned(), folder.path()));
        }
    }
    found.sort_by(|a, b| a.2.cmp(&b.2));
    found
}

/// A case as it is tried here: the configuration in this file, with the seed where there is one.
fn world_of(folder: &Path, file: &str, prepare: impl Fn(&mut Vec<Entry>)) -> Option<World> {
    let world = World::of(&std::fs::read_to_string(folder.join(file)).ok()?, prepare);
    Some(match std::fs::read_to_string(folder.join("seed.yaml")) {
        Ok(seed) => world.seeded(&seed),
        Err(_) => world,
    })
}

fn expected(folder: &Path) -> Json {
    let text = std::fs::read_to_string(folder.join("expected.json"))
        .expect("every case says what is expected");
    serde_json::from_str(&text).expect("expected.json is JSON")
}

/// Whether a check can tell the case; folders that are not named after a cause are further faces of one.
fn is_told(code: &Code, folder: &str) -> bool {
    code.causes.iter().find(|cause| cause.slug == folder).is_none_or(|cause| cause.check.is_some())
}

#[test]
fn every_case_is_told_exactly_as_it_says() {
    for (code, name, folder) in cases() {
        let world =
            world_of(&folder, "spectrum.yaml", |_| ()).expect("every case has a configuration");
        let text = |finding: &Json, key: &str| finding[key].as_str().map(str::to_owned);
        let severity = |finding: &Json| {
            if finding["severity"] == "error" { Severity::Error } else { Severity::Warning }
        };
        let told = |finding: &Json| {
            let need = |key| text(finding, key).expect("a finding has code and address");
            (need("code"), severity(finding), need("address"), text(finding, "path"))
        };
        let findings = expected(&folder)["findings"]
            .as_array()
            .expect("findings are a list")
            .iter()
            .map(told)
            .collect();
        let wanted: BTreeSet<Told> = if is_told(code, &name) { findings } else { BTreeSet::new() };
        assert_eq!(world.told(), wanted, "{}", folder.display());
    }
}

#[test]
fn what_stands_beside_a_case_is_not_told() {
    let mut tried = 0;
    for (_, _, folder) in cases() {
        let Some(world) = world_of(&folder, "beside.yaml", |_| ()) else { continue };
        assert_eq!(world.told(), BTreeSet::new(), "{}", folder.display());
        tried += 1;
    }
    assert!(tried > 70, "only {tried} cases have something beside them");
}

#[test]
fn the_body_of_a_case_is_what_its_configuration_declares() {
    for (_, _, folder) in cases() {
        let text =
            std::fs::read_to_string(folder.join("body.json")).expect("every case has a body");
        let body = draft(&serde_json::from_str(&text).expect("body.json is JSON"));
        let world =
            world_of(&folder, "spectrum.yaml", |_| ()).expect("every case has a configuration");
        let values = |draft: &Draft| {
            draft
                .given
                .iter()
                .map(|(field, given)| (*field, given.value.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        let address = expected(&folder)["findings"][0]["address"].clone();
        let (_, _, declared) = world
            .apps
            .iter()
            .find(|(who, _, _)| address == who.as_str())
            .expect("the address is configured");
        assert_eq!(values(&body), values(declared), "{}", folder.display());
    }
}

#[test]
fn every_cause_has_a_case_that_says_when_it_is_known() {
    let cases: BTreeMap<(String, String), PathBuf> =
        cases().into_iter().map(|(code, name, folder)| ((code.name(), name), folder)).collect();
    for code in CODES {
        for cause in code.causes {
            let folder = cases
                .get(&(code.name(), cause.slug.to_owned()))
                .unwrap_or_else(|| panic!("{} {}", code.name(), cause.slug));
            let known = match cause.known {
                codes::Known::Offline => "offline",
                codes::Known::Preflight => "preflight",
                codes::Known::OnCall => "on_call",
                codes::Known::OnRun => "on_run",
            };
            assert_eq!(expected(folder)["known"], known, "{}", folder.display());
        }
    }
}

#[test]
fn every_code_is_whole_and_named_once() {
    let mut named = BTreeSet::new();
    for code in CODES {
        assert!(
            named.insert(code.slug) && !code.title.is_empty() && !code.causes.is_empty(),
            "{}",
            code.name()
        );
        assert!(code.docs.starts_with("https://developers.cloudflare.com/"), "{}", code.name());
        assert!(code.number.is_none() || !code.http_status.is_empty(), "{}", code.name());
        for cause in code.causes {
            assert!(named.insert(cause.slug), "{} names two things", cause.slug);
            assert!(
                cause.why.len() > 20 && cause.fix.len() > 5 && cause.why != cause.fix,
                "{}",
                cause.slug
            );
            assert!(!cause.why.ends_with('.') && !cause.fix.ends_with('.'), "{}", cause.slug);
            assert!(
                cause.keywords.iter().all(|keyword| *keyword == keyword.to_lowercase()),
                "{}",
                cause.slug
            );
            assert!(
                cause.check.is_some() || cause.known != codes::Known::Offline,
                "{}",
                cause.slug
            );
        }
    }
}

#[test]
fn the_table_stands_by_number_and_then_by_slug() {
    let order =
        |code: &Code| (code.number.is_none(), code.number, code.number.map_or(code.slug, |_| ""));
    assert!(CODES.is_sorted_by(|a, b| order(a) < order(b)));
    assert_eq!(
        codes::find_number(11004).map(|code| code.slug),
        codes::find("dns-type-changed").map(|code| code.slug)
    );
}

/// A text that no example in a fixed message has.
fn unlike_examples(text: &str) -> String {
    text.replace("192.0.2.", "203.0.113.").replace("ssh.", "vault.").replace("/22", "/42")
}

/// Masks every scalar below.
fn mask(node: &mut Node) {
    match &mut node.kind {
        Kind::Scalar { text, .. } => {
            *text = unlike_examples(text);
            node.mask = Some("‹SECRET›".to_owned());
        }
        Kind::List(items) => items.iter_mut().for_each(mask),
        Kind::Map(entries) => entries.iter_mut().for_each(|entry| mask(&mut entry.value)),
        Kind::Null => {}
    }
}

/// The texts of all scalars below that are long enough to be told from other words.
fn secrets(node: &Node, found: &mut Vec<String>) {
    match &node.kind {
        Kind::Scalar { text, .. } if text.contains(['.', '/', '-']) => {
            found.push(unlike_examples(text))
        }
        Kind::List(items) => items.iter().for_each(|item| secrets(item, found)),
        Kind::Map(entries) => entries.iter().for_each(|entry| secrets(&entry.value, found)),
        _ => {}
    }
}

#[test]
fn a_masked_value_is_never_shown() {
    let mut masked = 0;
    for (_, _, folder) in cases() {
        let body: Json = serde_json::from_str(
            &std::fs::read_to_string(folder.join("body.json")).expect("a body"),
        )
        .expect("JSON");
        let mut hidden = Vec::new();
        secrets(&Node::from_json(&body), &mut hidden);
        let prepare =
            |entries: &mut Vec<Entry>| entries.iter_mut().for_each(|entry| mask(&mut entry.value));
        let world =
            world_of(&folder, "spectrum.yaml", prepare).expect("every case has a configuration");
        for (_, violation) in world.violations() {
            let notes: Vec<&str> =
                violation.related.iter().map(|related| related.note.as_str()).collect();
            let shown = format!(
                "{} {} {}",
                violation.summary,
                violation.fix.as_deref().unwrap_or_default(),
                notes.join(" ")
            );
            masked += usize::from(shown.contains("‹SECRET›"));
            assert!(
                !hidden.iter().any(|secret| shown.contains(secret.as_str())),
                "{}: {shown}",
                folder.display()
            );
        }
    }
    assert!(masked > 30, "only {masked} findings show a mask");
}

#[test]
fn an_unclear_value_gives_no_verdict() {
    let violations = faults_of(&app_with(
        json!({"dns": {"type": "CNAM", "name": "ssh.example.com"}, "edge_ips": {"type": "statik"}}),
    ));
    assert_eq!(names(&violations), ["invalid-value", "invalid-value"]);
    assert_eq!(
        names(&faults_of(&app_with(json!({"origin_direct": "tcp://192.0.2.1:22"})))),
        ["wrong-type"]
    );
    assert_eq!(
        names(&faults_of(&app_with(
            json!({"protocol": "tcp22", "tls": "strict", "ip_firewall": true})
        ))),
        ["invalid-value"]
    );
}

#[test]
fn an_unknown_entitlement_gives_no_verdict() {
    let app = app_with(json!({"argo_smart_routing": true}));
    assert_eq!(names(&faults_of(&app)), Vec::<String>::new());
    let denied = ZoneFacts { denied: [Entitlement::Argo].into(), ..enterprise() };
    assert_eq!(names(&viewed(&denied, &app, Vec::new(), codes::check)), ["11026"]);
}

#[test]
fn a_misspelt_key_is_told_the_name_that_was_meant() {
    let fix = |fields: Json| faults_of(&app_with(fields))[0].fix.clone().unwrap_or_default();
    assert_eq!(fix(json!({"trafic_type": "direct"})), "write traffic_type");
    assert_eq!(fix(json!({"ipFirewall": true})), "write ip_firewall");
    assert_eq!(fix(json!({"name": "ssh.example.com"})), "write dns.name instead of name");
    assert_eq!(fix(json!({"edge_ips": {"conectivity": "all"}})), "write connectivity");
    assert_eq!(fix(json!({"edge_ips": {"tls": "off"}})), "write tls instead of edge_ips.tls");
    assert_eq!(fix(json!({"lables": {"team": "payments"}})), "write labels");
    assert!(fix(json!({"colour": "red"})).starts_with("remove it; known here are protocol, dns,"));
}

#[test]
fn an_address_or_a_label_where_a_name_belongs_is_told_what_to_write() {
    let name = |name: &str| {
        faults_of(
            &json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"},
        "origin_dns": {"name": name}, "origin_port": 22}),
        )[0]
        .fix
        .clone()
        .unwrap_or_default()
    };
    assert!(name("192.0.2.1").starts_with("use origin_direct"), "{}", name("192.0.2.1"));
    assert_eq!(name("origin"), "write the full name, such as origin.example.com");
    let short = faults_of(&app_with(json!({"dns": {"type": "CNAME", "name": "ssh"}})));
    assert_eq!(
        (names(&short), short[0].fix.as_deref()),
        (vec!["short-hostname".to_owned()], Some("write ssh.example.com"))
    );
}

#[test]
fn a_shared_fault_is_told_at_the_later_application_with_the_first_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/codes/port-overlap/ports-shared-on-hostname");
    let violations =
        world_of(&folder, "spectrum.yaml", |_| ()).expect("the case exists").violations();
    let [(who, violation)] = violations.as_slice() else {
        panic!("told once, not {}", violations.len())
    };
    assert_eq!((who.as_str(), violation.related[0].place.line), ("example.com/b", 1));
    assert!(
        violation.summary.ends_with("shares ports with example.com/a"),
        "{}",
        violation.summary
    );
}

#[test]
fn a_body_without_a_place_is_told_against_everything_that_exists() {
    let zone = ZoneFacts { ipv4_quota: Some(1), ..enterprise() };
    let peer = |who: &str, name: &str| {
        let spec = draft(&app_with(
            json!({"protocol": "tcp/20-30", "dns": {"type": "CNAME", "name": name}}),
        ));
        Peer::from_draft(who.to_owned(), "example.com", &spec).expect("it has a hostname")
    };
    let app = app_with(json!({}));
    let own = Peer::from_draft("example.com/ssh".to_owned(), "example.com", &draft(&app))
        .expect("it has a hostname");
    let beyond =
        vec![peer("example.com/?1", "a.example.com"), peer("example.com/?2", "b.example.com"), own];
    assert_eq!(names(&viewed(&zone, &app, beyond, codes::check)), ["12005"]);
    assert_eq!(
        names(&viewed(&zone, &app, vec![peer("example.com/?3", "ssh.example.com")], codes::check)),
        ["live-overlap"]
    );
}

#[test]
fn the_quota_is_told_once_however_far_beyond_it_the_configuration_is() {
    let app = |key: &str, edge: &str| {
        format!(
            "      {key}:\n        protocol: tcp/22\n        dns: {{type: CNAME, name: {key}.example.com}}\n        origin_direct: [\"tcp://192.0.2.1:22\"]\n{edge}"
        )
    };
    let text = format!(
        "zones:\n  example.com:\n    ipv4_quota: 1\n    apps:\n{}{}{}{}",
        app("a", ""),
        app("b", "        edge_ips: {type: dynamic, connectivity: ipv6}\n"),
        app("c", ""),
        app("d", "")
    );
    let told: Vec<(String, String)> = World::of(&text, |_| ())
        .violations()
        .into_iter()
        .map(|(who, violation)| (who, violation.summary))
        .collect();
    assert_eq!(
        told,
        [(
            "example.com/c".to_owned(),
            "3 hostnames of example.com take an IPv4 address, and the quota is 1".to_owned()
        )]
    );
}

#[test]
fn a_refusal_is_explained_by_the_view_then_by_its_words_then_by_what_only_the_server_knows() {
    let cause = |number: u32, view: Option<&View<'_>>, message: &str| {
        codes::find_number(number).expect("listed").likely_cause(view, message).slug
    };
    viewed(&enterprise(), &json!({"origin_direct": []}), Vec::new(), |view| {
        assert_eq!(cause(11000, Some(view), "TTL"), "no-origin")
    });
    assert_eq!(cause(11001, None, "The TTL is out of range"), "origin-ttl-out-of-range");
    assert_eq!(cause(11033, None, ""), "edge-ip-held-by-orphan");
    assert_eq!(cause(11000, None, ""), "both-origins");
}

#[test]
fn a_key_that_the_api_sets_itself_is_not_taken_for_a_misspelling() {
    let key = UnknownKey {
        path: "modified_on".to_owned(),
        known: Vec::new(),
        read_only: true,
        place: Some(place(3)),
    };
    let app = Draft { unknown: vec![key], ..draft(&app_with(json!({}))) };
    let (zone, peers) = (ZoneFacts { tier: Some(Tier::Pro), ..enterprise() }, Peers::default());
    let view = View {
        who: "example.com/ssh",
        app: &app,
        live: None,
        zone: &zone,
        zones: &[],
        peers: &peers,
        facts: None,
    };
    let violations = codes::check(&view);
    assert_eq!(
        violations
            .iter()
            .map(|violation| (violation.cause.slug, violation.place.clone()))
            .collect::<Vec<_>>(),
        [("read-only-key", Some(place(3)))]
    );
}

/// What is told of an application beside another one of the zone or, with a name, of another zone.
fn told_beside(app: &Json, other_zone: &str, other: &Json) -> Vec<String> {
    let peer = Peer::from_draft(format!("{other_zone}/other"), other_zone, &draft(other))
        .expect("it has a hostname");
    names(&viewed(&enterprise(), app, vec![peer], codes::check))
}

#[test]
fn tcp_and_udp_do_not_share_a_port() {
    let udp =
        app_with(json!({"protocol": "udp/20-22", "origin_direct": ["udp://192.0.2.1:20-22"]}));
    assert_eq!(told_beside(&app_with(json!({})), "example.com", &udp), Vec::<String>::new());
    let tcp = app_with(json!({"protocol": "tcp/20-22"}));
    assert_eq!(told_beside(&app_with(json!({})), "example.com", &tcp), ["port-overlap"]);
}

#[test]
fn a_hostname_in_two_zones_is_told_as_that_and_nothing_else() {
    let name = json!({"type": "CNAME", "name": "ssh.dev.example.com"});
    let other = app_with(
        json!({"dns": {"type": "ADDRESS", "name": "ssh.dev.example.com"}, "edge_ips": {"type": "static", "ips": ["198.51.100.7"]}}),
    );
    assert_eq!(told_beside(&app_with(json!({"dns": name})), "dev.example.com", &other), ["16001"]);
}

#[test]
fn bare_names_count_as_the_ports_they_stand_for() {
    let app = app_with(json!({"protocol": "ssh"}));
    let other = draft(&app_with(json!({"dns": {"type": "CNAME", "name": "other.example.com"}})));
    let peer = Peer::from_draft("example.com/other".to_owned(), "example.com", &other)
        .expect("it has a hostname");
    let zone = ZoneFacts { tier: Some(Tier::Pro), ..enterprise() };
    assert_eq!(names(&viewed(&zone, &app, vec![peer], codes::check)), ["11034"]);
}
