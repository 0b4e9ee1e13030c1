//! The text of a scalar in its parts: what is literal, and the references in it: `${NAME}`, `${NAME:-default}`, `${zone}`, `${app}` and
//! `${each.NAME}`. `$${` is a literal `${`.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// Text that is meant as it is written.
    Literal(&'t str),
    /// Something whose value goes here.
    Reference(Reference<'t>),
    /// What begins like a reference and is none.
    Malformed(&'t str),
}

/// What a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference<'t> {
    /// The zone's name.
    Zone,
    /// The application's key.
    App,
    /// A value of the row.
    Each(&'t str),
    /// A variable, and what is used where it is unset or empty.
    Variable {
        /// Its name.
        name: &'t str,
        /// The default that is written beside the name.
        default: Option<&'t str>,
    },
}

/// Whether a text may be the name of a variable or of a value in `each`.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The parts of a text, in order. Behind a reference without an end nothing more is read.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(literal) = before.strip_suffix('$') {
            parts.extend([Part::Literal(literal), Part::Literal("${")]);
            rest = &from[2..];
            continue;
        }
        parts.push(Part::Literal(before));
        let Some((inner, after)) = from[2..].split_once('}') else {
            parts.push(Part::Malformed(from));
            return parts;
        };
        let whole = &from[..inner.len() + 3];
        parts.push(reference(inner).map_or(Part::Malformed(whole), Part::Reference));
        rest = after;
    }
    parts.push(Part::Literal(rest));
    parts
}

/// What the text between the braces names, if it names anything.
fn reference(inner: &str) -> Option<Reference<'_>> {
    if let Some(name) = inner.strip_prefix("each.") {
        return is_name(name).then_some(Reference::Each(name));
    }
    match inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default))) {
        ("zone", None) => Some(Reference::Zone),
        ("app", None) => Some(Reference::App),
        ("zone" | "app" | "each", _) => None,
        (name, default) => is_name(name).then_some(Reference::Variable { name, default }),
    }
}

/// The references of a text.
pub(super) fn references(text: &str) -> impl Iterator<Item = Reference<'_>> {
    let parts = if text.contains("${") { parts(text) } else { Vec::new() };
    parts.into_iter().filter_map(|part| match part {
        Part::Reference(reference) => Some(reference),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_its_parts() {
        let variable = |name, default| Part::Reference(Reference::Variable { name, default });
        assert_eq!(
            parts("a${B}c${D:-e}$${f}${zone}${each.g}"),
            [
                Part::Literal("a"),
                variable("B", None),
                Part::Literal("c"),
                variable("D", Some("e")),
                Part::Literal(""),
                Part::Literal("${"),
                Part::Literal("f}"),
                Part::Reference(Reference::Zone),
                Part::Literal(""),
                Part::Reference(Reference::Each("g")),
                Part::Literal(""),
            ]
        );
    }

    #[test]
    fn what_names_nothing_is_malformed() {
        for text in
            ["${}", "${env:HOME}", "${zone:-x}", "${each}", "${each.}", "${each.a-b}", "${A"]
        {
            assert!(parts(text).contains(&Part::Malformed(text)), "{text}");
        }
    }
}
