//! The steps of the stories: what people and the forge do with a repository that has a pipeline of ours.

use serde_json::{Value as Json, json};
use spectrumctl::forge::Kind;

use super::jobs::{Ended, Start};
use super::repository::{Repository, TRUNK, git};

pub(super) const KINDS: [Kind; 3] = [Kind::Github, Kind::Gitlab, Kind::Forgejo];
/// What the comments on GitHub are sealed with; the others do without.
const KEY: &str = "0123456789abcdef0123456789abcdef";
pub(super) const STATE: &str = "spectrum-state";

/// A configuration with one application for each port.
pub(super) fn configuration(ports: &[u16]) -> String {
    let apps: String = ports
        .iter()
        .map(|port| {
            format!("      app-{port}:\n        protocol: tcp/{port}\n        dns: {{type: CNAME, name: a{port}.example.com}}\n        origin_direct: [\"tcp://192.0.2.1:{port}\"]\n")
        })
        .collect();
    let apps = if apps.is_empty() { " {}\n".to_owned() } else { format!("\n{apps}") };
    format!("version: 1\nzones:\n  example.com:\n    apps:{apps}")
}

/// A repository whose default branch holds the pipeline and a configuration without applications.
pub(super) fn repository(kind: Kind) -> Repository {
    begun(Repository::new(kind))
}

/// The same in any repository that has nothing yet.
pub(super) fn begun(repository: Repository) -> Repository {
    let kind = repository.forge.kind;
    repository.write("spectrum.yaml", &configuration(&[]));
    let word = kind.name().to_lowercase();
    let checksum = repository.checksum();
    let author = repository.author().display().to_string();
    let url = "https://forge.example/spectrumctl.tar.gz";
    let arguments = ["-C", &author, "init", "--ci", &word, "--archive", url, "--sha256", &checksum];
    repository.sandbox.run(&arguments).ends_with(0);
    repository.push_trunk("begin");
    repository
}

impl Repository {
    fn secrets(&self) -> Json {
        let token = crate::support::TOKEN;
        match self.forge.kind {
            Kind::Github => {
                json!({"CLOUDFLARE_API_TOKEN": "a-token-of-cloudflare", "SPECTRUMCTL_COMMENT_KEY": KEY})
            }
            Kind::Forgejo => {
                json!({"SPECTRUM_READ_TOKEN": "may-read", "SPECTRUM_WRITE_TOKEN": "may-write"})
            }
            Kind::Gitlab => {
                json!({"CLOUDFLARE_API_TOKEN": "a-token-of-cloudflare", "GITLAB_TOKEN": token})
            }
        }
    }

    fn workflow(&self, name: &str) -> String {
        let folder = if self.forge.kind == Kind::Github { ".github" } else { ".forgejo" };
        format!("{folder}/workflows/{name}.yml")
    }

    fn head(&self, number: u64) -> (String, String, String) {
        let held = self.forge.held();
        let pull = held.pulls.iter().find(|pull| pull.number == number).unwrap();
        (pull.head_commit.clone(), pull.head_branch.clone(), pull.head_owner.clone())
    }

    fn repository_json(&self) -> Json {
        json!({"default_branch": TRUNK, "private": true})
    }

    /// The first stage of a pull request, which has no secret whatsoever.
    pub(super) fn check(&self, number: u64) -> Ended {
        let (commit, ..) = self.head(number);
        let payload =
            json!({"repository": self.repository_json(), "pull_request": {"number": number}});
        let event =
            if self.forge.kind == Kind::Gitlab { "merge_request_event" } else { "pull_request" };
        let start = Start {
            event: event.to_owned(),
            payload,
            commit,
            inputs: json!({}),
            number: Some(number),
        };
        let ended = match self.forge.kind {
            Kind::Gitlab => self.run_gitlab("spectrum check", &start, &json!({})),
            _ => self.run_job(&self.workflow("spectrum-check"), "check", &start, &json!({})),
        };
        ended.expect("a pull request is checked")
    }

    /// The second stage, which runs from the default branch.
    pub(super) fn plan(&self, number: u64) -> Ended {
        self.plan_in(number, self.repository_json())
    }

    /// The same in a repository of which the forge says this.
    pub(super) fn plan_in(&self, number: u64, about: Json) -> Ended {
        let (commit, branch, owner) = self.head(number);
        let (event, payload) = match self.forge.kind {
            Kind::Github => (
                "workflow_run",
                json!({"repository": about, "workflow_run": {"event": "pull_request", "head_branch": branch,
                    "head_sha": commit, "pull_requests": [], "head_repository": {"full_name": format!("{owner}/edge"), "owner": {"login": owner}}}}),
            ),
            Kind::Forgejo => (
                "pull_request_target",
                json!({"repository": about, "pull_request": {"number": number, "head":
                    {"sha": commit, "ref": branch, "repo": {"owner": {"login": owner}}}}}),
            ),
            Kind::Gitlab => (
                "trigger",
                json!({"object_kind": "merge_request", "object_attributes": {"iid": number, "source_branch": branch, "last_commit": {"id": commit}}}),
            ),
        };
        self.second("plan", event, payload, json!({})).expect("a pull request is planned")
    }

    fn second(&self, job: &str, event: &str, payload: Json, inputs: Json) -> Option<Ended> {
        self.second_at(&git(&self.bare(), &["rev-parse", TRUNK]), job, event, payload, inputs)
    }

    fn second_at(
        &self,
        commit: &str,
        job: &str,
        event: &str,
        payload: Json,
        inputs: Json,
    ) -> Option<Ended> {
        let (event, commit) = (event.to_owned(), commit.to_owned());
        let start = Start { event, payload, commit, inputs, number: None };
        match self.forge.kind {
            Kind::Gitlab => self.run_gitlab(&format!("spectrum {job}"), &start, &self.secrets()),
            _ => self.run_job(&self.workflow("spectrum"), job, &start, &self.secrets()),
        }
    }

    /// The apply of a push of this commit, which may be no longer the newest one.
    pub(super) fn apply_at(&self, commit: &str) -> Ended {
        let payload = json!({"repository": self.repository_json()});
        self.second_at(commit, "apply", "push", payload, json!({})).expect("a push is applied")
    }

    /// The apply of a push to the default branch.
    pub(super) fn apply(&self) -> Ended {
        let payload = json!({"repository": self.repository_json()});
        self.second("apply", "push", payload, json!({})).expect("a push is applied")
    }

    /// An apply that a person starts with a digest.
    pub(super) fn apply_by_hand(&self, digest: &str) -> Ended {
        let payload = json!({"repository": self.repository_json()});
        let (event, name) = match self.forge.kind {
            Kind::Gitlab => ("web", "DIGEST"),
            _ => ("workflow_dispatch", "digest"),
        };
        let inputs = json!({ name: digest });
        self.second("apply", event, payload, inputs).expect("a start by hand is applied")
    }

    /// The look for drift of a night.
    pub(super) fn night(&self) -> Ended {
        // The event of a schedule says nothing of the repository.
        let payload = json!({"schedule": "17 4 * * *"});
        self.second("drift", "schedule", payload, json!({})).expect("a night has a look for drift")
    }

    /// Changes fields of a live application outside.
    pub(super) fn change_outside(&self, port: u16, fields: &Json) {
        let zone = self.simulator.zone("example.com");
        let (name, protocol) = (format!("a{port}.example.com"), format!("tcp/{port}"));
        let id = self.simulator.app_id("example.com", &name, &protocol);
        self.simulator.must("PATCH", &format!("/zones/{zone}/spectrum/apps/{id}"), Some(fields));
    }

    /// Deletes a live application outside, and creates it again with these fields beside.
    pub(super) fn replace_outside(&self, port: u16, fields: &Json) {
        let zone = self.simulator.zone("example.com");
        let (name, protocol) = (format!("a{port}.example.com"), format!("tcp/{port}"));
        let id = self.simulator.app_id("example.com", &name, &protocol);
        self.simulator.must("DELETE", &format!("/zones/{zone}/spectrum/apps/{id}"), None);
        let mut body = json!({"protocol": protocol, "dns": {"type": "CNAME", "name": name}, "origin_direct": [format!("tcp://192.0.2.1:{port}")]});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.simulator.must("POST", &format!("/zones/{zone}/spectrum/apps"), Some(&body));
    }

    /// The one comment that begins with a mark of ours for this purpose.
    pub(super) fn comment(&self, number: u64, what: &str) -> String {
        let begin = format!("<!-- spectrumctl {{\"what\":\"{what}\"");
        let ours: Vec<String> = self
            .forge
            .comments(number)
            .into_iter()
            .map(|(_, body)| body)
            .filter(|body| body.starts_with(&begin))
            .collect();
        assert_eq!(ours.len(), 1, "there is one comment for {what}: {ours:#?}");
        ours[0].clone()
    }

    /// The hostnames that are live.
    pub(super) fn live(&self) -> Vec<String> {
        let apps = self.simulator.apps("example.com");
        let mut names: Vec<String> =
            apps.iter().map(|app| app["dns"]["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// Proposes a configuration, plans and merges it.
    pub(super) fn land(&self, number: u64, ports: &[u16]) {
        self.propose(number, "acme", |here| here.write("spectrum.yaml", &configuration(ports)));
        self.plan(number).ends_with(0);
        self.merge(number);
    }
}
