//! Which values of `each` an application uses: one that is not there and one that nothing uses are each found at their place.

use std::collections::BTreeSet;

use super::template::{Axis, Each};
use crate::codes;
use crate::config::decoder::Decoder;
use crate::config::interpolation::{Reference, references};
use crate::finding::{Finding, Place};
use crate::model::{Entry, Kind, Node, did_you_mean};

/// The name of a value, and where it is used.
type Use<'n> = (&'n str, Option<&'n Place>);

/// Whether a value of `each` is used in a tree.
pub(super) fn uses_row(node: &Node) -> bool {
    let mut uses = Vec::new();
    gather(node, &mut uses);
    !uses.is_empty()
}

/// Says what the application uses and `each` has not, and what `each` has and the application does not use. Rows that lack a value which
/// is used are dropped, since nothing can be said of them.
pub(super) fn check(each: &mut Each, entries: &[&Entry], decoder: &mut Decoder) {
    if each.axes.is_empty() {
        return;
    }
    let mut uses = Vec::new();
    entries.iter().for_each(|entry| gather(&entry.value, &mut uses));
    let names: Vec<String> =
        each.axes.iter().flat_map(|axis| &axis.names).map(|(name, _)| name.clone()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut reported = BTreeSet::new();
    for (name, place) in &uses {
        if !known.contains(name) && reported.insert((*name, *place)) {
            decoder.say(unknown(name, *place, &known));
        }
    }
    let used: BTreeSet<&str> = uses.iter().map(|(name, _)| *name).collect();
    say_unused(each, &used, decoder);
    each.axes.iter_mut().for_each(|axis| drop_lacking(axis, &uses, decoder));
}

/// Drops the rows that lack a value which other rows have and which is used.
fn drop_lacking(axis: &mut Axis, uses: &[Use<'_>], decoder: &mut Decoder) {
    let names = std::mem::take(&mut axis.names);
    axis.items.retain(|item| {
        let has = |name: &str| item.values.iter().any(|(known, _)| known == name);
        let mut whole = true;
        for (name, _) in names.iter().filter(|(name, _)| !has(name)) {
            if let Some((_, used)) = uses.iter().find(|(used, _)| used == name) {
                decoder.say(missing(name, &item.key, item.place.as_ref(), *used));
                whole = false;
            }
        }
        whole
    });
    axis.names = names;
}

fn say_unused(each: &Each, used: &BTreeSet<&str>, decoder: &mut Decoder) {
    for axis in &each.axes {
        // The key of a row names it, so it need not be used where another value is.
        let is_unused =
            |name: &str| !used.contains(name) && (name != "key" || axis.names.len() == 1);
        for (name, place) in axis.names.iter().filter(|(name, _)| is_unused(name)) {
            decoder.say(unused(name, place.as_ref()));
        }
    }
}

fn gather<'n>(node: &'n Node, uses: &mut Vec<Use<'n>>) {
    match &node.kind {
        Kind::Null => {}
        Kind::List(items) => items.iter().for_each(|item| gather(item, uses)),
        Kind::Map(entries) => entries.iter().for_each(|entry| gather(&entry.value, uses)),
        Kind::Scalar { text, .. } => {
            let named = references(text).filter_map(|reference| match reference {
                Reference::Each(name) => Some((name, node.place.as_ref())),
                _ => None,
            });
            uses.extend(named);
        }
    }
}

fn unknown(name: &str, place: Option<&Place>, known: &[&str]) -> Finding {
    let fix = did_you_mean(name, known.iter().copied()).map_or_else(
        || format!("add `{name}` to `each`, or use one of {}", known.join(", ")),
        |near| format!("write ${{each.{near}}}"),
    );
    Finding::new(&codes::UNKNOWN_EACH, format!("`each` has no `{name}`")).fix(fix).at(place)
}

fn missing(name: &str, row: &str, place: Option<&Place>, used: Option<&Place>) -> Finding {
    Finding::new(&codes::UNKNOWN_EACH, format!("the row `{row}` has no `{name}`"))
        .why("the application uses it, so every row needs it")
        .fix(format!("add `{name}` to the row"))
        .on("each")
        .at(place)
        .with(used, "used here")
}

fn unused(name: &str, place: Option<&Place>) -> Finding {
    let fix =
        format!("write ${{each.{name}}} where the value belongs, or remove `{name}` from `each`");
    Finding::new(&codes::UNUSED_EACH, format!("nothing uses `${{each.{name}}}`"))
        .fix(fix)
        .on(&format!("each.{name}"))
        .at(place)
}
