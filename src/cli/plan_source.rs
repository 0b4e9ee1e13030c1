//! The plan that `apply` carries out: a fresh one, with the digest that was approved or without; a saved one; or the one that restores
//! an application.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::loaded::Loaded;
use super::observe::{Extent, Observed, observe};
use super::planning::{self, Planned};
use super::purpose::{CheckArgs, Purpose};
use super::redaction;
use super::session::Session;
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{State, StateChange};
use crate::model::Address;
use crate::plan::ownership::check_place;
use crate::plan::recover;
use crate::plan::restore::restore;
use crate::plan::saved::{Saved, SavedZone};
use crate::plan::{Plan, Policy, StatePlace, Verdict};

/// Where the plan comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum PlanSource<'a> {
    /// It is made now, and must be one that was approved.
    Configuration { purpose: Purpose<'a>, checks: CheckArgs, approved: &'a Approved },
    /// It was saved.
    Saved(&'a Saved),
    /// It creates an application again that was deleted for a replacement.
    Restore(&'a Address),
}

/// Which plans were approved before they were made.
#[derive(Debug, Clone)]
pub(super) enum Approved {
    /// Whatever is planned; a question may still be asked.
    Anything,
    /// Those with one of these digests.
    Digests(Vec<String>),
}

/// A plan to be applied.
pub(super) struct Prepared<'a> {
    pub(super) plan: Plan,
    pub(super) observed: Observed<'a>,
    /// Why it is not what was approved; empty when it is.
    pub(super) stale: Vec<Finding>,
    /// What is noted in the state before anything is done.
    pub(super) edits: Vec<StateChange>,
}

impl<'a> Prepared<'a> {
    fn new(mut plan: Plan, observed: Observed<'a>) -> Prepared<'a> {
        plan.known.extend(observed.live_ids());
        Prepared { plan, observed, stale: Vec::new(), edits: Vec::new() }
    }
}

/// The plan, and what was observed for it.
pub(super) async fn prepare<'a>(
    context: &Context,
    loaded: &'a Loaded,
    session: &Session,
    source: PlanSource<'_>,
) -> Result<Prepared<'a>, Failure> {
    match source {
        PlanSource::Saved(saved) => from_file(context, loaded, session, saved).await,
        PlanSource::Restore(address) => from_backup(context, loaded, session, address).await,
        PlanSource::Configuration { purpose, checks, approved } => {
            let Planned { plan, observed } =
                planning::plan(context, loaded, session, purpose, checks).await?;
            let stale = other_digest(approved, &plan);
            let owner = owner_news(loaded, &observed.recorded.state);
            let location = location_news(&session.state_place, &observed.recorded.state);
            let edits = owner.into_iter().chain(location).collect();
            let prepared = Prepared::new(plan, observed);
            Ok(Prepared { stale: stale.into_iter().collect(), edits, ..prepared })
        }
    }
}

/// Whose the state is: of the first configuration that is applied, and of one that has every application that is recorded.
pub(super) fn owner_news(loaded: &Loaded, state: &State) -> Option<StateChange> {
    let name = loaded.owner().filter(|name| state.owner.as_ref() != Some(name))?;
    let has = |address: &Address| loaded.configuration.app(address).is_some();
    (state.owner.is_none() || state.apps.keys().all(has)).then_some(StateChange::Owner { name })
}

/// Where the state is kept from this apply on, if it was elsewhere.
fn location_news(place: &StatePlace, state: &State) -> Option<StateChange> {
    let is_known = place.is(state.location.as_ref());
    (!is_known).then(|| StateChange::Location { url: place.url().cloned() })
}

fn other_digest(approved: &Approved, plan: &Plan) -> Option<Finding> {
    let Approved::Digests(digests) = approved else { return None };
    if digests.contains(&plan.digest) {
        return None;
    }
    Some(match digests.as_slice() {
        [] => Finding::new(&codes::STALE_DIGEST, "no plan was approved")
            .why("only a plan that somebody has seen is applied"),
        digests => {
            let (found, approved) = (&plan.digest, digests.join(" or "));
            let summary =
                format!("the plan is not the approved one: its digest is {found}, not {approved}");
            Finding::new(&codes::STALE_DIGEST, summary)
        }
    })
}

async fn from_file<'a>(
    context: &Context,
    loaded: &'a Loaded,
    session: &Session,
    saved: &Saved,
) -> Result<Prepared<'a>, Failure> {
    let mut prepared = read(loaded, session, &saved.zones, saved.plan()).await?;
    let observed = &prepared.observed;
    let simulated = context.is_simulated();
    prepared.stale = match observed.recorded.state.plans.get(&saved.id) {
        Some(at) => vec![applied_before(at)],
        None => {
            let elsewhere =
                (saved.simulated != simulated).then(|| made_elsewhere(saved, simulated));
            let (recorded, place) = (&observed.recorded, &session.state_place);
            saved.stale(recorded, &observed.zones, place).into_iter().chain(elsewhere).collect()
        }
    };
    if prepared.plan.verdict.unread {
        prepared.stale.clear();
    }
    prepared.plan.simulated = simulated;
    let location = location_news(&session.state_place, &prepared.observed.recorded.state);
    let applied = StateChange::Planned { plan: saved.id, at: Timestamp::now() };
    prepared.edits = location.into_iter().chain([applied]).collect();
    Ok(prepared)
}

fn made_elsewhere(saved: &Saved, simulated: bool) -> Finding {
    let text = |simulated: bool| if simulated { "a simulator" } else { "Cloudflare" };
    let summary = format!(
        "the plan was made against {}, and this run is against {}",
        text(saved.simulated),
        text(simulated)
    );
    Finding::new(&codes::STALE_PLAN, summary)
        .why("the simulator and Cloudflare have different applications")
        .fix("plan again, and give --sim to both commands or to none")
}

fn applied_before(at: &Timestamp) -> Finding {
    let summary = format!("the plan was applied at {at}");
    Finding::new(&codes::STALE_PLAN, summary)
        .why("a plan is applied once; the next plan has what this one could not do")
        .fix("run `spectrumctl plan` again")
}

async fn from_backup<'a>(
    context: &Context,
    loaded: &'a Loaded,
    session: &Session,
    address: &Address,
) -> Result<Prepared<'a>, Failure> {
    let snapshot = session.store.read().await?;
    let zones: BTreeMap<String, SavedZone> = snapshot
        .zones_of(address)
        .into_iter()
        .map(|(name, id)| (name, SavedZone { id, account: None }))
        .collect();
    let nothing = Plan::refused(Vec::new(), Verdict::default(), context.is_simulated());
    let mut prepared = read(loaded, session, &zones, nothing).await?;
    let observed = &mut prepared.observed;
    if !prepared.plan.verdict.unread {
        let state_place = Some(session.state_place.clone());
        let policy = Policy { state_place, ..loaded.policy(context, Purpose::Configured)? };
        let state = &observed.recorded.state;
        let moved = check_place(&policy, state);
        if let Some(refusal) = moved.as_ref().filter(|finding| finding.is_error()) {
            return Err(Failure::new(Exit::Guarded, vec![refusal.clone()]));
        }
        prepared.edits.extend(location_news(&session.state_place, state));
        let open = std::mem::take(&mut prepared.plan.findings);
        prepared.plan = restore(&observed.recorded, address, &observed.zones, &policy)
            .map_err(|finding| Failure::new(Exit::Findings, vec![*finding]))?;
        prepared.plan.findings.extend(open.into_iter().chain(moved));
    }
    // The zone was read for this one application, so nothing is noted of the others.
    observed.zones.clear();
    Ok(prepared)
}

/// Reads the state and these zones for a plan that was made otherwise.
async fn read<'a>(
    loaded: &'a Loaded,
    session: &Session,
    zones: &BTreeMap<String, SavedZone>,
    mut plan: Plan,
) -> Result<Prepared<'a>, Failure> {
    redaction::collect_plan(&plan);
    let mut observed = observe(loaded, session, Extent::Only(zones)).await?;
    let is_waiting = recover::waiting(&observed.recorded, &observed.zones).next().is_some();
    plan.verdict.unread = is_waiting || !observed.unread.is_empty();
    plan.complete = !plan.verdict.unread;
    plan.findings.extend(observed.unread.drain(..).map(|unread| unread.finding));
    plan.findings.extend(recover::open_steps(&observed.recorded, &observed.zones));
    Ok(Prepared::new(plan, observed))
}
