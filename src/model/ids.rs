//! Identifiers: zones, accounts and applications are 32 hexadecimal digits; an application of the configuration has an
//! address, `zone/key`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! hexadecimal_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the id as the API gave it.
            pub fn from_api(text: impl Into<String>) -> Self {
                $name(text.into())
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            /// Reads 32 hexadecimal digits in either case.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let fits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                fits.then(|| $name(text.to_ascii_lowercase())).ok_or(NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

hexadecimal_id!(
    /// The id of a zone.
    ZoneId
);
hexadecimal_id!(
    /// The id of an account.
    AccountId
);
hexadecimal_id!(
    /// The id of a Spectrum application.
    AppId
);

/// The text is not 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 32 hexadecimal digits")]
pub struct NotAnId;

/// The address of an application of the configuration: the zone's name, the key under `apps`, and for a row of `each` the values that name
/// it, with slashes between them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    /// The zone's name, lower case, without a trailing dot.
    pub zone: String,
    /// The key under `apps`, and what names the row: `ftp/50003`.
    pub key: String,
}

impl Address {
    /// The address of a key in a zone.
    pub fn new(zone: &str, key: &str) -> Self {
        Address { zone: zone.to_owned(), key: key.to_owned() }
    }

    /// The address under which a live application that nobody manages is shown: `zone/?APP_ID`.
    pub fn for_unmanaged(zone: &str, app: &AppId) -> Self {
        Address { zone: zone.to_owned(), key: format!("?{app}") }
    }

    /// Whether the text may be a key: `[a-z0-9][a-z0-9._-]{0,62}` in either case.
    pub fn is_key(text: &str) -> bool {
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        first
            && text.len() <= 63
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    }
}

impl Address {
    /// Whether the text may be what an address has behind the zone: keys with slashes between them.
    pub fn is_path(text: &str) -> bool {
        text.split('/').all(Address::is_key)
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (zone, key) = text.split_once('/').ok_or(NotAnAddress)?;
        let named = key.strip_prefix('?').is_some_and(|id| !id.is_empty()) || Address::is_path(key);
        if zone.is_empty() || !named {
            return Err(NotAnAddress);
        }
        Ok(Address::new(zone.trim_end_matches('.').to_ascii_lowercase().as_str(), key))
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;
    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.zone, self.key)
    }
}

/// The text is not `zone/key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address of the form zone/key")]
pub struct NotAnAddress;
