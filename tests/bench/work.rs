//! The kinds of work of which twice as much must be twice the work, and no more.

use serde_json::json;
use spectrumctl::model::Address;
use spectrumctl::model::facts::{Facts, Record, Records};

use super::world::{App, World};

/// A kind of work: what it is called, and the world in which there is so much of it.
pub(crate) type Work = (&'static str, fn(usize) -> World);

pub(crate) const WORK: [Work; 12] = [
    ("zones", zones),
    ("apps", apps),
    ("creates", creates),
    ("deletes", deletes),
    ("adoptions", adoptions),
    ("findings", findings),
    ("moves", moves),
    ("removals", removals),
    ("groups", groups),
    ("zone-moves", zone_moves),
    ("rings", rings),
    ("records", records),
];

fn zone(number: usize) -> String {
    format!("zone-{number:05}.example")
}

/// Two applications in each zone, nothing to do.
fn zones(size: usize) -> World {
    let apps = (0..size).flat_map(|number| [0, 1].map(|app| App::new(&zone(number), app)));
    World::new(&apps.collect::<Vec<_>>(), "")
}

fn in_zones(size: usize) -> impl Iterator<Item = App> {
    (0..size).map(|number| App::new(&zone(number % 20), number / 20))
}

fn apps(size: usize) -> World {
    World::new(&in_zones(size).collect::<Vec<_>>(), "")
}

fn creates(size: usize) -> World {
    let new = in_zones(size).map(|app| App { recorded: None, live: None, ..app });
    World::new(&new.collect::<Vec<_>>(), "")
}

fn deletes(size: usize) -> World {
    let left = in_zones(size).map(|app| App { configured: None, ..app });
    World::new(&left.collect::<Vec<_>>(), "")
}

fn adoptions(size: usize) -> World {
    let found = in_zones(size).map(|app| App { recorded: None, ..app });
    World::new(&found.collect::<Vec<_>>(), "")
}

/// Each is live as it is configured, with something that the API takes no more.
fn findings(size: usize) -> World {
    let wrong = in_zones(size).map(|mut app| {
        for form in [&mut app.wanted, &mut app.found] {
            form["protocol"] =
                json!(form["protocol"].as_str().unwrap_or_default().replace("tcp", "udp"));
            form["origin_direct"] = json!(["udp://192.0.2.1:53"]);
            form["tls"] = json!("full");
        }
        app
    });
    World::new(&wrong.collect::<Vec<_>>(), "")
}

/// Each has another key than it is recorded under, and an entry says so.
fn moves(size: usize) -> World {
    let mut entries = "moved:\n".to_owned();
    let renamed = in_zones(size).map(|mut app| {
        let from = app.recorded.clone().expect("every application is recorded");
        let to = Address::new(&from.zone, &format!("new-{}", from.key));
        entries.push_str(&format!("  - {{from: {from}, to: {to}}}\n"));
        app.configured = Some(to);
        app
    });
    let renamed: Vec<App> = renamed.collect();
    World::new(&renamed, &entries)
}

fn removals(size: usize) -> World {
    let mut entries = "removed:\n".to_owned();
    let left = in_zones(size).map(|mut app| {
        let address = app.configured.take().expect("every application is configured");
        entries.push_str(&format!("  - {{app: {address}}}\n"));
        app
    });
    let left: Vec<App> = left.collect();
    World::new(&left, &entries)
}

/// Two applications on each hostname, whose static addresses change: each pair is replaced together.
fn groups(size: usize) -> World {
    let members = (0..2 * size).map(|number| {
        let (group, port) = (number / 2, number % 2 + 1);
        let zone = zone(group % 20);
        let mut app = App::on(&zone, number, &format!("host-{group}.{zone}"), port);
        let addresses = |first: u8| {
            json!({"type": "static", "ips": [format!("{first}.0.{}.{}", group / 250, group % 250 + 1)]})
        };
        for form in [&mut app.wanted, &mut app.found] {
            form["dns"]["type"] = json!("ADDRESS");
        }
        app.wanted["edge_ips"] = addresses(23);
        app.found["edge_ips"] = addresses(24);
        app.wanted["lifecycle"] = json!({"replace": "allow"});
        app
    });
    World::new(&members.collect::<Vec<_>>(), "")
}

/// Each leaves a zone for the one below it.
fn zone_moves(size: usize) -> World {
    let moving = (0..size).map(|number| {
        let (host, port) = (number / 10, number % 10 + 1);
        let mut app = App::on("example.com", number, &format!("host-{host}.sub.example.com"), port);
        app.configured = Some(Address::new("sub.example.com", &format!("app-{number}")));
        app
    });
    // What moves is one application that goes and one that comes.
    World::new(&moving.collect::<Vec<_>>(), "")
}

/// Pairs whose ranges of ports overlap in a ring, one of which may be replaced: rings that have nothing to do with each other.
fn rings(size: usize) -> World {
    let members = (0..2 * size).map(|number| {
        let (ring, is_second) = (number / 2, number % 2 == 1);
        let zone = zone(ring % 20);
        let mut app = App::on(&zone, number, &format!("host-{ring}.{zone}"), 1);
        let (now, then) =
            if is_second { ("tcp/11-20", "tcp/5-10") } else { ("tcp/1-10", "tcp/11-15") };
        for (form, ports, origin) in [
            (&mut app.found, now, "tcp://192.0.2.1:1-10"),
            (&mut app.wanted, then, "tcp://192.0.2.1:1-5"),
        ] {
            form["protocol"] = json!(ports);
            form["origin_direct"] = json!([origin]);
        }
        if is_second {
            app.wanted["origin_direct"] = json!(["tcp://192.0.2.1:1-6"]);
            app.wanted["lifecycle"] = json!({"replace": "allow"});
        }
        app
    });
    World::new(&members.collect::<Vec<_>>(), "")
}

/// What is to be created in one zone, of which all records were read.
fn records(size: usize) -> World {
    let name = |number: usize| format!("host-{number}.example.com");
    let new = (0..size).map(|number| {
        let app = App::on("example.com", number, &name(number), 1);
        App { recorded: None, live: None, ..app }
    });
    let world = World::new(&new.collect::<Vec<_>>(), "");
    let record = |number| Record { name: name(number + size), kind: "A".to_owned(), proxied: true };
    let mut facts = Facts::default();
    facts.zones.entry("example.com".to_owned()).or_default().records =
        Some(Records::of_zone((0..size).map(record)));
    World { facts: Some(facts), ..world }
}
