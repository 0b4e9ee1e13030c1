//! Preflight through the real binary: what is read before a plan is shown, how few calls it takes, and what is told of it.

use crate::support::account::{Account, app, configuration};
use crate::support::{ACCOUNT, ZONE};

#[tokio::test(flavor = "multi_thread")]
async fn a_create_needs_five_calls_and_an_unchanged_application_none() {
    let account = Account::holding("").await;
    account.configure(&configuration(&app("ssh", "tcp/22", "")));
    let zone = format!("/zones/{ZONE}");
    let of_live = ["GET /zones?name=example.com&".to_owned(), format!("GET {zone}/spectrum/apps?")];
    let of_preflight = [
        format!("GET {zone}/dns_records?name=ssh.example.com&"),
        format!("GET {zone}/load_balancers"),
        format!("GET {zone}/spectrum/protocols"),
        format!("GET /zones?account.id={ACCOUNT}&"),
        "GET /user/tokens/verify".to_owned(),
    ];
    let only = |calls: &[String], wanted: &[String]| {
        assert_eq!(calls.len(), wanted.len(), "{calls:#?}");
        wanted.iter().for_each(|wanted| {
            assert!(
                calls.iter().any(|call| call.starts_with(wanted.as_str())),
                "{wanted} in {calls:#?}"
            )
        });
    };
    let planned = account.plan(&[]).await;
    only(&planned.calls, &[of_live.as_slice(), &of_preflight].concat());
    only(&account.plan(&["--no-preflight"]).await.calls, &of_live);
    assert_eq!(account.apply(&[]).await.exit, 0);
    only(&account.plan(&[]).await.calls, &of_live);
    account.configure(&configuration(&app("ssh", "tcp/22", "        tls: full\n")));
    only(&account.plan(&[]).await.calls, &[of_live.as_slice(), &of_preflight[4..]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_asked_for_one_by_one_up_to_twenty_and_beyond_that_all_at_once() {
    let account = Account::holding(
        "dns_records: [{zone: example.com, type: A, name: h7.example.com, proxied: true}]",
    )
    .await;
    let apps = |count: u32| {
        (1..=count).map(|number| app(&format!("h{number}"), "tcp/22", "")).collect::<String>()
    };
    for (count, calls) in [(20, 20), (21, 1)] {
        let quota = "    ipv4_quota: 100\n    apps:";
        account.configure(&configuration(&apps(count)).replace("    apps:", quota));
        let ran = account.plan(&[]).await;
        assert_eq!(
            (
                ran.calls_of("/dns_records"),
                ran.calls_of("/spectrum/protocols"),
                ran.calls_of("/load_balancers")
            ),
            (calls, 1, 1)
        );
        assert_eq!(
            ran.told(),
            [(
                "hostname-conflict".into(),
                "error".into(),
                "example.com/h7".into(),
                "dns.name".into(),
                46
            )]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_read_once_whatever_the_number_of_applications() {
    let network = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415";
    let account = Account::holding(&format!(
        "virtual_networks: [{{id: {network}, name: office, account: {ACCOUNT}}}]\nroutes: [{{network: 192.0.2.0/28, virtual_network_id: {network}}}]"
    ))
    .await;
    let more = format!("        virtual_network_id: {network}\n");
    account.configure(&configuration(
        &(app("a", "tcp/1", &more) + &app("b", "tcp/2", &more) + &app("c", "tcp/3", &more)),
    ));
    let ran = account.plan(&[]).await;
    assert_eq!(
        (
            ran.exit,
            ran.calls_of("/virtual_networks"),
            ran.calls_of("/teamnet/routes"),
            ran.calls_of("/prefixes")
        ),
        (0, 1, 1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_may_not_be_made_is_a_warning_that_names_the_permission() {
    let seed = "tokens: [{token: narrow, permissions: [Zone Read, Zone Settings Write]}]";
    let account = Account::holding(seed).await;
    account.configure(&configuration(&(app("ssh", "tcp/22", "") + &app("web", "tcp/80", ""))));
    let ran = account.plan(&[]).await;
    assert_eq!(
        (ran.exit, ran.codes()),
        (0, vec!["preflight-skipped".to_owned(); 2]),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("DNS: Read") && ran.stdout.contains("Load Balancers: Read"),
        "{}",
        ran.stdout
    );
    assert_eq!(account.apply(&[]).await.exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_under_a_wildcard_is_not_missing() {
    let account =
        Account::holding("dns_records: [{zone: example.com, type: A, name: '*.example.com'}]")
            .await;
    let origin = "        origin_dns: {name: ORIGIN.example.com}\n        origin_port: 22\n";
    let text = configuration(&app("ssh", "tcp/22", ""))
        .replace("        origin_direct: [\"tcp://192.0.2.1:22\"]\n", origin);
    account.configure(&text.replace("ORIGIN", "any"));
    let ran = account.plan(&[]).await;
    assert_eq!(
        (ran.exit, ran.codes(), ran.calls_of("/dns_records")),
        (0, Vec::new(), 3),
        "{}",
        ran.stdout
    );
}

const OTHER: &str = "zones: [{name: example.net}]\n";

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_hostnames_that_a_live_application_of_another_zone_has_are_told() {
    let seed = format!(
        "{OTHER}prefixes: [{{cidr: 198.51.100.0/24, account: {ACCOUNT}}}]\napps:\n  - {{zone: example.net, id: af93687c10dc4ebfa7d1e89595fade22, \
         protocol: tcp/22, dns: {{type: ADDRESS, name: a.example.net}}, origin_direct: ['tcp://192.0.2.9:22'], edge_ips: {{type: static, ips: \
         [198.51.100.7]}}}}\n  - {{zone: example.net, id: af93687c10dc4ebfa7d1e89595fade23, protocol: tcp/23, dns: {{type: CNAME, name: \
         taken.example.com}}, origin_direct: ['tcp://192.0.2.9:23']}}\n"
    );
    let account = Account::holding(&seed).await;
    let fixed = app("fixed", "tcp/22", "        edge_ips: {type: static, ips: [198.51.100.7]}\n")
        .replace("CNAME", "ADDRESS");
    account.configure(
        &(configuration(&(fixed + &app("taken", "tcp/30", ""))) + "  example.net: {}\n"),
    );
    let mut codes = account.plan(&[]).await.codes();
    codes.sort();
    assert_eq!(codes, ["11033", "16001"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_counts_live_hostnames_that_nobody_declares() {
    let live = |name: &str, id: u32| {
        format!(
            "  - {{zone: example.com, id: af93687c10dc4ebfa7d1e89595fad{id:03}, protocol: tcp/9{id}, dns: {{type: CNAME, name: {name}.example.com}}, origin_direct: ['tcp://192.0.2.9:9']}}\n"
        )
    };
    let account = Account::holding(&format!("apps:\n{}{}", live("one", 1), live("two", 2))).await;
    let with_quota = |quota: u32, app: &str| {
        configuration(app).replace("    apps:", &format!("    ipv4_quota: {quota}\n    apps:"))
    };
    for (quota, codes) in [(1, vec!["12005"]), (2, vec!["12005"]), (3, vec![])] {
        account.configure(&with_quota(quota, &app("three", "tcp/22", "")));
        assert_eq!(account.plan(&[]).await.codes(), codes, "quota {quota}");
    }
    account.configure(&with_quota(2, &app("one", "tcp/22", "")));
    assert_eq!(
        account.plan(&[]).await.codes(),
        Vec::<String>::new(),
        "a hostname that is live takes no further address"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_switches_a_preflight_check_off() {
    let account = Account::holding(
        "dns_records: [{zone: example.com, type: A, name: ssh.example.com, proxied: true}]",
    )
    .await;
    account.configure(&configuration(&app("ssh", "tcp/22", "")));
    assert_eq!(account.plan(&[]).await.exit, 3);
    account.configure(
        &(configuration(&app("ssh", "tcp/22", ""))
            + "settings: {checks: {proxied-record: warn}}\n"),
    );
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, ran.told()[0].1.as_str()), (0, "warning"));
}
