//! `invalid-value`: a value of the right kind that the field does not have, and that no code of the API is documented for.

use super::CODES;
use super::code::{Cause, Code, Stage};
use super::violation::Violations;
use crate::model::parse::Wrong;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "invalid-value",
    title: "A value that the field does not have",
    docs: super::API,
    stage: Stage::Json,
    causes: &[Cause::offline(
        "unreadable-value",
        "the field has a fixed form or a list of words, and this is none of them",
        "write a value of that form",
        unclaimed,
    )],
    ..Code::RULE
};

fn unclaimed(view: &View<'_>, violations: &mut Violations) {
    let of_form = view
        .app
        .unreadable
        .iter()
        .filter(|unreadable| unreadable.wrong == Wrong::Form && !is_claimed(unreadable.field));
    of_form.for_each(|unreadable| violations.report_reading(view, unreadable));
}

/// Whether some code speaks for the unreadable values of a field.
fn is_claimed(field: Field) -> bool {
    CODES.iter().flat_map(|code| code.causes).any(|cause| cause.claims.contains(&field))
}
