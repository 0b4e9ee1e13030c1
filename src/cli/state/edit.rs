//! `state mv`, `rm`, `unlock` and `forget-learned`: changes what is known, and nothing that is live.

use jiff::Timestamp;
use uuid::Uuid;

use super::access::{StateAccess, look_at_list, must_match, readable, refused};
use crate::cli::failure::Failure;
use crate::ledger::{Condition, StateChange};
use crate::model::Address;
use crate::model::facts::CachedRefusal;
use crate::plan::Pattern;
use crate::render::counted;

impl StateAccess<'_> {
    pub(super) async fn mv(&self, from: &Address, to: &Address) -> Result<(), Failure> {
        self.change("state mv", async |snapshot| {
            let mut state = readable(snapshot)?;
            let Some(moved) = state.apps.get(from) else {
                return Err(refused(
                    &format!("the state has no application {from}"),
                    &look_at_list(&from.to_string(), &state),
                ));
            };
            if state.apps.contains_key(to) {
                return Err(refused(
                    &format!("the state already has an application {to}"),
                    "move or remove that one first",
                ));
            }
            let other_zone = state.zones.get(&to.zone).is_some_and(|zone| zone.id != moved.zone_id);
            if other_zone || (from.zone != to.zone && !state.zones.contains_key(&to.zone)) {
                let summary = format!(
                    "{from} lives in the zone {}, and an application cannot change its zone",
                    moved.zone_id
                );
                return Err(refused(&summary, "choose an address of its own zone"));
            }
            state.apply(&StateChange::Move { from: from.clone(), to: to.clone(), id: None });
            Ok((state, ()))
        })
        .await?;
        self.say(format_args!("{from} is {to} now."))
    }

    /// Lets go alive what matches. The tombstones keep it from ever being deleted as unmanaged.
    pub(super) async fn rm(&self, pattern: &Pattern) -> Result<(), Failure> {
        let gone = self
            .change("state rm", async |snapshot| {
                let mut state = readable(snapshot)?;
                must_match(pattern, &state)?;
                let matched = state
                    .apps
                    .iter()
                    .filter(|(address, recorded)| pattern.names(address, &recorded.labels));
                let gone: Vec<Address> = matched.map(|(address, _)| address.clone()).collect();
                let released = Some(Timestamp::now());
                gone.iter().for_each(|address| {
                    state.apply(&StateChange::Drop { address: address.clone(), released })
                });
                Ok((state, gone))
            })
            .await?;
        let lines: Vec<String> = gone
            .iter()
            .map(|address| format!("{address} is no longer managed and keeps running."))
            .collect();
        self.say(lines.join("\n"))
    }

    pub(super) async fn unlock(&self, id: Uuid) -> Result<(), Failure> {
        if self.store.unlock(id).await? {
            return self.say(format_args!("The lock {id} is gone."));
        }
        Err(refused(
            &format!("the state is not locked by {id}"),
            "the refusal of the run that waits shows the id, which changes with each run",
        ))
    }

    /// Forgets cached refusals. That there are none is what was asked for, so nothing is written and it is no failure.
    pub(super) async fn forget_learned(&self, code: Option<&str>) -> Result<(), Failure> {
        let is_meant = |refusal: &CachedRefusal| code.is_none_or(|code| refusal.code == code);
        let snapshot = self.store.read().await?;
        let is_known = matches!(snapshot.condition, Condition::Read | Condition::Absent);
        if is_known && !snapshot.state.learned.iter().any(is_meant) {
            let of = code.map_or_else(String::new, |code| format!(" of {code}"));
            return self.say(format_args!("No refusal{of} is cached. Nothing was changed."));
        }
        let forgotten = self
            .change("state forget-learned", async |snapshot| {
                let mut state = readable(snapshot)?;
                let before = state.learned.len();
                state.learned.retain(|refusal| !is_meant(refusal));
                let forgotten = before - state.learned.len();
                Ok((state, forgotten))
            })
            .await?;
        self.say(format_args!("Forgot {}.", counted(forgotten, "refusal")))
    }
}
