//! A refusal of the same kind is not met twice: every cause that tells of the account or the zone is remembered after a refusal and
//! reported by the next plan, unless the run has read it to be otherwise.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use spectrumctl::codes::{CODES, Retry, Scope};

use crate::support::ACCOUNT;
use crate::support::account::{Account, Ran, app, configuration};

const NETWORK: &str = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415";

/// A refusal: the cause that it tells of, what the API answers, what the token may not read, and what the application asks for.
struct Case {
    code: &'static str,
    cause: &'static str,
    status: u16,
    number: u32,
    message: &'static str,
    unread: &'static str,
    app: fn() -> String,
    path: &'static str,
}

fn plain() -> String {
    app("ssh", "tcp/22", "")
}

fn with(more: &str) -> String {
    app("ssh", "tcp/22", more)
}

fn fixed() -> String {
    with("        edge_ips: {type: static, ips: [198.51.100.7]}\n").replace("CNAME", "ADDRESS")
}

fn network() -> String {
    with(&format!("        virtual_network_id: {NETWORK}\n"))
}

fn named() -> String {
    let origin = "        origin_dns: {name: origin.example.com}\n        origin_port: 22\n";
    plain().replace("        origin_direct: [\"tcp://192.0.2.1:22\"]\n", origin)
}

/// A case in which everything may be read.
const fn case(
    (code, cause): (&'static str, &'static str),
    (status, number, message): (u16, u32, &'static str),
    app: fn() -> String,
    path: &'static str,
) -> Case {
    Case { code, cause, status, number, message, unread: "", app, path }
}

/// The same, of which a part may not be read.
const fn blind(unread: &'static str, case: Case) -> Case {
    Case { unread, ..case }
}

const CASES: [Case; 17] = [
    case(
        ("10012", "account-without-add-on"),
        (400, 10012, "Unknown field in request JSON: tls"),
        || with("        tls: full\n"),
        "tls",
    ),
    case(
        ("11014", "account-without-ftp"),
        (403, 11014, "FTP not enabled"),
        || with("        traffic_type: ftp\n"),
        "traffic_type",
    ),
    case(
        ("11018", "account-without-byoip"),
        (403, 11018, "edge_ips not enabled"),
        fixed,
        "edge_ips.type",
    ),
    blind(
        "/addressing/prefixes",
        case(
            ("11019", "token-lacks-prefix-permission"),
            (400, 11019, "edge_ips not authorized"),
            fixed,
            "edge_ips.ips",
        ),
    ),
    case(
        ("11019", "prefix-not-allocated"),
        (400, 11019, "prefix is not allocated"),
        || fixed().replace("198.51.100.7", "172.65.64.13"),
        "edge_ips.ips",
    ),
    case(
        ("11026", "account-without-argo"),
        (403, 11026, "Argo Smart Routing not enabled"),
        || with("        argo_smart_routing: true\n"),
        "argo_smart_routing",
    ),
    case(
        ("11033", "edge-ip-held-by-orphan"),
        (400, 11033, "edge_ips in use: 198.51.100.7"),
        fixed,
        "edge_ips.ips",
    ),
    case(
        ("11034", "second-application-of-protocol"),
        (400, 11034, "Cannot create more applications for protocol tcp/25"),
        || app("mail", "tcp/25", ""),
        "protocol",
    ),
    blind(
        "/teamnet/routes",
        case(
            ("11044", "address-not-routed"),
            (400, 11044, "No matching routes in the specified virtual network."),
            network,
            "origin_direct",
        ),
    ),
    blind(
        "/teamnet/virtual_networks",
        case(
            ("11044", "virtual-network-missing"),
            (400, 11044, "the virtual network does not exist"),
            network,
            "virtual_network_id",
        ),
    ),
    blind(
        "dns_records",
        case(
            ("11050", "origin-record-missing"),
            (400, 11050, "Invalid cross-zone origin DNS configuration"),
            named,
            "origin_dns.name",
        ),
    ),
    case(("12005", "ipv4-hostnames-used-up"), (400, 12005, "IPv4 quota limit"), plain, "dns.name"),
    case(
        ("13002", "port-not-open"),
        (400, 13002, "The requested protocol is not available"),
        || app("odd", "tcp/8080", ""),
        "protocol",
    ),
    case(("16001", "name-held-elsewhere"), (400, 16001, "Zone mismatch"), plain, "dns.name"),
    blind(
        "dns_records",
        case(
            ("hostname-conflict", "proxied-record"),
            (400, 81053, "An A, AAAA or CNAME record already exists with that host."),
            plain,
            "dns.name",
        ),
    ),
    blind(
        "load_balancers",
        case(
            ("hostname-conflict", "load-balancer-hostname"),
            (400, 81053, "a load balancer has this name"),
            plain,
            "dns.name",
        ),
    ),
    // A prefix of its own shows that the account has static addresses; only a live one proves it.
    case(
        ("11018", "account-without-byoip"),
        (403, 11018, "edge_ips not enabled"),
        || fixed().replace("198.51.100.7", "198.51.100.8"),
        "edge_ips.type",
    ),
];

/// Causes that tell of the account or zone and of which nothing is remembered, each with the reason.
const NEVER_LEARNED: [(&str, &str); 8] = [
    ("wrong-zone-id", "every run reads the zone under this id before it plans"),
    (
        "token-does-not-cover-zone",
        "it is about the caller's token, and the next run may have another",
    ),
    ("token-unknown", "the same"),
    ("credentials-not-accepted", "the same"),
    ("token-too-new", "it passes by itself"),
    ("origin-in-other-zone", "found offline for certain"),
    ("protocol-not-in-plan", "found offline for certain, with the plan that every run reads"),
    ("name-in-two-zones", "found for certain where the other zone was read"),
];

async fn begun(case: &Case) -> Account {
    let seed = format!(
        "prefixes: [{{cidr: 198.51.100.0/24, account: {ACCOUNT}}}]
virtual_networks: [{{id: {NETWORK}, name: office, account: {ACCOUNT}}}]
routes: [{{network: 192.0.2.0/28, virtual_network_id: {NETWORK}}}]
apps: [{{zone: example.com, protocol: tcp/25, dns: {{type: CNAME, name: smtp.example.com}}, \
         origin_direct: ['tcp://192.0.2.1:25']}}]"
    );
    let account = Account::holding(&seed).await;
    let text = configuration(&(case.app)());
    account.configure(&text.replace("    apps:", "    unmanaged: ignore\n    apps:"));
    for unread in case.unread.split_whitespace() {
        let of_zone = format!("/zones/{}/{unread}", crate::support::ZONE);
        let of_account = format!("/accounts/{ACCOUNT}{unread}");
        account.refuse(if unread.starts_with('/') { &of_account } else { &of_zone });
    }
    account.refuse_writes(Some((case.status, case.number, case.message)));
    account
}

fn errors(ran: &Ran) -> Vec<(String, String)> {
    let errors = ran.told().into_iter().filter(|(_, severity, ..)| severity == "error");
    errors.map(|(code, _, _, path, _)| (code, path)).collect()
}

fn learned(account: &Account) -> Json {
    let state = std::fs::read(account.path("state/state.json")).unwrap();
    serde_json::from_slice::<Json>(&state).unwrap()["learned"].clone()
}

async fn check(case: &Case) -> Result<(), String> {
    let Case { code, cause, path, message, .. } = case;
    let account = begun(case).await;
    let expect = |holds: bool, what: &str, ran: &Ran| {
        let all = || format!("{code} {cause}: {what}\n{}{}", ran.stdout, ran.stderr);
        if holds { Ok(()) } else { Err(all()) }
    };
    let before = account.plan(&[]).await;
    expect(errors(&before).is_empty(), "an error before the refusal", &before)?;
    let refused = account.apply(&[]).await;
    expect(refused.exit == 6, "apply is not refused", &refused)?;
    let told = account.plan(&[]).await;
    let wanted = vec![((*code).to_owned(), (*path).to_owned())];
    expect(told.exit == 3 && errors(&told) == wanted, "it is not told", &told)?;
    expect(told.stdout.contains(message), "the API's words are not told", &told)?;
    let stopped = account.apply(&[]).await;
    expect(stopped.exit == 3 && stopped.calls_of("POST") == 0, "it is met twice", &stopped)?;
    let once = account.plan(&["--no-learned"]).await;
    expect(errors(&once).is_empty(), "--no-learned tells it", &once)?;
    let forgotten = account.run(&["state", "forget-learned", code]).await;
    expect(forgotten.exit == 0, "it cannot be forgotten", &forgotten)?;
    let after = account.plan(&[]).await;
    expect(errors(&after).is_empty(), "it is told although it was forgotten", &after)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_that_tells_of_account_or_zone_is_told_by_the_next_plan() {
    let mut wrong = Vec::new();
    for case in &CASES {
        wrong.extend(check(case).await.err());
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn every_cause_that_tells_of_account_or_zone_is_remembered_or_has_a_reason() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.cause).collect();
    let excepted: BTreeSet<&str> = NEVER_LEARNED.iter().map(|(cause, _)| *cause).collect();
    let mut known = BTreeSet::new();
    let refusals = CODES.iter().filter(|code| !code.http_status.is_empty());
    // What passes by itself is tried again, and not remembered.
    for code in refusals.filter(|code| code.retry == Retry::Never) {
        for cause in code.causes {
            if matches!(cause.scope, Scope::Account | Scope::Zone) {
                known.insert(cause.slug);
                let is_known = tried.contains(cause.slug) != excepted.contains(cause.slug);
                assert!(is_known, "{} {} is neither, or both", code.name(), cause.slug);
            }
        }
    }
    assert!(tried.is_subset(&known) && excepted.is_subset(&known), "{tried:?} {excepted:?}");
}

/// What a refusal in a world of which everything is read teaches.
async fn taught(seed: &str, app: &str, answer: (u16, u32, &str)) -> Json {
    let account = Account::holding(seed).await;
    account.configure(&configuration(app).replace("    apps:", "    unmanaged: ignore\n    apps:"));
    account.refuse_writes(Some(answer));
    let ran = account.apply(&[]).await;
    assert_eq!(ran.exit, 6, "{}{}", ran.stdout, ran.stderr);
    learned(&account)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_run_has_read_to_be_otherwise_is_not_learned() {
    let live = "apps: [{zone: example.com, protocol: tcp/25, dns: {type: ADDRESS, name: smtp.example.com}, \
                origin_direct: ['tcp://192.0.2.1:25'], edge_ips: {type: static, ips: [198.51.100.9]}}]";
    let argo = "apps: [{zone: example.com, protocol: tcp/25, dns: {type: CNAME, name: smtp.example.com}, \
                origin_direct: ['tcp://192.0.2.1:25'], argo_smart_routing: true}]";
    let routed = format!(
        "virtual_networks: [{{id: {NETWORK}, name: office, account: {ACCOUNT}}}]\n\
         routes: [{{network: 192.0.2.0/28, virtual_network_id: {NETWORK}}}]"
    );
    let record = "dns_records: [{zone: example.com, type: A, name: origin.example.com}]";
    let ports =
        "zones: [{name: example.com, protocols: [{name: tcp, transport: tcp, ports: [22]}]}]";
    let smart = with("        argo_smart_routing: true\n");
    let cases = [
        (live, fixed(), (403, 11018, "edge_ips not enabled")),
        (argo, smart, (403, 11026, "Argo Smart Routing not enabled")),
        (&routed, network(), (400, 11044, "No matching routes in the specified virtual network.")),
        (record, named(), (400, 11050, "Invalid cross-zone origin DNS configuration")),
        (
            record,
            plain(),
            (400, 81053, "An A, AAAA or CNAME record already exists with that host."),
        ),
        (ports, plain(), (400, 13002, "The requested protocol is not available")),
    ];
    for (seed, app, answer) in cases {
        assert_eq!(taught(seed, &app, answer).await, json!([]), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_to_be_otherwise_is_not_told_again() {
    let account =
        Account::holding("dns_records: [{zone: example.com, type: A, name: other.example.com}]")
            .await;
    account.configure(&configuration(&plain()));
    account.refuse_writes(Some((
        400,
        81053,
        "An A, AAAA or CNAME record already exists with that host.",
    )));
    assert_eq!(account.apply(&["--no-preflight"]).await.exit, 6);
    assert_eq!(learned(&account).as_array().map(Vec::len), Some(1));
    let blind = account.plan(&["--no-preflight"]).await;
    assert_eq!(errors(&blind), [("hostname-conflict".to_owned(), "dns.name".to_owned())]);
    let sees = account.plan(&[]).await;
    assert_eq!((sees.exit, errors(&sees)), (0, vec![]), "the records were read, and there is none");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_learned_of_a_value_of_a_variable_is_shown_by_its_name() {
    let account = Account::holding("").await;
    account.configure(&configuration(&fixed().replace("198.51.100.7", "\"${EDGE}\"")));
    account.refuse_writes(Some((400, 11033, "edge_ips in use: 203.0.113.77")));
    assert_eq!(account.apply(&[]).await.exit, 6);
    for arguments in [&["plan"][..], &["doctor"], &["state", "list", "--format", "json"]] {
        let ran = account.run(arguments).await;
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains("edge address ‹EDGE›"), "{arguments:?}: {all}");
        assert!(!all.contains("203.0.113.77"), "{arguments:?}: {all}");
    }
}
