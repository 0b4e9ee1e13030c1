//! Which endpoint a path names, which methods it takes and which permission they need.

use super::message::Request;
use super::refusal::{NO_ROUTE, Refusal, WRONG_METHOD};
use crate::model::ApiCall;

/// An endpoint with the identifiers of its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    Zones,
    Zone(String),
    Apps(String),
    App(String, String),
    Protocols(String),
    Records(String),
    Balancers(String),
    User,
    Verify,
    Networks(String),
    Routes(String),
    Prefixes(String),
    Leases(String),
    AddressMaps(String),
    AddressMap(String, String),
    Audit(String),
}

impl Endpoint {
    /// Finds the endpoint of a request.
    pub(super) fn from_request(request: &Request) -> Result<Endpoint, Refusal> {
        let path = request.path.strip_prefix("/client/v4/").unwrap_or_default();
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let endpoint = match segments.as_slice() {
            ["user"] => Endpoint::User,
            ["zones"] => Endpoint::Zones,
            ["zones", zone] => Endpoint::Zone((*zone).to_owned()),
            ["zones", zone, "spectrum", "apps"] => Endpoint::Apps((*zone).to_owned()),
            ["zones", zone, "spectrum", "apps", app] => {
                Endpoint::App((*zone).to_owned(), (*app).to_owned())
            }
            ["zones", zone, "spectrum", "protocols"] => Endpoint::Protocols((*zone).to_owned()),
            ["zones", zone, "dns_records"] => Endpoint::Records((*zone).to_owned()),
            ["zones", zone, "load_balancers"] => Endpoint::Balancers((*zone).to_owned()),
            ["user", "tokens", "verify"] | ["accounts", _, "tokens", "verify"] => Endpoint::Verify,
            ["accounts", account, "teamnet", "virtual_networks"] => {
                Endpoint::Networks((*account).to_owned())
            }
            ["accounts", account, "teamnet", "routes"] => Endpoint::Routes((*account).to_owned()),
            ["accounts", account, "addressing", "prefixes"] => {
                Endpoint::Prefixes((*account).to_owned())
            }
            ["accounts", account, "addressing", "leases"] => {
                Endpoint::Leases((*account).to_owned())
            }
            ["accounts", account, "addressing", "address_maps"] => {
                Endpoint::AddressMaps((*account).to_owned())
            }
            ["accounts", account, "addressing", "address_maps", map] => {
                Endpoint::AddressMap((*account).to_owned(), (*map).to_owned())
            }
            ["accounts", account, "logs", "audit"] => Endpoint::Audit((*account).to_owned()),
            _ => return Err(no_route(request, 404)),
        };
        endpoint.identifiers_fit(request, &segments)?;
        let methods = endpoint.methods();
        if methods.contains(&request.method.as_str()) {
            Ok(endpoint)
        } else {
            Err(Refusal { allow: Some(methods), ..WRONG_METHOD.refusal() })
        }
    }

    /// An identifier that is not 32 hexadecimal digits has no route.
    fn identifiers_fit(&self, request: &Request, segments: &[&str]) -> Result<(), Refusal> {
        let is_id =
            |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let container = segments.get(1).filter(|_| matches!(segments[0], "zones" | "accounts"));
        if container.is_none_or(|id| is_id(id)) { Ok(()) } else { Err(no_route(request, 400)) }
    }

    fn methods(&self) -> &'static [&'static str] {
        match self {
            Endpoint::Apps(_) => &["GET", "HEAD", "POST"],
            Endpoint::App(..) => &["GET", "HEAD", "PUT", "PATCH", "DELETE"],
            _ => &["GET", "HEAD"],
        }
    }

    /// The permission that the call needs.
    pub(super) fn permission(&self, request: &Request) -> Option<&'static str> {
        self.call(request).permission().map(|permission| permission.name)
    }

    /// What the call is about.
    fn call(&self, request: &Request) -> ApiCall {
        match self {
            Endpoint::User | Endpoint::Verify => ApiCall::Verify,
            Endpoint::Apps(_) | Endpoint::App(..) if request.is_write() => ApiCall::WriteApps,
            Endpoint::Apps(_) | Endpoint::App(..) => ApiCall::ReadApps,
            Endpoint::Zones | Endpoint::Zone(_) => ApiCall::Zones,
            Endpoint::Protocols(_) => ApiCall::Protocols,
            Endpoint::Records(_) => ApiCall::DnsRecords,
            Endpoint::Balancers(_) => ApiCall::LoadBalancers,
            Endpoint::Networks(_) | Endpoint::Routes(_) => ApiCall::VirtualNetworks,
            Endpoint::Prefixes(_) => ApiCall::Prefixes,
            Endpoint::Leases(_) => ApiCall::Leases,
            Endpoint::AddressMaps(_) | Endpoint::AddressMap(..) => ApiCall::AddressMaps,
            Endpoint::Audit(_) => ApiCall::AuditLog,
        }
    }

    /// The zone that the path names.
    pub(super) fn zone(&self) -> Option<&str> {
        match self {
            Endpoint::Zone(zone)
            | Endpoint::Apps(zone)
            | Endpoint::App(zone, _)
            | Endpoint::Protocols(zone)
            | Endpoint::Records(zone)
            | Endpoint::Balancers(zone) => Some(zone),
            _ => None,
        }
    }

    /// The account that the path names.
    pub(super) fn account(&self) -> Option<&str> {
        match self {
            Endpoint::Networks(account)
            | Endpoint::Routes(account)
            | Endpoint::Prefixes(account)
            | Endpoint::Leases(account)
            | Endpoint::AddressMaps(account)
            | Endpoint::AddressMap(account, _)
            | Endpoint::Audit(account) => Some(account),
            _ => None,
        }
    }
}

/// The refusal of a path, or of an identifier in it, that leads nowhere.
pub(super) fn no_route(request: &Request, status: u16) -> Refusal {
    let message =
        format!("Could not route to {}, perhaps your object identifier is invalid?", request.path);
    Refusal { status, ..NO_ROUTE.saying(message) }
}
