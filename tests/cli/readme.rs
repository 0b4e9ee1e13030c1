//! What the README shows of the main command is what it prints.

use crate::support::{Sandbox, repository};

#[test]
fn the_readme_shows_what_the_main_command_prints() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let command = "cargo run -- -f examples/quickstart --sim apply --auto-approve";
    assert!(readme.contains(&format!("```sh\n{command}\n```\n")), "the README has the command");
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let sandbox = Sandbox::new();
    let example = repository().join("examples/quickstart");
    for entry in std::fs::read_dir(example).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name.ends_with(".yaml") {
            sandbox.write(
                &format!("examples/quickstart/{name}"),
                std::fs::read(entry.path()).unwrap(),
            );
        }
    }
    let arguments = ["-f", "examples/quickstart", "--sim", "apply", "--auto-approve"];
    let printed = sandbox.run(&arguments).ends_with(0).stdout;
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(printed.lines().any(|printed| printed == line), "{line:?} is not in\n{printed}");
    }
    let again = sandbox.run(&arguments).ends_with(0).stdout;
    let second = "No changes. 4 applications are as configured.";
    assert!(again.contains(second) && readme.contains(second), "{again}");
}
