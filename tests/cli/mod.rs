//! The commands beside plan and apply, through the real binary in a sandbox.

mod account;
mod approval;
mod completions;
mod doctor;
mod drift;
mod drift_write;
mod example_edits;
mod examples;
mod export_and_import;
mod files;
mod fixes;
mod fold;
mod frame;
mod gone_zone;
mod help;
mod init;
mod init_questions;
mod letter;
mod loads;
mod lost_state;
mod migrate;
mod ownership;
mod picture;
mod preflight;
mod reach;
mod readme;
mod redaction;
mod rehearsal;
mod replace;
mod scale;
mod schema;
mod selection;
mod state;
mod terraform;
mod unknown_fields;
mod values;
mod watch;

use serde_json::Value as Json;

use crate::support::Sandbox;

/// Two applications of one zone.
const CONFIGURATION: &str = r#"version: 1
zones:
  example.com:
    plan: enterprise
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://${ORIGIN:-192.0.2.1}:22"]
        labels: {team: payments}
      web:
        protocol: tcp/443
        dns: {type: CNAME, name: web.example.com}
        origin_direct: ["tcp://192.0.2.2:443"]
"#;

/// A sandbox with a configuration that is tried against the simulator.
struct Room {
    sandbox: Sandbox,
}

impl Room {
    /// A room with the configuration of two applications.
    fn new() -> Room {
        Room { sandbox: Sandbox::with(CONFIGURATION) }
    }

    /// A room whose configuration was applied to the simulator.
    fn applied() -> Room {
        let room = Room::new();
        room.done(&["--sim", "apply", "--auto-approve"]);
        room
    }

    fn write(&self, name: &str, text: &str) {
        self.sandbox.write(name, text);
    }

    /// Runs, demands success, and gives stdout.
    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        self.sandbox.run(arguments).ends_with(0).stdout
    }

    /// Runs, demands this exit code, and gives stderr.
    #[track_caller]
    fn refused(&self, code: i32, arguments: &[&str]) -> String {
        self.sandbox.run(arguments).ends_with(code).stderr
    }

    /// Runs with JSON as the format, demands success, and gives what was printed.
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Json {
        let (code, json) = self.sandbox.json(arguments);
        assert_eq!(code, 0, "{json}");
        json
    }
}
