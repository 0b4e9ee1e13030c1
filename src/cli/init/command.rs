//! `init`: writes a configuration to begin with, what editors and git need beside it, and a pipeline. Never overwrites.

use std::path::{Path, PathBuf};

use super::args::InitArgs;
use super::choices::{Choices, choose};
use super::pipeline::Archive;
use super::starter;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::export;
use crate::cli::failure::Failure;
use crate::cli::fit::fit;
use crate::cli::loaded::Loaded;
use crate::cli::output::{Format, Output, say};
use crate::cli::whole_file::{self, exists};
use crate::finding::Finding;
use crate::render::export::document;
use crate::render::schema::{self, Subject};

/// The files beside the configuration, which editors and git read.
const SCHEMA: &str = ".spectrum.schema.json";
const IGNORED: &str = ".gitignore";

/// Runs the command.
pub(in crate::cli) async fn run(args: InitArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human])?;
    let configuration = match context.files.file.as_slice() {
        [] => PathBuf::from("spectrum.yaml"),
        [path] => at(path),
        _ => return Err(Failure::usage("init writes one configuration; name one with -f")),
    };
    let archive = Archive { url: args.archive.clone(), sha256: args.sha256.clone() };
    let pipeline = args.pipeline.map(|pipeline| pipeline.files(&archive, &configuration));
    let pipeline = pipeline.transpose()?.unwrap_or_default();
    let is_there = is_there(&configuration);
    must_be_free(&configuration, is_there, &pipeline)?;
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let mut hints = Vec::new();
    if !is_there {
        let Some(choices) = choose(&args, context).await? else {
            say("Cancelled. Nothing was changed.");
            return Ok(Exit::Failed);
        };
        let text = match choices.from_live {
            true => starter::live(&choices, &live(&choices, context).await?),
            false => starter::example(&choices),
        };
        files.push((configuration.clone(), text.into_bytes()));
        files.extend(schema(&configuration));
        files.extend(ignored(&configuration, &mut hints));
        hints.insert(0, first_hint(&configuration, &choices));
    }
    let head = pipeline.last().map(|(path, _)| *path);
    files.extend(pipeline.iter().map(|(path, text)| (path.into(), text.clone().into_bytes())));
    for (path, bytes) in &files {
        whole_file::create(path, bytes)?;
    }
    hints.extend(head.map(|path| format!("the head of {path} says what the pipeline needs")));
    let text = next(&files, &configuration, is_there, &hints);
    output.end(Exit::Done, |_, _, out| out.write_all(text.as_bytes()))
}

/// The file that a path means: itself, or one in the folder that it is.
fn at(path: &str) -> PathBuf {
    let is_folder = path.ends_with('/') || Path::new(path).is_dir();
    if is_folder { Path::new(path).join("spectrum.yaml") } else { PathBuf::from(path) }
}

/// Whether there is a configuration already: the file, or the folder that takes its place.
fn is_there(configuration: &Path) -> bool {
    let folder = Path::new("spectrum");
    configuration.exists() || (configuration == Path::new("spectrum.yaml") && folder.is_dir())
}

/// Refuses to go on where something would have to be overwritten. A configuration that is there already is left as it is where a
/// pipeline is asked for, and is refused where nothing else is.
fn must_be_free(
    configuration: &Path,
    is_there: bool,
    pipeline: &[(&'static str, String)],
) -> Result<(), Box<Finding>> {
    if let Some((path, _)) = pipeline.iter().find(|(path, _)| Path::new(path).exists()) {
        return Err(Box::new(exists(Path::new(path))));
    }
    match is_there && pipeline.is_empty() {
        true if configuration.exists() => Err(Box::new(exists(configuration))),
        true => Err(Box::new(exists(Path::new("spectrum")))),
        false => Ok(()),
    }
}

/// What is live in the zone, as configuration.
async fn live(choices: &Choices, context: &Context) -> Result<String, Failure> {
    let mut own = context.clone();
    own.selection.zone = vec![choices.zone.clone()];
    own.files.file = Vec::new();
    let mut loaded = Loaded::empty();
    let mut exported = export::from_live(&own, &mut loaded).await?;
    if !exported.failures.is_empty() {
        return Err(Failure::new(Exit::Failed, exported.failures));
    }
    fit(&mut exported.sheets, &loaded);
    Ok(document(&exported.sheets))
}

/// The schema that the first line of the configuration names, unless there is one.
fn schema(configuration: &Path) -> Option<(PathBuf, Vec<u8>)> {
    let path = configuration.with_file_name(SCHEMA);
    let mut bytes = Vec::new();
    schema::write(&mut bytes, Subject::Configuration).expect("writing to memory does not fail");
    (!path.exists()).then_some((path, bytes))
}

/// What git leaves out, unless there is such a file, which is then only spoken of.
fn ignored(configuration: &Path, hints: &mut Vec<String>) -> Option<(PathBuf, Vec<u8>)> {
    let path = configuration.with_file_name(IGNORED);
    let Ok(text) = std::fs::read_to_string(&path) else {
        return (!path.exists()).then(|| (path, b"state/\n".to_vec()));
    };
    let is_named = text.lines().any(|line| matches!(line.trim().trim_matches('/'), "state"));
    if !is_named {
        hints.push(format!(
            "name state/ in {}: the state is not for the repository",
            path.display()
        ));
    }
    None
}

fn first_hint(configuration: &Path, choices: &Choices) -> String {
    let shown = configuration.display();
    match choices.from_live {
        true => format!(
            "{}  takes what is live under management",
            command(configuration, "import --all")
        ),
        false => format!("edit {shown}: your hostnames, ports and origins"),
    }
}

/// A command line for this configuration.
fn command(configuration: &Path, command: &str) -> String {
    let is_default = configuration == Path::new("spectrum.yaml");
    let named = if is_default { String::new() } else { format!("-f {} ", configuration.display()) };
    format!("spectrumctl {named}{command}")
}

/// What was written, and what comes next.
fn next(
    written: &[(PathBuf, Vec<u8>)],
    configuration: &Path,
    is_there: bool,
    hints: &[String],
) -> String {
    let mut lines: Vec<String> =
        written.iter().map(|(path, _)| format!("Wrote {}.", path.display())).collect();
    lines.extend(is_there.then(|| "The configuration that is there was left as it is.".to_owned()));
    lines.push("Next:".to_owned());
    lines.extend(hints.iter().map(|hint| format!("  {hint}")));
    lines.push(format!("  {}  tries it without an account", command(configuration, "--sim plan")));
    lines.join("\n") + "\n"
}
