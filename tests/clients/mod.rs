//! The simulator under clients that nobody here wrote: Cloudflare's SDKs and its older command line, and schemathesis against our own
//! description of what is served. `.ci/run` installs them; where one is not installed its test is skipped by name, and with its name in
//! `SPECTRUMCTL_REQUIRE_CLIENTS` a skip is a failure.

mod description;
mod published;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::{Sandbox, Simulator, output_within, repository};

/// How long a client may take; each needs a few seconds.
const LONGEST: Duration = Duration::from_secs(60);

/// A folder of this module.
fn here(name: &str) -> PathBuf {
    repository().join("tests/clients").join(name)
}

/// What is installed under a name; nothing, and a line that says so, where it is not.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn installed(client: &str, path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SPECTRUMCTL_CLIENTS")
        .map_or_else(|| repository().join("target/clients"), PathBuf::from);
    let found = folder.join(path);
    if found.exists() {
        return Some(found);
    }
    let required = std::env::var("SPECTRUMCTL_REQUIRE_CLIENTS").unwrap_or_default();
    assert!(!required.split(' ').any(|name| name == client), "{client} is not installed");
    eprintln!("skipped: {client} (it is not installed: .ci/run installs it)");
    None
}

/// Starts a simulator with the seed of this folder and further arguments.
fn simulator(sandbox: &Sandbox, arguments: &[&str]) -> Simulator {
    let seed = here("seed.yaml");
    let seed = seed.to_str().expect("the path is UTF-8");
    Simulator::start(sandbox, &[&["--seed", seed], arguments].concat())
}

/// Runs a client's script against a world of its own; the script fails where an answer is another
/// than Cloudflare's pages say.
fn drive(program: &Path, script: &str, modules: &Path) {
    let sandbox = Sandbox::new();
    let faults = here("faults.yaml");
    let world = simulator(&sandbox, &["--faults", faults.to_str().expect("the path is UTF-8")]);
    let limited = simulator(&sandbox, &["--rate-limit", "3/2s"]);
    let mut command = Command::new(program);
    command
        .arg(here(script))
        .current_dir(sandbox.path(""))
        .env_remove("CLOUDFLARE_API_TOKEN")
        .env_remove("CLOUDFLARE_API_KEY")
        .env_remove("CLOUDFLARE_EMAIL")
        .env("HOME", sandbox.path(""))
        .env("NO_PROXY", "127.0.0.1")
        .env("SIMULATOR", &world.base_url)
        .env("LIMITED_SIMULATOR", &limited.base_url)
        .env("MODULES", modules)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let output = output_within(LONGEST, &mut command);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("checks of"), "{}", text(&output.stdout));
}

#[test]
fn the_python_sdk_finds_what_cloudflares_pages_say() {
    if let Some(python) = installed("python", "python/bin/python") {
        drive(&python, "python_sdk.py", Path::new(""));
    }
}

#[test]
fn the_typescript_sdk_finds_what_cloudflares_pages_say() {
    if let Some(modules) = installed("node", "node/node_modules/cloudflare") {
        let folder = modules.ancestors().nth(2).expect("the package stands in two folders");
        drive(Path::new("node"), "typescript_sdk.mjs", folder);
    }
}

#[test]
fn cli4_finds_what_cloudflares_pages_say() {
    if let Some(python) = installed("cli4", "cli4/bin/python") {
        drive(&python, "cli4_commands.py", Path::new(""));
    }
}
