//! What the written pipelines must and must not hold, whatever they do.

use serde_json::Value as Json;

use crate::support::{Sandbox, repository};

/// The files that `init --ci` writes, with their text.
fn written(place: &str) -> Vec<(String, String)> {
    let sandbox = Sandbox::with("version: 1\n");
    let printed = sandbox.run(&["init", "--ci", place]).ends_with(0).stdout;
    let paths = printed.lines().filter_map(|line| line.strip_prefix("Wrote ")?.strip_suffix('.'));
    paths.map(|path| (path.to_owned(), sandbox.read(path))).collect()
}

#[test]
fn every_action_is_pinned_and_nothing_is_left_to_be_edited() {
    for place in ["github", "gitlab", "forgejo"] {
        for (path, text) in written(place) {
            assert!(!text.contains('@') || !text.contains("@INSTALL@"), "{path}");
            for word in ["@URL@", "@SHA256@", "@SECRETS@", "@FILE@", "main]", "@v"] {
                assert!(!text.contains(word), "{path} holds {word}");
            }
            for line in text.lines().filter(|line| line.trim_start().starts_with("uses:")) {
                let (_, version) = line.split_once('@').expect("a version");
                let (commit, comment) = version.split_once(" # v").expect("a comment with it");
                assert!(commit.len() == 40 && comment.contains('.'), "{line}");
            }
        }
    }
}

#[test]
fn a_job_that_runs_a_change_has_no_secret_and_may_write_nothing() {
    for place in ["github", "forgejo"] {
        let (path, text) = written(place).remove(0);
        assert!(path.ends_with("spectrum-check.yml"), "{path}");
        assert!(!text.contains("secrets.") && !text.contains("github.token"), "{path}");
        let permissions = text.lines().filter(|line| line.contains(": write")).count();
        assert_eq!(permissions, 0, "{path}");
    }
    let (_, text) = written("gitlab").remove(0);
    let pipeline: Json = serde_yaml::from_str(&text).unwrap();
    assert_eq!(pipeline["spectrum check"]["environment"], Json::Null);
    for (name, job) in
        pipeline.as_object().unwrap().iter().filter(|(_, job)| job.get("script").is_some())
    {
        let rules = job["rules"].to_string();
        let is_of_change = rules.contains("merge_request_event");
        assert_eq!(is_of_change, name == "spectrum check", "{name}: {rules}");
        assert!(
            is_of_change
                || rules.matches("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH").count()
                    == job["rules"].as_array().unwrap().len()
        );
    }
}

#[test]
fn what_a_pipeline_is_given_stands_in_it() {
    let sandbox = Sandbox::new();
    let checksum = "ab".repeat(32);
    let arguments = |url: &'static str, sum: &'static str| {
        ["-f", "edge/spectrum.yaml", "init", "--ci", "github", "--archive", url, "--sha256", sum]
    };
    let sum: &'static str = Box::leak(checksum.clone().into_boxed_str());
    for (url, sum) in [
        ("http://plain.example/a", sum),
        ("https://a.example/\"x", sum),
        ("https://a.example/", "12"),
    ] {
        sandbox.run(&arguments(url, sum)).ends_with(64);
    }
    sandbox.run(&arguments("https://a.example/archive", sum)).ends_with(0);
    let text = sandbox.read(".github/workflows/spectrum-check.yml");
    assert!(
        text.contains("SPECTRUMCTL_URL: \"https://a.example/archive\"") && text.contains(&checksum)
    );
    assert!(text.contains("\"$RUNNER_TEMP/spectrumctl\" -f edge/spectrum.yaml validate"), "{text}");
    sandbox.run(&["-f", "a b.yaml", "init", "--ci", "gitlab"]).ends_with(64);
}

#[test]
fn the_action_installs_as_the_pipelines_do() {
    let text = std::fs::read_to_string(repository().join("action.yml")).unwrap();
    let action: Json = serde_yaml::from_str(&text).unwrap();
    let steps = action["runs"]["steps"].as_array().unwrap();
    let install =
        std::fs::read_to_string(repository().join("src/cli/init/templates/install.sh")).unwrap();
    assert!(steps[0]["run"].as_str().unwrap().starts_with(install.trim_end()), "{text}");
}

/// The text of every Rust file below a folder.
fn sources(folder: &std::path::Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| match path.extension() {
        _ if path.is_dir() => sources(&path),
        Some(extension) if extension == "rs" => std::fs::read_to_string(path).unwrap(),
        _ => String::new(),
    };
    entries.map(read).collect()
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let page = std::fs::read_to_string(repository().join("SECURITY.md")).unwrap();
    let all = sources(&repository().join("tests")) + &sources(&repository().join("src"));
    let words = page.split('`').skip(1).step_by(2);
    let is_test = |word: &&str| {
        word.matches('_').count() > 2
            && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
    };
    let named: Vec<&str> = words.filter(is_test).collect();
    assert!(named.len() > 15, "the page names its tests: {named:?}");
    for name in named {
        assert!(all.contains(&format!("fn {name}(")), "SECURITY.md names {name}, which is no test");
    }
}
