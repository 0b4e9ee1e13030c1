//! What a plan knows of the whole account through the real binary: static addresses of every kind, names and applications of other
//! zones, and how few calls that takes.

use crate::support::ACCOUNT;
use crate::support::account::{Account, Ran, app, configuration};

const LEASED: &str = "172.65.64.13";
const NET: &str = "1111111111111111111111111111111a";

/// An application with a static address.
fn fixed(key: &str, ip: &str) -> String {
    let edge = format!("        edge_ips: {{type: static, ips: [{ip}]}}\n");
    app(key, "tcp/22", &edge).replace("CNAME", "ADDRESS")
}

/// A live application in another zone, with this in its `edge_ips`.
fn live(zone: &str, id: u32, ip: &str) -> String {
    format!(
        "  - {{zone: {zone}, id: af93687c10dc4ebfa7d1e89595fad{id:03}, protocol: tcp/22, \
         dns: {{type: ADDRESS, name: a{id}.{zone}}}, origin_direct: ['tcp://192.0.2.9:22'], \
         edge_ips: {{type: static, ips: [{ip}]}}}}\n"
    )
}

/// Severity and code of each finding.
fn found(ran: &Ran) -> Vec<(String, String)> {
    ran.told().into_iter().map(|(code, severity, ..)| (severity, code)).collect()
}

fn one(severity: &str, code: &str) -> Vec<(String, String)> {
    vec![(severity.to_owned(), code.to_owned())]
}

/// The text of the only finding: summary, why and fix.
fn text(ran: &Ran) -> String {
    let json = ran.json();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    ["summary", "why", "fix"].map(|key| findings[0][key].as_str().unwrap_or_default()).join("\n")
}

/// A seed whose only prefix is another account's, so the lists of this one are empty.
fn with_empty_lists(more: &str) -> String {
    format!(
        "prefixes: [{{cidr: 203.0.113.0/24, account: ffffffffffffffffffffffffffffffff}}]\n{more}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leased_address_is_found_among_the_leases() {
    let seed = with_empty_lists(&format!("leases: [{{cidr: {LEASED}}}]"));
    let account = Account::holding(&seed).await;
    account.configure(&configuration(&fixed("ssh", LEASED)));
    let ran = account.plan(&[]).await;
    assert_eq!(found(&ran), []);
    assert_eq!((ran.calls_of("/addressing/prefixes"), ran.calls_of("/addressing/leases")), (1, 1));
    assert_eq!(ran.calls_of("/addressing/address_maps"), 0);
    assert_eq!(account.apply(&[]).await.exit, 0);
    assert_eq!(account.plan(&[]).await.calls_of("/addressing"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leased_address_is_found_in_the_map_that_cloudflare_made() {
    let seed = with_empty_lists(&format!(
        "address_maps: [{{ips: [192.0.2.200], can_modify_ips: true}}, {{ips: [{LEASED}]}}]"
    ));
    let account = Account::holding(&seed).await;
    account.configure(&configuration(&fixed("ssh", LEASED)));
    let ran = account.plan(&[]).await;
    assert_eq!(found(&ran), []);
    assert_eq!(
        ran.calls_of("/addressing/address_maps"),
        2,
        "the list and one map: {:#?}",
        ran.calls
    );
    assert_eq!(account.apply(&[]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_in_no_list_is_a_warning_that_says_what_was_read() {
    let account = Account::holding("prefixes: [{cidr: 198.51.100.0/24}]").await;
    account.configure(&configuration(&fixed("ssh", LEASED)));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (0, one("warning", "11019")));
    let text = text(&ran);
    for part in [
        "address maps, leases, prefixes",
        ACCOUNT,
        "edge_prefixes: [198.51.100.0/24, 172.65.64.13]",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_empty_lists_probably_has_no_static_addresses() {
    let account = Account::holding(&with_empty_lists("")).await;
    account.configure(&configuration(&fixed("ssh", LEASED)));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (0, one("warning", "11018")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegated_prefix_is_declared_and_everything_outside_of_it_is_an_error() {
    let seed = with_empty_lists("").replace(
        "prefixes: [",
        &format!("prefixes: [{{cidr: 172.65.64.0/24, account: {ACCOUNT}, delegated: true}}, "),
    );
    let account = Account::holding(&seed).await;
    let declared = |ip: &str| {
        let apps = "    edge_prefixes: [172.65.64.0/24]\n    apps:";
        configuration(&fixed("ssh", ip)).replace("    apps:", apps)
    };
    account.configure(&declared(LEASED));
    let ran = account.plan(&[]).await;
    assert_eq!((found(&ran), ran.calls_of("/addressing/leases")), (vec![], 0));
    account.configure(&declared("198.51.100.7"));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (3, one("error", "11019")));
    account.configure(&declared(LEASED));
    assert_eq!(account.apply(&[]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_a_live_application_of_the_account_has_is_usable_whatever_the_lists_say() {
    let seed = with_empty_lists(&format!("apps:\n{}", live("example.com", 1, LEASED)));
    let account = Account::holding(&seed).await;
    account.configure(&configuration(&fixed("ssh", LEASED)));
    let ran = account.plan(&[]).await;
    assert_eq!((found(&ran), ran.calls_of("/addressing/leases")), (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_permission_to_read_prefixes_a_static_address_is_a_warning_that_names_it() {
    let seed = "tokens: [{token: narrow, permissions: [Zone Read, Zone Settings Write, DNS Read, Load Balancers Read]}]";
    let account = Account::holding(seed).await;
    account.configure(&configuration(&fixed("ssh", "198.51.100.7")));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (0, one("warning", "11019")));
    assert!(text(&ran).contains("account permission `IP Prefixes: Read`"));
    let refused = account.apply(&[]).await;
    assert_eq!(refused.json()["steps"][0]["error"]["code"], "11019");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_a_zone_that_the_configuration_does_not_name_is_found_with_its_holder() {
    let zones =
        "zones: [{name: example.net}, {name: example.org}, {name: free.example, plan: free}]\n";
    let seed = format!("{zones}apps:\n{}", live("example.net", 7, "198.51.100.7"));
    let account = Account::holding(&seed).await;
    account.configure(&configuration(&fixed("ssh", "198.51.100.7")));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (3, one("error", "11033")));
    let text = text(&ran);
    assert!(
        text.contains("application af93687c10dc4ebfa7d1e89595fad007 of the zone example.net"),
        "{text}"
    );
    assert_eq!(
        ran.calls_of("/spectrum/apps"),
        3,
        "one list a zone, none of free ones: {:#?}",
        ran.calls
    );
    account.configure(&configuration(&app("ssh", "tcp/22", "")));
    assert_eq!(account.plan(&[]).await.calls_of("/spectrum/apps"), 1, "no static address, no list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_zone_that_the_configuration_does_not_name_owns_its_names() {
    let account = Account::holding("zones: [{name: eu.example.com}]").await;
    let text_of =
        |name: &str| configuration(&app("ssh", "tcp/22", "")).replace("ssh.example.com", name);
    account.configure(&text_of("ssh.eu.example.com"));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (3, one("error", "16001")));
    assert!(text(&ran).contains("belongs to the zone eu.example.com"));
    account.configure(&text_of("ssh-eu.example.com"));
    assert_eq!(found(&account.plan(&[]).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_in_a_child_zone_that_the_configuration_does_not_name_is_another_zones() {
    let account = Account::holding("zones: [{name: eu.example.com}]").await;
    let origin = "        origin_dns: {name: origin.eu.example.com}\n        origin_port: 22\n";
    let text = configuration(&app("ssh", "tcp/22", ""))
        .replace("        origin_direct: [\"tcp://192.0.2.1:22\"]\n", origin);
    account.configure(&text);
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (3, one("error", "11050")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_names_of_sixty_zones_are_two_calls_and_an_unchanged_application_needs_none() {
    let zones: Vec<String> = (0..60).map(|n| format!("{{name: z{n}.example}}")).collect();
    let account = Account::holding(&format!("zones: [{}]", zones.join(", "))).await;
    account.configure(&configuration(&(app("a", "tcp/22", "") + &app("b", "tcp/23", ""))));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, ran.calls_of("/zones?account.id=")), (0, 2), "{:#?}", ran.calls);
    assert_eq!(account.apply(&[]).await.exit, 0);
    assert_eq!(account.plan(&[]).await.calls.len(), 2, "the zone and its applications");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_of_the_account_counts_the_hostnames_of_all_its_zones() {
    let account = Account::holding("zones: [{name: example.net}]").await;
    let net = app("web", "tcp/80", "").replace("web.example.com", "web.example.net");
    let text = configuration(&app("ssh", "tcp/22", "")) + "  example.net:\n    apps:\n" + &net;
    for (quota, expected) in [(1, one("error", "12005")), (2, vec![])] {
        account.configure(&format!("{text}ipv4_quota: {quota}\n"));
        assert_eq!(found(&account.plan(&[]).await), expected, "quota {quota}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_whose_applications_cannot_be_read_is_named_in_the_warning() {
    let seed = format!(
        "prefixes: [{{cidr: 198.51.100.0/24, account: {ACCOUNT}}}]\nzones: [{{name: example.net, id: {NET}}}, {{name: example.org}}]"
    );
    let account = Account::holding(&seed).await;
    account.refuse(&format!("/zones/{NET}/spectrum/apps"));
    account.configure(&configuration(&fixed("ssh", "198.51.100.7")));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, found(&ran)), (0, one("warning", "preflight-skipped")));
    let text = text(&ran);
    assert!(text.contains("example.net") && !text.contains("example.org"), "{text}");
    assert!(text.contains("a zone that was not read may already use it"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_name_as_origin_is_told_what_leads_to_it() {
    let account = Account::holding("").await;
    let text_of = |name: &str| {
        let origin = format!("        origin_dns: {{name: {name}}}\n        origin_port: 22\n");
        configuration(&app("ssh", "tcp/22", ""))
            .replace("        origin_direct: [\"tcp://192.0.2.1:22\"]\n", &origin)
    };
    for name in ["mqtt-broker.internal", "db.cluster.local", "nas.home.arpa", "printer.lan"] {
        account.configure(&text_of(name));
        let ran = account.plan(&[]).await;
        assert_eq!((ran.exit, found(&ran)), (3, one("error", "11050")), "{name}");
        let text = text(&ran);
        assert!(
            text.contains("use origin_direct with its address, and virtual_network_id"),
            "{text}"
        );
        assert!(
            !text.contains(&format!("with the content {name}")),
            "no record can point there: {text}"
        );
    }
    account.configure(&text_of("abcd.amazonaws.com"));
    let text = text(&account.plan(&[]).await);
    assert!(text.contains("with the content abcd.amazonaws.com"), "{text}");
    assert!(text.contains("then write origin_dns.name: abcd.example.com"), "{text}");
}

/// The hostnames of the live applications of example.com.
fn live_hosts(account: &Account) -> Vec<String> {
    let path = format!("/client/v4/zones/{}/spectrum/apps", crate::support::ZONE);
    let mut request = spectrumctl::sim::Request::new("GET", &path);
    request.headers.insert("authorization".to_owned(), "Bearer any".to_owned());
    let response = account.world.lock().unwrap().answer(&request, jiff::Timestamp::now());
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    let apps = body["result"].as_array().unwrap_or_else(|| panic!("{body}")).clone();
    apps.iter().map(|app| app["dns"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_room_in_a_full_quota_is_never_gone_together_with_what_needs_it() {
    let elsewhere = |number: u32| {
        format!(
            "  - {{zone: example.net, id: bf93687c10dc4ebfa7d1e89595fad{number:03}, protocol: tcp/22, dns: {{type: CNAME, name: a{number}.example.net}}, origin_direct: ['tcp://192.0.2.9:22']}}\n"
        )
    };
    let apps: String = (1..=9).map(elsewhere).collect();
    let seed = format!(
        "accounts: [{{id: {ACCOUNT}, name: ours, ipv4_quota: 10}}]\nzones: [{{name: example.com}}, {{name: example.net}}]\napps:\n{apps}"
    );
    let account = Account::holding(&seed).await;
    // The configuration does not name the zone that holds nine of the ten.
    let text = |key: &str| format!("{}ipv4_quota: 10\n", configuration(&app(key, "tcp/22", "")));
    account.configure(&text("old"));
    assert_eq!(account.apply(&[]).await.exit, 0);
    account.configure(&text("new"));
    let ran = account.apply(&["--max-deletes", "1"]).await;
    assert_eq!(ran.exit, 6, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(live_hosts(&account), ["old.example.com"], "{}", ran.stdout);
    // Where all that counts is seen, it goes first, and it is back when the other is refused.
    account.configure(&format!(
        "{}  example.net: {{apps: {{}}}}\nipv4_quota: 10\n",
        configuration(&app("new", "tcp/22", ""))
    ));
    account.refuse_creates_of("new.example.com");
    let ran = account.apply(&["--no-learned"]).await;
    assert_eq!(ran.exit, 6, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(live_hosts(&account), ["old.example.com"], "{}", ran.stdout);
    account.refuse_creates_of("");
    let ran = account.apply(&["--no-learned"]).await;
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(live_hosts(&account), ["new.example.com"]);
    assert_eq!(account.plan(&["--detailed-exitcode"]).await.exit, 0);
}
