//! Reads the configuration's files and variables. Nothing else in the program reads a configuration file or a `SPECTRUM_VAR_` variable.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::FileOptions;
use super::failure::describe_io_error;
use crate::codes;
use crate::config::{Sources, Vars};
use crate::finding::{Finding, Place};

/// What was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    /// The files' texts.
    pub(super) sources: Sources,
    /// The values of variables.
    pub(super) vars: Vars,
    /// What is wrong with the files themselves.
    pub(super) findings: Vec<Finding>,
    /// Whether a file or folder could not be read at all.
    pub(super) failed: bool,
    /// The folder that belongs to the configuration: the state is kept there unless something else is said.
    pub(super) home: PathBuf,
    /// The simulator's seeds beside the configuration.
    pub(super) seeds: Vec<PathBuf>,
}

/// Reads what `-f` names, or the default, and the values of variables.
pub(super) fn load(options: &FileOptions) -> Files {
    let named = options.file.as_slice();
    let mut files = Files::default();
    files.read_vars(options);
    let roots = if named.is_empty() { files.default_roots() } else { named.to_vec() };
    files.home = home(&roots);
    files.sources.home = files.home.to_string_lossy().trim_end_matches('/').to_owned();
    let mut seen = BTreeSet::new();
    for root in &roots {
        files.read_root(root, &mut seen);
    }
    if files.sources.files.is_empty() && files.findings.is_empty() {
        let summary = format!("{} has no configuration files", roots.join(", "));
        let why = "a configuration file ends in .yaml or .yml; names that begin with . or _, sim.yaml and \
                   *.sim.yaml do not count";
        files.findings.push(Finding::new(&codes::NO_CONFIGURATION, summary).why(why));
    }
    files
}

/// The folder of the first path that is read: itself, or the one it lies in.
fn home(roots: &[String]) -> PathBuf {
    let Some(first) = roots.first().map(Path::new) else { return PathBuf::from(".") };
    if first.is_dir() {
        return first.to_path_buf();
    }
    first
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

impl Files {
    /// Reads the values of variables: `--var` comes before `--var-file`, and that before the environment.
    fn read_vars(&mut self, options: &FileOptions) {
        let named = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.to_str()?.strip_prefix(Vars::PREFIX)?.to_owned();
            Some((name, value.to_str()?.to_owned()))
        });
        self.vars = Vars::from_environment(named);
        for path in &options.var_file {
            let shown = path.to_string_lossy();
            match fs::read_to_string(path) {
                Ok(text) => self.findings.extend(self.vars.set_file(&shown, &text)),
                Err(error) => self.unreadable(&shown, &error),
            }
        }
        for text in &options.var {
            self.vars.set_argument(text).expect("arguments are checked when they are read");
        }
    }

    /// A file of the configuration, for formats in which everything must stand somewhere.
    pub(super) fn root(&self) -> &str {
        self.sources.files.first().map_or("spectrum.yaml", |(path, _)| path)
    }

    fn default_roots(&mut self) -> Vec<String> {
        let (file, folder) = (Path::new("spectrum.yaml").is_file(), Path::new("spectrum").is_dir());
        match (file, folder) {
            (true, false) => vec!["spectrum.yaml".to_owned()],
            (false, _) if Path::new("spectrum.yaml").is_dir() => {
                self.unreadable("spectrum.yaml", &not_a_file("a folder"));
                Vec::new()
            }
            (false, true) => vec!["spectrum".to_owned()],
            (true, true) => {
                let summary = "both spectrum.yaml and the folder spectrum/ exist";
                self.findings.push(Finding::new(&codes::TWO_ROOTS, summary));
                Vec::new()
            }
            (false, false) if Path::new("spectrum.yaml").exists() => {
                vec!["spectrum.yaml".to_owned()]
            }
            (false, false) => {
                let summary = "there is neither spectrum.yaml nor a folder spectrum/";
                self.findings.push(Finding::new(&codes::NO_CONFIGURATION, summary));
                self.failed = true;
                Vec::new()
            }
        }
    }

    fn read_root(&mut self, root: &str, seen: &mut BTreeSet<PathBuf>) {
        let path = Path::new(root);
        if path.is_dir() {
            self.read_folder(path, root.trim_end_matches('/'), seen);
        } else {
            self.read_file(path, root, seen);
            let folder = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            self.find_seeds(folder);
        }
    }

    /// Reads a folder in byte order; what begins with `.` or `_` is left out, and so are the simulator's seeds.
    fn read_folder(&mut self, folder: &Path, shown: &str, seen: &mut BTreeSet<PathBuf>) {
        if !folder.canonicalize().is_ok_and(|real| seen.insert(real)) {
            return;
        }
        let names = match list(folder) {
            Ok(names) => names,
            Err(error) => return self.unreadable(shown, &error),
        };
        self.find_seeds(folder);
        for name in names.iter().filter(|name| !name.starts_with(['.', '_']) && !is_seed(name)) {
            let path = folder.join(name);
            let shown = format!("{shown}/{name}");
            if path.is_dir() {
                self.read_folder(&path, &shown, seen);
            } else if name.ends_with(".yaml") || name.ends_with(".yml") {
                self.read_file(&path, &shown, seen);
            }
        }
    }

    fn read_file(&mut self, path: &Path, shown: &str, seen: &mut BTreeSet<PathBuf>) {
        if path.canonicalize().is_ok_and(|real| !seen.insert(real)) {
            return;
        }
        match read(path).map(|bytes| decode(shown, bytes)) {
            Ok(Ok(text)) => self.sources.files.push((Arc::from(shown), Arc::from(text))),
            Ok(Err(finding)) => self.findings.push(*finding),
            Err(error) => self.unreadable(shown, &error),
        }
    }

    fn find_seeds(&mut self, folder: &Path) {
        let names = list(folder).unwrap_or_default();
        for path in names.into_iter().filter(|name| is_seed(name)).map(|name| folder.join(name)) {
            if !self.seeds.contains(&path) {
                self.seeds.push(path);
            }
        }
    }

    fn unreadable(&mut self, shown: &str, error: &std::io::Error) {
        self.failed = true;
        let summary = format!("failed to read {shown}: {}", describe_io_error(error));
        self.findings.push(Finding::new(&codes::UNREADABLE_FILE, summary));
    }
}

/// The bytes of a file. A pipe that nobody writes to would be waited for without end, so it is read
/// only where the shell makes one: `-f <(command)`, `-f /dev/stdin`.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let made_by_shell = path.starts_with("/dev") || path.starts_with("/proc");
    if !fs::metadata(path)?.is_file() && !made_by_shell {
        return Err(not_a_file("a pipe, a socket or a device"));
    }
    fs::read(path)
}

fn not_a_file(what: &str) -> std::io::Error {
    std::io::Error::other(format!("it is {what}, not a file"))
}

/// The names in a folder in byte order.
fn list(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn is_seed(name: &str) -> bool {
    name == "sim.yaml" || name.ends_with(".sim.yaml")
}

/// The text of a file; `shown` is its name.
///
/// # Errors
/// The finding that says where it is not UTF-8.
pub(super) fn decode(shown: &str, bytes: Vec<u8>) -> Result<String, Box<Finding>> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Box::new(not_utf8(shown, error.as_bytes(), at))
    })
}

fn not_utf8(file: &str, bytes: &[u8], at: usize) -> Finding {
    let before = &bytes[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[begin..]).chars().count() + 1;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let place = Place { line: number(line), column: number(column), ..Place::top_of(file) };
    Finding::new(&codes::NOT_UTF8, "the file is not UTF-8").at(Some(&place))
}

/// Whether a configuration is named or found.
pub(super) fn is_there(options: &FileOptions) -> bool {
    !options.file.is_empty()
        || Path::new("spectrum.yaml").is_file()
        || Path::new("spectrum").is_dir()
}
