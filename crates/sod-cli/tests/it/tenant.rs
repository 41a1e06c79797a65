//! A tenant small enough to reckon by hand.
//!
//! Alice and Bob hold "Vendor master editor" and "Payment run", which the first declares incompatible; Alice holds the
//! first by two policies. Carol's payment run has expired, Dave's is on its way. Two packages are called "Twin".

use crate::util::Dir;
use serde_json::{Value, json};

pub(crate) const VENDOR: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
pub(crate) const PAYMENT: &str = "97740433-3dc1-4f72-9ea5-ef9fc4c9b3d6";
pub(crate) const TWIN_1: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub(crate) const TWIN_2: &str = "aaaaaaaa-0000-4000-8000-000000000002";
pub(crate) const RULE: &str =
    "entra:2506aef1-3929-4d24-a61e-7c8b83d95e6f:97740433-3dc1-4f72-9ea5-ef9fc4c9b3d6";

/// The object id of a user.
pub(crate) fn object_id(user: &str) -> String {
    format!("{:08x}-1111-4111-8111-111111111111", user.bytes().map(u32::from).sum::<u32>())
}

/// The id of a user's subject record.
pub(crate) fn subject_id(user: &str) -> String {
    object_id(user).replace('1', "5")
}

fn assignment(number: u32, user: &str, package: &str, state: &str) -> Value {
    json!({
        "id": format!("cccccccc-0000-4000-8000-{number:012}"),
        "accessPackageId": package,
        "targetId": object_id(user),
        "assignmentState": state,
        "assignmentStatus": state,
        "isExtended": false,
        "expiredDateTime": if state == "Expired" { json!("2026-03-01T00:00:00Z") } else { Value::Null },
        "target": {
            "id": subject_id(user),
            "objectId": object_id(user),
            "displayName": format!("{}{} Example", user[..1].to_uppercase(), &user[1..]),
            "principalName": format!("{user}@contoso.example"),
            "type": "User",
        },
    })
}

fn page(rows: &[Value]) -> String {
    let context = "https://graph.microsoft.com/beta/$metadata#accessPackageAssignments";
    serde_json::to_string_pretty(&json!({ "@odata.context": context, "value": rows })).unwrap()
}

/// The assignments.
pub(crate) fn assignments() -> String {
    page(&[
        assignment(1, "alice", VENDOR, "Delivered"),
        assignment(2, "alice", PAYMENT, "Delivered"),
        assignment(3, "bob", VENDOR, "Delivered"),
        assignment(4, "bob", PAYMENT, "Delivered"),
        assignment(5, "carol", VENDOR, "Delivered"),
        assignment(6, "carol", PAYMENT, "Expired"),
        assignment(7, "dave", VENDOR, "Delivered"),
        assignment(8, "dave", PAYMENT, "Delivering"),
        assignment(9, "alice", TWIN_1, "Delivered"),
        assignment(10, "bob", TWIN_2, "Delivered"),
        assignment(11, "alice", VENDOR, "Delivered"),
    ])
}

/// The packages, and what they declare.
pub(crate) fn packages() -> String {
    let package = |id: &str, name: &str, incompatible: Value| json!({ "id": id, "displayName": name, "incompatibleAccessPackages": incompatible });
    serde_json::to_string_pretty(&json!([
        package(VENDOR, "Vendor master editor", json!([{ "id": PAYMENT, "displayName": "Payment run" }])),
        package(PAYMENT, "Payment run", json!([])),
        package(TWIN_1, "Twin", json!([])),
        package(TWIN_2, "Twin", json!([])),
    ]))
    .unwrap()
}

/// A folder `export` with the tenant.
pub(crate) fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("export/assignments.json", assignments()).write("export/packages.json", packages());
    dir
}

/// A table in which so many users hold all of so many packages.
pub(crate) fn dense(users: u32, packages: u32) -> String {
    let mut text = String::from("user,package\n");
    for user in 0..users {
        for package in 0..packages {
            text.push_str(&format!("u{user},p{package}\n"));
        }
    }
    text
}
