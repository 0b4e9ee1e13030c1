//! Carries one step out: writes down that it begins, makes the call, looks whether the answer is what was meant, writes down what is
//! true now.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::report::Status;
use crate::api::{ApiError, Cloudflare, Deleted, Outcome};
use crate::diff;
use crate::finding::Finding;
use crate::model::{AppId, Live};
use crate::plan::{Action, Call, Change, Record, Template, Work};
use crate::state::{Began, Edit, Entry, LockToken, Store, StoreError};

/// The pauses before a create with an unknown outcome is looked for; lists can lag behind.
const LOOKS: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// What a step is carried out with.
pub(super) struct Carrier<'a, C, S> {
    pub(super) api: &'a C,
    pub(super) store: &'a S,
    pub(super) token: &'a LockToken,
    pub(super) change: &'a Change,
    pub(super) number: u32,
    /// The ids that were live when the plan was made, so that a create that is looked for is not taken for an older one.
    pub(super) known: &'a [AppId],
}

/// How a step ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: Status,
    pub(super) app_id: Option<AppId>,
    pub(super) attempts: u32,
    pub(super) error: Option<Box<Finding>>,
}

impl Ended {
    fn done(app_id: Option<AppId>, attempts: u32) -> Self {
        Ended { status: Status::Done, app_id, attempts, error: None }
    }

    fn not_done(status: Status, app_id: Option<AppId>, attempts: u32, finding: Finding) -> Self {
        Ended { status, app_id, attempts, error: Some(Box::new(finding)) }
    }
}

impl<C: Cloudflare, S: Store> Carrier<'_, C, S> {
    /// Makes the call of a step.
    pub(super) async fn carry(&self, call: Call) -> Result<Ended, StoreError> {
        match (call, &self.change.work) {
            (Call::Create, Work::Create { body } | Work::Replace { body, .. }) => self.create(body).await,
            (Call::Update, Work::Update { id, body }) => self.update(id, body).await,
            (Call::Delete, Work::Delete { id }) => self.delete(id, true).await,
            (Call::Delete, Work::Replace { id, .. }) => self.delete(id, false).await,
            _ => self.write_down(self.change.app_id.as_ref()).await.map(|()| Ended::done(self.change.app_id.clone(), 0)),
        }
    }

    async fn create(&self, body: &Map<String, Json>) -> Result<Ended, StoreError> {
        self.begin().await?;
        let mut attempts = 0;
        for last in [false, true] {
            attempts += 1;
            let error = match self.api.create(&self.change.zone_id, body).await {
                Ok(live) => return self.written(live, attempts).await,
                Err(error) if error.outcome() == Outcome::Refused => return self.refused(&error, attempts).await,
                Err(error) => error,
            };
            if let Some(live) = self.look_for_created().await {
                return self.written(live, attempts).await;
            }
            if last {
                return Ok(self.unknown(&error, attempts));
            }
        }
        Ok(Ended::done(None, attempts))
    }

    /// Looks in a short series for the application that a create may have made.
    async fn look_for_created(&self) -> Option<Live> {
        let identity = self.template()?.fields.identity()?;
        for pause in LOOKS {
            tokio::time::sleep(pause).await;
            let Ok(apps) = self.api.list_apps(&self.change.zone_id).await else { continue };
            let is_it = |live: &Live| live.shape.identity().as_ref() == Some(&identity) && !self.known.contains(&live.id);
            if let Some(live) = apps.into_iter().find(is_it) {
                return Some(live);
            }
        }
        None
    }

    async fn update(&self, id: &AppId, body: &Map<String, Json>) -> Result<Ended, StoreError> {
        self.begin().await?;
        match self.api.update(&self.change.zone_id, id, body).await {
            Ok(live) => self.written(live, 1).await,
            Err(error) if error.outcome() == Outcome::Refused => self.refused(&error, 1).await,
            Err(error) => match self.api.app(&self.change.zone_id, id).await {
                Ok(Some(live)) if self.is_as_meant(&live) => self.written(live, 1).await,
                _ => Ok(self.unknown(&error, 1)),
            },
        }
    }

    async fn delete(&self, id: &AppId, is_whole: bool) -> Result<Ended, StoreError> {
        self.begin().await?;
        let error = match self.api.delete(&self.change.zone_id, id).await {
            Ok(Deleted::Done | Deleted::AlreadyGone) => None,
            Err(error) if error.outcome() == Outcome::Refused => return self.refused(&error, 1).await,
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            let gone = matches!(self.api.app(&self.change.zone_id, id).await, Ok(None));
            if !gone {
                return Ok(self.unknown(&error, 1));
            }
        }
        if is_whole {
            self.write_down(Some(id)).await?;
        } else {
            let edit = Edit::Drop { address: self.change.address.clone(), released: None };
            self.store.append(self.token, &Entry::Done { step: Some(self.number), edit }).await?;
        }
        Ok(Ended::done(Some(id.clone()), 1))
    }

    /// A write that the API took: its answer, or where that shows something else a read, must be what was meant.
    async fn written(&self, live: Live, attempts: u32) -> Result<Ended, StoreError> {
        let id = live.id.clone();
        self.write_down(Some(&id)).await?;
        if self.is_as_meant(&live) {
            return Ok(Ended::done(Some(id), attempts));
        }
        let seen = match self.api.app(&self.change.zone_id, &id).await {
            Ok(Some(seen)) => seen,
            _ => live,
        };
        if self.is_as_meant(&seen) {
            return Ok(Ended::done(Some(id), attempts));
        }
        Ok(Ended::not_done(Status::Failed, Some(id), attempts, self.dropped_fields(&seen)))
    }

    fn template(&self) -> Option<&Template> {
        match &self.change.record {
            Record::Keep(template) => Some(template),
            Record::Drop { .. } | Record::Nothing => None,
        }
    }

    fn is_as_meant(&self, live: &Live) -> bool {
        self.template().is_none_or(|template| diff::between(&live.shape, &template.fields).is_empty())
    }

    fn dropped_fields(&self, live: &Live) -> Finding {
        let deltas = self.template().map(|template| diff::between(&live.shape, &template.fields)).unwrap_or_default();
        let paths: Vec<&str> = deltas.iter().map(|delta| delta.field.path()).collect();
        let summary = format!("the API took the {} but did not keep {}", self.change.action.text(), paths.join(", "));
        let why = "a field that the account may not use can be dropped without an error, and then has no effect";
        let fix = "check what the account and the zone's plan are entitled to, or remove the field from the configuration";
        Finding::error("dropped-field", summary, why, fix).about(&self.change.address).on(paths.first().copied().unwrap_or_default())
    }

    async fn begin(&self) -> Result<(), StoreError> {
        let began = Began {
            step: self.number,
            address: self.change.address.clone(),
            action: self.change.action.text().to_owned(),
            app_id: self.change.app_id.clone(),
            body_hash: None,
            at: Timestamp::now(),
        };
        self.store.append(self.token, &Entry::Began(began)).await
    }

    async fn refused(&self, error: &ApiError, attempts: u32) -> Result<Ended, StoreError> {
        let finding = self.finding_of(error);
        let entry = Entry::Failed { step: self.number, code: Some(finding.code.clone()), why: finding.summary.clone() };
        self.store.append(self.token, &entry).await?;
        Ok(Ended::not_done(Status::Failed, self.change.app_id.clone(), attempts.max(error.attempts), finding))
    }

    /// The step stays open in the journal, so that the next run knows that the call may have taken effect.
    fn unknown(&self, error: &ApiError, attempts: u32) -> Ended {
        Ended::not_done(Status::Unknown, self.change.app_id.clone(), attempts.max(error.attempts), self.finding_of(error))
    }

    fn finding_of(&self, error: &ApiError) -> Finding {
        super::refusal::finding_of(self.change, error)
    }

    /// Writes down what is true once the change is made.
    async fn write_down(&self, id: Option<&AppId>) -> Result<(), StoreError> {
        let address = self.change.address.clone();
        let done = |edit| Entry::Done { step: Some(self.number), edit };
        if let Some(from) = self.change.from.as_ref().filter(|_| self.change.vacates) {
            self.store
                .append(self.token, &Entry::Done { step: None, edit: Edit::Move { from: from.clone(), to: address.clone() } })
                .await?;
        }
        match (&self.change.record, id) {
            (Record::Keep(template), Some(id)) => {
                let recorded = Box::new(template.with_id(id));
                self.store.append(self.token, &done(Edit::Put { address, recorded })).await
            }
            (Record::Drop { released }, _) => {
                let released = (*released && self.change.action == Action::Forget).then(Timestamp::now);
                self.store.append(self.token, &done(Edit::Drop { address, released })).await
            }
            (Record::Keep(_) | Record::Nothing, _) => {
                let step = self.number;
                self.store.append(self.token, &Entry::Settled { of_run: self.token.id(), step }).await
            }
        }
    }
}
