//! Filters of lists: a documented query parameter filters; one that no page documents is ignored,
//! as the API does (*inferred*). The tables are in `lists`.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::message::Request;
use super::paging::Pages;
use super::refusal::{BAD_PARAMETER, Refusal};
use crate::model::{IpNet, read_network};

/// What a list takes.
#[derive(Debug)]
pub(super) struct List {
    pub(super) filters: &'static [Filter],
    /// The orders that it may be asked for, each with the path of its value.
    pub(super) orders: &'static [(&'static str, &'static [&'static str])],
    /// How it is paged; none where it comes whole.
    pub(super) pages: Option<Pages>,
}

/// A row of a table: a query parameter and what it asks of an entry.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) name: &'static str,
    /// The path of the value in an entry.
    pub(super) path: &'static [&'static str],
    pub(super) compare: Compare,
}

/// How a value is compared with the text of a query parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    /// The very text, without regard to case.
    Equals,
    /// A part of the text.
    Contains,
    /// The beginning of the text.
    StartsWith,
    /// The end of the text.
    EndsWith,
    /// That there is a value, whatever the parameter says.
    IsPresent,
    /// That there is none, whatever the parameter says.
    IsAbsent,
    /// `true` or `false`; some clients write them with a capital letter.
    Flag,
    /// `true` asks for what has a time of deletion, `false` for what has none.
    IsDeleted,
    /// That it was there at a time.
    ExistedAt,
    /// A network that holds the given one.
    Superset,
    /// A network that the given one holds.
    Subset,
    /// One of these keywords, or several with commas between them.
    OneOf(&'static [&'static str]),
    /// A text with one of the documented operators in front, such as `contains:example`; the very
    /// text without one.
    Operator,
}

/// The documented operators of [`Compare::Operator`].
pub(super) const OPERATORS: [&str; 8] = [
    "equal",
    "not_equal",
    "starts_with",
    "ends_with",
    "contains",
    "starts_with_case_sensitive",
    "ends_with_case_sensitive",
    "contains_case_sensitive",
];

/// The entries that fit, in the order that the request asks for. Several values of one parameter
/// ask for one of them; `match=any` asks for what fits one parameter at least.
///
/// # Errors
/// A parameter whose value cannot be one.
pub(super) fn select(
    entries: Vec<Json>,
    request: &Request,
    list: &List,
) -> Result<Vec<Json>, Refusal> {
    let any = match request.parameter("match").unwrap_or("all") {
        "all" => false,
        "any" => true,
        other => return Err(refuse("match", &format!("cannot be {other}"))),
    };
    let mut asked: BTreeMap<&str, (&Filter, Vec<&str>)> = BTreeMap::new();
    for (name, text) in &request.query {
        if let Some(filter) = list.filters.iter().find(|filter| filter.name == name) {
            asked.entry(filter.name).or_insert((filter, Vec::new())).1.push(text);
        }
    }
    // A value that cannot be one is refused even where there is nothing to compare it with.
    for (filter, texts) in asked.values() {
        texts.iter().try_for_each(|text| filter.fits(&Json::Null, text).map(drop))?;
    }
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut verdicts = Vec::with_capacity(asked.len());
        for (filter, texts) in asked.values() {
            verdicts.push(filter.fits_any(&entry, texts)?);
        }
        let fits_any = any && verdicts.iter().any(|fits| *fits);
        if asked.is_empty() || fits_any || !any && verdicts.iter().all(|fits| *fits) {
            kept.push(entry);
        }
    }
    sort(&mut kept, request, list)?;
    Ok(kept)
}

/// Puts entries in the order that a request asks for, where it asks for one.
fn sort(entries: &mut [Json], request: &Request, list: &List) -> Result<(), Refusal> {
    if list.orders.is_empty() {
        return Ok(());
    }
    let backwards = is_backwards(request)?;
    if let Some(asked) = request.parameter("order") {
        let found = list.orders.iter().find(|(name, _)| *name == asked);
        let (_, path) = found.ok_or_else(|| refuse("order", &format!("cannot be {asked}")))?;
        entries.sort_by_cached_key(|entry| text_of(at(entry, path)));
    }
    if backwards {
        entries.reverse();
    }
    Ok(())
}

/// Whether a request asks for the opposite order.
pub(super) fn is_backwards(request: &Request) -> Result<bool, Refusal> {
    match request.parameter("direction").unwrap_or("asc") {
        "asc" => Ok(false),
        "desc" => Ok(true),
        other => Err(refuse("direction", &format!("cannot be {other}"))),
    }
}

/// The value at a path; null where there is none.
pub(super) fn at<'a>(entry: &'a Json, path: &[&str]) -> &'a Json {
    path.iter().fold(entry, |value, key| &value[*key])
}

fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_lowercase)
}

/// The refusal of a query parameter.
pub(super) fn refuse(name: &str, why: &str) -> Refusal {
    BAD_PARAMETER.saying(format!("Invalid query parameter: {name} {why}"))
}

impl Filter {
    fn fits_any(&self, entry: &Json, texts: &[&str]) -> Result<bool, Refusal> {
        let value = at(entry, self.path);
        texts.iter().try_fold(false, |fits, text| Ok(fits || self.fits(value, text)?))
    }

    fn fits(&self, value: &Json, text: &str) -> Result<bool, Refusal> {
        let own = || (!value.is_null()).then(|| text_of(value));
        let asked = || text.to_lowercase();
        Ok(match self.compare {
            Compare::Equals => own().is_some_and(|own| own == asked()),
            Compare::Contains => own().is_some_and(|own| own.contains(&asked())),
            Compare::StartsWith => own().is_some_and(|own| own.starts_with(&asked())),
            Compare::EndsWith => own().is_some_and(|own| own.ends_with(&asked())),
            Compare::IsPresent => !is_nothing(value),
            Compare::IsAbsent => is_nothing(value),
            Compare::Flag => value == &Json::Bool(self.flag(text)?),
            Compare::IsDeleted => value.is_null() != self.flag(text)?,
            Compare::ExistedAt => {
                let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
                let asked = time(text).ok_or_else(|| refuse(self.name, "must be a time"))?;
                value.as_str().and_then(time).is_some_and(|created| created <= asked)
            }
            Compare::Superset => self.networks(value, text, |own, asked| own.contains(&asked))?,
            Compare::Subset => self.networks(value, text, |own, asked| asked.contains(&own))?,
            Compare::OneOf(words) => self.one_of(value, text, words)?,
            Compare::Operator => self.operator(value, text)?,
        })
    }

    fn flag(&self, text: &str) -> Result<bool, Refusal> {
        match text {
            "true" | "True" => Ok(true),
            "false" | "False" => Ok(false),
            _ => Err(refuse(self.name, "must be true or false")),
        }
    }

    fn networks(
        &self,
        value: &Json,
        text: &str,
        fits: fn(IpNet, IpNet) -> bool,
    ) -> Result<bool, Refusal> {
        let refused = || refuse(self.name, "must be in CIDR notation");
        let asked = read_network(text).ok_or_else(refused)?;
        let own = value.as_str().and_then(read_network);
        Ok(own.is_some_and(|own| fits(own, asked)))
    }

    fn one_of(&self, value: &Json, text: &str, words: &[&str]) -> Result<bool, Refusal> {
        let asked: Vec<&str> = text.split(',').map(str::trim).collect();
        if let Some(unknown) = asked.iter().find(|word| !words.contains(word)) {
            return Err(refuse(self.name, &format!("cannot be {unknown}")));
        }
        Ok(value.as_str().is_some_and(|own| asked.contains(&own)))
    }

    fn operator(&self, value: &Json, text: &str) -> Result<bool, Refusal> {
        let (operator, rest) = text.split_once(':').unwrap_or(("equal", text));
        let own = value.as_str().unwrap_or_default();
        let (small_own, small_rest) = (own.to_lowercase(), rest.to_lowercase());
        Ok(match operator {
            "equal" => small_own == small_rest,
            "not_equal" => small_own != small_rest,
            "starts_with" => small_own.starts_with(&small_rest),
            "ends_with" => small_own.ends_with(&small_rest),
            "contains" => small_own.contains(&small_rest),
            "starts_with_case_sensitive" => own.starts_with(rest),
            "ends_with_case_sensitive" => own.ends_with(rest),
            "contains_case_sensitive" => own.contains(rest),
            _ => return Err(refuse(self.name, &format!("has no operator {operator}"))),
        })
    }
}

fn is_nothing(value: &Json) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value == ""
}
