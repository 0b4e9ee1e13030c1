//! 10006: no application with this id. Observed, not on Cloudflare's page of codes.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::API;

pub(super) static CODE: Code = Code {
    number: Some(10006),
    slug: "application-not-found",
    title: "Application not found",
    docs: API,
    http_status: &[404],
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "application-gone",
        Scope::Change,
        "somebody deleted the application after the plan was made; a delete counts this as done",
        "run `spectrumctl plan`: it creates the application again, or removes it from the state if it is not configured",
    )],
    example: Example::world(
        "- {method: PUT, effect: {error: 10006}}",
        r#"apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.9:22"]}"#,
        r#"version: 1
settings: {adopt: true}
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#,
    ),
    ..Code::REFUSAL
};
