//! `wrong-type`: a list where a text belongs, a text where an object belongs.

use super::code::{Cause, Code, Stage};
use super::pages::API;
use super::violation::Violations;
use crate::model::View;
use crate::model::parse::Wrong;

/// The entry.
pub static CODE: Code = Code {
    slug: "wrong-type",
    title: "A value of the wrong type",
    docs: API,
    stage: Stage::Json,
    causes: &[
        Cause {
            why: None,
            ..Cause::offline(
                "value-of-wrong-kind",
                "",
                "write a value of the expected type",
                values,
            )
        },
        Cause::offline(
            "no-mapping",
            "this field is a mapping with fields of its own",
            "write its fields below it, one on each line",
            objects,
        ),
    ],
    ..Code::RULE
};

fn values(view: &View<'_>, violations: &mut Violations) {
    view.app
        .unreadable
        .iter()
        .filter(|unreadable| unreadable.wrong == Wrong::Type)
        .for_each(|unreadable| violations.report_reading(view, unreadable));
}

fn objects(view: &View<'_>, violations: &mut Violations) {
    for wrong in &view.app.not_mappings {
        let place = wrong.place.as_ref().or_else(|| view.app.place_of_top(wrong.top));
        let names: Vec<&str> =
            crate::model::Field::under(wrong.top).map(|field| field.split().1).collect();
        violations
            .report_at(
                wrong.top,
                place,
                format!("`{}` must be a mapping, not {}", wrong.top, wrong.shown),
            )
            .fix(format!("write a mapping with {}", names.join(", ")));
    }
}
