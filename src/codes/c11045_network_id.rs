//! 11045: `virtual_network_id` is a UUID.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11045),
    slug: "virtual-network-id",
    title: "Virtual network invalid UUID",
    more: super::pages::NETWORKS,
    stage: Stage::VirtualNetwork,
    field: Some(Field::VirtualNetworkId),
    causes: &[Cause::offline(
        "virtual-network-id-malformed",
        "`virtual_network_id` is a UUID, not a name and not one of the ids with 32 digits",
        "write the id from the account's list of virtual networks, such as f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
        malformed,
    )
    .claiming(&[Field::VirtualNetworkId])],
    example: Example::app(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://10.0.0.5:22"]"#,
        "virtual_network_id: office",
        "virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
    ),
    ..Code::REFUSAL
};

fn malformed(view: &View<'_>, violations: &mut Violations) {
    violations.report_misread(view, Field::VirtualNetworkId);
}
