//! `sod additional-access`: what Graph would answer.

use crate::tenant::{self, PAYMENT, TWIN_1, VENDOR, object_id, subject_id};
use crate::util::{Dir, TestCommand};
use serde_json::{Value, json};

fn ask(dir: &Dir, flags: &str) -> TestCommand {
    dir.sod(&format!("additional-access export -q --package {VENDOR} --incompatible {PAYMENT} {flags}"))
}

/// The numbers of the assignments in an answer.
fn numbers(answer: &Value) -> Vec<u32> {
    let number = |row: &Value| row["id"].as_str().unwrap()[24..].parse().unwrap();
    answer["value"].as_array().unwrap().iter().map(number).collect()
}

#[test]
fn the_assignments_to_the_one_of_holders_of_the_other() {
    let dir = tenant::dir();
    let answer = ask(&dir, "").json();
    assert_eq!(numbers(&answer), [1, 3, 11], "Alice holds it twice, and both are listed");
    assert!(answer["@odata.context"].as_str().unwrap().starts_with("https://graph.microsoft.com/beta/"));
    // The other way round: the same people, the assignments to the other package.
    let other = dir.sod(&format!("additional-access export -q --package {PAYMENT} --incompatible {VENDOR}"));
    assert_eq!(numbers(&other.json()), [2, 4]);
    // Nobody at all is an answer.
    let none = dir.sod(&format!(
        "additional-access export -q --package {TWIN_1} --incompatible {VENDOR} --states expired"
    ));
    assert_eq!(none.json()["value"], json!([]));
}

#[test]
fn names_serve_as_ids() {
    let dir = tenant::dir();
    let named = dir
        .sod("additional-access export -q --package")
        .arg("Vendor master editor")
        .arg("--incompatible")
        .arg("Payment run");
    assert_eq!(named.json(), ask(&dir, "").json());
}

#[test]
fn states_are_chosen_on_each_side() {
    let dir = tenant::dir();
    assert_eq!(numbers(&ask(&dir, "--states live").json()), [1, 3, 7, 11]);
    assert_eq!(numbers(&ask(&dir, "--states delivered --incompatible-states all").json()), [1, 3, 5, 7, 11]);
    assert_eq!(numbers(&ask(&dir, "--incompatible-states expired").json()), [5]);
    assert_eq!(numbers(&ask(&dir, "--states expired --incompatible-states delivered").json()), [0u32; 0]);
}

#[test]
fn the_record_is_that_of_the_export_in_the_names_asked_for() {
    let dir = tenant::dir();
    let exported: Value = serde_json::from_str(&tenant::assignments()).unwrap();
    let kept = ask(&dir, "").json();
    assert_eq!(kept["value"][0], exported["value"][0], "every field, as exported");
    let v1 = ask(&dir, "--api v1.0 --expand target,accessPackage").json();
    assert!(v1["@odata.context"].as_str().unwrap().starts_with("https://graph.microsoft.com/v1.0/"));
    let first = &v1["value"][0];
    assert_eq!(first["state"], "delivered");
    assert_eq!(first["assignmentState"], Value::Null);
    assert_eq!(first["target"]["objectId"], object_id("alice"));
    assert_eq!(first["target"]["id"], subject_id("alice"));
    assert_eq!(first["target"]["subjectType"], "user");
    assert_eq!(first["accessPackage"], json!({ "id": VENDOR, "displayName": "Vendor master editor" }));
    let beta = ask(&dir, "--api beta --expand accessPackage").json();
    assert_eq!(beta["value"][0]["assignmentState"], "Delivered");
    assert_eq!(beta["value"][0]["accessPackageId"], VENDOR);
}

#[test]
fn errors_are_told_apart() {
    let dir = tenant::dir();
    let said = dir.transcript(&[
        "additional-access export --package 'Payment run' --incompatible 97740433-3dc1-4f72-9ea5-ef9fc4c9b3d6",
        "additional-access export --package 00000000-3929-4d24-a61e-7c8b83d95e6f --incompatible 'Payment run'",
        "additional-access export --package 2506aef1-3929-4d24-a61e-7c8b83d95e60 --incompatible 'Payment run'",
        "additional-access export --package 2506aef1 --incompatible 'Payment run'",
        "additional-access export --package 'Payment rum' --incompatible 'Payment run'",
        "additional-access export --package Twin --incompatible 'Payment run'",
        "additional-access export --package Twin",
        "additional-access export --package 'Payment run' --incompatible Twin --api v2",
        "additional-access export --package 'Payment run' --incompatible Twin --expand policy",
        "additional-access export --package 'Payment run' --incompatible Twin --incompatible-states ,",
        "additional-access export --package 'Payment run' --incompatible 'Vendor master editor' --incompatible-states expird",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn states_that_nobody_is_in_are_not_a_silent_nothing() {
    let dir = tenant::dir();
    let words = format!("additional-access export --package {VENDOR} --incompatible {PAYMENT} --states");
    let ran = dir.sod(&words).arg("partiallyDelivered").exits(0);
    assert!(ran.stderr.contains("warning[nothing-in-states]"), "{}", ran.stderr);
    let ran = dir.sod(&words).arg("delivered,thawed").exits(0);
    assert!(ran.stderr.contains("warning[state-not-found]"), "{}", ran.stderr);
}
