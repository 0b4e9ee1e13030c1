//! From what was observed to a plan, checked with what preflight reads for it.

use super::context::Context;
use super::failure::Failure;
use super::loaded::Loaded;
use super::observe::{Extent, Observed, observe};
use super::preflight;
use super::purpose::{CheckArgs, Purpose};
use super::session::Session;
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
    purpose: Purpose,
    checks: CheckArgs,
) -> Result<Planned<'a>, Failure> {
    let observed = observe(loaded, session, Extent::Everything).await?;
    let policy = Policy {
        expects_state: session.expects_state,
        use_refusal_cache: !checks.no_learned,
        ..loaded.policy(context, purpose)?
    };
    must_match(&observed.input(&policy))?;
    let plan = checked(session, observed.input(&policy), checks).await;
    Ok(Planned { plan, observed })
}

/// Refuses a selection of which a part matches nothing.
pub(super) fn must_match(input: &Input<'_>) -> Result<(), Failure> {
    let said =
        input.policy.selection.as_ref().and_then(|selection| plan::unmatched(selection, input));
    said.map_or(Ok(()), |said| Err(Failure::usage(said)))
}

/// The plan; where it writes anything, made again with what preflight reads for it. What is selected decides nothing about what is read.
async fn checked(session: &Session, input: Input<'_>, checks: CheckArgs) -> Plan {
    let whole = Policy { selection: None, ..input.policy.clone() };
    let needs = needs(&input, &plan::plan(&Input { policy: &whole, ..input }));
    if checks.no_preflight || needs.is_empty() {
        return plan::plan(&input);
    }
    let facts = preflight::read(&session.api, &needs).await;
    plan::plan(&Input { facts: Some(&facts), ..input })
}
