//! The real binary in a folder of its own against a simulator in this process, whose world can be changed behind the tool's back.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::ZONE;
use serde_json::{Value as Json, json};
use spectrumctl::sim::embedded::{Running, start};
use spectrumctl::sim::{Fixture, Options, Request, World};

/// What the accounts of the tests have: records, networks with routes, and a prefix.
const SURROUNDINGS: &str = "
virtual_networks:
  - {name: one, id: f174e90a-fafe-4643-bbbc-4a0ed4fc8415}
  - {name: two, id: f174e90a-fafe-4643-bbbc-4a0ed4fc8416}
routes:
  - {network: 192.0.2.0/24, virtual_network: one}
  - {network: 192.0.2.0/24, virtual_network: two}
prefixes:
  - {cidr: 198.51.100.0/24}
  - {cidr: '2001:db8::/32'}
dns_records:
  - {zone: example.com, name: origin.example.com, type: A, content: 192.0.2.1}
  - {zone: example.com, name: other.example.com, type: A, content: 192.0.2.2}
";

/// What a run of the binary gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The report on stdout.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The run, whose exit code must be this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Run {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// A folder and a simulator.
pub(crate) struct Room {
    folder: tempfile::TempDir,
    simulator: Running,
}

impl Room {
    /// A room whose simulator holds what the surroundings say and nothing else.
    pub(crate) async fn new() -> Room {
        Room::with("").await
    }

    /// A room whose simulator holds a seed beside the surroundings.
    pub(crate) async fn with(seed: &str) -> Room {
        let mut world = World::default();
        world.rate_limit = None;
        world.load(&Fixture::read(SURROUNDINGS).unwrap(), true).unwrap();
        world.load(&Fixture::read(seed).unwrap(), true).unwrap();
        let simulator = start(world, Options::default()).await.unwrap();
        Room { folder: tempfile::tempdir().unwrap(), simulator }
    }

    /// Where a file of the folder is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Writes the configuration of one application, `example.com/app`.
    pub(crate) fn configure(&self, fields: &str) {
        let fields: String =
            fields.trim().lines().map(|line| format!("        {}\n", line.trim_end())).collect();
        self.write(
            "spectrum.yaml",
            &format!("version: 1\nzones:\n  example.com:\n    apps:\n      app:\n{fields}"),
        );
    }

    /// Runs the binary in the folder, with nothing of this process's environment but the path.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    /// The same with further variables.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        run_in(self.folder.path(), &self.simulator.base_url, arguments, variables)
    }

    /// Sows into the running world: what no call of the API can do, such as another `dns.type` under the same id.
    pub(crate) fn load(&self, seed: &str) {
        self.simulator.world.lock().unwrap().load(&Fixture::read(seed).unwrap(), true).unwrap();
    }

    /// Makes a call as somebody else would, and gives its result.
    #[track_caller]
    pub(crate) fn call(&self, method: &str, path: &str, body: &Json) -> Json {
        let request = Request {
            method: method.to_owned(),
            path: format!("/client/v4{path}"),
            headers: [("authorization".to_owned(), "Bearer somebody-else".to_owned())].into(),
            body: body.to_string().into_bytes(),
            ..Request::default()
        };
        let response =
            self.simulator.world.lock().unwrap().answer(&request, jiff::Timestamp::now());
        let envelope: Json = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(envelope["success"], json!(true), "{envelope}");
        envelope["result"].clone()
    }

    /// The live applications of example.com.
    pub(crate) fn apps(&self) -> Vec<Json> {
        self.call("GET", &format!("/zones/{ZONE}/spectrum/apps"), &Json::Null)
            .as_array()
            .unwrap()
            .clone()
    }

    /// The only live application.
    pub(crate) fn app(&self) -> Json {
        let apps = self.apps();
        assert_eq!(apps.len(), 1, "{apps:?}");
        apps[0].clone()
    }

    /// Changes some fields of a live application outside.
    pub(crate) fn patch(&self, id: &str, fields: &Json) {
        self.call("PATCH", &format!("/zones/{ZONE}/spectrum/apps/{id}"), fields);
    }

    /// Deletes a live application outside.
    pub(crate) fn delete(&self, id: &str) {
        self.call("DELETE", &format!("/zones/{ZONE}/spectrum/apps/{id}"), &Json::Null);
    }

    /// Creates an application outside.
    pub(crate) fn create(&self, object: &Json) -> Json {
        self.call("POST", &format!("/zones/{ZONE}/spectrum/apps"), object)
    }
}

fn run_in(folder: &Path, base_url: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spectrumctl"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder);
    command.env("CLOUDFLARE_BASE_URL", base_url).env("CLOUDFLARE_API_TOKEN", "of-the-tool");
    command.envs(variables.iter().copied()).args(arguments).current_dir(folder);
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
}
