//! What the variables and the event of a job say of the run.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use spectrumctl::forge::{Event, Kind, Run};

fn run_with(variables: &[(&str, &str)], event: &Json) -> Run {
    let variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Run::recognise(&variables, Some(event)).unwrap_or_else(|finding| panic!("{finding:?}"))
}

const GITHUB: [(&str, &str); 6] = [
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_REPOSITORY", "acme/edge"),
    ("GITHUB_SERVER_URL", "https://github.com"),
    ("GITHUB_API_URL", "https://api.github.com"),
    ("GITHUB_SHA", "abc"),
    ("GITHUB_RUN_ID", "17"),
];

fn github(name: &str, event: &Json) -> Run {
    run_with(&[GITHUB.as_slice(), &[("GITHUB_EVENT_NAME", name)]].concat(), event)
}

#[test]
fn a_run_on_github_is_known_by_its_event() {
    let repository = json!({"default_branch": "trunk", "private": true});
    let event = json!({"repository": repository, "pull_request": {"number": 4}});
    let run = github("pull_request", &event);
    assert_eq!((run.kind, &run.event), (Kind::Github, &Event::PullRequest { number: 4 }));
    assert_eq!((run.default_branch.as_deref(), run.is_public), (Some("trunk"), Some(false)));
    assert_eq!(run.page.as_deref(), Some("https://github.com/acme/edge/actions/runs/17"));
    assert_eq!(run.git_url(), "https://github.com/acme/edge.git");
    let of_fork = json!({"workflow_run": {"head_branch": "change", "head_sha": "def", "pull_requests": [],
        "head_repository": {"owner": {"login": "fork"}}}});
    let proposed = Event::Proposed {
        number: None,
        head_owner: Some("fork".to_owned()),
        head_branch: "change".to_owned(),
        head_commit: "def".to_owned(),
    };
    assert_eq!(github("workflow_run", &of_fork).event, proposed);
    let scheduled = [
        GITHUB.as_slice(),
        &[("GITHUB_EVENT_NAME", "schedule"), ("GITHUB_REF", "refs/heads/trunk")],
    ];
    let scheduled = run_with(&scheduled.concat(), &json!({"schedule": "17 4 * * *"}));
    assert_eq!(scheduled.event, Event::Schedule);
    assert_eq!((scheduled.default_branch.as_deref(), scheduled.is_public), (Some("trunk"), None));
    assert_eq!(github("workflow_dispatch", &json!({})).event, Event::Manual);
    assert_eq!(github("merge_group", &json!({})).event, Event::Other("merge_group".to_owned()));
    assert_eq!(github("push", &json!({})).is_public, None, "what is not said is unknown");
}

#[test]
fn forgejo_is_not_taken_for_github() {
    let head = json!({"sha": "def", "ref": "change", "repo": {"owner": {"login": "fork"}}});
    let variables = [
        GITHUB.as_slice(),
        &[("FORGEJO_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request_target")],
    ]
    .concat();
    let run = run_with(&variables, &json!({"pull_request": {"number": 9, "head": head}}));
    assert_eq!(run.kind, Kind::Forgejo);
    let Event::Proposed { number, head_commit, .. } = run.event else { panic!("{run:?}") };
    assert_eq!((number, head_commit.as_str()), (Some(9), "def"));
}

#[test]
fn a_run_on_gitlab_is_known_by_its_variables() {
    let common = [
        ("GITLAB_CI", "true"),
        ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
        ("CI_SERVER_URL", "https://gitlab.example"),
        ("CI_PROJECT_PATH", "acme/nets/edge"),
        ("CI_PROJECT_ID", "7"),
        ("CI_COMMIT_SHA", "abc"),
        ("CI_DEFAULT_BRANCH", "trunk"),
        ("CI_PROJECT_VISIBILITY", "internal"),
    ];
    let with = |more: &[(&str, &str)]| run_with(&[&common, more].concat(), &Json::Null);
    let merge = [("CI_PIPELINE_SOURCE", "merge_request_event"), ("CI_MERGE_REQUEST_IID", "12")];
    let proposal = with(&merge);
    assert_eq!(
        (proposal.event, proposal.is_public),
        (Event::PullRequest { number: 12 }, Some(false))
    );
    assert_eq!((proposal.project.as_str(), proposal.kind), ("7", Kind::Gitlab));
    let push = [("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BRANCH", "trunk")];
    assert_eq!(with(&push).event, Event::Push { branch: "trunk".to_owned() });
    assert_eq!(with(&[("CI_PIPELINE_SOURCE", "schedule")]).event, Event::Schedule);
    let started = [common.as_slice(), &[("CI_PIPELINE_SOURCE", "trigger")]].concat();
    assert_eq!(run_with(&started, &Json::Null).event, Event::Manual);
    let hook = json!({"object_kind": "merge_request", "object_attributes":
        {"iid": 12, "source_branch": "change", "last_commit": {"id": "def"}}});
    let Event::Proposed { number, head_commit, .. } = run_with(&started, &hook).event else {
        panic!("a webhook on a merge request names it")
    };
    assert_eq!((number, head_commit.as_str()), (Some(12), "def"));
}

#[test]
fn outside_of_a_pipeline_and_without_a_variable_it_says_so() {
    let of = |variables: &[(&str, &str)]| {
        let variables: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Run::recognise(&variables, None).unwrap_err()
    };
    assert_eq!(of(&[("GITHUB_ACTIONS", "false")]).code, "no-forge");
    assert!(of(&GITHUB[..2]).summary.contains("GITHUB_SERVER_URL"));
    assert!(of(&[("GITLAB_CI", "true")]).summary.contains("CI_API_V4_URL"));
}
