//! The keys under which live applications are written out: made of hostname, transport and ports, so that a key does not depend on
//! which other applications there are. Only where two would have the same key do parts of their ids tell them apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Address, Field, Live, Protocol, Value};

/// The longest key.
const LONGEST: usize = 63;

/// How many digits of an id stand in a key that would not be the only one.
const DIGITS: usize = 8;

/// The key of each application, in the given order: the name that it brings along, else one of its identity, which is also added to a name
/// that several bring along. None of them is taken, and no two are the same without regard to case.
pub fn names(apps: &[(Option<&str>, &Live)], zone: &str, taken: &BTreeSet<String>) -> Vec<String> {
    let wished: Vec<String> = apps
        .iter()
        .map(|(hint, live)| hint.map_or_else(|| name_from_identity(live, zone), fitting))
        .collect();
    let count = counts(taken, &wished);
    let identified = |(wish, (hint, live)): (String, &(Option<&str>, &Live))| {
        let is_several = count.get(&wish.to_ascii_lowercase()).is_some_and(|count| *count > 1);
        match is_several && hint.is_some() {
            true => fitting(&format!("{wish}-{}", name_from_identity(live, zone))),
            false => wish,
        }
    };
    let wished: Vec<String> = wished.into_iter().zip(apps).map(identified).collect();
    let count = counts(taken, &wished);
    let mut given: BTreeSet<String> = taken.iter().map(|key| key.to_ascii_lowercase()).collect();
    let mut keys = Vec::with_capacity(apps.len());
    for (wish, (_, live)) in wished.into_iter().zip(apps) {
        let alone = count.get(&wish.to_ascii_lowercase()) == Some(&1)
            && !given.contains(&wish.to_ascii_lowercase());
        let key = if alone { wish } else { told_apart(&wish, live, &given) };
        given.insert(key.to_ascii_lowercase());
        keys.push(key);
    }
    keys
}

/// How many would have each key.
fn counts(taken: &BTreeSet<String>, wished: &[String]) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for key in taken.iter().chain(wished) {
        *count.entry(key.to_ascii_lowercase()).or_default() += 1;
    }
    count
}

/// `ssh-tcp-22` for `ssh.example.com` and `tcp/22`.
fn name_from_identity(live: &Live, zone: &str) -> String {
    let host = live.spec.hostname().map(|name| name.as_str().to_owned()).unwrap_or_default();
    let host = match host.strip_suffix(zone) {
        Some("") => "apex",
        Some(rest) => rest.trim_end_matches('.'),
        None => &host,
    };
    let protocol = match live.spec.get(Field::Protocol) {
        Some(Value::Protocol(protocol)) => Protocol { name: None, ..*protocol }.to_string(),
        _ => String::new(),
    };
    fitting(&format!("{host}-{protocol}"))
}

/// The text with only what a key may have.
fn fitting(text: &str) -> String {
    let allowed = |character: char| {
        if character.is_ascii_alphanumeric() || "._-".contains(character) { character } else { '-' }
    };
    let mut key: String = text.chars().map(allowed).collect();
    if !key.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        key = format!("app{}{key}", if key.starts_with('-') { "" } else { "-" });
    }
    if key.len() > LONGEST {
        // The end tells the protocol, which is what applications on one hostname differ in.
        let tail = key[key.len() - 16..].to_owned();
        key = format!("{}-{tail}", &key[..LONGEST - 17]);
    }
    key.trim_end_matches('-').to_owned()
}

fn told_apart(wish: &str, live: &Live, given: &BTreeSet<String>) -> String {
    let digits: String = live.id.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = if digits.is_empty() { "x".to_owned() } else { digits };
    let short = &digits[..digits.len().min(DIGITS)];
    let with = |end: &str| format!("{}-{end}", &wish[..wish.len().min(LONGEST - 1 - end.len())]);
    let numbered = (2_usize..).map(|number| with(&format!("{short}-{number}")));
    let whole = (digits.len() < LONGEST - 1).then(|| with(&digits));
    let mut wishes = [with(short)].into_iter().chain(whole).chain(numbered);
    let free =
        wishes.find(|key| !given.contains(&key.to_ascii_lowercase()) && Address::is_key(key));
    free.expect("of endlessly many numbers one is free")
}
