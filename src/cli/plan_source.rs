//! The plan that `apply` carries out: a fresh one, with the digest that was approved or without; a saved one; or the one that brings an
//! application back.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::apply::Orders;
use super::args::Global;
use super::planning::{self, Loaded, Planned, Purpose};
use super::recovering;
use super::refresh::{Refreshed, refresh_zones};
use super::session::{self, Session};
use crate::finding::Finding;
use crate::ledger::StateChange;
use crate::model::{Address, AppId};
use crate::plan::recover::recover;
use crate::plan::restore::restore;
use crate::plan::saved::{Saved, SavedZone};
use crate::plan::{LiveZone, Plan, Verdict};
use crate::state::Store;

/// A plan to be carried out.
pub(super) struct PlanSource {
    pub(super) planned: Planned,
    /// Why it is not what was approved; empty when it is.
    pub(super) stale: Vec<Finding>,
    /// What is noted in the state before anything is done.
    pub(super) edits: Vec<StateChange>,
}

/// The plan.
pub(super) async fn planned(
    global: &Global,
    loaded: &Loaded,
    session: &Session,
    orders: &Orders,
    saved: Option<&Saved>,
) -> Result<PlanSource, Box<Finding>> {
    match (saved, &orders.restore) {
        (Some(saved), _) => of_saved(global, session, saved).await,
        (None, Some(address)) => of_lost(global, loaded, session, address).await,
        (None, None) => {
            let planned =
                planning::plan(global, loaded, session, orders.purpose, orders.checks).await?;
            let stale = orders
                .approve
                .as_deref()
                .and_then(|digest| of_other_digest(digest, &planned.plan))
                .into_iter()
                .collect();
            let edits = no_longer_wanted(loaded, &planned);
            Ok(PlanSource { planned, stale, edits })
        }
    }
}

/// What was deleted for a replacement is no longer offered once the configuration does not have it either.
fn no_longer_wanted(loaded: &Loaded, planned: &Planned) -> Vec<StateChange> {
    let is_wanted =
        |address: &&Address| loaded.configuration.apps().any(|app| app.address == **address);
    let addresses = planned.remembered.lost.keys().filter(|address| !is_wanted(address));
    addresses.map(|address| StateChange::Lost { address: address.clone(), former: None }).collect()
}

fn of_other_digest(approved: &str, plan: &Plan) -> Option<Finding> {
    (approved.trim() != plan.digest).then(|| {
        let summary = format!("the plan is not the one that was approved: its digest is {}, not {}", plan.digest, approved.trim());
        let why = "the configuration, the state or what is live has changed since, so that something else would be done";
        Finding::error("stale-digest", summary, why, "look at the plan shown here, and approve its digest")
    })
}

async fn of_saved(
    global: &Global,
    session: &Session,
    saved: &Saved,
) -> Result<PlanSource, Box<Finding>> {
    let plan = saved.plan();
    let mut planned = read(session, &saved.zones, plan).await?;
    let mut stale = saved.stale(&planned.remembered, &planned.zones);
    if saved.simulated != global.sim.is_some() {
        let of = |simulated: bool| if simulated { "a simulator" } else { "Cloudflare" };
        let summary = format!(
            "the plan was made against {}, and this run is against {}",
            of(saved.simulated),
            of(global.sim.is_some())
        );
        let why = "what is live in one says nothing of the other";
        stale.push(Finding::error(
            "stale-plan",
            summary,
            why,
            "plan again, and name --sim for both or for none",
        ));
    }
    if let Some(at) = planned.snapshot.state.plans.get(&saved.id) {
        let why = "a plan is carried out once; what it could not do is in the next plan";
        stale = vec![Finding::error(
            "stale-plan",
            format!("the plan was carried out at {at}"),
            why,
            "plan again",
        )];
    }
    if planned.plan.verdict.unread {
        stale.clear();
    }
    planned.plan.simulated = global.sim.is_some();
    let edits = vec![StateChange::Planned { plan: saved.id, at: Timestamp::now() }];
    Ok(PlanSource { planned, stale, edits })
}

async fn of_lost(
    global: &Global,
    loaded: &Loaded,
    session: &Session,
    address: &Address,
) -> Result<PlanSource, Box<Finding>> {
    let snapshot = session.store.read().await.map_err(|error| Box::new(error.to_finding()))?;
    let open = recovering::in_flight_calls(&snapshot);
    let of_address =
        open.iter().filter(|open| open.address == *address).map(|open| open.zone_id.clone());
    let zone_ids = snapshot
        .state
        .lost
        .get(address)
        .map(|former| former.zone_id.clone())
        .into_iter()
        .chain(of_address);
    let zones: BTreeMap<String, SavedZone> =
        zone_ids.map(|id| (address.zone.clone(), SavedZone { id, account: None })).collect();
    let simulated = global.sim.is_some();
    let mut planned =
        read(session, &zones, Plan::refused(Vec::new(), Verdict::default(), simulated)).await?;
    if !planned.plan.verdict.unread {
        planned.plan = restore(
            &planned.remembered,
            address,
            &planned.zones,
            &loaded.policy(global, Purpose::Configured),
        )?;
    }
    // The zones were read for this one application, so that nothing is noted of the others.
    planned.zones.clear();
    Ok(PlanSource { planned, stale: Vec::new(), edits: Vec::new() })
}

/// Reads the state and these zones for a plan that was made otherwise.
async fn read(
    session: &Session,
    zones: &BTreeMap<String, SavedZone>,
    mut plan: Plan,
) -> Result<Planned, Box<Finding>> {
    let snapshot = session.store.read().await.map_err(|error| Box::new(error.to_finding()))?;
    let mut remembered = session::remembered(&snapshot, Timestamp::now());
    let Refreshed { zones, unread } = refresh_zones(&session.api, zones, &remembered).await;
    let settled = recover(&mut remembered, &recovering::in_flight_calls(&snapshot), &zones);
    plan.verdict.unread = !unread.is_empty();
    plan.complete = unread.is_empty();
    plan.findings.extend(unread.into_iter().map(|unread| unread.finding));
    Ok(Planned { plan, known: ids(&zones), zones, snapshot, remembered, settled })
}

fn ids(zones: &[LiveZone]) -> Vec<AppId> {
    zones.iter().flat_map(|zone| &zone.apps).map(|live| live.id.clone()).collect()
}
