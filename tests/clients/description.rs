//! Our own description of what the simulator serves (`sim --openapi`): held beside Cloudflare's published schema by hand, and tried by
//! schemathesis, which asks what the description allows and what it does not.

use std::process::Command;
use std::time::Duration;

use serde_json::Value as Json;

use super::{LONGEST, here, installed, simulator};
use crate::support::{Sandbox, output_within};

fn description() -> Json {
    let printed = Sandbox::new().run(&["sim", "--openapi"]).ends_with(0).stdout;
    serde_json::from_str(&printed).expect("the description is JSON")
}

/// The names of a list of parameters, in a place.
fn parameters<'a>(list: &'a Json, place: &str) -> Vec<&'a str> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let of_place = list.iter().filter(|parameter| parameter["in"] == place);
    of_place.filter_map(|parameter| parameter["name"].as_str()).collect()
}

/// Paths, methods and query parameters of Cloudflare's published schema (state of July 2026), those of them that Spectrum's users need.
const PUBLISHED: [(&str, &[&str], &[&str]); 9] = [
    (
        "/zones/{zone_id}/spectrum/apps",
        &["get", "post"],
        &["page", "per_page", "direction", "order"],
    ),
    ("/zones/{zone_id}/spectrum/apps/{app_id}", &["get", "put", "delete"], &[]),
    (
        "/zones",
        &["get"],
        &[
            "name",
            "status",
            "account.id",
            "account.name",
            "page",
            "per_page",
            "order",
            "direction",
            "match",
        ],
    ),
    ("/zones/{zone_id}", &["get"], &[]),
    (
        "/accounts/{account_id}/teamnet/virtual_networks",
        &["get"],
        &["id", "name", "is_default", "is_deleted"],
    ),
    (
        "/accounts/{account_id}/teamnet/routes",
        &["get"],
        &[
            "comment",
            "is_deleted",
            "network_subset",
            "network_superset",
            "existed_at",
            "tunnel_id",
            "route_id",
            "tun_types",
            "virtual_network_id",
            "per_page",
            "page",
        ],
    ),
    ("/accounts/{account_id}/addressing/prefixes", &["get"], &[]),
    ("/user/tokens/verify", &["get"], &[]),
    (
        "/zones/{zone_id}/dns_records",
        &["get"],
        &[
            "name",
            "type",
            "content",
            "proxied",
            "match",
            "comment",
            "comment.present",
            "comment.absent",
            "comment.exact",
            "comment.contains",
            "comment.startswith",
            "comment.endswith",
            "tag",
            "tag.present",
            "tag.absent",
            "tag.exact",
            "tag.contains",
            "tag.startswith",
            "tag.endswith",
            "search",
            "page",
            "per_page",
            "order",
            "direction",
        ],
    ),
];

#[test]
fn every_path_method_and_parameter_that_cloudflare_publishes_is_described() {
    let described = description();
    for (path, methods, asked) in PUBLISHED {
        let item = &described["paths"][path];
        for method in methods {
            assert!(item.get(method).is_some(), "{method} {path}");
        }
        let braces = path.matches('{').count();
        assert_eq!(parameters(&item["parameters"], "path").len(), braces, "{path}");
        let known = parameters(&item["get"]["parameters"], "query");
        let lacks: Vec<_> = asked.iter().filter(|name| !known.contains(name)).collect();
        assert!(lacks.is_empty(), "{path} does not describe {lacks:?}");
    }
}

#[test]
fn an_application_is_described_as_cloudflare_publishes_it() {
    let described = description();
    let schemas = &described["components"]["schemas"];
    let enumerations: [(&str, &[&str]); 8] = [
        ("/properties/tls/enum", &["off", "flexible", "full", "strict"]),
        ("/properties/proxy_protocol/enum", &["off", "v1", "v2", "simple"]),
        ("/properties/traffic_type/enum", &["direct", "http", "https", "worker"]),
        ("/properties/dns/properties/type/enum", &["CNAME", "ADDRESS"]),
        ("/properties/origin_dns/properties/type/enum", &["", "A", "AAAA", "SRV"]),
        ("/properties/edge_ips/properties/type/enum", &["dynamic", "static"]),
        ("/properties/edge_ips/properties/connectivity/enum", &["all", "ipv4", "ipv6"]),
        ("/required", &["protocol", "dns"]),
    ];
    for (pointer, words) in enumerations {
        let known = schemas["Application"].pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
        let lacks: Vec<_> = words
            .iter()
            .filter(|word| !known.as_array().unwrap().contains(&Json::from(**word)))
            .collect();
        assert!(lacks.is_empty(), "{pointer} lacks {lacks:?}");
    }
    for (pointer, kind) in [
        ("/properties/argo_smart_routing/type", "boolean"),
        ("/properties/ip_firewall/type", "boolean"),
        ("/properties/origin_direct/items/type", "string"),
        ("/properties/origin_port/anyOf/0/type", "integer"),
        ("/properties/origin_port/anyOf/1/type", "string"),
        ("/properties/origin_dns/properties/ttl/type", "integer"),
        ("/properties/virtual_network_id/type", "string"),
        ("/properties/origin_worker_id/type", "string"),
        ("/properties/created_on/format", "date-time"),
        ("/properties/modified_on/format", "date-time"),
    ] {
        assert_eq!(schemas["LiveApplication"].pointer(pointer), Some(&kind.into()), "{pointer}");
    }
}

/// How many calls of each kind a run tries; a longer run sets its own number.
const EXAMPLES: &str = "5";

#[test]
fn schemathesis_finds_no_answer_beside_the_description() {
    let Some(program) = installed("schemathesis", "schemathesis/bin/schemathesis") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("openapi.json", description().to_string());
    sandbox.write("schemathesis.toml", std::fs::read(here("schemathesis.toml")).unwrap());
    let world = simulator(&sandbox, &["--rate-limit", "none"]);
    let examples = std::env::var("SPECTRUMCTL_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    let mut command = Command::new(program);
    command
        .args(["run", "openapi.json", "--url", &world.base_url, "--no-color", "--no-shrink"])
        .args(["--max-examples", &examples, "--seed", "1", "--generation-database", "none"])
        .args([
            "--phases",
            "examples,fuzzing,stateful",
            "--warnings",
            "off",
            "--continue-on-failure",
        ])
        .current_dir(sandbox.path(""))
        .env("HOME", sandbox.path(""))
        .env("NO_PROXY", "127.0.0.1");
    let longest = if examples == EXAMPLES { LONGEST * 2 } else { Duration::from_secs(3 * 3600) };
    let output = output_within(longest, &mut command);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("passed"), "{told}");
}
