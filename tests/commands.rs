//! The commands beside plan and apply, through the real binary in a folder of their own, with a scrubbed environment.

#[path = "commands/state.rs"]
mod state;

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// A folder in which the program is run.
struct Room {
    folder: tempfile::TempDir,
}

/// What came of a run.
#[derive(Debug)]
struct Ran {
    exit: i32,
    stdout: String,
    stderr: String,
}

impl Room {
    fn empty() -> Room {
        Room { folder: tempfile::TempDir::new().unwrap() }
    }

    /// A room with the configuration of two applications.
    fn new() -> Room {
        let room = Room::empty();
        room.write("spectrum.yaml", CONFIGURATION);
        room
    }

    /// A room whose configuration was applied to the simulator.
    fn applied() -> Room {
        let room = Room::new();
        room.done(&["--sim", "apply", "--auto-approve"]);
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run_in(self.folder.path(), arguments)
    }

    /// Runs and demands success; gives stdout.
    fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.exit, 0, "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Runs, demands this exit code, and gives stderr.
    fn refused(&self, exit: i32, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.exit, exit, "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran.stderr
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_spectrumctl")).args(arguments).current_dir(folder).env_clear().output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { exit: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}
