//! Carries one step out: writes down that it begins, makes the call, looks whether the answer is what was meant, writes down what is
//! true now.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::report::Status;
use super::verified_calls::{Answered, VerifiedCalls};
use crate::api::{ApiError, Client};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Intent, JournalEntry, StateChange, StepStarted};
use crate::model::{AppId, Backup, Live};
use crate::plan::{Action, Call, Change, StateEffect, Template, Work};
use crate::state::{LockToken, Store, StoreError};

/// What a step is carried out with.
pub(super) struct StepExecutor<'a, S> {
    pub(super) api: &'a Client,
    pub(super) store: &'a S,
    pub(super) token: &'a LockToken,
    pub(super) change: &'a Change,
    pub(super) number: u32,
    pub(super) known: &'a [AppId],
    pub(super) looks: &'a [Duration],
    /// The calls as the delete of a replacement has found them to be made.
    pub(super) prior: Option<&'a Work>,
}

/// How a step ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: Status,
    pub(super) app_id: Option<AppId>,
    pub(super) attempts: u32,
    pub(super) error: Option<Box<Finding>>,
    /// Whether the application exists as the step wrote it, perhaps without a field that the API dropped.
    pub(super) has_written: bool,
    /// Whether the credentials were refused, so that every further call would be refused as well.
    pub(super) is_about_credentials: bool,
    /// The calls of the change for the application as it was read right before the first write.
    pub(super) work: Option<Work>,
    /// Whether the live application was read right before the first write.
    pub(super) was_read: bool,
}

impl Ended {
    fn done(app_id: Option<AppId>, attempts: u32) -> Self {
        Ended {
            status: Status::Done,
            app_id,
            attempts,
            error: None,
            has_written: false,
            is_about_credentials: false,
            work: None,
            was_read: false,
        }
    }

    /// An end that is not the one that was meant.
    pub(super) fn not_done(
        status: Status,
        app_id: Option<AppId>,
        attempts: u32,
        finding: Finding,
    ) -> Self {
        Ended {
            status,
            app_id,
            attempts,
            error: Some(Box::new(finding)),
            has_written: false,
            is_about_credentials: false,
            work: None,
            was_read: false,
        }
    }
}

impl<S: Store> StepExecutor<'_, S> {
    /// Makes the call of a step.
    pub(super) async fn carry(&self, call: Call) -> Result<Ended, StoreError> {
        let work = match self.current_work(call).await {
            Ok(work) => work,
            Err(ended) => return Ok(Ended { was_read: true, ..*ended }),
        };
        let ended = self.call(call, &work).await?;
        Ok(Ended { work: Some(work), was_read: self.is_read_first(call), ..ended })
    }

    async fn call(&self, call: Call, work: &Work) -> Result<Ended, StoreError> {
        match (call, work) {
            (Call::Create, Work::Create { body } | Work::Replace { body, .. }) => {
                self.create(body).await
            }
            (Call::Update, Work::Update { id, body }) => self.update(id, body).await,
            (Call::Delete, Work::Delete { id }) => self.delete(id, None).await,
            (Call::Delete, Work::Replace { id, former, .. }) => self.delete(id, Some(former)).await,
            _ => self
                .write_down(self.change.app_id.as_ref())
                .await
                .map(|()| Ended::done(self.change.app_id.clone(), 0)),
        }
    }

    fn calls(&self) -> VerifiedCalls<'_, S> {
        VerifiedCalls {
            api: self.api,
            store: self.store,
            token: self.token,
            zone: &self.change.zone_id,
            known: self.known,
            looks: self.looks,
        }
    }

    async fn create(&self, body: &Map<String, Json>) -> Result<Ended, StoreError> {
        let nobody = AppId::from_api("");
        self.begin(None, self.template().map(|template| template.with_id(&nobody)), None).await?;
        match self.calls().create(body).await {
            Answered::Done(live, attempts) => self.written(live, attempts).await,
            Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
            Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
        }
    }

    async fn update(&self, id: &AppId, body: &Map<String, Json>) -> Result<Ended, StoreError> {
        self.begin(Some(id), self.template().map(|template| template.with_id(id)), None).await?;
        match self.calls().update(id, body, |live| self.change.took_effect(live)).await {
            Answered::Done(live, attempts) => self.written(live, attempts).await,
            Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
            Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
        }
    }

    /// Deletes. What is deleted for a replacement is kept in the state until something stands in its place.
    async fn delete(&self, id: &AppId, former: Option<&Backup>) -> Result<Ended, StoreError> {
        self.begin(Some(id), None, former.cloned()).await?;
        let attempts = match self.calls().delete(id).await {
            Answered::Done((), attempts) => attempts,
            Answered::Refused(error, attempts) => return self.refused(&error, attempts).await,
            Answered::Unknown(error, attempts) => return Ok(self.unknown(&error, attempts)),
        };
        match former {
            None => self.write_down(Some(id)).await?,
            Some(former) => {
                self.write_move().await?;
                let edit = StateChange::Lost {
                    address: self.change.address.clone(),
                    former: Some(Box::new(former.clone())),
                };
                self.store
                    .append(self.token, &JournalEntry::Done { step: Some(self.number), edit })
                    .await?;
            }
        }
        Ok(Ended::done(Some(id.clone()), attempts))
    }

    /// A write that the API took: its answer, or where that shows something else a read, must be what was meant.
    async fn written(&self, live: Live, attempts: u32) -> Result<Ended, StoreError> {
        let id = live.id.clone();
        self.write_down(Some(&id)).await?;
        if self.is_as_meant(&live) {
            return Ok(Ended { has_written: true, ..Ended::done(Some(id), attempts) });
        }
        let seen = match self.api.app(&self.change.zone_id, &id).await {
            Ok(Some(seen)) => seen,
            _ => live,
        };
        if self.is_as_meant(&seen) {
            return Ok(Ended { has_written: true, ..Ended::done(Some(id), attempts) });
        }
        let failed =
            Ended::not_done(Status::Failed, Some(id), attempts, self.dropped_fields(&seen));
        Ok(Ended { has_written: true, ..failed })
    }

    fn template(&self) -> Option<&Template> {
        match &self.change.record {
            StateEffect::Keep(template) => Some(template),
            StateEffect::Drop { .. } | StateEffect::Nothing => None,
        }
    }

    fn is_as_meant(&self, live: &Live) -> bool {
        self.change.not_as_meant(&live.spec).is_empty()
    }

    fn dropped_fields(&self, live: &Live) -> Finding {
        let fields = self.change.not_as_meant(&live.spec);
        let paths: Vec<&str> = fields.iter().map(|field| field.path()).collect();
        let summary = format!(
            "the API accepted the {} but dropped {}",
            self.change.action.text(),
            paths.join(", ")
        );
        Finding::new(&codes::DROPPED_FIELD, summary)
            .about(&self.change.address)
            .on(paths.first().copied().unwrap_or_default())
    }

    /// Writes down that the call is about to be made; fails if the lock can no longer be relied on, and then no call is made.
    async fn begin(
        &self,
        app_id: Option<&AppId>,
        recorded: Option<crate::model::Recorded>,
        former: Option<Backup>,
    ) -> Result<(), StoreError> {
        let began = StepStarted {
            step: self.number,
            address: self.change.address.clone(),
            action: self.change.action.text().to_owned(),
            app_id: app_id.cloned(),
            body_hash: None,
            meant: Some(Box::new(Intent {
                zone_id: self.change.zone_id.clone(),
                recorded,
                former,
            })),
            at: Timestamp::now(),
        };
        self.store.append(self.token, &JournalEntry::StepStarted(began)).await?;
        self.store.trust(self.token)
    }

    async fn refused(&self, error: &ApiError, attempts: u32) -> Result<Ended, StoreError> {
        let finding = self.finding_of(error);
        let entry = JournalEntry::Failed {
            step: self.number,
            code: Some(finding.code.clone()),
            why: finding.summary.clone(),
        };
        self.store.append(self.token, &entry).await?;
        let ended = Ended::not_done(Status::Failed, self.change.app_id.clone(), attempts, finding);
        Ok(Ended { is_about_credentials: error.is_about_credentials(), ..ended })
    }

    /// The step stays open in the journal, so that the next run knows that the call may have taken effect.
    fn unknown(&self, error: &ApiError, attempts: u32) -> Ended {
        Ended::not_done(
            Status::Unknown,
            self.change.app_id.clone(),
            attempts,
            self.finding_of(error),
        )
    }

    pub(super) fn finding_of(&self, error: &ApiError) -> Finding {
        super::refusal::finding_of(self.change, error)
    }

    async fn write_move(&self) -> Result<(), StoreError> {
        let Some(from) = self.change.from.as_ref().filter(|_| self.change.vacates) else {
            return Ok(());
        };
        let edit = StateChange::Move { from: from.clone(), to: self.change.address.clone() };
        self.store.append(self.token, &JournalEntry::Done { step: None, edit }).await
    }

    /// Writes down what is true once the change is made.
    async fn write_down(&self, id: Option<&AppId>) -> Result<(), StoreError> {
        let address = self.change.address.clone();
        let done = |edit| JournalEntry::Done { step: Some(self.number), edit };
        self.write_move().await?;
        match (&self.change.record, id) {
            (StateEffect::Keep(template), Some(id)) => {
                let recorded = Box::new(template.with_id(id));
                self.store.append(self.token, &done(StateChange::Put { address, recorded })).await
            }
            (StateEffect::Drop { released }, _) => {
                let released =
                    (*released && self.change.action == Action::Forget).then(Timestamp::now);
                self.store.append(self.token, &done(StateChange::Drop { address, released })).await
            }
            (StateEffect::Nothing, Some(_)) if self.change.action == Action::Create => {
                self.store
                    .append(self.token, &done(StateChange::Lost { address, former: None }))
                    .await
            }
            (StateEffect::Keep(_) | StateEffect::Nothing, _) => {
                let step = self.number;
                self.store
                    .append(self.token, &JournalEntry::Settled { of_run: self.token.id(), step })
                    .await
            }
        }
    }
}
