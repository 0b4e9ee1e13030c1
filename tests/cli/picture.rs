//! The picture of a plan in the README is what the program prints, in colour. `SNAPSHOTS=overwrite cargo test --test main -- picture`
//! draws it anew.

use snapbox::data::DataFormat;
use snapbox::{Data, assert_data_eq};

use crate::support::{Sandbox, repository};

const BEFORE: &str = "\
version: 1
zones:
  example.com:
    apps:
      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: [\"tcp://192.0.2.10:22\"]}
      game: {protocol: udp/27015, dns: {type: CNAME, name: game.example.com}, origin_direct: [\"udp://192.0.2.20:27015\"]}
      old: {protocol: tcp/2222, dns: {type: CNAME, name: old.example.com}, origin_direct: [\"tcp://192.0.2.30:22\"]}
";

const AFTER: &str = "\
version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: [\"tcp://192.0.2.10:22\", \"tcp://192.0.2.11:22\"]
        ip_firewall: true
      game:
        protocol: udp/27015
        dns: {type: ADDRESS, name: game.example.com}
        edge_ips: {type: static, ips: [198.51.100.10]}
        origin_direct: [\"udp://192.0.2.20:27015\"]
        lifecycle: {replace: allow}
      database:
        protocol: tcp/5432
        dns: {type: CNAME, name: db.example.com}
        origin_direct: [\"tcp://192.0.2.40:5432\"]
";

#[test]
fn the_picture_of_a_plan_is_what_is_printed() {
    let sandbox = Sandbox::with(BEFORE);
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", AFTER);
    let plan = sandbox.run(&["--sim", "--color", "always", "plan"]).ends_with(0).stdout;
    // Ids, and the digest that holds them, are other ones in every sandbox.
    let lines: Vec<&str> = plan.lines().filter(|line| !line.starts_with("digest: ")).collect();
    let ids = regex::Regex::new("[0-9a-f]{32}").unwrap();
    let id = "5c85305961fc5e8f7720f6f9439ef30c";
    let printed = format!("$ spectrumctl --sim plan\n{}\n", lines.join("\n"));
    let printed = ids.replace_all(&printed, id).into_owned();
    let picture = repository().join("examples/plan.term.svg");
    assert_data_eq!(
        Data::text(printed),
        Data::read_from(&picture, Some(DataFormat::TermSvg)).raw()
    );
}
