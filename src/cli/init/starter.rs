//! The text of the configuration that `init` writes: its head, and the zone with an example or with what is live.

use super::choices::Choices;
use crate::model::field::ATTRIBUTES;
use crate::model::parse::Parse;
use crate::model::{Field, Keyword};

const HEAD: &str = include_str!("starter.yaml");
const EXAMPLE: &str = include_str!("example.yaml");
/// Where every document of an export begins.
const VERSION: &str = "version: 1\n";

/// A configuration with one example.
pub(super) fn example(choices: &Choices) -> String {
    let id = choices.id.as_ref().map(|id| format!("id: {id}"));
    let zones = lines(EXAMPLE, "@ID@", id).replace("@ZONE@", &choices.zone);
    whole(choices, &lines(&zones, "@DEFAULTS@", Some(defaults().join("\n"))))
}

/// A configuration with what an export has written.
pub(super) fn live(choices: &Choices, exported: &str) -> String {
    whole(choices, exported.strip_prefix(VERSION).unwrap_or(exported))
}

fn whole(choices: &Choices, zones: &str) -> String {
    let account = choices.account.as_ref().map(|account| format!("account: {account}"));
    let text = lines(HEAD, "@ACCOUNT@", account);
    lines(&text, "@ZONES@", Some(zones.trim_end().to_owned()))
}

/// The text with lines in the place of the one that holds a mark, indented as it is; without that line where there are none.
fn lines(text: &str, mark: &str, with: Option<String>) -> String {
    let line = |line: &str| match line.strip_suffix(mark) {
        None => format!("{line}\n"),
        Some(indent) => {
            let with = with.iter().flat_map(|with| with.lines());
            with.map(|line| format!("{indent}{line}").trim_end().to_owned() + "\n").collect()
        }
    };
    text.lines().map(line).collect()
}

/// A comment for each field that every application may leave out: its default, what it is, and the values it takes.
fn defaults() -> Vec<String> {
    let rows = ATTRIBUTES.iter().filter(|row| !row.origin && row.default.is_some());
    let mut tops: Vec<&str> = rows.map(|row| row.field.top()).collect();
    tops.dedup();
    tops.into_iter().map(default_of).collect()
}

/// `# tls: off  # where TLS ends: off, flexible, full or strict`.
fn default_of(top: &str) -> String {
    let fields: Vec<Field> =
        Field::under(top).filter(|field| field.row().default.is_some()).collect();
    let value = |field: &Field| field.row().default.map(ToString::to_string).unwrap_or_default();
    let pairs: Vec<String> =
        fields.iter().map(|field| format!("{}: {}", field.split().1, value(field))).collect();
    let about: Vec<String> = fields.iter().map(|field| about(*field)).collect();
    match fields.as_slice() {
        [one] if one.split().1.is_empty() => {
            format!("# {top}: {}  # {}", value(one), about.join("; "))
        }
        _ => format!("# {top}: {{{}}}  # {}", pairs.join(", "), about.join("; ")),
    }
}

fn about(field: Field) -> String {
    let row = field.row();
    match row.parse {
        Parse::Keyword(words) => format!("{}: {}", row.about, alternatives(words)),
        Parse::Flag => format!("{}: true or false", row.about),
        _ => row.about.to_owned(),
    }
}

/// `off, flexible, full or strict`.
fn alternatives(words: &[Keyword]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text()).collect();
    match texts.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        texts => texts.join(""),
    }
}
