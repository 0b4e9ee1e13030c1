//! The writing calls, each carried to an end that is known, where that can be had: an answer that got lost is looked for, never
//! blindly repeated.

use std::time::Duration;

use serde_json::{Map, Value as Json};

use crate::api::{ApiError, Client, Deleted, Outcome};
use crate::diff;
use crate::model::live::spec_of;
use crate::model::{AppId, Live, Spec, ZoneId};
use crate::state::{LockToken, Store};

/// How a call ended, with the number of times it was made.
pub(super) enum Answered<T> {
    /// It took effect.
    Done(T, u32),
    /// It surely had no effect.
    Refused(ApiError, u32),
    /// It may have taken effect.
    Unknown(ApiError, u32),
}

/// What looking for a created application gave.
enum Sighting {
    Found(Box<Live>),
    Absent,
    /// No list could be had, so that nothing is known.
    Unseen,
}

/// How often the limit of a call is waited for while an application is down.
const ROUNDS_WHILE_DOWN: u32 = 3;

/// Makes the calls of one zone.
pub(super) struct VerifiedCalls<'a> {
    pub(super) api: &'a Client,
    /// The state whose lock must still be held when a call is repeated.
    pub(super) store: &'a Store,
    pub(super) token: &'a LockToken,
    pub(super) zone: &'a ZoneId,
    /// The ids that were live when the plan was made, so that a create that is looked for is not taken for an older one.
    pub(super) known: &'a [AppId],
    /// The pauses before a create with an unknown outcome is looked for; lists can lag behind.
    pub(super) looks: &'a [Duration],
}

impl VerifiedCalls<'_> {
    /// Whether a call may be repeated: looking took time, and the lock may have run out meanwhile.
    fn may_repeat(&self) -> bool {
        self.store.trust(self.token).is_ok()
    }

    /// Creates what takes the place of an application that is gone: while it is down, a rate limit is waited for longer than otherwise.
    pub(super) async fn create_while_down(&self, body: &Map<String, Json>) -> Answered<Live> {
        let mut earlier = 0;
        for _ in 1..ROUNDS_WHILE_DOWN {
            match self.create(body).await {
                Answered::Refused(error, attempts)
                    if error.http_status == Some(429) && self.may_repeat() =>
                {
                    earlier += attempts;
                }
                Answered::Done(live, attempts) => return Answered::Done(live, earlier + attempts),
                other => return other,
            }
        }
        self.create(body).await
    }

    /// Creates an application. What has no known outcome is looked for; what is not found is sent once more.
    pub(super) async fn create(&self, body: &Map<String, Json>) -> Answered<Live> {
        let spec = spec_of(body);
        let mut attempts = 0;
        let mut is_second = false;
        loop {
            let error = match self.api.create(self.zone, body).await {
                Ok(live) if is_second => {
                    return self.without_a_double(live, &spec, attempts + 1).await;
                }
                Ok(live) => return Answered::Done(live, attempts + 1),
                Err(error) => error,
            };
            attempts += error.attempts.max(1);
            let refused = error.outcome() == Outcome::Refused;
            if refused && !is_second {
                return Answered::Refused(error, attempts);
            }
            // A second create that is refused may have met the first one, which no list has shown so far.
            match self.look_for(&spec).await {
                Sighting::Found(live) => return Answered::Done(*live, attempts),
                Sighting::Absent if is_second && refused => {
                    return Answered::Refused(error, attempts);
                }
                Sighting::Absent if !is_second && self.may_repeat() => {}
                Sighting::Absent | Sighting::Unseen => return Answered::Unknown(error, attempts),
            }
            is_second = true;
        }
    }

    /// The application that the second create made; if the first one shows up after all, that one is deleted, so that none is left over.
    async fn without_a_double(&self, live: Live, spec: &Spec, attempts: u32) -> Answered<Live> {
        let Ok(apps) = self.api.list_apps(self.zone).await else {
            return Answered::Done(live, attempts);
        };
        let is_double = |other: &&Live| {
            other.id != live.id && !self.known.contains(&other.id) && is_same(other, spec)
        };
        if let Some(double) = apps.iter().find(is_double)
            && let Err(error) = self.api.delete(self.zone, &double.id).await
        {
            return Answered::Unknown(error, attempts);
        }
        Answered::Done(live, attempts)
    }

    /// Looks in a short series for the application that a create may have made.
    async fn look_for(&self, spec: &Spec) -> Sighting {
        let Some(identity) = spec.identity() else { return Sighting::Unseen };
        let mut seen = Sighting::Unseen;
        for pause in self.looks {
            tokio::time::sleep(*pause).await;
            let Ok(apps) = self.api.list_apps(self.zone).await else { continue };
            let is_it = |live: &Live| {
                live.spec.identity().as_ref() == Some(&identity) && !self.known.contains(&live.id)
            };
            if let Some(live) = apps.into_iter().find(is_it) {
                return Sighting::Found(Box::new(live));
            }
            seen = Sighting::Absent;
        }
        seen
    }

    /// The application that an earlier create without a known outcome has made, if it shows.
    pub(super) async fn created_after_all(&self, body: &Map<String, Json>) -> Option<Live> {
        match self.look_for(&spec_of(body)).await {
            Sighting::Found(live) => Some(*live),
            Sighting::Absent | Sighting::Unseen => None,
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
        let mut attempts = 0;
        let mut is_second = false;
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
                Ok(Some(_)) if !is_second && self.may_repeat() => {}
                _ => return Answered::Unknown(error, attempts),
            }
            is_second = true;
        }
    }

    /// Deletes an application; one that is gone is deleted. What has no known outcome is looked at, and sent once more if it is still there.
    pub(super) async fn delete(&self, id: &AppId) -> Answered<()> {
        let mut attempts = 0;
        let mut is_second = false;
        loop {
            let error = match self.api.delete(self.zone, id).await {
                Ok(Deleted::Done | Deleted::AlreadyGone) => {
                    return Answered::Done((), attempts + 1);
                }
                Err(error) => error,
            };
            attempts += error.attempts.max(1);
            if error.outcome() == Outcome::Refused {
                return Answered::Refused(error, attempts);
            }
            match self.api.app(self.zone, id).await {
                Ok(None) => return Answered::Done((), attempts),
                Ok(Some(_)) if !is_second && self.may_repeat() => {}
                _ => return Answered::Unknown(error, attempts),
            }
            is_second = true;
        }
    }
}

fn is_same(live: &Live, spec: &Spec) -> bool {
    live.spec.identity() == spec.identity() && diff::between(&live.spec, spec).is_empty()
}
