//! What an outage costs: connections and bytes of the last minute, read once a zone, in every format; the guard over them, and the apply
//! that waits until it is quiet. What could not be read is unknown, never 0.

use serde_json::json;

use crate::support::account::{Account, app, configuration};

const SSH: &str = "apps:\n- {zone: example.com, id: 00000000000000000000000000000001, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ['tcp://192.0.2.1:22'], traffic_type: direct, tls: 'off', ip_firewall: false, proxy_protocol: 'off', argo_smart_routing: false, edge_ips: {type: dynamic, connectivity: all}}\n";

fn loads(connections: &str) -> String {
    format!(
        "loads:\n- {{zone: example.com, dns_name: ssh.example.com, protocol: tcp/22, connections: {connections}, bytes_per_second: 3100000}}\n"
    )
}

/// An application that is managed and live, with a configuration that no longer holds it; another one stays.
async fn before_a_delete(traffic: &str) -> Account {
    let account = Account::holding(&format!("{SSH}{traffic}")).await;
    account.configure(&configuration(&format!(
        "{}{}",
        app("ssh", "tcp/22", ""),
        app("mail", "tcp/25", "")
    )));
    let ran = account.apply(&[]).await;
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    account.configure(&configuration(&app("mail", "tcp/25", "")));
    account
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_with_an_outage_says_how_many_connections_it_cuts() {
    let account = before_a_delete(&loads("[412]")).await;
    let plan = account.plan(&[]).await;
    assert_eq!(plan.calls_of("analytics"), 1, "{:?}", plan.calls);
    let load = &plan.json()["changes"][0]["load"];
    assert_eq!(*load, json!({"connections": 412, "bytes_per_second": 3_100_000}));

    let text = account.run(&["plan"]).await;
    assert!(text.stdout.contains("cuts 412 live connections, 3.10 MB/s"), "{}", text.stdout);
    let page = account.run(&["plan", "--format", "markdown"]).await.stdout;
    let risk = page.lines().find(|line| line.starts_with("**Risk:**")).unwrap();
    assert!(risk.contains("(cuts 412 live connections, 3.10 MB/s)"), "{risk}");
    assert!(page.contains("clients are cut off; cuts 412 live connections"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_an_outage_does_not_ask_for_the_traffic() {
    let account = before_a_delete(&loads("[412]")).await;
    account.configure(&configuration(&format!(
        "{}{}",
        app("ssh", "tcp/22", "        ip_firewall: true\n"),
        app("mail", "tcp/25", "")
    )));
    let plan = account.plan(&[]).await;
    assert_eq!(plan.json()["summary"]["update"], 1, "{}", plan.stdout);
    assert_eq!(plan.calls_of("analytics"), 0);
    assert_eq!(plan.json()["changes"][0]["load"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_without_traffic_cuts_nothing() {
    let account = before_a_delete("").await;
    let plan = account.plan(&[]).await;
    let load = &plan.json()["changes"][0]["load"];
    assert_eq!(*load, json!({"connections": 0, "bytes_per_second": 0}));
    assert!(account.run(&["plan"]).await.stdout.contains("cuts no live connection"));
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_that_may_not_be_read_is_unknown_and_names_the_permission() {
    let token = "tokens:\n- {token: narrow, permissions: ['Zone: Read', 'Zone Settings: Read', 'Zone Settings: Edit', 'DNS: Read', 'Load Balancers: Read']}\n";
    let account = before_a_delete(&format!("{}{token}", loads("[412]"))).await;
    let plan = account.plan(&[]).await;
    let unknown = plan.json()["changes"][0]["load"]["unknown"].as_str().unwrap().to_owned();
    assert!(unknown.contains("Analytics: Read"), "{unknown}");
    let text = account.run(&["plan"]).await.stdout;
    assert!(text.contains("live connections unknown"), "{text}");
    assert!(!text.contains("cuts no live connection"), "{text}");

    let guarded = account.plan(&["--max-cut", "1000000"]).await;
    assert_eq!((guarded.exit, guarded.codes()), (4, vec!["max-connections-cut".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_connections_are_a_refusal_and_its_fix_lifts_it() {
    let account = before_a_delete(&loads("[412]")).await;
    let text = configuration(&app("mail", "tcp/25", ""));
    account.configure(&format!("settings: {{limits: {{max_connections_cut: 100}}}}\n{text}"));
    let plan = account.plan(&[]).await;
    assert_eq!((plan.exit, plan.codes()), (4, vec!["max-connections-cut".to_owned()]));
    let fix = plan.json()["findings"][0]["fix"].as_str().unwrap().to_owned();
    assert!(fix.contains("`--max-cut 412`"), "{fix}");
    assert!(fix.contains("`--max-cut 412 --when-quiet 30m --below 101`"), "{fix}");
    assert_eq!(account.apply(&[]).await.exit, 4);
    let waits = ["--when-quiet", "1s", "--below", "101"];
    let guarded = account.apply(&waits).await;
    assert_eq!(guarded.codes(), ["max-connections-cut"], "waiting alone lifts no guard");
    let waited = account.apply(&[&["--max-cut", "412"], &waits[..]].concat()).await;
    assert_eq!(waited.codes(), ["not-quiet"], "with --max-cut it waits");
    let skipped = account.plan(&["--no-preflight"]).await;
    assert_eq!(skipped.exit, 4, "what was not read is not few: {}", skipped.stdout);
    assert_eq!(account.apply(&["--max-cut", "412"]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_waits_until_it_is_quiet() {
    let account = before_a_delete(&loads("[412, 50, 9]")).await;
    let ran = account.apply(&["--when-quiet", "2s", "--below", "10"]).await;
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("waiting for fewer than 10 connections (50 now)"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.calls_of("DELETE"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_that_never_becomes_quiet_changes_nothing() {
    let account = before_a_delete(&loads("[412]")).await;
    let ran = account.apply(&["--when-quiet", "1s", "--below", "10"]).await;
    assert_eq!(ran.exit, 4, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.codes(), ["not-quiet"], "{}", ran.stdout);
    assert_eq!(ran.calls_of("DELETE"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_than_no_connections_is_a_usage_error() {
    let account = before_a_delete("").await;
    let ran = account.apply(&["--when-quiet", "1s", "--below", "0"]).await;
    assert_eq!(ran.exit, 64, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.calls, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_connection_is_no_plural() {
    let account = before_a_delete(&loads("[1]")).await;
    let guarded = account.plan(&["--max-cut", "0"]).await;
    let summary = guarded.json()["findings"][0]["summary"].as_str().unwrap().to_owned();
    assert!(summary.starts_with("the outages of the plan cut 1 connection,"), "{summary}");
    let ran = account.apply(&["--when-quiet", "1s", "--below", "1"]).await;
    assert!(ran.stdout.contains("still have 1 connection,"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("1 connections"), "{}", ran.stdout);
    assert!(ran.stderr.contains("waiting for fewer than 1 connection ("), "{}", ran.stderr);
}
