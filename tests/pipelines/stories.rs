//! What happens to a repository with a pipeline of ours: pull requests, merges, forks, failures.

use serde_json::json;
use spectrumctl::forge::Kind;

use super::steps::{KINDS, STATE, configuration, repository};

#[test]
fn from_an_empty_repository_to_two_applied_pull_requests() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.propose(1, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
        repository.check(1).ends_with(0);
        let planned = repository.plan(1).ends_with(0);
        let comment = repository.comment(1, "plan");
        assert!(comment.contains("create") && comment.contains("a2201.example.com"), "{comment}");
        assert_eq!(repository.live(), Vec::<String>::new(), "a plan changes nothing");
        assert_eq!(repository.files(STATE), None, "a plan stores nothing");
        let status = repository.forge.held().statuses.last().cloned().unwrap();
        assert_eq!(
            (status.1.as_str(), status.3.as_str()),
            ("success", "1 change; see the comment.")
        );
        if kind != Kind::Gitlab {
            let outputs = &planned.outputs;
            assert_eq!((outputs["changes"].as_str(), outputs["deletes"].as_str()), ("1", "0"));
            assert_eq!((outputs["outages"].as_str(), outputs["exit-code"].as_str()), ("0", "0"));
            assert!(
                comment.contains(&outputs["digest"]) && planned.summary.contains("Spectrum plan")
            );
        }
        repository.merge(1);
        repository.apply().ends_with(0);
        assert_eq!(repository.live(), ["a2201.example.com"], "{kind:?}");
        let files = repository.files(STATE).expect("the first apply creates the branch");
        assert!(
            files.contains(&"state.json".to_owned()) && !files.contains(&"lock.json".to_owned())
        );
        assert!(repository.comment(1, "apply").contains("1 done"));
        repository.propose(2, "acme", |here| {
            here.write("spectrum.yaml", &configuration(&[2201, 2202]));
        });
        repository.plan(2).ends_with(0);
        assert!(!repository.comment(2, "plan").contains("a2201.example.com"), "it is as it was");
        repository.merge(2);
        repository.apply().ends_with(0);
        assert_eq!(repository.live(), ["a2201.example.com", "a2202.example.com"]);
        assert_eq!(repository.commits(STATE), 2);
        repository.apply().ends_with(0);
        assert_eq!(repository.commits(STATE), 2, "an apply without changes stores nothing");
    }
}

#[test]
fn a_change_that_cannot_be_planned_fails_and_its_comment_says_why() {
    for kind in KINDS {
        let repository = repository(kind);
        let broken = configuration(&[2201]).replace("protocol: tcp/2201", "protocl: tcp/2201");
        repository.propose(1, "acme", |here| here.write("spectrum.yaml", &broken));
        let checked = repository.check(1).ends_with(3);
        assert!(checked.log.contains("protocl"), "{}", checked.log);
        let planned = repository.plan(1).ends_with(3);
        assert!(planned.log.contains("protocl"), "the log is never empty: {}", planned.log);
        let comment = repository.comment(1, "plan");
        assert!(comment.contains("unknown-key") && !comment.contains("\"digest\""), "{comment}");
        let status = repository.forge.held().statuses.last().cloned().unwrap();
        assert!(status.1.starts_with("fail"), "{status:?}");
        repository.merge(1);
        repository.apply().ends_with(3);
        assert_eq!(repository.files(STATE), None);
    }
}

#[test]
fn a_fork_is_planned_as_data_and_no_link_of_it_is_followed() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.propose(1, "fork", |here| here.write("spectrum.yaml", &configuration(&[2201])));
        repository.check(1).ends_with(0);
        repository.plan(1).ends_with(0);
        assert!(repository.comment(1, "plan").contains("a2201.example.com"));
        let secret = repository.fresh("secret").join("secret.yaml");
        std::fs::write(&secret, "the-secret-of-the-runner: 1\n").unwrap();
        repository.propose(2, "fork", |here| {
            let path = here.author().join("spectrum.yaml");
            std::fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink(&secret, &path).unwrap();
        });
        let planned = repository.plan(2).ends_with(3);
        let everything = format!("{}{}", planned.log, repository.comment(2, "plan"));
        assert!(everything.contains("spectrum.yaml is a symbolic link"), "{everything}");
        assert!(!everything.contains("the-secret-of-the-runner"), "{everything}");
    }
}

#[test]
fn what_has_moved_since_the_comment_is_shown_and_not_applied() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.land(1, &[2201]);
        repository.apply().ends_with(0);
        repository.land(2, &[2201, 2202]);
        repository.change_outside(2201, &json!({"tls": "full"}));
        let stopped = repository.apply().ends_with(5);
        assert_eq!(repository.live(), ["a2201.example.com"], "nothing is applied");
        let comment = repository.comment(2, "apply");
        for text in [&stopped.log, &comment] {
            assert!(text.contains("example.com/app-2201"), "it names what moved: {text}");
        }
        let digest = comment.split("digest sha256:").nth(1).unwrap();
        let digest: String = digest.chars().take_while(char::is_ascii_hexdigit).collect();
        repository.apply_by_hand("sha256:0000").ends_with(5);
        repository.apply_by_hand(&format!("sha256:{digest}")).ends_with(0);
        assert_eq!(repository.live(), ["a2201.example.com", "a2202.example.com"]);
    }
}

#[test]
fn a_push_that_nobody_reviewed_is_not_applied() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.write("spectrum.yaml", &configuration(&[2201]));
        repository.push_trunk("without a review");
        let stopped = repository.apply().ends_with(5);
        assert!(stopped.log.contains("No plan of this commit was shown"), "{}", stopped.log);
        repository.propose(2, "acme", |here| here.write("spectrum.yaml", &configuration(&[2202])));
        repository.plan(2).ends_with(0);
        let forged = repository.comment(2, "plan");
        repository.forge.held().comments.clear();
        repository.forge.comment(2, "mallory", &forged);
        repository.merge(2);
        repository.apply().ends_with(5);
        assert_eq!(repository.live(), Vec::<String>::new(), "a comment of somebody else is none");
    }
}

#[test]
fn a_plan_of_an_earlier_push_is_not_an_approval() {
    let repository = repository(Kind::Github);
    repository.propose(1, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
    repository.plan(1).ends_with(0);
    repository.forge.held().pulls.clear();
    repository.propose(1, "acme", |here| {
        here.write("spectrum.yaml", &configuration(&[2201]));
        here.write("README.md", "pushed after the plan\n");
    });
    repository.merge(1);
    repository.apply().ends_with(5);
}

#[test]
fn a_proposal_that_conflicts_or_was_pushed_to_is_not_planned() {
    let repository = repository(Kind::Github);
    repository.propose(1, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
    repository.propose(2, "acme", |here| here.write("spectrum.yaml", &configuration(&[2202])));
    repository.merge(1);
    let planned = repository.plan(2).ends_with(3);
    assert!(planned.log.contains("conflicts with branch trunk"), "{}", planned.log);
    repository.forge.held().pulls.retain(|pull| pull.number != 2);
    repository.forge.open(2, "change-2", &"b".repeat(40));
    let planned = repository.plan(2);
    assert_ne!(planned.code, 0);
    assert!(planned.log.contains("was pushed to since"), "{}", planned.log);
}

#[test]
fn a_change_of_something_else_gets_no_comment_and_a_comment_stays_true() {
    let repository = repository(Kind::Github);
    repository.propose(1, "acme", |here| here.write("notes.txt", "nothing of Spectrum\n"));
    repository.plan(1).ends_with(0);
    assert_eq!(repository.forge.comments(1), []);
    repository.propose(2, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
    repository.plan(2).ends_with(0);
    repository.forge.held().pulls.retain(|pull| pull.number != 2);
    repository.propose(2, "acme", |here| here.write("notes.txt", "the change was taken back\n"));
    repository.plan(2).ends_with(0);
    assert!(!repository.comment(2, "plan").contains("a2201.example.com"));
    repository.merge(1);
    repository.apply().ends_with(0);
}

#[test]
fn a_sealed_comment_that_was_edited_approves_nothing() {
    let repository = repository(Kind::Github);
    repository.propose(1, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
    repository.plan(1).ends_with(0);
    let edited = repository.comment(1, "plan").replace("a2201.example.com", "harmless.example.com");
    repository.forge.held().comments[0].body = edited;
    repository.merge(1);
    let stopped = repository.apply().ends_with(5);
    assert!(stopped.log.contains("was edited"), "{}", stopped.log);
    assert_eq!(repository.live(), Vec::<String>::new());
}

#[test]
fn an_older_commit_is_never_applied_whatever_is_planned() {
    let repository = repository(Kind::Github);
    let workflow = ".github/workflows/spectrum.yml";
    let text = std::fs::read_to_string(repository.author().join(workflow)).unwrap();
    repository.write(workflow, &text.replace("ci apply", "ci apply --when-changed apply"));
    repository.write("spectrum.yaml", &configuration(&[2201]));
    let older = repository.push_trunk("older");
    repository.write("spectrum.yaml", &configuration(&[2202]));
    let newest = repository.push_trunk("newest");
    let stopped = repository.apply_at(&older).ends_with(5);
    assert!(stopped.log.contains("was merged since"), "{}", stopped.log);
    assert_eq!(repository.live(), Vec::<String>::new());
    repository.apply_at(&newest).ends_with(0);
    assert_eq!(repository.live(), ["a2202.example.com"]);
}
