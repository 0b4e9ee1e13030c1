//! Carries a request to the world and the answer back, and lets go wrong on the way what the script says.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json};

use super::fault::{Effect, Script, StaleFor};
use super::message::{Request, Response};
use super::refusal::Refusal;
use super::world::{Duplicates, World};

/// A script with what it remembers.
#[derive(Debug, Default)]
pub(super) struct FaultInjector {
    script: Script,
    stale: Option<Stale>,
}

/// The world as lists go on showing it.
#[derive(Debug)]
struct Stale {
    world: World,
    until: Option<Timestamp>,
    lists: Option<u32>,
}

/// What comes back.
#[derive(Debug)]
pub(super) struct Carried {
    /// How long it takes.
    pub(super) delay: Duration,
    /// The answer; none when the connection is to be cut.
    pub(super) response: Option<Response>,
}

impl FaultInjector {
    /// Carries by this script.
    pub(super) fn new(script: Script) -> Self {
        FaultInjector { script, stale: None }
    }

    /// Carries one request.
    pub(super) fn carry(
        &mut self,
        world: &mut World,
        request: &Request,
        now: Timestamp,
    ) -> Carried {
        let effects = self.script.decide(&request.method, &request.path);
        let delay = effects
            .iter()
            .map(|effect| if let Effect::Delay(delay) = effect { *delay } else { 0 })
            .sum();
        let delay = Duration::from_millis(delay);
        if effects.contains(&Effect::ResetBeforeCommit) {
            return Carried { delay, response: None };
        }
        for effect in &effects {
            self.remember(effect, world, now);
        }
        if let Some(mut response) = effects.iter().find_map(|effect| instead(effect, false)) {
            response.headers.push(("CF-Ray".to_owned(), world.next_ray()));
            return Carried { delay, response: Some(response) };
        }
        let mut request = request.clone();
        effects.iter().for_each(|effect| forget_field(effect, &mut request));
        let usual = world.duplicates;
        if effects.contains(&Effect::AcceptDuplicate) {
            world.duplicates = Duplicates::Accept;
        }
        let mut response = self.ask(world, &request, now);
        world.duplicates = usual;
        for effect in &effects {
            spoil(effect, &mut response);
        }
        if let Some(other) = effects.iter().find_map(|effect| instead(effect, true)) {
            let headers = std::mem::take(&mut response.headers);
            response = other;
            response.headers.extend(headers);
        }
        let cut = effects.contains(&Effect::ResetAfterCommit);
        Carried { delay, response: (!cut).then_some(response) }
    }

    /// Keeps the world as it is now, if lists are to go on showing it.
    fn remember(&mut self, effect: &Effect, world: &World, now: Timestamp) {
        if let Effect::StaleList(stale) = effect {
            let (until, lists) = match stale {
                StaleFor::Seconds(seconds) => {
                    (now.checked_add(SignedDuration::from_secs(i64::from(*seconds))).ok(), None)
                }
                StaleFor::Lists(lists) => (None, Some(*lists)),
            };
            self.stale = Some(Stale { world: world.clone(), until, lists });
        }
    }

    fn ask(&mut self, world: &mut World, request: &Request, now: Timestamp) -> Response {
        if let Some(stale) = self.stale.as_mut().filter(|_| request.is_app_list()) {
            let in_time = stale.until.is_none_or(|until| now < until) && stale.lists != Some(0);
            stale.lists = stale.lists.map(|left| left.saturating_sub(1));
            if in_time {
                return stale.world.answer(request, now);
            }
            self.stale = None;
        }
        world.answer(request, now)
    }
}

/// What is answered in place of the world's answer, after the request was carried out or without.
fn instead(effect: &Effect, carried_out: bool) -> Option<Response> {
    match effect {
        Effect::Status { status, retry_after, committed } if *committed == carried_out => {
            Some(Response::new(Err(Refusal::scripted(*status, *retry_after))))
        }
        Effect::Refuse { status, code, message, retry_after, committed }
            if *committed == carried_out =>
        {
            Some(Response::new(Err(Refusal::of_code(*status, *code, message, *retry_after))))
        }
        Effect::Html { status, committed } if *committed == carried_out => {
            Some(Response::page(*status, "Bad gateway"))
        }
        _ => None,
    }
}

/// Takes a field out of the body of a request.
fn forget_field(effect: &Effect, request: &mut Request) {
    if let Effect::IgnoreField(name) = effect
        && let Ok(Json::Object(mut body)) = serde_json::from_slice(&request.body)
    {
        body.remove(name);
        request.body = Json::Object(body).to_string().into_bytes();
    }
}

/// Changes the body of an answer.
fn spoil(effect: &Effect, response: &mut Response) {
    match effect {
        Effect::EmptyBody => response.body.clear(),
        Effect::TruncatedJson => response.body.truncate(response.body.len() / 2),
        Effect::ShortPage => on_list(response, |items| items.truncate(items.len() / 2)),
        Effect::Reorder => on_list(response, |items| items.reverse()),
        Effect::DropField(name) => on_apps(response, |app| {
            app.remove(name);
        }),
        _ => {}
    }
}

fn on_list(response: &mut Response, change: impl Fn(&mut Vec<Json>)) {
    on_result(response, |result| {
        if let Json::Array(items) = result {
            change(items);
        }
    });
}

fn on_apps(response: &mut Response, change: impl Fn(&mut Map<String, Json>)) {
    on_result(response, |result| match result {
        Json::Array(items) => items.iter_mut().filter_map(Json::as_object_mut).for_each(&change),
        Json::Object(app) => change(app),
        _ => {}
    });
}

fn on_result(response: &mut Response, change: impl Fn(&mut Json)) {
    if let Ok(mut envelope) = serde_json::from_slice::<Json>(&response.body)
        && let Some(result) = envelope.get_mut("result")
    {
        change(result);
        response.body = envelope.to_string().into_bytes();
    }
}
