//! `init`: writes a configuration to begin with, and a pipeline that plans, applies and looks for drift. Never overwrites.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::args::Global;
use super::exit::Exit;
use super::load::describe_io_error;
use super::output::{Format, Output, say};
use crate::finding::Finding;

/// A configuration that is valid and can be tried on the simulator as it is.
const STARTER: &str = include_str!("starter.yaml");

/// Where pipelines run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Pipeline {
    Github,
    Gitlab,
}

impl Pipeline {
    /// The file that the place looks for, and what is written into it.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Pipeline::Github => (".github/workflows/spectrum.yml", include_str!("github.yaml")),
            Pipeline::Gitlab => (".gitlab-ci.yml", include_str!("gitlab.yaml")),
        }
    }
}

/// Runs the command.
pub(super) fn run(global: &Global, pipeline: Option<Pipeline>) -> Exit {
    let usage = |text: &str| {
        say(format_args!("error: {text}"));
        Exit::Usage
    };
    let output = match Output::of(global, &[Format::Human]) {
        Ok(output) => output,
        Err(text) => return usage(&text),
    };
    let configuration = match global.file.as_slice() {
        [] => PathBuf::from("spectrum.yaml"),
        [path] => at(path),
        _ => return usage("init writes one configuration; name one with -f"),
    };
    let done = write(&configuration, pipeline)
        .and_then(|said| output.write(global, |_, _, out| out.write_all(said.as_bytes())));
    match done {
        Ok(()) => Exit::Done,
        Err(finding) => {
            say(format_args!(
                "error[{}]: {}: {}; {}",
                finding.code, finding.summary, finding.why, finding.fix
            ));
            Exit::Failed
        }
    }
}

/// The file that a path means: itself, or one in the folder that it is.
fn at(path: &str) -> PathBuf {
    let is_folder = path.ends_with('/') || Path::new(path).is_dir();
    if is_folder { Path::new(path).join("spectrum.yaml") } else { PathBuf::from(path) }
}

/// Writes what is not there yet, and says what was written and what comes next. A configuration that is there already is left as it is
/// where a pipeline is asked for, and is refused where nothing else is.
fn write(configuration: &Path, pipeline: Option<Pipeline>) -> Result<String, Box<Finding>> {
    let folder = Path::new("spectrum");
    let is_there =
        configuration.exists() || (configuration == Path::new("spectrum.yaml") && folder.is_dir());
    let mut wanted: Vec<(&Path, &str)> = Vec::new();
    if !is_there || pipeline.is_none() {
        wanted.push((configuration, STARTER));
    }
    let file = pipeline.map(Pipeline::file);
    wanted.extend(file.map(|(path, text)| (Path::new(path), text)));
    if let Some((path, _)) = wanted.iter().find(|(path, _)| path.exists()) {
        return Err(exists(path));
    }
    if is_there && pipeline.is_none() {
        return Err(exists(folder));
    }
    for (path, text) in &wanted {
        create(path, text)?;
    }
    let mut said: Vec<String> =
        wanted.iter().map(|(path, _)| format!("Wrote {}.", path.display())).collect();
    said.extend(
        (is_there).then(|| "The configuration that is there was left as it is.".to_owned()),
    );
    said.push("Next:".to_owned());
    said.extend(
        (!is_there)
            .then(|| format!("  edit {}: your zone, your applications", configuration.display())),
    );
    said.push("  name state/ in .gitignore; the state is kept beside the configuration, not in its history".to_owned());
    said.extend(file.map(|(path, _)| format!("  the head of {path} says what the pipeline needs")));
    let named = if configuration == Path::new("spectrum.yaml") {
        String::new()
    } else {
        format!("-f {} ", configuration.display())
    };
    said.push(format!("  spectrumctl {named}--sim plan    tries it without an account"));
    Ok(said.join("\n") + "\n")
}

fn create(path: &Path, text: &str) -> Result<(), Box<Finding>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), std::fs::create_dir_all);
    let written = made.and_then(|()| {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(path),
        _ => {
            let summary =
                format!("failed to write {}: {}", path.display(), describe_io_error(&error));
            Box::new(Finding::error(
                "unwritable-output",
                summary,
                "the output is what the run is for",
                "check the path and its permissions",
            ))
        }
    })
}

fn exists(path: &Path) -> Box<Finding> {
    let why = "what somebody has written is never overwritten by a beginning";
    let fix = "remove it, name another path with -f, or add only a pipeline with --ci";
    Box::new(Finding::error(
        "file-exists",
        format!("{} is there already", path.display()),
        why,
        fix,
    ))
}
