//! Scripted faults and what the simulator tells of an account, over real HTTP.

use serde_json::{Value as Json, json};
use spectrumctl::sim::embedded::{Running, start};
use spectrumctl::sim::{Fixture, Options, Script, World};

const APPS: &str = "/zones/023e105f4ecef8ad9ca31a8372d0c353/spectrum/apps";
const ACCOUNT: &str = "/accounts/01a7362d577a6c3019a474fd6f485823";

async fn with_faults(yaml: &str) -> Running {
    let options =
        Options::default().with_faults(Script::read(yaml).expect("the script is a script"));
    start(World::default(), options).await.expect("a port of the loopback interface is free")
}

async fn get(api: &Running, path: &str) -> reqwest::Response {
    let client = reqwest::Client::new();
    client
        .get(format!("{}{path}", api.base_url))
        .bearer_auth("any")
        .send()
        .await
        .expect("the simulator answers")
}

async fn result(api: &Running, path: &str) -> Json {
    get(api, path).await.json::<Json>().await.expect("the body is JSON")["result"].clone()
}

async fn create(api: &Running, name: &str) -> reqwest::Result<u16> {
    let body = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": name}, "origin_direct": ["tcp://192.0.2.1:22"]});
    let request = reqwest::Client::new()
        .post(format!("{}{APPS}", api.base_url))
        .bearer_auth("any")
        .json(&body);
    request.send().await.map(|response| response.status().as_u16())
}

fn names(list: &Json) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|app| app["dns"]["name"].as_str()).collect()
}

#[tokio::test]
async fn scripted_statuses_and_pages_stand_in_for_answers() {
    let api =
        with_faults("[{path: '*/apps', nth: 1, effect: {status: 429, retry_after: 7}}, {path: '*/apps', nth: 2, effect: {html: 502}}]")
            .await;
    let limited = get(&api, APPS).await;
    assert_eq!(
        (limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()),
        (429, "7")
    );
    let page = get(&api, APPS).await;
    assert_eq!(page.status(), 502);
    assert!(page.text().await.unwrap().starts_with("<html>"));
    assert_eq!(get(&api, APPS).await.status(), 200);
}

#[tokio::test]
async fn a_scripted_code_is_answered_as_it_is_documented() {
    let api = with_faults(
        "[{nth: 1, effect: {error: 11014}}, {nth: 2, effect: {error: 10002, cause: dependency-unavailable}}, \
         {nth: 3, effect: {error: 10100, retry_after: 7}}]",
    )
    .await;
    for (status, code, message) in [
        (403, 11014, "FTP not enabled"),
        (503, 10002, "Unexpected internal server error (unavailable)"),
        (429, 10100, "Rate limit of the user reached"),
    ] {
        let answer = get(&api, APPS).await;
        let waits = answer.headers().get("retry-after").cloned();
        assert_eq!((answer.status().as_u16(), waits.is_some()), (status, status == 429));
        let envelope: Json = answer.json().await.unwrap();
        let error = json!({"code": code, "message": message});
        assert_eq!((&envelope["success"], &envelope["errors"][0]), (&json!(false), &error));
    }
    assert_eq!(get(&api, APPS).await.status(), 200);
}

/// Every code with a number and every cause of it can be scripted, and what is answered leads back to that very cause, where its words
/// or its status tell it from the others.
#[test]
fn every_cause_of_every_code_can_be_scripted_and_is_recognised() {
    use spectrumctl::codes::{self, CODES};
    use spectrumctl::sim::fault::Effect;
    let numbered = CODES.iter().filter(|code| !code.http_status.is_empty());
    let mut scripted = 0;
    for code in numbered {
        let number = code.number.or(code.inferred_number).unwrap();
        for cause in code.causes {
            let script = format!("[{{effect: {{error: {number}, cause: {}}}}}]", cause.slug);
            let decided = Script::read(&script).unwrap().decide("POST", "/");
            let [Effect::Refuse { status, code: answered, message, .. }] = decided.as_slice()
            else {
                panic!("{script}: {decided:?}")
            };
            assert_eq!(*answered, number);
            let allowed =
                if cause.http_status.is_empty() { code.http_status } else { cause.http_status };
            assert!(allowed.contains(status), "{script}: {status}");
            if cause.keywords.is_empty() && cause.http_status.is_empty() {
                continue;
            }
            let explained = codes::explain(code, None, Some(*status), message);
            assert!(explained.why.contains(cause.why.unwrap()), "{script}: {}", explained.why);
            scripted += 1;
        }
    }
    assert!(scripted >= 20, "only {scripted} causes");
}

#[test]
fn an_error_that_is_none_is_refused_with_what_there_is() {
    for (script, part) in [
        ("[{effect: {error: 11005}}]", "11005 is no error code of the API"),
        ("[{effect: {error: 11004, cause: nonsense}}]", "dns-type-against-edge, dns-type-changed"),
        ("[{effect: {status: 500, cause: internal-error}}]", "a cause belongs to an error"),
        ("[{effect: {error: 11004, status: 500}}]", "is not an effect"),
    ] {
        let error = Script::read(script).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_reset_closes_the_connection_before_or_after_the_write() {
    for (effect, stored) in [("reset_before_commit", 0), ("reset_after_commit", 1)] {
        let api = with_faults(&format!("[{{method: POST, effect: {effect}}}]")).await;
        assert!(create(&api, "ssh.example.com").await.is_err(), "{effect}");
        assert_eq!(names(&result(&api, APPS).await).len(), stored, "{effect}");
    }
}

#[tokio::test]
async fn an_error_after_the_commit_hides_a_write_that_was_done() {
    let api =
        with_faults("[{method: POST, count: 1, effect: {status: 500, committed: true}}]").await;
    assert_eq!(create(&api, "a.example.com").await.unwrap(), 500);
    assert_eq!(create(&api, "b.example.com").await.unwrap(), 200);
    assert_eq!(names(&result(&api, APPS).await), ["a.example.com", "b.example.com"]);
}

#[tokio::test]
async fn a_stale_list_shows_what_there_was_before_the_write() {
    let api = with_faults("[{method: POST, nth: 2, effect: {stale_list: {lists: 1}}}]").await;
    create(&api, "a.example.com").await.unwrap();
    assert_eq!(create(&api, "b.example.com").await.unwrap(), 200);
    assert_eq!(names(&result(&api, APPS).await), ["a.example.com"]);
    assert_eq!(names(&result(&api, APPS).await), ["a.example.com", "b.example.com"]);
}

#[tokio::test]
async fn bodies_can_be_cut_shortened_and_disarranged() {
    let effects = ["empty_body", "truncated_json", "short_page", "reorder", "{drop_field: tls}"];
    let lines = effects.iter().enumerate().map(|(index, effect)| {
        format!("- {{method: GET, nth: {}, effect: {effect}}}\n", index + 1)
    });
    let api = with_faults(&lines.collect::<String>()).await;
    create(&api, "a.example.com").await.unwrap();
    create(&api, "b.example.com").await.unwrap();
    assert_eq!(get(&api, APPS).await.text().await.unwrap(), "");
    let cut = get(&api, APPS).await.text().await.unwrap();
    assert!(cut.starts_with('{') && serde_json::from_str::<Json>(&cut).is_err());
    let short: Json = get(&api, &format!("{APPS}?page=1")).await.json().await.unwrap();
    assert_eq!(
        (names(&short["result"]).len(), &short["result_info"]["total_count"]),
        (1, &json!(2))
    );
    assert_eq!(names(&result(&api, APPS).await), ["b.example.com", "a.example.com"]);
    assert!(result(&api, APPS).await[0].get("tls").is_none());
    assert_eq!(result(&api, APPS).await[0]["tls"], "off");
}

async fn given(yaml: &str) -> Running {
    let mut world = World::default();
    world
        .load(&Fixture::read(yaml).expect("the seed is a seed"), true)
        .expect("the seed names its zones");
    start(world, Options::default()).await.expect("a port of the loopback interface is free")
}

#[tokio::test]
async fn zones_are_found_by_name_and_account() {
    let api = given(
        "zones: [{name: Example.org., plan: business, account: 0123456789abcdef0123456789abcdef}]",
    )
    .await;
    let found = result(&api, "/zones?name=example.org").await;
    assert_eq!(
        (found[0]["name"].as_str(), found[0]["plan"]["legacy_id"].as_str()),
        (Some("example.org"), Some("business"))
    );
    assert_eq!(
        result(&api, &format!("/zones/{}", found[0]["id"].as_str().unwrap())).await,
        found[0]
    );
    assert_eq!(result(&api, "/zones?account.id=0123456789abcdef0123456789abcdef").await, found);
    assert_eq!(result(&api, "/zones?name=example.net").await, json!([]));
}

#[tokio::test]
async fn what_the_account_holds_is_listed_as_it_was_declared() {
    let api = given(
        "
virtual_networks: [{name: staging, id: 6b2b2f3e-0000-4000-8000-000000000001}, {name: other}]
routes: [{network: 10.0.0.0/8, virtual_network: staging}, {network: 10.1.0.0/16, virtual_network: other}]
prefixes: [{cidr: 198.51.100.0/24}]
dns_records: [{zone: example.com, type: A, name: a.example.com, proxied: true}, {zone: example.com, type: A, name: b.example.com}]
load_balancers: [{zone: example.com, name: lb.example.com}]
",
    )
    .await;
    let routes = |query: &str| format!("{ACCOUNT}/teamnet/routes?{query}");
    let networks = result(&api, &format!("{ACCOUNT}/teamnet/virtual_networks")).await;
    let staging = networks[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        (staging.as_str(), &networks[1]["name"]),
        ("6b2b2f3e-0000-4000-8000-000000000001", &json!("other"))
    );
    let of_network = result(&api, &routes(&format!("virtual_network_id={staging}"))).await;
    assert_eq!(
        (of_network.as_array().unwrap().len(), &of_network[0]["network"]),
        (1, &json!("10.0.0.0/8"))
    );
    assert_eq!(
        result(&api, &routes("network_superset=10.1.2.3/32")).await.as_array().unwrap().len(),
        2
    );
    assert_eq!(
        result(&api, &routes("network_superset=10.9.2.3/32")).await.as_array().unwrap().len(),
        1
    );
    assert_eq!(
        result(&api, &format!("{ACCOUNT}/addressing/prefixes")).await[0]["cidr"],
        "198.51.100.0/24"
    );
    let zone = APPS.trim_end_matches("/spectrum/apps");
    let records = result(&api, &format!("{zone}/dns_records?name=a.example.com")).await;
    assert_eq!((records.as_array().unwrap().len(), &records[0]["proxied"]), (1, &json!(true)));
    assert_eq!(result(&api, &format!("{zone}/load_balancers")).await[0]["name"], "lb.example.com");
    assert!(
        result(&api, &format!("{zone}/spectrum/protocols"))
            .await
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "ssh")
    );
}

#[test]
fn sowing_again_changes_what_the_seed_names_and_keeps_the_apps() {
    let mut world = World::default();
    let app = Fixture::read(
        "apps: [{zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}}]",
    )
    .unwrap();
    world.load(&app, true).unwrap();
    world.load(&app, true).unwrap();
    world
        .load(
            &Fixture::read("zones: [{name: example.com, id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}]")
                .unwrap(),
            false,
        )
        .unwrap();
    let target = "/client/v4/zones/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/spectrum/apps";
    let request =
        spectrumctl::sim::Request::new("GET", target).with_header("Authorization", "Bearer a");
    let answer: Json =
        serde_json::from_slice(&world.answer(&request, jiff::Timestamp::UNIX_EPOCH).body).unwrap();
    assert_eq!(names(&answer["result"]), ["ssh.example.com"]);
    assert!(Fixture::read("zone: []").is_err());
    let lost = Fixture::read("apps: [{zone: example.net, protocol: tcp/22}]").unwrap();
    assert!(world.load(&lost, true).unwrap_err().to_string().contains("example.net"));
}
