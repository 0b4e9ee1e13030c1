//! The zones that the token sees, listed once where that is fewer calls than a look-up of each zone that a run needs.

use std::collections::BTreeMap;

use crate::api::{Client, Zone};
use crate::model::{AccountId, ZoneId};

/// From how many zones on the list is asked for.
const FROM: usize = 5;

/// The zones that were listed; none where they were not. A zone that is not here is looked up by itself: it may exist all the same.
#[derive(Debug, Default)]
pub(super) struct Directory {
    by_id: BTreeMap<ZoneId, Zone>,
    by_name: BTreeMap<String, Vec<ZoneId>>,
}

impl Directory {
    /// Lists the zones, if that can be fewer calls than so many look-ups. A list that cannot be had is no error, because each zone is
    /// looked up then, and what is wrong is told of each.
    pub(super) async fn read(api: &Client, wanted: usize) -> Directory {
        if wanted < FROM {
            return Directory::default();
        }
        let listed = api.zones(wanted as u64).await;
        Directory::new(listed.ok().flatten().unwrap_or_default())
    }

    fn new(zones: Vec<Zone>) -> Directory {
        let mut directory = Directory::default();
        for zone in zones {
            let name = zone.name.trim_end_matches('.').to_owned();
            directory.by_name.entry(name).or_default().push(zone.id.clone());
            directory.by_id.insert(zone.id.clone(), zone);
        }
        directory
    }

    /// The zone of an id, else the only one of a name, in an account if one is given.
    pub(super) fn find(
        &self,
        name: &str,
        id: Option<&ZoneId>,
        account: Option<&AccountId>,
    ) -> Option<Zone> {
        if let Some(id) = id {
            return self.by_id.get(id).cloned();
        }
        let named = self.by_name.get(name)?.iter().filter_map(|id| self.by_id.get(id));
        let is_in_account = |zone: &&Zone| {
            account.is_none() || zone.account.is_none() || zone.account.as_ref() == account
        };
        let mut found = named.filter(is_in_account);
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(id: &str, name: &str, account: &str) -> Zone {
        let account = Some(AccountId::from_api(account));
        let (id, name) = (ZoneId::from_api(id), name.to_owned());
        Zone { id, name, status: None, account, plan: Default::default() }
    }

    #[test]
    fn only_what_the_list_decides_is_found_in_it() {
        let listed =
            [zone("1", "a.example", "x"), zone("2", "b.example", "x"), zone("3", "b.example", "y")];
        let directory = Directory::new(listed.to_vec());
        let found = |name, id: Option<&str>, account: Option<&str>| {
            let (id, account) = (id.map(ZoneId::from_api), account.map(AccountId::from_api));
            directory.find(name, id.as_ref(), account.as_ref()).map(|zone| zone.id.to_string())
        };
        assert_eq!(found("a.example", None, None).as_deref(), Some("1"));
        assert_eq!(found("a.example", Some("3"), None).as_deref(), Some("3"), "the id decides");
        assert_eq!(
            found("a.example", Some("4"), None),
            None,
            "an id that the list lacks is looked up"
        );
        assert_eq!(found("a.example", None, Some("y")), None);
        assert_eq!(found("b.example", None, None), None, "two zones have this name");
        assert_eq!(found("b.example", None, Some("y")).as_deref(), Some("3"));
        assert_eq!(found("c.example", None, None), None);
    }
}
