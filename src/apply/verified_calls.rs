//! The writing calls, each carried to an end that is known, where that can be had: an answer that got lost is looked for, never
//! blindly repeated.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::journal::{Beginning, Journal};
use super::patience::{Again, Patience};
use crate::api::{ApiError, Client, Deleted, Outcome};
use crate::ledger::Intent;
use crate::model::{Address, AppId, Live, ZoneId};
use crate::plan::claim::Claim;
use crate::state::StoreError;

/// How a call ended, with the number of times it was made.
pub(super) enum Answered<T> {
    /// It took effect.
    Done(T, u32),
    /// It surely had no effect.
    Refused(ApiError, u32),
    /// It may have taken effect.
    Unknown(ApiError, u32),
}

/// What a create has made.
pub(super) struct Created {
    pub(super) live: Live,
    /// What it has made beside it, when it was sent several times.
    pub(super) doubles: Vec<AppId>,
}

/// What looking for a created application gave.
enum Sighting {
    Found(Box<Created>),
    Absent,
    /// No list could be had, or an application has the hostname and ports that is not provably ours, so nothing is known.
    Unclear,
}

/// Makes the calls of one zone.
#[derive(Clone, Copy)]
pub(super) struct VerifiedCalls<'a> {
    pub(super) api: &'a Client,
    pub(super) journal: Journal<'a>,
    pub(super) zone: &'a ZoneId,
    /// The ids that were live when the plan was made, so that a create that is looked for is not taken for an older one.
    pub(super) known: &'a BTreeSet<AppId>,
    /// The pauses before a create with an unknown outcome is looked for; lists can lag behind.
    pub(super) looks: &'a [Duration],
    /// How long a call is made again, where an application is down meanwhile.
    pub(super) patience: Option<Patience>,
}

impl<'a> VerifiedCalls<'a> {
    /// The same in another zone.
    pub(super) fn in_zone<'b>(&self, zone: &'b ZoneId) -> VerifiedCalls<'b>
    where
        'a: 'b,
    {
        VerifiedCalls { zone, ..*self }
    }

    /// Creates an application. What has no known outcome is looked for; what is not found is sent once more, and while an application
    /// is down for as long as the patience lasts.
    pub(super) async fn create(&self, body: &Map<String, Json>) -> Answered<Created> {
        let claim = Claim::new(body, self.known, Timestamp::now());
        let (mut attempts, mut again) = (0, Again::new(self.patience));
        // Whether an earlier call may have created it.
        let mut may_exist = false;
        loop {
            let error = match self.api.create(self.zone, body).await {
                Ok(live) if may_exist => {
                    return match self.doubles(&live.id, &claim).await {
                        Ok(doubles) => Answered::Done(Created { live, doubles }, attempts + 1),
                        Err(error) => Answered::Unknown(error, attempts + 1),
                    };
                }
                Ok(live) => {
                    return Answered::Done(Created { live, doubles: Vec::new() }, attempts + 1);
                }
                Err(error) => error,
            };
            attempts += error.attempts.max(1);
            let is_refused = error.outcome() == Outcome::Refused;
            may_exist |= !is_refused;
            // A second create that is refused may have met the first one, which no list has shown so far.
            let sighting = match may_exist {
                true => self.look_patiently(&claim, &mut again).await,
                false => Sighting::Absent,
            };
            let goes_on = match sighting {
                Sighting::Found(created) => return Answered::Done(*created, attempts),
                Sighting::Unclear => return Answered::Unknown(error, attempts),
                Sighting::Absent if is_refused => may_pass(&error) && again.wait_while_down().await,
                Sighting::Absent => again.wait().await,
            };
            match goes_on && self.journal.may_repeat() {
                true => {}
                false if is_refused => return Answered::Refused(error, attempts),
                false => return Answered::Unknown(error, attempts),
            }
        }
    }

    /// What an earlier call has made after all, beside the application that a repeated one has made. As long as lists may lag behind
    /// it is looked for; `Err` if no list could be had, so that nothing is known.
    async fn doubles(&self, stays: &AppId, claim: &Claim<'_>) -> Result<Vec<AppId>, ApiError> {
        let mut seen = Ok(Vec::new());
        for pause in self.looks {
            tokio::time::sleep(*pause).await;
            seen = match (self.api.list_apps(self.zone).await, seen) {
                (Ok(apps), _) => Ok(claim.doubles(&apps, stays)),
                (Err(_), Ok(doubles)) if !doubles.is_empty() => Ok(doubles),
                (Err(error), _) => Err(error),
            };
            if seen.as_ref().is_ok_and(|doubles| !doubles.is_empty()) {
                break;
            }
        }
        seen
    }

    /// Deletes what a create has made too often; each delete is written down before it is made. Gives the failure that ended it, and what
    /// was not deleted.
    pub(super) async fn remove_doubles(
        &self,
        address: &Address,
        number: u32,
        doubles: &[AppId],
    ) -> Result<Option<(AppId, ApiError)>, StoreError> {
        for double in doubles {
            let intent = Intent::new(self.zone.clone(), Vec::new(), None);
            let (step, app_id) = (number, Some(double));
            let beginning = Beginning { step, address, action: "delete", app_id, intent };
            self.journal.begin(beginning).await?;
            match self.delete(double).await {
                Answered::Done((), _) => self.journal.took_effect(step, double).await?,
                Answered::Refused(error, _) => {
                    self.journal.failed(step, None, error.to_string()).await?;
                    return Ok(Some((double.clone(), error)));
                }
                Answered::Unknown(error, _) => return Ok(Some((double.clone(), error))),
            }
        }
        Ok(None)
    }

    async fn look_patiently(&self, claim: &Claim<'_>, again: &mut Again) -> Sighting {
        loop {
            match self.look_for(claim).await {
                Sighting::Unclear if again.wait_while_down().await => {}
                sighting => return sighting,
            }
        }
    }

    /// Looks in a short series for the application that a create may have made.
    async fn look_for(&self, claim: &Claim<'_>) -> Sighting {
        let mut seen = Sighting::Unclear;
        for pause in self.looks {
            tokio::time::sleep(*pause).await;
            let Ok(apps) = self.api.list_apps(self.zone).await else { continue };
            if let Some(live) = apps.iter().find(|live| claim.has_made(live)) {
                let doubles = claim.doubles(&apps, &live.id);
                return Sighting::Found(Box::new(Created { live: live.clone(), doubles }));
            }
            let is_taken = apps.iter().any(|live| claim.is_candidate(live));
            seen = if is_taken { Sighting::Unclear } else { Sighting::Absent };
        }
        seen
    }

    /// What an earlier create without a known outcome has made, if it shows.
    pub(super) async fn created_after_all(
        &self,
        body: &Map<String, Json>,
        began: Timestamp,
    ) -> Option<Created> {
        let claim = Claim::new(body, self.known, began);
        match self.look_for(&claim).await {
            Sighting::Found(created) => Some(*created),
            Sighting::Absent | Sighting::Unclear => None,
        }
    }

    /// Replaces the configuration of an application. What has no known outcome is read back; what has not taken effect is sent once more,
    /// which is safe, because a `PUT` made twice is the same.
    pub(super) async fn update(
        &self,
        id: &AppId,
        body: &Map<String, Json>,
        is_as_meant: impl Fn(&Live) -> bool,
    ) -> Answered<Live> {
        let (mut attempts, mut again) = (0, Again::new(self.patience));
        loop {
            let error = match self.api.update(self.zone, id, body).await {
                Ok(live) => return Answered::Done(live, attempts + 1),
                Err(error) => error,
            };
            attempts += error.attempts.max(1);
            if error.outcome() == Outcome::Refused {
                return Answered::Refused(error, attempts);
            }
            match self.api.app(self.zone, id).await {
                Ok(Some(live)) if is_as_meant(&live) => return Answered::Done(live, attempts),
                Ok(Some(_)) if again.wait().await && self.journal.may_repeat() => {}
                _ => return Answered::Unknown(error, attempts),
            }
        }
    }

    /// Deletes an application; one that is gone is deleted. What has no known outcome is looked at, and sent once more if it is still there.
    pub(super) async fn delete(&self, id: &AppId) -> Answered<()> {
        let (mut attempts, mut again) = (0, Again::new(self.patience));
        loop {
            let error = match self.api.delete(self.zone, id).await {
                Ok(Deleted::Done | Deleted::AlreadyGone) => {
                    return Answered::Done((), attempts + 1);
                }
                Err(error) => error,
            };
            attempts += error.attempts.max(1);
            if error.outcome() == Outcome::Refused {
                let goes_on = may_pass(&error) && again.wait_while_down().await;
                match goes_on && self.journal.may_repeat() {
                    true => continue,
                    false => return Answered::Refused(error, attempts),
                }
            }
            let goes_on = match self.api.app(self.zone, id).await {
                Ok(None) => return Answered::Done((), attempts),
                Ok(Some(_)) => again.wait().await,
                Err(_) => again.wait_while_down().await,
            };
            if !(goes_on && self.journal.may_repeat()) {
                return Answered::Unknown(error, attempts);
            }
        }
    }
}

/// Whether a refusal is about the moment and not about the call: a rate limit, or a connection that did not come about.
fn may_pass(error: &ApiError) -> bool {
    error.http_status.is_none() || error.http_status == Some(429)
}
