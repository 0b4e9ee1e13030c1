//! The checks of codes and rules over applications that are made here: what gives no verdict, what a fix says, what is
//! reported where several applications share a fault.

use serde_json::{Value as Json, json};
use spectrumctl::codes::{self, Violation};
use spectrumctl::finding::Severity;
use spectrumctl::model::draft::UnknownKey;
use spectrumctl::model::{Draft, Entitlement, Facts, Peer, Peers, Tier, View, ZoneFacts};

use super::world::{World, draft, place};

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
    assert!(fix(json!({"colour": "red"})).starts_with("remove it; allowed keys: protocol, dns,"));
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
    let app = |key: &str, protocol: &str| {
        format!(
            "      {key}: {{protocol: {protocol}, dns: {{type: CNAME, name: a.example.com}}, origin_direct: [\"tcp://192.0.2.1:22\"]}}\n"
        )
    };
    let text = format!(
        "zones:\n  example.com:\n    apps:\n{}{}",
        app("a", "tcp/22"),
        app("b", "tcp/22-23").replace(":22\"", ":22-23\"")
    );
    let violations = World::of(&text, |_| ()).violations();
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
    assert_eq!(cause(11000, None, ""), "origin-name-elsewhere");
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

/// The warnings about addresses that no public network leads to, at Cloudflare or at a simulator on this machine.
fn warnings(origins: &[&str], more: Json, is_cloudflare: bool) -> Vec<String> {
    let facts = Facts { is_cloudflare, ..Facts::default() };
    let mut app = app_with(more);
    app["origin_direct"] = json!(origins);
    let found = viewed(&enterprise(), &app, Vec::new(), |view| {
        codes::check(&View { facts: Some(&facts), ..*view })
    });
    assert!(
        found.iter().all(|one| one.severity == Severity::Warning && one.code.name() == "11002")
    );
    found.into_iter().map(|one| one.summary).collect()
}

#[test]
fn an_origin_that_no_public_network_leads_to_is_a_warning_and_a_documentation_address_at_cloudflare_only()
 {
    let documentation = [
        "tcp://192.0.2.1:22",
        "tcp://198.51.100.9:22",
        "tcp://203.0.113.5:22",
        "tcp://[2001:db8::1]:22",
    ];
    assert_eq!(warnings(&documentation, json!({}), false), Vec::<String>::new());
    let told = warnings(&documentation, json!({}), true);
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].contains("192.0.2.1") && told[0].contains("an address of the documentation"));
    let others =
        ["tcp://10.0.0.5:22", "tcp://169.254.1.1:22", "tcp://100.64.0.9:22", "tcp://[fd00::1]:22"];
    assert_eq!(warnings(&others, json!({}), false).len(), 4);
    let network = json!({"virtual_network_id": "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415"});
    assert_eq!(warnings(&others[..1], network, true), Vec::<String>::new());
    let public = [
        "tcp://1.1.1.1:22",
        "tcp://192.0.3.1:22",
        "tcp://100.128.0.1:22",
        "tcp://[2606:4700::1]:22",
    ];
    assert_eq!(warnings(&public, json!({}), true), Vec::<String>::new());
}
