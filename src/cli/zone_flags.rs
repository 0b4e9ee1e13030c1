//! `--zone` of the commands that read live zones which no configuration has to name.

use std::collections::BTreeSet;

use super::context::Context;
use super::failure::Failure;
use super::loaded::Loaded;
use super::observe::Observed;
use super::session::Session;
use crate::codes;
use crate::plan::unmatched_zones;

/// Where zones are known from.
const PLACES: &str = "the configuration, the state or what the token sees";

/// The zones that a run is about.
pub(super) struct ZoneFlags {
    /// Those of `--zone`; none where all of the configuration are meant.
    wanted: BTreeSet<String>,
    /// Those of the configuration.
    configured: BTreeSet<String>,
}

impl ZoneFlags {
    /// Takes the zones of `--zone` into what is read.
    pub(super) fn read(context: &Context, loaded: &mut Loaded) -> ZoneFlags {
        let configured = loaded.configuration.zones.keys().cloned().collect();
        let wanted: BTreeSet<String> = context.selection.zones().collect();
        wanted.iter().for_each(|name| loaded.add_zone(name));
        ZoneFlags { wanted, configured }
    }

    /// Whether the run is about a zone.
    pub(super) fn holds(&self, zone: &str) -> bool {
        let zones = if self.wanted.is_empty() { &self.configured } else { &self.wanted };
        zones.contains(zone)
    }

    /// Whether the configuration names a zone.
    pub(super) fn is_configured(&self, zone: &str) -> bool {
        self.configured.contains(zone)
    }

    /// Refuses a zone that is in no configuration and no state, and that the token does not see.
    pub(super) async fn must_match(
        &self,
        session: &Session,
        observed: &Observed<'_>,
    ) -> Result<(), Failure> {
        let state = &observed.recorded.state;
        let recorded = state.apps.keys().map(|address| &address.zone).chain(state.zones.keys());
        let mut known: BTreeSet<String> = recorded.chain(&self.configured).cloned().collect();
        let unseen = observed.unread.iter().filter(|unread| {
            unread.finding.code == codes::ZONE_NOT_FOUND.slug && !known.contains(&unread.zone)
        });
        let unseen: Vec<String> = unseen.map(|unread| unread.zone.clone()).collect();
        if unseen.is_empty() {
            return Ok(());
        }
        // Only the nearest name is looked for in them, so that they cannot be listed changes nothing.
        let seen = session.api.all_zones().await.unwrap_or_default();
        known.extend(seen.into_iter().map(|zone| zone.name));
        unmatched_zones(&unseen, &known, PLACES).map_or(Ok(()), |text| Err(Failure::usage(text)))
    }
}
