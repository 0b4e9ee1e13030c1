//! Puts values into the scalars of a tree: variables, and what is known from where the scalar is written. A value that must not be
//! shown is masked from here on, and nothing else of the text is.

use super::table::{Found, Variables};
use crate::codes;
use crate::config::interpolation::{Part, Reference, parts, references};
use crate::config::vars::{Vars, Written};
use crate::finding::{Finding, Place};
use crate::model::{Entry, Kind, Node, Style, did_you_mean};

/// The keys under which no variable is replaced.
const WITHOUT_VARIABLES: [&str; 3] = ["settings", "variables", "lifecycle"];

/// What may be put into a text.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) struct Scope<'a> {
    /// The variables.
    pub(in crate::config) variables: &'a Variables<'a>,
    /// The zone that is read.
    pub(in crate::config) zone: Option<&'a str>,
    /// The key of the application that is read.
    pub(in crate::config) app: Option<&'a str>,
    /// The row of the application's `each`.
    pub(in crate::config) row: Option<Row<'a>>,
    /// Whether references to variables stay as they are written.
    pub(in crate::config) keeps_variables: bool,
}

/// The values of a row.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) struct Row<'a>(pub(in crate::config) &'a [(&'a str, &'a Text)]);

/// A text, and what to show instead of it where it must not be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::config) struct Text {
    /// The text.
    pub(in crate::config) text: String,
    /// What to show.
    pub(in crate::config) mask: Option<String>,
}

/// One entry of a list variable, which stands for the variable.
type Bound<'b> = Option<(&'b str, &'b str)>;

/// A text that is being put together.
#[derive(Default)]
struct Draft {
    text: String,
    shown: String,
    is_masked: bool,
}

impl Draft {
    fn push(&mut self, text: &str, mask: Option<&str>) {
        self.text += text;
        self.shown += mask.unwrap_or(text);
        self.is_masked |= mask.is_some();
    }
}

impl<'a> Scope<'a> {
    /// The scope outside of every zone.
    pub(in crate::config) fn new(variables: &'a Variables<'a>) -> Scope<'a> {
        Scope { variables, zone: None, app: None, row: None, keeps_variables: false }
    }

    /// Puts the values into a tree.
    pub(in crate::config) fn resolve(&self, node: &mut Node) {
        self.resolve_under(node, None);
    }

    /// Puts the values into the value of an entry.
    pub(in crate::config) fn resolve_entry(&self, entry: &mut Entry) {
        self.resolve_entry_under(entry, None);
    }

    fn resolve_entry_under(&self, entry: &mut Entry, guarded: Option<&str>) {
        let guards = WITHOUT_VARIABLES.iter().find(|key| **key == entry.key).copied();
        self.resolve_under(&mut entry.value, guarded.or(guards));
    }

    fn resolve_under(&self, node: &mut Node, guarded: Option<&str>) {
        match &mut node.kind {
            Kind::Null => {}
            Kind::List(items) if guarded.is_none() => self.fill(items),
            Kind::List(items) => {
                items.iter_mut().for_each(|item| self.resolve_under(item, guarded));
            }
            Kind::Map(entries) => {
                entries.iter_mut().for_each(|entry| self.resolve_entry_under(entry, guarded));
            }
            Kind::Scalar { text, style } if text.contains("${") => {
                // In a flow mapping a reference has to be quoted, so its quotes say nothing of the value's type.
                if is_only_reference(text) {
                    *style = Style::Plain;
                }
                let Text { text: replaced, mask } =
                    self.text(text, node.place.as_ref(), None, guarded);
                *text = replaced;
                node.mask = mask;
            }
            Kind::Scalar { .. } => {}
        }
    }

    /// The list variable that an entry of a list holds, and its entries.
    fn filling(&self, item: &Node) -> Option<(String, Vec<String>)> {
        let (text, _) = item.scalar().filter(|(text, _)| text.contains("${"))?;
        if self.keeps_variables {
            return None;
        }
        references(text).find_map(|reference| {
            let Reference::Variable { name, default } = reference else { return None };
            match self.variables.find(name, default, item.place.as_ref()) {
                Found::Value { value: Written::List(entries), .. } => {
                    Some((name.to_owned(), entries))
                }
                _ => None,
            }
        })
    }

    /// Puts the values into the members of a list; one with a list variable is written once for each entry of the variable.
    fn fill(&self, items: &mut Vec<Node>) {
        let mut filled = Vec::with_capacity(items.len());
        for mut item in items.drain(..) {
            let (Some((name, entries)), Some((text, style))) = (self.filling(&item), item.scalar())
            else {
                self.resolve(&mut item);
                filled.push(item);
                continue;
            };
            for entry in &entries {
                let bound = Some((name.as_str(), entry.as_str()));
                let Text { text, mask } = self.text(text, item.place.as_ref(), bound, None);
                let kind = Kind::Scalar { text, style };
                filled.push(Node { kind, place: item.place.clone(), mask });
            }
        }
        *items = filled;
    }

    /// Keeps a finding about the zone or application that is read.
    fn say(&self, finding: Finding) {
        self.note_zone(finding.place.as_ref());
        self.variables.say(finding);
    }

    /// Notes whose value it is that has a mistake or is not known.
    fn note_zone(&self, place: Option<&Place>) {
        if let (Some(zone), Some(place)) = (self.zone, place) {
            let mut outcome = self.variables.outcome.borrow_mut();
            outcome.of_zones.insert(place.clone(), zone.to_owned());
        }
    }

    /// The text with its values.
    pub(in crate::config) fn text(
        &self,
        text: &str,
        place: Option<&Place>,
        bound: Bound<'_>,
        guarded: Option<&str>,
    ) -> Text {
        let mut draft = Draft::default();
        for part in parts(text) {
            match part {
                Part::Literal("${") if self.keeps_variables => draft.push("$${", None),
                Part::Literal(literal) => draft.push(literal, None),
                Part::Malformed(text) => self.say(malformed(text, place)),
                Part::Reference(reference) => {
                    self.put(reference, &mut draft, place, bound, guarded);
                }
            }
        }
        Text { mask: draft.is_masked.then_some(draft.shown), text: draft.text }
    }

    fn put(
        &self,
        reference: Reference<'_>,
        draft: &mut Draft,
        place: Option<&Place>,
        bound: Bound<'_>,
        guarded: Option<&str>,
    ) {
        match reference {
            Reference::Zone => match self.zone {
                Some(zone) => draft.push(zone, None),
                None => self.say(unknown_here("zone", "a zone", place)),
            },
            Reference::App => match self.app {
                Some(app) => draft.push(app, None),
                None => self.say(unknown_here("app", "an application", place)),
            },
            Reference::Each(name) => match self.row {
                Some(Row(values)) => {
                    let value = values.iter().find(|(known, _)| *known == name);
                    if let Some((_, value)) = value {
                        draft.push(&value.text, value.mask.as_deref());
                    }
                }
                None => self.say(no_row(name, place)),
            },
            Reference::Variable { name, .. } if guarded.is_some() => {
                self.say(not_allowed(name, guarded.unwrap_or_default(), place));
                // What it would be is not known, so nothing else is said of it.
                draft.push("", Some(&format!("‹{name}›")));
                self.variables.outcome.borrow_mut().unclear.extend(place.cloned());
            }
            Reference::Variable { name, default } if self.keeps_variables => {
                let default = default.map(|text| format!(":-{text}")).unwrap_or_default();
                draft.push(&format!("${{{name}{default}}}"), None);
            }
            Reference::Variable { name, default } => {
                self.put_variable(name, default, draft, place, bound);
            }
        }
    }

    fn put_variable(
        &self,
        name: &str,
        default: Option<&str>,
        draft: &mut Draft,
        place: Option<&Place>,
        bound: Bound<'_>,
    ) {
        let mask = format!("‹{name}›");
        let found = self.variables.find(name, default, place);
        let Found::Value { value, sensitive, set_by } = found else {
            draft.push("", Some(&mask));
            if matches!(found, Found::Unset) {
                self.say(unset(name, self.variables.given, place));
            }
            self.note_zone(place);
            return self.variables.outcome.borrow_mut().unclear.extend(place.cloned());
        };
        let text = match (&value, bound.filter(|(bound, _)| *bound == name)) {
            (Written::Text(text), _) => text,
            (Written::List(_), Some((_, entry))) => entry,
            (Written::List(_), None) => {
                draft.push("", Some(&mask));
                return self.say(not_in_a_list(name, place));
            }
        };
        draft.push(text, sensitive.then_some(mask.as_str()));
        if let (Some(set_by), Some(place)) = (set_by, place) {
            let mut outcome = self.variables.outcome.borrow_mut();
            outcome.set_by.entry(place.clone()).or_default().insert(set_by);
        }
    }
}

fn unset(name: &str, vars: &Vars, place: Option<&Place>) -> Finding {
    let variable = format!("{}{name}", Vars::PREFIX);
    let near = did_you_mean(name, vars.values.keys().map(String::as_str));
    let fix = match near {
        Some(near) => {
            format!("set {variable}, write ${{{name}:-default}}, or use ${{{near}}}, which is set")
        }
        None => format!("set {variable}, pass --var {name}=VALUE, or write ${{{name}:-default}}"),
    };
    let summary = format!("the variable {variable} is not set");
    Finding { why: None, ..Finding::new(&codes::UNSET_VARIABLE, summary) }.fix(fix).at(place)
}

fn malformed(text: &str, place: Option<&Place>) -> Finding {
    let shown: String = text.chars().take(30).collect();
    Finding::new(&codes::VARIABLE_FORM, format!("`{shown}` is not a variable")).at(place)
}

fn unknown_here(name: &str, around: &str, place: Option<&Place>) -> Finding {
    Finding::new(&codes::VARIABLE_FORM, format!("`${{{name}}}` has no value here"))
        .why(format!("`${{{name}}}` has a value only inside {around}"))
        .fix("write the value itself")
        .at(place)
}

fn no_row(name: &str, place: Option<&Place>) -> Finding {
    Finding::new(&codes::UNKNOWN_EACH, format!("`${{each.{name}}}` has no value here"))
        .why("only an application with `each` has rows")
        .fix(format!("add `each: {{{name}: […]}}` to the application, or write the value itself"))
        .at(place)
}

fn not_allowed(name: &str, key: &str, place: Option<&Place>) -> Finding {
    Finding::new(&codes::VARIABLE_NOT_ALLOWED, format!("`{key}` holds the variable {name}"))
        .at(place)
}

fn not_in_a_list(name: &str, place: Option<&Place>) -> Finding {
    Finding::new(&codes::VARIABLE_FORM, format!("the variable {name} is a list, and one value belongs here"))
        .why("a list variable fills an entry of a list, which is written once for each of its entries")
        .fix(format!(
            "use ${{{name}}} in an entry of a list, with no other list variable beside it, or declare another type"
        ))
        .at(place)
}

/// Whether a text is one reference and nothing else.
fn is_only_reference(text: &str) -> bool {
    text.starts_with("${") && text.ends_with('}') && text.matches(['$', '{', '}']).count() == 3
}
