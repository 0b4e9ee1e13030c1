//! Plans as text, JSON and Markdown.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use snapbox::{assert_data_eq, str};
use spectrumctl::codes;
use spectrumctl::finding::Finding;
use spectrumctl::plan::Unread;
use spectrumctl::render::{self, TermStyle};

use super::samples::{app, full_plan, keys, parsed, plan_of, some_findings, text};

#[test]
fn a_plan_shows_every_kind_of_change_with_its_reason_and_its_fields() {
    let plan = full_plan(true);
    assert_data_eq!(
        text(|out| render::plan_text::write(out, &plan, TermStyle::default())),
        str![[r#"
Spectrum plan, SIMULATED: Cloudflare was not asked

  ~ update example.com/database
      app 00000000000000000000000000000001; new connections only
      origin_direct:
        - tcp://192.0.2.19:5432
        + tcp://192.0.2.21:5432
        + tcp://192.0.2.22:5432
          1 unchanged
      tls:            strict → off (default; not in the file) (changed outside)
      proxy_protocol: off → v1

  ± replace example.com/fixed: has a field that cannot be changed in place
      app 00000000000000000000000000000002
      outage: the application is deleted and created again; clients are cut off
              until DNS has moved
      dns.type:      CNAME → ADDRESS (forces replace)
      edge_ips.type: dynamic → static
      edge_ips.ips:
        + 198.51.100.10
        + 198.51.100.11

  → move example.com/game
      moved from example.com/arena; app 00000000000000000000000000000003;
      only the state changes

  ∅ forget example.com/gone: is no longer in the configuration
      app 00000000000000000000000000000007; gone already

  = adopt example.com/mail: is not managed
      app 00000000000000000000000000000004; new connections only
      origin_direct:
        - tcp://192.0.2.51:25
        + tcp://192.0.2.50:25

  + create example.com/new
      protocol:      tcp/22
      dns.name:      new.example.com
      dns.type:      CNAME
      origin_direct: tcp://192.0.2.1:22, tcp://192.0.2.2:22

  - delete example.com/old: is no longer in the configuration
      app 00000000000000000000000000000006
      outage: the application is deleted; clients are cut off
      protocol:      tcp/2222
      dns.name:      old.example.com
      dns.type:      CNAME
      origin_direct: tcp://192.0.2.70:22

  not managed: 1 live application that the configuration does not have
      tcp/3306  mysql.example.com  00000000000000000000000000000008

Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 to adopt,
      1 to move, 1 to forget, 1 unchanged.
digest: sha256:21ad78a1995ec6886795331235c5c0baef05d7aac905c75fe10946bd2a26cc8c

"#]]
    );
}

#[test]
fn a_plan_without_changes_says_so_and_has_no_digest() {
    let quiet = app(5, "tcp/7000", "quiet.example.com", &["tcp://192.0.2.60:7000"], json!({}));
    let yaml = "version: 1\nzones: {example.com: {apps: {quiet: {protocol: tcp/7000, \
                dns: {type: CNAME, name: quiet.example.com}, origin_direct: [\"tcp://192.0.2.60:7000\"]}}}}\n";
    let unread = Unread {
        zone: "other.example".to_owned(),
        finding: Finding::new(&codes::TIMED_OUT, "the zone other.example was not read"),
        cause: spectrumctl::plan::UnreadCause::Failed,
    };
    let (live, remembered) = ([quiet.clone()], [("quiet", quiet)]);
    let plan = plan_of(yaml, &live, &remembered, &[], false);
    let markdown = text(|out| render::plan_markdown::write(out, &plan, None));
    assert_data_eq!(
        text(|out| render::plan_text::write(out, &plan, TermStyle::default())),
        str![[r#"
No changes. 1 application is as configured.

"#]]
    );
    assert_data_eq!(
        markdown,
        str![[r#"
<!-- spectrumctl plan -->
No changes. 1 application is as configured.

"#]]
    );
    let partial = plan_of(yaml, &live, &remembered, &[unread], false);
    assert_data_eq!(
        text(|out| render::plan_text::write(out, &partial, TermStyle::default())),
        str![[r#"
  could not be read, so nothing is planned there: other.example

Plan failed: other.example could not be read. Nothing will be applied.

"#]]
    );
}

#[test]
fn no_line_of_a_plan_is_longer_than_the_width_where_it_can_be_broken() {
    let plan = full_plan(true);
    for width in [80, 100, 72] {
        let whole =
            text(|out| render::plan_text::write(out, &plan, TermStyle { colour: false, width }));
        let long: Vec<&str> = whole
            .lines()
            .filter(|line| line.chars().count() > width && !line.starts_with("digest: "))
            .collect();
        assert_eq!(long, Vec::<&str>::new(), "at a width of {width}");
    }
}

#[test]
fn long_lists_and_long_values_are_lines_that_go_and_come() {
    let mut plan = full_plan(false);
    plan.changes.retain(|change| change.address.key == "database");
    let (long, other) = ("a".repeat(60), "b".repeat(60));
    let field = &mut plan.changes[0].fields[2];
    field.before.as_mut().unwrap().text = long.clone();
    field.after.as_mut().unwrap().text = other.clone();
    let whole = text(|out| render::plan_text::write(out, &plan, TermStyle::default()));
    assert!(
        whole.contains(&format!("      proxy_protocol:\n        - {long}\n        + {other}\n")),
        "{whole}"
    );
}

#[test]
fn applications_that_are_not_managed_are_counted_beyond_the_first_twenty() {
    let mut plan = full_plan(false);
    plan.unmanaged = vec![plan.unmanaged[0].clone(); 33];
    let whole = text(|out| render::plan_text::write(out, &plan, TermStyle::default()));
    assert_eq!(whole.matches("mysql.example.com").count(), 20);
    assert!(whole.contains("      and 13 more\n"), "{whole}");
}

#[test]
fn the_json_of_a_plan_has_the_names_of_the_contract_and_no_others() {
    let plan = full_plan(true);
    let report = parsed(|out| render::plan_json::write(out, &plan));
    let top = "format_version tool simulated complete digest selection unread summary changes unmanaged findings";
    assert_eq!(keys(&report), top.split(' ').collect());
    assert_eq!(keys(&report["tool"]), BTreeSet::from(["name", "version"]));
    let counts =
        "create update replace delete adopt move forget record unchanged unmanaged drifted";
    assert_eq!(keys(&report["summary"]), counts.split(' ').collect());
    let of_change: BTreeSet<&str> =
        "address zone zone_id app_id action reason impact labels fields".split(' ').collect();
    for change in report["changes"].as_array().unwrap() {
        let more = if change["action"] == "move" { vec!["moved_from"] } else { Vec::new() };
        assert_eq!(keys(change), of_change.iter().copied().chain(more).collect());
        for field in change["fields"].as_array().unwrap() {
            assert_eq!(
                keys(field),
                "path before after cause source forces_replace".split(' ').collect()
            );
        }
    }
    assert_eq!(keys(&report["unmanaged"][0]), "zone app_id protocol dns_name".split(' ').collect());
    assert_eq!(
        (&report["format_version"], &report["simulated"], &report["selection"]),
        (&json!("1.0"), &json!(true), &Json::Null)
    );
    let drifted = json!({"path": "tls", "before": "strict", "after": "off", "cause": "drift", "source": "api_default", "forces_replace": false});
    assert_eq!(report["changes"][0]["fields"][1], drifted);
}

#[test]
fn markdown_takes_the_meaning_out_of_what_it_shows() {
    let (_, findings) = some_findings();
    let mut plan = full_plan(true);
    plan.findings = findings;
    let side = plan.changes[0].fields[2].after.as_mut().unwrap();
    side.text = "a|b`c\n</code><img src=x> @team **x** [l](u) #12".to_owned();
    let whole = text(|out| render::plan_markdown::write(out, &plan, None));
    assert!(
        whole.starts_with("<!-- spectrumctl plan -->\n### Spectrum plan (SIMULATED)\n"),
        "{whole}"
    );
    let value = "a|b`c </code><img src=x> @team **x** [l](u) #12";
    let block = format!("- proxy_protocol: off\n+ proxy_protocol: {value}\n```\n");
    assert!(whole.contains(&block), "{whole}");
    let whole = whole.replace(value, "");
    assert!(
        whole.contains("ask &#64;&#8203;cloudflare &#124; &#60;b&#62;&#35;&#8203;1&#60;/b&#62;\n"),
        "{whole}"
    );
    assert!(whole.contains("  - fix: use <code>--max-deletes 12</code>\n"), "{whole}");
    assert!(!whole.contains('@') && !whole.contains('\u{1b}'), "{whole}");
}

#[test]
fn markdown_of_a_huge_plan_is_cut_to_what_a_comment_may_have_and_counts_the_rest() {
    let mut plan = full_plan(false);
    let (many, findings) = (plan.changes.clone(), some_findings().1);
    plan.changes = (0..1_000).flat_map(|_| many.clone()).collect();
    plan.findings = (0..1_000).flat_map(|_| findings.clone()).collect();
    plan.unread = (0..5_000).map(|number| format!("zone-{number}.example")).collect();
    let whole = text(|out| render::plan_markdown::write(out, &plan, None));
    assert!((50_000..60_000).contains(&whole.len()), "{} bytes", whole.len());
    assert_eq!(whole.matches("<details>").count(), whole.matches("</details>").count());
    let rows = whole
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("example.com/"))
        .count();
    let left = plan.changes.len() - rows;
    assert!(whole.contains(&format!("\n{left} more changes are not shown here: ")), "{rows} rows");
    let shown = whole.matches("```diff\n").count();
    let differences = plan.changes.iter().filter(|change| !change.fields.is_empty()).count();
    let left = differences - shown;
    assert!(
        whole.contains(&format!("\n{left} more differences are not shown here: ")),
        "{shown} shown"
    );
    assert!(whole.contains("\ndigest: <code>sha256:"));
}

#[test]
fn a_difference_at_the_end_of_a_long_list_is_in_the_markdown() {
    let origins = |last: &str| -> Vec<String> {
        let first = (1..=20).map(|number| format!("tcp://192.0.2.{number}:22"));
        first.chain([format!("tcp://{last}:22")]).collect()
    };
    let (before, after) = (origins("198.51.100.1"), origins("203.0.113.9"));
    let live: Vec<&str> = before.iter().map(String::as_str).collect();
    let live = app(1, "tcp/22", "ssh.example.com", &live, json!({}));
    let yaml = format!(
        "version: 1\nzones: {{example.com: {{apps: {{ssh: {{protocol: tcp/22, \
         dns: {{type: CNAME, name: ssh.example.com}}, origin_direct: {after:?}}}}}}}}}\n"
    );
    let plan = plan_of(&yaml, std::slice::from_ref(&live), &[("ssh", live.clone())], &[], false);
    let whole = text(|out| render::plan_markdown::write(out, &plan, None));
    let block = "```diff\n  origin_direct:\n-   tcp://198.51.100.1:22\n+   tcp://203.0.113.9:22\n    20 unchanged\n```\n";
    assert!(whole.contains(block), "{whole}");
    assert!(!whole.contains("not shown"), "{whole}");
}

proptest::proptest! {
    #[test]
    fn every_value_that_differs_is_in_the_markdown(
        before in proptest::collection::btree_set(1u8..=254, 1..60),
        after in proptest::collection::btree_set(1u8..=254, 1..60),
    ) {
        let origins = |numbers: &BTreeSet<u8>| -> Vec<String> {
            numbers.iter().map(|number| format!("tcp://192.0.2.{number}:22")).collect()
        };
        let (was, becomes) = (origins(&before), origins(&after));
        let live: Vec<&str> = was.iter().map(String::as_str).collect();
        let live = app(1, "tcp/22", "ssh.example.com", &live, json!({}));
        let yaml = format!(
            "version: 1\nzones: {{example.com: {{apps: {{ssh: {{protocol: tcp/22, \
             dns: {{type: CNAME, name: ssh.example.com}}, origin_direct: {becomes:?}}}}}}}}}\n"
        );
        let plan = plan_of(&yaml, std::slice::from_ref(&live), &[("ssh", live.clone())], &[], false);
        let whole = text(|out| render::plan_markdown::write(out, &plan, None));
        for origin in was.iter().filter(|origin| !becomes.contains(origin)) {
            let line = format!("\n-   {origin}\n");
            proptest::prop_assert!(whole.contains(&line), "{origin} goes, unseen: {whole}");
        }
        for origin in becomes.iter().filter(|origin| !was.contains(origin)) {
            let line = format!("\n+   {origin}\n");
            proptest::prop_assert!(whole.contains(&line), "{origin} comes, unseen: {whole}");
        }
    }
}

#[test]
fn the_comment_of_each_configuration_has_a_mark_of_its_own_that_cannot_be_broken() {
    assert_eq!(render::plan_markdown::marker(None), "<!-- spectrumctl plan -->");
    assert_eq!(render::plan_markdown::marker(Some("edge")), "<!-- spectrumctl plan edge -->");
    assert_eq!(
        render::plan_markdown::marker(Some("a --> <img>")),
        "<!-- spectrumctl plan aimg -->"
    );
}
