//! The OpenAPI document and the answers say the same.

use crate::client::Got;
use crate::stand_in::{Running, TOKEN};
use serde_json::{Value, json};
use sod_serve::Token;

/// Holds an answer against what the document says of this path and this status.
#[track_caller]
fn check(document: &Value, path: &str, got: &Got) {
    let responses = &document["paths"][path]["get"]["responses"];
    let mut response = &responses[got.status.to_string()];
    assert!(!response.is_null(), "{path} answers {}, of which the document says nothing", got.status);
    if let Some(place) = response["$ref"].as_str() {
        response = document.pointer(&place[1..]).unwrap();
    }
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        assert!(header["required"] != true || got.header(name).is_some(), "{path} has no {name}");
    }
    let content_type = got.header("content-type").unwrap();
    let schema = &response["content"][content_type]["schema"];
    assert!(!schema.is_null(), "{path} answers {content_type}, of which the document says nothing");
    if content_type == "application/json" {
        let mut whole = document.clone();
        whole["allOf"] = json!([schema]);
        let validator = jsonschema::draft202012::new(&whole).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&got.json())
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{path} {}: {errors:#?}\n{}", got.status, got.json());
    }
}

#[test]
fn every_answer_is_as_the_document_says() {
    let server = Running::new();
    let document = server.get("/sod/v1/openapi.json").json();
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    for (path, query) in [
        ("/", ""),
        ("/healthz", ""),
        ("/metrics", ""),
        ("/sod/v1/summary", ""),
        ("/sod/v1/summary", "?x=1"),
        ("/sod/v1/openapi.json", ""),
        ("/sod/v1/pairs", ""),
        ("/sod/v1/pairs", "?top=1&skip=1&package=P0&min_holders=1"),
        ("/sod/v1/pairs", "?package=nowhere"),
        ("/sod/v1/pairs", "?top=many"),
        ("/sod/v1/pairs", "?snapshot=0123456789abcdef"),
        ("/sod/v1/conflicts", ""),
        ("/sod/v1/conflicts", "?top=1"),
        ("/sod/v1/conflicts", "?rule=R-high&status=excepted&severity=high&user=u0"),
        ("/sod/v1/conflicts", "?rule=nowhere"),
        ("/sod/v1/conflicts", "?snapshot=0123456789abcdef"),
    ] {
        check(&document, path, &server.get(&format!("{path}{query}")));
    }
    let guarded = Running::with(|config| config.token = Some(Token::new(TOKEN).unwrap()));
    for path in document["paths"].as_object().unwrap().keys() {
        let foreign = server.ask(format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n")).unwrap();
        assert_eq!(foreign.status, 421);
        check(&document, path, &foreign);
        check(&document, path, &guarded.get(path));
    }
}

#[test]
fn each_parameter_of_the_document_is_taken_and_none_else() {
    let server = Running::new();
    let document = server.get("/sod/v1/openapi.json").json();
    for path in ["/sod/v1/pairs", "/sod/v1/conflicts"] {
        let refused = server.get(&format!("{path}?none-such=1")).json();
        let message = refused["error"]["message"].as_str().unwrap().to_owned();
        let (_, known) = message.split_once("expected ").unwrap();
        let mut known: Vec<&str> = known.split(", ").collect();
        let mut described: Vec<&str> = document["paths"][path]["get"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        known.sort_unstable();
        described.sort_unstable();
        assert_eq!(known, described, "{path}");
    }
}

#[test]
fn references_lead_somewhere() {
    fn walk(document: &Value, value: &Value, found: &mut usize) {
        match value {
            Value::Object(members) => {
                if let Some(place) = members.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(place.strip_prefix('#').unwrap()).is_some(), "{place}");
                    *found += 1;
                }
                members.values().for_each(|value| walk(document, value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(document, item, found)),
            _ => {}
        }
    }
    let document = serde_json::from_str(sod_serve::openapi()).unwrap();
    let mut found = 0;
    walk(&document, &document, &mut found);
    assert!(found > 40, "{found}");
}
