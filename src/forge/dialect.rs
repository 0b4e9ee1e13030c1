//! The paths and keys of each forge: how a call is written there, and how its answers are read.

use serde_json::{Value as Json, json};

use super::repository::{Comment, Issue, PullRequest, StatusState};
use super::run::Kind;

/// The language of one repository.
pub(super) struct Dialect {
    pub(super) kind: Kind,
    /// `owner/name`, on GitLab the number.
    pub(super) project: String,
}

impl Dialect {
    fn is_gitlab(&self) -> bool {
        self.kind == Kind::Gitlab
    }

    /// A path below the repository.
    fn path(&self, rest: &str) -> String {
        let root = if self.is_gitlab() { "projects" } else { "repos" };
        format!("{root}/{}/{rest}", self.project)
    }

    /// How many entries a page has; Forgejo gives at most 50 unless it is set up otherwise.
    pub(super) fn page_size(&self) -> usize {
        if self.kind == Kind::Forgejo { 50 } else { 100 }
    }

    /// A page of a list, counted from 1.
    pub(super) fn page(&self, list: &str, page: usize) -> String {
        let separator = if list.contains('?') { '&' } else { '?' };
        let size = if self.kind == Kind::Forgejo { "limit" } else { "per_page" };
        format!("{list}{separator}{size}={}&page={page}", self.page_size())
    }

    pub(super) fn pull(&self, number: u64) -> String {
        let pulls = if self.is_gitlab() { "merge_requests" } else { "pulls" };
        self.path(&format!("{pulls}/{number}"))
    }

    /// Where pull requests are created.
    pub(super) fn pulls(&self) -> String {
        self.path(if self.is_gitlab() { "merge_requests" } else { "pulls" })
    }

    /// The open pull requests from a branch; Forgejo cannot be asked for a branch, so it gives all.
    pub(super) fn open_pulls(&self, owner: &str, branch: &str) -> String {
        let branch = encoded(branch);
        match self.kind {
            Kind::Github => {
                self.path(&format!("pulls?state=open&head={}:{branch}", encoded(owner)))
            }
            Kind::Forgejo => self.path("pulls?state=open"),
            Kind::Gitlab => {
                self.path(&format!("merge_requests?state=opened&source_branch={branch}"))
            }
        }
    }

    /// The pull requests that a commit belongs to.
    pub(super) fn pulls_of_commit(&self, commit: &str) -> String {
        match self.kind {
            Kind::Github => self.path(&format!("commits/{commit}/pulls")),
            Kind::Forgejo => self.path(&format!("commits/{commit}/pull")),
            Kind::Gitlab => self.path(&format!("repository/commits/{commit}/merge_requests")),
        }
    }

    pub(super) fn comments(&self, number: u64) -> String {
        match self.kind {
            Kind::Gitlab => self.path(&format!("merge_requests/{number}/notes")),
            _ => self.path(&format!("issues/{number}/comments")),
        }
    }

    pub(super) fn comment(&self, number: u64, id: u64) -> String {
        match self.kind {
            Kind::Gitlab => self.path(&format!("merge_requests/{number}/notes/{id}")),
            _ => self.path(&format!("issues/comments/{id}")),
        }
    }

    pub(super) fn issues(&self) -> String {
        self.path("issues")
    }

    pub(super) fn open_issues(&self) -> String {
        match self.kind {
            Kind::Gitlab => self.path("issues?state=opened"),
            Kind::Github => self.path("issues?state=open"),
            Kind::Forgejo => self.path("issues?state=open&type=issues"),
        }
    }

    pub(super) fn issue(&self, number: u64) -> String {
        self.path(&format!("issues/{number}"))
    }

    pub(super) fn statuses(&self, commit: &str) -> String {
        self.path(&format!("statuses/{commit}"))
    }

    /// The body of a new pull request.
    pub(super) fn new_pull(&self, from: &str, to: &str, title: &str, text: &str) -> Json {
        match self.kind {
            Kind::Gitlab => {
                json!({"source_branch": from, "target_branch": to, "title": title, "description": text, "remove_source_branch": true})
            }
            _ => json!({"head": from, "base": to, "title": title, "body": text}),
        }
    }

    /// The body of a new issue or of an edit of a pull request or issue.
    pub(super) fn described(&self, title: &str, text: &str) -> Json {
        let key = if self.is_gitlab() { "description" } else { "body" };
        json!({"title": title, key: text})
    }

    /// The body that closes a pull request or an issue.
    pub(super) fn closed(&self) -> Json {
        if self.is_gitlab() { json!({"state_event": "close"}) } else { json!({"state": "closed"}) }
    }

    /// The body of a commit status.
    pub(super) fn status(&self, state: StatusState, name: &str, text: &str, page: &str) -> Json {
        let word = match (state, self.kind) {
            (StatusState::Success, _) => "success",
            (StatusState::Failure, Kind::Gitlab) => "failed",
            (StatusState::Failure, _) => "failure",
        };
        // GitHub takes 140 characters.
        let text: String = text.chars().take(140).collect();
        let mut body = json!({"state": word, "context": name, "description": text});
        if !page.is_empty() {
            body["target_url"] = page.into();
        }
        body
    }

    /// Reads a pull request; `None` when what every one has is missing.
    pub(super) fn read_pull(&self, json: &Json) -> Option<PullRequest> {
        if self.is_gitlab() { read_merge_request(json) } else { read_pull_request(json) }
    }

    /// Reads a comment; `None` when what every one has is missing.
    pub(super) fn read_comment(&self, json: &Json) -> Option<Comment> {
        let author = if self.is_gitlab() { "/author/username" } else { "/user/login" };
        Some(Comment {
            id: json.get("id")?.as_u64()?,
            author: text(json, author)?,
            body: text(json, "/body").unwrap_or_default(),
        })
    }

    /// Reads an issue; `None` when it is a pull request, which GitHub lists among the issues, or when what every one has is missing.
    pub(super) fn read_issue(&self, json: &Json) -> Option<Issue> {
        if json.get("pull_request").is_some_and(|value| !value.is_null()) {
            return None;
        }
        let (number, author, body) = if self.is_gitlab() {
            ("iid", "/author/username", "/description")
        } else {
            ("number", "/user/login", "/body")
        };
        Some(Issue {
            number: json.get(number)?.as_u64()?,
            author: text(json, author)?,
            body: text(json, body).unwrap_or_default(),
        })
    }
}

fn text(json: &Json, pointer: &str) -> Option<String> {
    json.pointer(pointer).and_then(Json::as_str).map(str::to_owned)
}

fn read_pull_request(json: &Json) -> Option<PullRequest> {
    let repository = |side: &str| text(json, &format!("/{side}/repo/full_name"));
    let merged = json.get("merged").and_then(Json::as_bool);
    let merged_at = json.get("merged_at").is_some_and(|value| !value.is_null());
    Some(PullRequest {
        number: json.get("number")?.as_u64()?,
        head_commit: text(json, "/head/sha")?,
        head_branch: text(json, "/head/ref").unwrap_or_default(),
        base_branch: text(json, "/base/ref")?,
        is_open: text(json, "/state")? == "open",
        is_merged: merged.unwrap_or(merged_at) || merged_at,
        // A fork that was deleted since has no repository.
        is_from_fork: repository("head") != repository("base"),
        merge_commit: text(json, "/merge_commit_sha"),
        page: text(json, "/html_url").unwrap_or_default(),
    })
}

fn read_merge_request(json: &Json) -> Option<PullRequest> {
    let state = text(json, "/state")?;
    Some(PullRequest {
        number: json.get("iid")?.as_u64()?,
        head_commit: text(json, "/sha")?,
        head_branch: text(json, "/source_branch").unwrap_or_default(),
        base_branch: text(json, "/target_branch")?,
        is_open: state == "opened",
        is_merged: state == "merged",
        is_from_fork: json.get("source_project_id") != json.get("target_project_id"),
        merge_commit: text(json, "/merge_commit_sha").or_else(|| text(json, "/squash_commit_sha")),
        page: text(json, "/web_url").unwrap_or_default(),
    })
}

/// A value of a query.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
