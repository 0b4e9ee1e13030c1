//! What is exported of a zone: its applications, with the keys that they get.

use super::loaded::Loaded;
use crate::finding::Finding;
use crate::model::Live;
use crate::render::export::names::names;
use crate::render::export::{ExportedApp, Head, ZoneExport};

/// What is written, and what kept more from being written.
pub(super) struct Exported {
    pub(super) sheets: Vec<ZoneExport>,
    /// How many applications are not written because the configuration has them.
    pub(super) covered: usize,
    pub(super) failures: Vec<Finding>,
    /// What a reader should know of what is not written.
    pub(super) notes: Vec<Finding>,
    /// Why there is nothing to write, where that is so.
    pub(super) nothing: Option<String>,
}

/// An application with the key that somebody has given it elsewhere.
pub(super) type NamedApp = (Option<String>, Live);

/// The applications with their keys, by key.
pub(super) fn zone_export(
    loaded: &Loaded,
    zone: &str,
    head: Option<Head>,
    apps: Vec<NamedApp>,
) -> ZoneExport {
    let taken = loaded.keys(zone);
    let named: Vec<(Option<&str>, &Live)> =
        apps.iter().map(|(name, live)| (name.as_deref(), live)).collect();
    let keys = names(&named, zone, &taken);
    let mut entries: Vec<ExportedApp> =
        keys.into_iter().zip(apps).map(|(key, (_, live))| ExportedApp::new(key, live)).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    ZoneExport { zone: zone.to_owned(), head, entries }
}
