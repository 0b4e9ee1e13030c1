//! 7003: the API has nothing under the path of the request.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::API;

pub(super) static CODE: Code = Code {
    number: Some(7003),
    slug: "no-such-path",
    title: "No route for the path of the request",
    docs: API,
    http_status: &[400, 404],
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "wrong-zone-id",
        Scope::Zone,
        "the API has no zone with the id in the request",
        "correct zones.NAME.id (the zone's overview page shows it), or remove it: spectrumctl then finds the zone by name",
    )],
    example: Example::file_in(
        "zones: [{name: example.com}]",
        r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#,
        "    id: ffffffffffffffffffffffffffffffff",
        "    id: 023e105f4ecef8ad9ca31a8372d0c353",
    ),
    ..Code::REFUSAL
};
