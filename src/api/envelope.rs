//! The v4 envelope: from status, headers and bytes to an answer or a failure, believing nothing that is not said.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Map, Value as Json};

use super::error::{ErrorKind, ServerError};
use super::retry::{Failure, asked_pause};

/// An answer that says yes.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) ray_id: Option<String>,
    /// How many times the call was made.
    pub(super) attempts: u32,
    /// Missing is not the same as null.
    pub(super) result: Option<Json>,
    pub(super) total_count: Option<u64>,
    pub(super) cursor: Option<String>,
}

/// How many errors of one answer are read, chains included.
const MOST_ERRORS: usize = 100;

/// The longest text that is taken over from a server, in characters.
const LONGEST_TEXT: usize = 1000;

/// Reads an answer. A 2xx that says `success: false` is a refusal, and so is `success: true` under any other status.
///
/// # Errors
/// A refusal, or a body that is no envelope.
pub(super) fn read(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Answer, Failure> {
    let fail = |kind| failure(status, headers, kind);
    let mut envelope = envelope_of(status, body).map_err(fail)?;
    if !status.is_success() || envelope.get("success") != Some(&Json::Bool(true)) {
        return Err(fail(ErrorKind::Refused { errors: errors_of(&envelope) }));
    }
    let info = envelope.get("result_info");
    let total_count = info.and_then(|info| info.get("total_count")).and_then(Json::as_u64);
    let cursor = info
        .and_then(|info| info.get("cursor").or(info.pointer("/cursors/after")))
        .and_then(Json::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned);
    Ok(Answer {
        status: status.as_u16(),
        ray_id: ray_id(headers),
        attempts: 1,
        result: envelope.remove("result"),
        total_count,
        cursor,
    })
}

/// The failure of a call that was answered in a way that is no success.
pub(super) fn failure(status: StatusCode, headers: &HeaderMap, kind: ErrorKind) -> Failure {
    let (ray_id, retry_after) = (ray_id(headers), asked_pause(headers));
    Failure { kind, status: Some(status.as_u16()), ray_id, retry_after }
}

fn ray_id(headers: &HeaderMap) -> Option<String> {
    headers.get("cf-ray").and_then(|value| value.to_str().ok()).map(one_line)
}

fn envelope_of(status: StatusCode, body: &[u8]) -> Result<Map<String, Json>, ErrorKind> {
    let no = |what: &str, title| Err(ErrorKind::NotAnEnvelope { what: what.to_owned(), title });
    match serde_json::from_slice::<Json>(body) {
        Ok(Json::Object(envelope)) if envelope.get("success").is_some_and(Json::is_boolean) => {
            Ok(envelope)
        }
        Ok(_) => no("JSON without the field `success`", None),
        Err(_) if status.is_redirection() => no("a redirect to another address", None),
        Err(_) if body.trim_ascii().is_empty() => no("an empty body", None),
        Err(error) if error.is_eof() => no("JSON that breaks off", None),
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            let lower = text.to_ascii_lowercase();
            let is_page = lower.contains("<html") || lower.trim_start().starts_with("<!doctype");
            if is_page {
                no("an HTML page", title_of(&text, &lower))
            } else {
                no("text that is not JSON", None)
            }
        }
    }
}

/// The title of an HTML page; `lower` is the same text in lower case, byte for byte as long.
fn title_of(text: &str, lower: &str) -> Option<String> {
    let open = lower.find("<title")?;
    let start = open + lower.get(open..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let title = one_line(text.get(start..end)?);
    (!title.is_empty()).then_some(title)
}

fn errors_of(envelope: &Map<String, Json>) -> Vec<ServerError> {
    let mut found = Vec::new();
    add_errors(envelope.get("errors"), &mut found);
    found
}

/// Adds the errors of a list, each followed by those of its chain, and none of them twice.
fn add_errors(listed: Option<&Json>, found: &mut Vec<ServerError>) {
    for error in listed.and_then(Json::as_array).into_iter().flatten() {
        let read = error_of(error);
        if !found.contains(&read) {
            found.push(read);
        }
        if found.len() < MOST_ERRORS {
            add_errors(error.get("error_chain"), found);
        }
    }
}

/// Reads one error, whatever of it is there.
fn error_of(error: &Json) -> ServerError {
    let own = message_of(error);
    let message = if own.is_empty() { "no message".to_owned() } else { own };
    let pointer =
        error.get("source").and_then(|source| source.get("pointer")).and_then(Json::as_str);
    ServerError {
        code: code_of(error),
        message,
        pointer: pointer.map(path_of).filter(|path| !path.is_empty()),
    }
}

fn message_of(error: &Json) -> String {
    error.get("message").or(Some(error)).and_then(Json::as_str).map(one_line).unwrap_or_default()
}

fn code_of(error: &Json) -> u32 {
    match error.get("code") {
        Some(Json::Number(number)) => {
            number.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
        }
        Some(Json::String(text)) => text.parse().unwrap_or(0),
        _ => 0,
    }
}

/// A JSON pointer as the path of a field: `/dns/type` is `dns.type`.
fn path_of(pointer: &str) -> String {
    one_line(pointer).trim_start_matches(['#', '/']).replace('/', ".")
}

/// A server's text on one line, without control characters, which could steer a terminal, and of bounded length.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .take(LONGEST_TEXT)
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> ErrorKind {
        read(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
            .unwrap_err()
            .kind
    }

    fn not(what: &str, title: Option<&str>) -> ErrorKind {
        ErrorKind::NotAnEnvelope { what: what.to_owned(), title: title.map(str::to_owned) }
    }

    #[test]
    fn what_is_no_envelope_is_named() {
        assert_eq!(failure(200, " \n"), not("an empty body", None));
        assert_eq!(failure(200, "{\"success\":true,"), not("JSON that breaks off", None));
        assert_eq!(failure(200, "[]"), not("JSON without the field `success`", None));
        assert_eq!(
            failure(200, "{\"success\":\"true\",\"result\":[]}"),
            not("JSON without the field `success`", None)
        );
        assert_eq!(
            failure(502, "<!DOCTYPE html>\n<html><head><title>a |\n 502</title>"),
            not("an HTML page", Some("a | 502"))
        );
        assert_eq!(failure(502, "<html><title>never closed"), not("an HTML page", None));
        assert_eq!(failure(502, "upstream error"), not("text that is not JSON", None));
        assert_eq!(failure(302, ""), not("a redirect to another address", None));
    }

    #[test]
    fn errors_are_read_whatever_of_them_is_there() {
        let body = r#"{"success":false,"errors":[{"code":6003,"message":"a\u001b[31m","error_chain":[{"code":1,"message":"b"}]},
            {"code":"7","source":{"pointer":"/dns/type"}},"bare"],"result":null}"#;
        let ErrorKind::Refused { errors } = failure(400, body) else { panic!("a refusal") };
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["6003: a [31m", "1: b", "7: no message", "bare"]);
        assert_eq!(errors[2].pointer.as_deref(), Some("dns.type"));
    }

    #[test]
    fn success_under_an_error_status_is_a_refusal() {
        assert_eq!(
            failure(500, r#"{"success":true,"result":[]}"#),
            ErrorKind::Refused { errors: Vec::new() }
        );
    }
}
