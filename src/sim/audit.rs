//! The audit log: one entry for each write, in the form of the second version of the API. A write
//! that was refused has one too, as a failure.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::access::Caller;
use super::digest::digest;
use super::filters::{at, is_backwards};
use super::message::{Answer, Request};
use super::paging::number;
use super::refusal::{BAD_PARAMETER, Refusal};
use super::response_body::stamp;
use super::route::Endpoint;
use super::world::World;

/// A write.
#[derive(Debug)]
pub(super) struct Event<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) request: &'a Request,
    pub(super) caller: &'a Caller,
    pub(super) now: Timestamp,
    pub(super) ray: &'a str,
    pub(super) outcome: &'a Result<Answer, Refusal>,
}

/// The documented filters, each with the path of its value; with `.not` behind its name a filter
/// asks for the opposite. Several of one name ask for one of their values, or for none of them.
pub(super) const FILTERS: [(&str, &[&str]); 22] = [
    ("id", &["id"]),
    ("account_name", &["account", "name"]),
    ("action_result", &["action", "result"]),
    ("action_type", &["action", "type"]),
    ("actor_context", &["actor", "context"]),
    ("actor_email", &["actor", "email"]),
    ("actor_id", &["actor", "id"]),
    ("actor_ip_address", &["actor", "ip_address"]),
    ("actor_token_id", &["actor", "token_id"]),
    ("actor_token_name", &["actor", "token_name"]),
    ("actor_type", &["actor", "type"]),
    ("audit_log_id", &["id"]),
    ("raw_cf_ray_id", &["raw", "cf_ray_id"]),
    ("raw_method", &["raw", "method"]),
    ("raw_status_code", &["raw", "status_code"]),
    ("raw_uri", &["raw", "uri"]),
    ("resource_id", &["resource", "id"]),
    ("resource_product", &["resource", "product"]),
    ("resource_scope", &["resource", "scope"]),
    ("resource_type", &["resource", "type"]),
    ("zone_id", &["zone", "id"]),
    ("zone_name", &["zone", "name"]),
];

impl World {
    /// Writes an entry. The id of a refused write takes no number of its own, so that the ids of
    /// what is created later do not depend on it.
    pub(super) fn record_audit(&mut self, event: &Event<'_>) {
        let zone = event.endpoint.zone().and_then(|id| self.holdings.zones.get(id)).cloned();
        let Some(zone) = zone else { return };
        let id = match event.outcome {
            Ok(_) => self.next_id("audit"),
            Err(_) => digest(&[&self.id_seed, "audit", event.ray]),
        };
        let account = self.holdings.accounts.get(&zone.account);
        let (result, status, resource, response) = match event.outcome {
            Ok(answer) => ("success", 200, answer.result["id"].clone(), answer.result.clone()),
            Err(refusal) => {
                ("failure", refusal.status, json!(event.endpoint.app()), refusal.envelope())
            }
        };
        let kind = match event.request.method.as_str() {
            "POST" => "create",
            "DELETE" => "delete",
            _ => "update",
        };
        let body = serde_json::from_slice::<Json>(&event.request.body).unwrap_or(Json::Null);
        let entry = json!({
            "id": id,
            "account": {"id": zone.account, "name": account.map(|account| &account.name)},
            "action": {"type": kind, "result": result, "time": stamp(event.now)},
            "actor": actor(event.caller),
            "raw": {
                "method": event.request.method, "uri": event.request.path, "status_code": status,
                "cf_ray_id": event.ray,
            },
            "resource": {
                "product": "spectrum", "type": "apps", "scope": "zones",
                "id": resource, "response": response, "request": body,
            },
            "zone": {"id": zone.id, "name": zone.name},
        });
        self.push_audit(entry);
    }

    /// The entries of an account between two times, the newest first unless the request asks
    /// otherwise. `cursor` is the id of the last entry that was seen.
    pub(super) fn audit_entries(
        &self,
        account: &str,
        request: &Request,
    ) -> Result<Answer, Refusal> {
        let limit = number(request, "limit", 100, 1000)?;
        let (since, before) = (time_of(request, "since")?, time_of(request, "before")?);
        let oldest_first = request.parameter("direction").is_some() && !is_backwards(request)?;
        let mut found: Vec<&Json> = self
            .audit
            .iter()
            .filter(|entry| {
                let time = entry["action"]["time"].as_str().and_then(|text| text.parse().ok());
                let in_time = time.is_some_and(|time: Timestamp| since <= time && time < before);
                in_time && entry["account"]["id"] == account && fits(entry, request)
            })
            .collect();
        if !oldest_first {
            found.reverse();
        }
        let cursor = request.parameter("cursor").filter(|cursor| !cursor.is_empty());
        let start = match cursor {
            None => 0,
            Some(cursor) => {
                let seen = found.iter().position(|entry| entry["id"] == cursor);
                let unknown = || BAD_PARAMETER.saying("Invalid query parameter: cursor");
                seen.ok_or_else(unknown)? + 1
            }
        };
        let shown: Vec<Json> = found.iter().skip(start).take(limit).copied().cloned().collect();
        let has_more = start + shown.len() < found.len();
        let cursor = shown.last().filter(|_| has_more).map_or(json!(""), |last| last["id"].clone());
        // The reference names `cursor`; the SDKs of today read `cursors.after`.
        let info = json!({"count": shown.len(), "cursor": cursor, "cursors": {"after": cursor}});
        Ok(Answer { result: Json::Array(shown), result_info: Some(info) })
    }
}

/// Whether an entry fits every filter of a request.
fn fits(entry: &Json, request: &Request) -> bool {
    FILTERS.iter().all(|(name, path)| {
        let value = at(entry, path);
        let is = |text: &str| match value {
            Json::String(own) => own == text,
            Json::Null => false,
            other => other.as_u64().is_some_and(|own| text.parse() == Ok(own)),
        };
        let not = format!("{name}.not");
        let mut asked = request.parameters(name).peekable();
        (asked.peek().is_none() || asked.any(is)) && !request.parameters(&not).any(is)
    })
}

/// A time that must be given, or a day, which stands for its beginning.
fn time_of(request: &Request, name: &str) -> Result<Timestamp, Refusal> {
    let refuse = |why: &str| BAD_PARAMETER.saying(format!("Invalid query parameter: {name} {why}"));
    let text = request.parameter(name).ok_or_else(|| refuse("is required"))?;
    text.parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .map_err(|_: jiff::Error| refuse("must be a time"))
}

fn actor(caller: &Caller) -> Json {
    let token = caller.token.as_ref().and_then(|token| token.name.clone());
    json!({
        "id": caller.id, "type": "user", "email": caller.email, "token_name": token,
        "context": if caller.email.is_some() { "api_key" } else { "api_token" },
    })
}
