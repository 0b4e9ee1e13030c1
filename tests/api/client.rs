//! The client against scripted answers over real HTTP: failures, repetitions, secrets.

use secrecy::SecretString;
use serde_json::{Map, json};
use spectrumctl::api::{Client, Credentials, Deleted, ErrorKind, Outcome, Settings, WaitReason};
use spectrumctl::model::Field;
use std::time::{Duration, Instant};

use super::server::{
    Answer, Stage, TOKEN, answer, app_id, app_json, harmless, page, refusal, settings, soon, zone,
};

#[tokio::test]
async fn what_is_no_envelope_is_tried_four_times_and_told_as_what_it_is() {
    let page = "<html><head><title>example.com | 502: Bad gateway</title></head></html>";
    for (status, body, what) in [
        (502, page, "an HTML page"),
        (200, "", "an empty body"),
        (404, "404 page not found", "text that is not JSON"),
    ] {
        let stage = Stage::always(status, body).await;
        let error = stage.list_error().await;
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(
            (error.http_status, error.attempts, stage.requests().len()),
            (Some(status), 4, 4)
        );
        assert_eq!(error.ray_id.as_deref(), Some("8f00ba4-FRA"));
        assert_eq!(error.to_finding().code, "not-an-envelope");
        assert_eq!(stage.waits.lock().unwrap()[0].reason, WaitReason::Repeat);
    }
    let stage = Stage::always(502, page).await;
    assert!(stage.list_error().await.to_string().contains("\"example.com | 502: Bad gateway\""));
}

#[tokio::test]
async fn a_server_that_recovers_is_asked_until_it_does() {
    let stage = Stage::with(
        |number, _| if number < 3 { answer(502, "<html>") } else { page(0..2, Some(2)) },
    )
    .await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn bad_credentials_are_told_with_the_variable_and_the_permission() {
    let stage = Stage::with(|_, _| {
        refusal(401, json!([{"code": 10000, "message": "Authentication error"}]))
    })
    .await;
    let finding = stage.list_error().await.to_finding();
    assert_eq!((finding.code.as_str(), stage.requests().len()), ("10000", 1));
    assert!(finding.fix.contains("CLOUDFLARE_API_TOKEN"));
    assert!(
        finding.summary.ends_with("HTTP 401, 10000: Authentication error (Ray ID 8f00ba4-FRA)"),
        "{}",
        finding.summary
    );
    let stage = Stage::with(|_, _| {
        refusal(403, json!([{"code": 10000, "message": "Authentication error"}]))
    })
    .await;
    let error = stage.list_error().await;
    assert!(error.is_about_credentials() && error.to_finding().fix.contains("Zone Settings: Read"));
    assert_eq!(stage.requests().len(), 3, "a 403 may pass, but not after long");
}

#[tokio::test]
async fn a_403_without_a_code_is_about_credentials_and_one_from_a_page_is_not() {
    assert!(
        Stage::with(|_, _| refusal(403, json!([]))).await.list_error().await.is_about_credentials()
    );
    assert!(!Stage::always(403, "<html>").await.list_error().await.is_about_credentials());
}

#[tokio::test]
async fn a_passing_403_does_not_fail_a_read() {
    let stage =
        Stage::with(
            |number, _| if number == 0 { refusal(403, json!([])) } else { page(0..2, Some(2)) },
        )
        .await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_as_long_as_the_server_says_by_writes_too() {
    let script = |number, _: &str| match number {
        0 => Answer {
            headers: vec![("retry-after", "1".to_owned())],
            ..refusal(429, json!([{"code": 971, "message": "slow down"}]))
        },
        _ => answer(200, json!({"success": true, "result": app_json(1)})),
    };
    let (stage, begun) = (Stage::with(script).await, Instant::now());
    stage.client.create(&zone(), &Map::new()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(990), "{:?}", begun.elapsed());
    let waits = stage.waits.lock().unwrap().clone();
    assert_eq!((waits[0].reason, waits[0].time), (WaitReason::RateLimited, Duration::from_secs(1)));
}

#[tokio::test]
async fn a_rate_limit_that_stays_is_an_error_that_may_pass() {
    let stage = Stage::always(429, "error code: 1015").await;
    let error = soon(stage.create_error()).await;
    assert_eq!((error.outcome(), error.is_retryable()), (Outcome::Refused, true));
    assert!(error.attempts > 4, "{} attempts", error.attempts);
    assert!(error.to_finding().why.unwrap().contains("1,200"));
}

#[tokio::test]
async fn a_refused_connection_is_told_without_path_and_query() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::new(settings(&format!("http://{address}/client/v4"))).unwrap();
    let error = harmless(client.create(&zone(), &Map::new()).await.unwrap_err());
    assert!(
        error.to_string().contains(&address.to_string()) && !error.to_string().contains("/client"),
        "{error}"
    );
    assert_eq!((error.outcome(), error.attempts, error.http_status), (Outcome::Refused, 4, None));
    assert_eq!(error.to_finding().code, "unreachable");
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_the_outcome_of_a_write_open() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(&format!("http://{}/client/v4", listener.local_addr().unwrap()));
    settings.request_timeout = Duration::from_millis(300);
    let client = Client::new(settings).unwrap();
    let error = client.create(&zone(), &Map::new()).await.unwrap_err();
    assert_eq!(*error.kind, ErrorKind::TimedOut { seconds: 0, sent: true });
    assert_eq!(
        (error.outcome(), error.attempts, error.to_finding().code.as_str()),
        (Outcome::Unknown, 1, "timed-out")
    );
}

#[tokio::test]
async fn every_error_of_a_refusal_is_told() {
    let errors = json!([{"code": 4711, "message": "first."}, {"code": 11000, "message": "second", "source": {"pointer": "/origin_dns/name"}}]);
    let stage = Stage::with(move |_, _| refusal(200, errors.clone())).await;
    let error = stage.create_error().await;
    assert_eq!((error.outcome(), error.attempts), (Outcome::Refused, 1));
    let finding = error.to_finding();
    assert_eq!(
        (finding.code.as_str(), finding.path.as_deref()),
        ("11000", Some("origin_dns.name"))
    );
    assert!(finding.summary.contains("4711: first.; 11000: second"), "{}", finding.summary);
    assert!(finding.why.unwrap().contains("this one has both") && finding.docs.is_some());
}

#[tokio::test]
async fn a_create_is_made_once_when_its_end_is_unknown() {
    let refused = json!({"success": false, "errors": [{"code": 1, "message": "x"}]});
    for (status, body) in [
        (500, refused.to_string()),
        (503, refused.to_string()),
        (502, "<html>".to_owned()),
        (200, "{\"success\":true}".to_owned()),
    ] {
        let stage = Stage::always(status, body).await;
        assert_eq!(
            (stage.create_error().await.outcome(), stage.requests().len()),
            (Outcome::Unknown, 1),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_vanished_app_is_none_to_read_and_already_gone_to_delete() {
    let stage = Stage::with(|_, _| {
        refusal(404, json!([{"code": 10006, "message": "application not found"}]))
    })
    .await;
    assert_eq!(stage.client.app(&zone(), &app_id()).await.unwrap(), None);
    assert_eq!(stage.client.delete(&zone(), &app_id()).await.unwrap(), Deleted::AlreadyGone);
    assert!(stage.client.update(&zone(), &app_id(), &Map::new()).await.unwrap_err().says_gone());
}

#[tokio::test]
async fn any_other_404_is_an_error() {
    let other =
        json!({"success": false, "errors": [{"code": 7003, "message": "no route for that URI"}]})
            .to_string();
    let empty = json!({"success": false, "errors": []}).to_string();
    for body in [other, empty, "404 page not found".to_owned(), String::new()] {
        let stage = Stage::always(404, &body).await;
        harmless(
            stage
                .client
                .app(&zone(), &app_id())
                .await
                .expect_err("only the right code says that it is gone"),
        );
        harmless(
            stage
                .client
                .delete(&zone(), &app_id())
                .await
                .expect_err("only the right code says that it is gone"),
        );
    }
}

#[tokio::test]
async fn a_secret_that_the_server_echoes_is_hidden() {
    let stage = Stage::with(|_, _| {
        refusal(400, json!([{"code": 6003, "message": format!("bad header Bearer {TOKEN}")}]))
    })
    .await;
    assert!(stage.list_error().await.to_string().contains("‹hidden›"));
    assert!(!format!("{:?}", Credentials::Token(SecretString::from(TOKEN))).contains(TOKEN));
}

#[test]
fn an_address_that_would_show_the_credentials_is_refused() {
    let refusal = |url: &str| Client::new(settings(url)).err().map(|error| error.into_finding());
    for url in [
        "http://api.cloudflare.com/client/v4",
        "http://10.0.0.1/client/v4",
        "https://user:secret@example.com/client/v4",
        "ftp://127.0.0.1/client/v4",
        "http://127.0.0.1:1",
        "nonsense",
    ] {
        let finding = refusal(url).expect("it is refused");
        assert_eq!(finding.code, "base-url");
        assert!(!format!("{finding:?}").contains("secret@"), "{finding:?}");
    }
    for url in [
        "http://127.0.0.1:1/v4",
        "http://[::1]:1/v4",
        "http://localhost/v4/",
        "https://api.cloudflare.com/client/v4",
    ] {
        assert_eq!(refusal(url), None, "{url}");
    }
}

#[test]
fn certificates_and_credentials_that_cannot_be_used_are_told() {
    let code = |settings| Client::new(settings).err().map(|error| error.into_finding().code);
    for pem in ["no certificate", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let settings = Settings {
            ca_pem: Some(pem.into()),
            ..settings("https://api.cloudflare.com/client/v4")
        };
        assert_eq!(code(settings).as_deref(), Some("ca-file"), "{pem}");
    }
    let broken = Credentials::Key {
        email: "a@example.com".to_owned(),
        key: SecretString::from("two\nlines"),
    };
    assert_eq!(
        code(Settings::new("http://127.0.0.1:1/client/v4", broken)).as_deref(),
        Some("credentials")
    );
}

#[tokio::test]
async fn a_recorded_answer_of_old_spelling_is_read() {
    let recorded = json!({"errors": [], "messages": [], "result": [{"created_on": "2025-04-15T18:11:22.484548Z",
        "dns": {"name": "ledfaootii.terraform.cfapi.net", "type": "CNAME"}, "edge_ips": {"connectivity": "all", "type": "dynamic"},
        "id": "af93687c10dc4ebfa7d1e89595fade22", "ip_firewall": false, "modified_on": "2025-04-15T18:11:22.484548Z",
        "origin_direct": ["tcp://128.66.0.4:3389"], "protocol": "rdp", "proxy_protocol": false, "tls": "off", "traffic_type": "direct",
        "ipv4": true}], "success": true, "result_info": {"total_count": 1}});
    let stage = Stage::always(200, recorded).await;
    let apps = stage.client.list_apps(&zone()).await.unwrap();
    assert_eq!((apps[0].id.clone(), apps[0].unread().count()), (app_id(), 0));
    assert_eq!(
        apps[0].spec.get(Field::ProxyProtocol).map(ToString::to_string).as_deref(),
        Some("off")
    );
    assert_eq!(apps[0].unknown.get("ipv4"), Some(&json!(true)));
}

#[tokio::test]
async fn zones_are_found_by_their_exact_name_and_named_in_later_errors() {
    let found = json!([{"id": zone().as_str(), "name": "example.com", "plan": {"legacy_id": "pro"}, "status": 7},
        {"id": "1", "name": "other.example.com"}]);
    let zones = json!({"success": true, "result": found, "result_info": {"total_count": 2}});
    let script = move |_, text: &str| {
        if text.contains("/zones?") { answer(200, &zones) } else { refusal(400, json!([])) }
    };
    let stage = Stage::with(script).await;
    let zones = stage.client.find_zones("example.com", None).await.unwrap();
    assert_eq!(zones.len(), 1);
    assert_eq!(
        (zones[0].tier().map(|tier| tier.text()), zones[0].status.clone()),
        (Some("pro"), None)
    );
    assert!(
        stage
            .list_error()
            .await
            .to_string()
            .starts_with("failed to list the applications of zone example.com: HTTP 400, refused")
    );
}
