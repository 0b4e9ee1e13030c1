//! Findings as text, JSON, SARIF, workflow commands and JUnit, and the pages of the codes.

use std::collections::BTreeSet;

use serde_json::json;
use snapbox::{assert_data_eq, str};
use spectrumctl::codes;
use spectrumctl::config::Sources;
use spectrumctl::finding::{Finding, Place};
use spectrumctl::render::{self, TermStyle};

use super::samples::{full_plan, keys, parsed, shown, some_findings, text};

#[test]
fn the_json_of_findings_adds_the_answer_of_a_server_and_nothing_else() {
    let (_, findings) = some_findings();
    let report = parsed(|out| render::findings_json::write(out, &findings));
    let of_finding: BTreeSet<&str> =
        "code severity summary why fix address path file line column docs".split(' ').collect();
    let of_refusal: BTreeSet<&str> = "http_status message ray_id retryable".split(' ').collect();
    assert_eq!(keys(&report), BTreeSet::from(["format_version", "summary", "findings"]));
    assert_eq!(report["summary"], json!({"errors": 2, "warnings": 1}));
    assert_eq!(keys(&report["findings"][0]), of_finding);
    assert_eq!(keys(&report["findings"][1]), &of_finding | &of_refusal);
    assert_eq!(report["findings"][0]["line"], 4);
    assert_eq!(report["findings"][1]["http_status"], 403);
}

#[test]
fn findings_show_their_lines_the_answer_of_the_server_and_what_to_do() {
    let (sources, findings) = some_findings();
    assert_data_eq!(
        shown(&sources, &findings, false),
        str![[r#"
error[duplicate-key]: the key `ssh` is written twice
 --> teams/a b.yaml:4:3
  |
4 |   ssh: {tls: off}
  |   ^^^
  |
 ::: teams/a b.yaml:3:2
  |
3 |  ssh: &a {tls: strict}
  |  --- first written here
  |
  = why: one of the two would be lost
  = fix: remove one of them

error[99999]: the API refused it
 |
 = app: example.com/ssh
 = answer: not �[31menabled
           HTTP 403, Ray ID 8f2d-FRA; the same call will be refused again
 = why: 100% of: these,
        are refused
 = fix: ask @cloudflare | <b>#1</b>

warning[max-deletes]: the plan has 12 deletes
 |
 = why: so many are more often an accident
 = fix: use `--max-deletes 12`

2 errors, 1 warning; nothing was changed

"#]]
    );
    assert_eq!(shown(&sources, &[], false), "");
}

fn finding() -> Finding {
    Finding::new(&codes::UNKNOWN_KEY, "no").fix("correct it")
}

#[test]
fn redaction_hides_lines_that_hold_an_origin_and_no_others() {
    let yaml = "origin_direct: [\"tcp://192.0.2.1:22\"]\n";
    let place = Place { end: 13, ..Place::top_of("a.yaml") };
    let at = |path| [finding().at(Some(&place)).on(path)];
    let sources = Sources::new([("a.yaml", yaml)]);
    for path in ["origin_direct", "origin_dns", "virtual_network_id"] {
        let hidden = shown(&sources, &at(path), true);
        assert!(!hidden.contains("192.0.2.1") && hidden.contains("--> a.yaml:1:1"), "{hidden}");
    }
    let neighbour = shown(&sources, &at("tls"), true);
    assert!(!neighbour.contains("192.0.2.1"), "an application can stand on one line: {neighbour}");
    let other = Sources::new([("a.yaml", "protocol: tcp/22\n")]);
    assert!(shown(&other, &at("protocol"), true).contains("1 | protocol: tcp/22"));
    assert!(shown(&sources, &at("origin_direct"), false).contains("192.0.2.1"));
}

#[test]
fn a_line_of_a_megabyte_is_cut_to_what_is_around_the_place() {
    let line = format!("key: 1\n{}WRONG{}", "é".repeat(250_000), "漢".repeat(170_000));
    let start = line.find("WRONG").unwrap();
    let finding = finding().at(Some(&Place {
        file: "a.yaml".into(),
        line: 2,
        column: 250_001,
        start,
        end: start + 5,
    }));
    let whole = shown(&Sources::new([("a.yaml", line.as_str())]), &[finding], false);
    assert!(whole.contains(" --> a.yaml:2:250001\n  |\n2 | …"), "{whole}");
    assert!(whole.contains("éWRONG漢") && whole.contains("^^^^^"), "{whole}");
    assert!(whole.chars().count() < 1000, "{whole}");
}

#[test]
fn a_place_outside_the_text_is_shown_without_harm() {
    for text in ["", "\u{feff}é\r\n\t漢字", "a: [1,\n  2]\n"] {
        for (start, end) in
            [(0, 0), (1, 2), (3, 4), (5, 2), (8, 400), (4_000, 5_000), (usize::MAX, usize::MAX)]
        {
            let place = Place { file: "a.yaml".into(), line: 1, column: 1, start, end };
            let whole =
                shown(&Sources::new([("a.yaml", text)]), &[finding().at(Some(&place))], false);
            assert!(whole.contains("a.yaml:1:") && whole.contains("= fix: correct it"), "{whole}");
        }
    }
}

#[test]
fn sarif_has_what_code_scanning_asks_for() {
    let (_, findings) = some_findings();
    let log = parsed(|out| render::sarif::write(out, &findings, "spectrum.yaml"));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(
        rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["99999", "duplicate-key", "max-deletes"]
    );
    assert_eq!(rules[1]["name"], "DuplicateKey");
    for rule in rules {
        assert!(
            ["shortDescription", "fullDescription", "help"]
                .iter()
                .all(|name| rule[name]["text"].is_string()),
            "{rule}"
        );
    }
    for result in run["results"].as_array().unwrap() {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        assert!(
            result["message"]["text"].is_string()
                && result["partialFingerprints"]["spectrumctl/v1"].is_string(),
            "{result}"
        );
    }
    let place = |index: usize| &run["results"][index]["locations"][0]["physicalLocation"];
    assert_eq!(place(0)["artifactLocation"]["uri"], "teams/a%20b.yaml");
    assert_eq!(place(0)["region"], json!({"startLine": 4, "startColumn": 3}));
    assert_eq!(run["results"][0]["relatedLocations"][0]["message"]["text"], "first written here");
    assert_eq!(place(2)["artifactLocation"]["uri"], "spectrum.yaml");
    assert_eq!(run["results"][2]["level"], "warning");
}

#[test]
fn workflow_commands_are_one_line_each_and_escaped() {
    let (_, findings) = some_findings();
    assert_data_eq!(
        text(|out| render::github::write(out, &findings)),
        str![[r#"
::error file=teams/a b.yaml,line=4,col=3,title=duplicate-key::the key `ssh` is written twice%0Awhy: one of the two would be lost%0Afix: remove one of them
::error title=99999 example.com/ssh::the API refused it%0Aanswer: not �[31menabled%0Awhy: 100%25 of: these,%0Aare refused%0Afix: ask @cloudflare | <b>#1</b>
::warning title=max-deletes::the plan has 12 deletes%0Awhy: so many are more often an accident%0Afix: use `--max-deletes 12`

"#]]
    );
    let plan = full_plan(true);
    let whole = text(|out| render::github::write_plan(out, &plan));
    assert!(
        whole.starts_with("::notice title=spectrumctl plan::SIMULATED: Plan: 1 to create, "),
        "{whole}"
    );
}

#[test]
fn junit_counts_errors_as_failures_and_warnings_as_skipped() {
    let (_, findings) = some_findings();
    assert_data_eq!(
        text(|out| render::junit::write(out, &findings)),
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="spectrumctl" tests="3" failures="2" errors="0">
    <testsuite name="spectrumctl validate" tests="3" skipped="1" errors="0" failures="2">
        <testcase name="duplicate-key: the key `ssh` is written twice" classname="teams/a b.yaml">
            <failure message="the key `ssh` is written twice" type="duplicate-key">at teams/a b.yaml:4:3
why: one of the two would be lost
fix: remove one of them</failure>
        </testcase>
        <testcase name="99999: the API refused it" classname="example.com/ssh">
            <failure message="the API refused it" type="99999">answer: not �[31menabled
why: 100% of: these, are refused
fix: ask @cloudflare | &lt;b&gt;#1&lt;/b&gt;</failure>
        </testcase>
        <testcase name="max-deletes: the plan has 12 deletes" classname="spectrumctl">
            <skipped message="the plan has 12 deletes" type="max-deletes">why: so many are more often an accident
fix: use `--max-deletes 12`</skipped>
        </testcase>
    </testsuite>
</testsuites>

"#]]
    );
    let none = text(|out| render::junit::write(out, &[]));
    assert!(none.contains(r#"tests="1" failures="0""#), "{none}");
}

#[test]
fn a_code_is_explained_with_its_causes_and_listed_with_all_others() {
    let code = spectrumctl::codes::find_number(11000).unwrap();
    let page = render::explain::code_page(code);
    assert_data_eq!(
        text(|out| page.write(out, TermStyle::default())),
        str![[r#"
11000: Invalid origin configuration

  slug   origin
  HTTP   400
  found  offline
  retry  never
  docs   https://developers.cloudflare.com/spectrum/reference/error-codes/#11000--invalid-origin-configuration

  both-origins (found offline)
    why: a request must have exactly one of `origin_direct` (addresses) and
         `origin_dns` (a DNS name), and this one has both
    fix: remove one of them

  no-origin (found offline)
    why: a request must have exactly one of `origin_direct` (addresses) and
         `origin_dns` (a DNS name), and this one has neither
    fix: add origin_direct, such as ["tcp://192.0.2.1:22"], or origin_dns with a
         name and an origin_port

  origin-name-elsewhere (found on the call)
    why: the API was also seen to refuse an `origin_dns` name of another zone
         with this code
    fix: create a DNS-only record in the application's zone and use its name, or
         use origin_direct with the IP address

  example (fields of an application)
    wrong:
      protocol: tcp/22
      dns: {type: CNAME, name: ssh.example.com}
      origin_direct: ["tcp://192.0.2.1:22"]
      origin_dns: {name: origin.example.com}
      origin_port: 22
    right:
      protocol: tcp/22
      dns: {type: CNAME, name: ssh.example.com}
      origin_direct: ["tcp://192.0.2.1:22"]

"#]]
    );
    let json = parsed(|out| page.write_json(out));
    assert_eq!(
        (&json["code"], &json["http_status"], &json["retryable"]),
        (&json!("11000"), &json!([400]), &json!(false))
    );
    assert!(
        text(|out| page.write_markdown(out)).starts_with("# 11000: Invalid origin configuration\n")
    );
    let (list, table) = (
        text(|out| render::explain::write_list(out, TermStyle::default())),
        text(render_list_markdown),
    );
    let entries = parsed(render_list_json);
    for code in spectrumctl::codes::all() {
        assert!(list.lines().any(|line| line.starts_with(&format!("{} ", code.name()))), "{list}");
        assert!(table.contains(&format!("| <code>{}</code> |", code.name())), "{table}");
    }
    assert_eq!(entries["codes"].as_array().unwrap().len(), spectrumctl::codes::all().count());
}

fn render_list_markdown(out: &mut Vec<u8>) -> std::io::Result<()> {
    render::explain::write_list_markdown(out)
}

fn render_list_json(out: &mut Vec<u8>) -> std::io::Result<()> {
    render::explain::write_list_json(out)
}
