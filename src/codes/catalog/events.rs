//! The statuses of connections in Spectrum's event logs that operators meet most. They are no errors of the API: `explain` shows them,
//! and no finding has them.

use super::table::catalog;
use crate::codes::Known;
use crate::codes::code::STOPS;
use crate::codes::example::Example;

catalog! {
    Known::OnConnection;
    EVENT_444 = "444", STOPS, "Event status 444: the origin reset the connection",
        why: "the origin closed an established connection with a TCP reset (RST), so data may be missing",
        fix: "look at the origin's log for the time of the event: a crash, a restart, a connection limit or a firewall",
        example: Example::shell("", "spectrumctl show example.com/ssh\nspectrumctl drift --who");
    EVENT_445 = "445", STOPS, "Event status 445: timeout on an established connection to the origin",
        why: "the origin stopped answering on an open connection (ETIMEDOUT)",
        fix: "check the network between Cloudflare and the origin, and idle timeouts of firewalls in between",
        example: Example::shell("", "spectrumctl show example.com/ssh\nspectrumctl drift --who");
    EVENT_497 = "497", STOPS, "Event status 497: timeout on an established connection to the client",
        why: "the client stopped answering on an open connection (ETIMEDOUT)",
        fix: "check the network of the client; send keepalives if the protocol has idle periods",
        example: Example::shell("", "spectrumctl show --live");
    EVENT_498 = "498", STOPS, "Event status 498: broken pipe to the client",
        why: "data arrived for a client that had already closed its side of the connection (EPIPE)",
        fix: "usually nothing: clients disconnect; if it is frequent, compare the timeouts of client and origin",
        example: Example::shell("", "spectrumctl show --live");
    EVENT_499 = "499", STOPS, "Event status 499: the client reset the connection",
        why: "the client closed an established connection with a TCP reset (RST), so data may be missing",
        fix: "usually nothing: clients disconnect; if it is frequent, look at the client and at how long the origin takes",
        example: Example::shell("", "spectrumctl show --live");
    EVENT_521 = "521", STOPS, "Event status 521: the origin refused the connection",
        why: "nothing listens on the origin's port, or a firewall rejects Cloudflare's addresses (ECONNREFUSED)",
        fix: "start the service on the address and port of origin_direct or origin_port, and allow Cloudflare's IP ranges",
        example: Example::app(r"# the service at the origin listens on port 22
protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}", r#"origin_direct: ["tcp://192.0.2.1:2222"]"#, r#"origin_direct: ["tcp://192.0.2.1:22"]"#);
    EVENT_522 = "522", STOPS, "Event status 522: no connection to the origin in time",
        why: "the origin did not answer the TCP handshake (ETIMEDOUT); a firewall that drops packets looks the same",
        fix: "check the origin's address, port and routes, and allow Cloudflare's IP ranges in its firewall",
        example: Example::shell("", "spectrumctl show example.com/ssh\nspectrumctl drift --who");
    EVENT_525 = "525", STOPS, "Event status 525: the TLS handshake with the origin failed",
        why: "`tls` is flexible, full or strict and the origin does not speak TLS on this port, or its certificate does not fit",
        fix: "write tls: off if the origin speaks no TLS here, or give it a certificate that `tls: full` or `tls: strict` accepts",
        example: Example::app(r#"# the service at the origin speaks SSH, and no TLS
protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#, "tls: full", "tls: off");
}
