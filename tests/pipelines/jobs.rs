//! A runner: reads a job of a pipeline and runs its steps as the forge would, with what it gives to jobs and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use spectrumctl::forge::Kind;

use super::expressions::{filled, holds};
use super::repository::{Repository, TRUNK, git};
use crate::support::TOKEN;

/// What starts a job.
pub(super) struct Start {
    /// The forge's word for the event.
    pub(super) event: String,
    /// The event itself, as Actions and the webhook of GitLab have it.
    pub(super) payload: Json,
    /// The commit that is checked out.
    pub(super) commit: String,
    /// The inputs of a start by hand; on GitLab, variables.
    pub(super) inputs: Json,
    /// The number of the merge request, for its own pipeline on GitLab.
    pub(super) number: Option<u64>,
}

/// How a job ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The exit code of the step that failed, or 0.
    pub(super) code: i32,
    /// Everything that its steps printed.
    pub(super) log: String,
    /// The outputs of its steps.
    pub(super) outputs: BTreeMap<String, String>,
    /// The summary of the job.
    pub(super) summary: String,
}

impl Ended {
    /// The same, which must have ended with this exit code.
    #[track_caller]
    pub(super) fn ends_with(self, code: i32) -> Ended {
        assert_eq!(self.code, code, "{}", self.log);
        self
    }
}

type Variables = BTreeMap<String, String>;

/// A job on a runner.
struct Runner<'a> {
    repository: &'a Repository,
    workspace: PathBuf,
    temp: PathBuf,
}

impl Repository {
    /// Runs the job of a workflow of Actions; none where its condition does not hold.
    pub(super) fn run_job(
        &self,
        file: &str,
        job: &str,
        start: &Start,
        secrets: &Json,
    ) -> Option<Ended> {
        let workflow = read(&self.author().join(file));
        let job_text = &workflow["jobs"][job];
        assert!(job_text.is_object(), "{file} has the job {job}");
        let mut contexts = self.contexts(start, secrets);
        if job_text["if"].as_str().is_some_and(|condition| !holds(condition, &contexts)) {
            return None;
        }
        let runner = Runner::new(self);
        let mut variables = runner.variables_of_actions(start);
        let mut ended =
            Ended { code: 0, log: String::new(), outputs: BTreeMap::new(), summary: String::new() };
        for level in [&workflow["env"], &job_text["env"]] {
            extend(&mut variables, level, &contexts);
        }
        for step in job_text["steps"].as_array().unwrap() {
            contexts["job"] = json!({"failed": ended.code != 0});
            let condition = step["if"].as_str().unwrap_or("success()");
            if !holds(condition, &contexts) {
                continue;
            }
            if let Some(action) = step["uses"].as_str() {
                runner.check_out(action, step, start);
                continue;
            }
            let mut of_step = variables.clone();
            extend(&mut of_step, &step["env"], &contexts);
            let text = filled(step["run"].as_str().unwrap(), &contexts);
            let (code, printed) = runner.bash(&text, &of_step);
            ended.log.push_str(&format!("## {}\n{printed}", step["name"]));
            ended.code = if ended.code == 0 { code } else { ended.code };
        }
        let output = fs::read_to_string(runner.temp.join("output")).unwrap_or_default();
        ended.outputs = output
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        ended.summary = fs::read_to_string(runner.temp.join("summary")).unwrap_or_default();
        Some(ended)
    }

    /// Runs a job of GitLab; none where none of its rules holds.
    pub(super) fn run_gitlab(&self, job: &str, start: &Start, secrets: &Json) -> Option<Ended> {
        let pipeline = read(&self.author().join(".gitlab-ci.yml"));
        let text = &pipeline[job];
        let base = &pipeline[text["extends"].as_str().expect("every job extends the first one")];
        let runner = Runner::new(self);
        let mut variables = runner.variables_of_gitlab(start);
        extend(&mut variables, &pipeline["variables"], &json!({}));
        for given in [&text["variables"], &start.inputs, secrets] {
            extend(&mut variables, given, &json!({}));
        }
        let rules = text["rules"].as_array().expect("every job has rules");
        let holds = |rule: &Json| rule_holds(rule["if"].as_str().unwrap(), &variables);
        if !rules.iter().any(holds) {
            return None;
        }
        if variables.get("GIT_STRATEGY").is_none_or(|strategy| strategy != "none") {
            runner.clone_at(&start.commit);
        }
        let lines = |of: &Json| -> Vec<String> {
            let lines = of.as_array().cloned().unwrap_or_default();
            lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
        };
        let text = [lines(&base["before_script"]), lines(&text["script"])].concat().join("\n");
        let (code, log) = runner.bash(&text, &variables);
        Some(Ended { code, log, outputs: BTreeMap::new(), summary: String::new() })
    }

    fn contexts(&self, start: &Start, secrets: &Json) -> Json {
        let branch = if start.event.starts_with("pull_request") { "change" } else { TRUNK };
        json!({
            "github": {
                "event_name": start.event, "event": start.payload, "token": TOKEN, "ref_name": branch,
                "ref": format!("refs/heads/{branch}"),
            },
            "secrets": secrets,
            "inputs": start.inputs,
            "vars": {},
        })
    }
}

impl Runner<'_> {
    fn new(repository: &Repository) -> Runner<'_> {
        let (workspace, temp) = (repository.fresh("workspace"), repository.fresh("temp"));
        Runner { repository, workspace, temp }
    }

    /// What every runner has, and where the simulator answers in place of Cloudflare.
    fn common(&self) -> Variables {
        let path = std::env::var("PATH").unwrap();
        let pairs = [
            ("PATH", format!("{}:{path}", self.repository.fakes().display())),
            ("HOME", self.temp.display().to_string()),
            ("TMPDIR", self.temp.display().to_string()),
            ("CI", "true".to_owned()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned()),
            ("CLOUDFLARE_BASE_URL", self.repository.simulator.base_url.clone()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn variables_of_actions(&self, start: &Start) -> Variables {
        let payload = self.temp.join("event.json");
        fs::write(&payload, start.payload.to_string()).unwrap();
        let path = |name: &str| self.temp.join(name).display().to_string();
        let mut variables = self.common();
        if self.repository.forge.kind == Kind::Forgejo {
            variables.insert("FORGEJO_ACTIONS".to_owned(), "true".to_owned());
        }
        let pairs = [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_EVENT_NAME", start.event.clone()),
            ("GITHUB_EVENT_PATH", payload.display().to_string()),
            ("GITHUB_REPOSITORY", "acme/edge".to_owned()),
            ("GITHUB_SERVER_URL", self.repository.server()),
            ("GITHUB_API_URL", self.repository.forge.api.clone()),
            ("GITHUB_SHA", start.commit.clone()),
            ("GITHUB_REF", format!("refs/heads/{TRUNK}")),
            ("GITHUB_RUN_ID", "17".to_owned()),
            ("GITHUB_OUTPUT", path("output")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
            ("RUNNER_TEMP", path("")),
        ];
        variables.extend(pairs.map(|(name, value)| (name.to_owned(), value)));
        variables
    }

    fn variables_of_gitlab(&self, start: &Start) -> Variables {
        let mut variables = self.common();
        let pairs = [
            ("GITLAB_CI", "true".to_owned()),
            ("CI_PIPELINE_SOURCE", start.event.clone()),
            ("CI_API_V4_URL", self.repository.forge.api.clone()),
            ("CI_SERVER_URL", self.repository.server()),
            ("CI_PROJECT_PATH", "acme/edge".to_owned()),
            ("CI_PROJECT_ID", "7".to_owned()),
            ("CI_PROJECT_VISIBILITY", "private".to_owned()),
            ("CI_COMMIT_SHA", start.commit.clone()),
            ("CI_DEFAULT_BRANCH", TRUNK.to_owned()),
        ];
        variables.extend(pairs.map(|(name, value)| (name.to_owned(), value)));
        match start.number {
            Some(number) => {
                variables.insert("CI_MERGE_REQUEST_IID".to_owned(), number.to_string());
            }
            None => {
                variables.insert("CI_COMMIT_BRANCH".to_owned(), TRUNK.to_owned());
            }
        }
        if start.event == "trigger" {
            let payload = self.temp.join("payload.json");
            fs::write(&payload, start.payload.to_string()).unwrap();
            variables.insert("TRIGGER_PAYLOAD".to_owned(), payload.display().to_string());
        }
        variables
    }

    /// What the action that checks out does: it is pinned by commit and leaves no credentials.
    fn check_out(&self, action: &str, step: &Json, start: &Start) {
        let (name, commit) = action.split_once('@').expect("an action has a version");
        assert!(name.ends_with("actions/checkout"), "{action} is unknown");
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(step["with"], json!({"persist-credentials": false}));
        self.clone_at(&start.commit);
    }

    fn clone_at(&self, commit: &str) {
        let bare = self.repository.bare().display().to_string();
        git(&self.workspace, &["init", "-q", "."]);
        git(&self.workspace, &["remote", "add", "origin", &bare]);
        git(&self.workspace, &["fetch", "-q", &bare, "+refs/*:refs/fetched/*"]);
        git(&self.workspace, &["checkout", "-q", commit]);
    }

    fn bash(&self, text: &str, variables: &Variables) -> (i32, String) {
        let ran = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", text])
            .current_dir(&self.workspace)
            .env_clear()
            .envs(variables)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed =
            [ran.stdout, ran.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(!printed.concat().contains(TOKEN), "a token is printed: {printed:?}");
        // A runner gives a step that was killed the number of the signal.
        let killed = || 128 + ran.status.signal().expect("it ended or was killed");
        (ran.status.code().unwrap_or_else(killed), printed.concat())
    }
}

/// A file of YAML.
fn read(path: &Path) -> Json {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn extend(variables: &mut Variables, given: &Json, contexts: &Json) {
    for (name, value) in given.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        variables.insert(name.clone(), filled(&text, contexts));
    }
}

/// A rule of GitLab: comparisons and variables, all of which must hold.
fn rule_holds(rule: &str, variables: &Variables) -> bool {
    let value = |word: &str| match word.trim().strip_prefix('$') {
        Some(name) => variables.get(name).cloned().unwrap_or_default(),
        None => word.trim().trim_matches('"').to_owned(),
    };
    rule.split("&&").all(|part| match part.split_once("==") {
        Some((left, right)) => value(left) == value(right),
        None => !value(part).is_empty(),
    })
}
