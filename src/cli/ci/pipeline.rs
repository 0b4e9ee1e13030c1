//! The job that this command is a step of: what its environment says, its forge, and how the forge is asked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value as Json;

use super::git::Git;
use crate::cli::context::{Context, Redact};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, describe_io_error};
use crate::cli::loaded::Loaded;
use crate::cli::redaction;
use crate::cli::session::certificates;
use crate::codes;
use crate::finding::Finding;
use crate::forge::{Access, Event, Forge, Kind, Mark, MarkKey, PullRequest, Run};

/// The longest event that is read, in bytes.
const LONGEST_EVENT: u64 = 32 << 20;

/// A job, and the forge that runs it.
pub(super) struct Pipeline {
    pub(super) run: Run,
    pub(super) forge: Forge,
    /// What comments are sealed with, where the job has a key.
    pub(super) key: Option<MarkKey>,
    variables: BTreeMap<String, String>,
    token: SecretString,
}

impl Pipeline {
    /// Reads the environment of the job.
    pub(super) fn open(context: &Context) -> Result<Pipeline, Failure> {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(_, value)| !value.trim().is_empty())
            .collect();
        let event = ["GITHUB_EVENT_PATH", "TRIGGER_PAYLOAD"]
            .iter()
            .find_map(|name| variables.get(*name))
            .map(|path| read_event(Path::new(path)))
            .transpose()?;
        let run = Run::recognise(&variables, event.as_ref())?;
        let token = token(&variables, run.kind)?;
        let access = Access {
            token: token.clone(),
            ca_pem: certificates(&context.connection)?,
            first_pause: Duration::from_millis(500),
        };
        let forge = Forge::new(&run, access)?;
        let key =
            variables.get("SPECTRUMCTL_COMMENT_KEY").map(|text| comment_key(text)).transpose()?;
        Ok(Pipeline { run, forge, key, variables, token })
    }

    /// A file that the job's environment names.
    pub(super) fn file(&self, variable: &str) -> Option<&Path> {
        self.variables.get(variable).map(Path::new)
    }

    /// The options of this run. Where everybody may read the repository, or may for all that is known, origins are hidden: the comment,
    /// the summary and the log of the job are as public as it is.
    pub(super) fn context(&self, context: &Context) -> Context {
        let mut context = context.clone();
        if self.run.is_public != Some(false) && context.output.redact.is_none() {
            context.output.redact = Some(Redact::Origins);
        }
        redaction::start(&context.output, true);
        context
    }

    /// git, with the token for the repository of this run and for no other place.
    pub(super) fn git(&self) -> Result<Git, Failure> {
        Git::new(&self.run, &self.token)
    }

    /// What the comments of a configuration are found by.
    pub(super) fn mark(&self, what: &str, context: &Context, loaded: &Loaded) -> Mark {
        let named = loaded.configuration.settings.name.clone();
        Mark::new(what, &named.unwrap_or_else(|| self.unnamed(context)))
    }

    /// The name of a configuration that has none: the files that it is read from, so several of one repository are told apart.
    fn unnamed(&self, context: &Context) -> String {
        match context.files.file.as_slice() {
            [] => self.run.repository.clone(),
            files => format!("{} {}", self.run.repository, files.join(" ")),
        }
    }

    /// The open pull request that this run is about; none when there is none, or when it has moved on since.
    pub(super) async fn proposal(&self) -> Result<Option<PullRequest>, Failure> {
        let failed = |error: crate::forge::ForgeError| Failure::from(error.to_finding());
        let Event::Proposed { number, head_owner, head_branch, head_commit } = &self.run.event
        else {
            let Event::PullRequest { number } = &self.run.event else {
                return Err(not_proposed(&self.run));
            };
            return self.forge.pull(*number).await.map(Some).map_err(failed);
        };
        let pull = match number {
            Some(number) => Some(self.forge.pull(*number).await.map_err(failed)?),
            None => {
                let owner = head_owner.as_deref();
                let open = self.forge.open_pulls(owner, head_branch).await.map_err(failed)?;
                open.into_iter().find(|pull| pull.head_commit == *head_commit)
            }
        };
        Ok(pull.filter(|pull| pull.is_open && pull.head_commit == *head_commit))
    }
}

fn not_proposed(run: &Run) -> Failure {
    let proposal = run.kind.proposal();
    let fix = format!("run it for {proposal}s only, as `spectrumctl init --ci` writes it");
    let summary = format!("this job was not started by a {proposal}");
    let why = format!("`ci plan` shows what a {proposal} proposes, and there is none here");
    Failure::new(Exit::Failed, vec![Finding::new(&codes::NO_FORGE, summary).why(why).fix(fix)])
}

fn read_event(path: &Path) -> Result<Json, Box<Finding>> {
    let failed = |reason: String| {
        let summary = format!("failed to read the event of the job, {}: {reason}", path.display());
        let why = "the event says which pull request started the job";
        Box::new(Finding::new(&codes::NO_FORGE, summary).why(why).fix("run the job again"))
    };
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST_EVENT).read_to_string(&mut text))
        .map_err(|error| failed(describe_io_error(&error)))?;
    serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
}

fn token(variables: &BTreeMap<String, String>, kind: Kind) -> Result<SecretString, Box<Finding>> {
    let names: &[&str] = match kind {
        Kind::Github => &["SPECTRUMCTL_FORGE_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"],
        Kind::Gitlab => &["SPECTRUMCTL_FORGE_TOKEN", "GITLAB_TOKEN"],
        Kind::Forgejo => &["SPECTRUMCTL_FORGE_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"],
    };
    let found = names.iter().find_map(|name| variables.get(*name));
    found.map(|token| SecretString::from(token.as_str())).ok_or_else(|| {
        let summary = format!("there is no token of {}", kind.name());
        let why = "the pull request and its comment are read and written with the job's token";
        let fix = format!("set one of {} in this step", names.join(", "));
        Box::new(Finding::new(&codes::FORGE, summary).why(why).fix(fix))
    })
}

fn comment_key(text: &str) -> Result<MarkKey, Box<Finding>> {
    MarkKey::new(SecretString::from(text)).map_err(|why| {
        let summary = "SPECTRUMCTL_COMMENT_KEY cannot be used";
        let fix = "set it to what `openssl rand -hex 32` prints, or do not set it";
        Box::new(Finding::new(&codes::FORGE, summary).why(why).fix(fix))
    })
}
