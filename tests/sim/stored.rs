//! A world on disk: a snapshot and a log, so a write costs the same in a large world as in a small
//! one, and a killed process loses nothing that was answered.

use std::path::Path;

use reqwest::Method;
use serde_json::Value as Json;
use spectrumctl::sim::{Options, World, file};

use super::api::{Api, app, apps, ssh};

async fn kept_in(path: &Path, mut world: World) -> Api {
    world.rate_limit = None;
    Api::with(world, Options::default().kept_in(path)).await
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |data| data.len())
}

#[tokio::test]
async fn what_was_answered_is_on_disk_and_a_torn_line_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let log = folder.path().join("world.json.log");
    let api = kept_in(&path, World::default()).await;
    for index in 0..5 {
        assert_eq!(api.create(ssh(&format!("a{index}.example.com"), 22)).await.status, 200);
    }
    let list = api.get(&apps()).await.body["result"].clone();
    let id = list[1]["id"].as_str().unwrap().to_owned();
    api.send(Method::DELETE, &app(&id), None).await;
    let kept = async |mut world: World| {
        world.rate_limit = None;
        let api = Api::of(world).await;
        api.get(&apps()).await.body["result"].clone()
    };
    let expected = api.get(&apps()).await.body["result"].clone();
    assert_eq!(kept(file::load(&path).unwrap().unwrap()).await, expected);
    // The process is killed in the middle of a line; the line before it is whole.
    let mut text = std::fs::read_to_string(&log).unwrap();
    text.truncate(text.len() - 5);
    std::fs::write(&log, &text).unwrap();
    assert_eq!(kept(file::load(&path).unwrap().unwrap()).await, list);
    std::fs::write(&log, "{\"counter\":\"many\"}\n").unwrap();
    assert!(file::load(&path).unwrap_err().to_string().contains("world.json.log"));
}

#[tokio::test]
async fn a_log_that_is_older_than_its_snapshot_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let log = folder.path().join("world.json.log");
    let api = kept_in(&path, World::default()).await;
    api.create(ssh("a.example.com", 22)).await;
    api.create(ssh("b.example.com", 22)).await;
    let old = std::fs::read_to_string(&log).unwrap();
    // A new process writes a snapshot, and is killed before it empties the log.
    let api = kept_in(&path, file::load(&path).unwrap().unwrap()).await;
    let list = api.get(&apps()).await;
    let id = list.ids()[1].to_owned();
    api.send(Method::DELETE, &app(&id), None).await;
    std::fs::write(&log, old).unwrap();
    let world = file::load(&path).unwrap().unwrap();
    assert_eq!(world.app_count(), 1);
}

#[tokio::test]
async fn a_write_costs_the_same_in_a_large_world() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let log = folder.path().join("world.json.log");
    let api = kept_in(&path, World::default()).await;
    api.create(ssh("first.example.com", 22)).await;
    let mut written = Vec::new();
    for index in 0..300 {
        let before = size(&path) + size(&log);
        api.create(ssh(&format!("a{index:03}.example.com"), 22)).await;
        written.push(size(&path) + size(&log) - before);
    }
    let (least, most) = (written.iter().min().unwrap(), written.iter().max().unwrap());
    assert!(most - least < 20, "between {least} and {most} bytes");
}

#[test]
fn a_world_of_the_first_version_is_read() {
    let mut value: Json = serde_json::from_str(&World::default().to_json()).unwrap();
    value["format_version"] = 1.into();
    assert_eq!(World::from_json(&value.to_string()).unwrap().app_count(), 0);
}
