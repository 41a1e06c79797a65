//! Batches, as the clients send them.

use proptest::prelude::*;
use serde_json::{Value, json};
use sod_graph::{BatchRequest, parse_batch};
use std::fmt::Write as _;

fn parsed(body: &Value) -> Vec<BatchRequest> {
    parse_batch(body.to_string().as_bytes()).unwrap()
}

fn ids(requests: &[BatchRequest]) -> Vec<&str> {
    requests.iter().map(|request| request.id.as_str()).collect()
}

fn get(id: &str, depends_on: &[&str]) -> Value {
    json!({"id": id, "method": "GET", "url": "/me", "dependsOn": depends_on})
}

#[test]
fn the_batches_of_the_clients() {
    let body = json!({"requests": [
        // Python: an absolute address, and its own name for what it depends on.
        {"id": "a", "method": "GET", "url": "http://127.0.0.1:8000/v1.0/x", "headers": {"Accept": "*/*"}, "depends_on": ["b"], "body": null},
        // JavaScript: the version in front.
        {"id": "b", "method": "post", "url": "/v1.0/x/reprocess", "headers": null, "body": {"x": 1}},
    ]});
    insta::assert_debug_snapshot!(parsed(&body));
}

#[test]
fn each_behind_what_it_depends_on() {
    let body = json!({"requests": [get("1", &["3"]), get("2", &[]), get("3", &["4", "2"]), get("4", &[]), get("5", &["5x"]), get("5x", &[])]});
    assert_eq!(ids(&parsed(&body)), ["2", "4", "3", "1", "5x", "5"]);
    let body = json!({"requests": [get("a", &[]), get("A", &[])]});
    assert_eq!(ids(&parsed(&body)), ["a", "A"]);
}

#[test]
fn what_is_said_of_batches_that_mean_nothing() {
    let many: Vec<Value> = (0..21).map(|id| get(&id.to_string(), &[])).collect();
    let bodies = [
        "".to_owned(),
        "[]".to_owned(),
        "{\"requests\": [".to_owned(),
        json!({"requests": {}}).to_string(),
        json!({"requests": []}).to_string(),
        json!({"requests": [1]}).to_string(),
        json!({"requests": [{}]}).to_string(),
        json!({"requests": [{"id": 1, "method": "GET", "url": "/me"}]}).to_string(),
        json!({"requests": [{"id": "", "method": "GET", "url": "/me"}]}).to_string(),
        json!({"requests": [{"id": "1\u{1b}[2J", "url": "/me"}]}).to_string(),
        json!({"requests": [{"id": "1", "method": "GET"}]}).to_string(),
        json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "headers": []}]}).to_string(),
        json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "headers": {"a": 1}}]}).to_string(),
        json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "dependsOn": 1}]}).to_string(),
        json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "dependsOn": [1]}]}).to_string(),
        json!({"requests": [get("1", &[]), get("1", &[])]}).to_string(),
        json!({"requests": [get("1", &["2"])]}).to_string(),
        json!({"requests": [get("1", &["1"])]}).to_string(),
        json!({"requests": [get("0", &[]), get("1", &["2"]), get("2", &["1"])]}).to_string(),
        json!({"requests": many}).to_string(),
        "[".repeat(100_000),
        " ".repeat(2_000_000),
    ];
    let mut told = String::new();
    for body in bodies {
        let error = parse_batch(body.as_bytes()).unwrap_err();
        writeln!(told, "{}\n    {error}", body.chars().take(100).collect::<String>()).unwrap();
    }
    assert!(parse_batch(b"\xff").is_err());
    insta::assert_snapshot!(told);
}

proptest! {
    #[test]
    fn p47_every_request_once_and_behind_what_it_depends_on(edges in prop::collection::vec((0_usize..8, 0_usize..8), 0..10)) {
        let depends = |id: usize| -> Vec<String> {
            edges.iter().filter(|(from, _)| *from == id).map(|(_, to)| to.to_string()).collect()
        };
        let requests = (0..8).map(|id| json!({"id": id.to_string(), "method": "GET", "url": "/", "dependsOn": depends(id)}));
        let body = json!({"requests": requests.collect::<Vec<_>>()}).to_string();
        // A circle is a way of at least one step, and at most eight, that ends where it begins.
        let mut reached: Vec<(usize, usize)> = edges.clone();
        for _ in 0..8 {
            let more = reached.iter().flat_map(|(from, by)| edges.iter().filter(move |(next, _)| next == by).map(move |(_, to)| (*from, *to)));
            let mut all: Vec<_> = reached.iter().copied().chain(more).collect();
            all.sort_unstable();
            all.dedup();
            reached = all;
        }
        let circle = reached.iter().any(|(from, to)| from == to);
        match parse_batch(body.as_bytes()) {
            Err(_) => prop_assert!(circle),
            Ok(ordered) => {
                prop_assert!(!circle);
                let place = |id: &str| ordered.iter().position(|request| request.id == id).unwrap();
                prop_assert_eq!(ordered.len(), 8);
                for (from, to) in &edges {
                    prop_assert!(place(&to.to_string()) < place(&from.to_string()));
                }
            }
        }
    }
}
