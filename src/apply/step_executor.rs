//! Carries one step out: writes down that it begins, makes the call, looks whether the answer is what was meant, writes down what is
//! true now.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::journal::{Beginning, Journal};
use super::report::Status;
use super::verified_calls::{Answered, Created, VerifiedCalls};
use crate::api::{ApiError, Client};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Effect, Intent, JournalEntry, StateChange};
use crate::model::{AppId, Live};
use crate::plan::{Call, Change, StateEffect, Work};
use crate::state::StoreError;

/// What a step is carried out with.
pub(super) struct StepExecutor<'a> {
    pub(super) calls: VerifiedCalls<'a>,
    pub(super) change: Cow<'a, Change>,
    /// The application from which the change takes values over.
    pub(super) taken_from: Option<Live>,
    /// The step's number in the journal.
    pub(super) number: u32,
    /// The number under which what was created too often is deleted.
    pub(super) number_of_doubles: u32,
    /// The application as an earlier step of the same change has read it.
    pub(super) prior: Option<&'a Live>,
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
    /// The application as it was read right before the first write of its change.
    pub(super) found: Option<Live>,
    /// Whether the live application was read right before the first write.
    pub(super) was_read: bool,
    /// When the step began.
    pub(super) began: Timestamp,
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
            found: None,
            was_read: false,
            began: Timestamp::now(),
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
            found: None,
            was_read: false,
            began: Timestamp::now(),
        }
    }
}

impl StepExecutor<'_> {
    /// Makes the call of a step.
    pub(super) async fn carry(mut self, call: Call) -> Result<Ended, StoreError> {
        let began = Timestamp::now();
        let found = match self.found(call).await {
            Ok(found) => found,
            Err(ended) => return Ok(Ended { was_read: true, began, ..*ended }),
        };
        if call == Call::Read {
            let done = Ended::done(self.change.app_id.clone(), 0);
            return Ok(Ended { found, was_read: self.is_read_first(call), began, ..done });
        }
        if let Some(from) = &self.taken_from {
            match self.change.taking_over(found.as_ref(), from) {
                Some(change) => self.change = Cow::Owned(change),
                None => {
                    let stale = self.stale("a value that it takes over");
                    return Ok(Ended { was_read: self.is_read_first(call), began, ..*stale });
                }
            }
        }
        let ended = self.call(call, found.as_ref()).await?;
        Ok(Ended { found, was_read: self.is_read_first(call), began, ..ended })
    }

    async fn call(&self, call: Call, found: Option<&Live>) -> Result<Ended, StoreError> {
        let effects = self.change.effects(call, found);
        match (call, self.change.work_for(found)) {
            (Call::Create, Work::Create { body } | Work::Replace { body, .. }) => {
                let intent = self.intent(Some(&body), effects);
                self.begin(None, intent).await?;
                match self.calls.create(&body).await {
                    Answered::Done(created, attempts) => self.created(created, attempts).await,
                    Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
                    Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
                }
            }
            (Call::Update, Work::Update { id, body }) => {
                let intent = self.change.intent(effects, &body, found);
                self.begin(Some(&id), intent).await?;
                let took_effect = |live: &Live| self.change.took_effect(live);
                match self.calls.update(&id, &body, took_effect).await {
                    Answered::Done(live, attempts) => self.written(live, attempts).await,
                    Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
                    Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
                }
            }
            (Call::Delete, Work::Delete { id } | Work::Replace { id, .. }) => {
                self.begin(Some(&id), self.intent(None, effects)).await?;
                self.delete(&id).await
            }
            _ => self.write_down(effects).await,
        }
    }

    async fn delete(&self, id: &AppId) -> Result<Ended, StoreError> {
        match self.calls.delete(id).await {
            Answered::Done((), attempts) => {
                self.journal().took_effect(self.number, id).await?;
                Ok(Ended::done(Some(id.clone()), attempts))
            }
            Answered::Refused(error, attempts) => self.refused(&error, attempts).await,
            Answered::Unknown(error, attempts) => Ok(self.unknown(&error, attempts)),
        }
    }

    /// What a create has made; what it has made too often is deleted.
    async fn created(&self, created: Created, attempts: u32) -> Result<Ended, StoreError> {
        let ended = self.written(created.live, attempts).await?;
        let (address, number) = (&self.change.address, self.number_of_doubles);
        match self.calls.remove_doubles(address, number, &created.doubles).await? {
            None => Ok(ended),
            Some((_, error)) => {
                let Ended { status, error, further, .. } = self.unknown(&error, attempts);
                Ok(Ended { status, error, further, ..ended })
            }
        }
    }

    fn journal(&self) -> Journal<'_> {
        self.calls.journal
    }

    fn api(&self) -> &Client {
        self.calls.api
    }

    /// A write that the API took: its answer, or where that shows something else a read, must be what was meant.
    async fn written(&self, live: Live, attempts: u32) -> Result<Ended, StoreError> {
        let id = live.id.clone();
        self.journal().took_effect(self.number, &id).await?;
        if self.is_as_meant(&live) {
            return Ok(Ended { has_written: true, ..Ended::done(Some(id), attempts) });
        }
        let seen = match self.api().app(&self.change.zone_id, &id).await {
            Ok(Some(seen)) => seen,
            _ => live,
        };
        if self.is_as_meant(&seen) {
            return Ok(Ended { has_written: true, ..Ended::done(Some(id), attempts) });
        }
        self.record_dropped(&id, &seen).await?;
        let failed =
            Ended::not_done(Status::Failed, Some(id), attempts, self.dropped_fields(&seen));
        Ok(Ended { has_written: true, ..failed })
    }

    /// Records what the API did not keep as it is, so that the next plan does not take it for somebody else's change.
    async fn record_dropped(&self, id: &AppId, seen: &Live) -> Result<(), StoreError> {
        let StateEffect::Keep(template) = &self.change.record else { return Ok(()) };
        let mut template = template.clone();
        for field in self.change.not_as_meant(&seen.spec) {
            match seen.spec.get(field) {
                Some(value) => template.fields.set(field, value.clone()),
                None => template.fields.remove(field),
            }
        }
        let (address, recorded) = (self.change.address.clone(), Box::new(template.with_id(id)));
        let edit = StateChange::Put { address, recorded };
        let Journal { store, token } = self.journal();
        store.append(token, &JournalEntry::Done { step: None, edit }).await
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

    fn intent(&self, body: Option<&Map<String, Json>>, effects: Vec<Effect>) -> Intent {
        Intent::new(self.change.zone_id.clone(), effects, body.cloned())
    }

    async fn begin(&self, app_id: Option<&AppId>, intent: Intent) -> Result<(), StoreError> {
        let (step, address) = (self.number, &self.change.address);
        let action = self.change.action.text();
        self.journal().begin(Beginning { step, address, action, app_id, intent }).await
    }

    async fn refused(&self, error: &ApiError, attempts: u32) -> Result<Ended, StoreError> {
        let (finding, further) = self.findings_of(error);
        let message = finding.refusal.as_ref().map(|refusal| refusal.message.clone());
        let why = message.unwrap_or_else(|| finding.summary.clone());
        self.journal().failed(self.number, Some(finding.code.clone()), why).await?;
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
        let mut findings = super::refusal::findings_of(&self.change, error);
        let first = findings.remove(0);
        (first, findings)
    }

    /// Writes down what is true although nothing is sent.
    async fn write_down(&self, effects: Vec<Effect>) -> Result<Ended, StoreError> {
        let app_id = self.change.app_id.clone();
        let now = Timestamp::now();
        for edit in effects.iter().filter_map(|effect| effect.change(app_id.as_ref(), now)) {
            let Journal { store, token } = self.journal();
            store.append(token, &JournalEntry::Done { step: None, edit }).await?;
        }
        Ok(Ended::done(app_id, 0))
    }
}
