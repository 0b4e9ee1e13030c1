//! The help: short enough for a screen, only what a command uses, and every example runs.

use std::path::Path;
use std::process::Command;

use super::Room;
use crate::support::{Sandbox, Simulator};

/// Every command that has a page.
const COMMANDS: [&str; 32] = [
    "init",
    "validate",
    "plan",
    "apply",
    "destroy",
    "drift",
    "import",
    "export",
    "migrate terraform",
    "show",
    "doctor",
    "explain",
    "fmt",
    "schema",
    "sim",
    "completions",
    "man",
    "version",
    "ci plan",
    "ci apply",
    "ci drift",
    "state list",
    "state show",
    "state mv",
    "state rm",
    "state pull",
    "state push",
    "state history",
    "state rollback",
    "state rebuild",
    "state unlock",
    "state forget-learned",
];

/// A live application that nobody manages, in the simulator of the examples.
const SEED: &str = r#"zones: [{name: example.com}]
apps:
  - zone: example.com
    id: 0123456789abcdef0123456789abcdef
    protocol: tcp/25
    dns: {type: CNAME, name: mail.example.com}
    origin_direct: ["tcp://192.0.2.5:25"]
"#;

fn printed(arguments: &[&str]) -> String {
    let mut sandbox = Sandbox::new();
    sandbox.set("COLUMNS", "80");
    let ran = sandbox.run(arguments).ends_with(0);
    assert_eq!(ran.stderr, "");
    ran.stdout
}

fn page(command: &str, flag: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().chain([flag]).collect();
    printed(&words)
}

/// The examples of a page.
fn examples(page: &str) -> Vec<String> {
    let lines = page.lines().skip_while(|line| *line != "Examples:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    lines.map(|line| line.split("  # ").next().unwrap().trim().to_owned()).collect()
}

/// The entries of a section, by their first word.
fn entries(page: &str, section: &str) -> Vec<String> {
    let lines = page.lines().skip_while(|line| *line != section).skip(1);
    // What is indented by more is the rest of a text.
    let lines = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn a_page_fits_on_a_screen_and_a_half_and_the_short_one_on_one() {
    let mut long = Vec::new();
    for command in COMMANDS.iter().copied().chain(["", "state", "ci", "migrate"]) {
        for (flag, most) in [("--help", 75), ("-h", 50)] {
            let page = page(command, flag);
            let (lines, wide) = (
                page.lines().count(),
                page.lines().filter(|line| line.chars().count() > 80).count(),
            );
            if lines > most || wide > 0 {
                long.push(format!("{command} {flag}: {lines} lines, {wide} too wide"));
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn the_list_of_commands_is_whole() {
    let mut missing = Vec::new();
    for parent in ["", "state", "ci", "migrate"] {
        for name in entries(&page(parent, "--help"), "Commands:") {
            let path = format!("{parent} {name}");
            let is_known = COMMANDS.contains(&path.trim())
                || ["help", "state", "ci", "migrate"].contains(&name.as_str());
            if !is_known {
                missing.push(path);
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "a command without a page");
}

#[test]
fn only_options_that_a_command_uses_are_listed_in_groups() {
    let plan = page("plan", "--help");
    let headings = ["Options:", "Selection:", "Connection:", "Guards:", "Output:", "Global:"];
    let places: Vec<_> =
        headings.iter().map(|heading| plan.find(&format!("\n{heading}\n"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{plan}");
    for (command, option) in [
        ("validate", "--target"),
        ("fmt", "--sim"),
        ("explain", "--max-deletes"),
        ("schema", "--file"),
        ("import", "--format"),
        ("sim", "--state "),
        ("state list", "--allow"),
        ("", "--target"),
        ("validate", "--state "),
        ("validate", "--rate-limit"),
        ("destroy", "--restore"),
        ("destroy", "--refresh-only"),
        ("destroy", "PLANFILE"),
        ("state list", "--lock-timeout"),
        ("state show", "--lock-timeout"),
        ("state pull", "--lock-timeout"),
        ("state history", "--lock-timeout"),
        ("state unlock", "--lock-timeout"),
    ] {
        let page = page(command, "--help");
        assert!(!page.contains(option), "{command} does not use {option}:\n{page}");
    }
    assert!(page("plan", "-h").contains("--target"));
    assert!(!page("plan", "-h").contains("--ca-file") && plan.contains("--ca-file"));
}

#[test]
fn options_that_a_command_does_not_use_are_refused() {
    let room = Room::new();
    for words in [
        &["validate", "--state", "elsewhere"][..],
        &["validate", "--rate-limit", "5/5m"],
        &["state", "list", "--lock-timeout", "5s"],
        &["state", "history", "--lock-timeout", "5s"],
        &["--sim", "export", "--format", "json"],
        &["--sim", "import", "--all", "--format", "json"],
    ] {
        let refused = room.refused(64, words);
        assert!(refused.contains("; leave it out"), "{words:?}: {refused}");
    }
    assert!(page("state mv", "--help").contains("--lock-timeout"));
}

#[test]
fn every_page_has_two_examples_and_its_exit_codes() {
    for command in COMMANDS {
        let page = page(command, "--help");
        assert_eq!(examples(&page).len(), 2, "{command}:\n{page}");
        assert!(page.contains("\nExit codes:\n  0 done, "), "{command}:\n{page}");
        let longest = examples(&page).iter().map(String::len).max();
        assert!(longest > Some(10), "{page}");
    }
}

#[test]
fn the_formats_of_a_page_are_those_that_the_command_takes() {
    let formats = ["human", "json", "markdown", "sarif", "github", "junit", "concise"];
    for command in
        ["validate", "plan", "apply", "drift", "doctor", "explain", "state list", "state pull"]
    {
        let listed = entries(&page(command, "--help"), "Formats:");
        let room = Room::new();
        for format in formats {
            let more: &[&str] = match command {
                "explain" => &["11004"],
                "apply" => &["--auto-approve"],
                _ => &[],
            };
            let sim: &[&str] = if command == "explain" { &[] } else { &["--sim"] };
            let words: Vec<&str> = sim
                .iter()
                .copied()
                .chain(command.split(' '))
                .chain(more.iter().copied())
                .chain(["--format", format])
                .collect();
            let is_taken = room.sandbox.run(&words).code != 64;
            assert_eq!(is_taken, listed.iter().any(|one| one == format), "{words:?}: {listed:?}");
        }
    }
}

/// A folder in which an example runs: with the configuration that `init` writes, and a simulator reached by its address.
struct Stage {
    sandbox: Sandbox,
    simulator: Simulator,
}

impl Stage {
    fn new() -> Stage {
        let mut sandbox = Sandbox::new();
        sandbox.write("seed/one.sim.yaml", SEED);
        let seed = sandbox.path("seed/one.sim.yaml").display().to_string();
        let simulator = Simulator::start(&sandbox, &["--rate-limit", "none", "--seed", &seed]);
        sandbox.connect(&simulator.base_url);
        Stage { sandbox, simulator }
    }

    /// Runs a line as a person types it, and gives its exit code and what it printed.
    fn line(&self, line: &str) -> (i32, String) {
        let binary = Path::new(env!("CARGO_BIN_EXE_spectrumctl")).parent().unwrap();
        let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(self.sandbox.path(""))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.sandbox.path(""))
            .env("CLOUDFLARE_BASE_URL", &self.simulator.base_url)
            .env("CLOUDFLARE_API_TOKEN", "a-token-of-the-tests")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
    }

    #[track_caller]
    fn done(&self, line: &str) {
        let (code, text) = self.line(line);
        assert_eq!(code, 0, "{line}\n{text}");
    }
}

/// What is done before an example, and how the example ends.
fn before(example: &str) -> (&'static [&'static str], i32) {
    let word = |word: &str| example.contains(word);
    match example {
        _ if word(" ci ") => (&[], 1),
        _ if word("state unlock") => (&[], 1),
        _ if word("spectrumctl init") || word("explain") || word("schema") || word("man ") => {
            (&[], 0)
        }
        _ if word("completions") || word("version") => (&[], 0),
        _ if word("migrate") => (
            &[
                "printf '{\"format_version\":\"1.0\",\"values\":{\"root_module\":{\"resources\":[]}}}' > terraform.json",
            ],
            0,
        ),
        _ if word("apply plan.json") => {
            (&["spectrumctl init", "spectrumctl plan --out plan.json"], 0)
        }
        _ if word("state push state.json") => (
            &[
                "spectrumctl init",
                "spectrumctl apply --auto-approve",
                "spectrumctl state pull > state.json",
            ],
            0,
        ),
        _ if word("state rollback") => (
            &[
                "spectrumctl init",
                "spectrumctl apply --auto-approve",
                "spectrumctl state rm example.com/ssh",
            ],
            0,
        ),
        _ if word("state rebuild") && !word("--force") => {
            (&["spectrumctl init", "spectrumctl apply --auto-approve", "rm -r state"], 0)
        }
        _ if word("destroy") && !word("--sim") => {
            (&["spectrumctl init", "spectrumctl apply --auto-approve"], 0)
        }
        _ if word("drift") => (&["spectrumctl init", "spectrumctl apply --auto-approve"], 0),
        _ if word("import example.com/mail") => (
            &[
                "spectrumctl init",
                "printf '      mail:\n        protocol: tcp/25\n        dns: {type: CNAME, name: mail.example.com}\n        origin_direct: [\"tcp://192.0.2.5:25\"]\n' >> spectrum.yaml",
            ],
            0,
        ),
        _ if word("state") || word("show example.com") => {
            (&["spectrumctl init", "spectrumctl apply --auto-approve"], 0)
        }
        _ if word("fmt --diff") || word("validate") || word("fmt -") => (&["spectrumctl init"], 0),
        _ => (&["spectrumctl init"], 0),
    }
}

#[test]
fn every_example_runs() {
    let mut wrong = Vec::new();
    for command in COMMANDS.iter().copied().chain([""]).filter(|command| *command != "sim") {
        for example in examples(&page(command, "--help")) {
            let stage = Stage::new();
            let (steps, expected) = before(&example);
            steps.iter().for_each(|step| stage.done(step));
            let (code, text) = stage.line(&example);
            if code != expected || text.contains("For more information, try") {
                wrong.push(format!("{example}: exit {code}, not {expected}\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_of_an_empty_folder_ends_with_an_answer() {
    for command in COMMANDS.iter().copied().filter(|command| *command != "sim") {
        for example in examples(&page(command, "--help")) {
            let stage = Stage::new();
            let (code, text) = stage.line(&example);
            let is_understood =
                !text.contains("For more information, try") && !text.contains("panicked");
            assert!(
                is_understood && ((0..=7).contains(&code) || text.starts_with("error: ")),
                "{example}: {code}\n{text}"
            );
        }
    }
}

#[test]
fn the_simulator_of_the_examples_listens() {
    for example in examples(&page("sim", "--help")) {
        let sandbox = Sandbox::new();
        let arguments: Vec<&str> = example.split(' ').skip(2).collect();
        let simulator = Simulator::start(&sandbox, &arguments);
        assert_eq!(simulator.send("GET", "/zones", None).0, 200, "{example}");
    }
}

#[test]
fn help_of_a_command_is_its_page() {
    assert_eq!(printed(&["help", "plan"]), page("plan", "--help"));
    assert_eq!(printed(&["help", "state", "list"]), page("state list", "--help"));
}

#[test]
fn every_command_has_a_manual_page_with_its_sections() {
    let sandbox = Sandbox::new();
    sandbox.run(&["man", "--out", "man1"]).ends_with(0);
    for command in COMMANDS {
        let name = format!("man1/spectrumctl-{}.1", command.replace(' ', "-"));
        let page = sandbox.read(&name);
        for section in ["NAME", "SYNOPSIS", "EXAMPLES", "\"EXIT STATUS\""] {
            assert!(page.contains(&format!(".SH {section}\n")), "{name} lacks {section}:\n{page}");
        }
        let words: Vec<&str> = ["man"].into_iter().chain(command.split(' ')).collect();
        assert_eq!(sandbox.run(&words).ends_with(0).stdout, page);
    }
    let plan = sandbox.read("man1/spectrumctl-plan.1");
    for text in [".SH ENVIRONMENT\n", "CLOUDFLARE_API_TOKEN", ".SH FORMATS\n", ".SH SELECTION\n"] {
        assert!(plan.contains(text), "{text}:\n{plan}");
    }
    assert!(sandbox.read("man1/spectrumctl.1").contains(".SH EXAMPLES\n"));
    let unknown = sandbox.run(&["man", "nothing"]).ends_with(64);
    assert!(unknown.stderr.contains("there is no command nothing"), "{}", unknown.stderr);
}
