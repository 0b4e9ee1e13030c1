//! The variables of a configuration: the value of each, and what came of its use.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::declared::{self, Declaration};
use crate::codes;
use crate::config::decoder::Decoder;
use crate::config::vars::{SetBy, Setting, Vars, Written};
use crate::finding::{Finding, Place};
use crate::model::{Entry, did_you_mean};

/// The variables.
#[derive(Debug)]
pub(in crate::config) struct Variables<'v> {
    pub(super) given: &'v Vars,
    declared: BTreeMap<String, Declaration>,
    pub(super) outcome: RefCell<Outcome>,
}

/// What came of the use of variables.
#[derive(Debug, Default)]
pub(in crate::config) struct Outcome {
    /// What is wrong.
    pub(in crate::config) findings: Vec<Finding>,
    /// The values that are not known because a variable's is wrong.
    pub(in crate::config) unclear: BTreeSet<Place>,
    /// By the place of a value that is wrong or not known: the zone in which it is.
    pub(in crate::config) of_zones: BTreeMap<Place, String>,
    /// By the value that variables went into: which they are and where they are set.
    pub(in crate::config) set_by: BTreeMap<Place, BTreeSet<String>>,
    /// The variables that are used.
    used: BTreeSet<String>,
}

/// What a variable has for a value.
pub(super) enum Found {
    /// A value.
    Value {
        value: Written,
        sensitive: bool,
        /// Where it is set, a sentence without a full stop.
        set_by: Option<String>,
    },
    /// One that cannot be right, of which there is a finding.
    Invalid,
    /// None.
    Unset,
}

impl<'v> Variables<'v> {
    /// The variables that are given, by what is declared of them.
    pub(in crate::config) fn new(
        given: &'v Vars,
        declared: Option<&Entry>,
        decoder: &mut Decoder,
    ) -> Self {
        let declared =
            declared.map(|entry| declared::read(&entry.value, decoder)).unwrap_or_default();
        for (name, declaration) in &declared {
            let Some(setting) = given.values.get(name) else { continue };
            if let Err(why) = declaration.typed(&setting.value) {
                decoder.say(wrong_value(name, declaration, setting, why));
            }
        }
        Variables { given, declared, outcome: RefCell::default() }
    }

    pub(super) fn say(&self, finding: Finding) {
        self.outcome.borrow_mut().findings.push(finding);
    }

    /// The value of a variable; `inline` is the default that is written beside its name.
    pub(super) fn find(&self, name: &str, inline: Option<&str>, place: Option<&Place>) -> Found {
        self.outcome.borrow_mut().used.insert(name.to_owned());
        let declaration = self.declared.get(name);
        let is_set = |setting: &&Setting| inline.is_none() || !setting.value.is_empty();
        let sensitive = declaration.is_none_or(|declaration| declaration.sensitive);
        if let Some(setting) = self.given.values.get(name).filter(is_set) {
            let set_by = Some(format!("{name} is set by {}", setting.by.of(name)));
            let value = declaration.map(|declaration| declaration.typed(&setting.value));
            return match value.unwrap_or_else(|| Ok(setting.value.clone())) {
                Ok(value) => Found::Value { value, sensitive, set_by },
                Err(_) => Found::Invalid,
            };
        }
        if let Some(inline) = inline {
            return self.inline(name, declaration, inline, place);
        }
        let default = declaration.and_then(|declaration| {
            let value = declaration.typed(declaration.default.as_ref()?).ok()?;
            let at = declaration.default_place.as_ref();
            let set_by = at.map(|place| format!("{name} has its default, {place}"));
            Some(Found::Value { value, sensitive, set_by })
        });
        default.unwrap_or(Found::Unset)
    }

    fn inline(
        &self,
        name: &str,
        declaration: Option<&Declaration>,
        inline: &str,
        place: Option<&Place>,
    ) -> Found {
        let written = Written::Text(inline.to_owned());
        let Some(declaration) = declaration else {
            return Found::Value { value: written, sensitive: true, set_by: None };
        };
        match declaration.typed(&written) {
            Ok(value) => Found::Value { value, sensitive: declaration.sensitive, set_by: None },
            Err(why) => {
                let summary = format!("the default of `${{{name}:-{inline}}}` cannot be {written}");
                let finding = Finding::new(&codes::VARIABLE_VALUE, summary)
                    .why(why)
                    .fix(format!("write a value that the declaration of {name} allows"))
                    .at(place);
                self.say(finding.with(declaration.place.as_ref(), "declared here"));
                Found::Invalid
            }
        }
    }

    /// What came of the use, with what is wrong with variables that nothing uses.
    pub(in crate::config) fn finish(self) -> Outcome {
        let mut outcome = self.outcome.into_inner();
        for (name, setting) in &self.given.values {
            let known = outcome.used.contains(name) || self.declared.contains_key(name);
            if setting.by == SetBy::Argument && !known {
                let names: Vec<&str> =
                    self.declared.keys().chain(&outcome.used).map(String::as_str).collect();
                outcome.findings.push(unused(name, did_you_mean(name, names)));
            }
        }
        outcome
    }
}

fn wrong_value(name: &str, declaration: &Declaration, setting: &Setting, why: String) -> Finding {
    let value =
        if declaration.sensitive { format!("‹{name}›") } else { setting.value.to_string() };
    let by = setting.by.of(name);
    let summary = format!("the variable {name}, set by {by}, cannot be {value}");
    Finding::new(&codes::VARIABLE_VALUE, summary)
        .why(why)
        .on(&format!("variables.{name}"))
        .at(declaration.place.as_ref())
}

fn unused(name: &str, near: Option<&str>) -> Finding {
    let fix = near.map_or_else(
        || format!("remove `--var {name}`, or write ${{{name}}} where the value belongs"),
        |near| format!("write `--var {near}=…`"),
    );
    Finding::new(&codes::UNUSED_VARIABLE, format!("nothing uses the variable {name}")).fix(fix)
}
