//! One mistake does not hide the rest: the other applications are planned and checked as usual, and nothing is applied.

use serde_json::{Value as Json, json};

use crate::support::account::{Account, app, configuration};

const CONFLICT: &str =
    "dns_records: [{zone: example.com, type: A, name: web.example.com, proxied: true}]";

fn actions(plan: &Json) -> Vec<(String, String)> {
    let changes = plan["changes"].as_array().unwrap();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    changes.iter().map(|change| (text(&change["address"]), text(&change["action"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_cannot_be_read_hides_neither_changes_nor_refusals_of_the_others() {
    let account = Account::holding(CONFLICT).await;
    account.configure(&configuration(&app("ssh", "tcp/22", "")));
    assert_eq!(account.apply(&[]).await.exit, 0);
    let broken = app("ssh", "tcp/22", "        tls: nope\n");
    let others = [app("db", "tcp/5432", ""), app("web", "tcp/80", "")].concat();
    account.configure(&configuration(&format!("{broken}{others}")));
    let ran = account.plan(&[]).await;
    let plan = ran.json();
    assert_eq!(ran.exit, 3, "{plan}");
    let codes = ran.codes();
    assert!(codes.contains(&"invalid-value".to_owned()), "{codes:?}");
    assert!(codes.contains(&"hostname-conflict".to_owned()), "{codes:?}");
    let create = |key: &str| (format!("example.com/{key}"), "create".to_owned());
    assert_eq!(actions(&plan), [create("db"), create("web")], "{plan}");
    assert_eq!((&plan["complete"], &plan["unmanaged"]), (&json!(false), &json!([])), "{plan}");
    let applied = account.apply(&[]).await;
    assert_eq!(applied.exit, 3, "{}", applied.stdout);
    assert_eq!(applied.calls_of("POST"), 0, "{:?}", applied.calls);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_application_with_a_mistake_in_its_configuration_is_not_unmanaged() {
    let seed = "apps: [{zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, \
                origin_direct: ['tcp://192.0.2.1:22']}]";
    let account = Account::holding(seed).await;
    let broken = app("ssh", "tcp/22", "        tls: nope\n");
    let text = configuration(&broken).replace("    apps:", "    unmanaged: delete\n    apps:");
    account.configure(&text);
    let plan = account.plan(&[]).await.json();
    assert_eq!((&plan["changes"], &plan["unmanaged"]), (&json!([]), &json!([])), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_yaml_still_stops_the_plan() {
    let account = Account::holding("{}").await;
    account.configure(&configuration(&app("ssh", "tcp/22", "")));
    assert_eq!(account.apply(&[]).await.exit, 0);
    account.configure("version: 1\nzones: {example.com: {apps: {");
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, ran.json()["changes"].clone()), (3, json!([])), "{}", ran.stdout);
}

/// What is live, in an account whose configuration has a mistake in one application.
const LIVE: &str = "apps: [{zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, \
                    origin_direct: ['tcp://192.0.2.1:22']}, {zone: example.com, protocol: tcp/5432, \
                    dns: {type: CNAME, name: db.example.com}, origin_direct: ['tcp://192.0.2.1:5432']}, \
                    {zone: example.com, protocol: tcp/80, dns: {type: CNAME, name: new.example.com}, \
                    origin_direct: ['tcp://192.0.2.1:80']}]";

fn broken(what: &str) -> String {
    configuration(&format!("{}{}", app("ssh", "tcp/22", what), app("db", "tcp/5432", "")))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unset_variable_hides_neither_changes_nor_refusals_of_the_others() {
    let account = Account::holding(CONFLICT).await;
    let unset = app("ssh", "tcp/22", "        tls: ${TLS_OF_SSH}\n");
    let others = [app("db", "tcp/5432", ""), app("web", "tcp/80", "")].concat();
    account.configure(&configuration(&format!("{unset}{others}")));
    let ran = account.plan(&[]).await;
    let plan = ran.json();
    assert_eq!((ran.exit, &plan["complete"]), (3, &json!(false)), "{plan}");
    let mut codes = ran.codes();
    codes.sort();
    assert_eq!(codes, ["hostname-conflict", "unset-variable"]);
    let create = |key: &str| (format!("example.com/{key}"), "create".to_owned());
    assert_eq!(actions(&plan), [create("db"), create("web")], "{plan}");
    let applied = account.apply(&[]).await;
    assert_eq!((applied.exit, applied.calls_of("POST")), (3, 0), "{}", applied.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_of_apply_hides_nothing_and_an_unknown_place_of_the_state_stops_the_plan() {
    let account = Account::holding("{}").await;
    let text = configuration(&app("ssh", "tcp/22", ""));
    let with =
        |settings: &str| text.replace("zones:", &format!("settings: {{{settings}}}\nzones:"));
    for settings in ["on_drift: maybe", "limits: {max_deletes: many}", "checks: {udp-argo: loud}"] {
        account.configure(&with(settings));
        let ran = account.plan(&[]).await;
        let plan = ran.json();
        let create = ("example.com/ssh".to_owned(), "create".to_owned());
        assert_eq!((ran.exit, actions(&plan)), (3, vec![create]), "{settings}: {plan}");
        assert_eq!(plan["complete"], json!(false));
        assert_eq!(account.apply(&[]).await.calls_of("POST"), 0, "{settings}");
    }
    for settings in ["state: [a, b]", "stat: elsewhere/", "name: [a]"] {
        account.configure(&with(settings));
        let ran = account.plan(&[]).await;
        assert_eq!((ran.exit, actions(&ran.json())), (3, vec![]), "{settings}: {}", ran.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_of_the_others_is_found_and_is_not_green() {
    let account = Account::holding(LIVE).await;
    account.configure(&broken(""));
    assert_eq!(account.apply(&[]).await.exit, 0);
    account.load(
        "apps: [{zone: example.com, protocol: tcp/5432, dns: {type: CNAME, name: db.example.com}, \
         origin_direct: ['tcp://192.0.2.1:5432'], tls: full}]",
    );
    for mistake in ["        tls: nope\n", "        tls: ${TLS_OF_SSH}\n"] {
        account.configure(&broken(mistake));
        let ran = account.run(&["drift", "--format", "json"]).await;
        let drift = ran.json();
        assert_eq!((ran.exit, &drift["complete"]), (3, &json!(false)), "{drift}");
        assert!(drift["changes"].to_string().contains("example.com/db"), "{drift}");
        assert_eq!(drift["missing"], json!([]), "{drift}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn export_and_import_go_on_with_what_is_readable_and_say_what_was_left_out() {
    let account = Account::holding(LIVE).await;
    account.configure(&broken("        tls: nope\n"));
    let exported = account.run(&["export"]).await;
    assert_eq!(exported.exit, 3, "{}{}", exported.stdout, exported.stderr);
    assert!(exported.stdout.contains("new.example.com"), "{}", exported.stdout);
    assert!(!exported.stdout.contains("db.example.com"), "{}", exported.stdout);
    assert!(exported.stderr.contains("nope"), "{}", exported.stderr);
    let imported = account.run(&["import", "--all"]).await;
    assert_eq!(imported.exit, 3, "{}{}", imported.stdout, imported.stderr);
    assert!(imported.stderr.contains("imported example.com/db"), "{}", imported.stderr);
    assert!(!imported.stderr.contains("imported example.com/ssh"), "{}", imported.stderr);
    assert!(imported.stderr.contains("nope"), "{}", imported.stderr);
}

/// Two zones: what is written into the first, with the application `ssh`, and the second, with `db`.
fn two_zones(keys: &str) -> String {
    let ssh = app("ssh", "tcp/22", "");
    let db = app("db", "tcp/5432", "").replace("example.com", "example.net");
    format!(
        "version: 1\nzones:\n  example.com:\n{keys}    apps:\n{ssh}  example.net:\n    apps:\n{db}"
    )
}

const TWO_ZONES: &str = "zones: [{name: example.com}, {name: example.net}]";

/// What is wrong with a zone, its finding, and how many lines it takes.
const OF_A_ZONE: &[(&str, &[&str])] = &[
    ("    id: ${ZONE_ID}\n", &["unset-variable"]),
    ("    account: \"${ACCOUNT}\"\n", &["unset-variable"]),
    ("    plan: ${PLAN}\n", &["unset-variable"]),
    ("    ipv4_quota: ${QUOTA}\n", &["unset-variable"]),
    ("    edge_prefixes: [\"${PREFIX}\"]\n", &["unset-variable"]),
    ("    entitlements: [\"${EXTRA}\"]\n", &["unset-variable"]),
    ("    unmanaged: ${UNMANAGED}\n", &["unset-variable"]),
    ("    id: nope\n", &["invalid-value"]),
    ("    plan: gold\n    ipv4_quota: many\n", &["invalid-value", "wrong-type"]),
    ("    pln: enterprise\n", &["unknown-key"]),
    ("    defaults: {protocol: tcp/22}\n", &["not-a-default"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_of_a_zone_hides_nothing_of_the_other_zones() {
    let account = Account::holding(TWO_ZONES).await;
    account.configure(&two_zones(""));
    assert_eq!(account.apply(&[]).await.exit, 0);
    let all = "apps: [{zone: example.net, protocol: tcp/25, dns: {type: CNAME, name: mx.example.net}, \
               origin_direct: ['tcp://192.0.2.1:25']}]\n\
               dns_records: [{zone: example.net, type: A, name: web.example.net, proxied: true}]";
    account.load(all);
    for (keys, expected) in OF_A_ZONE {
        let web = app("web", "tcp/80", "").replace("example.com", "example.net");
        let text = two_zones(keys).replace("tcp://192.0.2.1:5432", "tcp://192.0.2.2:5432");
        account.configure(&format!("{text}{web}"));
        let ran = account.plan(&[]).await;
        let plan = ran.json();
        assert_eq!((ran.exit, &plan["complete"]), (3, &json!(false)), "{keys}: {plan}");
        let mut codes = ran.codes();
        codes.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.push("hostname-conflict");
        expected.sort_unstable();
        assert_eq!(codes, expected, "{keys}: {plan}");
        let action = |key: &str, action: &str| (format!("example.net/{key}"), action.to_owned());
        assert_eq!(actions(&plan), [action("db", "update"), action("web", "create")], "{keys}");
        assert_eq!(plan["unread"], json!(["example.com"]), "{keys}: {plan}");
        assert_eq!(plan["unmanaged"][0]["dns_name"], "mx.example.net", "{keys}: {plan}");
        let applied = account.apply(&[]).await;
        let sent = ["POST", "PUT", "DELETE"].map(|method| applied.calls_of(method));
        assert_eq!((applied.exit, sent), (3, [0, 0, 0]), "{keys}: {}", applied.stdout);
        let drift = account.run(&["drift", "--format", "json"]).await;
        assert_eq!((drift.exit, &drift.json()["unread"]), (3, &json!(["example.com"])), "{keys}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_value_of_a_variable_hides_nothing_where_it_is_not_used() {
    let account = Account::holding(TWO_ZONES).await;
    for (at, planned) in [("    plan: ${TIER}\n", 1), ("    plan: enterprise\n", 2)] {
        let declared = "variables: {TIER: {allowed: [pro, enterprise]}}\n";
        account.configure(&format!("{declared}{}", two_zones(at)));
        let ran = account.plan(&["--var", "TIER=gold"]).await;
        assert_eq!((ran.exit, ran.codes()), (3, vec!["variable-value".to_owned()]), "{at}");
        assert_eq!(actions(&ran.json()).len(), planned, "{at}: {}", ran.stdout);
    }
    account.configure(&format!(
        "variables: {{TIER: {{allowed: [pro, enterprise]}}}}\naccount: \"${{TIER}}\"\n{}",
        two_zones("")
    ));
    let ran = account.plan(&["--var", "TIER=gold"]).await;
    assert_eq!((ran.exit, actions(&ran.json())), (3, vec![]), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_of_a_zone_with_a_mistake_are_looked_at_for_the_others() {
    let account = Account::holding(
        "zones: [{name: example.com}, {name: example.net}]\nprefixes: [{cidr: 198.51.100.0/24}]\n\
         apps: [{zone: example.com, protocol: tcp/25, dns: {type: ADDRESS, name: mx.example.com}, \
         origin_direct: ['tcp://192.0.2.1:25'], edge_ips: {type: static, ips: [198.51.100.7]}}]",
    )
    .await;
    let text = two_zones("    plan: gold\n").replace(
        "type: CNAME\n          name: db.example.net",
        "type: ADDRESS\n          name: db.example.net\n        edge_ips: {type: static, ips: [198.51.100.7]}",
    );
    account.configure(&text);
    let ran = account.plan(&[]).await;
    let mut codes = ran.codes();
    codes.sort();
    assert_eq!(
        (ran.exit, codes),
        (3, vec!["11033".into(), "invalid-value".into()]),
        "{}",
        ran.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_cannot_be_changed_hides_nothing_else_of_its_application() {
    let account = Account::holding(LIVE).await;
    let moved = "      ssh:\n        protocol: tcp/22\n        dns: {type: ADDRESS, name: ssh.example.com}\n        \
                 edge_ips: {type: static, ips: [198.51.100.7]}\n        origin_direct: [\"tcp://10.9.0.1:22\"]\n        \
                 virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415\n";
    let text = configuration(moved);
    account.configure(&text.replace("zones:", "settings: {adopt: true}\nzones:"));
    let ran = account.plan(&[]).await;
    let mut codes = ran.codes();
    codes.sort();
    assert_eq!((ran.exit, codes), (3, vec!["11004".into(), "11044".into()]), "{}", ran.stdout);
    assert_eq!(actions(&ran.json()), vec![], "{}", ran.stdout);
}
