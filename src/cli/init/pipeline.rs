//! The pipelines that `init` writes: one template for each file, into which the steps that all of them share are put.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::failure::Failure;

/// Installs the program; the same lines in every pipeline, and in the action of this repository.
const INSTALL: &str = include_str!("templates/install.sh");
/// The secrets that a state may need.
const SECRETS: &str = include_str!("templates/secrets.yaml");

/// Where pipelines run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Pipeline {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// Forgejo Actions
    Forgejo,
}

/// The released archive that a pipeline installs.
#[derive(Debug, Clone, Default)]
pub(super) struct Archive {
    /// Its address; the variable SPECTRUMCTL_URL where none is given.
    pub(super) url: Option<String>,
    /// Its checksum; the variable SPECTRUMCTL_SHA256 where none is given.
    pub(super) sha256: Option<String>,
}

impl Pipeline {
    /// The files that the forge looks for, and what is written into them for a configuration.
    pub(super) fn files(
        self,
        archive: &Archive,
        configuration: &Path,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let file = option(configuration)?;
        let files: &[(&str, &str)] = match self {
            Pipeline::Github => &[
                (
                    ".github/workflows/spectrum-check.yml",
                    include_str!("templates/github-check.yaml"),
                ),
                (".github/workflows/spectrum.yml", include_str!("templates/github.yaml")),
            ],
            Pipeline::Gitlab => &[(".gitlab-ci.yml", include_str!("templates/gitlab.yaml"))],
            Pipeline::Forgejo => &[
                (
                    ".forgejo/workflows/spectrum-check.yml",
                    include_str!("templates/forgejo-check.yaml"),
                ),
                (".forgejo/workflows/spectrum.yml", include_str!("templates/forgejo.yaml")),
            ],
        };
        let filled = |template: &str| self.filled(template, archive).replace("@FILE@", &file);
        Ok(files.iter().map(|(path, template)| (*path, filled(template))).collect())
    }

    fn filled(self, template: &str, archive: &Archive) -> String {
        let lines = template.lines().filter_map(|line| {
            let indent = &line[..line.len() - line.trim_start().len()];
            match line.trim() {
                "@INSTALL@" => Some(indented(INSTALL, indent)),
                "@SECRETS@" => Some(indented(SECRETS, indent)),
                _ if line.contains("@URL@") => {
                    self.variable(line, "@URL@", "SPECTRUMCTL_URL", archive.url.as_deref())
                }
                _ if line.contains("@SHA256@") => {
                    let given = archive.sha256.as_deref();
                    self.variable(line, "@SHA256@", "SPECTRUMCTL_SHA256", given)
                }
                _ => Some(line.to_owned()),
            }
        });
        lines.map(|line| line + "\n").collect()
    }

    /// The line of a value that was given, or that a variable of the repository holds; the jobs of GitLab have those without a line.
    fn variable(self, line: &str, place: &str, name: &str, given: Option<&str>) -> Option<String> {
        let value = match (given, self) {
            (Some(given), _) => given.to_owned(),
            (None, Pipeline::Gitlab) => return None,
            (None, _) => format!("${{{{ vars.{name} }}}}"),
        };
        Some(line.replace(place, &value))
    }
}

/// The option that names the configuration, where it is not the default one.
fn option(configuration: &Path) -> Result<String, Failure> {
    let path = configuration.to_string_lossy();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._/-".contains(letter);
    match path.as_ref() {
        "spectrum.yaml" => Ok(String::new()),
        path if path.chars().all(is_plain) => Ok(format!(" -f {path}")),
        path => Err(Failure::usage(format!(
            "a pipeline cannot name {path}: use letters, digits, dots, hyphens and slashes"
        ))),
    }
}

fn indented(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{indent}{line}")).collect();
    lines.join("\n")
}
