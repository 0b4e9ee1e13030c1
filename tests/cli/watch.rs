//! `drift --watch`: a line a round, figures and health over HTTP, a webhook that hears of each change, and a clean end.
#![cfg(unix)]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use crate::support::{Sandbox, Simulator};

const CONFIGURATION: &str = r#"version: 1
zones:
  example.com:
    apps:
      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"]}
"#;

const SECRET: &str = "a key of the tests";

/// A message that a webhook got: its headers, and its body.
type Message = (String, String);

/// A server that takes every message.
struct Hook {
    port: u16,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Hook {
    fn start() -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let messages = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&messages);
        spawn(move || {
            for stream in listener.incoming() {
                let message = take(stream.unwrap());
                taken.lock().unwrap().push(message);
            }
        });
        Hook { port, messages }
    }

    fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap().clone()
    }
}

fn take(stream: TcpStream) -> Message {
    let mut reader = BufReader::new(stream);
    let (mut headers, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).unwrap() > 2 {
        headers += &std::mem::take(&mut line);
    }
    let length = headers.to_lowercase().lines().find_map(|line| {
        line.strip_prefix("content-length: ").map(|length| length.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or_default()];
    reader.read_exact(&mut body).unwrap();
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    (headers, String::from_utf8(body).unwrap())
}

/// A watch that runs.
struct Watch<'a> {
    sandbox: &'a Sandbox,
    child: Child,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl<'a> Watch<'a> {
    fn start(sandbox: &'a Sandbox, arguments: &[&str]) -> Watch<'a> {
        let file = |name: &str| Stdio::from(File::create(sandbox.path(name)).unwrap());
        let mut command = sandbox.command(&[&["drift", "--watch"], arguments].concat());
        let command = command.stdin(Stdio::null()).stdout(file("lines")).stderr(file("messages"));
        Watch { sandbox, child: command.spawn().unwrap() }
    }

    /// What it has printed, once that holds a text.
    fn wait_for(&self, name: &str, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let printed = self.sandbox.read(name);
            if printed.contains(text) {
                return printed;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{text} never comes: {printed}");
            sleep(Duration::from_millis(50));
        }
    }

    /// What it answers at a path: the status, and the body.
    fn get(&self, path: &str) -> (u16, String) {
        let messages = self.wait_for("messages", "listening on http://");
        let address = messages.lines().find_map(|line| line.strip_prefix("listening on http://"));
        let mut stream = TcpStream::connect(address.unwrap()).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: watch\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Ends it with a signal; gives the exit code.
    fn end(mut self, signal: &str) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

/// A sandbox in which the application is live.
fn begun(faults: &str) -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(CONFIGURATION);
    sandbox.write("faults.yaml", faults);
    let simulator = Simulator::start(&sandbox, &["--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    (sandbox, simulator)
}

fn set_origin(simulator: &Simulator, origin: &str) {
    let id = simulator.app_id("example.com", "ssh.example.com", "tcp/22");
    let path = format!("/zones/{}/spectrum/apps/{id}", simulator.zone("example.com"));
    simulator.must("PATCH", &path, Some(&json!({ "origin_direct": [origin] })));
}

#[test]
fn each_round_is_a_line_and_each_change_is_told() {
    let (mut sandbox, simulator) = begun("[]");
    sandbox.set("SPECTRUMCTL_WEBHOOK_SECRET", SECRET);
    // A proxy of the machine is none for what runs on the machine.
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        sandbox.set(variable, "http://127.0.0.1:1/");
    }
    let hook = Hook::start();
    let address = format!("http://127.0.0.1:{}/hooks/T0KEN", hook.port);
    let watch = Watch::start(&sandbox, &["1s", "--listen", "127.0.0.1:0", "--webhook", &address]);
    watch.wait_for("lines", "No drift.");
    let (status, health) = watch.get("/healthz");
    let health: Json = serde_json::from_str(&health).unwrap();
    assert_eq!((status, &health["last"]["result"]), (200, &json!("no_drift")));
    assert_eq!(hook.messages(), [], "there is nothing to tell");
    set_origin(&simulator, "tcp://203.0.113.77:22");
    watch.wait_for("lines", "1 changed");
    let (_, metrics) = watch.get("/metrics");
    assert!(metrics.contains("spectrumctl_watch_rounds_total{result=\"drift\"} "), "{metrics}");
    assert!(metrics.contains("spectrumctl_drift_apps{zone=\"example.com\""), "{metrics}");
    assert_eq!(watch.get("/else").0, 404);
    let rounds = watch.wait_for("lines", "1 changed").lines().count();
    watch.wait_for("lines", "No drift.");
    set_origin(&simulator, "tcp://192.0.2.1:22");
    let begun = Instant::now();
    while hook.messages().len() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", hook.messages());
        sleep(Duration::from_millis(50));
    }
    let lines = sandbox.read("lines");
    assert!(lines.lines().count() > rounds && lines.contains("SIMULATED"), "{lines}");
    assert_eq!(watch.end("-TERM"), 0);
    assert!(sandbox.read("messages").contains("Stopped after "), "{}", sandbox.read("messages"));
    let [drift, no_drift] = &hook.messages()[..] else { panic!("{:#?}", hook.messages()) };
    let [first, second] = [drift, no_drift].map(|it| serde_json::from_str::<Json>(&it.1).unwrap());
    assert_eq!(first["result"], "drift", "{first:#}");
    assert_eq!(first["report"]["changes"][0]["address"], "example.com/ssh", "{first:#}");
    assert_eq!((&second["result"], &second["previous"]), (&json!("no_drift"), &json!("drift")));
    assert!(!drift.1.contains("203.0.113.77"), "an origin is posted: {}", drift.1);
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(drift.1.as_bytes());
    let digits: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let signed = format!("x-spectrumctl-signature-256: sha256={digits}");
    assert!(drift.0.to_lowercase().contains(&signed), "{}", drift.0);
}

#[test]
fn a_zone_that_cannot_be_read_is_unknown_and_after_three_rounds_not_healthy() {
    // The plan and the look after it list once each.
    let failing = (2..40).map(|nth| {
        format!("{{method: GET, path: \"*/spectrum/apps\", nth: {nth}, effect: {{status: 400}}}}")
    });
    let faults = format!("[{}]", failing.collect::<Vec<_>>().join(", "));
    let (sandbox, _simulator) = begun(&faults);
    let hook = Hook::start();
    let address = format!("http://127.0.0.1:{}/T0KEN", hook.port);
    let arguments = [
        "1s",
        "--listen",
        "127.0.0.1:0",
        "--webhook",
        &address,
        "--webhook-format",
        "slack",
        "--format",
        "json",
    ];
    let watch = Watch::start(&sandbox, &arguments);
    let first = watch.wait_for("lines", "}\n");
    let first: Json = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(first["result"], "unknown", "{first:#}");
    let begun = Instant::now();
    while watch.get("/healthz").0 != 503 || sandbox.read("lines").lines().count() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", sandbox.read("lines"));
        sleep(Duration::from_millis(100));
    }
    assert_eq!(watch.get("/livez").0, 200);
    assert_eq!(watch.end("-INT"), 130);
    let [only] = &hook.messages()[..] else { panic!("{:#?}", hook.messages()) };
    let said: Json = serde_json::from_str(&only.1).unwrap();
    assert!(said["text"].as_str().unwrap().contains("Drift is unknown"), "{said:#}");
}

#[test]
fn an_edit_of_the_configuration_is_looked_at_at_once() {
    let (sandbox, _simulator) = begun("[]");
    let watch = Watch::start(&sandbox, &["1h", "--format", "json=drift.json"]);
    watch.wait_for("lines", "No drift.");
    sandbox.edit("spectrum.yaml", "protocol: tcp/22", "protocl: tcp/22");
    let lines = watch.wait_for("lines", "Drift is unknown");
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let report: Json = serde_json::from_str(&sandbox.read("drift.json")).unwrap();
    assert_eq!(report["complete"], false, "{report:#}");
    assert_eq!(watch.end("-TERM"), 0);
}

#[test]
fn what_a_watch_cannot_do_is_wrong_usage() {
    let (sandbox, _simulator) = begun("[]");
    for arguments in [
        &["drift", "--listen", "127.0.0.1:0"][..],
        &["drift", "--webhook", "http://127.0.0.1:1/"],
        &["drift", "--watch", "0s"],
        &["drift", "--watch", "soon"],
        &["drift", "--watch", "5m", "--write", "accept"],
        &["drift", "--watch", "5m", "--format", "sarif"],
        &["drift", "--watch", "5m", "--webhook", "ftp://127.0.0.1/"],
        &["drift", "--watch", "5m", "--target", "example.com/shh"],
    ] {
        sandbox.run(arguments).ends_with(64);
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = sandbox.run(&["drift", "--watch", "5m", "--listen", &address]).ends_with(1);
    assert!(refused.stderr.contains("failed to listen on"), "{}", refused.stderr);
}
