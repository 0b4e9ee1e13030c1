//! Reads a fix as instructions, without knowing the codes: `write V`, `write KEY: V`, `add KEY: V`, `remove KEY`. A fix that offers
//! several ways gives several lists of edits.

use spectrumctl::finding::Finding;

/// One thing to do to the configuration.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
    /// Write this in place of the value.
    Replace(String),
    /// Put a variable in quotes.
    Quote(String),
    /// Write this in place of the key.
    Rename(String),
    /// Give a field a value, in YAML; a name without dots may be a neighbour of the field of the finding.
    Set(String, String),
    /// Take a field away; without a name that of the finding.
    Remove(Option<String>),
    /// Move the value under a key to another one.
    Move(String, String),
}

/// The ways that a fix offers; none if it prints no YAML.
pub(super) fn alternatives(finding: &Finding) -> Vec<Vec<Edit>> {
    let fix = finding.fix.replace('`', "");
    if let Some(quoted) = fix.strip_prefix("put the variable in quotes: ") {
        return vec![vec![Edit::Quote(quoted.to_owned())]];
    }
    if finding.summary.starts_with("unknown key")
        && let Some(name) = fix.strip_prefix("write ")
    {
        return vec![vec![match name.split_once(" instead of ") {
            Some((new, old)) => Edit::Move(old.to_owned(), new.to_owned()),
            None => Edit::Rename(name.to_owned()),
        }]];
    }
    ways(&fix).into_iter().flat_map(|way| read(&way)).collect()
}

/// The ways of a fix: `A, or B` and `A; or B`. `or` in a list of values is no other way.
fn ways(fix: &str) -> Vec<String> {
    let mut ways: Vec<String> = Vec::new();
    for part in fix.split("; or ").flat_map(|part| part.split(", or ")) {
        let is_way = [
            "write ",
            "remove ",
            "add ",
            "set ",
            "give ",
            "use ",
            "ask ",
            "a ",
            "origin_dns ",
            "another ",
        ]
        .iter()
        .any(|verb| part.starts_with(verb));
        match ways.last_mut().filter(|_| !is_way) {
            // `tls: full, or tls: off`: the verb counts for both.
            Some(last) if part.contains(": ") => {
                let verb = last.split(' ').next().unwrap_or_default().to_owned();
                ways.push(format!("{verb} {part}"));
            }
            Some(last) => *last += &format!(", or {part}"),
            None => ways.push(part.to_owned()),
        }
    }
    ways
}

fn read(way: &str) -> Vec<Vec<Edit>> {
    let (verb, rest) = way.split_once(' ').unwrap_or((way, ""));
    match verb {
        "add" => added(rest).into_iter().map(|edit| vec![edit]).collect(),
        "write" => written(rest),
        "remove" => removed(rest).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// `origin_port: 22`, `dns, such as dns: {…}`, `edge_ips.ips, such as […]`.
fn added(rest: &str) -> Option<Edit> {
    if let Some((key, value)) = key_and_value(rest) {
        return Some(Edit::Set(key, value));
    }
    let (name, example) = rest.split_once(", such as ")?;
    Some(match key_and_value(example) {
        Some((key, value)) => Edit::Set(key, value),
        None => Edit::Set(name.to_owned(), value(example)),
    })
}

fn written(rest: &str) -> Vec<Vec<Edit>> {
    if key_and_value(rest).is_some() {
        return all_of(rest);
    }
    if let Some((_, example)) = rest.split_once("such as ") {
        return match key_and_value(example) {
            Some((key, value)) => vec![vec![Edit::Set(key, value)]],
            None => vec![vec![Edit::Replace(value(example))]],
        };
    }
    let rest = rest.strip_prefix("one of ").unwrap_or(rest);
    let is_prose = ["a ", "an ", "the ", "it ", "its ", "ranges ", "protocol and "]
        .iter()
        .any(|begin| rest.starts_with(begin));
    if is_prose {
        return Vec::new();
    }
    let without_quotes = rest.strip_suffix(", without quotes").unwrap_or(rest);
    choices(without_quotes).into_iter().map(|choice| vec![Edit::Replace(choice)]).collect()
}

/// `tls: off`, and what is joined to it by `and` or `with`; `tls: off or tls: flexible` are two ways.
fn all_of(rest: &str) -> Vec<Vec<Edit>> {
    let ways = rest.split(" or ").filter_map(|way| {
        let way = way.trim_end_matches(',');
        let parts = way.split(" and ").flat_map(|part| part.split(" with "));
        let edits: Vec<Edit> =
            parts.filter_map(key_and_value).map(|(key, value)| Edit::Set(key, value)).collect();
        (!edits.is_empty()).then_some(edits)
    });
    ways.collect()
}

/// `it`, `the field`, `edge_ips.connectivity`, `origin_dns and origin_port, and write origin_direct: […]`.
fn removed(rest: &str) -> Option<Vec<Edit>> {
    let (names, more) = rest.split_once(" and write ").unwrap_or((rest, ""));
    let names = names.split([',', ';']).next().unwrap_or_default();
    let remove = |name: &str| match name {
        "it" | "the field" | "the key" => Some(Edit::Remove(None)),
        name => is_name(name).then(|| Edit::Remove(Some(name.to_owned()))),
    };
    let removes: Vec<Edit> = names.split(" and ").map_while(remove).collect();
    let set = key_and_value(more).map(|(key, value)| Edit::Set(key, value));
    (!removes.is_empty()).then(|| removes.into_iter().chain(set).collect())
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_lowercase() || matches!(letter, '_' | '.'))
}

/// `origin_port: "1000-2000"` at the beginning of a text.
fn key_and_value(text: &str) -> Option<(String, String)> {
    let (key, rest) = text.split_once(": ")?;
    is_name(key).then(|| (key.to_owned(), value(rest)))
}

/// The value at the beginning of a text: what is in brackets or quotes whole, else up to the end of the phrase.
fn value(text: &str) -> String {
    let close = match text.chars().next() {
        Some('[') => "]",
        Some('{') => "}",
        Some('"') => "\"",
        _ => {
            let ends = [", ", "; ", " or ", " and ", " with "];
            let end = ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
            return text[..end].to_owned();
        }
    };
    let end = text[1..].find(close).map_or(text.len(), |at| at + 2);
    text[..end].to_owned()
}

/// `off, flexible, full or strict`, `tcp/22 or udp/22`, `"3000-4000"`, `["a", "b"]`.
fn choices(text: &str) -> Vec<String> {
    if text.starts_with(['[', '{', '"']) && value(text).len() == text.len() {
        return vec![text.to_owned()];
    }
    let words: Vec<&str> = text.split(", ").flat_map(|part| part.split(" or ")).collect();
    let is_value = |word: &&str| !word.is_empty() && !word.contains(' ');
    if words.iter().all(is_value) {
        words.into_iter().map(str::to_owned).collect()
    } else {
        Vec::new()
    }
}
