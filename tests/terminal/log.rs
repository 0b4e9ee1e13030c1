//! What `-v` says of each call, for people and for programs.

use serde_json::Value as Json;

use super::slow;

#[test]
fn each_call_is_a_line_with_method_path_status_time_and_ray_id() {
    let (sandbox, _simulator) =
        slow(1, 1, "[{method: POST, nth: 1, effect: {status: 429, retry_after: 1}}]");
    let ran = sandbox.run(&["-v", "apply", "--auto-approve"]).ends_with(0);
    let line = regex::Regex::new(
        r"(?m)^\d\d:\d\d:\d\d\.\d{3} POST /client/v4/zones/[0-9a-f]{32}/spectrum/apps: (.*) in \d+ ms, attempt (\d)(?:, Ray ID \S+)?$",
    );
    let calls: Vec<(String, String)> = line
        .unwrap()
        .captures_iter(&ran.stderr)
        .map(|call| (call[1].to_owned(), call[2].to_owned()))
        .collect();
    assert_eq!(calls.len(), 2, "{}", ran.stderr);
    assert!(calls[0].0.starts_with("429 (") && calls[0].1 == "1", "{}", ran.stderr);
    assert_eq!(calls[1], ("200".to_owned(), "2".to_owned()), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}') && !ran.stderr.contains("192.0.2.1"), "{}", ran.stderr);
    let ray = regex::Regex::new(r"(?m)200 in \d+ ms, attempt 1, Ray ID \S+$").unwrap();
    assert!(ray.is_match(&ran.stderr), "{}", ran.stderr);
    let more = sandbox.run(&["-vv", "plan"]).ends_with(0).stderr;
    assert!(
        more.contains("query \"name=zone-01.example&") && more.contains("bytes sent"),
        "{more}"
    );
}

#[test]
fn numbers_of_a_json_log_are_numbers() {
    let (sandbox, _simulator) = slow(1, 1, "[]");
    let ran = sandbox.run(&["-v", "--log-format", "json", "plan"]).ends_with(0);
    let lines = ran.stderr.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let calls: Vec<Json> = lines.filter(|line| line["fields"]["method"] == "GET").collect();
    assert!(calls.len() > 1, "{}", ran.stderr);
    for call in calls {
        for name in ["status", "milliseconds", "attempt"] {
            assert!(call["fields"][name].is_u64(), "{name}: {call}");
        }
        assert!(call["fields"]["ray_id"].is_string(), "{call}");
    }
}
