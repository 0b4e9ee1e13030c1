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
use crate::ledger::{Effect, Intent, JournalEntry, StepStarted};
use crate::model::{AppId, Live};
use crate::plan::{Call, Change, Work};
use crate::state::{LockToken, Store, StoreError};

/// What a step is carried out with.
pub(super) struct StepExecutor<'a> {
    pub(super) api: &'a Client,
    pub(super) store: &'a Store,
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
    /// What else the API's answer says is wrong.
    pub(super) further: Vec<Finding>,
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
            further: Vec::new(),
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
            further: Vec::new(),
            has_written: false,
            is_about_credentials: false,
            work: None,
            was_read: false,
        }
    }
}

impl StepExecutor<'_> {
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
        let effects = self.change.effects(call, work);
        match (call, work) {
            (Call::Create, Work::Create { body } | Work::Replace { body, .. }) => {
                self.begin(None, Some(body), effects).await?;
                let answered = match self.prior {
                    Some(_) => self.calls().create_while_down(body).await,
                    None => self.calls().create(body).await,
                };
                self.end(answered).await
            }
            (Call::Update, Work::Update { id, body }) => {
                self.begin(Some(id), Some(body), effects).await?;
                let took_effect = |live: &Live| self.change.took_effect(live);
                self.end(self.calls().update(id, body, took_effect).await).await
            }
            (Call::Delete, Work::Delete { id } | Work::Replace { id, .. }) => {
                self.begin(Some(id), None, effects).await?;
                self.delete(id).await
            }
            _ => self.write_down(effects).await,
        }
    }

    fn calls(&self) -> VerifiedCalls<'_> {
        VerifiedCalls {
            api: self.api,
            store: self.store,
            token: self.token,
            zone: &self.change.zone_id,
            known: self.known,
            looks: self.looks,
        }
    }

    async fn end(&self, answered: Answered<Live>) -> Result<Ended, StoreError> {
        match answered {
            Answered::Done(live, attempts) => self.written(live, attempts).await,
            Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
            Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
        }
    }

    async fn delete(&self, id: &AppId) -> Result<Ended, StoreError> {
        match self.calls().delete(id).await {
            Answered::Done((), attempts) => {
                self.took_effect(id).await?;
                Ok(Ended::done(Some(id.clone()), attempts))
            }
            Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
            Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
        }
    }

    /// A write that the API took: its answer, or where that shows something else a read, must be what was meant.
    async fn written(&self, live: Live, attempts: u32) -> Result<Ended, StoreError> {
        let id = live.id.clone();
        self.took_effect(&id).await?;
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

    /// Writes down that the call is about to be made, and what it will have brought about; fails if the lock can no longer be relied
    /// on, and then no call is made.
    async fn begin(
        &self,
        app_id: Option<&AppId>,
        body: Option<&Map<String, Json>>,
        effects: Vec<Effect>,
    ) -> Result<(), StoreError> {
        let intent = Intent::new(self.change.zone_id.clone(), effects, body.cloned());
        let began = StepStarted {
            step: self.number,
            address: self.change.address.clone(),
            action: self.change.action.text().to_owned(),
            app_id: app_id.cloned(),
            body_hash: None,
            meant: Some(Box::new(intent)),
            at: Timestamp::now(),
        };
        self.store.append(self.token, &JournalEntry::StepStarted(began)).await?;
        self.store.trust(self.token)
    }

    /// Writes down that the call has taken effect.
    async fn took_effect(&self, id: &AppId) -> Result<(), StoreError> {
        let entry = JournalEntry::TookEffect {
            of_run: self.token.id(),
            step: self.number,
            app_id: id.clone(),
            at: Timestamp::now(),
        };
        self.store.append(self.token, &entry).await
    }

    async fn refused(&self, error: &ApiError, attempts: u32) -> Result<Ended, StoreError> {
        let (finding, further) = self.findings_of(error);
        let message = finding.refusal.as_ref().map(|refusal| refusal.message.clone());
        let entry = JournalEntry::Failed {
            step: self.number,
            code: Some(finding.code.clone()),
            why: message.unwrap_or_else(|| finding.summary.clone()),
        };
        self.store.append(self.token, &entry).await?;
        let ended = Ended::not_done(Status::Failed, self.change.app_id.clone(), attempts, finding);
        Ok(Ended { further, is_about_credentials: error.is_about_credentials(), ..ended })
    }

    /// The step stays open in the journal, so that the next run knows that the call may have taken effect.
    fn unknown(&self, error: &ApiError, attempts: u32) -> Ended {
        let (finding, further) = self.findings_of(error);
        let ended = Ended::not_done(Status::Unknown, self.change.app_id.clone(), attempts, finding);
        Ended { further, ..ended }
    }

    /// What a failure says of the change: the finding that explains it best, and the others.
    pub(super) fn findings_of(&self, error: &ApiError) -> (Finding, Vec<Finding>) {
        let mut findings = super::refusal::findings_of(self.change, error);
        let first = findings.remove(0);
        (first, findings)
    }

    /// Writes down what is true although nothing is sent.
    async fn write_down(&self, effects: Vec<Effect>) -> Result<Ended, StoreError> {
        let app_id = self.change.app_id.clone();
        let now = Timestamp::now();
        for edit in effects.iter().filter_map(|effect| effect.change(app_id.as_ref(), now)) {
            self.store.append(self.token, &JournalEntry::Done { step: None, edit }).await?;
        }
        Ok(Ended::done(app_id, 0))
    }
}
