//! Cuts lists into pages, and reads the numbers that ask for them.

use std::ops::Range;

use serde_json::{Value as Json, json};

use super::message::{Answer, Request};
use super::refusal::{BAD_PARAMETER, Refusal};

/// How a list is paged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pages {
    /// Entries of a page where the request does not say.
    pub(super) usual: usize,
    /// Entries of a page at most.
    pub(super) most: usize,
}

/// The last page that there can be.
pub(super) const LAST_PAGE: usize = 2_147_483_647;

/// The page that a request asks for. A page past the end is empty.
pub(super) fn page_of(
    mut items: Vec<Json>,
    request: &Request,
    pages: Pages,
) -> Result<Answer, Refusal> {
    page_through(items.len(), request, pages, |range| items.drain(range).collect())
}

/// The same of so many entries, of which only those of the page are made.
pub(super) fn page_through(
    total: usize,
    request: &Request,
    pages: Pages,
    entries: impl FnOnce(Range<usize>) -> Vec<Json>,
) -> Result<Answer, Refusal> {
    let page = number(request, "page", 1, LAST_PAGE)?;
    let per_page = number(request, "per_page", pages.usual, pages.most)?;
    let start = (page - 1).saturating_mul(per_page).min(total);
    let shown = entries(start..start.saturating_add(per_page).min(total));
    let info = json!({
        "page": page, "per_page": per_page, "count": shown.len(), "total_count": total,
        "total_pages": total.div_ceil(per_page),
    });
    Ok(Answer { result: Json::Array(shown), result_info: Some(info) })
}

/// A whole number from 1 to the most; some clients write `1.0`.
pub(super) fn number(
    request: &Request,
    name: &str,
    usual: usize,
    most: usize,
) -> Result<usize, Refusal> {
    let Some(text) = request.parameter(name) else { return Ok(usual) };
    let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
    let digits = whole.map_or(text, |(digits, _)| digits);
    let number = digits.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| {
        let range = format!("must be a whole number from 1 to {most}");
        BAD_PARAMETER.saying(format!("Invalid query parameter: {name} {range}"))
    })
}
