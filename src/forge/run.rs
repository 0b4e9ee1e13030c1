//! Where a pipeline runs and what started it, by the variables that the forge sets and the event that it hands over.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::codes;
use crate::finding::Finding;

/// The kinds of forges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// GitHub, github.com or an own server.
    Github,
    /// GitLab, gitlab.com or an own server.
    Gitlab,
    /// Forgejo, and Gitea, which speaks the same.
    Forgejo,
}

impl Kind {
    /// The name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Github => "GitHub",
            Kind::Gitlab => "GitLab",
            Kind::Forgejo => "Forgejo",
        }
    }

    /// What a change that is proposed is called there.
    pub fn proposal(self) -> &'static str {
        if self == Kind::Gitlab { "merge request" } else { "pull request" }
    }

    /// The ref of the change as its author pushed it.
    pub fn head_ref(self, number: u64) -> String {
        match self {
            Kind::Gitlab => format!("refs/merge-requests/{number}/head"),
            _ => format!("refs/pull/{number}/head"),
        }
    }
}

/// What started the pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A pull request was opened or pushed to, and the job runs with that change checked out.
    PullRequest {
        /// Its number.
        number: u64,
    },
    /// A pull request was opened or pushed to, and the job runs from the default branch: the change is not checked out.
    Proposed {
        /// Its number, where the event names it.
        number: Option<u64>,
        /// The owner of the repository that the change comes from, where the event names it.
        head_owner: Option<String>,
        /// The branch that the change is on.
        head_branch: String,
        /// The commit that the event is about.
        head_commit: String,
    },
    /// A branch was pushed to.
    Push {
        /// Its name.
        branch: String,
    },
    /// The time had come.
    Schedule,
    /// A person started it.
    Manual,
    /// Something else, by the forge's own word.
    Other(String),
}

/// Where a pipeline runs, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The kind of forge.
    pub kind: Kind,
    /// Where its REST interface answers.
    pub api: String,
    /// Where people and git find it: `https://github.com`.
    pub server: String,
    /// The repository: `owner/name`, with groups on GitLab.
    pub repository: String,
    /// What names the repository in the REST interface: `owner/name`, on GitLab the number.
    pub project: String,
    /// The commit that the job runs on.
    pub commit: String,
    /// What started it.
    pub event: Event,
    /// The default branch, where the forge says it.
    pub default_branch: Option<String>,
    /// The page of this run.
    pub page: Option<String>,
    /// Whether everybody may read the repository; unknown where the forge does not say it.
    pub is_public: Option<bool>,
}

impl Run {
    /// Reads the variables of the pipeline and the event, where the forge hands one over as a file.
    ///
    /// # Errors
    /// A finding when this is no pipeline of a known forge, or a variable that every such pipeline has is missing.
    pub fn recognise(
        variables: &BTreeMap<String, String>,
        event: Option<&Json>,
    ) -> Result<Run, Box<Finding>> {
        let given = Given { variables, event };
        let is_set = |name: &str| given.text(name).is_some_and(|value| value != "false");
        if is_set("GITLAB_CI") {
            given.gitlab()
        } else if is_set("GITHUB_ACTIONS") || is_set("FORGEJO_ACTIONS") || is_set("GITEA_ACTIONS") {
            let is_forgejo = is_set("FORGEJO_ACTIONS") || is_set("GITEA_ACTIONS");
            given.actions(if is_forgejo { Kind::Forgejo } else { Kind::Github })
        } else {
            Err(Box::new(Finding::new(&codes::NO_FORGE, "this is not a job of GitHub Actions, GitLab CI or Forgejo Actions").why("`ci` reads the repository, the commit and the pull request from the variables that a forge sets in its jobs").fix("run `spectrumctl plan` or `spectrumctl apply` here, or write a pipeline with `spectrumctl init --ci github`")))
        }
    }

    /// Where git fetches the repository from.
    pub fn git_url(&self) -> String {
        format!("{}/{}.git", self.server.trim_end_matches('/'), self.repository)
    }
}

/// What the job has.
struct Given<'a> {
    variables: &'a BTreeMap<String, String>,
    event: Option<&'a Json>,
}

impl Given<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .map(|value| value.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    fn required(&self, name: &str, kind: Kind) -> Result<String, Box<Finding>> {
        self.text(name).ok_or_else(|| {
            Box::new(Finding::new(&codes::NO_FORGE, format!("the variable {name} is not set")).why(format!(
                    "every job of {} has it, and without it the repository is unknown",
                    kind.name()
                )).fix("run this command as a step of the pipeline, without clearing the environment"))
        })
    }

    /// A value of the event, by its JSON pointer.
    fn field(&self, pointer: &str) -> Option<&Json> {
        self.event.and_then(|event| event.pointer(pointer)).filter(|value| !value.is_null())
    }

    fn word(&self, pointer: &str) -> Option<String> {
        self.field(pointer).and_then(Json::as_str).map(str::to_owned)
    }

    fn actions(&self, kind: Kind) -> Result<Run, Box<Finding>> {
        let repository = self.required("GITHUB_REPOSITORY", kind)?;
        let server = self.required("GITHUB_SERVER_URL", kind)?;
        let page =
            self.text("GITHUB_RUN_ID").map(|id| format!("{server}/{repository}/actions/runs/{id}"));
        let is_private = self.field("/repository/private").and_then(Json::as_bool);
        Ok(Run {
            kind,
            api: self.required("GITHUB_API_URL", kind)?,
            project: repository.clone(),
            commit: self.required("GITHUB_SHA", kind)?,
            event: self.actions_event(),
            default_branch: self.default_branch(),
            page,
            is_public: is_private.map(|private| !private),
            server,
            repository,
        })
    }

    /// The event of a schedule says nothing of the repository, but it runs on the default branch only.
    fn default_branch(&self) -> Option<String> {
        let is_scheduled = self.text("GITHUB_EVENT_NAME").is_some_and(|name| name == "schedule");
        let own = || is_scheduled.then(|| self.pushed_branch()).filter(|branch| !branch.is_empty());
        self.word("/repository/default_branch").or_else(own)
    }

    fn actions_event(&self) -> Event {
        let name = self.text("GITHUB_EVENT_NAME").unwrap_or_default();
        let number = |pointer: &str| self.field(pointer).and_then(Json::as_u64);
        match (name.as_str(), number("/pull_request/number")) {
            ("pull_request", Some(number)) => Event::PullRequest { number },
            ("pull_request_target", Some(number)) => {
                self.proposed("/pull_request/head", Some(number))
            }
            ("workflow_run", _) => {
                let head = |key: &str| self.word(&format!("/workflow_run/{key}"));
                Event::Proposed {
                    number: number("/workflow_run/pull_requests/0/number"),
                    head_owner: head("head_repository/owner/login"),
                    head_branch: head("head_branch").unwrap_or_default(),
                    head_commit: head("head_sha").unwrap_or_default(),
                }
            }
            ("push", _) => Event::Push { branch: self.pushed_branch() },
            ("schedule", _) => Event::Schedule,
            ("workflow_dispatch", _) => Event::Manual,
            (other, _) => Event::Other(other.to_owned()),
        }
    }

    fn proposed(&self, head: &str, number: Option<u64>) -> Event {
        let text = |key: &str| self.word(&format!("{head}/{key}"));
        Event::Proposed {
            number,
            head_owner: text("repo/owner/login"),
            head_branch: text("ref").unwrap_or_default(),
            head_commit: text("sha").unwrap_or_default(),
        }
    }

    fn pushed_branch(&self) -> String {
        let name = self.text("GITHUB_REF").unwrap_or_default();
        name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()
    }

    fn gitlab(&self) -> Result<Run, Box<Finding>> {
        let kind = Kind::Gitlab;
        Ok(Run {
            kind,
            api: self.required("CI_API_V4_URL", kind)?,
            server: self.required("CI_SERVER_URL", kind)?,
            repository: self.required("CI_PROJECT_PATH", kind)?,
            project: self.required("CI_PROJECT_ID", kind)?,
            commit: self.required("CI_COMMIT_SHA", kind)?,
            event: self.gitlab_event(),
            default_branch: self.text("CI_DEFAULT_BRANCH"),
            page: self.text("CI_JOB_URL").or_else(|| self.text("CI_PIPELINE_URL")),
            is_public: self.text("CI_PROJECT_VISIBILITY").map(|word| word == "public"),
        })
    }

    fn gitlab_event(&self) -> Event {
        let source = self.text("CI_PIPELINE_SOURCE").unwrap_or_default();
        let number = self.text("CI_MERGE_REQUEST_IID").and_then(|iid| iid.parse().ok());
        let is_hook = self.word("/object_kind").as_deref() == Some("merge_request");
        match (source.as_str(), number) {
            // A webhook on merge requests, which started a pipeline on the default branch.
            ("trigger", _) if is_hook => {
                let text = |key: &str| self.word(&format!("/object_attributes/{key}"));
                let number = self.field("/object_attributes/iid").and_then(Json::as_u64);
                Event::Proposed {
                    number,
                    head_owner: None,
                    head_branch: text("source_branch").unwrap_or_default(),
                    head_commit: text("last_commit/id").unwrap_or_default(),
                }
            }
            ("merge_request_event", Some(number)) => Event::PullRequest { number },
            ("push", _) => {
                Event::Push { branch: self.text("CI_COMMIT_BRANCH").unwrap_or_default() }
            }
            ("schedule", _) => Event::Schedule,
            ("web" | "api" | "trigger", _) => Event::Manual,
            (other, _) => Event::Other(other.to_owned()),
        }
    }
}
