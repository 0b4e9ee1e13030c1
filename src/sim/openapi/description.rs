//! The description as a whole: paths and their calls.

use serde_json::{Map, Value as Json, json};

use super::super::route::{Endpoint, ROUTES, Route};
use super::{application, forms, parameters, results};

/// The description.
pub fn describe() -> Json {
    let paths: Map<String, Json> =
        ROUTES.iter().map(|route| (route.path.to_owned(), path(route))).collect();
    let mut schemas = results::schemas();
    schemas.extend(application::schemas());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "spectrumctl's simulator of the Cloudflare API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The calls that the simulator answers. Which applications it refuses, \
                            and with which code, `spectrumctl explain --list` says.",
        },
        "servers": [{"url": "http://127.0.0.1:8787/client/v4"}],
        "security": [{"token": []}, {"email": [], "key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "email": {"type": "apiKey", "in": "header", "name": "X-Auth-Email"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Auth-Key"},
            },
        },
    })
}

/// What a path takes. A `HEAD` is everywhere what a `GET` is, without its body.
fn path(route: &Route) -> Json {
    let methods = route.methods.iter().filter(|method| **method != "HEAD");
    let mut item: Map<String, Json> =
        methods.map(|method| (method.to_ascii_lowercase(), operation(route, method))).collect();
    let identifiers: Vec<Json> = parameters::of_path(route.path);
    if !identifiers.is_empty() {
        item.insert("parameters".to_owned(), Json::Array(identifiers));
    }
    Json::Object(item)
}

/// The name of a call: its method and the words of its path.
fn operation_id(method: &str, path: &str) -> String {
    let words: Vec<&str> = path.split(['/', '{', '}']).filter(|word| !word.is_empty()).collect();
    format!("{}-{}", method.to_ascii_lowercase(), words.join("-"))
}

fn operation(route: &Route, method: &str) -> Json {
    let endpoint = (route.endpoint)(&["", ""]);
    let refused = || answer(schema_named("Refusal"));
    let mut answered = answer(envelope(&endpoint, method));
    if method == "POST" {
        answered["links"] = links();
    }
    let mut operation = json!({
        "operationId": operation_id(method, route.path),
        "responses": {"200": answered, "4XX": refused(), "5XX": refused()},
    });
    if method == "GET" {
        operation["parameters"] = Json::Array(parameters::of_query(&endpoint));
    }
    if matches!(method, "POST" | "PUT" | "PATCH") {
        let name = if method == "PATCH" { "PartOfApplication" } else { "Application" };
        let content = json!({"application/json": {"schema": schema_named(name)}});
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    operation
}

fn schema_named(name: &str) -> Json {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn answer(schema: Json) -> Json {
    json!({"description": "an envelope", "content": {"application/json": {"schema": schema}}})
}

/// The envelope around a result, or around a list of them.
fn envelope(endpoint: &Endpoint, method: &str) -> Json {
    let one = schema_named(if method == "DELETE" { "Deleted" } else { results::name(endpoint) });
    let is_list = method == "GET" && results::is_list(endpoint);
    let result = if is_list { json!({"type": "array", "items": one}) } else { one };
    let mut schema = forms::object(&[
        ("success", json!({"const": true})),
        ("errors", json!({"type": "array", "maxItems": 0})),
        ("messages", json!({"type": "array", "maxItems": 0})),
        ("result", result),
    ]);
    if is_list {
        schema["properties"]["result_info"] = results::info(endpoint);
    }
    schema
}

/// Where a client goes from a created application.
fn links() -> Json {
    let parameters =
        json!({"zone_id": "$request.path.zone_id", "app_id": "$response.body#/result/id"});
    let is_app = |route: &&Route| matches!((route.endpoint)(&["", ""]), Endpoint::App(..));
    let app = ROUTES.iter().find(is_app);
    let methods = app.map_or(&[][..], |route| route.methods).iter();
    methods
        .filter(|method| **method != "HEAD")
        .map(|method| {
            let id = operation_id(method, app.map_or("", |route| route.path));
            (method.to_ascii_lowercase(), json!({"operationId": id, "parameters": parameters}))
        })
        .collect()
}
