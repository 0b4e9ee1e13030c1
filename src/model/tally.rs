//! The hostnames on Cloudflare's IPv4 addresses that one quota counts, counted once for all applications that are looked at beside one
//! another. What each of them asks is then looked up, however many zones and hostnames there are.

use std::collections::{BTreeMap, BTreeSet};

use super::hostname::Hostname;

/// What a quota counts.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many hostnames there are.
    pub hostnames: usize,
    /// How many of them are live already; none where that is not known of every zone.
    pub live: Option<usize>,
    standings: BTreeMap<usize, Standing>,
}

/// What comes before an application, in the order of the zones and of the applications in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// How many hostnames.
    pub before: usize,
    /// How many of them that are not live.
    pub new_before: usize,
    /// Whether its own hostname is live.
    pub is_live: bool,
    /// Whether another application has its hostname.
    pub is_shared: bool,
}

impl Tally {
    /// Counts applications that take an address, in their order, each a number and a hostname; `live` are the hostnames that have theirs,
    /// where every zone tells.
    pub fn new(takers: &[(usize, &Hostname)], live: Option<&BTreeSet<&Hostname>>) -> Tally {
        let is_live = |name: &Hostname| live.is_some_and(|live| live.contains(name));
        let mut seen: BTreeMap<&Hostname, usize> = BTreeMap::new();
        let mut new = 0;
        let mut standings = BTreeMap::new();
        for (index, hostname) in takers {
            let is_live = is_live(hostname);
            let standing =
                Standing { before: seen.len(), new_before: new, is_live, is_shared: false };
            standings.insert(*index, standing);
            let so_far = seen.entry(hostname).or_default();
            new += usize::from(*so_far == 0 && !is_live);
            *so_far += 1;
        }
        for (index, hostname) in takers {
            let is_shared = seen.get(hostname).is_some_and(|count| *count > 1);
            standings.entry(*index).and_modify(|standing| standing.is_shared = is_shared);
        }
        Tally { hostnames: seen.len(), live: live.map(|_| seen.len() - new), standings }
    }

    /// Where an application stands, by its number among the peers.
    pub fn standing(&self, index: usize) -> Option<Standing> {
        self.standings.get(&index).copied()
    }
}
