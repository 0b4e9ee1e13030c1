//! The nouns of the domain: ids, hostnames, protocols, origins, the attribute table, and the forms an application takes on its way
//! (`Draft` as written, `Shape` to compare, `Live` as answered, `Recorded` as remembered).
//!
//! Floor 1: names `finding` only.

pub mod cidr;
pub mod draft;
pub mod facts;
pub mod field;
pub mod former;
pub mod hostname;
pub mod ids;
pub mod live;
pub mod node;
pub mod origin;
pub mod parse;
pub mod ports;
pub mod protocol;
mod reading;
pub mod recorded;
pub mod shape;
pub mod value;
pub mod view;
pub mod word;
pub mod zone;

pub use cidr::Cidr;
pub use draft::{Draft, Given, Source};
pub use facts::Facts;
pub use field::{Attribute, Field, Impact};
pub use former::Former;
pub use hostname::Hostname;
pub use ids::{AccountId, Address, AppId, ZoneId};
pub use live::Live;
pub use node::{Entry, Kind, Node, Style};
pub use origin::Origin;
pub use ports::{Ports, Transport};
pub use protocol::Protocol;
pub use recorded::{Protect, Provenance, Recorded};
pub use shape::{Identity, Shape};
pub use value::{Unordered, Value};
pub use view::{Peer, Peers, View};
pub use word::Word;
pub use zone::{Entitlement, Tier, ZoneFacts};
