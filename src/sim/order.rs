//! In which order a list of applications comes.

use serde_json::{Map, Value as Json};

use super::filters::{is_backwards, refuse};
use super::lists;
use super::message::Request;
use super::refusal::Refusal;

/// An order of applications: the path of the value that decides, and the direction. Equals come by
/// their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    path: &'static [&'static str],
    backwards: bool,
}

impl Order {
    /// By hostname, as everything comes that is not asked for by pages.
    pub(super) const USUAL: Order = Order { path: &["dns", "name"], backwards: false };

    /// The order that a request asks for.
    pub(super) fn from_request(request: &Request) -> Result<Order, Refusal> {
        let asked = request.parameter("order").unwrap_or("dns");
        let found = lists::APPS.orders.iter().find(|(name, _)| *name == asked);
        let (_, path) = found.ok_or_else(|| refuse("order", &format!("cannot be {asked}")))?;
        Ok(Order { path, backwards: is_backwards(request)? })
    }

    /// The ids of these applications in order.
    pub(super) fn sort<'a>(
        self,
        apps: impl Iterator<Item = (&'a str, &'a Map<String, Json>)>,
    ) -> Vec<String> {
        let mut keyed: Vec<_> =
            apps.map(|(id, object)| (text_at(object, self.path), id.to_owned())).collect();
        keyed.sort();
        if self.backwards {
            keyed.reverse();
        }
        keyed.into_iter().map(|(_, id)| id).collect()
    }
}

fn text_at<'a>(object: &'a Map<String, Json>, path: &[&str]) -> &'a str {
    let (first, rest) = path.split_first().expect("the path of an order has a name");
    let found = rest
        .iter()
        .try_fold(object.get(*first).unwrap_or(&Json::Null), |value, key| value.get(key));
    found.and_then(Json::as_str).unwrap_or_default()
}
