//! One call as it is to be made: method, address, body, and what it is called in a message.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value as Json};
use url::Url;

use super::envelope::Answer;
use super::error::{ApiError, ErrorKind};
use super::retry::{Effect, Failure};
use crate::model::ApiCall;

/// Told of each page of a list: which one it is, from 1, and how many entries it has. A first page begins the list anew.
pub(super) type OnPage<'a> = &'a (dyn Fn(u32, usize) + Send + Sync);

/// A call.
#[derive(Clone)]
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<&'a Map<String, Json>>,
    /// Fits "failed to …".
    pub(super) operation: String,
    /// What it is about, which decides the permission that a token needs.
    pub(super) about: ApiCall,
    /// Who counts what is read.
    pub(super) on_page: Option<OnPage<'a>>,
}

impl<'a> Call<'a> {
    /// A call that reads; the path's segments are escaped as such.
    pub(super) fn get(base: &Url, path: &[&str], operation: String, about: ApiCall) -> Call<'a> {
        let mut url = base.clone();
        url.path_segments_mut()
            .expect("a base URL with a host has path segments")
            .pop_if_empty()
            .extend(path);
        Call { method: Method::GET, url, body: None, operation, about, on_page: None }
    }

    /// The call with another method and a body.
    pub(super) fn with(self, method: Method, body: Option<&'a Map<String, Json>>) -> Call<'a> {
        Call { method, body, ..self }
    }

    /// The call with somebody who counts the pages.
    pub(super) fn counted_by(self, on_page: Option<OnPage<'a>>) -> Call<'a> {
        Call { on_page, ..self }
    }

    /// The call with a further query parameter.
    pub(super) fn query(mut self, name: &str, value: &str) -> Call<'a> {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// What the call does.
    pub(super) fn effect(&self) -> Effect {
        match self.method {
            Method::GET => Effect::Read,
            Method::PUT | Method::DELETE => Effect::Replace,
            _ => Effect::Create,
        }
    }

    /// Says in the log how an attempt has ended; more of it to who asks for more. No body, which may hold origins.
    pub(super) fn log(&self, ended: Result<&Answer, &Failure>, attempt: u32, time: Duration) {
        let (method, path) = (self.method.as_str(), self.url.path());
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (status, ray_id, text) = match ended {
            Ok(answer) => (Some(answer.status), &answer.ray_id, answer.status.to_string()),
            Err(Failure { status: Some(status), ray_id, kind, .. }) => {
                (Some(*status), ray_id, format!("{status} ({kind})"))
            }
            Err(Failure { ray_id, kind, .. }) => (None, ray_id, kind.to_string()),
        };
        let ray_id = ray_id.as_deref();
        let ray = ray_id.map(|ray| format!(", Ray ID {ray}")).unwrap_or_default();
        tracing::info!(
            method,
            path,
            status,
            milliseconds,
            attempt,
            ray_id,
            "{method} {path}: {text} in {milliseconds} ms, attempt {attempt}{ray}"
        );
        let (operation, query) = (self.operation.as_str(), self.url.query().unwrap_or_default());
        let sent = self.body.map_or(0, |body| Json::Object(body.clone()).to_string().len());
        tracing::debug!(
            operation,
            query,
            sent,
            "  to {operation}; query \"{query}\", {sent} bytes sent"
        );
    }

    /// The error of a call whose last attempt failed.
    pub(super) fn failed(&self, failure: Failure, attempts: u32) -> ApiError {
        ApiError {
            operation: self.operation.clone(),
            kind: Box::new(failure.kind),
            http_status: failure.status,
            ray_id: failure.ray_id,
            attempts,
            about: self.about,
        }
    }

    /// The error of a call that was answered with yes, but not with what was asked for.
    pub(super) fn unexpected(&self, kind: ErrorKind, answer: &Answer) -> ApiError {
        let failure = Failure {
            kind,
            status: Some(answer.status),
            ray_id: answer.ray_id.clone(),
            retry_after: None,
        };
        self.failed(failure, answer.attempts)
    }

    /// The object that the answer holds.
    ///
    /// # Errors
    /// `UnexpectedShape` when `result` is missing, null or something else.
    pub(super) fn object(
        &self,
        mut answer: Answer,
    ) -> Result<(Map<String, Json>, Answer), ApiError> {
        match answer.result.take() {
            Some(Json::Object(object)) => Ok((object, answer)),
            other => Err(self.unexpected(odd("an object", other.as_ref()), &answer)),
        }
    }

    /// The objects that the answer's list holds.
    ///
    /// # Errors
    /// `UnexpectedShape` when `result` is missing, null or something else, or holds anything but objects.
    pub(super) fn objects(
        &self,
        mut answer: Answer,
    ) -> Result<(Vec<Map<String, Json>>, Answer), ApiError> {
        let Some(Json::Array(items)) = answer.result.take_if(|result| result.is_array()) else {
            return Err(self.unexpected(odd("a list", answer.result.as_ref()), &answer));
        };
        let mut objects = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Json::Object(object) => objects.push(object),
                other => {
                    return Err(self.unexpected(odd("a list of objects", Some(&other)), &answer));
                }
            }
        }
        Ok((objects, answer))
    }
}

fn odd(wanted: &str, found: Option<&Json>) -> ErrorKind {
    let found = match found {
        None => "missing",
        Some(Json::Null) => "null",
        Some(Json::Bool(_)) => "a boolean",
        Some(Json::Number(_)) => "a number",
        Some(Json::String(_)) => "a text",
        Some(Json::Array(_)) => "a list",
        Some(Json::Object(_)) => "an object",
    };
    ErrorKind::UnexpectedShape {
        what: format!(
            "the answer says success, but where `result` should be {wanted} it is {found}"
        ),
    }
}
