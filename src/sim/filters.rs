//! Filters of lists: one table for each list, one row for each query parameter that Cloudflare
//! documents. A documented parameter filters; one that no page documents is ignored, as the API
//! does (*inferred*).

use serde_json::Value as Json;

use super::message::Request;
use super::refusal::{BAD_PARAMETER, Refusal};
use crate::model::read_network;

/// Whether the value at a filter's path fits the text of a query parameter.
type Fits = fn(&Json, &str) -> Result<bool, Refusal>;

/// A row: the parameter, the path of the value in an entry, the comparison.
pub(super) type Filter = (&'static str, &'static [&'static str], Fits);

/// The entries that fit. `match=any` asks for those that fit one filter at least.
///
/// # Errors
/// A parameter whose value cannot be one.
pub(super) fn filter(
    entries: Vec<Json>,
    request: &Request,
    table: &[Filter],
) -> Result<Vec<Json>, Refusal> {
    let any = match request.parameter("match").unwrap_or("all") {
        "all" => false,
        "any" => true,
        other => return Err(refuse("match", &format!("cannot be {other}"))),
    };
    let asked: Vec<(&Filter, &str)> = request
        .query
        .iter()
        .filter_map(|(name, text)| {
            Some((table.iter().find(|(known, ..)| known == name)?, text.as_str()))
        })
        .collect();
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut verdicts = Vec::with_capacity(asked.len());
        for ((_, path, fits), text) in &asked {
            verdicts.push(fits(at(&entry, path), text)?);
        }
        let fits_any = any && verdicts.iter().any(|fits| *fits);
        if asked.is_empty() || fits_any || !any && verdicts.iter().all(|fits| *fits) {
            kept.push(entry);
        }
    }
    Ok(kept)
}

/// Puts entries in the order that a request asks for, where it asks for one.
///
/// # Errors
/// An order that the list does not have, or a direction that is none.
pub(super) fn sort(
    entries: &mut [Json],
    request: &Request,
    orders: &[(&str, &[&str])],
) -> Result<(), Refusal> {
    let backwards = super::order::is_backwards(request)?;
    if let Some(asked) = request.parameter("order") {
        let found = orders.iter().find(|(name, _)| *name == asked);
        let (_, path) = found.ok_or_else(|| refuse("order", &format!("cannot be {asked}")))?;
        entries.sort_by_cached_key(|entry| text_of(at(entry, path)));
    }
    if backwards {
        entries.reverse();
    }
    Ok(())
}

/// The value at a path; null where there is none.
pub(super) fn at<'a>(entry: &'a Json, path: &[&str]) -> &'a Json {
    path.iter().fold(entry, |value, key| &value[*key])
}

fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_lowercase)
}

fn refuse(name: &str, why: &str) -> Refusal {
    BAD_PARAMETER.saying(format!("Invalid query parameter: {name} {why}"))
}

/// The very text, without regard to case.
pub(super) fn equals(value: &Json, text: &str) -> Result<bool, Refusal> {
    Ok(!value.is_null() && text_of(value) == text.to_lowercase())
}

/// A part of the text.
pub(super) fn contains(value: &Json, text: &str) -> Result<bool, Refusal> {
    Ok(!value.is_null() && text_of(value).contains(&text.to_lowercase()))
}

/// The beginning of the text.
pub(super) fn starts_with(value: &Json, text: &str) -> Result<bool, Refusal> {
    Ok(!value.is_null() && text_of(value).starts_with(&text.to_lowercase()))
}

/// The end of the text.
pub(super) fn ends_with(value: &Json, text: &str) -> Result<bool, Refusal> {
    Ok(!value.is_null() && text_of(value).ends_with(&text.to_lowercase()))
}

/// That there is a value, whatever the parameter says.
pub(super) fn is_present(value: &Json, _: &str) -> Result<bool, Refusal> {
    Ok(!is_absent(value, "")?)
}

/// That there is no value, whatever the parameter says.
pub(super) fn is_absent(value: &Json, _: &str) -> Result<bool, Refusal> {
    Ok(value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value == "")
}

/// `true` or `false`.
pub(super) fn is_flag(value: &Json, text: &str) -> Result<bool, Refusal> {
    match text {
        "true" => Ok(value == &Json::Bool(true)),
        "false" => Ok(value == &Json::Bool(false)),
        _ => Err(refuse("a switch", "must be true or false")),
    }
}

/// `true` asks for what has a time of deletion, `false` for what has none.
pub(super) fn is_deleted(value: &Json, text: &str) -> Result<bool, Refusal> {
    is_flag(&Json::Bool(!value.is_null()), text)
}

/// That it was there at a time.
pub(super) fn existed_at(value: &Json, text: &str) -> Result<bool, Refusal> {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let asked = time(text).ok_or_else(|| refuse("existed_at", "must be a time"))?;
    Ok(value.as_str().and_then(time).is_some_and(|created| created <= asked))
}

/// A network that holds the given one.
pub(super) fn is_superset(value: &Json, text: &str) -> Result<bool, Refusal> {
    networks(value, text, |own, asked| own.contains(&asked))
}

/// A network that the given one holds.
pub(super) fn is_subset(value: &Json, text: &str) -> Result<bool, Refusal> {
    networks(value, text, |own, asked| asked.contains(&own))
}

fn networks(
    value: &Json,
    text: &str,
    fits: fn(ipnet::IpNet, ipnet::IpNet) -> bool,
) -> Result<bool, Refusal> {
    let asked =
        read_network(text).ok_or_else(|| refuse("a network", "must be in CIDR notation"))?;
    let own = value.as_str().and_then(read_network);
    Ok(own.is_some_and(|own| fits(own, asked)))
}

/// One of several texts, with commas between them.
pub(super) fn is_one_of(value: &Json, text: &str) -> Result<bool, Refusal> {
    Ok(text.split(',').any(|one| value.as_str() == Some(one.trim())))
}

/// A text with one of the documented operators in front, such as `contains:example`; the very text
/// without one.
pub(super) fn with_operator(value: &Json, text: &str) -> Result<bool, Refusal> {
    let (operator, rest) = text.split_once(':').unwrap_or(("equal", text));
    let own = value.as_str().unwrap_or_default();
    match operator {
        "equal" => equals(value, rest),
        "not_equal" => equals(value, rest).map(|equal| !equal),
        "starts_with" => starts_with(value, rest),
        "ends_with" => ends_with(value, rest),
        "contains" => contains(value, rest),
        "starts_with_case_sensitive" => Ok(own.starts_with(rest)),
        "ends_with_case_sensitive" => Ok(own.ends_with(rest)),
        "contains_case_sensitive" => Ok(own.contains(rest)),
        _ => Err(refuse("a filter", &format!("has no operator {operator}"))),
    }
}
