//! What is asked wrongly, and which states count on which side.

use crate::ask::ask;
use sod_engine::FindError;

const A: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
const B: &str = "d5d99728-8c0b-4ede-83d2-cf9b0e8dabfb";
const UNKNOWN: &str = "00000000-0000-0000-0000-00000000dead";

/// Alice holds both and held both before; Bob's A is being delivered; Carol's B is.
fn tenant() -> String {
    let row = |id: &str, package: &str, user: &str, state: &str| {
        format!(
            r#"{{"id":"{id}","accessPackageId":"{package}","targetId":"{user}","assignmentState":"{state}"}}"#
        )
    };
    let rows = [
        row("a2", A, "alice", "Delivered"),
        row("a1", A, "alice", "Expired"),
        row("a3", A, "bob", "Delivering"),
        row("a4", A, "carol", "Delivered"),
        row("a5", A, "alice", "Delivered"),
        row("b1", B, "alice", "Delivered"),
        row("b2", B, "alice", "Expired"),
        row("b3", B, "bob", "Delivered"),
        row("b4", B, "carol", "PartiallyDelivered"),
    ];
    format!("[{}]", rows.join(","))
}

#[test]
fn states_are_chosen_for_each_side() {
    let ids = |wanted, other| ask(A, B).of("x.json", tenant()).states(wanted, other).ids();
    // Several assignments of one user are all listed, in the order of their ids.
    assert_eq!(ids("delivered", "delivered"), ["a2", "a5"]);
    assert_eq!(ids("live", "delivered"), ["a2", "a3", "a5"]);
    assert_eq!(ids("delivered", "live"), ["a2", "a4", "a5"]);
    assert_eq!(ids("live", "live"), ["a2", "a3", "a4", "a5"]);
    assert_eq!(ids("expired", "delivered"), ["a1"]);
    assert_eq!(ids("all", "expired"), ["a1", "a2", "a5"]);
    assert!(ids("deliveryFailed", "all").is_empty());
}

#[test]
fn wrong_ids_are_told_apart() {
    let error = |a: &str, b: &str| ask(a, b).of("x.json", tenant()).answer().unwrap_err();
    assert!(matches!(error(A, A), FindError::SamePackage { .. }));
    assert!(matches!(error(A, &A.to_uppercase()), FindError::SamePackage { .. }));
    assert!(matches!(error(A, UNKNOWN), FindError::Unknown { known: 2, .. }));
    assert!(matches!(error(UNKNOWN, B), FindError::Unknown { .. }));
    assert!(matches!(error("2506aef1", B), FindError::Malformed { .. }));
    assert!(matches!(error(A, ""), FindError::Malformed { .. }));
    let text = error(A, UNKNOWN).to_string();
    assert!(text.contains(UNKNOWN) && !text.contains('\n'), "{text}");
}

#[test]
fn names_serve_where_only_one_bears_them() {
    let named = |id: &str, name: &str| format!(r#"{{"id":"{id}","displayName":"{name}","isHidden":false}}"#);
    let packages = format!("[{},{}]", named(A, "Payments"), named(B, "Vendors"));
    let found = ask("Payments", "Vendors").of("x.json", tenant()).of("p.json", packages).ids();
    assert_eq!(found, ["a2", "a5"]);
    let packages = format!("[{},{}]", named(A, "Same"), named(B, "Same"));
    let error = ask("Same", B).of("x.json", tenant()).of("p.json", packages).answer().unwrap_err();
    assert!(matches!(error, FindError::Ambiguous { ref candidates, .. } if candidates.len() == 2), "{error}");
}
