//! The mutations that make a valid application wrong, each with the code that Cloudflare's page gives it.

use serde_json::json;

use super::generator::{Case, NETWORK, ZONE_NAME};
use crate::support::Dice;

/// A way to make a valid application wrong, with the code that Cloudflare's page gives it.
pub(super) struct Mutation {
    pub(super) name: &'static str,
    pub(super) code: &'static str,
    make: fn(&mut Case, &mut Dice) -> Option<()>,
}

const fn mutation(
    code: &'static str,
    name: &'static str,
    make: fn(&mut Case, &mut Dice) -> Option<()>,
) -> Mutation {
    Mutation { name, code, make }
}

fn is_enterprise(case: &Case) -> Option<()> {
    case.zone.get("plan").is_none().then_some(())
}

/// Puts a plain direct origin in the place of whatever the application has.
fn with_direct_origin(case: &mut Case) -> Option<String> {
    is_enterprise(case)?;
    let transport = if case.udp { "udp" } else { "tcp" };
    let app = case.app.as_object_mut()?;
    [
        "origin_dns",
        "origin_port",
        "virtual_network_id",
        "traffic_type",
        "proxy_protocol",
        "argo_smart_routing",
    ]
    .iter()
    .for_each(|key| drop(app.remove(*key)));
    let port = app["protocol"].as_str()?.split('/').next_back()?.to_owned();
    app.insert("origin_direct".to_owned(), json!([format!("{transport}://192.0.2.1:{port}")]));
    Some(port)
}

/// Puts an origin by name in the place of whatever the application has.
fn with_origin_dns(case: &mut Case) -> Option<()> {
    let port = with_direct_origin(case)?;
    case.app.as_object_mut()?.remove("origin_direct");
    case.app["origin_dns"] = json!({"name": "origin.example.com"});
    case.app["origin_port"] = port.parse::<u16>().map_or(json!(port), |port| json!(port));
    Some(())
}

/// Puts an address of the virtual network in the place of whatever the application has.
fn with_network(case: &mut Case) -> Option<()> {
    with_direct_origin(case)?;
    let transport = if case.udp { "udp" } else { "tcp" };
    case.app["protocol"] = json!(format!("{transport}/22"));
    case.app["origin_direct"] = json!([format!("{transport}://10.1.2.3:22")]);
    case.app["virtual_network_id"] = json!(NETWORK);
    Some(())
}

/// The mutations, in the order of the page.
pub(super) const MUTATIONS: &[Mutation] = &[
    mutation("10012", "an option on a pay-as-you-go zone", |case, dice| {
        case.zone.get("plan")?;
        case.app[dice.one_of(&["tls", "proxy_protocol"])] = json!("off");
        Some(())
    }),
    mutation("11000", "both kinds of origin", |case, _| {
        with_origin_dns(case)?;
        case.app["origin_direct"] =
            json!([format!("{}://192.0.2.1:22", if case.udp { "udp" } else { "tcp" })]);
        Some(())
    }),
    mutation("11000", "no origin", |case, _| {
        with_direct_origin(case)?;
        case.app.as_object_mut()?.remove("origin_direct").map(drop)
    }),
    mutation("11001", "an origin name that is no domain name", |case, dice| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["name"] = json!(dice.one_of(&[
            "not a name",
            "192.0.2.1",
            "http://origin.example.com",
            "-a.example.com"
        ]));
        Some(())
    }),
    mutation("11001", "a name without a port", |case, dice| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["type"] = json!(dice.one_of(&["", "A", "AAAA"]));
        case.app.as_object_mut()?.remove("origin_port").map(drop)
    }),
    mutation("11001", "a time to live that is too short", |case, dice| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["ttl"] = json!(dice.below(600));
        Some(())
    }),
    mutation("11002", "an IPv6 origin without brackets", |case, _| {
        let port = with_direct_origin(case)?;
        case.app["origin_direct"] =
            json!([format!("{}://2001:db8::1:{port}", if case.udp { "udp" } else { "tcp" })]);
        Some(())
    }),
    mutation("11002", "an origin that is no address", |case, dice| {
        with_direct_origin(case)?;
        case.app["origin_direct"] = json!([dice.one_of(&[
            "tcp://192.0.2.300:22",
            "tcp://host:22",
            "192.0.2.1:22",
            "tcp://192.0.2.1"
        ])]);
        Some(())
    }),
    mutation("11004", "CNAME with static addresses", |case, _| {
        with_direct_origin(case)?;
        case.app["dns"]["type"] = json!("CNAME");
        case.app["edge_ips"] = json!({"type": "static", "ips": ["198.51.100.7"]});
        Some(())
    }),
    mutation("11004", "ADDRESS with dynamic addresses", |case, dice| {
        with_direct_origin(case)?;
        case.app["dns"]["type"] = json!("ADDRESS");
        case.app["edge_ips"] =
            json!({"type": "dynamic", "connectivity": dice.one_of(&["all", "ipv4", "ipv6"])});
        Some(())
    }),
    mutation("11033", "an edge address of another zone", |case, _| {
        with_direct_origin(case)?;
        case.app["dns"]["type"] = json!("ADDRESS");
        case.app["edge_ips"] = json!({"type": "static", "ips": ["198.51.100.99"]});
        let other = json!({"protocol": "tcp/1", "dns": {"type": "ADDRESS", "name": "o.example.net"}, "origin_direct": ["tcp://192.0.2.1:1"],
            "edge_ips": {"type": "static", "ips": ["198.51.100.99"]}});
        case.others.push(("example.net", "other", other));
        Some(())
    }),
    mutation("11034", "a second application of a pay-as-you-go protocol", |case, _| {
        case.zone.get("plan")?;
        let mut other = case.app.clone();
        other["dns"]["name"] = json!("other.example.com");
        case.others.push((ZONE_NAME, "another", other));
        Some(())
    }),
    mutation("11041", "a virtual network with a name as origin", |case, _| {
        with_origin_dns(case)?;
        case.app["virtual_network_id"] = json!(NETWORK);
        Some(())
    }),
    mutation("11042", "a virtual network with two origins", |case, _| {
        with_network(case)?;
        let transport = if case.udp { "udp" } else { "tcp" };
        case.app["origin_direct"] =
            json!([format!("{transport}://10.1.2.3:22"), format!("{transport}://10.1.2.4:22")]);
        Some(())
    }),
    mutation("11043", "a virtual network with a range of ports", |case, _| {
        with_network(case)?;
        let transport = if case.udp { "udp" } else { "tcp" };
        case.app["protocol"] = json!(format!("{transport}/22-23"));
        case.app["origin_direct"] = json!([format!("{transport}://10.1.2.3:22-23")]);
        Some(())
    }),
    mutation("11045", "a virtual network that is no UUID", |case, dice| {
        with_network(case)?;
        case.app["virtual_network_id"] = json!(dice.one_of(&[
            "office",
            "f70ff985",
            "f70ff985a4ef4643bbbc4a0ed4fc8415",
            "g70ff985-a4ef-4643-bbbc-4a0ed4fc8415"
        ]));
        Some(())
    }),
    mutation("11050", "an origin name of another zone", |case, _| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["name"] = json!("origin.example.net");
        let other = json!({"protocol": "tcp/1", "dns": {"type": "CNAME", "name": "o.example.net"}, "origin_direct": ["tcp://192.0.2.1:1"]});
        case.others.push(("example.net", "other", other));
        Some(())
    }),
    mutation("12005", "a hostname beyond the quota", |case, _| {
        with_direct_origin(case)?;
        case.app["dns"] = json!({"type": "CNAME", "name": "zz.example.com"});
        case.app["edge_ips"] = json!({"type": "dynamic", "connectivity": "all"});
        case.zone["ipv4_quota"] = json!(1);
        let other = json!({"protocol": "tcp/1", "dns": {"type": "CNAME", "name": "aa.example.com"}, "origin_direct": ["tcp://192.0.2.1:1"]});
        case.others.push((ZONE_NAME, "aa", other));
        Some(())
    }),
    mutation("13002", "a protocol that the plan does not have", |case, dice| {
        case.zone.get("plan")?;
        case.app["protocol"] = json!(dice.one_of(&["tcp/5432", "udp/53", "tcp/80"]));
        case.app["origin_direct"] = json!([if case.app["protocol"] == "udp/53" {
            "udp://192.0.2.1:53"
        } else {
            "tcp://192.0.2.1:22"
        }]);
        Some(())
    }),
    mutation("16001", "a hostname outside the zone", |case, dice| {
        case.app["dns"]["name"] = json!(dice.one_of(&[
            "app.example.org",
            "example.org",
            "notexample.com",
            "app.example.com.org"
        ]));
        Some(())
    }),
];

/// A case with a mutation; nothing where the mutation does not apply to it.
pub(super) fn mutated(mut case: Case, mutation: &Mutation, dice: &mut Dice) -> Option<Case> {
    (mutation.make)(&mut case, dice).map(|()| case)
}
