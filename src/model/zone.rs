//! What is known of a zone: its id, account and plan, and what the account is entitled to.

use std::collections::BTreeSet;

use super::cidr::IpNet;
use super::ids::{AccountId, ZoneId};

/// The plan of a zone, as far as it bears on Spectrum.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    schemars::JsonSchema,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Everything, entitlements aside.
    Enterprise,
    /// Pay-as-you-go: minecraft, ssh and rdp.
    Business,
    /// Pay-as-you-go: minecraft and ssh.
    Pro,
    /// No Spectrum at all.
    Free,
}

impl Tier {
    /// The plan's name in the configuration and in the API's `legacy_id`.
    pub fn text(self) -> &'static str {
        match self {
            Tier::Enterprise => "enterprise",
            Tier::Business => "business",
            Tier::Pro => "pro",
            Tier::Free => "free",
        }
    }

    /// Reads the name.
    pub fn from_text(text: &str) -> Option<Tier> {
        [Tier::Enterprise, Tier::Business, Tier::Pro, Tier::Free]
            .into_iter()
            .find(|tier| tier.text() == text)
    }

    /// Whether only `protocol`, `dns` and `origin_direct` may be sent.
    pub fn is_pay_as_you_go(self) -> bool {
        matches!(self, Tier::Business | Tier::Pro)
    }
}

/// Something an account must have bought before a field may be used.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    schemars::JsonSchema,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Entitlement {
    /// Static edge addresses.
    Byoip,
    /// Argo Smart Routing.
    Argo,
    /// `traffic_type: ftp`.
    Ftp,
}

impl Entitlement {
    /// All of them.
    pub const ALL: [Entitlement; 3] = [Entitlement::Byoip, Entitlement::Argo, Entitlement::Ftp];

    /// The name in the configuration.
    pub fn text(self) -> &'static str {
        match self {
            Entitlement::Byoip => "byoip",
            Entitlement::Argo => "argo",
            Entitlement::Ftp => "ftp",
        }
    }

    /// Reads the name.
    pub fn from_text(text: &str) -> Option<Entitlement> {
        Entitlement::ALL.into_iter().find(|entitlement| entitlement.text() == text)
    }
}

/// What is known of a zone; what is `None` gives no verdict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZoneFacts {
    /// The name, lower case.
    pub name: String,
    /// The id.
    pub id: Option<ZoneId>,
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// The plan.
    pub tier: Option<Tier>,
    /// What the account surely has.
    pub granted: BTreeSet<Entitlement>,
    /// What the account surely lacks.
    pub denied: BTreeSet<Entitlement>,
    /// All static addresses that may be used, where the configuration says so.
    pub edge_prefixes: Option<Vec<IpNet>>,
    /// How many hostnames on Cloudflare's IPv4 addresses the zone may have.
    pub ipv4_quota: Option<u32>,
    /// How many all zones of the account may have together.
    pub account_ipv4_quota: Option<u32>,
}

impl ZoneFacts {
    /// Whether the zone surely pays for Spectrum by use; a plan that is not known gives no verdict.
    pub fn pays_as_it_goes(&self) -> bool {
        self.tier.is_some_and(Tier::is_pay_as_you_go)
    }
}
