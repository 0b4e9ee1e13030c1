//! `doctor`: whether everything is there that plan and apply need. Looks at each thing by itself, so that one that is missing hides no other,
//! and changes nothing: the state is only locked and released.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{account, permissions, quota, zones};
use crate::api::{ApiError, Client, TokenStatus, Zone};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::lock::{NotDone, with_lock};
use crate::cli::observe::state_warning;
use crate::cli::output::{Format, Output};
use crate::cli::session::{self, Session};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Condition, Snapshot};
use crate::model::AccountId;
use crate::plan;
use crate::render::counted;
use crate::render::doctor::{self, Check, Checkup};
use crate::state::{Store, StoreError};

/// Runs the command.
pub(in crate::cli) async fn run(context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human, Format::Json])?.wrapping();
    let checkup = examine(context, &Loaded::read(&context.files)).await?;
    let exit = if checkup.problems() == 0 { Exit::Done } else { Exit::Failed };
    output.end(exit, |format, style, out| match format {
        Format::Json => doctor::write_json_report(out, &checkup),
        _ => doctor::write(out, &checkup, style),
    })
}

async fn examine(context: &Context, loaded: &Loaded) -> Result<Checkup, Failure> {
    let mut checks = vec![check_configuration(loaded)];
    let learned = match session::store(context, loaded) {
        Ok(store) => check_state(&store, &mut checks).await?,
        Err(finding) => {
            checks.push(Check::problem("state", *finding));
            None
        }
    };
    match Session::open(context, loaded).await {
        Ok(session) => {
            check_api(&session, loaded, learned.as_ref(), &mut checks).await;
            session.close().await;
        }
        Err(finding) => checks.push(Check::problem("API", *finding).of_api()),
    }
    Ok(Checkup { simulated: context.is_simulated(), checks })
}

fn check_configuration(loaded: &Loaded) -> Check {
    let (zones, apps) = (loaded.configuration.zones.len(), loaded.configuration.apps().count());
    match loaded.validated().findings.into_iter().find(Finding::is_error) {
        None => Check::ok(
            "configuration",
            format!("{} in {}", counted(apps, "application"), counted(zones, "zone")),
        ),
        Some(first) => {
            let fix =
                format!("{}; `spectrumctl validate` shows everything that is wrong", first.fix);
            Check::problem("configuration", Finding { fix, ..first })
        }
    }
}

/// Reads the state, and proves by a lock that it can be written.
async fn check_state(store: &Store, checks: &mut Vec<Check>) -> Result<Option<Snapshot>, Failure> {
    let snapshot = match store.read().await {
        Ok(snapshot) => snapshot,
        Err(error) => {
            checks.push(Check::problem("state", error.to_finding()));
            return Ok(None);
        }
    };
    let (apps, serial) = (snapshot.state.apps.len(), snapshot.state.serial);
    checks.extend(match &snapshot.condition {
        Condition::Read => {
            Some(Check::ok("state", format!("{}, serial {serial}", counted(apps, "application"))))
        }
        Condition::Absent => {
            Some(Check::note("state", "there is none yet; the first apply writes it"))
        }
        Condition::Broken { .. } => {
            state_warning(&snapshot).map(|finding| Check::problem("state", finding))
        }
    });
    let lost = snapshot.state.pending_restore.values().filter_map(plan::restore::offer);
    checks.extend(lost.map(|lost| Check::problem("a failed replacement", lost)));
    checks.extend(check_in_flight(&snapshot));
    if snapshot.condition == Condition::Absent {
        // To take the lock is to create the place of the state.
        checks.push(Check::note("state's lock", "not tried, because there is no state yet"));
        return Ok(Some(snapshot));
    }
    checks.push(match with_lock(store, "doctor", Duration::ZERO, async |_| ()).await {
        Ok(((), Ok(()))) => Check::ok("state's lock", "taken and given back"),
        Err(NotDone::NotTaken(StoreError::Locked { holder, .. })) => {
            let who = holder.map_or_else(|| "another run".to_owned(), |holder| holder.to_string());
            Check::note("state's lock", format!("held by {who}"))
        }
        Ok(((), Err(error)))
        | Err(NotDone::NotTaken(error) | NotDone::Interrupted(Some(error))) => {
            Check::problem("state's lock", error.to_finding())
        }
        Err(interrupted) => return Err(interrupted.into()),
    });
    Ok(Some(snapshot))
}

/// What an earlier run has begun and not recorded as ended; none where every call has an end.
fn check_in_flight(snapshot: &Snapshot) -> Option<Check> {
    let addresses: BTreeSet<String> =
        snapshot.open_steps.iter().map(|open| open.began.address.to_string()).collect();
    let names = addresses.iter().cloned().collect::<Vec<_>>().join(", ");
    (!addresses.is_empty()).then(|| {
        Check::note(
            "calls in flight",
            format!(
                "a run that was killed left {names} open; the next apply finds out and records it"
            ),
        )
    })
}

async fn check_api(
    session: &Session,
    loaded: &Loaded,
    state: Option<&Snapshot>,
    checks: &mut Vec<Check>,
) {
    let found = zones::find(&session.api, &loaded.configuration).await;
    let account = found
        .iter()
        .filter_map(|(_, zone)| zone.as_ref().ok())
        .find_map(|zone| zone.account.clone());
    let account = account.or(loaded.configuration.account.clone());
    checks.push(check_token(&session.api, account.as_ref()).await.of_api());
    let hostnames = zones::examine(&session.api, &loaded.configuration, &found, checks).await;
    let zones: Vec<&Zone> = found.iter().filter_map(|(_, zone)| zone.as_ref().ok()).collect();
    quota::examine(&session.api, &loaded.configuration, &zones, &hostnames, checks).await;
    account::examine(&session.api, &loaded.configuration, &found, checks).await;
    permissions::examine(&session.api, &found, checks).await;
    checks.extend(state.map(account::check_cached_refusals));
}

/// Whether the token is active. One that belongs to an account is verified there.
async fn check_token(api: &Client, account: Option<&AccountId>) -> Check {
    let verified: Result<TokenStatus, ApiError> = match (api.verify_token().await, account) {
        (Ok(status), _) => Ok(status),
        (Err(error), Some(account)) => api.verify_account_token(account).await.map_err(|_| error),
        (Err(error), None) => Err(error),
    };
    match verified {
        Ok(status) if status.is_active() => {
            let until = status
                .expires_on
                .map_or_else(|| "does not expire".to_owned(), |when| format!("expires {when}"));
            Check::ok("token", format!("active, {until}"))
        }
        Ok(status) => Check::problem(
            "token",
            Finding::new(&codes::TOKEN_NOT_ACTIVE, format!("the API token is {}", status.status)),
        ),
        Err(error) => Check::problem("token", error.to_finding()),
    }
}
