//! The way back of a group whose create was refused: what it has created is deleted, and what it has deleted is created again.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::group::Member;
use super::verified_calls::{Answered, VerifiedCalls};
use crate::api::Client;
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Effect, Intent, JournalEntry, StepStarted};
use crate::model::{Address, AppId, Backup};
use crate::plan::Plan;
use crate::state::{LockToken, Store, StoreError};

/// What the way back is gone with.
pub(super) struct Undoing<'a> {
    pub(super) api: &'a Client,
    pub(super) store: &'a Store,
    pub(super) token: &'a LockToken,
    pub(super) known: &'a [AppId],
    pub(super) looks: &'a [Duration],
    /// The plan, which says what each way back brings about.
    pub(super) plan: &'a Plan,
    /// The number of the next step; these follow those of the plan.
    pub(super) number: u32,
}

/// What became of a member.
#[derive(Debug)]
pub(super) struct Returned {
    pub(super) change: usize,
    /// The id under which it is back; none if it is not.
    pub(super) app_id: Option<AppId>,
}

impl Undoing<'_> {
    /// Undoes a group. `bodies` are those of the creates, by which one without a known outcome is looked for.
    pub(super) async fn undo(
        &mut self,
        members: Vec<(Member, Map<String, Json>)>,
    ) -> Result<Vec<Returned>, StoreError> {
        let mut cleared = Vec::new();
        for (member, body) in members {
            let is_clear = self.clear(&member, &body).await?;
            cleared.push((member, is_clear));
        }
        let mut returned = Vec::new();
        for (member, is_clear) in cleared {
            let app_id = if is_clear { self.bring_back(&member).await? } else { None };
            returned.push(Returned { change: member.change, app_id });
        }
        Ok(returned)
    }

    fn calls<'b>(&'b self, backup: &'b Backup) -> VerifiedCalls<'b> {
        VerifiedCalls {
            api: self.api,
            store: self.store,
            token: self.token,
            zone: &backup.zone_id,
            known: self.known,
            looks: self.looks,
        }
    }

    /// Removes what was created in a member's place; says whether its place is free.
    async fn clear(
        &mut self,
        member: &Member,
        body: &Map<String, Json>,
    ) -> Result<bool, StoreError> {
        let created = match &member.created {
            Some(id) => Some(id.clone()),
            None if member.is_unknown => {
                self.calls(&member.backup).created_after_all(body).await.map(|live| live.id)
            }
            None => return Ok(true),
        };
        // A create that may still arrive would stand beside what is brought back.
        let Some(id) = created else { return Ok(false) };
        let effects = self.plan.changes[member.change].offered(&member.backup);
        let step = self.begin(member, Some(&id), None, effects).await?;
        match self.calls(&member.backup).delete(&id).await {
            Answered::Done((), _) => self.took_effect(step, &id).await.map(|()| true),
            Answered::Refused(error, _) => {
                self.failed(step, &error.to_string()).await.map(|()| false)
            }
            Answered::Unknown(..) => Ok(false),
        }
    }

    /// Creates a member again as it was; gives its new id.
    async fn bring_back(&mut self, member: &Member) -> Result<Option<AppId>, StoreError> {
        let (change, body) = (&self.plan.changes[member.change], &member.backup.body);
        let effects = change.restored(&member.backup);
        let step = self.begin(member, None, Some(body.clone()), effects).await?;
        match self.calls(&member.backup).create(body).await {
            Answered::Done(live, _) => {
                self.took_effect(step, &live.id).await.map(|()| Some(live.id))
            }
            Answered::Refused(error, _) => {
                self.failed(step, &error.to_string()).await.map(|()| None)
            }
            Answered::Unknown(..) => Ok(None),
        }
    }

    async fn begin(
        &mut self,
        member: &Member,
        app_id: Option<&AppId>,
        sent: Option<Map<String, Json>>,
        effects: Vec<Effect>,
    ) -> Result<u32, StoreError> {
        let step = self.number;
        self.number += 1;
        let began = StepStarted {
            step,
            address: self.plan.changes[member.change].address.clone(),
            action: if app_id.is_some() { "delete" } else { "create" }.to_owned(),
            app_id: app_id.cloned(),
            body_hash: None,
            meant: Some(Box::new(Intent::new(member.backup.zone_id.clone(), effects, sent))),
            at: Timestamp::now(),
        };
        self.store.append(self.token, &JournalEntry::StepStarted(began)).await?;
        Ok(step)
    }

    async fn took_effect(&self, step: u32, id: &AppId) -> Result<(), StoreError> {
        let entry = JournalEntry::TookEffect {
            of_run: self.token.id(),
            step,
            app_id: id.clone(),
            at: Timestamp::now(),
        };
        self.store.append(self.token, &entry).await
    }

    async fn failed(&self, step: u32, why: &str) -> Result<(), StoreError> {
        self.store
            .append(self.token, &JournalEntry::Failed { step, code: None, why: why.to_owned() })
            .await
    }
}

/// What is said of a replacement that was undone, with the application that was created again, or without it.
pub(super) fn undone(address: &Address, created_again: Option<&AppId>) -> Finding {
    let summary = format!("the replacement of {address} was undone");
    if created_again.is_some() {
        return Finding::new(&codes::TAKEN_BACK, summary);
    }
    let summary = format!("{summary}, and its former application could not be created again");
    Finding::new(&codes::TAKEN_BACK, summary).fix(format!(
        "run `spectrumctl apply --restore {address}`, correct the application that was refused, and run \
         `spectrumctl apply` again"
    ))
}
