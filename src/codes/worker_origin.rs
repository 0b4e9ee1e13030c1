//! `worker-origin`: a Worker as the origin stands alone. Source: the official SDKs, where the field is a private beta.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::ports::Transport;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "worker-origin",
    title: "Worker origin with fields that it excludes",
    docs: super::pages::API,
    stage: Stage::Origin,
    field: Some(Field::OriginWorkerId),
    causes: &[
        Cause::offline(
            "worker-id-missing",
            "`traffic_type: worker` sends the traffic to the Worker in `origin_worker_id`",
            "add origin_worker_id with the Worker's tag, or use another traffic_type",
            id_missing,
        ),
        Cause::offline(
            "worker-without-worker-traffic",
            "`origin_worker_id` is used with `traffic_type: worker` only",
            "write traffic_type: worker, or remove origin_worker_id",
            other_traffic,
        )
        .on(Field::TrafficType),
        Cause::offline(
            "worker-on-udp",
            "a Worker accepts TCP connections only",
            "use a TCP protocol, such as tcp/5432",
            on_udp,
        )
        .on(Field::Protocol),
        Cause::offline(
            "worker-with-excluded-field",
            "a Worker origin has no address, name or port, and supports neither Proxy Protocol nor Argo",
            "remove the field",
            excluded,
        ),
        Cause::offline(
            "worker-with-origin-tls",
            "the Worker runs on the edge itself, so there is no TLS between them",
            "write tls: off or tls: flexible",
            tls,
        )
        .on(Field::Tls),
    ],
    example: Example::app(
        r"protocol: tcp/5432
dns: {type: CNAME, name: db.example.com}
traffic_type: worker",
        "",
        "origin_worker_id: 023e105f4ecef8ad9ca31a8372d0c353",
    ),
    ..Code::RULE
};

fn id_missing(view: &View<'_>, violations: &mut Violations) {
    if view.app.keyword(Field::TrafficType) == Some(Keyword::Worker)
        && !view.app.has("origin_worker_id")
    {
        violations.report_missing(
            view,
            "origin_worker_id",
            "traffic_type",
            "`traffic_type` is worker, but no Worker is named",
        );
    }
}

fn other_traffic(view: &View<'_>, violations: &mut Violations) {
    let is_other =
        view.app.keyword(Field::TrafficType).is_some_and(|keyword| keyword != Keyword::Worker);
    if is_other && view.app.has("origin_worker_id") {
        let shown = view.app.shown(Field::TrafficType);
        violations.report_top(
            view,
            "origin_worker_id",
            format!("`origin_worker_id` is given, but `traffic_type` is {shown}"),
        );
    }
}

/// Whether a Worker is the origin, by either of the two fields.
fn is_worker(view: &View<'_>) -> bool {
    view.app.has("origin_worker_id")
        || view.app.keyword(Field::TrafficType) == Some(Keyword::Worker)
}

fn on_udp(view: &View<'_>, violations: &mut Violations) {
    let is_udp = view.protocol().is_some_and(|protocol| protocol.transport == Transport::Udp);
    if is_udp && is_worker(view) {
        let summary = format!(
            "`protocol` is {}, but the origin is a Worker",
            view.app.shown(Field::Protocol)
        );
        violations.report(view, Field::Protocol, summary);
    }
}

fn excluded(view: &View<'_>, violations: &mut Violations) {
    if !is_worker(view) {
        return;
    }
    for top in ["origin_direct", "origin_dns", "origin_port"]
        .into_iter()
        .filter(|top| view.app.has_origin(top))
    {
        violations.report_top(view, top, format!("`{top}` is given together with a Worker origin"));
    }
    if view.app.keyword(Field::ProxyProtocol).is_some_and(|keyword| keyword != Keyword::Off) {
        violations.report(
            view,
            Field::ProxyProtocol,
            "`proxy_protocol` is on together with a Worker origin",
        );
    }
    if view.app.is_on(Field::ArgoSmartRouting) {
        violations.report(
            view,
            Field::ArgoSmartRouting,
            "`argo_smart_routing` is on together with a Worker origin",
        );
    }
}

fn tls(view: &View<'_>, violations: &mut Violations) {
    if is_worker(view)
        && matches!(view.app.keyword(Field::Tls), Some(Keyword::Full | Keyword::Strict))
    {
        let summary =
            format!("`tls` is {} together with a Worker origin", view.app.shown(Field::Tls));
        violations.report(view, Field::Tls, summary);
    }
}
