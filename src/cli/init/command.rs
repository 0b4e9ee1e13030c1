//! `init`: writes a configuration to begin with, and a pipeline that plans, applies and looks for drift. Never overwrites.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::{Format, Output};
use crate::cli::whole_file::{self, exists};
use crate::finding::Finding;

/// The arguments of `init`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct InitArgs {
    /// Also write a pipeline: plan in pull requests, apply on the default branch, drift on a schedule
    #[arg(long = "ci", value_enum, value_name = "WHERE")]
    pipeline: Option<Pipeline>,
}

/// A configuration that is valid and can be tried on the simulator as it is.
const STARTER: &str = include_str!("starter.yaml");

/// Where pipelines run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Pipeline {
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
pub(in crate::cli) fn run(args: &InitArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human])?;
    let configuration = match context.files.file.as_slice() {
        [] => PathBuf::from("spectrum.yaml"),
        [path] => at(path),
        _ => return Err(Failure::usage("init writes one configuration; name one with -f")),
    };
    let text = write(&configuration, args.pipeline)?;
    output.end(Exit::Done, |_, _, out| out.write_all(text.as_bytes()))
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
        return Err(Box::new(exists(path)));
    }
    if is_there && pipeline.is_none() {
        return Err(Box::new(exists(folder)));
    }
    for (path, text) in &wanted {
        whole_file::create(path, text.as_bytes())?;
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
