//! 11044: nothing routes this address in this virtual network.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, IpNet, Origin, Value, View};

pub(super) static CODE: Code = Code {
    number: Some(11044),
    slug: "virtual-network-route",
    title: "Virtual network route not found",
    more: super::pages::ROUTES,
    stage: Stage::VirtualNetwork,
    field: Some(Field::VirtualNetworkId),
    teaches: Some(CachePolicy { scope: Scope::Account, asks, beside: None, granted: |_| false }),
    causes: &[
        Cause::preflight(
            "address-not-routed",
            Scope::Account,
            "no route of the virtual network contains the origin's address",
            "add a route for the address to the virtual network (Connect an IP/CIDR), or correct the address or the network",
        )
        .checked(not_routed)
        .on(Field::OriginDirect)
        .decided_by(|view| {
            networks(view).is_some_and(|(id, networks)| matches!(networks.get(&id), Some(Some(_))))
        })
        .reported_by(&["no route", "route"]),
        Cause::preflight(
            "virtual-network-missing",
            Scope::Account,
            "the account has no virtual network with this id; it may be deleted or belong to another account",
            "write the id of one of the account's virtual networks",
        )
        .checked(missing)
        .decided_by(|view| networks(view).is_some())
        .reported_by(&["does not exist", "not found"]),
    ],
    example: Example::app_in(
        r"virtual_networks: [{name: office, id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415}]
routes: [{network: 10.0.0.0/24, virtual_network: office}]",
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
        r#"origin_direct: ["tcp://10.1.0.5:22"]"#,
        r#"origin_direct: ["tcp://10.0.0.5:22"]"#,
    ),
    ..Code::REFUSAL
};

/// An address in a network.
fn asks(view: &View<'_>) -> Option<String> {
    let Some(Value::Text(id)) = view.app.get(Field::VirtualNetworkId) else { return None };
    let origins: Vec<String> =
        view.app.origins().iter().map(|origin| origin.ip.to_string()).collect();
    let id = id.to_ascii_lowercase();
    Some(format!("{} in the virtual network {id}", origins.join(", ")))
}

/// The networks of the account by id, each with its routes where they were read.
type Networks = BTreeMap<String, Option<Vec<IpNet>>>;

/// The id that is asked for and the networks that there are.
fn networks<'a>(view: &View<'a>) -> Option<(String, &'a Networks)> {
    let Some(Value::Text(id)) = view.app.get(Field::VirtualNetworkId) else { return None };
    Some((id.to_ascii_lowercase(), view.facts?.account(view.zone)?.networks.as_ref()?))
}

fn missing(view: &View<'_>, violations: &mut Violations) {
    let Some((id, networks)) = networks(view) else { return };
    if !networks.contains_key(&id) {
        let field = Field::VirtualNetworkId;
        let shown = view.app.shown(field);
        let known: Vec<&str> = networks.keys().take(8).map(String::as_str).collect();
        let violation =
            violations.report(view, field, format!("the account has no virtual network {shown}"));
        match known.is_empty() {
            true => violation
                .fix("make a virtual network in this account, or remove virtual_network_id"),
            false => violation
                .fix(format!("write one of the account's virtual networks: {}", known.join(", "))),
        };
    }
}

fn not_routed(view: &View<'_>, violations: &mut Violations) {
    let Some(routes) = networks(view).and_then(|(id, networks)| networks.get(&id)?.as_ref()) else {
        return;
    };
    let field = Field::OriginDirect;
    let has_route = |origin: &Origin| routes.iter().any(|route| route.contains(&origin.ip));
    let origins = view.app.origins().iter().enumerate();
    for (number, origin) in origins.filter(|(_, origin)| !has_route(origin)) {
        let shown = view.app.part_shown(field, origin.ip);
        let nearest = routes.iter().max_by_key(|route| shared_bits(route, origin.ip));
        let nearest = nearest.map_or_else(
            || "it has no route at all".to_owned(),
            |route| format!("the nearest is {route}"),
        );
        violations
            .report_member(
                view,
                (field, number),
                format!("no route of the virtual network holds {shown}; {nearest}"),
            )
            .with(view.app.place_of(Field::VirtualNetworkId), "the virtual network is given here");
    }
}

/// How many leading bits an address shares with a network; none where one is IPv4 and the other
/// is IPv6.
fn shared_bits(network: &IpNet, ip: IpAddr) -> Option<u8> {
    let mut wider = std::iter::successors(Some(*network), IpNet::supernet);
    wider.find(|network| network.contains(&ip)).map(|network| network.prefix_len())
}
