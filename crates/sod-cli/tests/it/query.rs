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
        format!("https://graph.microsoft.us/v1.0/identityGovernance/entitlementManagement/{short}"),
        format!("v1.0/identityGovernance/entitlementManagement/{short}"),
        format!("v1.0/{short}"),
    ] {
        assert_eq!(ask(&dir, &request).json(), first, "{request}");
    }
    let beta = ask(&dir, &format!("accessPackageA{}", short.strip_prefix('a').unwrap()))
        .arg("--api")
        .arg("beta")
        .json();
    assert_eq!(ids(&beta), ids(&first));
    let typed = format!("beta/accessPackageA{}", short.strip_prefix('a').unwrap());
    assert_eq!(ask(&dir, &typed).json(), beta);
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

#[test]
fn a_list_that_goes_on_says_so() {
    let dir = tenant::dir();
    let rows: Vec<Value> = (1..=120)
        .map(|at| json!({"id": format!("many-{at:03}"), "displayName": format!("Package {at}"), "incompatibleAccessPackages": []}))
        .collect();
    // Beside the export is a list of everything: nothing else is to be told.
    dir.write("export/more-packages.json", Value::Array(rows).to_string());
    let ask = |flags: &str| dir.sod(&format!("query export accessPackages?$select=id {flags}")).exits(0);
    let note = "note: 100 rows of a list that goes on; --all-pages gets all of it\n";
    assert!(ask("").stderr.ends_with(note), "{}", ask("").stderr);
    assert_eq!(ask("--quiet").stderr, "");
    let one = dir.sod("query export assignments?$top=1").exits(0).stderr;
    assert!(one.ends_with(&note.replace("100 rows", "1 row")), "{one}");
    let all = ask("--all-pages");
    assert!(!all.stderr.contains("note: "), "{}", all.stderr);
    assert!(ids(&serde_json::from_str(&all.stdout).unwrap()).len() > 120);
}

#[test]
fn how_reprocess_went_is_told() {
    let dir = tenant::dir();
    // Alice holds what her package declares incompatible.
    let unknown = "there may be more than this: the export does not tell all that was asked";
    for (number, conflicts) in [(1, "sod-conflicts: 1"), (9, unknown)] {
        let request = format!("assignments/cccccccc-0000-4000-8000-{number:012}/reprocess");
        let done = dir.sod("query export --method POST").arg(request).exits(0);
        assert_eq!(done.stdout, "");
        let told = format!("note: answered 202 without a body; {conflicts}");
        assert!(done.stderr.contains(&told), "{}", done.stderr);
    }
}

#[test]
fn addresses_of_others_are_refused() {
    let dir = tenant::dir();
    let ran =
        ask(&dir, "https://evil.example/v1.0/identityGovernance/entitlementManagement/assignments").exits(2);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.starts_with("error: `evil.example` is not Microsoft Graph"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("\nhelp: an address begins with https://graph.microsoft.com, "),
        "{}",
        ran.stderr
    );
}

#[test]
fn positions_are_told_with_the_path_that_they_count_in() {
    let dir = tenant::dir();
    let whole =
        "/v1.0/identityGovernance/entitlementManagement/assignments/additionalAccess(accessPackageId='A)";
    let short = whole.rsplit_once("entitlementManagement/").unwrap().1;
    let ran = ask(&dir, short).exits(2);
    assert!(ran.stderr.contains(" of the path)"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains(&format!("\nhelp: the path that was asked for is `{whole}`\n")),
        "{}",
        ran.stderr
    );
    let ran = ask(&dir, whole).exits(2);
    assert!(!ran.stderr.contains("help: "), "{}", ran.stderr);
}
