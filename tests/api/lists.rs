//! Lists over HTTP: whole or an error, whatever the pages are like.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use serde_json::json;
use spectrumctl::api::{Client, ErrorKind};
use tokio::sync::Barrier;

use super::server::{Stage, TOKEN, app_json, page, settings, zone};

#[tokio::test]
async fn a_list_is_read_over_all_its_pages_in_an_order_that_does_not_shift() {
    let stage = Stage::with(|_, text| {
        let number = (1..=3).find(|number| text.contains(&format!("&page={number}&"))).unwrap();
        page((0..100).map(|n| number * 100 + n).take(if number == 3 { 30 } else { 100 }), Some(230))
    })
    .await;
    let apps = stage.client.list_apps(&zone()).await.unwrap();
    assert_eq!(apps.len(), 230);
    let path = "GET /client/v4/zones/023e105f4ecef8ad9ca31a8372d0c353/spectrum/apps?order=app_id&direction=asc";
    let mut requests = stage.requests();
    // The pages after the first come side by side.
    requests[1..3].sort();
    requests[4..6].sort();
    assert_eq!(
        requests,
        (1..=3)
            .chain(1..=3)
            .map(|number| format!("{path}&page={number}&per_page=100"))
            .collect::<Vec<_>>()
    );
    assert_eq!(stage.requests.lock().unwrap()[0].1, format!("Bearer {TOKEN}"));
    assert_eq!(stage.client.calls(), 6, "a list of several pages is read until two readings agree");
}

#[tokio::test]
async fn the_pages_after_the_first_are_asked_for_side_by_side() {
    let both = Arc::new(Barrier::new(2));
    let serve = move |request: Request| {
        let both = Arc::clone(&both);
        async move {
            let is_page =
                |number: &u32| request.uri().to_string().contains(&format!("page={number}&"));
            let number = (1..=3).find(is_page).unwrap();
            if number > 1 {
                // Neither is answered before both were asked for.
                both.wait().await;
            }
            page((0..100).map(|n| number * 100 + n), Some(300)).body
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(serve)).await });
    let client = Client::new(settings(&format!("http://{address}/client/v4"))).unwrap();
    let zone = zone();
    let listed = tokio::time::timeout(Duration::from_secs(30), client.list_apps(&zone)).await;
    assert_eq!(listed.expect("no page waits for another").unwrap().len(), 300);
}

#[tokio::test]
async fn pages_that_contradict_each_other_are_seen_whichever_comes_first() {
    // The third page tells of another total than the first two, which hold everything already.
    let stage = Stage::with(|_, text| match text {
        text if text.contains("&page=1&") => page(0..50, Some(120)),
        text if text.contains("&page=2&") => page(50..120, Some(120)),
        _ => page(120..130, Some(130)),
    })
    .await;
    assert!(matches!(*stage.list_error().await.kind, ErrorKind::Incomplete { .. }));
}

#[tokio::test]
async fn a_server_that_lies_about_the_total_is_not_asked_for_all_of_it_at_once() {
    let stage = Stage::with(|_, text| {
        page(if text.contains("&page=1&") { 0..1 } else { 0..0 }, Some(9_000_000))
    })
    .await;
    stage.list_error().await;
    assert!(stage.requests().len() <= 3 * 21, "{} requests", stage.requests().len());
}

#[tokio::test]
async fn a_list_without_a_count_ends_with_an_empty_page() {
    let stage =
        Stage::with(|_, text| page(if text.contains("&page=1&") { 0..5 } else { 0..0 }, None))
            .await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 5);
    assert_eq!(stage.requests().len(), 2);
}

#[tokio::test]
async fn a_list_that_says_it_is_empty_is_empty() {
    for total in [Some(0), None] {
        let stage = Stage::with(move |_, _| page([], total)).await;
        assert_eq!(stage.client.list_apps(&zone()).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_list_that_stays_short_is_read_three_times_and_is_then_an_error() {
    let stage =
        Stage::with(|_, text| page(if text.contains("&page=1&") { 0..5 } else { 0..0 }, Some(9)))
            .await;
    let error = stage.list_error().await;
    assert_eq!(*error.kind, ErrorKind::Incomplete { expected: Some(9), got: 5 });
    assert_eq!(error.to_finding().code, "incomplete-list");
    assert_eq!(stage.requests().len(), 6);
    let empty = Stage::with(|_, _| page([], Some(9))).await;
    assert_eq!(*empty.list_error().await.kind, ErrorKind::Incomplete { expected: Some(9), got: 0 });
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_read_again() {
    let script = |number, _: &str| match number {
        0 => page(0..100, Some(101)),
        1 => page([99], Some(101)),
        2 => page(0..100, Some(102)),
        3 => page([100], Some(101)),
        number if number % 2 == 0 => page(0..100, Some(101)),
        _ => page([100], Some(101)),
    };
    let stage = Stage::with(script).await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 101);
    assert_eq!(stage.requests().len(), 8, "three readings, of which the last is made once more");
}

#[tokio::test]
async fn ids_that_repeat_on_every_reading_are_an_error() {
    let stage = Stage::with(|_, _| page(0..5, None)).await;
    assert!(matches!(
        *stage.list_error().await.kind,
        ErrorKind::Incomplete { expected: None, got: 5 }
    ));
}

#[tokio::test]
async fn a_success_without_a_list_is_never_an_empty_list() {
    let without_id = json!([{"protocol": "tcp/22"}]);
    for result in [json!(null), json!({}), json!("x"), json!(["x"]), without_id] {
        let total = result.as_array().map_or(0, Vec::len);
        let stage = Stage::always(
            200,
            json!({"success": true, "result": result, "result_info": {"total_count": total}}),
        )
        .await;
        let error = stage.list_error().await;
        assert!(matches!(*error.kind, ErrorKind::UnexpectedShape { .. }), "{result}: {error}");
    }
    let stage = Stage::always(200, json!({"success": true, "errors": []})).await;
    assert!(stage.list_error().await.to_string().contains("it is missing"));
}

#[tokio::test]
async fn a_list_of_which_an_entry_slipped_between_two_pages_is_read_again() {
    // While the first page was out, its first entry was deleted and one was created behind all others: the total is the same, and
    // the entry that moved from the second page to the first is on neither.
    let script = |number: usize, _: &str| match number {
        0 => page(0..100, Some(102)),
        1 => page(102..104, Some(102)),
        number if number % 2 == 0 => page(1..101, Some(102)),
        _ => page(101..103, Some(102)),
    };
    let stage = Stage::with(script).await;
    let apps = stage.client.list_apps(&zone()).await.unwrap();
    assert_eq!(apps.len(), 102);
    assert!(apps.iter().any(|app| app.id == read(101)), "the hidden application is in the list");
}

fn read(number: u32) -> spectrumctl::model::AppId {
    let object = app_json(number);
    spectrumctl::model::AppId::from_api(object["id"].as_str().unwrap())
}
