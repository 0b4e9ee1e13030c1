//! From a request to an answer: who calls, which endpoint, what it answers.

use jiff::Timestamp;

use super::access::{Caller, Left};
use super::audit;
use super::message::{Answer, Request, Response};
use super::refusal::{BAD_CONTENT_TYPE, NOT_COVERED, NOT_PERMITTED, Refusal};
use super::route::{Endpoint, no_route};
use super::world::World;

/// The types of a body that the API takes (*observed* in its refusals).
const CONTENT_TYPES: [&str; 2] = ["application/json", "multipart/form-data"];

impl World {
    /// Answers a request. Every answer, a refusal too, has the headers that Cloudflare sends; those
    /// of the rate limit are left out where there is none.
    pub fn answer(&mut self, request: &Request, now: Timestamp) -> Response {
        let ray = self.next_ray();
        let mut left = None;
        let outcome = self.handle(request, now, &ray, &mut left);
        let mut response = Response::new(outcome);
        response.headers.push(("CF-Ray".to_owned(), ray));
        if let Some(limit) = self.rate_limit {
            let full = Left { requests: limit.requests, seconds: limit.window_seconds.into() };
            let Left { requests, seconds } = left.unwrap_or(full);
            let left = format!("\"default\";r={requests};t={seconds}");
            let policy = format!("\"burst\";q={};w={}", limit.requests, limit.window_seconds);
            response.headers.push(("Ratelimit".to_owned(), left));
            response.headers.push(("Ratelimit-Policy".to_owned(), policy));
        }
        response
    }

    /// The id of an answer.
    pub(super) fn next_ray(&mut self) -> String {
        format!("{}-SIM", &self.next_id("ray")[..16])
    }

    fn handle(
        &mut self,
        request: &Request,
        now: Timestamp,
        ray: &str,
        left: &mut Option<Left>,
    ) -> Result<Answer, Refusal> {
        let caller = Caller::identify(&self.holdings.tokens, request)?;
        if let Some(limit) = self.rate_limit {
            let (remaining, counted) = self.usage.count(&caller.id, limit, now);
            *left = Some(remaining);
            counted?;
        }
        let endpoint = Endpoint::from_request(request)?;
        let outcome = self.carry_out(&endpoint, request, &caller, now);
        if request.is_write() {
            let (endpoint, caller, outcome) = (&endpoint, &caller, &outcome);
            self.record_audit(&audit::Event { endpoint, request, caller, now, ray, outcome });
        }
        outcome
    }

    fn carry_out(
        &mut self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        check_content_type(request)?;
        caller.must(endpoint.permission(request))?;
        self.must_be_reachable(endpoint, request, caller)?;
        self.dispatch(endpoint, request, caller, now)
    }

    /// Refuses zones and accounts that the world does not have, and zones that the token does not
    /// cover.
    fn must_be_reachable(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
    ) -> Result<(), Refusal> {
        match endpoint.zone().map(|id| self.holdings.zones.get(id)) {
            Some(None) => return Err(no_route(request, 404)),
            Some(Some(zone)) if !caller.covers(&zone.name) => return Err(NOT_COVERED.refusal()),
            _ => {}
        }
        match endpoint.account() {
            Some(id) if !self.holdings.accounts.contains_key(id) => Err(NOT_PERMITTED.refusal()),
            _ => Ok(()),
        }
    }

    fn dispatch(
        &mut self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        match (endpoint, request.method.as_str()) {
            (Endpoint::Apps(zone), "POST") => self.create_app(zone, request, caller, now),
            (Endpoint::Apps(zone), _) => self.list_apps(zone, request),
            (Endpoint::App(zone, id), "PUT" | "PATCH") => {
                self.change_app(zone, id, request, caller, now)
            }
            (Endpoint::App(zone, id), "DELETE") => self.delete_app(zone, id),
            (Endpoint::App(zone, id), _) => self.read_app(zone, id),
            (Endpoint::Loads(zone), _) => self.read_loads(zone),
            _ => self.look_up(endpoint, request, caller),
        }
    }
}

/// Refuses a body that says it is something else than JSON. One that does not say is taken
/// (*inferred*).
fn check_content_type(request: &Request) -> Result<(), Refusal> {
    let written = request.headers.get("content-type").map(|text| text.to_ascii_lowercase());
    let is_known = |text: &String| CONTENT_TYPES.iter().any(|known| text.starts_with(known));
    let is_refused = written.is_some_and(|text| !is_known(&text));
    let has_body = request.is_write() && !request.body.is_empty();
    if has_body && is_refused { Err(BAD_CONTENT_TYPE.refusal()) } else { Ok(()) }
}
