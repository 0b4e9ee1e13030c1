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
