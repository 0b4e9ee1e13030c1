//! Puts variables into the scalars of a tree: `${NAME}`, `${NAME:-default}`, and `$${` for a literal `${`. Whatever a variable
//! went into is masked from here on.

use super::sources::Vars;
use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::{Kind, Node, did_you_mean};

/// The keys under which no variable is replaced.
const WITHOUT_VARIABLES: [&str; 2] = ["settings", "lifecycle"];

/// Replaces the variables of a tree.
pub(super) fn replace(node: &mut Node, vars: &Vars, findings: &mut Vec<Finding>) {
    match &mut node.kind {
        Kind::Null => {}
        Kind::List(items) => items.iter_mut().for_each(|item| replace(item, vars, findings)),
        Kind::Map(entries) => {
            for entry in entries {
                if WITHOUT_VARIABLES.contains(&entry.key.as_str()) {
                    forbid(&entry.value, &entry.key, findings);
                } else {
                    replace(&mut entry.value, vars, findings);
                }
            }
        }
        Kind::Scalar { text, .. } if text.contains("${") => {
            let Replaced { text: replaced, names } =
                replace_in(text, vars, node.place.as_ref(), findings);
            *text = replaced;
            if !names.is_empty() {
                node.mask = Some(
                    names.iter().map(|name| format!("‹{name}›")).collect::<Vec<_>>().join(" "),
                );
            }
        }
        Kind::Scalar { .. } => {}
    }
}

/// Finds variables where none are replaced.
fn forbid(node: &Node, key: &str, findings: &mut Vec<Finding>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| forbid(item, key, findings)),
        Kind::Map(entries) => entries.iter().for_each(|entry| forbid(&entry.value, key, findings)),
        Kind::Scalar { text, .. } if text.contains("${") => {
            let summary = format!("a variable is used in `{key}`");
            findings
                .push(Finding::new(&codes::VARIABLE_NOT_ALLOWED, summary).at(node.place.as_ref()));
        }
        _ => {}
    }
}

struct Replaced {
    text: String,
    names: Vec<String>,
}

fn replace_in(
    text: &str,
    vars: &Vars,
    place: Option<&Place>,
    findings: &mut Vec<Finding>,
) -> Replaced {
    let mut replaced = Replaced { text: String::new(), names: Vec::new() };
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(literal) = before.strip_suffix('$') {
            replaced.text += literal;
            replaced.text += "${";
            rest = &from[2..];
            continue;
        }
        replaced.text += before;
        let Some((inner, after)) = from[2..].split_once('}') else {
            findings.push(malformed(from, place));
            return replaced;
        };
        replaced.text += &value_of(inner, vars, &mut replaced.names, place, findings);
        rest = after;
    }
    replaced.text += rest;
    replaced
}

/// The value of what stands between the braces.
fn value_of(
    inner: &str,
    vars: &Vars,
    names: &mut Vec<String>,
    place: Option<&Place>,
    findings: &mut Vec<Finding>,
) -> String {
    let (name, default) =
        inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if !starts_well || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        findings.push(malformed(&format!("${{{inner}}}"), place));
        return String::new();
    }
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
    match (vars.values.get(name), default) {
        (Some(value), None) => value.clone(),
        (Some(value), Some(_)) if !value.is_empty() => value.clone(),
        (_, Some(default)) => default.to_owned(),
        (None, None) => {
            findings.push(unset(name, vars, place));
            String::new()
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
        None => format!("set {variable}, or write ${{{name}:-default}}"),
    };
    Finding::new(&codes::UNSET_VARIABLE, format!("the variable {variable} is not set"))
        .why(format!("`${{{name}}}` reads the environment variable {variable} and no other"))
        .fix(fix)
        .at(place)
}

fn malformed(text: &str, place: Option<&Place>) -> Finding {
    let shown: String = text.chars().take(30).collect();
    Finding::new(&codes::VARIABLE_FORM, format!("`{shown}` is not a variable")).at(place)
}
