//! Reads scalars from their source text. The fields of an application and every other part of the
//! configuration share these readers, so one spelling means the same everywhere.
//!
//! What cannot be read gives the fix: what to write instead. It never repeats the text of a value
//! that comes from a variable.

use super::node::{Node, Style};

/// How alike two names must be for one to be proposed for the other, from 0 to 1.
const NEAR: f64 = 0.8;

/// Reads `true` or `false`, bare.
///
/// # Errors
/// The fix, when it is something else.
pub fn read_flag(node: &Node) -> Result<bool, &'static str> {
    let Some((text, style)) = node.scalar() else { return Err("write true or false") };
    let is_bare = style != Style::Quoted;
    match text {
        "true" | "True" | "TRUE" if is_bare => return Ok(true),
        "false" | "False" | "FALSE" if is_bare => return Ok(false),
        _ => {}
    }
    Err(match text.to_ascii_lowercase().as_str() {
        _ if node.mask.is_some() => "write true or false",
        "true" | "yes" | "on" | "y" | "1" => "write true, without quotes",
        "false" | "no" | "off" | "n" | "0" => "write false, without quotes",
        _ => "write true or false",
    })
}

/// Reads a whole number, bare: decimal, `0x16` or `0o26`.
///
/// # Errors
/// The fix, when it is something else.
pub fn read_number(node: &Node) -> Result<u32, String> {
    let general = || "write a whole number, such as 600".to_owned();
    let (text, style) = node.scalar().ok_or_else(general)?;
    let number = match style {
        Style::Plain => core_number(text),
        Style::Number => text.parse().ok(),
        Style::Quoted | Style::Bool => None,
    };
    number.ok_or_else(|| match core_number(text) {
        Some(number) if node.mask.is_none() => format!("write {number}, without quotes"),
        _ => general(),
    })
}

/// A whole number as YAML 1.2's core schema writes it: decimal, `0x16` or `0o26`.
pub fn core_number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        _ => (text, 10),
    };
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_plain.then(|| u32::from_str_radix(digits, radix).ok())?
}

/// Reads one of these keywords, as it is spelled here.
///
/// # Errors
/// The fix, when it is something else: the keyword that was probably meant, else all of them.
pub fn read_keyword<T: Copy>(node: &Node, keywords: &[(&str, T)]) -> Result<T, String> {
    let names = || keywords.iter().map(|(name, _)| *name);
    let all = || format!("write {}", list_keywords(names()));
    let (text, style) = node.scalar().ok_or_else(all)?;
    let found = keywords.iter().find(|(name, _)| *name == text);
    if let Some((_, value)) = found.filter(|_| !matches!(style, Style::Number | Style::Bool)) {
        return Ok(*value);
    }
    let negates = matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "none");
    let off = names().find(|name| *name == "off").filter(|_| negates);
    let meant = off.or_else(|| did_you_mean(text, names().filter(|name| !name.is_empty())));
    Err(meant.map_or_else(all, |name| format!("write {name}")))
}

/// The keywords for a message: `off, flexible, full or strict`; an empty one is shown as `""`.
pub fn list_keywords<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    let shown = |name: &'k str| if name.is_empty() { "\"\"" } else { name };
    let names: Vec<&str> = names.into_iter().map(shown).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The known name that is most like a written one, if one is near; case, hyphens and underscores
/// do not count.
pub fn did_you_mean<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let written = plain(written);
    let likeness = |name: &str| strsim::jaro_winkler(&plain(name), &written);
    let near = known.into_iter().map(|name| (likeness(name), name));
    let near = near.filter(|(likeness, _)| *likeness > NEAR);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// The known names that are most like a written one, the nearest first, each once.
pub fn near_names<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
    most: usize,
) -> Vec<&'k str> {
    let written = plain(written);
    let likeness = |name: &str| strsim::jaro_winkler(&plain(name), &written);
    let mut near: Vec<(f64, &str)> = known.into_iter().map(|name| (likeness(name), name)).collect();
    near.retain(|(likeness, _)| *likeness > NEAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let mut names: Vec<&str> = near.into_iter().map(|(_, name)| name).collect();
    names.dedup();
    names.truncate(most);
    names
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, '-' | '_'));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::node::Kind;

    fn scalar(text: &str, style: Style) -> Node {
        Node::new(Kind::Scalar { text: text.to_owned(), style })
    }

    #[test]
    fn a_number_is_bare_and_in_any_notation_of_the_core_schema() {
        for (text, number) in [("600", 600), ("0x300", 768), ("0o17", 15), ("007", 7)] {
            assert_eq!(read_number(&scalar(text, Style::Plain)), Ok(number), "{text}");
        }
        for text in ["+5", "-5", "5.0", "0x", "4294967296", "five", ""] {
            assert!(read_number(&scalar(text, Style::Plain)).is_err(), "{text}");
        }
        let quoted = read_number(&scalar("600", Style::Quoted));
        assert_eq!(quoted, Err("write 600, without quotes".to_owned()));
    }

    #[test]
    fn the_value_of_a_variable_is_not_repeated() {
        let masked = Node { mask: Some("‹TTL›".to_owned()), ..scalar("600", Style::Quoted) };
        assert_eq!(read_number(&masked), Err("write a whole number, such as 600".to_owned()));
        let masked = Node { mask: Some("‹ON›".to_owned()), ..scalar("yes", Style::Plain) };
        assert_eq!(read_flag(&masked), Err("write true or false"));
    }

    #[test]
    fn a_keyword_that_is_near_is_proposed() {
        let keywords = [("off", 0), ("flexible", 1), ("strict", 2)];
        let read = |text, style| read_keyword(&scalar(text, style), &keywords);
        assert_eq!(read("strict", Style::Plain), Ok(2));
        assert_eq!(read("Strict", Style::Plain), Err("write strict".to_owned()));
        assert_eq!(read("false", Style::Bool), Err("write off".to_owned()));
        let all = "write off, flexible or strict".to_owned();
        assert_eq!(read("zzz", Style::Plain), Err(all));
    }

    #[test]
    fn the_nearest_name_is_meant_whatever_its_case_and_hyphens() {
        let known = ["edge_ips", "origin_direct", "tls"];
        assert_eq!(did_you_mean("edgeIPs", known), Some("edge_ips"));
        assert_eq!(did_you_mean("origin-direkt", known), Some("origin_direct"));
        assert_eq!(did_you_mean("colour", known), None);
    }
}
