//! What `terraform show -json` says of `cloudflare_spectrum_application`, for those who come from there.
//!
//! The provider has written four shapes. Versions 2 and 3: blocks as lists of one object, `edge_ips` as a plain list of addresses beside
//! `edge_ip_connectivity`. Version 4: `edge_ips` is a block as well. Version 5: nested objects, and a range of origin ports is a text.
//!
//! Source: the provider's documentation of the resource in these versions.

mod attributes;
mod resource;
mod shown;
mod text;

pub use resource::without_indices;
pub use shown::{Deposed, Found, NotTerraform, Shown, read};
pub use text::decode;
