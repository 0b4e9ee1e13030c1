//! What `explain` says of each code against the facts of Cloudflare's page on the error codes, listed here by hand.

use spectrumctl::codes;
use spectrumctl::model::ApiCall;

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
    (
        "9109",
        "401, 403",
        &["Zone: Read", "Zone Settings", "do not include this zone", "the whole token", "mistyped"],
    ),
    ("10000", "401, 403", &["spectrumctl doctor", "lacks a permission", "wait half a minute"]),
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

/// The headings of Cloudflare's page, by hand; the anchor of a section is its heading without marks, with hyphens for spaces.
const HEADINGS: &[(&str, &str)] = &[
    ("10002", "Unexpected internal server error"),
    ("10012", "Unknown field in request JSON"),
    ("11000", "Invalid origin configuration"),
    ("11001", "Invalid origin DNS configuration"),
    ("11002", "Invalid origin address"),
    ("11004", "Invalid DNS configuration"),
    ("11014", "FTP not enabled"),
    ("11018", "edge_ips not enabled"),
    ("11019", "edge_ips not authorized"),
    ("11026", "Argo Smart Routing not enabled"),
    ("11033", "edge_ips in use"),
    ("11034", "Cannot create more applications for protocol"),
    ("11041", "Virtual network requires origin direct"),
    ("11042", "Virtual network requires single origin"),
    ("11043", "Virtual network no port range"),
    ("11044", "Virtual network route not found"),
    ("11045", "Virtual network invalid UUID"),
    ("11050", "Invalid cross-zone origin DNS configuration"),
    ("12005", "IPv4 quota limit"),
    ("13002", "Protocol not available"),
    ("16001", "Zone mismatch"),
];

#[test]
fn a_page_has_the_heading_of_its_section_and_links_to_it() {
    let sandbox = Sandbox::new();
    for (code, heading) in HEADINGS {
        let page = sandbox.run(&["explain", code]).ends_with(0).stdout;
        assert!(page.starts_with(&format!("{code}: {heading}\n")), "{page}");
        let anchor = heading.to_lowercase().replace(' ', "-");
        let link = format!(
            "docs   https://developers.cloudflare.com/spectrum/reference/error-codes/#{code}--{anchor}\n"
        );
        assert!(page.contains(&link), "{link}{page}");
    }
    let page = sandbox.run(&["explain", "11018"]).ends_with(0).stdout;
    assert!(
        page.contains("more   https://developers.cloudflare.com/spectrum/about/byoip/"),
        "{page}"
    );
}

#[test]
fn a_finding_links_to_the_section_of_its_code() {
    let text = "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      ssh:\n        \
                protocol: tcp/22\n        dns: {type: ADDRESS, name: ssh.example.com}\n        \
                origin_direct: [\"tcp://192.0.2.1:22\"]\n";
    let (exit, report) = Sandbox::with(text).json(&["validate"]);
    let page = "https://developers.cloudflare.com/spectrum/reference/error-codes/";
    let section = format!("{page}#11004--invalid-dns-configuration");
    assert_eq!((exit, report["findings"][0]["docs"].as_str()), (3, Some(section.as_str())));
}

/// The pages that Cloudflare's page on the error codes names for more.
const MORE: &[(&str, &str)] = &[
    ("10002", "fundamentals/reference/cloudflare-ray-id/"),
    ("11018", "spectrum/about/byoip/"),
    ("11041", "spectrum/reference/configuration-options/#virtual-network-origin"),
    ("11042", "spectrum/reference/configuration-options/#virtual-network-origin"),
    ("11043", "spectrum/reference/configuration-options/#virtual-network-origin"),
    (
        "11044",
        "cloudflare-one/networks/connectors/cloudflare-tunnel/private-net/cloudflared/connect-cidr/",
    ),
    (
        "11045",
        "api/resources/zero_trust/subresources/networks/subresources/virtual_networks/methods/list/",
    ),
];

#[test]
fn a_page_links_to_what_the_section_names_for_more() {
    let sandbox = Sandbox::new();
    for (code, page) in MORE {
        let (_, json) = sandbox.json(&["explain", code]);
        assert_eq!(json["more"], format!("https://developers.cloudflare.com/{page}"), "{code}");
    }
    let (_, json) = sandbox.json(&["explain", "virtual-network-traffic"]);
    assert!(json["docs"].as_str().unwrap().ends_with("#virtual-network-origin"), "{json}");
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
    let said = sandbox.run(&["explain", "overlap"]).ends_with(64).all();
    for name in ["live-overlap (", "port-overlap ("] {
        assert!(said.replace('\n', " ").contains(name), "{said}");
    }
}

#[test]
fn what_nobody_knows_is_answered_with_the_names_that_are_near() {
    let sandbox = Sandbox::new();
    for (word, near) in [
        ("origin_port_besid", "origin-port-beside-direct"),
        ("edge_ip", "edge_ips"),
        ("11005", "11004"),
    ] {
        let said = sandbox.run(&["explain", word]).ends_with(64).all().replace('\n', " ");
        assert!(said.contains("near to it: ") && said.contains(near), "{said}");
        assert!(said.contains("spectrumctl explain --list"), "{said}");
    }
    let said = sandbox.run(&["explain", "zzzzzz"]).ends_with(64).all();
    assert!(!said.contains("near to it"), "{said}");
}

#[test]
fn the_texts_that_speak_of_reading_zones_name_the_permission() {
    let permission = |call: ApiCall| call.permission().unwrap().name;
    for (name, calls) in
        [("9109", &[ApiCall::Zones, ApiCall::ReadApps][..]), ("zone-not-found", &[ApiCall::Zones])]
    {
        let code = codes::find(name).unwrap();
        for call in calls {
            let fix = code.first_cause().fix;
            assert!(fix.contains(permission(*call)), "{name}: {} in {fix}", permission(*call));
        }
    }
}
