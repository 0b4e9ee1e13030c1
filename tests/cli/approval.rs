//! Plans that are approved before they are carried out: saved in a file, or by their digest.

use serde_json::{Value as Json, json};

use crate::support::account::Account;
use crate::support::{Sandbox, Simulator};

const CONFIGURATION: &str = r#"version: 1
zones:
  example.com:
    apps:
      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"]}
      web: {protocol: tcp/443, dns: {type: CNAME, name: web.example.com}, origin_direct: ["tcp://192.0.2.2:443"]}
"#;

const NEW: &str = "      new: {protocol: tcp/25, dns: {type: CNAME, name: new.example.com}, origin_direct: [\"tcp://192.0.2.3:25\"]}\n";

/// A sandbox whose two applications are live.
fn begun() -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(CONFIGURATION);
    let simulator = Simulator::start(&sandbox, &["--world", "cloudflare.json"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    (sandbox, simulator)
}

/// The same with a saved plan that creates one and updates one.
fn saved() -> (Sandbox, Simulator) {
    let (sandbox, simulator) = begun();
    sandbox.edit("spectrum.yaml", "192.0.2.1:22", "192.0.2.9:22");
    sandbox.write("spectrum.yaml", sandbox.read("spectrum.yaml") + NEW);
    sandbox.run(&["plan", "--out", "plan.json"]).ends_with(0);
    (sandbox, simulator)
}

/// Changes a field of an application behind the tool's back.
fn change(simulator: &Simulator, hostname: &str, protocol: &str, field: &str, value: &Json) {
    let path = format!(
        "/zones/{}/spectrum/apps/{}",
        simulator.zone("example.com"),
        simulator.app_id("example.com", hostname, protocol)
    );
    simulator.must("PATCH", &path, Some(&json!({ field: value })));
}

#[test]
fn a_saved_plan_is_carried_out_without_configuration_and_only_once() {
    let (sandbox, simulator) = saved();
    sandbox.remove("spectrum.yaml");
    let ran = sandbox.run(&["apply", "plan.json"]).ends_with(0);
    assert!(ran.stdout.contains("2 done"), "{ran:?}");
    assert_eq!(simulator.apps("example.com").len(), 3);
    let again = sandbox.run(&["apply", "plan.json"]).ends_with(5);
    assert!(again.all().contains("the plan was applied at"), "{again:?}");
}

#[test]
fn a_saved_plan_is_for_its_owner_only_and_holds_no_credential() {
    let (sandbox, _simulator) = saved();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(sandbox.path("plan.json")).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let text = sandbox.read("plan.json");
    assert!(!text.contains("a-token-of-the-tests") && text.contains("192.0.2.9"));
}

#[test]
fn a_saved_plan_that_was_edited_or_is_none_is_refused() {
    let (sandbox, _simulator) = saved();
    sandbox.write("edited.json", sandbox.read("plan.json").replace("192.0.2.9", "192.0.2.8"));
    assert!(
        sandbox.run(&["apply", "edited.json"]).ends_with(1).all().contains("damaged or edited")
    );
    sandbox.write(
        "later.json",
        sandbox.read("plan.json").replacen("\"format_version\": 2", "\"format_version\": 3", 1),
    );
    assert!(sandbox.run(&["apply", "later.json"]).ends_with(1).all().contains("format version 3"));
    assert!(
        sandbox.run(&["apply", "spectrum.yaml"]).ends_with(1).all().contains("not a saved plan")
    );
    assert!(sandbox.run(&["apply", "absent.json"]).ends_with(1).all().contains("absent.json"));
}

#[test]
fn a_saved_plan_goes_stale_by_what_it_touches_and_by_nothing_else() {
    let (sandbox, simulator) = saved();
    change(&simulator, "web.example.com", "tcp/443", "tls", &json!("full"));
    change(&simulator, "ssh.example.com", "tcp/22", "ip_firewall", &json!(true));
    let stale = sandbox.run(&["apply", "plan.json"]).ends_with(5);
    assert!(
        stale.all().contains("the live application of example.com/ssh was changed"),
        "{stale:?}"
    );
    change(&simulator, "ssh.example.com", "tcp/22", "ip_firewall", &json!(false));
    sandbox.run(&["apply", "plan.json"]).ends_with(0);
}

#[test]
fn a_saved_plan_outlives_the_apply_of_somebody_elses_change() {
    let (sandbox, _simulator) = saved();
    let mine = sandbox.read("spectrum.yaml");
    sandbox.write("spectrum.yaml", CONFIGURATION.replace("192.0.2.2:443", "192.0.2.7:443"));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", mine);
    sandbox.run(&["apply", "plan.json"]).ends_with(0);
}

#[test]
fn a_saved_plan_is_stale_when_the_identity_of_its_create_is_taken_or_its_record_has_changed() {
    let (sandbox, simulator) = saved();
    let body = json!({"protocol": "tcp/25", "dns": {"type": "CNAME", "name": "new.example.com"}, "origin_direct": ["tcp://192.0.2.3:25"]});
    let made = simulator.must(
        "POST",
        &format!("/zones/{}/spectrum/apps", simulator.zone("example.com")),
        Some(&body),
    );
    let stale = sandbox.run(&["apply", "plan.json"]).ends_with(5);
    assert!(stale.all().contains("is served by the live application"), "{stale:?}");
    simulator.must(
        "DELETE",
        &format!(
            "/zones/{}/spectrum/apps/{}",
            simulator.zone("example.com"),
            made["id"].as_str().unwrap()
        ),
        None,
    );
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let stale = sandbox.run(&["apply", "plan.json"]).ends_with(5);
    assert!(stale.all().contains("what is recorded of example.com/ssh has changed"), "{stale:?}");
}

#[test]
fn no_plan_is_saved_that_may_not_be_carried_out() {
    let (sandbox, _simulator) = begun();
    sandbox.write(
        "spectrum.yaml",
        CONFIGURATION.replace("tcp://192.0.2.1:22", "tcp://2001:db8::1:22:22"),
    );
    sandbox.run(&["plan", "--out", "plan.json"]).ends_with(3);
    sandbox.write("spectrum.yaml", "version: 1\nzones: {example.com: {apps: {}}}\n");
    sandbox.run(&["plan", "--out", "plan.json"]).ends_with(4);
    assert!(!sandbox.path("plan.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_of_the_simulator_is_not_carried_out_elsewhere() {
    let sandbox = Sandbox::with(CONFIGURATION);
    sandbox.run(&["--sim", "plan", "--out", "plan.json"]).ends_with(0);
    // A server that does not say that it is a simulator, as Cloudflare does not.
    let account = Account::holding("").await;
    account.configure(CONFIGURATION);
    assert_eq!(account.apply(&[]).await.exit, 0);
    std::fs::write(account.path("plan.json"), sandbox.read("plan.json")).unwrap();
    let stale = account.run(&["apply", "plan.json"]).await;
    let all = format!("{}{}", stale.stdout, stale.stderr);
    let said = "the plan was made against a simulator, and this run is against Cloudflare";
    assert!(stale.exit == 5 && all.contains(said), "{all}");
    assert_eq!((stale.calls_of("POST"), stale.calls_of("PUT")), (0, 0), "{:?}", stale.calls);
    let (other, _simulator) = begun();
    other.write("plan.json", sandbox.read("plan.json"));
    let stale = other.run(&["apply", "plan.json"]).ends_with(5);
    assert!(stale.all().contains("the state is not the one"), "{stale:?}");
    sandbox.run(&["--sim", "apply", "plan.json"]).ends_with(0);
}

#[test]
fn an_approved_digest_lets_exactly_that_plan_through() {
    let (sandbox, simulator) = begun();
    sandbox.edit("spectrum.yaml", "192.0.2.1:22", "192.0.2.9:22");
    let (_, plan) = sandbox.json(&["plan"]);
    let digest = plan["digest"].as_str().unwrap().to_owned();
    change(&simulator, "ssh.example.com", "tcp/22", "tls", &json!("full"));
    let stale = sandbox.run(&["apply", "--approve", &digest]).ends_with(5);
    assert!(
        stale.all().contains("tls") && stale.all().contains("its digest is sha256:"),
        "{stale:?}"
    );
    change(&simulator, "ssh.example.com", "tcp/22", "tls", &json!("off"));
    sandbox.run(&["apply", "--approve", &digest]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
}
