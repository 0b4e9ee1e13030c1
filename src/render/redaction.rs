//! Hides where the traffic goes: every place in a written text at which the address or the name of an origin stands, whatever the
//! format makes of it. Which values these are is collected before; this room finds them in the configuration's text, in an
//! application, and in the output.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::{Map, Value as Json};

use super::markdown;
use crate::model::live::spec_of;
use crate::model::{Field, Spec, Value};

/// What stands in the place of a hidden value.
pub const HIDDEN: &str = "‹redacted›";

/// Replaces a set of values.
#[derive(Debug)]
pub struct Redactor {
    values: AhoCorasick,
}

impl Redactor {
    /// A redactor of these values; none where there is nothing to hide.
    pub fn new(values: &BTreeSet<String>) -> Option<Redactor> {
        let spellings: BTreeSet<String> =
            values.iter().flat_map(|value| spellings(value)).collect();
        if spellings.is_empty() {
            return None;
        }
        let values = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(spellings)
            .expect("addresses and names are far fewer and shorter than the automaton can hold");
        Some(Redactor { values })
    }

    /// The text with every value hidden. A value inside a longer word or number is another value and stays.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hidden = String::new();
        let mut copied = 0;
        for found in self.values.find_iter(text) {
            let before = text[..found.start()].chars().next_back();
            let after = text[found.end()..].chars().next();
            if before.is_some_and(continues) || after.is_some_and(continues) {
                continue;
            }
            hidden.push_str(&text[copied..found.start()]);
            hidden.push_str(HIDDEN);
            copied = found.end();
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        hidden.push_str(&text[copied..]);
        Cow::Owned(hidden)
    }
}

/// Whether a character beside a value makes it a part of something longer.
fn continues(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-'
}

/// How the formats write a value: as it is, with the references of Markdown, with the escapes of workflow commands.
fn spellings(value: &str) -> [String; 3] {
    [
        value.to_owned(),
        markdown::escaped(value),
        value.replace('%', "%25").replace(':', "%3A").replace(',', "%2C"),
    ]
}

/// The origins of an application: each as it is written, and its address or name alone.
pub fn origins_of(spec: &Spec) -> Vec<String> {
    let direct = spec.get(Field::OriginDirect);
    let name = spec.get(Field::OriginDnsName);
    direct.into_iter().chain(name).flat_map(texts).collect()
}

/// The same of the fields that the API takes or the state remembers.
pub fn origins_of_fields(fields: &Map<String, Json>) -> Vec<String> {
    let of_origin = [Field::OriginDirect, Field::OriginDnsName].map(Field::top);
    let named =
        of_origin.iter().filter_map(|top| Some(((*top).to_owned(), fields.get(*top)?.clone())));
    origins_of(&spec_of(&named.collect()))
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Origins(origins) => origins
            .0
            .iter()
            .flat_map(|origin| [origin.to_string(), origin.ip.to_string()])
            .collect(),
        Value::Hostname(name) => vec![name.to_string()],
        Value::Unread(text) => tokens(text).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// What a configuration says in public anyway, so that it is hidden nowhere.
#[derive(Debug, Default)]
pub struct Public {
    /// The addresses of the edge.
    pub addresses: BTreeSet<IpAddr>,
    /// Zones, and the hostnames of applications.
    pub names: BTreeSet<String>,
}

/// What may be an origin in the text of a configuration, valid or not: addresses, and on lines about an origin names and whatever looks
/// like a name or an address.
pub fn origins_in(text: &str, public: &Public) -> BTreeSet<String> {
    text.lines().flat_map(|line| origins_in_line(line, public)).collect()
}

fn origins_in_line(line: &str, public: &Public) -> Vec<String> {
    let of_origin = line.contains("origin");
    let is_public = |name: &str| public.names.contains(&name.to_ascii_lowercase());
    let mut found = Vec::new();
    for token in tokens(line) {
        for host in hosts_of(token) {
            match host.parse::<IpAddr>() {
                Ok(address) if public.addresses.contains(&address) => {}
                Ok(address) => {
                    found.extend([token.to_owned(), host.to_owned(), address.to_string()]);
                }
                Err(_) if of_origin && is_host_like(host) && !is_public(host) => {
                    found.extend([token.to_owned(), host.to_owned()]);
                }
                Err(_) => {}
            }
        }
    }
    // A word that is no name and no address holds parts that mean nothing, so it is hidden as a whole.
    let words =
        line.split(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '{' | '}' | ','));
    let words = words.filter(|word| of_origin && is_name(word) && !word.ends_with(':'));
    found.extend(words.filter(|word| !is_public(word)).map(str::to_owned));
    found
}

/// The words of a line that an address, a name or an origin could be.
fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let separates = |character: char| {
        !character.is_ascii_alphanumeric()
            && !matches!(character, '.' | ':' | '/' | '-' | '[' | ']')
    };
    line.split(separates)
        .map(|token| unlisted(token.trim_matches(['-', '.', ':', '/'])))
        .filter(|token| !token.is_empty())
}

/// The word without the brackets of a list that it begins or ends.
fn unlisted(token: &str) -> &str {
    let token = match token.strip_prefix('[') {
        Some(rest) if rest.contains("://") || !rest.contains(':') => rest,
        _ => token,
    };
    let opened = token.matches('[').count();
    if token.matches(']').count() > opened {
        token.strip_suffix(']').unwrap_or(token)
    } else {
        token
    }
}

/// What may be the address or the name in `tcp://[2001:db8::1]:22/path`, `192.0.2.1:22` or alone. An IPv6 address that lacks its brackets
/// is read with and without what may be its port.
fn hosts_of(token: &str) -> Vec<&str> {
    token.split('/').flat_map(hosts_of_part).filter(|host| !host.is_empty()).collect()
}

fn hosts_of_part(part: &str) -> Vec<&str> {
    if let Some((host, _)) = part.strip_prefix('[').and_then(|part| part.split_once(']')) {
        return vec![host];
    }
    let part = part.trim_matches(['[', ']']);
    match part.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => vec![part, host],
        Some((host, _)) => vec![host],
        None => vec![part],
    }
}

/// Whether a text looks like a name or like an address, well-formed or not.
fn is_host_like(text: &str) -> bool {
    let is_numbers = text.matches('.').count() > 1
        && text.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    is_name(text) || is_numbers || text.contains("::")
}

fn is_name(text: &str) -> bool {
    text.contains('.') && text.contains(|letter: char| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(values: &[&str], text: &str) -> String {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Redactor::new(&values).unwrap().redact(text).into_owned()
    }

    #[test]
    fn a_value_is_hidden_in_every_spelling_and_only_whole() {
        let values = ["192.0.2.1", "tcp://192.0.2.1:22", "o_1.example.net", "2001:db8::1"];
        assert_eq!(redacted(&values, "to tcp://192.0.2.1:22."), "to ‹redacted›.");
        assert_eq!(redacted(&values, "192.0.2.10, 1192.0.2.1"), "192.0.2.10, 1192.0.2.1");
        assert_eq!(redacted(&values, "O_1.Example.net"), "‹redacted›");
        assert_eq!(redacted(&values, "o&#95;1.example.net"), "‹redacted›");
        assert_eq!(redacted(&values, "title=2001%3Adb8%3A%3A1::"), "title=‹redacted›::");
        assert!(Redactor::new(&BTreeSet::new()).is_none());
    }

    #[test]
    fn what_may_be_an_origin_is_found_in_text_that_is_not_valid() {
        let public = Public {
            addresses: BTreeSet::from(["198.51.100.10".parse().unwrap()]),
            names: BTreeSet::from(["example.com", "web.example.com"].map(str::to_owned)),
        };
        let text = "origin_drect: [tcp//192.0.2.1:22, tcp://[2001:DB8::1]:22]\n\
                    origin_dns: {name: origin.example.net, ttl: 600}\n\
                    again: tcp://2001:db8:0::88:22\n\
                    edge_ips: {type: static, ips: [198.51.100.10]}\ndns: {name: ssh.example.com}\n\
                    web: {dns: {name: Web.example.com}, origin_direct: [\"tcp://203.0.113.7:22/x\", tcp://192.0.2.300:22]}\n\
                    origin_dns: {name: \"secret_origin!.example.com\"}, origin_direct: [tcp://[fd00::zz]:22]\n";
        let found = origins_in(text, &public);
        for value in [
            "2001:DB8::1",
            "tcp://[2001:DB8::1]:22",
            "origin.example.net",
            "2001:db8::88",
            "203.0.113.7",
            "192.0.2.300",
            "secret_origin!.example.com",
            "fd00::zz",
        ] {
            assert!(found.contains(value), "{value} is not in {found:?}");
        }
        assert!(!found.iter().any(|value| value.contains("ssh") || value.contains("198.51")));
        let lower: Vec<String> = found.iter().map(|value| value.to_lowercase()).collect();
        assert!(!lower.iter().any(|value| *value == "web.example.com" || *value == "example.com"));
    }
}
