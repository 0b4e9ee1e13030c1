//! The real binary as a server, and a client that changes things behind the tool's back.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::Value as Json;

use super::Sandbox;

/// The simulator as a process; it ends with this value.
pub(crate) struct Simulator {
    process: Child,
    /// Where it listens: `http://127.0.0.1:PORT/client/v4`.
    pub(crate) base_url: String,
}

impl Simulator {
    /// Starts `sim` on a free port with further arguments, such as `--world FILE`.
    pub(crate) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = if arguments.contains(&"--listen") {
            &["sim"][..]
        } else {
            &["sim", "--listen", "127.0.0.1:0"]
        }
        .iter()
        .chain(arguments)
        .copied()
        .collect();
        Simulator::from_command(&mut sandbox.command(&arguments))
    }

    /// Starts it by a command of its own.
    pub(crate) fn from_command(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the simulator starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("stdout is a pipe"))
            .read_line(&mut line)
            .unwrap();
        let base_url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("{line:?} names no address"))
            .to_owned();
        Simulator { process, base_url }
    }

    /// The id of the process.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Sends a request and gives status and body.
    pub(crate) fn send(&self, method: &str, path: &str, body: Option<&Json>) -> (u16, Json) {
        let method: Method = method.parse().expect("a method of HTTP");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // Whoever was first has installed it.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let mut request = client
                .request(method, format!("{}{path}", self.base_url))
                .bearer_auth("behind-the-back");
            if let Some(body) = body {
                request = request.json(body);
            }
            let response = request.send().await.expect("the simulator answers");
            (response.status().as_u16(), response.json().await.expect("the answer is JSON"))
        })
    }

    /// Sends a request that must succeed, and gives its result.
    pub(crate) fn must(&self, method: &str, path: &str, body: Option<&Json>) -> Json {
        let (status, mut envelope) = self.send(method, path, body);
        assert_eq!(status, 200, "{method} {path}: {envelope}");
        envelope["result"].take()
    }

    /// The id of a zone.
    pub(crate) fn zone(&self, name: &str) -> String {
        let zones = self.must("GET", &format!("/zones?name={name}"), None);
        zones[0]["id"].as_str().unwrap_or_else(|| panic!("there is no zone {name}")).to_owned()
    }

    /// All applications of a zone.
    pub(crate) fn apps(&self, zone: &str) -> Vec<Json> {
        let apps = self.must("GET", &format!("/zones/{}/spectrum/apps", self.zone(zone)), None);
        apps.as_array().expect("a list").clone()
    }

    /// The id of the application with a hostname and a protocol, as the API shows them.
    pub(crate) fn app_id(&self, zone: &str, hostname: &str, protocol: &str) -> String {
        let apps = self.apps(zone);
        let app =
            apps.iter().find(|app| app["dns"]["name"] == hostname && app["protocol"] == protocol);
        let app = app.unwrap_or_else(|| panic!("no {protocol} on {hostname} among {apps:#?}"));
        app["id"].as_str().expect("an application has an id").to_owned()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // A process that has ended already has nothing left to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
