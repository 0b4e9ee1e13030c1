//! The parameters of a call: the identifiers of its path, and what a list takes in its query.

use serde_json::{Value as Json, json};

use super::super::audit;
use super::super::filters::{Compare, Filter, List, OPERATORS};
use super::super::paging::LAST_PAGE;
use super::super::route::Endpoint;
use super::forms::{flag, id, text, time};
use super::results;

/// The identifiers of a path.
pub(super) fn of_path(path: &str) -> Vec<Json> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| parameter("path", name, true, id())).collect()
}

/// What the query of a call may hold.
pub(super) fn of_query(endpoint: &Endpoint) -> Vec<Json> {
    if matches!(endpoint, Endpoint::Audit(_)) {
        return of_audit_log();
    }
    let Some(list) = results::list(endpoint) else { return Vec::new() };
    let query = |name: &str, schema: Json| parameter("query", name, false, schema);
    let mut found: Vec<Json> =
        list.filters.iter().map(|filter| query(filter.name, form(filter))).collect();
    if list.filters.len() > 1 {
        found.push(query("match", json!({"enum": ["all", "any"]})));
    }
    found.extend(ordering(list));
    if let Some(pages) = list.pages {
        let whole = |most: usize| json!({"type": "integer", "minimum": 1, "maximum": most});
        found.push(query("page", whole(LAST_PAGE)));
        found.push(query("per_page", whole(pages.most)));
    }
    found
}

fn ordering(list: &List) -> Vec<Json> {
    let names: Vec<&str> = list.orders.iter().map(|(name, _)| *name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![
        parameter("query", "order", false, json!({"enum": names})),
        parameter("query", "direction", false, json!({"enum": ["asc", "desc"]})),
    ]
}

/// The form of a filter's text.
fn form(filter: &Filter) -> Json {
    match filter.compare {
        Compare::Flag | Compare::IsDeleted => flag(),
        Compare::ExistedAt => time(),
        Compare::Superset | Compare::Subset => json!({"anyOf": [
            {"type": "string", "format": "ipv4"},
            {"type": "string", "format": "ipv6"},
            {"type": "string", "pattern": "^([1-9]\\d?\\.){3}[1-9]\\d?/([12]?\\d|3[0-2])$"},
        ]}),
        Compare::OneOf(words) => json!({"type": "array", "items": {"enum": words}}),
        Compare::Operator => {
            let operators = OPERATORS.join("|");
            json!({"type": "string", "pattern": format!("^(({operators}):)?[^:]*$")})
        }
        Compare::Equals
        | Compare::Contains
        | Compare::StartsWith
        | Compare::EndsWith
        | Compare::IsPresent
        | Compare::IsAbsent => text(),
    }
}

fn of_audit_log() -> Vec<Json> {
    let moment = json!({"anyOf": [time(), {"type": "string", "format": "date"}]});
    let mut found = vec![
        parameter("query", "since", true, moment.clone()),
        parameter("query", "before", true, moment),
        parameter("query", "direction", false, json!({"enum": ["asc", "desc"]})),
        parameter(
            "query",
            "limit",
            false,
            json!({"type": "integer", "minimum": 1, "maximum": 1000}),
        ),
        parameter("query", "cursor", false, json!({"anyOf": [id(), {"const": ""}]})),
    ];
    for (name, _) in audit::FILTERS {
        let texts = json!({"type": "array", "items": text()});
        found.push(parameter("query", name, false, texts.clone()));
        found.push(parameter("query", &format!("{name}.not"), false, texts));
    }
    found
}

fn parameter(place: &str, name: &str, required: bool, schema: Json) -> Json {
    json!({"in": place, "name": name, "required": required, "schema": schema})
}
