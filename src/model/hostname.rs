//! Hostnames, compared without case and trailing dot, international names in their ASCII form.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A hostname in canonical form: lower case, ASCII, no trailing dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hostname(String);

impl Hostname {
    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name is the zone's own or lies under it.
    pub fn is_in_zone(&self, zone: &str) -> bool {
        self.0.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The names of the zones that it could be in: itself, then what is left without its first label, and so on.
    pub fn endings(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |name| Some(name.split_once('.')?.1))
    }

    /// Whether the name has a single label, such as `ssh`.
    pub fn is_short(&self) -> bool {
        !self.0.contains('.')
    }
}

/// Why a text is not a hostname.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAHostname {
    /// Nothing stands there.
    #[error("it is empty")]
    Empty,
    /// An IP address stands there.
    #[error("it is an IP address")]
    Address,
    /// A label is empty, longer than 63 characters, or the name longer than 253.
    #[error("a label must have 1 to 63 characters, and the whole name at most 253")]
    Length,
    /// A character that no label may have.
    #[error(
        "a label may have letters, digits, hyphens and underscores, and neither begin nor end with a hyphen"
    )]
    Character,
    /// A URL, a port or a path stands there.
    #[error("it must be a bare name, without scheme, port or path")]
    NotBare,
}

impl FromStr for Hostname {
    type Err = NotAHostname;
    fn from_str(text: &str) -> Result<Self, NotAHostname> {
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.is_empty() {
            return Err(NotAHostname::Empty);
        }
        if name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Err(NotAHostname::Address);
        }
        if name.contains(['/', ':']) {
            return Err(NotAHostname::NotBare);
        }
        let ascii = idna::domain_to_ascii(name).map_err(|_| NotAHostname::Character)?;
        if ascii.len() > 253 || ascii.split('.').any(|label| label.is_empty() || label.len() > 63) {
            return Err(NotAHostname::Length);
        }
        if !ascii.split('.').all(is_label) {
            return Err(NotAHostname::Character);
        }
        Ok(Hostname(ascii))
    }
}

/// Whether the characters of a label are allowed; underscores are, because service names use them.
fn is_label(label: &str) -> bool {
    let allowed =
        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    allowed && !label.starts_with('-') && !label.ends_with('-')
}

impl fmt::Display for Hostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
