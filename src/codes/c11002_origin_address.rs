//! 11002: an entry of `origin_direct` that is no address, or one that Cloudflare does not take.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::draft::Unreadable;
use crate::model::origin::NotAnOrigin;
use crate::model::parse::Wrong;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11002),
    slug: "origin-address",
    title: "Invalid origin address",
    stage: Stage::Origin,
    field: Some(Field::OriginDirect),
    causes: &[
        Cause::offline(
            "ipv6-without-brackets",
            "without brackets, the colons of an IPv6 address make the port ambiguous",
            "put the address in brackets, as in tcp://[2001:db8::1]:443",
            without_brackets,
        )
        .claiming(&[Field::OriginDirect])
        .reported_by(&["ipv6", "bracket"]),
        Cause::offline(
            "origin-address-malformed",
            "an entry of `origin_direct` is a transport, an IP address and a port or port range",
            "write tcp://IP:PORT or udp://IP:PORT, such as tcp://192.0.2.1:22",
            malformed,
        )
        .claiming(&[Field::OriginDirect])
        .reported_by(&["parse", "malformed", "format"]),
        Cause::offline(
            "origin-address-special",
            "unspecified, loopback, multicast and broadcast addresses lead to no host on the Internet",
            "use the address of the host that serves the origin, such as tcp://192.0.2.1:22",
            special,
        ),
        Cause::offline(
            "private-origin-without-network",
            "Cloudflare reaches public addresses only, and refuses others by its access control, unless a virtual network leads to them",
            "use the origin's public address, or set virtual_network_id to the virtual network that leads to it",
            not_public,
        ),
        Cause::on_call(
            "origin-address-refused",
            Scope::App,
            "the address fails Cloudflare's access control",
            "use a public address that belongs to you, or set virtual_network_id for a private one",
        )
        .reported_by(&["access", "allowed", "denied"]),
    ],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}",
        r#"origin_direct: ["tcp://2001:db8::1:22"]"#,
        r#"origin_direct: ["tcp://[2001:db8::1]:22"]"#,
    ),
    ..Code::REFUSAL
};

fn without_brackets(view: &View<'_>, violations: &mut Violations) {
    unreadable(view)
        .filter(|unreadable| lacks_brackets(unreadable))
        .for_each(|unreadable| violations.report_reading(view, unreadable));
}

fn malformed(view: &View<'_>, violations: &mut Violations) {
    unreadable(view)
        .filter(|unreadable| !lacks_brackets(unreadable))
        .for_each(|unreadable| violations.report_reading(view, unreadable));
}

/// An address that no public network leads to. Which of them the access control refuses is not documented, so it is a warning.
fn not_public(view: &View<'_>, violations: &mut Violations) {
    if view.app.has("virtual_network_id") {
        return;
    }
    // The simulator and every example use documentation addresses, so those matter at Cloudflare only.
    let is_cloudflare = view.facts.is_some_and(|facts| facts.is_cloudflare);
    let kind = |ip: IpAddr| {
        let kind = match ip.to_canonical() {
            IpAddr::V4(ip) => network_of_v4(ip),
            IpAddr::V6(ip) => network_of_v6(ip),
        };
        kind.filter(|kind| is_cloudflare || *kind != DOCUMENTATION)
    };
    for (number, origin) in view.app.origins().iter().enumerate() {
        if let Some(kind) = kind(origin.ip) {
            let shown = view.app.part_shown(Field::OriginDirect, origin);
            let summary = format!("`origin_direct` has {shown}, {kind}");
            let member = (Field::OriginDirect, number);
            violations.report_member(view, member, summary).as_warning();
        }
    }
}

const DOCUMENTATION: &str = "an address of the documentation";

fn network_of_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let [first, second, ..] = ip.octets();
    let kinds = [
        (ip.is_private(), "a private address"),
        (ip.is_link_local(), "a link-local address"),
        (first == 100 && second & 0b1100_0000 == 64, "a carrier-grade NAT address"),
        (ip.is_documentation(), DOCUMENTATION),
    ];
    kinds.into_iter().find(|(is_it, _)| *is_it).map(|(_, kind)| kind)
}

fn network_of_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let [first, second, ..] = ip.segments();
    let kinds = [
        (first & 0xfe00 == 0xfc00, "a private address"),
        (first & 0xffc0 == 0xfe80, "a link-local address"),
        (first == 0x2001 && second == 0x0db8, DOCUMENTATION),
    ];
    kinds.into_iter().find(|(is_it, _)| *is_it).map(|(_, kind)| kind)
}

fn special(view: &View<'_>, violations: &mut Violations) {
    for (number, origin) in view.app.origins().iter().enumerate() {
        if let Some(kind) = kind_of(origin.ip) {
            let shown = view.app.part_shown(Field::OriginDirect, origin);
            let summary = format!("`origin_direct` has {shown}, which is {kind} address");
            violations.report_member(view, (Field::OriginDirect, number), summary);
        }
    }
}

/// The kind of an address that no host on the Internet has; an IPv6 address that stands for an IPv4
/// address is of its kind.
fn kind_of(ip: IpAddr) -> Option<&'static str> {
    let ip = ip.to_canonical();
    match ip {
        _ if ip.is_unspecified() => Some("the unspecified"),
        _ if ip.is_loopback() => Some("a loopback"),
        _ if ip.is_multicast() => Some("a multicast"),
        IpAddr::V4(ip) if ip.is_broadcast() => Some("the broadcast"),
        _ => None,
    }
}

fn unreadable<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Unreadable> {
    view.app.unreadable.iter().filter(|unreadable| {
        unreadable.field == Field::OriginDirect && unreadable.wrong == Wrong::Form
    })
}

/// The reader ends what it says with the reason, which tells the two causes apart.
fn lacks_brackets(unreadable: &Unreadable) -> bool {
    unreadable.summary.ends_with(&NotAnOrigin::Brackets(None).to_string())
}
