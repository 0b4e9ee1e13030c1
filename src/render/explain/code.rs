//! The page of a code or rule: what it means, its causes, and an example that is wrong and the same made right.

use serde::Serialize;
use serde_json::json;

use super::page::{Line, Page, Section, line};
use crate::codes::{Cause, Code, Example, Retry, Setting};
use crate::model::{Need, PERMISSIONS, Permission};

/// A code as other programs read it.
#[derive(Serialize)]
pub(super) struct CodeEntry<'a> {
    code: String,
    slug: &'a str,
    title: &'a str,
    http_status: &'a [u16],
    retryable: bool,
    known: &'a str,
    severity: crate::finding::Severity,
    exit: Option<u8>,
    docs: Option<String>,
    more: Option<&'a str>,
    causes: Vec<CauseEntry<'a>>,
    example: Option<ExampleEntry>,
}

#[derive(Serialize)]
struct CauseEntry<'a> {
    slug: &'a str,
    why: Option<&'a str>,
    fix: &'a str,
    known: &'a str,
}

#[derive(Serialize)]
struct ExampleEntry {
    wrong: SettingEntry,
    right: SettingEntry,
}

/// A run that can be repeated: the configuration, and what the simulator is started with.
#[derive(Serialize)]
struct SettingEntry {
    configuration: String,
    earlier: Option<String>,
    seed: Option<&'static str>,
    commands: Option<&'static str>,
    faults: Option<&'static str>,
}

impl From<&Setting> for SettingEntry {
    fn from(setting: &Setting) -> Self {
        let given = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        SettingEntry {
            configuration: setting.configuration(),
            earlier: setting.earlier(),
            seed: given(setting.seed),
            commands: given(setting.commands),
            faults: given(setting.faults),
        }
    }
}

impl<'a> CodeEntry<'a> {
    pub(super) fn new(code: &'a Code) -> Self {
        let cause = |cause: &'a Cause| CauseEntry {
            slug: cause.slug,
            why: cause.why,
            fix: cause.fix,
            known: cause.known.text(),
        };
        let example = code.example.as_ref().map(|example| ExampleEntry {
            wrong: (&example.wrong).into(),
            right: (&example.right).into(),
        });
        CodeEntry {
            code: code.name(),
            slug: code.slug,
            title: code.title,
            http_status: code.http_status,
            retryable: code.retry == Retry::Later,
            known: code.known().text(),
            severity: code.severity,
            exit: code.exit,
            docs: Some(code.page()).filter(|docs| !docs.is_empty()),
            more: Some(code.more).filter(|more| !more.is_empty()),
            causes: code.causes.iter().map(cause).collect(),
            example,
        }
    }
}

/// The page of a code.
pub fn code_page(code: &Code) -> Page {
    let causes = code.causes.iter().map(cause_section);
    Page {
        title: format!("{}: {}", code.name(), code.title),
        facts: facts(code),
        sections: causes.chain(code.example.as_ref().map(example_section)).collect(),
        data: json!(CodeEntry::new(code)),
    }
}

fn cause_section(cause: &Cause) -> Section {
    let why = cause.why.map(|why| line("why", why));
    Section {
        title: cause.slug.to_owned(),
        note: format!("found {}", cause.known.text()),
        lines: why.into_iter().chain([line("fix", cause.fix)]).collect(),
        blocks: Vec::new(),
    }
}

/// What can be said of a code in a word or two.
fn facts(code: &Code) -> Vec<Line> {
    let mut facts = Vec::new();
    if code.number.is_some() {
        facts.push(line("slug", code.slug));
    }
    if !code.http_status.is_empty() {
        let status: Vec<String> = code.http_status.iter().map(ToString::to_string).collect();
        facts.push(line("HTTP", status.join(", ")));
    }
    facts.push(line("found", code.known().text()));
    facts.push(line("retry", retry(code)));
    facts.extend(code.exit.map(|exit| line("exit", exit.to_string())));
    facts.push(line("docs", code.page()));
    facts.push(line("more", code.more));
    if code.slug == "access-denied" {
        let permissions = PERMISSIONS.iter().map(permission_fact);
        facts.extend(permissions.map(|text| line("token", text)));
    }
    facts.retain(|(_, text)| !text.is_empty());
    facts
}

/// Whether the same call may succeed later.
pub(super) fn retry(code: &Code) -> &'static str {
    match code.retry {
        Retry::Never => "never",
        Retry::Later => "later",
    }
}

/// A permission with the commands that use it and what is lost without it.
fn permission_fact(permission: &Permission) -> String {
    let commands =
        [("plan", permission.plan), ("apply", permission.apply), ("drift", permission.drift)];
    let used: Vec<&str> =
        commands.iter().filter(|(_, need)| *need != Need::Unused).map(|(name, _)| *name).collect();
    format!("{} ({}): without it {}", permission.text(), used.join(", "), permission.cost)
}

/// What is run beside a file: that which leads to the code, where anything does, and that which does not.
fn transcript(example: &Example) -> Section {
    let Example { wrong, right } = example;
    let mut blocks = vec![line("spectrum.yaml", wrong.configuration().trim_end())];
    blocks.push(line("in an account with this (sim.yaml)", wrong.seed));
    blocks.push(line("wrong", wrong.commands));
    blocks.push(line(if wrong.commands.is_empty() { "run" } else { "right" }, right.commands));
    blocks.retain(|(_, text)| !text.is_empty());
    Section {
        title: "example".to_owned(),
        note: "commands".to_owned(),
        blocks,
        ..Section::default()
    }
}

/// The wrong setting whole, and of the right one what differs.
fn example_section(example: &Example) -> Section {
    let Example { wrong, right } = example;
    if !right.commands.is_empty() {
        return transcript(example);
    }
    let text = |setting: &Setting| setting.lines().join("\n");
    let earlier =
        wrong.earlier_lines().map(|lines| line("after this was applied", lines.join("\n")));
    let mut blocks: Vec<Line> = earlier.into_iter().chain([line("wrong", text(wrong))]).collect();
    if !wrong.seed.is_empty() {
        blocks.push(line("in an account with this (sim.yaml)", wrong.seed));
    }
    if !wrong.faults.is_empty() {
        blocks.push(line("while this goes wrong (a file for `sim --faults`)", wrong.faults));
    }
    if text(right) != text(wrong) {
        blocks.push(line("right", text(right)));
    } else if right.seed != wrong.seed {
        blocks.push(line("right: the same in an account with this (sim.yaml)", right.seed));
    } else {
        blocks.push(line("right", "# the same, once the API takes the call"));
    }
    Section {
        title: "example".to_owned(),
        note: wrong.kind().to_owned(),
        lines: Vec::new(),
        blocks,
    }
}
