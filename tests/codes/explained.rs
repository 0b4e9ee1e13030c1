//! What `explain` says of each code against the facts of Cloudflare's page on the error codes, listed here by hand.

use crate::support::Sandbox;

/// A code, its HTTP statuses, and what its page must say: causes and resolutions of Cloudflare's page.
const FACTS: &[(&str, &str, &[&str])] = &[
    ("10002", "500, 503", &["Ray ID", "temporarily unavailable", "DNS or IP address management"]),
    ("10006", "404", &["deleted the application"]),
    (
        "10012",
        "400",
        &[
            "pay-as-you-go",
            "ignores it silently",
            "`protocol`, `dns` and `origin_direct` only",
            "without a Spectrum entitlement",
            "paid add-on",
            "remove the field",
        ],
    ),
    ("11000", "400", &["exactly one of", "has both", "has neither"]),
    ("11001", "400", &["valid, full domain name", "but SRV needs `origin_port`", "600 or more"]),
    ("11002", "400", &["brackets", "tcp://[2001:db8::1]:443", "access control", "public address"]),
    (
        "11004",
        "400",
        &[
            "CNAME",
            "ADDRESS",
            "static (BYOIP)",
            "cannot change `dns.type` of an existing application",
        ],
    ),
    ("11014", "403", &["FTP", "account team"]),
    ("11018", "403", &["BYOIP", "account team"]),
    ("11019", "400", &["Account > IP Prefixes", "Global API Key", "allocated to the account"]),
    ("11026", "403", &["Argo Smart Routing", "account team"]),
    ("11033", "400", &["another zone", "deleted zone", "Cloudflare support"]),
    ("11034", "400", &["one application per protocol", "account team", "paid add-on"]),
    ("11041", "400", &["DNS names are not supported", "origin_direct"]),
    ("11042", "400", &["single private address and port", "single entry"]),
    ("11043", "400", &["single port", "an application for each further port"]),
    ("11044", "400", &["no route", "Connect an IP/CIDR", "has no virtual network with this id"]),
    ("11045", "400", &["UUID"]),
    ("11050", "400", &["application's zone", "origin_direct with the IP address"]),
    ("12005", "400", &["one hostname with different ports", "buy more addresses", "BYOIP"]),
    ("13002", "400", &["the API's message names the ports"]),
    (
        "16001",
        "400",
        &["zones.NAME.id", "use another hostname", "delete the application", "Cloudflare support"],
    ),
    ("81053", "400", &["proxied A, AAAA or CNAME record", "delete the record"]),
    ("7003", "400, 404", &["zones.NAME.id"]),
    ("9109", "401, 403", &["Zone Settings"]),
    ("10000", "401, 403", &["spectrumctl doctor"]),
    ("971", "429", &["Retry-After"]),
    ("10100", "429", &["1,200 requests in 5 minutes"]),
    ("10429", "429", &["Retry-After"]),
    ("1015", "429", &["200 requests a second"]),
    ("444", "", &["origin", "reset"]),
    ("445", "", &["origin", "ETIMEDOUT"]),
    ("497", "", &["client", "ETIMEDOUT"]),
    ("498", "", &["client", "EPIPE"]),
    ("499", "", &["client", "reset"]),
    ("521", "", &["origin", "ECONNREFUSED"]),
    ("522", "", &["origin", "ETIMEDOUT"]),
    ("525", "", &["TLS", "tls: off"]),
];

#[test]
fn explain_says_what_the_page_says() {
    let mut sandbox = Sandbox::new();
    sandbox.set("COLUMNS", "1000");
    let mut missing = Vec::new();
    for (code, statuses, facts) in FACTS {
        let page = sandbox.run(&["explain", code]).ends_with(0).stdout;
        let status = page.lines().find_map(|line| line.trim().strip_prefix("HTTP"));
        if status.map(str::trim).unwrap_or_default() != *statuses {
            missing.push(format!("{code}: HTTP {status:?}, not {statuses}"));
        }
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let unsaid = facts.iter().filter(|fact| !page.contains(**fact));
        missing.extend(unsaid.map(|fact| format!("{code}: {fact:?} in {page}")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_page_links_to_its_own_section() {
    let page = Sandbox::new().run(&["explain", "11018"]).ends_with(0).stdout;
    assert!(
        page.contains("docs   https://developers.cloudflare.com/spectrum/about/byoip/"),
        "{page}"
    );
    let page = Sandbox::new().run(&["explain", "11033"]).ends_with(0).stdout;
    let link =
        "https://developers.cloudflare.com/spectrum/reference/error-codes/#11033--edge_ips-in-use";
    assert!(page.contains(link), "{page}");
}

#[test]
fn a_code_is_found_in_any_case_and_by_its_cause() {
    let sandbox = Sandbox::new();
    let page = sandbox.run(&["explain", "port-overlap"]).ends_with(0).stdout;
    assert_eq!(sandbox.run(&["explain", "Port-OVERLAP"]).ends_with(0).stdout, page);
    let by_cause = sandbox.run(&["explain", "both-origins"]).ends_with(0).stdout;
    assert!(by_cause.starts_with("11000"), "{by_cause}");
}

#[test]
fn a_word_that_may_mean_several_codes_is_answered_with_all_of_them() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["explain", "tls"]).ends_with(64).all();
    for name in ["udp-tls (TLS on UDP)", "tls (TLS cannot be set up)", "525 ("] {
        assert!(said.replace('\n', " ").contains(name), "{said}");
    }
}
