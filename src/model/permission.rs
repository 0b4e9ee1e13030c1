//! What a token must be allowed to do: one row for each call of the API, with the permission as
//! Cloudflare's token page writes it. What names a permission anywhere reads it from here: the advice
//! of a refused call, `doctor`, `explain`, the simulator.

/// What a call of the API is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiCall {
    /// Whether the token is active.
    Verify,
    /// Which zones there are.
    Zones,
    /// The applications of a zone.
    ReadApps,
    /// Creates, changes or deletes an application.
    WriteApps,
    /// The protocols and edge ports that a zone may use.
    Protocols,
    /// The DNS records of a zone.
    DnsRecords,
    /// The load balancers of a zone.
    LoadBalancers,
    /// The virtual networks of an account and their routes.
    VirtualNetworks,
    /// The prefixes that an account brought.
    Prefixes,
    /// The addresses that an account leases from Cloudflare.
    Leases,
    /// The address maps of an account.
    AddressMaps,
    /// Who changed what in an account.
    AuditLog,
    /// The traffic of a zone's applications in the last minute.
    Analytics,
}

/// How much a command depends on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it the command fails.
    Required,
    /// Without it some checks are not made.
    Checks,
    /// The command does not make it.
    Unused,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// The call that needs it.
    pub call: ApiCall,
    /// Whether the token gets it for the account; otherwise for the zone.
    pub of_account: bool,
    /// Its name: `Zone Settings: Read`.
    pub name: &'static str,
    /// How much a plan depends on it.
    pub plan: Need,
    /// How much an apply depends on it, beside what its plan needs.
    pub apply: Need,
    /// How much a drift report depends on it.
    pub drift: Need,
    /// What is lost without it, fits "without it …".
    pub cost: &'static str,
}

/// The permission of each call that needs one.
pub static PERMISSIONS: [Permission; 12] = [
    Permission {
        call: ApiCall::Zones,
        of_account: false,
        name: "Zone: Read",
        plan: Need::Required,
        apply: Need::Required,
        drift: Need::Required,
        cost: "no zone is found",
    },
    Permission {
        call: ApiCall::ReadApps,
        of_account: false,
        name: "Zone Settings: Read",
        plan: Need::Required,
        apply: Need::Required,
        drift: Need::Required,
        cost: "no application can be read",
    },
    Permission {
        call: ApiCall::WriteApps,
        of_account: false,
        name: "Zone Settings: Edit",
        plan: Need::Unused,
        apply: Need::Required,
        drift: Need::Unused,
        cost: "every write is refused",
    },
    checks(
        ApiCall::Protocols,
        "Zone Settings: Read",
        "a port that the zone may not use is refused during apply",
    ),
    checks(
        ApiCall::DnsRecords,
        "DNS: Read",
        "a proxied record on a hostname and a missing record of an origin are refused during apply",
    ),
    checks(
        ApiCall::LoadBalancers,
        "Load Balancers: Read",
        "a load balancer on a hostname and a missing record of an origin are refused during apply",
    ),
    checks(
        ApiCall::Analytics,
        "Analytics: Read",
        "a plan cannot tell how many connections an outage cuts",
    ),
    of_account(checks(
        ApiCall::VirtualNetworks,
        "Cloudflare Tunnel: Read",
        "a missing virtual network or route is refused during apply",
    )),
    of_account(checks(
        ApiCall::Prefixes,
        "IP Prefixes: Read",
        "Cloudflare may refuse every static edge address during apply",
    )),
    of_account(checks(
        ApiCall::Leases,
        "IP Prefixes: Read",
        "a leased static edge address looks like one that is not yours",
    )),
    of_account(checks(
        ApiCall::AddressMaps,
        "Address Maps: Read",
        "a leased static edge address looks like one that is not yours",
    )),
    Permission {
        call: ApiCall::AuditLog,
        of_account: true,
        name: "Account Settings: Read",
        plan: Need::Unused,
        apply: Need::Unused,
        drift: Need::Checks,
        cost: "`drift --who` cannot name the author of a change",
    },
];

/// A permission of a zone that only checks before a call need.
const fn checks(call: ApiCall, name: &'static str, cost: &'static str) -> Permission {
    Permission {
        call,
        of_account: false,
        name,
        plan: Need::Checks,
        apply: Need::Checks,
        drift: Need::Unused,
        cost,
    }
}

const fn of_account(permission: Permission) -> Permission {
    Permission { of_account: true, ..permission }
}

impl ApiCall {
    /// The permission that the call needs; none where every token may make it.
    pub fn permission(self) -> Option<&'static Permission> {
        PERMISSIONS.iter().find(|permission| permission.call == self)
    }
}

impl Permission {
    /// For a sentence: ``zone permission `Zone Settings: Read` ``.
    pub fn text(&self) -> String {
        format!("{} permission `{}`", if self.of_account { "account" } else { "zone" }, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_but_the_one_about_the_token_has_one_permission() {
        let calls: std::collections::BTreeSet<ApiCall> =
            PERMISSIONS.iter().map(|permission| permission.call).collect();
        assert_eq!(calls.len(), PERMISSIONS.len());
        assert_eq!(ApiCall::Verify.permission(), None);
        assert_eq!(
            ApiCall::Prefixes.permission().map(Permission::text).as_deref(),
            Some("account permission `IP Prefixes: Read`")
        );
    }
}
