//! Refusals in apply: led back to address, field and line, remembered where they tell of the account, and forgotten again.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::support::account::{Account, Ran, app, configuration};

/// The entitlements of `example.com`.
fn having(entitlements: &str) -> String {
    format!("zones: [{{name: example.com, entitlements: [{entitlements}]}}]\n")
}

async fn with_ftp_refused() -> Account {
    let account = Account::holding(&having("byoip")).await;
    account.configure(&configuration(&app("files", "tcp/21", "        traffic_type: ftp\n")));
    let ran = account.apply(&[]).await;
    assert_eq!(ran.exit, 6, "{}{}", ran.stdout, ran.stderr);
    account
}

fn state(account: &Account) -> Json {
    serde_json::from_slice(&std::fs::read(account.path("state/state.json")).unwrap()).unwrap()
}

/// Makes everything that is remembered older.
fn age(account: &Account, by: SignedDuration) {
    let mut state = state(account);
    for learned in state["learned"].as_array_mut().unwrap() {
        let date: Timestamp = learned["date"].as_str().unwrap().parse().unwrap();
        learned["date"] = json!((date - by).to_string());
    }
    std::fs::write(account.path("state/state.json"), serde_json::to_vec_pretty(&state).unwrap())
        .unwrap();
}

fn severities(ran: &Ran) -> Vec<(String, String, u64)> {
    ran.told().into_iter().map(|(code, severity, _, _, line)| (code, severity, line)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_entitlement_fails_the_next_plan_early_at_its_line() {
    let account = with_ftp_refused().await;
    let learned = &state(&account)["learned"][0];
    assert_eq!(
        (learned["code"].as_str(), learned["subject"].as_str()),
        (Some("11014"), Some("traffic_type ftp")),
        "{learned}"
    );
    assert!(
        learned["ray_id"].is_string() && learned["evidence"].as_str().unwrap().contains("FTP"),
        "{learned}"
    );
    let ran = account.plan(&[]).await;
    assert_eq!(
        (ran.exit, severities(&ran)),
        (3, vec![("11014".into(), "error".into(), 11)]),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains(learned["ray_id"].as_str().unwrap()), "{}", ran.stdout);
    assert_eq!(account.plan(&["--no-learned"]).await.exit, 0);
    assert_eq!(account.run(&["validate"]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_entitlement_outweighs_what_was_learned() {
    let account = with_ftp_refused().await;
    let text = configuration(&app("files", "tcp/21", "        traffic_type: ftp\n"));
    account.configure(&text.replace("    apps:", "    entitlements: [ftp]\n    apps:"));
    assert_eq!(account.plan(&[]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_lesson_warns_lets_one_apply_try_and_is_forgotten_by_a_success() {
    let account = with_ftp_refused().await;
    age(&account, SignedDuration::from_hours(23));
    assert_eq!(account.plan(&[]).await.exit, 3);
    age(&account, SignedDuration::from_hours(2));
    let ran = account.plan(&[]).await;
    assert_eq!(
        (ran.exit, severities(&ran)),
        (0, vec![("11014".into(), "warning".into(), 11)]),
        "{}",
        ran.stdout
    );
    assert_eq!(account.apply(&[]).await.exit, 6);
    assert_eq!(account.plan(&[]).await.exit, 3, "the second refusal counts from its own day");
    account.load(&having("byoip, ftp"));
    assert_eq!(account.apply(&["--no-learned"]).await.exit, 0);
    assert_eq!(state(&account)["learned"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_port_is_remembered_for_its_zone_and_transport() {
    let account = Account::holding(
        "zones: [{name: example.com, protocols: [{name: tcp, transport: tcp, ports: [22]}]}]",
    )
    .await;
    account.configure(&configuration(&app("odd", "tcp/8080", "")));
    assert_eq!(account.apply(&["--no-preflight"]).await.exit, 6);
    assert_eq!(account.plan(&["--no-preflight"]).await.codes(), ["13002"]);
    account.configure(&configuration(&app("odd", "tcp/8081", "")));
    assert_eq!(account.plan(&["--no-preflight"]).await.codes(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_quota_is_remembered_with_its_count_and_lapses_below_it() {
    let account = Account::holding("zones: [{name: example.com, ipv4_quota: 2}]").await;
    let two = app("a", "tcp/1", "") + &app("b", "tcp/2", "");
    account.configure(&configuration(&(two.clone() + &app("c", "tcp/3", ""))));
    assert_eq!(account.apply(&["--parallelism", "1"]).await.exit, 6);
    assert_eq!(state(&account)["learned"][0]["at"], 2);
    assert_eq!(account.plan(&[]).await.codes(), ["12005"]);
    account.configure(&configuration(&app("a", "tcp/1", "")));
    assert_eq!(account.apply(&["--max-deletes", "5"]).await.exit, 0);
    account.configure(&configuration(&(app("a", "tcp/1", "") + &app("c", "tcp/3", ""))));
    assert_eq!(account.plan(&[]).await.codes(), Vec::<String>::new());
    assert_eq!(account.apply(&[]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leads_back_to_field_and_line_with_the_reason_of_its_likely_cause() {
    let account = Account::holding(
        "dns_records: [{zone: example.com, type: A, name: ssh.example.com, proxied: true}]",
    )
    .await;
    account.configure(&configuration(&app("ssh", "tcp/22", "")));
    let ran = account.run(&["apply", "--auto-approve", "--no-preflight"]).await;
    assert_eq!(ran.exit, 6);
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(all.contains("spectrum.yaml:9:17"), "{all}");
    let observed = "answer: 81053: An A, AAAA or CNAME record already exists with that host.";
    assert!(all.contains(observed) && all.contains("use two names"), "{all}");
    assert!(all.contains("correct what was refused, then run apply again."), "{all}");
    let again = account.apply(&["--no-preflight", "--no-learned"]).await;
    let error = again.json()["steps"][0]["error"].clone();
    assert_eq!(
        (error["code"].as_str(), error["http_status"].as_u64()),
        (Some("81053"), Some(400)),
        "the number of the other API stays"
    );
    assert_eq!((error["path"].as_str(), error["line"].as_u64()), (Some("dns.name"), Some(9)));
    assert!(error["ray_id"].is_string() && error["retryable"] == false, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_out_of_a_variable_is_not_shown_by_a_refusal() {
    let seed = "prefixes: [{cidr: 198.51.100.0/24, account: 01a7362d577a6c3019a474fd6f485823}]";
    let account = Account::holding(seed).await;
    let more = "        edge_ips: {type: static, ips: [\"${EDGE}\"]}\n";
    account.configure(&configuration(&app("ssh", "tcp/22", more).replace("CNAME", "ADDRESS")));
    let ran = account.run(&["apply", "--auto-approve", "--no-preflight"]).await;
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(ran.exit == 6 && all.contains("‹EDGE›") && !all.contains("203.0.113.77"), "{all}");
}
