//! `sod query`: one request, answered.

use crate::tenant::{self, PAYMENT, VENDOR, object_id};
use crate::util::{Dir, TestCommand};
use serde_json::{Value, json};

fn ask(dir: &Dir, request: &str) -> TestCommand {
    dir.sod("query export -q").arg(request)
}

fn ids(answer: &Value) -> Vec<String> {
    answer["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_request_in_every_spelling_of_its_address() {
    let dir = tenant::dir();
    let short = format!(
        "assignments/additionalAccess(accessPackageId='{VENDOR}',incompatibleAccessPackageId='{PAYMENT}')"
    );
    let first = ask(&dir, &short).json();
    assert_eq!(ids(&first).len(), 3);
    for request in [
        format!("/{short}"),
        format!("identityGovernance/entitlementManagement/{short}"),
        format!("/v1.0/identityGovernance/entitlementManagement/{short}"),
        format!("https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/{short}"),
    ] {
        assert_eq!(ask(&dir, &request).json(), first, "{request}");
    }
    let beta = ask(&dir, &format!("accessPackageA{}", short.strip_prefix('a').unwrap()))
        .arg("--api")
        .arg("beta")
        .json();
    assert_eq!(ids(&beta), ids(&first));
    assert_eq!(beta["value"][0]["accessPackageId"], VENDOR);
}

#[test]
fn all_pages_are_one() {
    let dir = tenant::dir();
    let request = "assignments?$top=4&$orderby=id&$select=id";
    let first = ask(&dir, "assignments?$orderby=id&$select=id").json();
    assert_eq!(ids(&first).len(), 11);
    let paged = ask(&dir, "assignments?$skip=0&$orderby=id&$select=id").arg("--all-pages").json();
    assert_eq!(ids(&paged), ids(&first));
    assert!(paged.get("@odata.nextLink").is_none());
    assert_eq!(ids(&ask(&dir, request).json()).len(), 4);
}

#[test]
fn whoever_asks_is_said_with_a_flag() {
    let dir = tenant::dir();
    let request = "assignments/filterByCurrentUser(on='target')";
    let alice = ask(&dir, request).arg("--as-user").arg(object_id("alice")).json();
    assert_eq!(ids(&alice).len(), 4);
    let nobody = ask(&dir, request).exits(2);
    assert!(serde_json::from_str::<Value>(&nobody.stdout).unwrap()["error"]["code"].is_string());
}

#[test]
fn reprocess_answers_without_a_body() {
    let dir = tenant::dir();
    let id = "cccccccc-0000-4000-8000-000000000001";
    let done = ask(&dir, &format!("assignments/{id}/reprocess")).arg("--method").arg("POST").exits(0);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
}

#[test]
fn a_batch_comes_from_a_file() {
    let dir = tenant::dir();
    let url = "/identityGovernance/entitlementManagement/assignments/$count";
    let body = json!({"requests": [{"id": "1", "method": "GET", "url": url}]});
    dir.write("batch.json", body.to_string());
    let answer = dir.sod("query export -q --method POST --body batch.json /v1.0/$batch").json();
    assert_eq!(answer["responses"][0]["status"], 200, "{answer}");
    let none = dir.sod("query export -q --method POST --body nowhere.json /v1.0/$batch").exits(2);
    assert!(none.stderr.contains("nowhere.json: cannot be read"), "{}", none.stderr);
}

#[test]
fn errors_are_graphs_on_stdout_and_ours_on_stderr() {
    let dir = tenant::dir();
    for (request, status) in [
        ("assignments?$filter=stat eq 'x'", "400"),
        ("assignments/00000000-0000-0000-0000-00000000dead", "404"),
        ("nothing", "400"),
        (
            &*format!(
                "assignments/additionalAccess(accessPackageId='{VENDOR}',incompatibleAccessPackageId='{VENDOR}')"
            ),
            "400",
        ),
    ] {
        let ran = ask(&dir, request).exits(2);
        let body: Value = serde_json::from_str(&ran.stdout).unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        assert!(ran.stderr.starts_with(&format!("error: Graph's answer is {status}: ")), "{}", ran.stderr);
        assert!(ran.stderr.contains(message), "{} {message}", ran.stderr);
    }
    for words in ["query export", "query export export"] {
        let ran = dir.sod(words).exits(2);
        assert!(
            ran.stderr.starts_with("error: there is no request behind the inputs\nhelp: "),
            "{}",
            ran.stderr
        );
    }
    let unread = dir.sod("query nowhere -q assignments").exits(2);
    assert_eq!(unread.stdout, "");
    let states = ask(&dir, "assignments").arg("--states").arg("delivred").exits(2);
    assert!(states.stderr.contains("delivred"), "{}", states.stderr);
}
