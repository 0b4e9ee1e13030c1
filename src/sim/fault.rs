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
//! ```

use globset::{Glob, GlobMatcher};
use serde::Deserialize;

use super::world::digest;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "an effect must be one of empty_body, truncated_json, reset_before_commit, reset_after_commit, short_page, reorder, accept_duplicate, \
                 {status: CODE, retry_after: SECONDS, committed: true}, {html: CODE}, {delay_ms: N}, {stale_list: {seconds: N}}, \
                 {stale_list: {lists: N}}, {drop_field: NAME}, {ignore_field: NAME}"
)]
pub enum Effect {
    /// Something without a number or name.
    Plain(Plain),
    /// An envelope with this status, in place of an answer.
    #[serde(rename_all = "snake_case")]
    Status(Status),
    /// An HTML page with a status, as the edge sends it.
    Html(Html),
    /// The answer comes late.
    Delay(Delay),
    /// Lists of applications go on showing what there was before this request.
    StaleList(StaleList),
    /// A field is left out of each application of the answer.
    DropField(DropField),
    /// A field of the body is not heeded, as the API does with what an account may not use.
    IgnoreField(IgnoreField),
}

/// An effect that needs nothing said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plain {
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
}

/// A status in place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// The HTTP status.
    pub status: u16,
    /// Seconds for `Retry-After`.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Whether the request is carried out all the same.
    #[serde(default)]
    pub committed: bool,
}

/// An HTML page in place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Html {
    /// The HTTP status.
    pub html: u16,
    /// Whether the request is carried out all the same.
    #[serde(default)]
    pub committed: bool,
}

/// A late answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// By how many milliseconds.
    pub delay_ms: u64,
}

/// An old list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaleList {
    /// How long.
    pub stale_list: StaleFor,
}

/// How long a list is old.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum StaleFor {
    /// For so many seconds.
    Seconds(u32),
    /// For so many lists.
    Lists(u32),
}

/// A field that is left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropField {
    /// The name of a top-level field.
    pub drop_field: String,
}

/// A field that is not heeded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IgnoreField {
    /// The name of a top-level field.
    pub ignore_field: String,
}

/// A fault as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    nth: Option<u64>,
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    probability: Option<f64>,
    #[serde(default)]
    seed: u64,
    effect: Effect,
}

#[derive(Debug, Clone)]
struct Fault {
    written: Written,
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
        let value: serde_json::Value = serde_yaml::from_str::<Option<serde_json::Value>>(yaml)?
            .unwrap_or_else(|| serde_json::json!([]));
        let written: Vec<Written> = serde_json::from_value(value)?;
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
        let Written { nth, count, probability, seed, .. } = &self.written;
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
