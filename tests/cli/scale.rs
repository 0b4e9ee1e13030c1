//! Large accounts: how many calls a plan makes, and how much an apply writes.

use std::fmt::Write;

use crate::support::account::{Account, Ran};

/// A seed and a configuration of so many zones, each with an application that is live already.
async fn account_of(zones: usize) -> Account {
    let (mut seed, mut configuration) = ("zones:\n".to_owned(), "version: 1\nzones:\n".to_owned());
    let mut apps = "apps:\n".to_owned();
    for zone in (0..zones).map(name) {
        writeln!(seed, "  - {{name: {zone}}}").unwrap();
        let app = format!(
            "protocol: tcp/22, dns: {{type: CNAME, name: ssh.{zone}}}, origin_direct: [\"tcp://192.0.2.1:22\"]"
        );
        writeln!(apps, "  - {{zone: {zone}, {app}}}").unwrap();
        writeln!(configuration, "  {zone}:\n    apps:\n      ssh: {{{app}}}").unwrap();
    }
    let account = Account::holding(&(seed + &apps)).await;
    account.configure(&configuration);
    account
}

fn name(number: usize) -> String {
    format!("zone-{number:03}.example")
}

fn lists(ran: &Ran) -> usize {
    ran.calls_of("/spectrum/apps?")
}

#[tokio::test]
async fn a_hundred_zones_are_read_in_little_more_than_a_hundred_calls() {
    let account = account_of(100).await;
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, lists(&ran)), (0, 100), "{}", ran.stderr);
    assert_eq!(ran.json()["summary"]["adopt"], 100);
    assert!(ran.calls.len() <= 110, "{} calls: {:#?}", ran.calls.len(), ran.calls);
    let applied = account.apply(&[]).await;
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    let again = account.plan(&[]).await;
    assert_eq!((again.exit, lists(&again)), (0, 100));
    assert_eq!(again.json()["summary"]["unchanged"], 100);
    assert!(again.calls.len() <= 110, "{} calls", again.calls.len());
}

#[tokio::test]
async fn few_zones_are_looked_up_one_by_one() {
    let account = account_of(4).await;
    account.load(&format!("zones: [{{name: {}}}]", name(60)));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, ran.calls_of("/zones?name=")), (0, 4), "{:#?}", ran.calls);
    assert_eq!(ran.calls.len(), 8, "{:#?}", ran.calls);
}

#[tokio::test]
async fn zones_are_not_listed_where_the_token_sees_many_more_than_are_wanted() {
    let account = account_of(6).await;
    let many: Vec<String> = (100..400).map(|zone| format!("{{name: {}}}", name(zone))).collect();
    account.load(&format!("zones: [{}]", many.join(", ")));
    let ran = account.plan(&[]).await;
    assert_eq!((ran.exit, ran.calls_of("/zones?name=")), (0, 6), "{:#?}", ran.calls);
    assert_eq!(ran.calls_of("/zones?order="), 1, "the first page tells that there are too many");
}

#[tokio::test]
async fn a_zone_that_the_list_lacks_is_looked_up() {
    let account = account_of(6).await;
    let text = std::fs::read_to_string(account.path("spectrum.yaml")).unwrap();
    account.configure(&(text + "  nowhere.example: {apps: {}}\n"));
    let ran = account.plan(&[]).await;
    assert_eq!(ran.exit, 1, "{}", ran.stdout);
    assert!(ran.codes().contains(&"zone-not-found".to_owned()), "{:?}", ran.codes());
    assert_eq!((ran.calls_of("/zones?order="), ran.calls_of("/zones?name=")), (1, 1));
    assert_eq!(lists(&ran), 6);
}

/// What a process has handed to the system to be written, read when it has ended and before it is forgotten.
#[cfg(target_os = "linux")]
fn written_by(mut child: std::process::Child) -> u64 {
    let process = format!("/proc/{}", child.id());
    let text = |name: &str| std::fs::read_to_string(format!("{process}/{name}")).unwrap();
    let has_ended = || text("stat").rsplit_once(')').unwrap().1.trim_start().starts_with('Z');
    while !has_ended() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let written = text("io").lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok());
    assert!(child.wait().unwrap().success());
    written.unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn what_an_apply_writes_for_each_step_does_not_grow_with_the_number_of_applications() {
    use std::process::Stdio;

    use crate::support::Sandbox;

    let written = |apps: usize| {
        let mut text = "version: 1\nzones:\n  example.com:\n    apps:\n".to_owned();
        for app in 0..apps {
            writeln!(
                text,
                "      app-{app}: {{protocol: tcp/22, dns: {{type: CNAME, name: app-{app}.example.com}}, \
                 origin_direct: [\"tcp://192.0.2.1:22\"]}}"
            )
            .unwrap();
        }
        let sandbox = Sandbox::with(&text);
        let mut command = sandbox.command(&["--sim", "apply", "--auto-approve", "--quiet"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        written_by(command.spawn().unwrap())
    };
    // The first write puts a snapshot of state and world there, so what is compared is what more steps add.
    let (small, middle, large) = (written(40), written(80), written(160));
    let (early, late) = ((middle - small) as f64 / 40.0, (large - middle) as f64 / 80.0);
    assert!(late < early * 1.25, "{early:.0} bytes a step, then {late:.0}");
}
