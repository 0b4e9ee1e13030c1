//! A repository at a forge: a bare one that jobs clone and push to, an author's clone of it, and what a runner has.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use spectrumctl::forge::Kind;
use tempfile::TempDir;

use crate::support::{MockForge, Sandbox, Simulator};

/// The default branch: not `main`, which no pipeline may assume.
pub(super) const TRUNK: &str = "trunk";

/// The repository `acme/edge`, its forge, and the simulator in place of Cloudflare.
pub(super) struct Repository {
    pub(super) forge: MockForge,
    pub(super) simulator: Simulator,
    pub(super) sandbox: Sandbox,
    folder: TempDir,
}

impl Repository {
    /// A repository whose default branch holds what `init --ci` wrote, and a configuration without applications.
    pub(super) fn new(kind: Kind) -> Repository {
        Repository::with_faults(kind, "[]")
    }

    /// The same in front of a simulator in which these faults happen.
    pub(super) fn with_faults(kind: Kind, faults: &str) -> Repository {
        let folder = TempDir::with_prefix("spectrumctl-pipelines-").unwrap();
        let sandbox = Sandbox::new();
        sandbox.write("faults.yaml", faults);
        let simulator = Simulator::start(&sandbox, &["--faults", "faults.yaml"]);
        let repository = Repository { forge: MockForge::start(kind), simulator, sandbox, folder };
        let bare = repository.bare();
        fs::create_dir_all(&bare).unwrap();
        git(&bare, &["init", "-q", "--bare", "-b", TRUNK, "."]);
        let author = repository.author();
        fs::create_dir_all(&author).unwrap();
        git(&author, &["init", "-q", "-b", TRUNK, "."]);
        git(&author, &["remote", "add", "origin", &bare.to_string_lossy()]);
        repository.put_fakes();
        repository
    }

    /// The bare repository.
    pub(super) fn bare(&self) -> PathBuf {
        self.folder.path().join("server/acme/edge.git")
    }

    /// The author's clone.
    pub(super) fn author(&self) -> PathBuf {
        self.folder.path().join("author")
    }

    /// Where git finds the repositories of the forge.
    pub(super) fn server(&self) -> String {
        format!("file://{}", self.folder.path().join("server").display())
    }

    /// A new folder of a runner.
    pub(super) fn fresh(&self, name: &str) -> PathBuf {
        let count = fs::read_dir(self.folder.path()).unwrap().count();
        let path = self.folder.path().join(format!("{name}-{count}"));
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// The folder of the fakes, the first one of a runner's PATH.
    pub(super) fn fakes(&self) -> PathBuf {
        self.folder.path().join("fakes")
    }

    /// The file with the id of the process that a job runs.
    pub(super) fn process(&self) -> PathBuf {
        self.folder.path().join("process")
    }

    /// The checksum of the archive that the fake of curl gives.
    pub(super) fn checksum(&self) -> String {
        let sum = Command::new("sha256sum").arg(self.fakes().join("archive")).output().unwrap();
        String::from_utf8(sum.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// The archive holds a script that runs the real binary, which is too large to be packed for each test.
    fn put_fakes(&self) {
        let (fakes, pack) = (self.fakes(), self.fresh("pack"));
        fs::create_dir_all(&fakes).unwrap();
        fs::create_dir_all(pack.join("spectrumctl-0")).unwrap();
        let real = env!("CARGO_BIN_EXE_spectrumctl");
        let process = self.process();
        let run = format!("echo $$ > '{}'\nexec '{real}' \"$@\"", process.display());
        script(&pack.join("spectrumctl-0/spectrumctl"), &run);
        let archive = fakes.join("archive");
        let packed = Command::new("tar")
            .args([
                "-czf",
                &archive.to_string_lossy(),
                "-C",
                &pack.to_string_lossy(),
                "spectrumctl-0",
            ])
            .status();
        assert!(packed.unwrap().success());
        let curl = format!(
            "echo \"$*\" >> '{0}/curl.calls'\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && cp '{0}/archive' \"$2\"; shift; done",
            fakes.display()
        );
        script(&fakes.join("curl"), &curl);
    }

    /// Writes a file of the author's clone.
    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.author().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits what the author has, on a branch, and gives the commit.
    pub(super) fn commit(&self, text: &str) -> String {
        let author = self.author();
        git(&author, &["add", "-A"]);
        git(&author, &["commit", "-q", "--allow-empty", "-m", text]);
        git(&author, &["rev-parse", "HEAD"])
    }

    /// Commits on the default branch and pushes it.
    pub(super) fn push_trunk(&self, text: &str) -> String {
        let commit = self.commit(text);
        git(&self.author(), &["push", "-q", "origin", &format!("HEAD:refs/heads/{TRUNK}")]);
        commit
    }

    /// Opens a pull request: what `edit` writes, on a branch from the default one; `owner` is that of the repository it comes from.
    pub(super) fn propose(
        &self,
        number: u64,
        owner: &str,
        edit: impl FnOnce(&Repository),
    ) -> String {
        let branch = format!("change-{number}");
        let author = self.author();
        git(&author, &["checkout", "-q", "-B", &branch, TRUNK]);
        edit(self);
        let commit = self.commit(&format!("change {number}"));
        let refs = if self.forge.kind == Kind::Gitlab { "merge-requests" } else { "pull" };
        git(&author, &["push", "-q", "-f", "origin", &format!("HEAD:refs/{refs}/{number}/head")]);
        git(&author, &["checkout", "-q", TRUNK]);
        self.forge.open_from(owner, number, &branch, &commit);
        commit
    }

    /// Merges a pull request, and gives the merge's commit.
    pub(super) fn merge(&self, number: u64) -> String {
        let author = self.author();
        git(&author, &["checkout", "-q", TRUNK]);
        git(&author, &["merge", "-q", "--no-ff", "-m", "merge", &format!("change-{number}")]);
        git(&author, &["push", "-q", "origin", TRUNK]);
        let commit = git(&author, &["rev-parse", "HEAD"]);
        self.forge.merge(number, &commit);
        commit
    }

    /// The names of the files of a branch; none where there is no branch.
    pub(super) fn files(&self, branch: &str) -> Option<Vec<String>> {
        let listed =
            command(&self.bare(), &["ls-tree", "-r", "--name-only", branch]).output().unwrap();
        let text = String::from_utf8(listed.stdout).unwrap();
        listed.status.success().then(|| text.lines().map(str::to_owned).collect())
    }

    /// How many commits a branch has.
    pub(super) fn commits(&self, branch: &str) -> usize {
        git(&self.bare(), &["rev-list", "--count", branch]).parse().unwrap()
    }
}

/// Writes a script that can be run.
pub(super) fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/usr/bin/env bash\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=author", "-c", "user.email=author@example.com"]);
    command.args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

/// Runs git and gives what it printed.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder, arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
