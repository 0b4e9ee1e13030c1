//! A forge on this machine: pull requests, comments, statuses and issues of one repository, in the language of GitHub, GitLab or Forgejo.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use spectrumctl::forge::Kind;

/// The token that the forge takes.
pub(crate) const TOKEN: &str = "token-of-the-mock-forge";

/// A pull request of the forge.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    pub(crate) number: u64,
    pub(crate) head_commit: String,
    pub(crate) head_branch: String,
    pub(crate) head_owner: String,
    pub(crate) base_branch: String,
    pub(crate) title: String,
    pub(crate) body: String,
    /// `open`, `closed` or `merged`.
    pub(crate) state: String,
    pub(crate) merge_commit: Option<String>,
}

/// A comment or an issue.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) id: u64,
    /// The pull request, for a comment.
    pub(crate) on: u64,
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) is_open: bool,
}

/// What the forge holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) pulls: Vec<Pull>,
    pub(crate) comments: Vec<Text>,
    pub(crate) issues: Vec<Text>,
    /// Commit, state, name, text.
    pub(crate) statuses: Vec<(String, String, String, String)>,
    /// Method and path of each call.
    pub(crate) calls: Vec<String>,
    /// Statuses that the next calls are answered with instead of being served.
    pub(crate) failures: Vec<u16>,
    /// Whether `GET user` is refused, as to a job's own token.
    pub(crate) hides_user: bool,
    last_id: u64,
}

/// The forge; it is served until the test ends.
#[derive(Clone)]
pub(crate) struct MockForge {
    pub(crate) kind: Kind,
    /// Where the REST interface answers.
    pub(crate) api: String,
    held: Arc<Mutex<Held>>,
}

impl MockForge {
    /// A forge of a kind on a free port, in a thread of its own.
    pub(crate) fn start(kind: Kind) -> MockForge {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let base = match kind {
            Kind::Github => "",
            Kind::Gitlab => "/api/v4",
            Kind::Forgejo => "/api/v1",
        };
        let api = format!("http://{}{base}", listener.local_addr().unwrap());
        let forge = MockForge { kind, api, held: Arc::default() };
        let served = forge.clone();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let service =
                    Router::new().fallback(move |request| answer(served.clone(), base, request));
                axum::serve(listener, service).await
            })
        });
        forge
    }

    /// What it holds.
    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account of the token.
    pub(crate) fn account(&self) -> &'static str {
        match self.kind {
            Kind::Github => "github-actions[bot]",
            Kind::Gitlab => "project_7_bot",
            Kind::Forgejo => "forgejo-actions",
        }
    }

    /// Opens a pull request from a branch of the repository `acme/edge`.
    pub(crate) fn open(&self, number: u64, branch: &str, commit: &str) {
        self.open_from("acme", number, branch, commit);
    }

    /// The same from a repository of another owner.
    pub(crate) fn open_from(&self, owner: &str, number: u64, branch: &str, commit: &str) {
        let pull = Pull {
            number,
            head_commit: commit.to_owned(),
            head_branch: branch.to_owned(),
            head_owner: owner.to_owned(),
            base_branch: "trunk".to_owned(),
            title: String::new(),
            body: String::new(),
            state: "open".to_owned(),
            merge_commit: None,
        };
        self.held().pulls.push(pull);
    }

    /// Merges a pull request with this commit.
    pub(crate) fn merge(&self, number: u64, commit: &str) {
        let mut held = self.held();
        let pull = held.pulls.iter_mut().find(|pull| pull.number == number).unwrap();
        (pull.state, pull.merge_commit) = ("merged".to_owned(), Some(commit.to_owned()));
    }

    /// Lets somebody comment.
    pub(crate) fn comment(&self, number: u64, author: &str, body: &str) {
        self.held().add_comment(number, author, body);
    }

    /// The comments on a pull request: author and text.
    pub(crate) fn comments(&self, number: u64) -> Vec<(String, String)> {
        let held = self.held();
        let on = held.comments.iter().filter(|comment| comment.on == number);
        on.map(|comment| (comment.author.clone(), comment.body.clone())).collect()
    }
}

impl Held {
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        1000 + self.last_id
    }

    fn add_comment(&mut self, number: u64, author: &str, body: &str) -> Text {
        let id = self.next_id();
        let comment = Text {
            id,
            on: number,
            author: author.to_owned(),
            title: String::new(),
            body: body.to_owned(),
            is_open: true,
        };
        self.comments.push(comment.clone());
        comment
    }
}

async fn answer(forge: MockForge, base: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix(base).unwrap_or_default().trim_start_matches('/');
    let query = head.uri.query().unwrap_or_default().to_owned();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body: Json = serde_json::from_slice(&body).unwrap_or_default();
    let authorization = match forge.kind {
        Kind::Github => ("authorization", format!("Bearer {TOKEN}")),
        Kind::Gitlab => ("private-token", TOKEN.to_owned()),
        Kind::Forgejo => ("authorization", format!("token {TOKEN}")),
    };
    let given = head.headers.get(authorization.0).and_then(|value| value.to_str().ok());
    let account = forge.account();
    let kind = forge.kind;
    let mut held = forge.held();
    held.calls.push(format!("{} {path}", head.method));
    if !held.failures.is_empty() {
        let status = held.failures.remove(0);
        return reply(status, &json!({"message": format!("no, {TOKEN} may not")}));
    }
    if given != Some(authorization.1.as_str()) {
        return reply(401, &json!({"message": "Bad credentials"}));
    }
    let (status, json) = serve(&mut held, kind, account, head.method.as_str(), path, &query, &body);
    reply(status, &json)
}

fn reply(status: u16, json: &Json) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
}

/// A call, with the paths of GitLab as those of the others.
struct Call<'a> {
    kind: Kind,
    account: &'static str,
    method: &'a str,
    parts: Vec<&'a str>,
    query: &'a str,
    body: &'a Json,
}

fn serve(
    held: &mut Held,
    kind: Kind,
    account: &'static str,
    method: &str,
    path: &str,
    query: &str,
    body: &Json,
) -> (u16, Json) {
    if path == "user" {
        return match held.hides_user {
            true => (403, json!({"message": "Resource not accessible by integration"})),
            false => (200, json!({"login": account, "username": account})),
        };
    }
    let root = if kind == Kind::Gitlab { "projects/7/" } else { "repos/acme/edge/" };
    let Some(rest) = path.strip_prefix(root) else {
        return (404, json!({"message": "404 Not Found"}));
    };
    let rest = rest.trim_start_matches("repository/").replace("merge_requests", "pulls");
    let parts: Vec<&str> = rest.split('/').collect();
    let call = Call { kind, account, method, parts, query, body };
    let served = call.pulls(held).or_else(|| call.comments(held)).or_else(|| call.issues(held));
    served.unwrap_or_else(|| (404, json!({"message": format!("404 {method} {rest}")})))
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}

impl Call<'_> {
    fn is_listed(&self, index: usize) -> bool {
        is_on_page(self.query, index)
    }

    fn pulls(&self, held: &mut Held) -> Option<(u16, Json)> {
        let Call { kind, query, body, .. } = *self;
        Some(match (self.method, self.parts.as_slice()) {
            ("GET", ["pulls", n]) => {
                one(held.pulls.iter().find(|pull| pull.number == number(n)), kind)
            }
            ("GET", ["pulls"]) => {
                let wanted = |pull: &&Pull| pull.state == "open" && is_asked_for(query, pull);
                let wanted = held.pulls.iter().filter(wanted).map(|pull| pull_json(pull, kind));
                list(wanted, |index| self.is_listed(index))
            }
            ("GET", ["commits", commit, "pulls" | "pull"]) => {
                let of = |pull: &&Pull| {
                    pull.head_commit == *commit || pull.merge_commit.as_deref() == Some(commit)
                };
                let mut found = held.pulls.iter().filter(of);
                match kind {
                    Kind::Forgejo => one(found.next(), kind),
                    _ => list(found.map(|pull| pull_json(pull, kind)), |_| true),
                }
            }
            ("POST", ["pulls"]) => {
                let pull = new_pull(held, body);
                held.pulls.push(pull.clone());
                (201, pull_json(&pull, kind))
            }
            ("PATCH" | "PUT", ["pulls", n]) => {
                let pull = held.pulls.iter_mut().find(|pull| pull.number == number(n))?;
                (pull.title, pull.body) = described(body, &pull.title, &pull.body);
                if is_closing(body) {
                    pull.state = "closed".to_owned();
                }
                (200, pull_json(pull, kind))
            }
            _ => return None,
        })
    }

    fn comments(&self, held: &mut Held) -> Option<(u16, Json)> {
        let Call { kind, body, account, .. } = *self;
        Some(match (self.method, self.parts.as_slice()) {
            ("GET", ["pulls" | "issues", n, "notes" | "comments"]) => {
                // Forgejo does not page comments.
                let all = kind == Kind::Forgejo;
                let on = held.comments.iter().filter(|comment| comment.on == number(n));
                list(on.map(|one| text_json(one, kind)), |index| all || self.is_listed(index))
            }
            ("POST", ["pulls" | "issues", n, "notes" | "comments"]) => {
                let text = body["body"].as_str().unwrap();
                assert!(text.chars().count() <= 65_536, "a comment is too long for the forge");
                (201, text_json(&held.add_comment(number(n), account, text), kind))
            }
            ("PATCH" | "PUT", ["issues", "comments", id] | ["pulls", _, "notes", id]) => {
                let comment = held.comments.iter_mut().find(|one| one.id == number(id))?;
                comment.body = body["body"].as_str().unwrap().to_owned();
                (200, text_json(comment, kind))
            }
            _ => return None,
        })
    }

    fn issues(&self, held: &mut Held) -> Option<(u16, Json)> {
        let Call { kind, body, account, .. } = *self;
        Some(match (self.method, self.parts.as_slice()) {
            ("GET", ["issues"]) => {
                let open = held.issues.iter().filter(|issue| issue.is_open);
                list(open.map(|issue| text_json(issue, kind)), |index| self.is_listed(index))
            }
            ("POST", ["issues"]) => {
                let (title, text) = described(body, "", "");
                let (id, author) = (held.next_id(), account.to_owned());
                let issue = Text { id, on: 0, author, title, body: text, is_open: true };
                held.issues.push(issue.clone());
                (201, text_json(&issue, kind))
            }
            ("PATCH" | "PUT", ["issues", id]) => {
                let issue = held.issues.iter_mut().find(|one| one.id == number(id))?;
                (issue.title, issue.body) = described(body, &issue.title, &issue.body);
                issue.is_open = !is_closing(body);
                (200, text_json(issue, kind))
            }
            ("POST", ["statuses", commit]) => {
                let word = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
                let status =
                    ((*commit).to_owned(), word("state"), word("context"), word("description"));
                held.statuses.push(status);
                (201, json!({}))
            }
            _ => return None,
        })
    }
}

/// Whether the entry is on the page that is asked for.
fn is_on_page(query: &str, index: usize) -> bool {
    let value = |name: &str, default: usize| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map_or(default, |(_, value)| value.parse().unwrap())
    };
    let size = value("per_page", value("limit", 30));
    index / size + 1 == value("page", 1)
}

fn is_asked_for(query: &str, pull: &Pull) -> bool {
    url::form_urlencoded::parse(query.as_bytes()).all(|(key, value)| match &*key {
        "head" => value == format!("{}:{}", pull.head_owner, pull.head_branch),
        "source_branch" => value == pull.head_branch,
        _ => true,
    })
}

fn list(entries: impl Iterator<Item = Json>, is_listed: impl Fn(usize) -> bool) -> (u16, Json) {
    let listed = entries.enumerate().filter(|(index, _)| is_listed(*index));
    (200, listed.map(|(_, entry)| entry).collect())
}

fn one(pull: Option<&Pull>, kind: Kind) -> (u16, Json) {
    pull.map_or((404, json!({"message": "Not Found"})), |pull| (200, pull_json(pull, kind)))
}

fn new_pull(held: &mut Held, body: &Json) -> Pull {
    let word = |keys: [&str; 2]| {
        keys.iter().find_map(|key| body[*key].as_str()).unwrap_or_default().to_owned()
    };
    let (title, text) = described(body, "", "");
    Pull {
        number: held.pulls.iter().map(|pull| pull.number).max().unwrap_or(0) + 1,
        head_commit: "f".repeat(40),
        head_branch: word(["head", "source_branch"]),
        head_owner: "acme".to_owned(),
        base_branch: word(["base", "target_branch"]),
        title,
        body: text,
        state: "open".to_owned(),
        merge_commit: None,
    }
}

fn described(body: &Json, title: &str, text: &str) -> (String, String) {
    let word = |keys: &[&str], old: &str| {
        keys.iter().find_map(|key| body[*key].as_str()).unwrap_or(old).to_owned()
    };
    (word(&["title"], title), word(&["body", "description"], text))
}

fn is_closing(body: &Json) -> bool {
    body["state"] == "closed" || body["state_event"] == "close"
}

fn pull_json(pull: &Pull, kind: Kind) -> Json {
    if kind == Kind::Gitlab {
        return json!({
            "iid": pull.number, "sha": pull.head_commit, "source_branch": pull.head_branch,
            "target_branch": pull.base_branch, "title": pull.title, "description": pull.body,
            "state": if pull.state == "open" { "opened" } else { &pull.state },
            "source_project_id": if pull.head_owner == "acme" { 7 } else { 8 }, "target_project_id": 7,
            "merge_commit_sha": pull.merge_commit, "web_url": "https://forge.example/acme/edge/-/merge_requests/1",
        });
    }
    json!({
        "number": pull.number, "title": pull.title, "body": pull.body,
        "state": if pull.state == "open" { "open" } else { "closed" },
        "head": {"sha": pull.head_commit, "ref": pull.head_branch, "repo": {"full_name": format!("{}/edge", pull.head_owner)}},
        "base": {"ref": pull.base_branch, "repo": {"full_name": "acme/edge"}},
        "merged_at": (pull.state == "merged").then_some("2026-11-25T12:00:00Z"),
        "merge_commit_sha": pull.merge_commit, "html_url": "https://forge.example/acme/edge/pull/1",
    })
}

fn text_json(text: &Text, kind: Kind) -> Json {
    if kind == Kind::Gitlab {
        return json!({
            "id": text.id, "iid": text.id, "author": {"username": text.author}, "title": text.title,
            "body": text.body, "description": text.body,
        });
    }
    json!({"id": text.id, "number": text.id, "user": {"login": text.author}, "title": text.title, "body": text.body})
}
