//! Findings as SARIF 2.1.0, with what GitHub's code scanning asks of a report: every rule described, every result at a place in a file,
//! and a fingerprint that stays the same when lines move.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::findings_json::write_json;
use crate::codes::{self, Code};
use crate::finding::{Finding, Place, Severity};
use crate::model::hexadecimal;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<ResultOfRule<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: Severity,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultOfRule<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: Severity,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
}

/// Writes the findings; those without a place are shown at the top of `root`, a file of the configuration, because code scanning
/// refuses results that stand nowhere.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, findings: &[Finding], root: &str) -> io::Result<()> {
    let mut named: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in findings {
        named.entry(&finding.code).or_insert(finding);
    }
    let ids: Vec<&str> = named.keys().copied().collect();
    let results = findings.iter().map(|finding| {
        result(finding, ids.binary_search(&finding.code.as_str()).unwrap_or_default(), root)
    });
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: named.values().map(|finding| rule(finding)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    write_json(out, &log)
}

/// The rule of a code, described by its entry, else by the first finding of it.
fn rule(finding: &Finding) -> Rule<'_> {
    let code: Option<&Code> = codes::find(&finding.code);
    let title = code.map_or_else(|| finding.summary.clone(), |code| code.title.to_owned());
    let help = match code {
        Some(code) => code
            .causes
            .iter()
            .map(|cause| help(cause.why, cause.fix))
            .collect::<Vec<_>>()
            .join("\n"),
        None => help(finding.why.as_deref(), &finding.fix),
    };
    let docs = finding.docs.clone().or_else(|| code.map(Code::page));
    Rule {
        id: &finding.code,
        name: pascal_case(code.map_or(&finding.code, |code| code.slug)),
        short_description: Text { text: title.clone() },
        full_description: Text { text: title },
        help: Text { text: help },
        help_uri: docs.filter(|uri| !uri.is_empty()),
        default_configuration: Configuration {
            level: code.map_or(finding.severity, |code| code.severity),
        },
    }
}

/// Why and what to do, in sentences.
fn help(why: Option<&str>, fix: &str) -> String {
    let why = why.map(|why| format!("{why}. ")).unwrap_or_default();
    format!("{why}Fix: {fix}.")
}

fn result<'a>(finding: &'a Finding, rule_index: usize, root: &str) -> ResultOfRule<'a> {
    let answer = finding
        .refusal
        .as_ref()
        .map(|refusal| format!(" Answer: {}.", refusal.message))
        .unwrap_or_default();
    let who = finding.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
    let why = finding.why.as_ref().map(|why| format!(" Why: {why}.")).unwrap_or_default();
    let text = format!("{who}{}.{answer}{why} Fix: {}.", finding.summary, finding.fix);
    let top = Place::top_of(root);
    let related = finding.related.iter().enumerate();
    ResultOfRule {
        rule_id: &finding.code,
        rule_index,
        level: finding.severity,
        message: Text { text },
        locations: [location(finding.place.as_ref().unwrap_or(&top), None, None)],
        related_locations: related
            .map(|(index, related)| location(&related.place, Some(index + 1), Some(&related.note)))
            .collect(),
        partial_fingerprints: BTreeMap::from([("spectrumctl/v1", fingerprint(finding))]),
    }
}

fn location(place: &Place, id: Option<usize>, note: Option<&str>) -> Location {
    Location {
        id,
        physical_location: PhysicalLocation {
            artifact_location: Artifact { uri: uri(&place.file), uri_base_id: "%SRCROOT%" },
            region: Region { start_line: place.line.max(1), start_column: place.column.max(1) },
        },
        message: note.map(|note| Text { text: note.to_owned() }),
    }
}

/// A path as a relative reference: what is not plain is percent-encoded.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    path.bytes().fold(String::new(), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a string does not fail");
        }
        uri
    })
}

/// `virtual-network-port-range` as `VirtualNetworkPortRange`.
fn pascal_case(slug: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    slug.split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(capital)
        .collect()
}

/// A hash over what the finding is about, without the lines.
fn fingerprint(finding: &Finding) -> String {
    let file = finding.place.as_ref().map_or("", |place| &place.file);
    let parts = [
        &finding.code,
        finding.address.as_deref().unwrap_or_default(),
        finding.path.as_deref().unwrap_or_default(),
        file,
    ];
    let mut hash = Sha256::new();
    for part in parts.into_iter().chain([finding.summary.as_str()]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hexadecimal(&hash.finalize()[..16])
}
