//! The pages of numbers: an exit code of the program, and an HTTP status of the API, each with the codes that come with it.

use serde_json::json;

use super::page::{Line, Page, Section, line};
use crate::codes::{self, Code};

/// The page of an exit code.
pub fn exit_page(exit: u8, meaning: &str) -> Page {
    let codes: Vec<&Code> = codes::all().filter(|code| code.exit == Some(exit)).collect();
    let data = json!({"exit": exit, "meaning": meaning, "codes": names(&codes)});
    page(format!("exit code {exit}: {meaning}"), "codes that always end with it", &codes, data)
}

/// The page of an HTTP status; nothing where no code comes with it.
pub fn status_page(status: u16) -> Option<Page> {
    let has_it = |code: &&Code| code.http_status.contains(&status);
    let codes: Vec<&Code> = codes::all().filter(has_it).collect();
    let data = json!({"http_status": status, "codes": names(&codes)});
    let title = format!("HTTP status {status}");
    (!codes.is_empty()).then(|| page(title, "codes that come with it", &codes, data))
}

fn page(title: String, heading: &str, codes: &[&Code], data: serde_json::Value) -> Page {
    let listed = Section {
        title: heading.to_owned(),
        note: "`spectrumctl explain CODE` has more".to_owned(),
        lines: codes.iter().map(|code| described(code)).collect(),
        ..Section::default()
    };
    let sections = if codes.is_empty() { Vec::new() } else { vec![listed] };
    Page { title, facts: Vec::new(), sections, data }
}

fn described(code: &Code) -> Line {
    line(code.name(), code.title)
}

fn names(codes: &[&Code]) -> Vec<serde_json::Value> {
    codes.iter().map(|code| json!({"code": code.name(), "title": code.title})).collect()
}
