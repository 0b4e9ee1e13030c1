//! The examples of `explain`, run through the real code: the wrong one leads to exactly its code, and the right one to nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::date;
use regex::Regex;
use secrecy::SecretString;
use spectrumctl::api::{Client, Credentials, Settings};
use spectrumctl::codes::{self, CODES, Code, Example, Known, Setting};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Severity;
use spectrumctl::model::ZoneId;
use spectrumctl::validate;

use crate::support::{Sandbox, Simulator};

const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// Every code with its example; commands are run elsewhere, and what an event is about shows in no run.
fn examples() -> impl Iterator<Item = (&'static Code, &'static Example)> {
    let is_run = |code: &&Code| code.known() != Known::OnConnection;
    let all = codes::all().filter(is_run).filter_map(|code| Some((code, code.example.as_ref()?)));
    all.filter(|(_, example)| example.right.commands.is_empty())
}

fn needs_a_world(setting: &Setting) -> bool {
    !setting.seed.is_empty() || !setting.faults.is_empty() || setting.earlier().is_some()
}

/// Only the wait for a rate limit takes longer than a test may.
fn is_a_rate_limit(code: &Code) -> bool {
    code.http_status == [429]
}

#[test]
fn every_code_and_rule_has_an_example() {
    let without: Vec<String> =
        CODES.iter().filter(|code| code.example.is_none()).map(|code| code.name()).collect();
    assert_eq!(without, Vec::<String>::new());
}

/// The codes that are found without asking anybody.
fn offline(setting: &Setting) -> BTreeSet<String> {
    let text = setting.configuration();
    let loaded = config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
    let validated = validate::validate(&loaded.configuration, loaded.findings, date(2026, 8, 1));
    validated.findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn a_wrong_example_gives_its_code_and_a_right_one_nothing() {
    let mut tried = 0;
    for (code, example) in examples().filter(|(_, example)| !needs_a_world(&example.wrong)) {
        assert_eq!(offline(&example.wrong), BTreeSet::from([code.name()]), "{}", code.slug);
        assert_eq!(offline(&example.right), BTreeSet::new(), "{}", code.slug);
        tried += 1;
    }
    assert!(tried >= 55, "only {tried} examples");
}

/// The codes of everything that an apply against a simulator with this setting prints.
fn applied(setting: &Setting) -> (i32, BTreeSet<String>, String) {
    let mut sandbox = Sandbox::with(&setting.configuration());
    sandbox.write("sim.yaml", setting.seed);
    sandbox.write("faults.yaml", setting.faults);
    let simulator = Simulator::start(&sandbox, &["--seed", "sim.yaml", "--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.set("CLOUDFLARE_API_TOKEN", "example-token");
    if let Some(earlier) = setting.earlier() {
        sandbox.write("spectrum.yaml", earlier);
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        sandbox.write("spectrum.yaml", setting.configuration());
    }
    let ran = sandbox.run(&["apply", "--auto-approve"]);
    let found = Regex::new(r"(?:error|warning)\[([a-z0-9-]+)\]").unwrap();
    let codes = found.captures_iter(&ran.all()).map(|found| found[1].to_owned()).collect();
    (ran.code, codes, ran.all())
}

#[test]
fn a_wrong_example_of_a_world_leads_to_its_code_and_a_right_one_to_an_apply() {
    let mut tried = 0;
    let of_world = examples().filter(|(_, example)| needs_a_world(&example.wrong));
    for (code, example) in of_world.filter(|(code, _)| !is_a_rate_limit(code)) {
        let (exit, mut codes, said) = applied(&example.wrong);
        // That the run stops early is what follows from it.
        codes.remove("ended-early");
        assert!(exit != 0 || code.severity == Severity::Warning, "{}: {said}", code.slug);
        assert_eq!(codes, BTreeSet::from([code.name()]), "{}: {said}", code.slug);
        let (exit, codes, said) = applied(&example.right);
        assert_eq!((exit, codes), (0, BTreeSet::new()), "{}: {said}", code.slug);
        tried += 1;
    }
    assert!(tried >= 24, "only {tried} examples");
}

/// The code of the first answer to a list, asked by a client that does not wait.
fn listed(setting: &Setting) -> Option<String> {
    let sandbox = Sandbox::new();
    sandbox.write("faults.yaml", setting.faults);
    let simulator = Simulator::start(&sandbox, &["--faults", "faults.yaml"]);
    let credentials = Credentials::Token(SecretString::from("example-token"));
    let settings = Settings::new(&simulator.base_url, credentials);
    let settings = Settings { rate_limit_patience: Duration::ZERO, ..settings };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::new(settings).unwrap();
    let listed = runtime.block_on(client.list_apps(&ZoneId::from_api(ZONE)));
    listed.err().map(|error| error.to_finding().code)
}

#[test]
fn an_example_of_a_rate_limit_is_answered_with_its_code() {
    let mut tried = 0;
    for (code, example) in examples().filter(|(code, _)| is_a_rate_limit(code)) {
        assert_eq!(listed(&example.wrong), Some(code.name()));
        assert_eq!(listed(&example.right), None);
        tried += 1;
    }
    assert_eq!(tried, 4);
}

#[test]
fn the_page_shows_the_example_and_its_json_holds_whole_configurations() {
    let sandbox = Sandbox::new();
    for (code, example) in examples() {
        let page = sandbox.run(&["explain", "code", &code.name()]).ends_with(0).stdout;
        for line in example.wrong.lines().into_iter().chain(example.right.lines()) {
            assert!(page.contains(line), "{}: {line:?} in {page}", code.slug);
        }
    }
    let (_, json) = sandbox.json(&["explain", "11014"]);
    let example = codes::find("11014").and_then(|code| code.example).unwrap();
    let wrong = &json["example"]["wrong"];
    assert_eq!(wrong["configuration"], example.wrong.configuration());
    assert_eq!((&wrong["seed"], &wrong["faults"]), (&example.wrong.seed.into(), &().into()));
}
