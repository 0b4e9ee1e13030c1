//! git as a tool for the objects of a repository: what is fetched is read as data, and nothing of it is ever checked out or run.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

use crate::cli::failure::{Failure, describe_io_error};
use crate::codes;
use crate::finding::Finding;
use crate::forge::{Kind, Run};

/// The most that is taken out of a tree: files, and bytes of all of them.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 256 << 20;

/// A repository of its own without a work tree, in a folder that goes with this value.
pub(super) struct Git {
    folder: TempDir,
    url: String,
    /// The variables that carry the token: no argument shows it, and it is sent to the forge only.
    access: Vec<(String, SecretString)>,
}

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeFile {
    pub(super) path: String,
    /// Whether it is a file, and no link and no other repository.
    pub(super) is_regular: bool,
    object: String,
    pub(super) size: u64,
}

impl Git {
    pub(super) fn new(run: &Run, token: &SecretString) -> Result<Git, Failure> {
        let folder = TempDir::with_prefix("spectrumctl-ci-").map_err(|error| {
            let reason = describe_io_error(&error);
            failed("make a temporary folder", &reason)
        })?;
        let git = Git { folder, url: run.git_url(), access: access(run, token) };
        git.call(&["init", "-q", "--bare", "."], None)?;
        Ok(git)
    }

    /// Runs git in its folder and gives what it prints.
    pub(super) fn call(
        &self,
        arguments: &[&str],
        input: Option<&[u8]>,
    ) -> Result<Vec<u8>, Failure> {
        let what = format!("run git {}", arguments.first().copied().unwrap_or_default());
        let broken =
            |error: std::io::Error| Failure::from(failed(&what, &describe_io_error(&error)));
        let mut child = self.command(arguments).spawn().map_err(broken)?;
        let mut stdin = child.stdin.take();
        let bytes = input.unwrap_or_default().to_vec();
        let writer = std::thread::spawn(move || stdin.as_mut().map(|pipe| pipe.write_all(&bytes)));
        let output = child.wait_with_output().map_err(broken)?;
        // git may end without reading all of it, and then its own words say why.
        let _ = writer.join();
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<&str> = said.split_whitespace().take(80).collect();
        Err(failed(&what, &said.join(" ")).into())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        for (name, value) in &self.access {
            command.env(name, value.expose_secret());
        }
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "spectrumctl");
            command.env(format!("GIT_{role}_EMAIL"), "spectrumctl@localhost");
        }
        command
    }

    /// A word that git prints.
    fn word(&self, arguments: &[&str]) -> Result<String, Failure> {
        let printed = self.call(arguments, None)?;
        Ok(String::from_utf8_lossy(&printed).trim().to_owned())
    }

    /// The commit that a branch of the repository has now; none where there is no such branch.
    pub(super) fn tip(&self, branch: &str) -> Result<Option<String>, Failure> {
        let name = format!("refs/heads/{branch}");
        let listed = self.word(&["ls-remote", &self.url, &name])?;
        Ok(listed.split_whitespace().next().map(str::to_owned))
    }

    /// Whether the repository has a branch.
    pub(super) fn has_branch(&self, branch: &str) -> Result<bool, Failure> {
        Ok(self.tip(branch)?.is_some())
    }

    /// Fetches a ref with its history, or only its last commit, and gives the commit.
    pub(super) fn fetch(&self, name: &str, is_shallow: bool) -> Result<String, Failure> {
        let depth: &[&str] = if is_shallow { &["--depth=1"] } else { &[] };
        let fetch = ["fetch", "-q", "--no-tags", "--no-write-fetch-head"];
        let to = format!("+{name}:refs/fetched/{name}");
        self.call(&[&fetch, depth, &[&self.url, &to]].concat(), None)?;
        self.word(&["rev-parse", "--verify", &format!("refs/fetched/{name}^{{commit}}")])
    }

    /// The tree that a merge of two commits would have; none where they conflict.
    pub(super) fn merged_tree(&self, base: &str, head: &str) -> Result<Option<String>, Failure> {
        let mut command =
            self.command(&["merge-tree", "--write-tree", "--no-messages", base, head]);
        let output =
            command.output().map_err(|error| failed("run git merge-tree", &error.to_string()))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        match output.status.code() {
            Some(0) => Ok(printed.lines().next().map(str::to_owned)),
            Some(1) => Ok(None),
            _ => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(failed("merge the change into its target", said.trim()).into())
            }
        }
    }

    /// The files of a tree, in the order of git.
    pub(super) fn files(&self, tree: &str) -> Result<Vec<TreeFile>, Failure> {
        let printed = self.call(&["ls-tree", "-r", "-z", "-l", "--full-tree", tree], None)?;
        let entries = printed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        entries.map(read_entry).collect()
    }

    /// Writes these files below a folder: their bytes, and nothing else of them.
    pub(super) fn write_files(&self, files: &[&TreeFile], below: &Path) -> Result<(), Failure> {
        let size: u64 = files.iter().map(|file| file.size).sum();
        if files.len() > MOST_FILES || size > MOST_BYTES {
            let reason = format!("{} files of {size} bytes are too many", files.len());
            return Err(failed("read the files of the commit", &reason).into());
        }
        let wanted: String = files.iter().map(|file| format!("{}\n", file.object)).collect();
        let printed = self.call(&["cat-file", "--batch"], Some(wanted.as_bytes()))?;
        let mut rest = printed.as_slice();
        for file in files {
            let line = rest.iter().position(|byte| *byte == b'\n').ok_or_else(|| unlike(file))?;
            let length = usize::try_from(file.size).map_err(|_| unlike(file))?;
            let bytes = rest.get(line + 1..line + 1 + length).ok_or_else(|| unlike(file))?;
            write_below(below, &file.path, bytes)?;
            rest = rest.get(line + 2 + length..).unwrap_or_default();
        }
        Ok(())
    }

    /// The tree of a folder, all files of it but one.
    pub(super) fn tree_of(&self, folder: &Path, but: &str) -> Result<String, Failure> {
        let place = folder.to_string_lossy().into_owned();
        let excluded = format!(":(exclude){but}");
        self.call(&["read-tree", "--empty"], None)?;
        self.call(&["--work-tree", &place, "add", "-A", "-f", "--", ".", &excluded], None)?;
        self.word(&["write-tree"])
    }

    /// The tree of a commit in which some files have another text.
    pub(super) fn edited(
        &self,
        commit: &str,
        files: &BTreeMap<String, String>,
    ) -> Result<String, Failure> {
        self.call(&["read-tree", commit], None)?;
        for (path, text) in files {
            let path = path.trim_start_matches("./");
            let object = self.call(&["hash-object", "-w", "--stdin"], Some(text.as_bytes()))?;
            let object = String::from_utf8_lossy(&object).trim().to_owned();
            let entry = format!("100644,{object},{path}");
            self.call(&["update-index", "--add", "--cacheinfo", &entry], None)?;
        }
        self.word(&["write-tree"])
    }

    /// The tree of a commit.
    pub(super) fn tree(&self, commit: &str) -> Result<String, Failure> {
        self.word(&["rev-parse", "--verify", &format!("{commit}^{{tree}}")])
    }

    /// A commit with this tree after another, or the first one.
    pub(super) fn commit(
        &self,
        tree: &str,
        after: Option<&str>,
        text: &str,
    ) -> Result<String, Failure> {
        let parent: Vec<&str> = after.into_iter().flat_map(|after| ["-p", after]).collect();
        self.word(&[&["commit-tree", tree, "-m", text], parent.as_slice()].concat())
    }

    /// Pushes a commit to a branch; a branch that has moved meanwhile is overwritten only where that is wanted.
    pub(super) fn push(&self, commit: &str, branch: &str, force: bool) -> Result<(), Failure> {
        let plus = if force { "+" } else { "" };
        let to = format!("{plus}{commit}:refs/heads/{branch}");
        self.call(&["push", "-q", &self.url, &to], None).map(drop)
    }
}

/// An entry of `ls-tree -l -z`: mode, type, object, size, a tabulator, the path.
fn read_entry(entry: &[u8]) -> Result<TreeFile, Failure> {
    let text = String::from_utf8_lossy(entry);
    let (head, path) = text.split_once('\t').unwrap_or((&text, ""));
    let words: Vec<&str> = head.split_whitespace().collect();
    let [mode, _, object, size] = words.as_slice() else {
        return Err(
            failed("read the files of the commit", "git lists them in an unknown form").into()
        );
    };
    Ok(TreeFile {
        path: path.to_owned(),
        is_regular: mode.starts_with("100"),
        object: (*object).to_owned(),
        size: size.parse().unwrap_or(0),
    })
}

/// Writes a file below a folder; a path that leads out of it is refused.
fn write_below(below: &Path, path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
    if !path.split('/').all(is_plain) {
        return Err(
            failed("write a file of the commit", &format!("{path:?} is no plain path")).into()
        );
    }
    let to = below.join(path);
    let written = to
        .parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(&to, bytes));
    written.map_err(|error| failed("write a file of the commit", &describe_io_error(&error)).into())
}

fn unlike(file: &TreeFile) -> Failure {
    failed("read the files of the commit", &format!("git gives {:?} in an unknown form", file.path))
        .into()
}

fn failed(what: &str, reason: &str) -> Finding {
    let why =
        "the change and the state are read from the repository, and what was not read is unknown";
    let fix = "see that git 2.38 or newer is installed, and that the job's token may read the repository, and write it where the state is on a branch";
    Finding::new(&codes::GIT, format!("failed to {what}: {reason}")).why(why).fix(fix)
}

/// The variables that give git the token, for addresses of the forge over HTTP.
fn access(run: &Run, token: &SecretString) -> Vec<(String, SecretString)> {
    if !run.server.starts_with("http") {
        return Vec::new();
    }
    let user = if run.kind == Kind::Gitlab { "oauth2" } else { "x-access-token" };
    let pair = STANDARD.encode(format!("{user}:{}", token.expose_secret().trim()));
    let key = format!("http.{}/.extraheader", run.server.trim_end_matches('/'));
    [
        ("GIT_CONFIG_COUNT", "1".to_owned()),
        ("GIT_CONFIG_KEY_0", key),
        ("GIT_CONFIG_VALUE_0", format!("Authorization: Basic {pair}")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
    .collect()
}
