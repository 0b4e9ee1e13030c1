//! Lists: order, direction and pages.

use serde_json::{Map, Value as Json, json};

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

/// The page that a request asks for. A page past the end is empty.
pub(super) fn page_of(
    items: Vec<Json>,
    request: &Request,
    pages: Pages,
) -> Result<Answer, Refusal> {
    let page = number(request, "page", 1, usize::MAX)?;
    let per_page = number(request, "per_page", pages.usual, pages.most)?;
    let total = items.len();
    let shown: Vec<Json> =
        items.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
    let info = json!({
        "page": page, "per_page": per_page, "count": shown.len(), "total_count": total, "total_pages": total.div_ceil(per_page),
    });
    Ok(Answer { result: Json::Array(shown), result_info: Some(info) })
}

fn number(request: &Request, name: &str, usual: usize, most: usize) -> Result<usize, Refusal> {
    let Some(text) = request.parameter(name) else { return Ok(usual) };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| {
        BAD_PARAMETER.saying(format!(
            "Invalid query parameter: {name} must be a whole number from 1 to {most}"
        ))
    })
}

/// By which path of the object applications are put in order, and whether the other way round.
pub(super) fn order_of(request: &Request) -> Result<(&'static [&'static str], bool), Refusal> {
    let path: &[&str] = match request.parameter("order").unwrap_or("dns") {
        "dns" => &["dns", "name"],
        "protocol" => &["protocol"],
        "app_id" => &["id"],
        "created_on" => &["created_on"],
        "modified_on" => &["modified_on"],
        other => {
            return Err(
                BAD_PARAMETER.saying(format!("Invalid query parameter: order cannot be {other}"))
            );
        }
    };
    match request.parameter("direction").unwrap_or("asc") {
        "asc" => Ok((path, false)),
        "desc" => Ok((path, true)),
        other => {
            Err(BAD_PARAMETER
                .saying(format!("Invalid query parameter: direction cannot be {other}")))
        }
    }
}

/// Puts applications in order; equals stand by their ids.
pub(super) fn in_order(items: &mut [&Map<String, Json>], path: &[&str], backwards: bool) {
    items.sort_by_cached_key(|object| (text_at(object, path), text_at(object, &["id"])));
    if backwards {
        items.reverse();
    }
}

fn text_at(object: &Map<String, Json>, path: &[&str]) -> String {
    let (first, rest) = path.split_first().map_or(("", path), |(first, rest)| (*first, rest));
    let found =
        rest.iter().try_fold(object.get(first).unwrap_or(&Json::Null), |value, key| value.get(key));
    found.and_then(Json::as_str).unwrap_or_default().to_owned()
}
