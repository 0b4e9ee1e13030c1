//! A folder of its own in which the real binary runs, with an environment that holds nothing but what a test puts there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

/// How long a command may take before the test fails.
const LONGEST: Duration = Duration::from_secs(60);

/// A folder and an environment for runs of the program.
pub(crate) struct Sandbox {
    folder: TempDir,
    variables: BTreeMap<String, String>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder =
            TempDir::with_prefix("spectrumctl-test-").expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("work")).unwrap();
        Sandbox { folder, variables: BTreeMap::new() }
    }

    /// A sandbox with a configuration, `spectrum.yaml`.
    pub(crate) fn with(configuration: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("spectrum.yaml", configuration);
        sandbox
    }

    /// Sets a variable of the environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Lets the program talk to a server in place of Cloudflare.
    pub(crate) fn connect(&mut self, base_url: &str) {
        self.set("CLOUDFLARE_BASE_URL", base_url);
        self.set("CLOUDFLARE_API_TOKEN", "a-token-of-the-tests");
    }

    /// A path in the working folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// Writes a file into the working folder.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("the file lies in the sandbox")).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The text of a file of the working folder.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Replaces a text that stands exactly once in a file.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(from).count(), 1, "{from:?} stands in {name} once");
        self.write(name, text.replace(from, to));
    }

    /// Removes a file or a folder of the working folder.
    pub(crate) fn remove(&self, name: &str) {
        let path = self.path(name);
        let removed =
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// The program with the sandbox's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spectrumctl"));
        command.args(arguments).current_dir(self.path("")).env_clear().stdin(Stdio::null());
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path());
        command.envs(&self.variables);
        command
    }

    /// Runs a line of the shell to its end, with the programs that a search path finds.
    pub(crate) fn run_line(&self, line: &str, path: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(self.path("")).env_clear().stdin(Stdio::null());
        command.env("HOME", self.folder.path()).envs(&self.variables).env("PATH", path);
        self.finish(command, &[line])
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.finish(self.command(arguments), arguments)
    }

    fn finish(&self, mut command: Command, arguments: &[&str]) -> Ran {
        let (out, err) = (self.folder.path().join("stdout"), self.folder.path().join("stderr"));
        let begin = Instant::now();
        let child =
            command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap()).spawn();
        let status = wait(child.expect("the program starts"), arguments);
        let text = |path: &Path| {
            String::from_utf8(fs::read(path).unwrap()).expect("what is printed is UTF-8")
        };
        let code = status.code().expect("the program is not ended by a signal");
        Ran { code, stdout: text(&out), stderr: text(&err), took: begin.elapsed() }
    }

    /// Runs a command with `--format json` and gives what it printed.
    pub(crate) fn json(&self, arguments: &[&str]) -> (i32, Json) {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
        let ran = self.run(&arguments);
        let json = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{error}: {arguments:?}: {ran:?}"));
        (ran.code, json)
    }
}

fn wait(mut child: Child, arguments: &[&str]) -> ExitStatus {
    let end = Instant::now() + LONGEST;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("{arguments:?} takes longer than {LONGEST:?}");
        }
        sleep(Duration::from_millis(5));
    }
}

impl Ran {
    /// Everything that was printed.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Asserts the exit code, with everything that was printed where it is another one.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}
