//! The audit log: one entry for each write, refused ones too, in the form of the second version of the API.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::access::Caller;
use super::message::{Answer, Request};
use super::refusal::{BAD_PARAMETER, Refusal};
use super::response_body::stamp;
use super::route::Endpoint;
use super::world::World;

/// How many entries a world keeps, so that it does not grow without end.
const KEPT: usize = 10_000;

/// A write that was answered.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) request: &'a Request,
    pub(super) caller: &'a Caller,
    pub(super) now: Timestamp,
    pub(super) ray: &'a str,
    pub(super) outcome: &'a Result<Answer, Refusal>,
}

impl World {
    /// Writes an entry.
    pub(super) fn record_audit(&mut self, event: &Event<'_>) {
        let id = self.next_id("audit");
        let Some(zone) = event.endpoint.zone().and_then(|id| self.zones.get(id)) else { return };
        let kind = match event.request.method.as_str() {
            "POST" => "create",
            "DELETE" => "delete",
            _ => "update",
        };
        let answered = event.outcome.as_ref().ok().map(|answer| answer.result.clone());
        let status = event.outcome.as_ref().map_or_else(|refusal| refusal.status, |_| 200);
        let app =
            answered.as_ref().and_then(|result| result["id"].as_str()).or(match event.endpoint {
                Endpoint::App(_, id) => Some(id),
                _ => None,
            });
        let entry = json!({
            "id": id,
            "account": {"id": zone.account},
            "action": {"type": kind, "result": if status < 400 { "success" } else { "failure" }, "time": stamp(event.now)},
            "actor": actor(event.caller),
            "raw": {"method": event.request.method, "uri": event.request.path, "status_code": status, "cf_ray_id": event.ray},
            "resource": {
                "product": "spectrum", "type": "apps", "id": app, "response": answered,
                "request": serde_json::from_slice::<Json>(&event.request.body).unwrap_or(Json::Null),
            },
            "zone": {"id": zone.id, "name": zone.name},
        });
        self.audit.push(entry);
        let surplus = self.audit.len().saturating_sub(KEPT);
        self.audit.drain(..surplus);
    }

    /// The entries of an account, the newest first, filtered as the request asks; `cursor` says how many to pass over.
    pub(super) fn audit_entries(
        &self,
        account: &str,
        request: &Request,
    ) -> Result<Answer, Refusal> {
        let number = |name: &str, usual: usize| match request
            .parameter(name)
            .filter(|text| !text.is_empty())
        {
            Some(text) => text
                .parse()
                .map_err(|_| BAD_PARAMETER.saying(format!("Invalid query parameter: {name}"))),
            None => Ok(usual),
        };
        let (limit, passed) = (number("limit", 100)?.clamp(1, 1000), number("cursor", 0)?);
        let (since, before) = (time_of(request, "since")?, time_of(request, "before")?);
        let found = self.audit.iter().rev().filter(|entry| {
            let time =
                entry["action"]["time"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
            let in_time = since.is_none_or(|since| time >= Some(since))
                && before.is_none_or(|before| time < Some(before));
            entry["account"]["id"] == account && in_time && fits(entry, request)
        });
        let found: Vec<&Json> = found.skip(passed).collect();
        let shown: Vec<Json> = found.iter().take(limit).map(|entry| (*entry).clone()).collect();
        let cursor = if found.len() > limit { (passed + limit).to_string() } else { String::new() };
        let info = json!({"count": shown.len(), "cursor": cursor});
        Ok(Answer { result: Json::Array(shown), result_info: Some(info) })
    }
}

/// The filters that name a value of the entry.
fn fits(entry: &Json, request: &Request) -> bool {
    let filters = [
        ("zone_id", &entry["zone"]["id"]),
        ("zone_name", &entry["zone"]["name"]),
        ("resource_product", &entry["resource"]["product"]),
        ("resource_id", &entry["resource"]["id"]),
        ("resource_type", &entry["resource"]["type"]),
        ("action_type", &entry["action"]["type"]),
        ("action_result", &entry["action"]["result"]),
    ];
    filters.iter().all(|(name, value)| {
        request.parameter(name).is_none_or(|asked| value.as_str() == Some(asked))
    })
}

/// A filter that is a time, or a day, which stands for its beginning.
fn time_of(request: &Request, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = request.parameter(name) else { return Ok(None) };
    let time = text.parse().or_else(|_| format!("{text}T00:00:00Z").parse());
    time.map(Some).map_err(|_: jiff::Error| {
        BAD_PARAMETER.saying(format!("Invalid query parameter: {name} must be a time"))
    })
}

fn actor(caller: &Caller) -> Json {
    let token = caller.token.as_ref().and_then(|token| token.name.clone());
    json!({
        "id": caller.id, "type": "user", "email": caller.email, "token_name": token,
        "context": if caller.email.is_some() { "api_key" } else { "api_token" },
    })
}
