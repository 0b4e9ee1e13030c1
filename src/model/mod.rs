//! The nouns of the domain: ids, hostnames, protocols, origins, the attribute table, and the forms an application takes on its way
//! (`Draft` as written, `Spec` to compare, `Live` as answered, `Recorded` as remembered).
//!
//! Floor 1: names `finding` only.

pub mod backup;
pub mod cidr;
pub mod draft;
pub mod facts;
pub mod field;
pub mod hexadecimal;
pub mod hostname;
pub mod ids;
pub mod kept;
pub mod keyword;
pub mod live;
pub mod load;
pub mod node;
pub mod origin;
pub mod parse;
pub mod permission;
pub mod ports;
pub mod protocol;
mod reading;
pub mod recorded;
pub mod scalar;
pub mod spec;
pub mod tally;
pub mod value;
pub mod view;
pub mod zone;

pub use backup::Backup;
pub use cidr::{IpNet, read_network};
pub use draft::{Draft, FieldValue, Source};
pub use facts::Facts;
pub use field::{Attribute, Field, Impact};
pub use hexadecimal::hexadecimal;
pub use hostname::Hostname;
pub use ids::{AccountId, Address, AppId, ZoneId};
pub use kept::Kept;
pub use keyword::Keyword;
pub use live::Live;
pub use node::{Entry, Kind, Node, Style};
pub use origin::Origin;
pub use permission::{ApiCall, Need, PERMISSIONS, Permission};
pub use ports::{Ports, Transport};
pub use protocol::Protocol;
pub use recorded::{Protect, Provenance, Recorded, Template};
pub use scalar::did_you_mean;
pub use spec::{Identity, Spec};
pub use value::{Unordered, Value};
pub use view::{Peer, Peers, View};
pub use zone::{Entitlement, Tier, ZoneFacts};
