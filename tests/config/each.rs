//! `each`: which applications it stands for, what is said of them, and where.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use spectrumctl::config::{self, Loaded, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::model::Field;
use spectrumctl::validate;

pub(super) fn loaded(text: &str) -> Loaded {
    config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::default())
}

pub(super) fn findings(text: &str) -> Vec<Finding> {
    let loaded = loaded(text);
    validate::validate(&loaded.configuration, loaded.findings, date(2026, 8, 1)).findings
}

/// A configuration of one zone with these applications, each line as it is written under `apps`.
pub(super) fn zone(apps: &str) -> String {
    let apps: String = apps.lines().map(|line| format!("      {line}\n")).collect();
    format!("version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n{apps}")
}

pub(super) const THREE: &str = "ftp:
  each: {port: [21, 50000-50002]}
  protocol: tcp/${each.port}
  dns: {type: CNAME, name: \"ftp.${zone}\"}
  origin_direct: [\"tcp://192.0.2.1:${each.port}\"]
game:
  each: {region: [eu, us], port: [7777, 7778]}
  protocol: udp/${each.port}
  dns: {type: CNAME, name: \"${each.region}.${app}.${zone}\"}
  origin_dns: {name: \"origin-${each.region}.${zone}\"}
  origin_port: ${each.port}
  labels: {region: \"${each.region}\"}
  note: row ${each.region} of ${app}
db:
  each: [{key: main, port: 5432, ip: 192.0.2.10}, {key: replica, port: 5433, ip: 192.0.2.11}]
  protocol: tcp/${each.port}
  dns: {type: CNAME, name: \"${each.key}.db.${zone}\"}
  origin_direct: [\"tcp://${each.ip}:5432\"]
";

/// The applications by address, each with its fields as they are shown.
pub(super) fn shown(text: &str) -> BTreeMap<String, String> {
    let loaded = loaded(text);
    assert_eq!(loaded.findings, []);
    let apps = loaded.configuration.apps().map(|app| {
        let fields: Vec<String> = app
            .draft
            .given
            .iter()
            .map(|(field, given)| format!("{}={}", field.path(), given.shown()))
            .collect();
        let beside = format!("{:?} {:?}", app.labels, app.note);
        (app.address.to_string(), format!("{} {beside}", fields.join(" ")))
    });
    apps.collect()
}

#[test]
fn lists_ranges_products_and_rows_stand_for_one_application_each() {
    let apps = shown(&zone(THREE));
    let addresses: Vec<&str> = apps.keys().map(String::as_str).collect();
    assert_eq!(
        addresses,
        [
            "example.com/db/main",
            "example.com/db/replica",
            "example.com/ftp/21",
            "example.com/ftp/50000",
            "example.com/ftp/50001",
            "example.com/ftp/50002",
            "example.com/game/eu/7777",
            "example.com/game/eu/7778",
            "example.com/game/us/7777",
            "example.com/game/us/7778",
        ]
    );
    assert_eq!(
        apps["example.com/game/us/7778"],
        "protocol=udp/7778 dns.name=us.game.example.com dns.type=CNAME origin_dns.name=origin-us.example.com \
         origin_port=7778 {\"region\": \"us\"} Some(\"row us of game\")"
    );
    assert!(apps["example.com/db/replica"].contains("origin_direct=[tcp://192.0.2.11:5432]"));
}

#[test]
fn every_mistake_in_each_is_found_at_its_line_and_nothing_else() {
    const TEXT: &str = include_str!("bad_each.yaml");
    let lines = (1..).zip(TEXT.lines());
    let marks = lines.filter_map(|(number, line)| Some((number, line.split_once("# <- ")?.1)));
    let marked: BTreeSet<(u32, String)> = marks
        .flat_map(|(number, codes)| codes.split(' ').map(move |code| (number, code.to_owned())))
        .collect();
    let found: BTreeSet<(u32, String)> = findings(TEXT)
        .iter()
        .map(|finding| {
            (finding.place.as_ref().map_or(0, |place| place.line), finding.code.to_string())
        })
        .collect();
    let missed: Vec<_> = marked.difference(&found).collect();
    let extra: Vec<_> = found.difference(&marked).collect();
    assert!(missed.is_empty() && extra.is_empty(), "missed {missed:?}\nextra {extra:?}");
}

#[test]
fn a_mistake_in_one_row_names_the_row_and_one_in_all_rows_counts_them() {
    let text = zone(
        "ftp:
  each: {port: [21, 22, 65535]}
  protocol: tcp/${each.port}
  dns: {type: CNAME, name: \"ftp.${zone}\"}
  origin_direct: [\"tcp://192.0.2.1:${each.port}\", \"tcp://192.0.2.2:1${each.port}\"]
  tls: stric",
    );
    let found = findings(&text);
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.address.as_deref(), finding.path.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [(Some("example.com/ftp/65535"), "origin_direct"), (Some("example.com/ftp"), "tls"),],
        "{found:#?}"
    );
    let [row] = found[0].related.as_slice() else { panic!("{:?}", found[0]) };
    assert_eq!(row.note, "example.com/ftp/65535, from each.port");
    assert_eq!((row.place.line, row.place.column), (7, 31));
    assert!(found[1].summary.ends_with("(in all 3 rows)"), "{}", found[1].summary);
}

#[test]
fn a_thousand_wrong_rows_are_one_finding() {
    let text = zone(
        "all:
  each: {port: 1-1000}
  protocol: tpc/${each.port}
  dns: {type: CNAME, name: \"all.${zone}\"}
  origin_direct: [\"tcp://192.0.2.1:1\"]",
    );
    let found = findings(&text);
    assert_eq!(found.len(), 1, "{:?}", found.iter().take(3).collect::<Vec<_>>());
    assert!(
        found[0].summary.ends_with("(such a mistake in all 1000 rows)"),
        "{}",
        found[0].summary
    );
}

#[test]
fn an_anchor_a_default_and_a_second_file_work_with_each() {
    let one = "version: 1
x-game: &game
  each: &where {region: [eu, us]}
  protocol: udp/7777
  dns: {name: \"${each.region}.${app}.${zone}\"}
  origin_direct: [\"udp://192.0.2.1:7777\"]
zones:
  example.com:
    plan: enterprise
    defaults: {dns: {type: CNAME}}
    apps:
      chess: {<<: *game, dns: {type: CNAME, name: \"${each.region}.${app}.${zone}\"}}
      go: {<<: *game, each: {region: [jp]}, dns: {type: CNAME, name: \"${each.region}.go.${zone}\"}}
      alone: {<<: *game, each: ~, protocol: udp/1, dns: {type: CNAME, name: \"alone.${zone}\"}}
";
    let two = "version: 1
zones:
  example.com:
    apps:
      other:
        each: {port: 1-2}
        protocol: tcp/${each.port}
        dns: {type: CNAME, name: \"other.${zone}\"}
        origin_direct: [\"tcp://192.0.2.1:1\"]
";
    let sources = Sources::new([("one.yaml", one), ("two.yaml", two)]);
    let loaded = config::load(&sources, &Vars::default());
    assert_eq!(loaded.findings, []);
    let addresses: Vec<String> =
        loaded.configuration.apps().map(|app| app.address.to_string()).collect();
    let expected = ["alone", "chess/eu", "chess/us", "go/jp", "other/1", "other/2"];
    assert_eq!(addresses, expected.map(|key| format!("example.com/{key}")));
    let files: BTreeSet<&str> = loaded.configuration.apps().map(|app| app.file.as_str()).collect();
    assert_eq!(files, BTreeSet::from(["one.yaml", "two.yaml"]));
}

#[test]
fn a_row_may_decide_its_own_lifecycle_and_hide_its_origin() {
    let text = zone(
        "db:
  each: [{key: main, port: 5432, ip: \"${MAIN}\", guard: strict}, {key: copy, port: 5433, ip: 192.0.2.2, guard: false}]
  protocol: tcp/${each.port}
  dns: {type: CNAME, name: \"${each.key}.${zone}\"}
  origin_direct: [\"tcp://${each.ip}:5432\"]
  lifecycle: {protect: \"${each.guard}\"}",
    );
    let vars = Vars::from_environment([("MAIN".to_owned(), "192.0.2.1".to_owned())]);
    let loaded = config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &vars);
    assert_eq!(loaded.findings, []);
    let apps: Vec<_> = loaded.configuration.apps().collect();
    let shown: Vec<String> = apps.iter().map(|app| app.draft.shown(Field::OriginDirect)).collect();
    assert_eq!(shown, ["[tcp://192.0.2.2:5432]", "tcp://‹MAIN›:5432"]);
    let guarded: Vec<String> =
        apps.iter().map(|app| format!("{:?}", app.lifecycle.protect)).collect();
    assert_eq!(guarded, ["Off", "Strict"]);
}
