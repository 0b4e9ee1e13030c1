//! `hostname-conflict`: a record that somebody made by hand has the hostname already. The API refuses it without a code of its own.

use super::LIMITATIONS;
use super::code::{Cause, Code, Scope, Stage};

pub(super) static CODE: Code = Code {
    slug: "hostname-conflict",
    title: "The hostname has a record of its own",
    docs: LIMITATIONS,
    http_status: &[400],
    stage: Stage::Hostname,
    causes: &[
        Cause::preflight(
            "proxied-record",
            Scope::Zone,
            "Spectrum manages the record of an application's hostname itself, so that no proxied A, AAAA or CNAME record may have it",
            "delete the record, or split the names: one for the proxied record, such as app, and one for Spectrum, such as app-tcp",
        )
        .told_by(&["already exists"]),
        Cause::preflight(
            "load-balancer-hostname",
            Scope::Zone,
            "a hostname leads either to a load balancer or to a Spectrum application",
            "give the application another hostname, and name the load balancer in its origin_dns",
        )
        .told_by(&["load balancer"]),
    ],
    ..Code::REFUSAL
};
