//! 11042: a virtual network origin is a single address.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11042),
    slug: "virtual-network-single-origin",
    title: "Virtual network requires single origin",
    more: super::pages::NETWORK_ORIGIN,
    stage: Stage::VirtualNetwork,
    field: Some(Field::OriginDirect),
    causes: &[Cause::offline(
        "virtual-network-with-several-origins",
        "a virtual network origin is a single private address and port",
        "keep a single entry, such as [\"tcp://10.0.0.5:22\"]",
        several,
    )],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
        r#"origin_direct: ["tcp://10.0.0.5:22", "tcp://10.0.0.6:22"]"#,
        r#"origin_direct: ["tcp://10.0.0.5:22"]"#,
    ),
    ..Code::REFUSAL
};

fn several(view: &View<'_>, violations: &mut Violations) {
    let count = view.app.origins().len();
    if view.app.has("virtual_network_id") && count > 1 {
        let summary =
            format!("`origin_direct` has {count} entries together with `virtual_network_id`");
        violations.report(view, Field::OriginDirect, summary);
    }
}
