//! Where a transcript is played: a sandbox, and a simulator that stands for Cloudflare.
//!
//! Commands: `spectrumctl ARGUMENTS`; `write FILE <<END`; `edit FILE: FROM => TO`; `rm FILE`; `set NAME=VALUE`;
//! `example NAME` copies one; `cloudflare [ARGUMENTS]` starts the
//! simulator as a server that the program is told to talk to; `behind METHOD PATH [JSON]` changes something without the program, where
//! `{zone NAME}` and `{app HOSTNAME PROTOCOL}` in the path stand for ids; `# …` says why.

use regex::{Captures, Regex};
use serde_json::Value as Json;

use super::transcript::Command;
use crate::support::{Ran, Sandbox, Simulator, copy_folder, repository};

/// The world of the simulator that is embedded by `--sim`.
const EMBEDDED: &str = "state/sim/world.json";

/// A sandbox, and the server once it is started.
pub(super) struct Stage {
    sandbox: Sandbox,
    cloudflare: Option<Simulator>,
}

impl Default for Stage {
    fn default() -> Self {
        Stage { sandbox: Sandbox::new(), cloudflare: None }
    }
}

impl Stage {
    /// Carries a command out, and gives what it prints.
    pub(super) fn play(&mut self, command: &Command) -> String {
        let (verb, rest) = command.line.split_once(' ').unwrap_or((&command.line, ""));
        match (verb, &command.document) {
            ("#", None) => {}
            ("spectrumctl", None) => {
                return told(&self.sandbox.run(&rest.split_whitespace().collect::<Vec<_>>()));
            }
            ("write", Some(document)) => {
                self.sandbox.write(rest.trim_end_matches("<<END").trim(), document)
            }
            ("edit", None) => self.edit(rest),
            ("rm", None) => self.sandbox.remove(rest),
            ("set", None) => {
                let (name, value) = rest.split_once('=').expect("set NAME=VALUE");
                self.sandbox.set(name, value);
            }
            ("example", None) => copy_folder(
                &repository().join("examples").join(rest),
                &self.sandbox.path("examples").join(rest),
            ),
            ("cloudflare", None) => self.start(rest),
            ("behind", None) => self.behind(rest),
            _ => panic!("no such command: {}", command.line),
        }
        String::new()
    }

    fn edit(&self, rest: &str) {
        let (file, change) = rest.split_once(": ").expect("edit FILE: FROM => TO");
        let (from, to) =
            change.split_once(" => ").expect("edit FILE: FROM => TO, with `\\n` for a new line");
        self.sandbox.edit(file, from, &to.replace("\\n", "\n"));
    }

    fn start(&mut self, arguments: &str) {
        self.cloudflare = None;
        let arguments: Vec<&str> = ["--world", "cloudflare.json"]
            .into_iter()
            .chain(arguments.split_whitespace())
            .collect();
        let simulator = Simulator::start(&self.sandbox, &arguments);
        self.sandbox.connect(&simulator.base_url);
        self.cloudflare = Some(simulator);
    }

    fn behind(&self, rest: &str) {
        let embedded;
        let simulator = match &self.cloudflare {
            Some(simulator) => simulator,
            None => {
                embedded = Simulator::start(&self.sandbox, &["--world", EMBEDDED]);
                &embedded
            }
        };
        let (method, rest) = rest.split_once(' ').expect("behind METHOD PATH");
        let (path, body) = rest
            .split_once(" {\"")
            .map_or((rest, None), |(path, body)| (path, Some(format!("{{\"{body}"))));
        let body: Option<Json> = body.map(|body| {
            serde_json::from_str(&body).unwrap_or_else(|error| panic!("{body}: {error}"))
        });
        simulator.must(method, &filled(simulator, path), body.as_ref());
    }
}

/// A path with the ids in it.
fn filled(simulator: &Simulator, path: &str) -> String {
    let zone = Regex::new(r"\{zone (\S+)\}").expect("the pattern is right");
    let name = zone.captures(path).map(|found| found[1].to_owned()).expect("the path names a zone");
    let path = zone.replace(path, |found: &Captures<'_>| simulator.zone(&found[1]));
    let app = Regex::new(r"\{app (\S+) (\S+)\}").expect("the pattern is right");
    app.replace(&path, |found: &Captures<'_>| simulator.app_id(&name, &found[1], &found[2]))
        .into_owned()
}

/// What a run printed: stdout, then stderr, then the exit code where it is not 0.
fn told(ran: &Ran) -> String {
    let mut text = ran.stdout.clone();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    // Steps of different applications run side by side and end in any order; those of one application keep theirs.
    let (mut done, mut other): (Vec<&str>, Vec<&str>) =
        ran.stderr.lines().partition(|line| line.starts_with("done: "));
    done.sort_by_key(|line| line.rsplit(' ').next());
    done.append(&mut other);
    text.extend(done.iter().map(|line| format!("! {line}\n")));
    if ran.code != 0 {
        text += &format!("exit {}\n", ran.code);
    }
    text
}
