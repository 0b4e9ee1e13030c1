//! What answers is not Cloudflare as it should be: one clear error each, exit code 1, soon, and nothing written.

use std::time::Duration;

use serde_json::json;

use crate::support::{ONE_APP, Ran, Sandbox, Scripted, closed_port};

/// An envelope that refuses.
fn refusal(code: u32, message: &str) -> String {
    json!({"success": false, "errors": [{"code": code, "message": message}], "messages": [], "result": null}).to_string()
}

/// Plans and applies against a server; both must fail with one error that holds these words.
fn fails(base_url: &str, words: &[&str]) -> Ran {
    let mut sandbox = Sandbox::with(ONE_APP);
    sandbox.connect(base_url);
    let applied = sandbox.run(&["apply", "--auto-approve"]).ends_with(1);
    let ran = sandbox.run(&["plan"]).ends_with(1);
    for ran in [&applied, &ran] {
        let errors = ran.stdout.matches("error[").count() + ran.stderr.matches("error[").count();
        assert_eq!(errors, 1, "one clear error: {ran:?}");
        let flat = ran.all().split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(flat.contains(word), "{word:?} is not said: {}", ran.all());
        }
        assert!(ran.took < Duration::from_secs(20), "it took {:?}", ran.took);
        let never = ["panicked", "backtrace", "reqwest", "hyper", "a-token-of-the-tests"];
        assert!(!never.iter().any(|word| ran.all().contains(word)), "{}", ran.all());
    }
    assert!(!sandbox.path("state/state.json").exists(), "a run that read nothing writes no state");
    let (code, plan) = sandbox.json(&["plan"]);
    assert_eq!(
        (code, &plan["complete"], &plan["changes"]),
        (1, &json!(false), &json!([])),
        "{plan:#}"
    );
    assert_eq!(plan["findings"].as_array().map(Vec::len), Some(1), "{plan:#}");
    ran
}

#[test]
fn a_token_that_is_not_good_is_told() {
    let server =
        Scripted::answering(401, "application/json", &refusal(10000, "Authentication error"));
    fails(
        &server.base_url,
        &["10000", "Authentication error", "CLOUDFLARE_API_TOKEN", "8c1e3a2b4d5f6071-AMS"],
    );
}

#[test]
fn a_token_without_the_permission_is_told() {
    let server = Scripted::answering(
        403,
        "application/json",
        &refusal(9109, "Unauthorized to access requested resource"),
    );
    fails(
        &server.base_url,
        &["9109", "Unauthorized to access requested resource", "8c1e3a2b4d5f6071-AMS"],
    );
}

#[test]
fn a_path_that_does_not_exist_is_told() {
    let server =
        Scripted::answering(404, "application/json", &refusal(7003, "Could not route to /zones"));
    fails(&server.base_url, &["7003", "Could not route to /zones"]);
}

#[test]
fn an_internal_error_is_told() {
    let server = Scripted::answering(
        500,
        "application/json",
        &refusal(10002, "Unexpected internal server error"),
    );
    fails(&server.base_url, &["10002", "500", "8c1e3a2b4d5f6071-AMS"]);
}

#[test]
fn a_page_in_place_of_an_answer_is_told() {
    for status in [200, 502] {
        let page = "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>It is not your fault.</body></html>";
        let server = Scripted::answering(status, "text/html", page);
        let ran = fails(&server.base_url, &[&status.to_string(), "8c1e3a2b4d5f6071-AMS"]);
        assert!(!ran.all().contains("<html>"), "a page is not pasted whole: {}", ran.all());
    }
}

#[test]
fn an_empty_answer_is_told() {
    fails(&Scripted::answering(500, "text/plain", "").base_url, &["500"]);
    fails(&Scripted::answering(200, "application/json", "").base_url, &["200"]);
}

#[test]
fn an_answer_of_another_shape_is_told() {
    fails(&Scripted::answering(200, "application/json", "[1, 2, 3]").base_url, &["200"]);
    fails(
        &Scripted::answering(200, "application/json", "{\"success\": true, \"result\": {\"id\": 1")
            .base_url,
        &["200"],
    );
}

#[test]
fn a_server_that_hangs_up_is_told() {
    let server = Scripted::saying(String::new());
    let address =
        server.base_url.trim_start_matches("http://").trim_end_matches("/client/v4").to_owned();
    fails(&server.base_url, &[&address]);
    assert!(server.requests() > 1, "a read that may succeed later is tried again");
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let base_url = closed_port();
    let address = base_url.trim_start_matches("http://").trim_end_matches("/client/v4").to_owned();
    fails(&base_url, &[&address]);
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let mut sandbox = Sandbox::with(ONE_APP);
    sandbox.connect("http://192.0.2.1/client/v4");
    let ran = sandbox.run(&["plan"]).ends_with(1);
    assert!(
        ran.all().contains("CLOUDFLARE_BASE_URL") && ran.all().contains("https"),
        "{}",
        ran.all()
    );
}

#[test]
fn a_base_url_that_is_none_is_told() {
    for base_url in
        ["", " ", "not a url", "cloudflare", "ftp://127.0.0.1/", "127.0.0.1:8787", "localhost:8787"]
    {
        let mut sandbox = Sandbox::with(ONE_APP);
        sandbox.connect(base_url);
        let ran = sandbox.run(&["plan"]).ends_with(1);
        assert!(ran.all().contains("CLOUDFLARE_BASE_URL"), "{}", ran.all());
    }
}

#[test]
fn missing_credentials_are_told_with_the_names_of_the_variables() {
    let ran = Sandbox::with(ONE_APP).run(&["plan"]).ends_with(1);
    for word in ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_EMAIL", "CLOUDFLARE_API_KEY", "--sim"] {
        assert!(ran.all().contains(word), "{word} is not said: {}", ran.all());
    }
}

/// What is said of an address, on one line.
fn said_of(base_url: &str) -> String {
    let mut sandbox = Sandbox::with(ONE_APP);
    sandbox.connect(base_url);
    let ran = sandbox.run(&["plan"]).ends_with(1);
    ran.all().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_word_that_is_no_url_is_told_so_and_not_shown() {
    for word in ["cloudflare", "localhost:8787", "v1.0-0123456789abcdef"] {
        let said = said_of(word);
        assert!(said.contains("it is no URL: one begins with https://"), "{said}");
    }
    let said = said_of("v1.0-0123456789abcdef");
    assert!(!said.contains("0123456789abcdef"), "it may be a credential: {said}");
}

#[test]
fn an_address_without_the_path_of_the_api_is_given_with_it() {
    for base in ["http://127.0.0.1:8787", "http://127.0.0.1:8787/", "https://api.cloudflare.com"] {
        let said = said_of(base);
        let base = base.trim_end_matches('/');
        assert!(said.contains(&format!("CLOUDFLARE_BASE_URL has no path: {base} ")), "{said}");
        assert!(said.contains(&format!("= fix: set it to {base}/client/v4")), "{said}");
    }
}

#[test]
fn https_to_a_port_of_plain_http_is_told_so() {
    let sandbox = Sandbox::new();
    let simulator = crate::support::Simulator::start(&sandbox, &[]);
    let said = said_of(&simulator.base_url.replace("http://", "https://"));
    assert!(said.contains("the server answers without TLS"), "{said}");
    assert!(said.contains("begin CLOUDFLARE_BASE_URL with http://"), "{said}");
    assert!(!said.contains("corrupt message"), "{said}");
}
