//! `live-overlap`: a live application that nobody declares holds the hostname and ports already.

use super::code::{Cause, Code, Known, Scope, Stage};
use super::example::Example;
use super::port_overlap::overlaps;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "live-overlap",
    inferred_number: Some(1061),
    title: "An undeclared live application on the same hostname and ports",
    stage: Stage::Hostname,
    field: Some(Field::Protocol),
    causes: &[Cause { known: Known::Preflight, ..Cause::offline(
        "ports-held-by-live-application",
        "a live application that is not in the configuration already serves this hostname and port",
        "import the live application with `spectrumctl import`, delete it, or use another port",
        held,
    ) }
    .about(Scope::Zone)],
    example: Example::app_in(
        r#"apps:
  - {zone: example.com, protocol: tcp/20-30, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.9:20-30"]}"#,
        r#"dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "protocol: tcp/22",
        "protocol: tcp/2222",
    ),
    ..Code::RULE
};

fn held(view: &View<'_>, violations: &mut Violations) {
    for peer in view.neighbours().filter(|peer| peer.is_undeclared() && overlaps(view, peer)) {
        let (hostname, protocol) =
            (view.app.shown(Field::DnsName), view.app.shown(Field::Protocol));
        violations.report(
            view,
            Field::Protocol,
            format!("{protocol} on {hostname} shares ports with the live application {}", peer.who),
        );
    }
}
