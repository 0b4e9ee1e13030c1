//! What `doctor` says of the IPv4 quota: hostnames on Cloudflare's IPv4 addresses, counted in each zone that declares a quota of its own, and
//! over all zones of each account.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{Client, Zone};
use crate::config::Configuration;
use crate::model::{AccountId, Hostname, Live, Peer, Tier};
use crate::render::counted;
use crate::render::doctor::Check;

/// The hostnames of zones that take an IPv4 address, by the zone's name; none for a zone whose applications could not be read.
pub(super) type Hostnames = BTreeMap<String, Option<BTreeSet<Hostname>>>;

/// How many zones a line names.
const NAMED: usize = 8;

/// The hostnames of a zone that take an IPv4 address.
pub(super) fn hostnames(zone: &str, apps: &[Live]) -> BTreeSet<Hostname> {
    let peers = apps.iter().filter_map(|live| Peer::from_spec(String::new(), zone, &live.spec));
    peers.filter(|peer| peer.takes_ipv4).map(|peer| peer.hostname).collect()
}

/// Counts in each zone with a quota of its own, and over each account whose zones share one.
pub(super) async fn examine(
    api: &Client,
    configuration: &Configuration,
    zones: &[&Zone],
    read: &Hostnames,
    checks: &mut Vec<Check>,
) {
    let mut accounts: BTreeMap<&AccountId, Hostnames> = BTreeMap::new();
    for zone in zones {
        let own = configuration.zones.get(&zone.name).and_then(|zone| zone.ipv4_quota);
        let hostnames = read.get(&zone.name).cloned().flatten();
        if let (Some(quota), Some(used)) = (own, &hostnames) {
            checks.push(verdict(Some(quota), used.len(), &[]).of_zone(&zone.name));
        }
        if let Some(account) = &zone.account {
            accounts.entry(account).or_default().insert(zone.name.clone(), hostnames);
        }
    }
    for (account, mut read) in accounts {
        let unlisted = read_others(api, account, &mut read).await.err();
        let unread = read.iter().filter(|(_, hostnames)| hostnames.is_none());
        let unread: Vec<&str> = unread.map(|(name, _)| name.as_str()).chain(unlisted).collect();
        let used = read.values().flatten().map(BTreeSet::len).sum();
        let quota = configuration.ipv4_quota;
        let mut check = verdict(quota, used, &unread).of_account(account.as_str());
        check.subject = format!("IPv4 quota of account {account}");
        checks.push(check);
    }
}

/// Reads the zones that the configuration does not name; what is missing where they cannot be listed. Free zones have no Spectrum.
async fn read_others(
    api: &Client,
    account: &AccountId,
    read: &mut Hostnames,
) -> Result<(), &'static str> {
    let zones = api.zones_of(account).await.map_err(|_| "the list of the account's zones")?;
    let is_new = |zone: &Zone| zone.tier() != Some(Tier::Free) && !read.contains_key(&zone.name);
    for zone in zones.into_iter().filter(is_new).collect::<Vec<_>>() {
        let apps = api.list_apps(&zone.id).await.ok();
        let hostnames = apps.map(|apps| hostnames(&zone.name, &apps));
        read.insert(zone.name, hostnames);
    }
    Ok(())
}

/// How much is used; where a part was not read it is at least that much.
fn verdict(quota: Option<u32>, used: usize, unread: &[&str]) -> Check {
    let subject = "IPv4 quota";
    let hostnames = counted(used, "hostname");
    let Some(quota) = quota else {
        let known = match unread.is_empty() {
            true => format!("used by {hostnames}"),
            false => format!("used by at least {hostnames}; {}", could_not_be_read(unread)),
        };
        let undeclared = "`ipv4_quota` is not declared, so how many there may be is unknown";
        return Check::note(subject, format!("{known}; {undeclared}"));
    };
    match (used >= quota as usize, unread) {
        (true, _) => {
            Check::note(subject, format!("{used} of {quota} hostnames are used, so none is left"))
        }
        (false, []) => Check::ok(subject, format!("{used} of {quota} hostnames are used")),
        (false, unread) => Check::note(
            subject,
            format!("at least {used} of {quota} hostnames are used; {}", could_not_be_read(unread)),
        ),
    }
}

fn could_not_be_read(unread: &[&str]) -> String {
    let more = unread.len().saturating_sub(NAMED);
    let named = unread.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match more {
        0 => format!("{named} could not be read"),
        _ => format!("{named} and {more} more could not be read"),
    }
}
