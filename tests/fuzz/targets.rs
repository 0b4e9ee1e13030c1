//! What is tried, and what must hold whatever comes in.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use spectrumctl::config::{self, Loaded, Sources, Vars, format as canonical, terraform as shown};
use spectrumctl::finding::Finding;
use spectrumctl::ledger::journal::Journal;
use spectrumctl::ledger::{Snapshot, State};
use spectrumctl::model::Live;
use spectrumctl::plan::saved::Saved;
use spectrumctl::plan::{Plan, StatePlace};
use spectrumctl::render::findings::RenderOptions;
use spectrumctl::render::{self, TermStyle};
use spectrumctl::sim::{Request, World};
use spectrumctl::validate;

use crate::support::planning::{self, Beside};

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn load(text: &str) -> Loaded {
    let vars = Vars::from_environment([("ORIGIN".to_owned(), "192.0.2.1".to_owned())]);
    config::load(&Sources::new([("spectrum.yaml", text)]), &vars)
}

/// What a configuration says, places aside.
fn meaning(loaded: &Loaded) -> Vec<String> {
    let apps = loaded.configuration.apps().map(|app| {
        let given = app.draft.given.iter();
        let given: Vec<String> =
            given.map(|(field, given)| format!("{}={:?}", field.path(), given.value)).collect();
        format!("{} {given:?} {:?} {:?}", app.address, app.labels, app.note)
    });
    apps.collect()
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).expect("what is written is text")
}

pub(super) fn configuration(bytes: &[u8]) {
    let text = text(bytes);
    let loaded = load(&text);
    let found =
        validate::validate(&loaded.configuration, loaded.findings, date(2026, 8, 1)).findings;
    for place in found.iter().filter_map(|finding| finding.place.as_ref()) {
        assert!(place.start <= place.end, "{place:?} ends before it begins");
        assert!(text.get(place.start..place.end).is_some(), "{place:?} is not in the text");
    }
    findings(&text, &found);
}

/// Every form of findings is what its readers take it for.
fn findings(text: &str, found: &[Finding]) {
    let sources = Sources::new([("spectrum.yaml", text)]);
    let style = TermStyle::default();
    let options = RenderOptions { sources: &sources, style, redact: false, closing: None };
    let human = written(|out| render::findings::write(out, found, options));
    assert!(human.chars().all(|letter| letter == '\n' || !letter.is_control()), "{human:?}");
    for json in [
        written(|out| render::findings_json::write(out, found)),
        written(|out| render::sarif::write(out, found, "")),
    ] {
        serde_json::from_str::<Json>(&json).expect("it is JSON");
    }
    let commands = written(|out| render::github::write(out, found));
    assert!(commands.lines().all(|line| line.starts_with("::")), "{commands}");
    assert_eq!(commands.lines().count(), found.len(), "{commands}");
    let concise = written(|out| render::findings_concise::write(out, found));
    assert_eq!(concise.lines().count(), found.len(), "{concise}");
    written(|out| render::junit::write(out, found));
}

pub(super) fn expansion(bytes: &[u8]) {
    let text = text(bytes);
    let loaded = load(&text);
    if loaded.findings.iter().any(Finding::is_error) {
        return;
    }
    let vars = Vars::from_environment([("ORIGIN".to_owned(), "192.0.2.1".to_owned())]);
    let tree = config::written_out(&Sources::new([("spectrum.yaml", &*text)]), &vars);
    let out = canonical::writer::write(&tree);
    let again = load(&out);
    assert_eq!(meaning(&again), meaning(&loaded), "{out}");
}

/// The applications of an answer are sent back as they are understood.
pub(super) fn answer(bytes: &[u8]) {
    let Ok(answer) = serde_json::from_slice::<Json>(bytes) else { return };
    let result = answer.get("result").unwrap_or(&answer);
    let objects = result.as_array().map_or(std::slice::from_ref(result), Vec::as_slice);
    for live in objects.iter().filter_map(Json::as_object).filter_map(Live::read) {
        let mut body = live.spec.to_json();
        body.insert("id".to_owned(), json!(live.id.as_str()));
        let again = Live::read(&body).expect("it has an id");
        assert_eq!(again.spec, live.spec, "{body:?}");
    }
}

pub(super) fn state(bytes: &[u8]) {
    let Ok(state) = State::read(bytes) else { return };
    let again = State::read(&state.to_bytes()).expect("what was written is read");
    assert_eq!(again, state);
}

pub(super) fn journal(bytes: &[u8]) {
    let Ok(journal) = Journal::read(bytes) else { return };
    let lines: Vec<u8> = journal.lines.iter().flat_map(|line| line.to_bytes()).collect();
    let again = Journal::read(&lines).expect("what was written is read");
    assert_eq!(again.lines, journal.lines);
    let whole = Snapshot::new(None, journal).expect("there is no state of another version");
    let state = State::read(&whole.state.to_bytes()).expect("what was written is read");
    assert_eq!(state, whole.state);
}

/// The file's checksum is made to fit, so that what is behind it is tried.
pub(super) fn saved_plan(bytes: &[u8]) {
    let mut bytes = Cow::Borrowed(bytes);
    if let Ok(mut file) = serde_json::from_slice::<Json>(&bytes)
        && let Some(content) = file.get("content").map(ToString::to_string)
    {
        let sum = Sha256::digest(content);
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        file["integrity"] = json!(format!("sha256:{sum}"));
        bytes = Cow::Owned(file.to_string().into_bytes());
    }
    let Ok(saved) = Saved::read(&bytes) else { return };
    let again = Saved::read(&saved.to_bytes()).expect("what was written is read");
    assert_eq!(again.to_bytes(), saved.to_bytes());
    shown_everywhere(&saved.plan());
    saved.stale(&Snapshot::default(), &[], &StatePlace::Folder);
}

fn shown_everywhere(plan: &Plan) {
    let human = written(|out| render::plan_text::write(out, plan, TermStyle::default()));
    assert!(human.chars().all(|letter| letter == '\n' || !letter.is_control()), "{human:?}");
    let json = written(|out| render::plan_json::write(out, plan));
    serde_json::from_str::<Json>(&json).expect("it is JSON");
    must_be_well_formed(&written(|out| render::plan_markdown::write(out, plan, None)));
    let commands = written(|out| render::github::write_plan(out, plan));
    assert!(commands.lines().all(|line| line.starts_with("::")), "{commands}");
}

/// The first line is method and target, the rest is the body.
pub(super) fn request(bytes: &[u8]) {
    let text = text(bytes);
    let (head, body) = text.split_once('\n').unwrap_or((&text, ""));
    let (method, target) = head.split_once(' ').unwrap_or(("GET", head));
    let request = Request::new(method, target)
        .with_header("Authorization", "Bearer any")
        .with_header("Content-Type", "application/json")
        .with_body(body);
    let (mut world, now) = (World::default(), Timestamp::UNIX_EPOCH);
    for _ in 0..2 {
        let response = world.answer(&request, now);
        assert!((200..600).contains(&response.status), "{}", response.status);
        assert_ne!(response.status, 500, "{head}");
    }
    let kept = world.to_json();
    assert_eq!(World::from_json(&kept).expect("what was written is read").to_json(), kept);
}

pub(super) fn terraform(bytes: &[u8]) {
    let Some(text) = shown::decode(bytes) else { return };
    let Ok(shown) = shown::read(&text) else { return };
    for found in &shown.apps {
        found.missing();
        found.live.spec.to_json();
    }
}

pub(super) fn format(bytes: &[u8]) {
    let text = text(bytes);
    let Ok(once) = canonical::format("spectrum.yaml", &text) else { return };
    let twice = canonical::format("spectrum.yaml", &once).expect("what was formatted is read");
    assert_eq!(once, twice, "what is formatted is in canonical form");
    assert_eq!(meaning(&load(&text)), meaning(&load(&once)), "{once}");
}

pub(super) fn markdown(bytes: &[u8]) {
    let text = text(bytes);
    let beside = Beside { live: vec![planning::zone(Vec::new())], ..Beside::default() };
    let plan = planning::plan(&text, beside);
    let page = written(|out| render::plan_markdown::write(out, &plan, None));
    must_be_well_formed(&page);
    let is_whole = plan.changes.len() < 20 && plan.findings.len() < 20;
    for change in plan.changes.iter().filter(|_| is_whole) {
        assert!(page.contains(&*change.address.key), "{} is missing:\n{page}", change.address);
    }
    shown_everywhere(&plan);
}

/// The only tags are ours and each is closed; a row of a table has as many cells as its head.
fn must_be_well_formed(page: &str) {
    assert!(page.chars().all(|letter| letter == '\n' || !letter.is_control()), "{page:?}");
    let mut open = Vec::new();
    let mut rest = outside_of_blocks(page);
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, behind) = after.split_once('>').expect("a tag ends");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{page}"),
            None if tag.starts_with("!--") || tag == "br" => {}
            None => {
                assert!(["code", "details", "summary"].contains(&tag), "<{tag}>:\n{page}");
                open.push(tag.to_owned());
            }
        }
        rest = behind.to_owned();
    }
    assert_eq!(open, Vec::<String>::new(), "{page}");
    let mut cells = None;
    for line in page.lines() {
        let count = line.starts_with('|').then(|| line.replace("\\|", "").matches('|').count());
        assert!(cells.is_none() || count.is_none() || cells == count, "{line}:\n{page}");
        cells = count;
    }
}

/// The page without its fenced blocks, in which everything is text.
fn outside_of_blocks(page: &str) -> String {
    let mut fence: Option<String> = None;
    let mut kept = String::new();
    for line in page.lines() {
        let ticks: String = line.chars().take_while(|letter| *letter == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => kept.push_str(&format!("{line}\n")),
        }
    }
    assert_eq!(fence, None, "a block ends");
    kept
}
