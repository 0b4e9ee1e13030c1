//! From what was observed to a plan, checked with what preflight reads for it.

use std::sync::Arc;

use super::context::Context;
use super::failure::Failure;
use super::loaded::Loaded;
use super::observe::{Extent, Observed, observe};
use super::preflight;
use super::purpose::{CheckArgs, Purpose};
use super::session::Session;
use crate::api::Client;
use crate::plan::needs::needs;
use crate::plan::{self, Input, Plan, Policy};

/// A plan with what it was made from.
pub(super) struct Planned<'a> {
    pub(super) plan: Plan,
    pub(super) observed: Observed<'a>,
}

/// Reads the state and what is live, and plans.
pub(super) async fn plan<'a>(
    context: &Context,
    loaded: &'a Loaded,
    session: &Session,
    purpose: Purpose<'_>,
    checks: CheckArgs,
) -> Result<Planned<'a>, Failure> {
    let observed = observe(loaded, session, Extent::Everything).await?;
    let policy = Policy {
        expects_state: session.expects_state,
        state_place: Some(session.state_place.clone()),
        use_refusal_cache: !checks.no_learned,
        ..loaded.policy(context, purpose)?
    };
    must_match(&observed.input(&policy))?;
    let input = observed.input(&policy);
    let plan = match checks.no_preflight {
        true => plan::plan(&input),
        false => plan_with_preflight(&session.api, input).await,
    };
    Ok(Planned { plan, observed })
}

/// Refuses a selection of which a part matches nothing, and a replacement of what is not configured.
pub(super) fn must_match(input: &Input<'_>) -> Result<(), Failure> {
    let selection = input.policy.selection.as_ref();
    let said = selection
        .and_then(|selection| plan::unmatched(selection, input))
        .or_else(|| plan::unmatched_replacements(input));
    said.map_or(Ok(()), |said| Err(Failure::usage(said)))
}

/// The plan; where it writes anything, made again with what preflight reads for it. What is selected decides nothing about what is read.
pub async fn plan_with_preflight(api: &Arc<Client>, input: Input<'_>) -> Plan {
    let whole = Policy { selection: None, ..input.policy.clone() };
    let plan = plan::plan(&Input { policy: &whole, ..input });
    let needs = needs(&input, &plan);
    if needs.is_empty() {
        let is_whole = input.policy.selection.is_none();
        return if is_whole { plan } else { plan::plan(&input) };
    }
    let facts = preflight::read(api, &needs).await;
    plan::plan(&Input { facts: Some(&facts), ..input })
}
