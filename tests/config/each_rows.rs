//! `each` written out: the same as by hand, row by row, in no more time; and applied, targeted and moved like any application.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::json;
use spectrumctl::ledger::Snapshot;
use spectrumctl::model::{Tier, ZoneId};
use spectrumctl::plan::{self, Input, LiveZone, Plan, Policy};
use spectrumctl::validate;

use super::each::{THREE, findings, loaded, shown, zone};
use crate::support::Sandbox;

fn planned(text: &str) -> Plan {
    let loaded = loaded(text);
    let policy = Policy::at("2026-08-01T00:00:00Z".parse().unwrap());
    let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
    assert_eq!(desired.findings, []);
    let zone = LiveZone {
        name: "example.com".to_owned(),
        id: ZoneId::from_api("023e105f4ecef8ad9ca31a8372d0c353"),
        account: None,
        tier: Some(Tier::Enterprise),
        apps: Vec::new(),
    };
    plan::plan(&Input {
        desired: &desired,
        recorded: &Snapshot::default(),
        live: &[zone],
        unread: &[],
        facts: None,
        policy: &policy,
    })
}

/// The product of hosts and ports as a template.
fn template(hosts: &[String], ports: &[u16]) -> String {
    zone(&format!(
        "app:
  each: {{host: {hosts:?}, port: {ports:?}}}
  protocol: tcp/${{each.port}}
  dns: {{type: CNAME, name: \"${{each.host}}.${{zone}}\"}}
  origin_direct: [\"tcp://192.0.2.1:${{each.port}}\"]
  ip_firewall: true"
    ))
}

/// The same by hand, in the given order of hosts and ports.
fn by_hand(hosts: &[String], ports: &[u16]) -> String {
    let mut apps = String::new();
    for (host, port) in hosts.iter().flat_map(|host| ports.iter().map(move |port| (host, port))) {
        write!(
            apps,
            "app/{host}/{port}:
  protocol: tcp/{port}
  dns: {{type: CNAME, name: {host}.example.com}}
  origin_direct: [\"tcp://192.0.2.1:{port}\"]
  ip_firewall: true
"
        )
        .unwrap();
    }
    zone(&apps)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn the_expansion_is_what_somebody_would_have_written_by_hand(
        hosts in prop::collection::btree_set("[a-z][a-z0-9]{0,8}", 1..5),
        ports in prop::collection::btree_set(1_u16.., 1..6),
    ) {
        let (hosts, ports): (Vec<String>, Vec<u16>) = (hosts.into_iter().collect(), ports.into_iter().collect());
        let (each, hand) = (planned(&template(&hosts, &ports)), planned(&by_hand(&hosts, &ports)));
        prop_assert_eq!(each.summary.create, hosts.len() * ports.len());
        prop_assert_eq!(each.digest, hand.digest);
    }

    #[test]
    fn rows_that_come_go_or_change_places_change_no_other_row(
        ports in prop::collection::btree_set(1_u16.., 2..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 12),
        gone in any::<prop::sample::Index>(),
    ) {
        let hosts = ["one".to_owned(), "two".to_owned()];
        let ports: Vec<u16> = ports.into_iter().collect();
        let before = shown(&template(&hosts, &ports));
        let mut shuffled = ports.clone();
        (0..shuffled.len()).for_each(|index| shuffled.swap(index, order[index].index(ports.len())));
        let turned = [hosts[1].clone(), hosts[0].clone()];
        prop_assert_eq!(&before, &shown(&template(&turned, &shuffled)));
        let removed = shuffled.remove(gone.index(ports.len()));
        let after = shown(&template(&hosts, &shuffled));
        let lost: Vec<String> = hosts.iter().map(|host| format!("example.com/app/{host}/{removed}")).collect();
        prop_assert_eq!(before.len(), after.len() + 2);
        for (address, fields) in &before {
            prop_assert_eq!(after.get(address), Some(fields).filter(|_| !lost.contains(address)));
        }
    }
}

/// The shortest of three runs.
fn time(run: impl Fn()) -> Duration {
    let once = |_| {
        let begin = Instant::now();
        run();
        begin.elapsed()
    };
    (0..3).map(once).min().unwrap()
}

#[test]
fn rows_take_no_longer_than_what_they_stand_for() {
    let hosts: Vec<String> = (0..20).map(|number| format!("host-{number}")).collect();
    let ports: Vec<u16> = (1..=100).collect();
    let (each, hand) = (template(&hosts, &ports), by_hand(&hosts, &ports));
    assert_eq!(loaded(&each).configuration.apps().count(), 2000);
    let (rows, written) = (time(|| drop(findings(&each))), time(|| drop(findings(&hand))));
    assert!(rows <= written.mul_f64(1.3), "{rows:?} for rows, {written:?} for what is written out");
}

#[test]
fn a_template_that_would_fill_the_memory_is_refused() {
    let origins: Vec<String> =
        (0..400).map(|last| format!("tcp://192.0.{}.{}:1", last / 200, last % 200)).collect();
    let text = zone(&format!(
        "big:
  each: {{port: 1-9000}}
  protocol: tcp/${{each.port}}
  dns: {{type: CNAME, name: \"big.${{zone}}\"}}
  origin_direct: {origins:?}"
    ));
    let codes: Vec<String> =
        findings(&text).iter().map(|finding| finding.code.to_string()).collect();
    assert!(codes.contains(&"too-large".to_owned()), "{codes:?}");
}

#[test]
fn rows_are_applied_targeted_moved_and_found_again() {
    let sandbox = Sandbox::with(&zone(THREE));
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    let plan = |arguments: &[&str]| sandbox.json(&[&["--sim", "plan"][..], arguments].concat()).1;
    assert_eq!(plan(&[])["summary"]["unchanged"], 10);
    sandbox.edit("spectrum.yaml", "tcp://192.0.2.1:${each.port}", "tcp://192.0.2.9:${each.port}");
    let targeted = plan(&["--target", "example.com/ftp/5*"]);
    assert_eq!((&targeted["summary"]["update"], &targeted["complete"]), (&json!(3), &json!(false)));
    sandbox.edit("spectrum.yaml", "50000-50002", "50000-50003");
    let both = plan(&[]);
    assert_eq!((&both["summary"]["update"], &both["summary"]["create"]), (&json!(4), &json!(1)));
    sandbox.edit("spectrum.yaml", "tcp://192.0.2.9:${each.port}", "tcp://192.0.2.1:${each.port}");
    sandbox.edit("spectrum.yaml", "50000-50003", "50000-50002");
    sandbox.edit("spectrum.yaml", "ftp:\n", "files:\n");
    let moved = plan(&[]);
    assert_eq!((&moved["summary"]["move"], &moved["summary"]["delete"]), (&json!(4), &json!(0)));
}

#[test]
fn a_range_that_becomes_rows_is_shown_as_a_delete_and_creates() {
    let range = "ports:
  protocol: tcp/7000-7002
  dns: {type: CNAME, name: \"ports.${zone}\"}
  origin_direct: [\"tcp://192.0.2.1:7000-7002\"]";
    let sandbox = Sandbox::with(&zone(range));
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    let rows = range
        .replace("7000-7002", "${each.port}")
        .replace("protocol:", "each: {port: 7000-7002}\n  protocol:");
    sandbox.write("spectrum.yaml", zone(&rows));
    let (_, plan) = sandbox.json(&["--sim", "plan"]);
    let actions: BTreeSet<(String, String)> = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            (
                change["address"].as_str().unwrap().to_owned(),
                change["action"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        ("example.com/ports", "delete"),
        ("example.com/ports/7000", "create"),
        ("example.com/ports/7001", "create"),
        ("example.com/ports/7002", "create"),
    ];
    let expected = expected.map(|(address, action)| (address.to_owned(), action.to_owned()));
    assert_eq!(actions, BTreeSet::from(expected), "{plan:#}");
}

#[test]
fn what_is_written_out_is_a_configuration_with_the_same_digest() {
    let mut sandbox = Sandbox::with(&format!(
        "variables: {{ENV: {{default: prod}}}}\n{}",
        zone(&THREE.replace("ip: 192.0.2.10", "ip: \"${MAIN}\""))
    ));
    sandbox.set("SPECTRUM_VAR_MAIN", "192.0.2.10");
    let written = sandbox.run(&["show", "--expand"]).ends_with(0).stdout;
    assert!(written.contains("      game/us/7778:\n        protocol: udp/7778\n"), "{written}");
    assert!(written.contains("tcp://${MAIN}:5432") && !written.contains("192.0.2.10"), "{written}");
    assert!(!written.contains("each") && !written.contains("${zone}"), "{written}");
    let digest = || sandbox.json(&["--sim", "plan"]).1["digest"].clone();
    let before = digest();
    sandbox.write("spectrum.yaml", &written);
    assert_eq!(digest(), before);
    assert_eq!(sandbox.run(&["show", "--expand"]).ends_with(0).stdout, written);
}

#[test]
fn a_template_that_is_wrong_is_not_written_out() {
    let sandbox =
        Sandbox::with(&zone("ftp:\n  each: {port: [21, 21]}\n  protocol: tcp/${each.port}"));
    let ran = sandbox.run(&["show", "--expand"]).ends_with(3);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("error[duplicate-row]"), "{}", ran.all());
}

#[test]
fn rows_with_a_key_keep_their_addresses_in_any_order() {
    let text = |rows: &[&str]| {
        zone(&format!(
            "db:
  each: [{}]
  protocol: tcp/${{each.port}}
  dns: {{type: CNAME, name: \"${{each.key}}.${{zone}}\"}}
  origin_direct: [\"tcp://192.0.2.1:${{each.port}}\"]",
            rows.join(", ")
        ))
    };
    let rows = ["{key: a, port: 1}", "{key: b, port: 2}", "{port: 3, key: c}"];
    let all = shown(&text(&rows));
    assert_eq!(all, shown(&text(&[rows[2], rows[0], rows[1]])));
    let two = shown(&text(&[rows[2], rows[0]]));
    assert_eq!(two.keys().collect::<Vec<_>>(), ["example.com/db/a", "example.com/db/c"]);
    assert!(two.iter().all(|(address, fields)| all[address] == *fields));
}

#[test]
fn ten_thousand_applications_are_counted_over_all_zones() {
    let rows = |last: u32| {
        format!(
            "{{each: {{port: 1-{last}}}, protocol: \"tcp/${{each.port}}\", dns: {{type: CNAME, name: \"${{zone}}\"}}, origin_direct: [\"tcp://192.0.2.1:1\"]}}"
        )
    };
    let single = "{protocol: tcp/1, dns: {type: CNAME, name: \"one.${zone}\"}, origin_direct: [\"tcp://192.0.2.1:1\"]}";
    let text = |last: u32| {
        format!(
            "version: 1\nzones:\n  example.com: {{apps: {{all: {}}}}}\n  example.net: {{apps: {{all: {}, one: {single}}}}}\n",
            rows(4000),
            rows(last)
        )
    };
    assert_eq!(loaded(&text(5999)).findings, []);
    let found = loaded(&text(6000)).findings;
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.code.as_str(), finding.place.as_ref().map(|place| place.line)))
        .collect();
    assert_eq!(told, [("too-many-applications", Some(4))]);
    assert!(found[0].summary.contains("6000 applications, and with the 4001 others"), "{found:?}");
}
