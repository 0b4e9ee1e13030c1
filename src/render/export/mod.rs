//! Live applications as configuration: canonical, and no more of it than differs from the API's defaults.

mod exported;
mod fields;
mod fold;
pub mod names;
mod text;

pub use exported::{ExportedApp, Head, Rows, ZoneExport};
pub use fold::fold;
pub use text::{Split, application, document, files};
