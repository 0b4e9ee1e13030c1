//! The room in which a history happens: a sandbox with the real binary, and a simulated account that is served anew, with other
//! faults, for each run.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;
use spectrumctl::sim::embedded::start;
use spectrumctl::sim::{Fixture, Options, Request, Script, World};
use tokio::runtime::Runtime;

use crate::support::{Ran, Sandbox};

const SEED: &str = "\
zones:
  - {name: one.example, id: 11111111111111111111111111111111}
  - {name: two.example, id: 22222222222222222222222222222222}
prefixes: [{cidr: 198.51.100.0/24, account: 01a7362d577a6c3019a474fd6f485823, advertised: true}]
tokens:
  - {token: whole-account}
  - {token: one-zone-only, zones: [one.example]}
";

/// The zones by id.
pub(super) const ZONE_IDS: [&str; 2] =
    ["11111111111111111111111111111111", "22222222222222222222222222222222"];

/// A live application: its id, and its object without times.
pub(super) type Live = BTreeMap<String, Json>;

/// A sandbox and a simulated account.
pub(super) struct Room {
    pub(super) sandbox: Sandbox,
    world: World,
    runtime: Runtime,
}

impl Room {
    pub(super) fn new() -> Room {
        let mut world = World::empty();
        world.rate_limit = None;
        world.load(&Fixture::read(SEED).unwrap(), true).unwrap();
        let runtime = Runtime::new().unwrap();
        Room { sandbox: Sandbox::new(), world, runtime }
    }

    /// Runs the binary while these faults happen. With a life it is killed after so long.
    pub(super) fn run(
        &mut self,
        arguments: &[&str],
        faults: &str,
        token: &str,
        life: Option<Duration>,
    ) -> Option<Ran> {
        let script = Script::read(faults).unwrap();
        let options = Options::default().with_faults(script);
        let world = self.world.clone();
        let running = self.runtime.block_on(async { start(world, options).await }).unwrap();
        self.sandbox.set("CLOUDFLARE_BASE_URL", &running.base_url);
        self.sandbox.set("CLOUDFLARE_API_TOKEN", token);
        let ran = match life {
            None => Some(self.sandbox.run(arguments)),
            Some(life) => {
                let mut command = self.sandbox.command(arguments);
                let command = command.stdout(Stdio::null()).stderr(Stdio::null());
                let mut child = command.spawn().unwrap();
                std::thread::sleep(life);
                child.kill().unwrap();
                child.wait().unwrap();
                None
            }
        };
        // What a killed run had sent may still be on its way into the world.
        std::thread::sleep(Duration::from_millis(if life.is_some() { 60 } else { 0 }));
        self.world = running.world.lock().unwrap().clone();
        ran
    }

    /// A run without faults, with every permission.
    pub(super) fn quiet(&mut self, arguments: &[&str]) -> Ran {
        self.run(arguments, "[]", "whole-account", None).unwrap()
    }

    /// The same with JSON on stdout.
    pub(super) fn json(&mut self, arguments: &[&str]) -> (i32, Json) {
        let ran = self.quiet(&[arguments, &["--format", "json"]].concat());
        let json = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{error}: {arguments:?}: {}", ran.all()));
        (ran.code, json)
    }

    /// Somebody calls the API by hand.
    pub(super) fn call(&mut self, method: &str, path: &str, body: Option<&Json>) -> Json {
        let mut request = Request::new(method, &format!("/client/v4{path}"))
            .with_header("Authorization", "Bearer whole-account");
        if let Some(body) = body {
            request = request.with_body(body.to_string());
        }
        let answer = self.world.answer(&request, Timestamp::now());
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// What is live in both zones, by id.
    pub(super) fn live(&mut self) -> Live {
        let mut live = Live::new();
        for zone in ZONE_IDS {
            let path = format!("/zones/{zone}/spectrum/apps?page=1&per_page=100");
            let answer = self.call("GET", &path, None);
            for app in answer["result"].as_array().unwrap() {
                let mut app = app.clone();
                let id = app["id"].as_str().unwrap().to_owned();
                for key in ["id", "created_on", "modified_on"] {
                    app.as_object_mut().unwrap().remove(key);
                }
                app["zone"] = Json::from(zone);
                live.insert(id, app);
            }
        }
        live
    }
}
