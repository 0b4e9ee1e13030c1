//! The calls, in the terms of the domain: find the pull request, write the one comment, set the status, keep one drift request or issue.

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::dialect::Dialect;
use super::http::{Access, Call, ForgeError, Http};
use super::marker::{Mark, MarkKey, Trust};
use super::repository::{Comment, Issue, PullRequest, StatusState};
use super::run::{Kind, Run};
use crate::finding::Finding;

/// How many pages of a list are read at most; a longer list is an error, because what was not read is unknown.
const MOST_PAGES: usize = 100;

/// The repository at its forge.
pub struct Forge {
    http: Http,
    dialect: Dialect,
    /// The owner of the repository, for the branches of its own.
    owner: String,
    /// The names of the account that the token stands for.
    own: tokio::sync::OnceCell<Vec<String>>,
}

impl Forge {
    /// The forge of a run.
    ///
    /// # Errors
    /// When the address or the token cannot be used.
    pub fn new(run: &Run, access: Access) -> Result<Forge, Box<Finding>> {
        let owner = run.repository.split('/').next().unwrap_or_default().to_owned();
        Ok(Forge {
            http: Http::new(run.kind, &run.api, access)?,
            dialect: Dialect { kind: run.kind, project: run.project.clone() },
            owner,
            own: tokio::sync::OnceCell::new(),
        })
    }

    fn kind(&self) -> Kind {
        self.dialect.kind
    }

    async fn get(&self, path: String, operation: &str) -> Result<Json, ForgeError> {
        self.http.json(Call { method: Method::GET, path, body: None, operation }).await
    }

    async fn post(&self, path: String, body: Json, operation: &str) -> Result<Json, ForgeError> {
        self.http.json(Call { method: Method::POST, path, body: Some(body), operation }).await
    }

    async fn edit(&self, path: String, body: Json, operation: &str) -> Result<Json, ForgeError> {
        let method = if self.kind() == Kind::Gitlab { Method::PUT } else { Method::PATCH };
        self.http.json(Call { method, path, body: Some(body), operation }).await
    }

    /// Reads a list to its end.
    async fn list(&self, path: &str, operation: &str) -> Result<Vec<Json>, ForgeError> {
        let mut entries: Vec<Json> = Vec::new();
        for page in 1..=MOST_PAGES {
            let read = self.get(self.dialect.page(path, page), operation).await?;
            let Json::Array(read) = read else {
                return Err(self.odd(operation, "the answer is not a list"));
            };
            // A list that is given whole whatever page is asked for begins anew.
            let is_new = read.first().is_none_or(|first| !entries.contains(first));
            let is_last = read.len() < self.dialect.page_size() || !is_new;
            if is_new {
                entries.extend(read);
            }
            if is_last {
                return Ok(entries);
            }
        }
        Err(self.odd(operation, "the list has more pages than are read"))
    }

    fn odd(&self, operation: &str, reason: &str) -> ForgeError {
        ForgeError {
            operation: operation.to_owned(),
            reason: reason.to_owned(),
            status: None,
            kind: self.kind(),
        }
    }

    fn read_pull(&self, json: &Json, operation: &str) -> Result<PullRequest, ForgeError> {
        let read = self.dialect.read_pull(json);
        read.ok_or_else(|| self.odd(operation, "the answer lacks what every pull request has"))
    }

    /// A pull request.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn pull(&self, number: u64) -> Result<PullRequest, ForgeError> {
        let operation = format!("read {} {number}", self.kind().proposal());
        let json = self.get(self.dialect.pull(number), &operation).await?;
        self.read_pull(&json, &operation)
    }

    /// The open pull requests from a branch of an owner.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn open_pulls(
        &self,
        owner: Option<&str>,
        branch: &str,
    ) -> Result<Vec<PullRequest>, ForgeError> {
        let operation = format!("find the {} of branch {branch}", self.kind().proposal());
        let path = self.dialect.open_pulls(owner.unwrap_or(&self.owner), branch);
        let read = self.list(&path, &operation).await?;
        let pulls: Result<Vec<PullRequest>, ForgeError> =
            read.iter().map(|json| self.read_pull(json, &operation)).collect();
        Ok(pulls?.into_iter().filter(|pull| pull.is_open && pull.head_branch == branch).collect())
    }

    /// The pull requests whose merge brought a commit to a branch.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn merged_with(
        &self,
        commit: &str,
        branch: &str,
    ) -> Result<Vec<PullRequest>, ForgeError> {
        let operation = format!("find the {} of commit {commit}", self.kind().proposal());
        let read = match self.get(self.dialect.pulls_of_commit(commit), &operation).await {
            // Forgejo answers with the one pull request, and with 404 where there is none.
            Err(error) if self.kind() == Kind::Forgejo && error.status == Some(404) => Vec::new(),
            Err(error) => return Err(error),
            Ok(Json::Array(pulls)) => pulls,
            Ok(pull) => vec![pull],
        };
        let pulls: Result<Vec<PullRequest>, ForgeError> =
            read.iter().map(|json| self.read_pull(json, &operation)).collect();
        Ok(pulls?.into_iter().filter(|pull| pull.is_merged && pull.base_branch == branch).collect())
    }

    /// The names of the account that the token stands for. A job's own token may not ask, and its account is known.
    async fn own_names(&self) -> Result<&[String], ForgeError> {
        let ask = || async {
            let key = if self.kind() == Kind::Gitlab { "username" } else { "login" };
            match self.get("user".to_owned(), "read the account of the token").await {
                Ok(json) => match json.get(key).and_then(Json::as_str) {
                    Some(name) => Ok(vec![name.to_owned()]),
                    None => Err(self.odd("read the account of the token", "it has no name")),
                },
                Err(ForgeError { status: Some(401 | 403 | 404), .. })
                    if self.kind() != Kind::Gitlab =>
                {
                    let names: &[&str] = match self.kind() {
                        Kind::Forgejo => &["forgejo-actions", "gitea-actions"],
                        _ => &["github-actions[bot]"],
                    };
                    Ok(names.iter().map(|name| (*name).to_owned()).collect())
                }
                Err(error) => Err(error),
            }
        };
        self.own.get_or_try_init(ask).await.map(Vec::as_slice)
    }

    /// The comment on a pull request that this account has written for a mark: the mark, the comment, and whether it is as it was
    /// written. A comment that anybody else has written is never taken for it.
    ///
    /// # Errors
    /// When the comments cannot be read.
    pub async fn comment(
        &self,
        number: u64,
        mark: &Mark,
        key: Option<&MarkKey>,
    ) -> Result<Option<(Mark, Comment, Trust)>, ForgeError> {
        let operation = format!("read the comments of {} {number}", self.kind().proposal());
        let own = self.own_names().await?;
        let read = self.list(&self.dialect.comments(number), &operation).await?;
        let mut found = None;
        for json in &read {
            let comment = self
                .dialect
                .read_comment(json)
                .ok_or_else(|| self.odd(&operation, "a comment lacks what every one has"))?;
            if !own.contains(&comment.author) {
                continue;
            }
            if let Some((read, text)) =
                Mark::read(&comment.body).filter(|(read, _)| read.is_for(mark))
            {
                let trust = read.trust(number, text, key);
                found.get_or_insert((read, comment, trust));
            }
        }
        Ok(found)
    }

    /// Writes the one comment of a mark: edits it where it is there, adds it where it is not.
    ///
    /// # Errors
    /// When the comments cannot be read, or the comment cannot be written.
    pub async fn keep_comment(
        &self,
        number: u64,
        mark: &Mark,
        text: &str,
        key: Option<&MarkKey>,
    ) -> Result<(), ForgeError> {
        let operation = format!("write the comment on {} {number}", self.kind().proposal());
        let body = mark.comment(number, text, key);
        match self.comment(number, mark, key).await? {
            Some((_, comment, _)) if comment.body == body => Ok(()),
            Some((_, comment, _)) => {
                let path = self.dialect.comment(number, comment.id);
                self.edit(path, json!({ "body": body }), &operation).await.map(drop)
            }
            None => {
                let path = self.dialect.comments(number);
                self.post(path, json!({ "body": body }), &operation).await.map(drop)
            }
        }
    }

    /// Sets the status `name` of a commit. `page` may be empty.
    ///
    /// # Errors
    /// When it cannot be set.
    pub async fn set_status(
        &self,
        commit: &str,
        state: StatusState,
        name: &str,
        text: &str,
        page: &str,
    ) -> Result<(), ForgeError> {
        let operation = format!("set the status of commit {commit}");
        let body = self.dialect.status(state, name, text, page);
        self.post(self.dialect.statuses(commit), body, &operation).await.map(drop)
    }

    /// Keeps one open pull request from a branch of this repository: opens it, or gives it this title and text. Gives its number.
    ///
    /// # Errors
    /// When it cannot be found, opened or edited.
    pub async fn keep_pull(
        &self,
        from: &str,
        to: &str,
        title: &str,
        text: &str,
    ) -> Result<u64, ForgeError> {
        let operation = format!("open the {} from branch {from}", self.kind().proposal());
        let open = self.open_pulls(None, from).await?;
        match open.iter().find(|pull| pull.base_branch == to && !pull.is_from_fork) {
            Some(pull) => {
                let body = self.dialect.described(title, text);
                self.edit(self.dialect.pull(pull.number), body, &operation).await?;
                Ok(pull.number)
            }
            None => {
                let body = self.dialect.new_pull(from, to, title, text);
                let made = self.post(self.dialect.pulls(), body, &operation).await?;
                self.read_pull(&made, &operation).map(|pull| pull.number)
            }
        }
    }

    /// Closes the open pull requests from a branch of this repository, and gives their numbers.
    ///
    /// # Errors
    /// When they cannot be found or closed.
    pub async fn close_pulls(&self, from: &str) -> Result<Vec<u64>, ForgeError> {
        let operation = format!("close the {} from branch {from}", self.kind().proposal());
        let mut closed = Vec::new();
        for pull in self.open_pulls(None, from).await?.iter().filter(|pull| !pull.is_from_fork) {
            self.edit(self.dialect.pull(pull.number), self.dialect.closed(), &operation).await?;
            closed.push(pull.number);
        }
        Ok(closed)
    }

    /// The open issue that this account has written for a mark.
    async fn open_issue(&self, mark: &Mark) -> Result<Option<Issue>, ForgeError> {
        let own = self.own_names().await?;
        let read = self.list(&self.dialect.open_issues(), "read the open issues").await?;
        let mut issues = read.iter().filter_map(|json| self.dialect.read_issue(json));
        let is_it = |issue: &Issue| {
            let read = Mark::read(&issue.body);
            own.contains(&issue.author) && read.is_some_and(|(read, _)| read.is_for(mark))
        };
        Ok(issues.find(is_it))
    }

    /// Keeps one open issue of a mark: opens it, or gives it this title and text. Gives its number.
    ///
    /// # Errors
    /// When it cannot be found, opened or edited.
    pub async fn keep_issue(
        &self,
        mark: &Mark,
        title: &str,
        text: &str,
    ) -> Result<u64, ForgeError> {
        let operation = "open the issue";
        let body = self.dialect.described(title, &mark.comment(0, text, None));
        match self.open_issue(mark).await? {
            Some(issue) => {
                self.edit(self.dialect.issue(issue.number), body, operation).await?;
                Ok(issue.number)
            }
            None => {
                let made = self.post(self.dialect.issues(), body, operation).await?;
                let made = self.dialect.read_issue(&made);
                made.map(|issue| issue.number)
                    .ok_or_else(|| self.odd(operation, "the answer lacks what every issue has"))
            }
        }
    }

    /// Closes the open issue of a mark, where there is one, and gives its number.
    ///
    /// # Errors
    /// When it cannot be found or closed.
    pub async fn close_issue(&self, mark: &Mark) -> Result<Option<u64>, ForgeError> {
        let Some(issue) = self.open_issue(mark).await? else { return Ok(None) };
        self.edit(self.dialect.issue(issue.number), self.dialect.closed(), "close the issue")
            .await?;
        Ok(Some(issue.number))
    }
}
