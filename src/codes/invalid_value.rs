//! `invalid-value`: a value of the right kind that the field does not have, and that no code of the API is documented for.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::View;
use crate::model::parse::Wrong;

/// The entry.
pub static CODE: Code = Code {
    slug: "invalid-value",
    title: "A value that is not allowed",
    docs: super::pages::API,
    stage: Stage::Field,
    causes: &[Cause {
        why: None,
        ..Cause::offline("unreadable-value", "", "write an allowed value", unclaimed)
    }],
    example: Example::app(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "tls: ful",
        "tls: full",
    ),
    ..Code::RULE
};

fn unclaimed(view: &View<'_>, violations: &mut Violations) {
    let of_form = view.app.unreadable.iter().filter(|unreadable| unreadable.wrong == Wrong::Form);
    of_form.for_each(|unreadable| violations.report_reading(view, unreadable));
}
