//! Scripts of faults: what goes wrong on purpose, at which request. A decision is a pure function of the script and of the requests
//! before, so that a run with the same script goes wrong in the same way.
//!
//! A script is a YAML list. `method` and `path` (a glob over the whole path) say which requests a fault is about; `nth` picks one of
//! them, `count` the first so many, `probability` with `seed` a share; without any of these it is all of them.
//!
//! ```yaml
//! - {method: POST, path: "*/spectrum/apps", nth: 1, effect: reset_after_commit}
//! - {path: "*", count: 2, effect: {status: 429, retry_after: 1}}
//! - {method: GET, probability: 0.2, seed: 7, effect: {html: 502}}
//! - {method: POST, effect: {stale_list: {lists: 2}}}
//! - {method: POST, effect: {error: 11014}}
//! ```

use std::borrow::Cow;

use globset::{Glob, GlobMatcher};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value as Json;

use super::digest::digest;
use crate::codes;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Json")]
pub enum Effect {
    /// The request is carried out; the body of the answer is empty.
    EmptyBody,
    /// The request is carried out; the body of the answer ends in the middle.
    TruncatedJson,
    /// The connection is closed, and nothing was carried out.
    ResetBeforeCommit,
    /// The request is carried out, and the connection is closed without an answer.
    ResetAfterCommit,
    /// The second half of the list is left out, and `result_info` does not say so.
    ShortPage,
    /// The list comes in the opposite order.
    Reorder,
    /// A second application on the same hostname and port is created, as if the API did not look.
    AcceptDuplicate,
    /// An envelope with this status, in place of an answer.
    Status {
        /// The HTTP status.
        status: u16,
        /// Seconds for `Retry-After`.
        retry_after: Option<u64>,
        /// Whether the request is carried out all the same.
        committed: bool,
    },
    /// The refusal of a code, as it is documented, in place of an answer.
    Refuse {
        /// The HTTP status that the code comes with.
        status: u16,
        /// The code.
        code: u32,
        /// What the API says of it.
        message: String,
        /// Seconds for `Retry-After`.
        retry_after: Option<u64>,
        /// Whether the request is carried out all the same.
        committed: bool,
    },
    /// An HTML page with a status, as the edge sends it, in place of an answer.
    Html {
        /// The HTTP status.
        status: u16,
        /// Whether the request is carried out all the same.
        committed: bool,
    },
    /// The answer comes late, by so many milliseconds.
    Delay(u64),
    /// Lists of applications go on showing what there was before this request.
    StaleList(StaleFor),
    /// A top-level field is left out of each application of the answer.
    DropField(String),
    /// A top-level field of the body is ignored, as the API does with what an account may not use.
    IgnoreField(String),
}

/// How long a list is old.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum StaleFor {
    /// For so many seconds.
    Seconds(u32),
    /// For so many lists.
    Lists(u32),
}

/// The effects that need nothing said about them, each with what it is.
const WORDS: [(&str, Effect, &str); 7] = [
    ("empty_body", Effect::EmptyBody, "The call succeeds; the body of the answer is empty."),
    ("truncated_json", Effect::TruncatedJson, "The call succeeds; the answer ends in the middle."),
    (
        "reset_before_commit",
        Effect::ResetBeforeCommit,
        "The connection is closed; nothing was done.",
    ),
    ("reset_after_commit", Effect::ResetAfterCommit, "The call succeeds; no answer comes."),
    ("short_page", Effect::ShortPage, "The second half of a list is left out."),
    ("reorder", Effect::Reorder, "A list comes in the opposite order."),
    (
        "accept_duplicate",
        Effect::AcceptDuplicate,
        "A second application on the same hostname and port is created.",
    ),
];

/// An effect with something said about it, as it is written: one of the keys that name an effect, and what belongs to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct WrittenEffect {
    /// An error code: the API refuses the call as documented for the code, such as 11014.
    error: Option<u32>,
    /// With `error`: the cause, by its slug in `explain`; the first cause when absent.
    cause: Option<String>,
    /// An HTTP status: an envelope with this status comes in place of an answer.
    status: Option<u16>,
    /// With `error` or `status`: the seconds of `Retry-After`.
    retry_after: Option<u64>,
    /// With `error`, `status` or `html`: whether the call is done all the same.
    committed: bool,
    /// An HTTP status: an HTML page with this status comes in place of an answer.
    html: Option<u16>,
    /// The answer comes late, by so many milliseconds.
    delay_ms: Option<u64>,
    /// Lists of applications go on showing what there was before this call.
    stale_list: Option<StaleFor>,
    /// A top-level field is left out of each application of the answer.
    drop_field: Option<String>,
    /// A top-level field of the body is ignored.
    ignore_field: Option<String>,
}

impl JsonSchema for Effect {
    fn schema_name() -> Cow<'static, str> {
        "Effect".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let words =
            WORDS.map(|(word, _, about)| json_schema!({"const": word, "description": about}));
        let written = generator.subschema_for::<WrittenEffect>();
        json_schema!({"anyOf": [{"oneOf": words}, written]})
    }
}

impl TryFrom<Json> for Effect {
    type Error = String;
    /// Reads a word, or an object with one of the keys that name an effect.
    fn try_from(written: Json) -> Result<Effect, String> {
        if let Some(word) = written.as_str() {
            let found = WORDS.into_iter().find(|(known, ..)| *known == word);
            return found.map(|(_, effect, _)| effect).ok_or_else(|| not_an_effect(word));
        }
        let shown = written.to_string();
        let read: WrittenEffect = serde_json::from_value(written)
            .map_err(|error| format!("{}: {error}", not_an_effect(&shown)))?;
        let refusal = read.refusal()?;
        let (retry_after, committed) = (read.retry_after, read.committed);
        let status = read.status.map(|status| Effect::Status { status, retry_after, committed });
        let page = read.html.map(|status| Effect::Html { status, committed });
        let named = [
            refusal,
            status,
            page,
            read.delay_ms.map(Effect::Delay),
            read.stale_list.map(Effect::StaleList),
            read.drop_field.map(Effect::DropField),
            read.ignore_field.map(Effect::IgnoreField),
        ];
        let mut named = named.into_iter().flatten();
        match (named.next(), named.next()) {
            (Some(effect), None) => Ok(effect),
            _ => Err(not_an_effect(&shown)),
        }
    }
}

impl WrittenEffect {
    /// The refusal that `error` and `cause` name.
    fn refusal(&self) -> Result<Option<Effect>, String> {
        let Some(number) = self.error else {
            return match &self.cause {
                Some(_) => {
                    Err("a cause belongs to an error: {error: CODE, cause: SLUG}".to_owned())
                }
                None => Ok(None),
            };
        };
        let code = codes::find_number(number).filter(|code| !code.http_status.is_empty());
        let code = code.ok_or_else(|| {
            format!("{number} is no error code of the API; `spectrumctl explain --list` shows all")
        })?;
        let named = |slug: &String| {
            let cause = code.causes.iter().find(|cause| cause.slug == slug);
            cause.ok_or_else(|| {
                let slugs: Vec<&str> = code.causes.iter().map(|cause| cause.slug).collect();
                format!("{slug} is no cause of {number}; its causes are {}", slugs.join(", "))
            })
        };
        let cause = self.cause.as_ref().map(named).transpose()?;
        let of_cause = cause.and_then(|cause| cause.http_status.first());
        let says = cause.and_then(|cause| cause.keywords.first());
        Ok(Some(Effect::Refuse {
            status: of_cause.or(code.http_status.first()).copied().unwrap_or(400),
            code: number,
            message: match says {
                Some(words) => format!("{} ({words})", code.title),
                None => code.title.to_owned(),
            },
            retry_after: self.retry_after,
            committed: self.committed,
        }))
    }
}

fn not_an_effect(written: &str) -> String {
    let words = WORDS.map(|(word, ..)| word).join(", ");
    format!(
        "{written} is not an effect; write {words}, {{error: CODE}}, {{status: CODE, retry_after: SECONDS, \
         committed: true}}, {{html: CODE}}, {{delay_ms: N}}, {{stale_list: {{seconds: N}}}}, \
         {{stale_list: {{lists: N}}}}, {{drop_field: NAME}} or {{ignore_field: NAME}}"
    )
}

/// A fault as it is written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenFault {
    /// The method of the calls that it is about, such as POST; every method when absent.
    #[serde(default)]
    method: Option<String>,
    /// A glob over the whole path, such as `*/spectrum/apps`; every path when absent.
    #[serde(default)]
    path: Option<String>,
    /// Only this one of the calls, counted from 1.
    #[serde(default)]
    nth: Option<u64>,
    /// Only the first so many of the calls.
    #[serde(default)]
    count: Option<u64>,
    /// Only a share of the calls, from 0 to 1.
    #[serde(default)]
    probability: Option<f64>,
    /// With `probability`: another number makes another choice.
    #[serde(default)]
    seed: u64,
    /// What goes wrong.
    effect: Effect,
}

#[derive(Debug, Clone)]
struct Fault {
    written: WrittenFault,
    path: Option<GlobMatcher>,
    /// How many requests it was about so far.
    seen: u64,
}

/// Why a script cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadScript {
    /// The YAML.
    #[error("the faults cannot be read: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// A key or a value.
    #[error("the faults cannot be read: {0}")]
    Value(#[from] serde_json::Error),
    /// A path.
    #[error("the path of a fault is not a glob: {0}")]
    Path(#[from] globset::Error),
}

/// A script of faults, and how far it has come.
#[derive(Debug, Clone, Default)]
pub struct Script(Vec<Fault>);

impl Script {
    /// Reads a script; an empty text is an empty script.
    ///
    /// # Errors
    /// The text is not YAML, or a key or a value is not one of a script.
    pub fn read(yaml: &str) -> Result<Script, BadScript> {
        // The detour through JSON gives enumerations the plain spelling; YAML would ask for tags.
        let value: Json =
            serde_yaml::from_str::<Option<Json>>(yaml)?.unwrap_or_else(|| serde_json::json!([]));
        let written: Vec<WrittenFault> = serde_json::from_value(value)?;
        let faults = written.into_iter().map(|written| {
            let path = written
                .path
                .as_deref()
                .map(Glob::new)
                .transpose()?
                .map(|glob| glob.compile_matcher());
            Ok(Fault { written, path, seen: 0 })
        });
        faults.collect::<Result<Vec<_>, BadScript>>().map(Script)
    }

    /// What goes wrong with this request; the script counts it.
    pub fn decide(&mut self, method: &str, path: &str) -> Vec<Effect> {
        self.0.iter_mut().filter_map(|fault| fault.decide(method, path)).collect()
    }
}

impl Fault {
    fn decide(&mut self, method: &str, path: &str) -> Option<Effect> {
        let about =
            self.written.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        if !about || !self.path.as_ref().is_none_or(|glob| glob.is_match(path)) {
            return None;
        }
        self.seen += 1;
        let WrittenFault { nth, count, probability, seed, .. } = &self.written;
        let meets = nth.is_none_or(|nth| nth == self.seen)
            && count.is_none_or(|count| self.seen <= count)
            && probability.is_none_or(|share| lot(*seed, self.seen) < share);
        meets.then(|| self.written.effect.clone())
    }
}

/// A number from 0 to 1 that seed and position alone decide.
fn lot(seed: u64, position: u64) -> f64 {
    let digits = digest(&["lot", &seed.to_string(), &position.to_string()]);
    let number =
        u32::from_str_radix(&digits[..8], 16).expect("a digest consists of hexadecimal digits");
    f64::from(number) / (f64::from(u32::MAX) + 1.0)
}
