//! What many tests begin with: ids that every world without a seed has, and the smallest configuration.

/// The id of the zone `example.com` in every world that declares none.
pub(crate) const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// The id of the account in every world that declares none.
pub(crate) const ACCOUNT: &str = "01a7362d577a6c3019a474fd6f485823";

/// A configuration of one application, `example.com/ssh`, of eight lines; what is appended belongs to the application.
pub(crate) const ONE_APP: &str = r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]
"#;
