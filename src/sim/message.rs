//! What goes into a world and comes out of it: a request and a response as plain values, so that nothing here needs a socket.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::refusal::{INTERNAL, Refusal};

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The method in capitals: `GET`.
    pub method: String,
    /// The path with its prefix, without the query: `/client/v4/zones`.
    pub path: String,
    /// The query, decoded, in the order it was written.
    pub query: Vec<(String, String)>,
    /// The headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body; `target` is the path with its query.
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Request { method: method.to_owned(), path: path.to_owned(), query, ..Request::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.to_owned());
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The last value of a query parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a query parameter.
    pub fn parameters(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether it asks for a change.
    pub fn is_write(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
    }

    /// Whether it lists the applications of a zone.
    pub fn is_app_list(&self) -> bool {
        self.method == "GET" && self.path.trim_end_matches('/').ends_with("/spectrum/apps")
    }
}

/// A response as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response with an envelope around it.
    pub(super) fn new(outcome: Result<Answer, Refusal>) -> Self {
        match outcome {
            Ok(answer) => Response::json(200, &answer.envelope()),
            Err(refusal) => {
                let mut response = Response::json(refusal.status, &refusal.envelope());
                let seconds = refusal.retry_after.map(|seconds| seconds.to_string());
                response.headers.extend(seconds.map(|text| ("Retry-After".to_owned(), text)));
                let methods = refusal.allow.map(|methods| methods.join(", "));
                response.headers.extend(methods.map(|text| ("Allow".to_owned(), text)));
                response
            }
        }
    }

    /// What answers a write that was carried out and could not be kept.
    pub(super) fn unsaved(reason: &str) -> Self {
        Response::new(
            Err(INTERNAL.saying(format!("the simulator cannot keep its world: {reason}"))),
        )
    }

    /// A page of the edge, which answers when it does not ask the API.
    pub(super) fn page(status: u16, title: &str) -> Self {
        let headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
        let body = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
        );
        Response { status, headers, body: body.into_bytes() }
    }

    fn json(status: u16, body: &Json) -> Self {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Response { status, headers, body: body.to_string().into_bytes() }
    }

    /// The value of a header, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What a call that was carried out answers with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) result: Json,
    pub(super) result_info: Option<Json>,
}

impl Answer {
    /// An answer without paging.
    pub(super) fn new(result: Json) -> Self {
        Answer { result, result_info: None }
    }

    fn envelope(&self) -> Json {
        let mut envelope =
            json!({"success": true, "errors": [], "messages": [], "result": self.result});
        if let (Some(info), Json::Object(fields)) = (&self.result_info, &mut envelope) {
            fields.insert("result_info".to_owned(), info.clone());
        }
        envelope
    }
}
