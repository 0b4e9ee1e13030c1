//! What differs from run to run, and what stands in its place.

use std::collections::BTreeMap;

use regex::{Captures, Regex};

/// Replaces ids, digests, times and ports. An id that the transcript itself writes down stays as it is; the others are numbered in the
/// order in which they appear, so that the same id is seen to be the same.
pub(super) fn redact(played: &str, written: &str) -> String {
    let written = written_ids(written);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let text = pattern(r"\b[0-9a-f]{32}\b").replace_all(played, |found: &Captures<'_>| {
        if written.iter().any(|id| *id == found[0]) {
            return found[0].to_owned();
        }
        let next = seen.len() + 1;
        format!("<id {}>", seen.entry(found[0].to_owned()).or_insert(next))
    });
    let plain = [
        (r"sha256:[0-9a-f]{64}", "sha256:<digest>"),
        (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uuid>"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
        (r"\b[0-9a-f]{16}-SIM\b", "<ray>"),
    ];
    plain.iter().fold(text.into_owned(), |text, (wanted, with)| {
        pattern(wanted).replace_all(&text, *with).into_owned()
    })
}

/// The ids in the commands and documents of a transcript.
fn written_ids(text: &str) -> Vec<String> {
    pattern(r"\b[0-9a-f]{32}\b").find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are right")
}
