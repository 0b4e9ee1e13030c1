//! How long it takes to read and validate a configuration and to plan it, without a network.
//!
//! `cargo bench --bench plan`

mod world;

use divan::Bencher;
use spectrumctl::config::{self, Sources, Vars};

use world::{App, World};

fn main() {
    divan::main();
}

/// As many applications in 100 zones.
fn apps(count: usize) -> impl Iterator<Item = App> {
    (0..count).map(|number| App::new(&format!("zone-{:03}.example", number % 100), number / 100))
}

/// Every application is recorded and live as it is configured.
#[divan::bench(args = [100, 1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn nothing_to_do(bencher: Bencher<'_, '_>, count: usize) {
    let world = World::new(&apps(count).collect::<Vec<_>>(), "");
    bencher.bench_local(|| assert_eq!(world.plan(), count));
}

/// No application is recorded or live.
#[divan::bench(args = [100, 1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn first_plan(bencher: Bencher<'_, '_>, count: usize) {
    let world = World::new(&new(apps(count)), "");
    bencher.bench_local(|| assert_eq!(world.plan(), 0));
}

fn new(apps: impl Iterator<Item = App>) -> Vec<App> {
    apps.map(|app| App { recorded: None, live: None, ..app }).collect()
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn reading(bencher: Bencher<'_, '_>, count: usize) {
    let World { text, .. } = World::new(&apps(count).collect::<Vec<_>>(), "");
    bencher.bench_local(|| {
        config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default())
    });
}

/// The first plan of as many applications in one zone, each written out.
#[divan::bench(args = [10_000], sample_count = 10, sample_size = 1)]
fn written_out(bencher: Bencher<'_, '_>, count: usize) {
    let apps = (0..count).map(|number| {
        let hostname = format!("host-{}.example.com", number / 100 + 1);
        App::on("example.com", number, &hostname, number % 100 + 1)
    });
    let world = World::new(&new(apps), "");
    bencher.bench_local(|| assert_eq!(world.plan(), 0));
}

/// The first plan of the same applications, as rows of one template.
#[divan::bench(args = [10_000], sample_count = 10, sample_size = 1)]
fn rows(bencher: Bencher<'_, '_>, count: usize) {
    let template = format!(
        "  example.com:\n    apps:\n      app:\n        each: {{host: 1-{}, port: 1-100}}\n        \
         protocol: tcp/${{each.port}}\n        dns: {{type: CNAME, name: \"host-${{each.host}}.${{zone}}\"}}\n        \
         origin_direct: [\"tcp://192.0.2.1:${{each.port}}\"]\n        ip_firewall: true\n        \
         edge_ips: {{type: dynamic, connectivity: all}}\n",
        count / 100
    );
    let world = World::new(&[], &template).with_zone("example.com");
    bencher.bench_local(|| assert_eq!(world.plan(), 0));
}
