//! 11044: nothing routes this address in this virtual network.

use super::code::{Cause, Code, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(11044),
    slug: "virtual-network-route",
    title: "Virtual network route not found",
    stage: Stage::VirtualNetwork,
    causes: &[
        Cause::preflight(
            "address-not-routed",
            Scope::Account,
            "the virtual network exists, but no tunnel route in it holds the origin's address",
            "add a route that holds the address to a tunnel of this virtual network, or correct the address or the network",
        )
        .told_by(&["route"]),
        Cause::preflight(
            "virtual-network-missing",
            Scope::Account,
            "the account has no virtual network with this id; it may belong to another account or have been deleted",
            "take the id from the account's list of virtual networks",
        )
        .told_by(&["does not exist", "not found"]),
    ],
    ..Code::REFUSAL
};
