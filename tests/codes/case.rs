//! A hand-written case of a code or rule: its folder, and what its files say. Nothing else reads `tests/codes/`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value as Json;
use spectrumctl::codes::{CODES, Code};

use crate::support::{folders, repository};

/// Code, severity, address, path and line of a finding; empty or 0 where it has none.
pub(super) type Reported = (String, String, String, String, u64);

/// One folder, such as `tests/codes/11000/no-origin/`.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) code: &'static Code,
    /// The folder's own name: a cause of the code, or a further face of one.
    pub(super) face: String,
    folder: PathBuf,
}

impl Case {
    /// Every case, sorted. A folder that is named after no code is a mistake.
    pub(super) fn all() -> Vec<Case> {
        let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let of_code = |folder: PathBuf| {
            let name = named(&folder);
            let code = CODES.iter().find(|code| code.name() == name);
            let code = *code.unwrap_or_else(|| panic!("{name} has cases, but is no code"));
            let case = move |folder: PathBuf| Case { code, face: named(&folder), folder };
            folders(&folder).into_iter().map(case)
        };
        folders(&repository().join("tests/codes")).into_iter().flat_map(of_code).collect()
    }

    /// The name under which a filter finds it: `11000/no-origin`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.code.name(), self.face)
    }

    /// The text of a file, where the case has it.
    pub(super) fn text(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(file)).ok()
    }

    /// A file in YAML or JSON, where the case has it.
    pub(super) fn json(&self, file: &str) -> Option<Json> {
        let text = self.text(file)?;
        let read = serde_yaml::from_str(&text);
        Some(read.unwrap_or_else(|error| panic!("{}/{file}: {error}", self.name())))
    }

    /// The configuration of which something is reported.
    pub(super) fn configuration(&self) -> String {
        self.text("spectrum.yaml").expect("every case has a configuration")
    }

    /// The body of the API call.
    pub(super) fn body(&self) -> Json {
        self.json("body.json").expect("every case has a body")
    }

    fn expected(&self) -> Json {
        self.json("expected.json").expect("every case says what is expected")
    }

    /// When the case can be known: `offline`, `preflight`, `on_call` or `on_run`.
    pub(super) fn known(&self) -> String {
        self.expected()["known"].as_str().expect("a case says when it is known").to_owned()
    }

    /// The findings, as they are written by hand.
    pub(super) fn findings(&self) -> BTreeSet<Reported> {
        let expected = self.expected();
        let read = |finding: &Json| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let line = finding["line"].as_u64().unwrap_or_default();
            (text("code"), text("severity"), text("address"), text("path"), line)
        };
        expected["findings"].as_array().expect("a case has findings").iter().map(read).collect()
    }

    /// The address of the application in question, where a finding names it.
    pub(super) fn address(&self) -> Option<String> {
        self.expected()["findings"][0]["address"].as_str().map(str::to_owned)
    }
}
