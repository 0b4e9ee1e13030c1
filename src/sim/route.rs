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
    Loads(String),
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

/// Methods of what can only be read.
const READ: &[&str] = &["GET", "HEAD"];

/// A row of the table of routes.
#[derive(Debug)]
pub(super) struct Route {
    /// The path under `/client/v4`, with the names of its identifiers in braces.
    pub(super) path: &'static str,
    pub(super) methods: &'static [&'static str],
    /// Makes the endpoint from the identifiers of a path, in order.
    pub(super) endpoint: fn(&[&str]) -> Endpoint,
}

const fn read(path: &'static str, endpoint: fn(&[&str]) -> Endpoint) -> Route {
    Route { path, methods: READ, endpoint }
}

/// The table of routes.
pub(super) static ROUTES: [Route; 18] = [
    read("/user", |_| Endpoint::User),
    read("/user/tokens/verify", |_| Endpoint::Verify),
    read("/zones", |_| Endpoint::Zones),
    read("/zones/{zone_id}", |ids| Endpoint::Zone(ids[0].to_owned())),
    Route {
        methods: &["GET", "HEAD", "POST"],
        ..read("/zones/{zone_id}/spectrum/apps", |ids| Endpoint::Apps(ids[0].to_owned()))
    },
    Route {
        methods: &["GET", "HEAD", "PUT", "PATCH", "DELETE"],
        ..read("/zones/{zone_id}/spectrum/apps/{app_id}", |ids| {
            Endpoint::App(ids[0].to_owned(), ids[1].to_owned())
        })
    },
    read("/zones/{zone_id}/spectrum/protocols", |ids| Endpoint::Protocols(ids[0].to_owned())),
    read("/zones/{zone_id}/spectrum/analytics/aggregate/current", |ids| {
        Endpoint::Loads(ids[0].to_owned())
    }),
    read("/zones/{zone_id}/dns_records", |ids| Endpoint::Records(ids[0].to_owned())),
    read("/zones/{zone_id}/load_balancers", |ids| Endpoint::Balancers(ids[0].to_owned())),
    read("/accounts/{account_id}/tokens/verify", |_| Endpoint::Verify),
    read("/accounts/{account_id}/teamnet/virtual_networks", |ids| {
        Endpoint::Networks(ids[0].to_owned())
    }),
    read("/accounts/{account_id}/teamnet/routes", |ids| Endpoint::Routes(ids[0].to_owned())),
    read("/accounts/{account_id}/addressing/prefixes", |ids| Endpoint::Prefixes(ids[0].to_owned())),
    read("/accounts/{account_id}/addressing/leases", |ids| Endpoint::Leases(ids[0].to_owned())),
    read("/accounts/{account_id}/addressing/address_maps", |ids| {
        Endpoint::AddressMaps(ids[0].to_owned())
    }),
    read("/accounts/{account_id}/addressing/address_maps/{address_map_id}", |ids| {
        Endpoint::AddressMap(ids[0].to_owned(), ids[1].to_owned())
    }),
    read("/accounts/{account_id}/logs/audit", |ids| Endpoint::Audit(ids[0].to_owned())),
];

impl Route {
    /// The identifiers of a path, where it is one of this row.
    fn identifiers<'a>(&self, segments: &[&'a str]) -> Option<Vec<&'a str>> {
        let wanted: Vec<&str> = self.path.trim_start_matches('/').split('/').collect();
        if wanted.len() != segments.len() {
            return None;
        }
        let mut found = Vec::new();
        for (wanted, segment) in wanted.into_iter().zip(segments) {
            match wanted.starts_with('{') {
                true => found.push(*segment),
                false if wanted == *segment => {}
                false => return None,
            }
        }
        Some(found)
    }
}

impl Endpoint {
    /// Finds the endpoint of a request.
    pub(super) fn from_request(request: &Request) -> Result<Endpoint, Refusal> {
        let path = request.path.strip_prefix("/client/v4/").unwrap_or_default();
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let found = ROUTES.iter().find_map(|route| Some((route, route.identifiers(&segments)?)));
        let (route, identifiers) = found.ok_or_else(|| no_route(request, 404))?;
        if !identifiers.first().is_none_or(|id| is_identifier(id)) {
            return Err(no_route(request, 400));
        }
        if route.methods.contains(&request.method.as_str()) {
            Ok((route.endpoint)(&identifiers))
        } else {
            Err(Refusal { allow: Some(route.methods), ..WRONG_METHOD.refusal() })
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
            Endpoint::Loads(_) => ApiCall::Analytics,
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
            | Endpoint::Loads(zone)
            | Endpoint::Records(zone)
            | Endpoint::Balancers(zone) => Some(zone),
            _ => None,
        }
    }

    /// The application that the path names.
    pub(super) fn app(&self) -> Option<&str> {
        match self {
            Endpoint::App(_, app) => Some(app),
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

/// Whether a text can be the id of a zone or an account: anything but 32 hexadecimal digits has no
/// route.
fn is_identifier(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The refusal of a path, or of an identifier in it, that leads nowhere.
pub(super) fn no_route(request: &Request, status: u16) -> Refusal {
    let message =
        format!("Could not route to {}, perhaps your object identifier is invalid?", request.path);
    Refusal { status, ..NO_ROUTE.saying(message) }
}
