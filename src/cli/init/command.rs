//! `init`: writes a configuration to begin with, and a pipeline that plans, applies and looks for drift. Never overwrites.

use std::path::{Path, PathBuf};

use clap::Args;

use super::pipeline::{Archive, Pipeline};
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
    /// The released archive of spectrumctl that the pipeline installs [default: the repository's variable SPECTRUMCTL_URL]
    #[arg(long, value_name = "URL", requires = "pipeline", value_parser = https_url)]
    archive: Option<String>,
    /// The archive's checksum [default: the repository's variable SPECTRUMCTL_SHA256]
    #[arg(long, value_name = "HEX", requires = "pipeline", value_parser = checksum)]
    sha256: Option<String>,
}

fn https_url(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).map_err(|error| error.to_string())?;
    let is_plain = !text.contains(['"', '\\', '$']);
    match url.scheme() {
        "https" if is_plain => Ok(text.to_owned()),
        _ => Err("write an address that begins with https://".to_owned()),
    }
}

fn checksum(text: &str) -> Result<String, String> {
    let is_sha256 = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_sha256 {
        return Ok(text.to_ascii_lowercase());
    }
    Err("write the 64 hexadecimal digits that `sha256sum` prints".to_owned())
}

/// A configuration that is valid and can be tried on the simulator as it is.
const STARTER: &str = include_str!("starter.yaml");

/// Runs the command.
pub(in crate::cli) fn run(args: &InitArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human])?;
    let configuration = match context.files.file.as_slice() {
        [] => PathBuf::from("spectrum.yaml"),
        [path] => at(path),
        _ => return Err(Failure::usage("init writes one configuration; name one with -f")),
    };
    let archive = Archive { url: args.archive.clone(), sha256: args.sha256.clone() };
    let files = args.pipeline.map(|pipeline| pipeline.files(&archive, &configuration));
    let text = write(&configuration, files.transpose()?.unwrap_or_default())?;
    output.end(Exit::Done, |_, _, out| out.write_all(text.as_bytes()))
}

/// The file that a path means: itself, or one in the folder that it is.
fn at(path: &str) -> PathBuf {
    let is_folder = path.ends_with('/') || Path::new(path).is_dir();
    if is_folder { Path::new(path).join("spectrum.yaml") } else { PathBuf::from(path) }
}

/// Writes what is not there yet, and says what was written and what comes next. A configuration that is there already is left as it is
/// where a pipeline is asked for, and is refused where nothing else is.
fn write(
    configuration: &Path,
    pipeline: Vec<(&'static str, String)>,
) -> Result<String, Box<Finding>> {
    let folder = Path::new("spectrum");
    let is_there =
        configuration.exists() || (configuration == Path::new("spectrum.yaml") && folder.is_dir());
    let head = pipeline.last().map(|(path, _)| *path);
    let mut wanted: Vec<(&Path, &str)> = Vec::new();
    if !is_there || pipeline.is_empty() {
        wanted.push((configuration, STARTER));
    }
    wanted.extend(pipeline.iter().map(|(path, text)| (Path::new(*path), text.as_str())));
    if let Some((path, _)) = wanted.iter().find(|(path, _)| path.exists()) {
        return Err(Box::new(exists(path)));
    }
    if is_there && pipeline.is_empty() {
        return Err(Box::new(exists(folder)));
    }
    for (path, text) in &wanted {
        whole_file::create(path, text.as_bytes())?;
    }
    let written: Vec<&Path> = wanted.iter().map(|(path, _)| *path).collect();
    Ok(next(&written, configuration, is_there, head))
}

/// What was written, and what comes next.
fn next(written: &[&Path], configuration: &Path, is_there: bool, head: Option<&str>) -> String {
    let shown = configuration.display();
    let mut lines: Vec<String> =
        written.iter().map(|path| format!("Wrote {}.", path.display())).collect();
    lines.extend(
        (is_there).then(|| "The configuration that is there was left as it is.".to_owned()),
    );
    lines.push("Next:".to_owned());
    lines.extend((!is_there).then(|| format!("  edit {shown}: your zone, your applications")));
    lines.push("  name state/ in .gitignore; the state is kept beside the configuration, not in its history".to_owned());
    lines.extend(head.map(|path| format!("  the head of {path} says what the pipeline needs")));
    let is_default = configuration == Path::new("spectrum.yaml");
    let named = if is_default { String::new() } else { format!("-f {shown} ") };
    lines.push(format!("  spectrumctl {named}--sim plan    tries it without an account"));
    lines.join("\n") + "\n"
}
