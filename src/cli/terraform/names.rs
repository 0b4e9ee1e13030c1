//! Asks the API for the names of zones of which only the ids are known.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::context::Context;
use crate::cli::loaded::Loaded;
use crate::cli::session::Session;
use crate::codes;
use crate::finding::Finding;
use crate::model::ZoneId;

/// What the API says of some zones.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) names: BTreeMap<ZoneId, String>,
    /// Why it says nothing of a zone.
    pub(super) refused: BTreeMap<ZoneId, Finding>,
}

/// The names of these zones, one call each; nothing without credentials.
pub(super) async fn lookup(
    context: &Context,
    loaded: &Loaded,
    ids: &BTreeSet<ZoneId>,
) -> Result<Names, Box<Finding>> {
    let mut found = Names::default();
    if ids.is_empty() {
        return Ok(found);
    }
    let session = match Session::open(context, loaded).await {
        Err(finding) if finding.code == codes::CREDENTIALS.slug => return Ok(found),
        opened => opened?,
    };
    for id in ids {
        match session.api.zone(id).await {
            Ok(zone) => {
                let name = zone.name.trim_end_matches('.').to_ascii_lowercase();
                found.names.insert(id.clone(), name);
            }
            Err(error) => {
                found.refused.insert(id.clone(), error.to_finding());
            }
        }
    }
    session.close().await;
    Ok(found)
}
