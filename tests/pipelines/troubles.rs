//! Lost states, drift, and what must not be seen or installed, in a repository with a pipeline of ours.

use serde_json::json;
use spectrumctl::forge::Kind;

use super::repository::{Repository, TRUNK, git, script};
use super::steps::{KINDS, STATE, begun, configuration, repository};

#[test]
fn origins_are_hidden_where_everybody_may_read() {
    let repository = repository(Kind::Github);
    repository.propose(1, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
    let private = repository.plan(1).ends_with(0);
    assert!(
        private.log.contains("192.0.2.1") && repository.comment(1, "plan").contains("192.0.2.1")
    );
    for is_private in [json!(false), json!(null)] {
        let planned =
            repository.plan_in(1, json!({"default_branch": TRUNK, "private": is_private}));
        let planned = planned.ends_with(0);
        let everything =
            format!("{}{}{}", planned.log, planned.summary, repository.comment(1, "plan"));
        assert!(everything.contains("a2201.example.com"), "{everything}");
        assert!(!everything.contains("192.0.2.1"), "{everything}");
    }
}

#[test]
fn what_is_given_to_a_pipeline_is_checked_before_it_is_run() {
    let repository = repository(Kind::Github);
    repository.propose(1, "acme", |here| here.write("spectrum.yaml", &configuration(&[2201])));
    std::fs::write(repository.fakes().join("archive"), "something else").unwrap();
    let checked = repository.check(1);
    assert_ne!(checked.code, 0);
    assert!(
        checked.log.contains("FAILED") && !checked.log.contains("spectrumctl 0"),
        "{}",
        checked.log
    );
}

#[test]
fn a_state_that_is_not_stored_fails_the_job() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.land(1, &[2201]);
        let hook = repository.bare().join("hooks/pre-receive");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        script(&hook, "echo 'the branch is protected' >&2; exit 1");
        let failed = repository.apply().ends_with(1);
        assert!(failed.log.contains("state was not stored"), "{}", failed.log);
        assert!(repository.comment(1, "apply").contains("state was not stored"));
        std::fs::remove_file(&hook).unwrap();
        repository.apply().ends_with(0);
        assert_eq!(repository.live(), ["a2201.example.com"], "the next apply finds what was done");
    }
}

#[test]
fn a_machine_that_dies_leaves_what_it_had_begun() {
    // The second create is taken at once, and its answer does not come while anybody waits for it.
    let faults = "[{method: POST, nth: 2, effect: {delay_ms: 30000}}]";
    for kind in KINDS {
        let repository = begun(Repository::with_faults(kind, faults));
        repository.land(1, &[2201, 2202]);
        let hook = repository.bare().join("hooks/post-receive");
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        let kill = format!("kill -9 $(cat '{}')", repository.process().display());
        script(
            &hook,
            &format!(
                "while read before after name; do [ $name != refs/heads/{STATE} ] || {kill}; done"
            ),
        );
        repository.apply().ends_with(137);
        std::fs::remove_file(&hook).unwrap();
        let files = repository.files(STATE).expect("it was stored before the end");
        assert!(files.contains(&"journal.jsonl".to_owned()), "{files:?}");
        repository.apply().ends_with(0);
        assert_eq!(repository.live(), ["a2201.example.com", "a2202.example.com"], "{kind:?}");
        let stored = git(&repository.bare(), &["show", &format!("{STATE}:state.json")]);
        assert_eq!(stored.matches("\"provenance\": \"created\"").count(), 2, "{stored}");
    }
}

#[test]
fn a_lost_state_is_never_taken_for_a_new_one() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.land(1, &[2201]);
        repository.apply().ends_with(0);
        let author = repository.author();
        git(&author, &["fetch", "-q", "origin", STATE]);
        git(&author, &["checkout", "-q", "--detach", "FETCH_HEAD"]);
        git(&author, &["rm", "-q", "state.json"]);
        repository.commit("oh no");
        git(&author, &["push", "-q", "origin", &format!("HEAD:{STATE}")]);
        git(&author, &["checkout", "-q", TRUNK]);
        repository.propose(2, "acme", |here| here.write("spectrum.yaml", &configuration(&[2202])));
        let planned = repository.plan(2);
        assert_ne!(planned.code, 0, "{}", planned.log);
        assert!(repository.comment(2, "plan").contains("holds no state"));
        repository.merge(2);
        repository.apply().ends_with(4);
        assert_eq!(repository.live(), ["a2201.example.com"]);
        git(&repository.bare(), &["branch", "-q", "-D", STATE]);
        repository.land(3, &[2201, 2202]);
        repository.apply().ends_with(0);
        assert_eq!(repository.live(), ["a2201.example.com", "a2202.example.com"]);
    }
}

#[test]
fn somebody_else_s_application_is_not_adopted_because_a_change_was_shown_at_its_address() {
    let repository = repository(Kind::Github);
    repository.land(1, &[2201]);
    repository.apply().ends_with(0);
    repository.propose(2, "acme", |here| {
        here.write("spectrum.yaml", &format!("{}        tls: full\n", configuration(&[2201])))
    });
    repository.plan(2).ends_with(0);
    repository.merge(2);
    // Another application with exactly these values takes the place of ours before the change is applied.
    repository.replace_outside(2201, &json!({"tls": "full"}));
    let stopped = repository.apply().ends_with(5);
    assert!(stopped.log.contains("adopt"), "{}", stopped.log);
}

#[test]
fn a_nightly_look_before_the_first_apply_proposes_to_delete_nothing() {
    let repository = repository(Kind::Github);
    repository.write("spectrum.yaml", &configuration(&[2201]));
    repository.push_trunk("not applied yet");
    repository.night();
    let pulls = repository.forge.held().pulls.len();
    assert_eq!(pulls, 0, "what was never applied is not gone");
}

#[test]
fn drift_is_proposed_as_one_pull_request_which_closes_itself() {
    for kind in KINDS {
        let repository = repository(kind);
        repository.land(1, &[2201, 2202]);
        repository.apply().ends_with(0);
        repository.night().ends_with(0);
        assert_eq!(repository.forge.held().pulls.len(), 1, "without drift nothing is opened");
        repository.change_outside(2201, &json!({"tls": "full"}));
        for _ in 0..2 {
            repository.night().ends_with(2);
        }
        let pull = repository.forge.held().pulls.last().cloned().unwrap();
        assert_eq!(repository.forge.held().pulls.len(), 2, "{kind:?}: one is opened, and kept");
        assert_eq!(pull.title, "Spectrum drift: 1 changed, 0 missing, 0 appeared");
        assert!(pull.body.contains("example.com/app-2201") && pull.base_branch == TRUNK);
        let show = format!("{}:spectrum.yaml", pull.head_branch);
        let proposed = git(&repository.bare(), &["show", &show]);
        let before = configuration(&[2201, 2202]);
        let added: Vec<&str> =
            proposed.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
        assert_eq!(added, ["        tls: full"], "{proposed}");
        assert_eq!(proposed.lines().count(), before.lines().count() + 1);
        repository.change_outside(2201, &json!({"tls": "off"}));
        repository.night().ends_with(0);
        assert_eq!(repository.forge.held().pulls.last().unwrap().state, "closed");
    }
}

#[test]
fn drift_that_is_unknown_closes_nothing() {
    let repository = repository(Kind::Github);
    repository.land(1, &[2201]);
    repository.apply().ends_with(0);
    repository.change_outside(2201, &json!({"tls": "full"}));
    repository.night().ends_with(2);
    repository.write(
        "spectrum.yaml",
        &configuration(&[2201]).replace("example.com:", "unheard-of.example:"),
    );
    repository.push_trunk("a zone that cannot be read");
    let unknown = repository.night();
    assert_ne!(unknown.code, 0, "{}", unknown.log);
    assert_eq!(repository.forge.held().pulls.last().unwrap().state, "open");
}
