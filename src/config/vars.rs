//! The values that variables are given from outside: by the environment, by `--var` and by `--var-file`. Filled by `cli`, so nothing
//! below reads the environment or a file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::interpolation::is_name;
use super::yaml;
use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::{Kind, Node};

/// A value as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A text.
    Text(String),
    /// The entries of a list.
    List(Vec<String>),
}

/// Who gives a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetBy {
    /// The environment variable with the prefix in front of the name.
    Environment,
    /// `--var`.
    Argument,
    /// A file that `--var-file` names.
    File(Place),
}

/// A value and who gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The value.
    pub value: Written,
    /// Who gives it.
    pub by: SetBy,
}

/// The variables by name, without the prefix.
#[derive(Debug, Clone, Default)]
pub struct Vars {
    /// The settings; of several for one name the last one wins.
    pub values: BTreeMap<String, Setting>,
}

impl Vars {
    /// The prefix of the environment variables that may be read.
    pub const PREFIX: &'static str = "SPECTRUM_VAR_";

    /// The variables of an environment, by their names without the prefix.
    pub fn from_environment(values: impl IntoIterator<Item = (String, String)>) -> Vars {
        let setting = |text| Setting { value: Written::Text(text), by: SetBy::Environment };
        Vars { values: values.into_iter().map(|(name, text)| (name, setting(text))).collect() }
    }

    /// Takes `NAME=VALUE`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn set_argument(&mut self, text: &str) -> Result<(), String> {
        let (name, value) =
            text.split_once('=').filter(|(name, _)| is_name(name)).ok_or("write NAME=VALUE")?;
        let setting = Setting { value: Written::Text(value.to_owned()), by: SetBy::Argument };
        self.values.insert(name.to_owned(), setting);
        Ok(())
    }

    /// Takes a file's values: a YAML mapping of names to texts or lists.
    pub fn set_file(&mut self, file: &str, text: &str) -> Vec<Finding> {
        let yaml::Read { root, mut findings } = yaml::read(&Arc::from(file), text);
        let Some(entries) = root.entries() else {
            if findings.is_empty() {
                findings.push(not_variables(file, &root));
            }
            return findings;
        };
        for entry in entries {
            let place = || entry.key_place.clone().unwrap_or_else(|| Place::top_of(file));
            match written(&entry.value).filter(|_| is_name(&entry.key)) {
                Some(value) => {
                    let setting = Setting { value, by: SetBy::File(place()) };
                    self.values.insert(entry.key.clone(), setting);
                }
                None => findings.push(not_a_value(&entry.key, &place())),
            }
        }
        findings
    }
}

/// The value that a node holds, if it is a scalar or a list of scalars.
pub(super) fn written(node: &Node) -> Option<Written> {
    match &node.kind {
        Kind::Scalar { text, .. } => Some(Written::Text(text.clone())),
        Kind::List(items) => {
            let text = |item: &Node| item.scalar().map(|(text, _)| text.to_owned());
            items.iter().map(text).collect::<Option<_>>().map(Written::List)
        }
        Kind::Null | Kind::Map(_) => None,
    }
}

impl Written {
    /// Whether nothing is given.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Written::Text(text) => text.is_empty(),
            Written::List(items) => items.is_empty(),
        }
    }
}

impl SetBy {
    /// Who gives the variable of this name, for a message.
    pub(super) fn of(&self, name: &str) -> String {
        match self {
            SetBy::Environment => format!("{}{name}", Vars::PREFIX),
            SetBy::Argument => format!("--var {name}"),
            SetBy::File(place) => place.to_string(),
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Written::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Written::List(items) => write!(f, "[{}]", items.join(", ")),
        }
    }
}

fn not_variables(file: &str, root: &Node) -> Finding {
    let summary = format!("{file} must be a mapping of variables, not {}", root.shown());
    Finding::new(&codes::VARIABLE_FILE, summary).at(Some(&Place::top_of(file)))
}

fn not_a_value(name: &str, place: &Place) -> Finding {
    Finding::new(&codes::VARIABLE_FILE, format!("`{name}` does not set a variable")).at(Some(place))
}
