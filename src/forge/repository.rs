//! What a repository has at its forge beside its files: pull requests, comments, issues, statuses of commits.

/// A pull request, or a merge request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// The last commit that its author pushed.
    pub head_commit: String,
    /// The branch that it comes from.
    pub head_branch: String,
    /// The branch that it goes to.
    pub base_branch: String,
    /// Whether it can still be merged.
    pub is_open: bool,
    /// Whether it was merged.
    pub is_merged: bool,
    /// Whether it comes from another repository.
    pub is_from_fork: bool,
    /// The commit that the merge made; on GitHub also the one that a merge would make.
    pub merge_commit: Option<String>,
    /// Its page.
    pub page: String,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Who wrote it, by the name of the account.
    pub author: String,
    /// The text.
    pub body: String,
}

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its number in the repository.
    pub number: u64,
    /// Who wrote it, by the name of the account.
    pub author: String,
    /// The text.
    pub body: String,
}

/// What a commit status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusState {
    /// All is well.
    Success,
    /// It is not.
    Failure,
}
