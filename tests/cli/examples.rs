//! Every folder under `examples/`, through the real binary and its simulator: created, found unchanged, one field changed, deleted
//! behind the tool's back and created again.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::example_edits::{EDITS, StateChange};
use crate::support::{Sandbox, Simulator, copy_folder, folders, repository};

/// An example in a folder of its own, where each command works on it.
struct Example {
    sandbox: Sandbox,
    name: &'static str,
}

impl Example {
    fn of(name: &'static str) -> Self {
        let sandbox = Sandbox::new();
        copy_folder(&repository().join("examples").join(name), &sandbox.path(name));
        Example { sandbox, name }
    }

    fn plan(&self) -> Json {
        let (code, plan) =
            self.sandbox.json(&["-f", self.name, "--sim", "plan", "--detailed-exitcode"]);
        let changes = plan["changes"].as_array().expect("a plan lists its changes").len();
        assert_eq!(code, if changes == 0 { 0 } else { 2 }, "{}: {plan:#}", self.name);
        assert_eq!(
            (&plan["complete"], &plan["simulated"]),
            (&json!(true), &json!(true)),
            "{}: {plan:#}",
            self.name
        );
        plan
    }

    fn apply(&self) {
        self.sandbox.run(&["-f", self.name, "--sim", "apply", "--auto-approve"]).ends_with(0);
    }

    fn assert_nothing_to_do(&self) {
        assert_eq!(self.plan()["changes"], json!([]), "{}", self.name);
        let text = self.sandbox.run(&["-f", self.name, "--sim", "plan"]).ends_with(0).stdout;
        assert!(text.contains("No changes"), "{text}");
    }

    /// Deletes an application in the world that the simulator has kept, without a word to the tool.
    fn delete_behind_the_back(&self, app_id: &str, zone_id: &str) {
        let world = format!("{}/state/sim/world.json", self.name);
        let simulator = Simulator::start(&self.sandbox, &["--world", &world]);
        simulator.must("DELETE", &format!("/zones/{zone_id}/spectrum/apps/{app_id}"), None);
    }
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_else(|| panic!("no {key} in {json:#}"))
}

/// The one change of a plan.
fn only_change(plan: &Json) -> &Json {
    let [change] = plan["changes"].as_array().expect("a list").as_slice() else {
        panic!("one change and no other: {plan:#}")
    };
    change
}

fn is_created_and_then_unchanged(example: &Example) {
    let plan = example.plan();
    let changes = plan["changes"].as_array().expect("a list");
    assert!(!changes.is_empty(), "{} holds an application", example.name);
    for change in changes {
        assert_eq!(
            (text(change, "action"), text(change, "reason")),
            ("create", "not_found"),
            "{}",
            example.name
        );
    }
    example.apply();
    example.assert_nothing_to_do();
}

/// Where one application was changed, nothing else changes; where rows share what was changed, they change in the same field and no other.
fn shows_exactly_the_changed_field(example: &Example, edit: &StateChange) {
    example.sandbox.edit(&format!("{}/{}", edit.example, edit.file), edit.from, edit.to);
    let plan = example.plan();
    let changes = plan["changes"].as_array().expect("a list");
    let template: String = edit.address.split('/').take(2).collect::<Vec<_>>().join("/");
    for change in changes {
        let address = text(change, "address");
        let is_row = address.starts_with(&format!("{template}/"));
        assert!(address == edit.address || is_row, "{}: {plan:#}", example.name);
        let [field] = change["fields"].as_array().expect("a list").as_slice() else {
            panic!("one field and no other: {plan:#}")
        };
        let shown = json!([
            change["action"],
            change["reason"],
            field["path"],
            field["cause"],
            field["forces_replace"]
        ]);
        assert_eq!(shown, json!(["update", "differs", edit.path, "config", false]), "{plan:#}");
    }
    let changed = changes.iter().find(|change| change["address"] == edit.address);
    let field =
        &changed.unwrap_or_else(|| panic!("{} changes: {plan:#}", edit.address))["fields"][0];
    let shown = (&field["before"], &field["after"]);
    assert_eq!(shown, (&(edit.before)(), &(edit.after)()), "{}", example.name);
    example.apply();
    example.assert_nothing_to_do();
}

fn is_created_again_after_a_deletion_outside(example: &Example, edit: &StateChange) {
    let world: Json = serde_json::from_str(
        &example.sandbox.read(&format!("{}/state/sim/world.json", example.name)),
    )
    .unwrap();
    let state: Json = serde_json::from_str(
        &example.sandbox.read(&format!("{}/state/sim/state.json", example.name)),
    )
    .unwrap();
    let recorded = &state["apps"][edit.address];
    assert!(world["apps"][text(recorded, "id")].is_object(), "what is recorded is in the world");
    example.delete_behind_the_back(text(recorded, "id"), text(recorded, "zone_id"));
    let plan = example.plan();
    let change = only_change(&plan);
    assert_eq!(
        (text(change, "address"), text(change, "action"), text(change, "reason")),
        (edit.address, "create", "deleted_outside")
    );
    example.apply();
    example.assert_nothing_to_do();
}

#[test]
fn every_example_has_a_change_to_try() {
    let folders = folders(&repository().join("examples"));
    let names: Vec<_> = folders
        .iter()
        .filter_map(|path: &std::path::PathBuf| Path::file_name(path)?.to_str())
        .collect();
    assert_eq!(names, EDITS.iter().map(|edit| edit.example).collect::<Vec<_>>());
}

#[test]
fn every_example_is_created_changed_and_created_again() {
    for edit in &EDITS {
        let example = Example::of(edit.example);
        is_created_and_then_unchanged(&example);
        shows_exactly_the_changed_field(&example, edit);
        is_created_again_after_a_deletion_outside(&example, edit);
    }
}

#[test]
fn every_example_is_valid_and_in_its_readme() {
    for edit in &EDITS {
        let example = Example::of(edit.example);
        let (code, findings) = example.sandbox.json(&["-f", edit.example, "validate", "--strict"]);
        assert_eq!((code, &findings["findings"]), (0, &json!([])), "{}", edit.example);
        let readme = example.sandbox.read(&format!("{}/README.md", edit.example));
        assert!(
            readme.contains(&format!("-f examples/{} --sim plan", edit.example)),
            "the README of {} says how to plan it",
            edit.example
        );
    }
}

/// The lines of a text that say something.
fn lines(text: &str) -> usize {
    let says = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    text.lines().filter(says).count()
}

#[test]
fn every_example_written_out_is_canonical() {
    for edit in &EDITS {
        let example = Example::of(edit.example);
        let run = |arguments: &[&str]| example.sandbox.run(arguments).ends_with(0).stdout;
        run(&["-f", example.name, "fmt", "--check"]);
        example.sandbox.write("expanded.yaml", run(&["-f", example.name, "show", "--expand"]));
        run(&["-f", "expanded.yaml", "fmt", "--check"]);
    }
}

#[test]
fn what_is_said_once_takes_fewer_lines_than_in_terraform() {
    let mut compared = 0;
    for folder in folders(&repository().join("examples")) {
        let read = |name: &str| std::fs::read_to_string(folder.join(name));
        let Ok(terraform) = read("main.tf") else { continue };
        let (theirs, ours) = (lines(&terraform), lines(&read("spectrum.yaml").unwrap()));
        assert!(ours < theirs, "{}: {ours} lines here, {theirs} there", folder.display());
        let said = format!("{theirs} lines in Terraform ([main.tf](main.tf)), {ours} here");
        assert!(read("README.md").unwrap().contains(&said), "{}: {said}", folder.display());
        compared += 1;
    }
    assert_eq!(compared, 5);
}

/// With `UPDATE=1` in the environment the plan in a README is written anew.
#[test]
fn every_readme_shows_the_plan_as_it_is_printed() {
    let sandbox = Sandbox::new();
    copy_folder(&repository().join("examples"), &sandbox.path("examples"));
    let mut differing = Vec::new();
    for edit in &EDITS {
        let folder = format!("examples/{}", edit.example);
        let plan = sandbox.run(&["-f", &folder, "--sim", "plan"]).ends_with(0).stdout;
        let (path, plan) = (repository().join(&folder).join("README.md"), plan.trim_end());
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("Spectrum plan, SIMULATED").expect("it shows a plan");
        let (_, after) = rest.split_once("\n```").expect("the plan ends");
        let right = format!("{before}{plan}\n```{after}");
        if right != text && std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            std::fs::write(&path, right).unwrap();
        } else if right != text {
            differing.push(format!("{folder}/README.md does not show\n{plan}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
