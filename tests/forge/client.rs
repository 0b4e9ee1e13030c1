//! Pull requests are found, the one comment is kept, and nothing that somebody else wrote is taken for it.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use spectrumctl::forge::{
    Access, Event, Forge, ForgeError, Kind, Mark, MarkKey, Run, StatusState, Trust,
};

use crate::support::{MockForge, TOKEN};

const KINDS: [Kind; 3] = [Kind::Github, Kind::Gitlab, Kind::Forgejo];

fn run_at(mock: &MockForge) -> Run {
    let project = if mock.kind == Kind::Gitlab { "7" } else { "acme/edge" };
    Run {
        kind: mock.kind,
        api: mock.api.clone(),
        server: "https://forge.example".to_owned(),
        repository: "acme/edge".to_owned(),
        project: project.to_owned(),
        commit: "c".repeat(40),
        event: Event::Manual,
        default_branch: Some("trunk".to_owned()),
        page: None,
        is_public: None,
    }
}

fn client(mock: &MockForge) -> Forge {
    let token = SecretString::from(TOKEN);
    let access = Access { token, ca_pem: None, first_pause: Duration::from_millis(1) };
    Forge::new(&run_at(mock), access).unwrap_or_else(|finding| panic!("{finding:?}"))
}

fn plan_mark(digest: &str) -> Mark {
    Mark::new("plan", "edge").with_digest(digest)
}

#[tokio::test]
async fn one_comment_of_a_configuration_is_kept_on_every_forge() {
    for kind in KINDS {
        let mock = MockForge::start(kind);
        mock.open(4, "change", "abc");
        for index in 0..230 {
            mock.comment(4, "somebody", &format!("talk {index}"));
        }
        let forge = client(&mock);
        let first = plan_mark("sha256:1");
        forge.keep_comment(4, &first, "first plan", None).await.unwrap();
        forge.keep_comment(4, &Mark::new("plan", "other"), "of another", None).await.unwrap();
        forge.keep_comment(4, &plan_mark("sha256:2"), "second plan", None).await.unwrap();
        let ours: Vec<String> = mock
            .comments(4)
            .into_iter()
            .filter(|(author, _)| author == mock.account())
            .map(|(_, body)| body)
            .collect();
        assert_eq!(ours.len(), 2, "{kind:?}: {ours:?}");
        assert!(ours[0].ends_with("second plan") && ours[0].contains("sha256:2"), "{ours:?}");
        let (mark, _, trust) = forge.comment(4, &first, None).await.unwrap().unwrap();
        assert_eq!((mark.digest.as_deref(), trust), (Some("sha256:2"), Trust::Unchecked));
    }
}

#[tokio::test]
async fn a_comment_that_somebody_else_wrote_is_never_believed() {
    for kind in KINDS {
        let mock = MockForge::start(kind);
        mock.open(4, "change", "abc");
        let forged = plan_mark("sha256:evil").comment(4, "nothing to see", None);
        mock.comment(4, "mallory", &forged);
        let forge = client(&mock);
        let mark = plan_mark("sha256:1");
        assert_eq!(forge.comment(4, &mark, None).await.unwrap(), None, "{kind:?}");
        forge.keep_comment(4, &mark, "the plan", None).await.unwrap();
        assert_eq!(mock.comments(4)[0], ("mallory".to_owned(), forged), "it is left as it is");
        assert_eq!(mock.comments(4).len(), 2);
    }
}

#[tokio::test]
async fn a_token_that_may_not_ask_for_its_account_is_that_of_the_job() {
    for kind in [Kind::Github, Kind::Forgejo] {
        let mock = MockForge::start(kind);
        mock.held().hides_user = true;
        let forge = client(&mock);
        for text in ["first", "second"] {
            forge.keep_comment(4, &plan_mark("sha256:1"), text, None).await.unwrap();
        }
        assert_eq!(mock.comments(4).len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_edited_comment_is_not_what_was_sealed() {
    let key = MarkKey::new(SecretString::from("0123456789abcdef0123")).unwrap();
    let other = MarkKey::new(SecretString::from("fedcba98765432100123")).unwrap();
    let mock = MockForge::start(Kind::Github);
    let forge = client(&mock);
    let mark = plan_mark("sha256:1");
    forge.keep_comment(4, &mark, "deletes everything", Some(&key)).await.unwrap();
    let read = async |key: Option<&MarkKey>| {
        forge.comment(4, &mark, key).await.unwrap().map(|(_, _, trust)| trust)
    };
    assert_eq!(read(Some(&key)).await, Some(Trust::Sealed));
    assert_eq!(read(Some(&other)).await, Some(Trust::Broken));
    assert_eq!(read(None).await, Some(Trust::Unchecked));
    let body = mock.comments(4)[0].1.replace("deletes everything", "changes nothing");
    mock.held().comments[0].body = body;
    assert_eq!(read(Some(&key)).await, Some(Trust::Broken));
    mock.held().comments[0].body = mark.comment(5, "deletes everything", Some(&key));
    assert_eq!(read(Some(&key)).await, Some(Trust::Broken), "it was written for another one");
}

#[tokio::test]
async fn pull_requests_are_found_by_number_branch_and_commit() {
    for kind in KINDS {
        let mock = MockForge::start(kind);
        mock.open(4, "change", "abc");
        mock.open(5, "other", "def");
        mock.open_from("fork", 6, "change", "bad");
        mock.merge(5, "merged");
        let forge = client(&mock);
        let pull = forge.pull(4).await.unwrap();
        assert_eq!(
            (pull.number, pull.head_commit.as_str(), pull.is_open, pull.is_merged),
            (4, "abc", true, false),
            "{kind:?}"
        );
        let open = forge.open_pulls(Some("fork"), "change").await.unwrap();
        let six = open.iter().find(|pull| pull.number == 6).unwrap();
        assert!(six.is_from_fork && six.head_commit == "bad");
        let merged = forge.merged_with("merged", "trunk").await.unwrap();
        assert_eq!(merged.iter().map(|pull| pull.number).collect::<Vec<_>>(), [5]);
        assert_eq!(forge.merged_with("merged", "elsewhere").await.unwrap(), []);
        assert_eq!(forge.merged_with("abc", "trunk").await.unwrap(), [], "it is not merged");
        assert_eq!(forge.merged_with("unheard-of", "trunk").await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_drift_request_and_a_drift_issue_are_opened_once_updated_and_closed() {
    for kind in KINDS {
        let mock = MockForge::start(kind);
        let forge = client(&mock);
        let first = forge.keep_pull("spectrum/drift", "trunk", "Drift", "one").await.unwrap();
        let second = forge.keep_pull("spectrum/drift", "trunk", "Drift", "two").await.unwrap();
        assert_eq!((first, mock.held().pulls[0].body.as_str()), (second, "two"), "{kind:?}");
        assert_eq!(forge.close_pulls("spectrum/drift").await.unwrap(), [first]);
        assert!(forge.close_pulls("spectrum/drift").await.unwrap().is_empty());
        let third = forge.keep_pull("spectrum/drift", "trunk", "Drift", "three").await.unwrap();
        assert_ne!(third, first, "a closed one is not opened again");
        let mark = Mark::new("drift", "edge");
        let first = forge.keep_issue(&mark, "Drift", "one").await.unwrap();
        assert_eq!(forge.keep_issue(&mark, "Drift", "two").await.unwrap(), first);
        assert!(mock.held().issues[0].body.ends_with("two"));
        assert_eq!(forge.close_issue(&mark).await.unwrap(), Some(first));
        assert_eq!(forge.close_issue(&mark).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_status_has_the_words_of_each_forge() {
    for (kind, word) in [(Kind::Github, "failure"), (Kind::Gitlab, "failed")] {
        let mock = MockForge::start(kind);
        let forge = client(&mock);
        forge
            .set_status("abc", StatusState::Failure, "spectrum", &"x".repeat(300), "")
            .await
            .unwrap();
        let status = mock.held().statuses[0].clone();
        assert_eq!(
            (status.0.as_str(), status.1.as_str(), status.2.as_str()),
            ("abc", word, "spectrum")
        );
        assert_eq!(status.3.len(), 140, "no forge refuses it for its length");
    }
}

#[tokio::test]
async fn what_may_help_is_tried_again_and_nothing_is_posted_twice() {
    let mock = MockForge::start(Kind::Github);
    mock.open(4, "change", "abc");
    let forge = client(&mock);
    mock.held().failures = vec![502, 503, 429];
    assert_eq!(forge.pull(4).await.unwrap().number, 4);
    assert_eq!(mock.held().calls.len(), 4);
    mock.held().failures = vec![502];
    let error =
        forge.set_status("abc", StatusState::Success, "spectrum", "", "").await.unwrap_err();
    assert_eq!(error.status, Some(502));
    assert_eq!(mock.held().calls.iter().filter(|call| call.starts_with("POST")).count(), 1);
}

#[tokio::test]
async fn a_refusal_says_what_to_do_and_never_shows_the_token() {
    for (kind, words) in [(Kind::Github, "pull-requests: write"), (Kind::Gitlab, "scope `api`")] {
        let mock = MockForge::start(kind);
        mock.held().failures = vec![403];
        let error: ForgeError = client(&mock).pull(4).await.unwrap_err();
        let finding = error.to_finding();
        assert_eq!(finding.code, "forge");
        assert!(finding.summary.contains("HTTP 403: no, ‹hidden› may not"), "{finding:?}");
        assert!(finding.fix.contains(words), "{finding:?}");
        assert!(!format!("{finding:?}{error:?}").contains(TOKEN));
    }
}

#[tokio::test]
async fn an_answer_without_end_a_redirect_and_a_plain_address_are_refused() {
    let body = format!("\"{}\"", "x".repeat(17 << 20));
    let server = crate::support::Scripted::answering(200, "application/json", &body);
    let variables = |api: &str| -> BTreeMap<String, String> {
        [("GITHUB_ACTIONS", "true"), ("GITHUB_REPOSITORY", "acme/edge"), ("GITHUB_SHA", "abc")]
            .into_iter()
            .chain([("GITHUB_SERVER_URL", "https://forge.example"), ("GITHUB_API_URL", api)])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    let access = || Access {
        token: SecretString::from(TOKEN),
        ca_pem: None,
        first_pause: Duration::from_millis(1),
    };
    let run = Run::recognise(&variables(&server.base_url), None).unwrap();
    let error = Forge::new(&run, access()).unwrap().pull(4).await.unwrap_err();
    assert!(error.reason.contains("longer than 16 MiB"), "{error:?}");
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let server = crate::support::Scripted::saying(elsewhere.to_owned());
    let run = Run::recognise(&variables(&server.base_url), None).unwrap();
    let error = Forge::new(&run, access()).unwrap().pull(4).await.unwrap_err();
    assert_eq!(error.status, Some(302), "{error:?}");
    let run = Run::recognise(&variables("http://forge.example/api"), None).unwrap();
    let finding = Forge::new(&run, access()).err().unwrap();
    assert!(
        finding.why.clone().unwrap_or_default().contains("readable over the network"),
        "{finding:?}"
    );
}
