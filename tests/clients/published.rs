//! Reports against the schemas that others have published: SARIF 2.1.0 (the copy in Microsoft's package `@microsoft/jest-sarif`) and
//! JUnit (the schema of Jenkins' xUnit plugin, `junit-10.xsd`, of which pytest's source distribution has a copy).

use std::process::Command;

use serde_json::Value as Json;

use super::{LONGEST, installed};
use crate::support::{ONE_APP, Sandbox, output_within, repository};

/// Prints what is wrong with an XML file by a schema.
const CHECK: &str = "import sys, xmlschema\n\
                     for error in xmlschema.XMLSchema(sys.argv[1]).iter_errors(sys.argv[2]):\n\
                     \u{20}   print(error.path, error.reason)";

/// A configuration of many mistakes, and one that can be applied.
fn sandboxes() -> [Sandbox; 2] {
    let mistakes = repository().join("tests/config/many_mistakes.yaml");
    let wrong = Sandbox::with(&std::fs::read_to_string(mistakes).unwrap());
    let right = Sandbox::with(ONE_APP);
    right.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    [wrong, right]
}

/// What commands print in a format, each with its name.
fn reports(format: &str) -> Vec<(String, String)> {
    let commands: [&[&str]; 3] = [&["validate"], &["--sim", "plan"], &["--sim", "drift"]];
    let mut found = Vec::new();
    for sandbox in sandboxes() {
        for command in commands {
            let ran = sandbox.run(&[command, &["--format", format]].concat());
            assert!(!ran.stdout.is_empty(), "{command:?}: {}", ran.all());
            found.push((command.join(" "), ran.stdout));
        }
    }
    found
}

#[test]
fn sarif_is_valid_by_the_published_schema() {
    let Some(path) = installed("schemas", "schemas/sarif-2.1.0.json") else { return };
    let mut schema: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    // The copy has a pattern of languages that is no regular expression; no report here names one.
    for definition in schema["definitions"].as_object_mut().unwrap().values_mut() {
        if let Some(language) = definition.pointer_mut("/properties/language") {
            language.as_object_mut().unwrap().remove("pattern");
        }
    }
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    for (command, text) in reports("sarif") {
        let report: Json = serde_json::from_str(&text).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{command}: {wrong:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})));
}

#[test]
fn junit_is_valid_by_the_published_schema() {
    let Some(schema) = installed("schemas", "schemas/junit-10.xsd") else { return };
    let Some(python) = installed("schemas", "xmlschema/bin/python") else { return };
    let sandbox = Sandbox::new();
    let check = |text: &str| {
        sandbox.write("report.xml", text);
        let mut command = Command::new(&python);
        command.args(["-c", CHECK]).arg(&schema).arg(sandbox.path("report.xml"));
        let output = output_within(LONGEST, &mut command);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for (command, text) in reports("junit") {
        assert_eq!(check(&text), "", "{command}");
    }
    assert_ne!(check("<testsuites colour=\"red\"/>"), "");
}
