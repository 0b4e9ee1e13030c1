//! `wrong-type`: a list where a text belongs, a text where an object belongs.

use super::API;
use super::code::{Cause, Code, Stage};
use super::violation::Violations;
use crate::model::View;
use crate::model::parse::Wrong;

pub(super) static CODE: Code = Code {
    slug: "wrong-type",
    title: "A value of the wrong kind",
    docs: API,
    stage: Stage::Json,
    causes: &[
        Cause::offline(
            "value-of-wrong-kind",
            "each field takes one kind of value, and this is another",
            "write the kind of value that the field takes",
            values,
        ),
        Cause::offline(
            "no-mapping",
            "this name stands for an object with fields of its own",
            "write its fields beneath it, each on a line of its own",
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
