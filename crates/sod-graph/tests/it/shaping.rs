//! From every spelling of a record to either version of Graph.

use crate::ask::{Ask, ask};
use serde_json::json;
use sod_graph::{ApiVersion, Expand};

const V1: &str = r##"{"value":[
 {"@odata.type":"#microsoft.graph.accessPackageAssignment","id":"a1","state":"Delivered","status":"NearExpiry1DayNotificationTriggered","expiredDateTime":null,"customExtensionCalloutInstances":[],
  "schedule":{"startDateTime":"2024-01-01T00:00:00Z","recurrence":null,"expiration":{"type":"noExpiration","endDateTime":null,"duration":null}},
  "target":{"id":"r1","objectId":"o1","displayName":"Alice","subjectType":"user"},"accessPackage":{"id":"PAY","displayName":"Payments","catalog":{"id":"FIN"}},"assignmentPolicy":{"id":"POL","displayName":"Staff"},"x-own":"kept"},
 {"id":"a2","state":"delivered","target":{"id":"r1","objectId":"o1"},"accessPackage":{"id":"VEN"}}]}"##;

const BETA: &str = r#"{"value":[
 {"id":"a1","catalogId":"FIN","accessPackageId":"PAY","assignmentPolicyId":"POL","targetId":"t1","assignmentStatus":"Delivered","assignmentState":"Delivered","isExtended":false,"expiredDateTime":null,"target":{"id":"r1","objectId":"t1","type":"User"},"accessPackageAssignmentPolicy":{"id":"POL"}},
 {"id":"a2","accessPackageId":"VEN","targetId":"t1","assignmentState":"Delivered"},
 {"id":"p1","accessPackageId":"PAY","displayName":"x","canExtend":true},
 {"id":"PAY","displayName":"Payments","isHidden":false}]}"#;

fn v1() -> Ask {
    ask("PAY", "VEN").of("v1.json", V1)
}

fn beta() -> Ask {
    ask("PAY", "VEN").of("beta.json", BETA)
}

/// Without a version the record is as it was exported, member by member.
#[test]
fn as_exported() {
    let original: serde_json::Value = serde_json::from_str(V1).unwrap();
    assert_eq!(v1().value()[0], {
        let mut row = original["value"][0].clone();
        row["state"] = json!("delivered");
        row
    });
    let original: serde_json::Value = serde_json::from_str(BETA).unwrap();
    assert_eq!(beta().value()[0], original["value"][0]);
}

#[test]
fn v1_to_beta() {
    let row = v1().version(ApiVersion::Beta).value()[0].take();
    let expected = json!({
        "@odata.type": "#microsoft.graph.accessPackageAssignment", "id": "a1", "expiredDateTime": null, "customExtensionCalloutInstances": [],
        "assignmentState": "Delivered", "assignmentStatus": "NearExpiry1DayNotificationTriggered",
        "schedule": {"startDateTime": "2024-01-01T00:00:00Z", "recurrence": null, "expiration": {"type": "noExpiration", "endDateTime": null, "duration": null}},
        "target": {"id": "r1", "objectId": "o1", "displayName": "Alice", "type": "User"},
        "accessPackage": {"id": "PAY", "displayName": "Payments", "catalog": {"id": "FIN"}},
        "accessPackageAssignmentPolicy": {"id": "POL", "displayName": "Staff"}, "x-own": "kept",
        "accessPackageId": "PAY", "catalogId": "FIN", "assignmentPolicyId": "POL", "targetId": "o1",
    });
    assert_eq!(row, expected);
}

#[test]
fn beta_to_v1() {
    let row = beta().version(ApiVersion::V1).expand("accessPackage").value()[0].take();
    assert_eq!(row["state"], "delivered");
    assert_eq!(row["status"], "Delivered");
    assert_eq!(row["target"], json!({"id": "r1", "objectId": "t1", "subjectType": "user"}));
    assert_eq!(row["assignmentPolicy"], json!({"id": "POL"}));
    assert_eq!(row["accessPackage"], json!({"id": "PAY", "displayName": "Payments"}));
    for gone in ["assignmentState", "assignmentStatus", "accessPackageAssignmentPolicy"] {
        assert!(row.get(gone).is_none(), "{gone}");
    }
    // Nothing of the export is lost, though v1.0 has no such member.
    assert_eq!((&row["targetId"], &row["isExtended"]), (&json!("t1"), &json!(false)));
}

/// Round trips change nothing but the names.
#[test]
fn there_and_back() {
    let there = v1().version(ApiVersion::Beta).value();
    let tenant = json!({ "value": [there[0], {"id": "a2", "accessPackageId": "VEN", "targetId": "o1", "assignmentState": "Delivered"}] });
    let back = ask("PAY", "VEN").of("x.json", tenant.to_string()).version(ApiVersion::V1).value()[0].take();
    for (name, value) in v1().value()[0].as_object().unwrap() {
        assert_eq!(back[name], *value, "{name}");
    }
}

#[test]
fn powershell_to_graph() {
    let shell = r#"[{"AccessPackage":{"Catalog":{"Id":null},"DisplayName":"Payments","Id":"PAY","IncompatibleGroups":null},
      "AssignmentPolicy":{"DisplayName":null,"Id":null,"RequestorSettings":{"OnBehalfRequestors":null}},"CustomExtensionCalloutInstances":null,"ExpiredDateTime":null,"Id":"a1",
      "Schedule":{"Expiration":{"EndDateTime":"\/Date(1893456000000)\/","Type":"afterDateTime"},"Recurrence":{"Pattern":{"DayOfMonth":null}},"StartDateTime":"\/Date(1700000000000)\/"},
      "State":"delivered","Status":"Delivered","Target":{"ConnectedOrganization":{"Id":null},"DisplayName":"Alice","Id":"r1","ObjectId":"o1","SubjectType":"user"},"AdditionalProperties":{}},
     {"AccessPackageId":"VEN","Id":"a2","State":"delivered","Target":{"ObjectId":"o1"}}]"#;
    let row = ask("PAY", "VEN").of("shell.json", shell).version(ApiVersion::V1).value()[0].take();
    let expected = json!({
        "accessPackage": {"displayName": "Payments", "id": "PAY", "incompatibleGroups": null},
        "customExtensionCalloutInstances": null, "expiredDateTime": null, "id": "a1",
        "schedule": {"expiration": {"endDateTime": "2030-01-01T00:00:00Z", "type": "afterDateTime"}, "startDateTime": "2023-11-14T22:13:20Z"},
        "state": "delivered", "status": "Delivered",
        "target": {"displayName": "Alice", "id": "r1", "objectId": "o1", "subjectType": "user"},
    });
    assert_eq!(row, expected);
    // The shell of a navigation that was not expanded gives way to what the snapshot knows.
    let row = ask("PAY", "VEN").of("shell.json", shell).version(ApiVersion::Beta).value()[0].take();
    assert_eq!(
        (&row["assignmentState"], &row["accessPackageId"], &row["targetId"]),
        (&json!("Delivered"), &json!("PAY"), &json!("o1"))
    );
}

/// A table has its cells under its headers, and what Graph always has beside them.
#[test]
fn tables_to_graph() {
    let table = "Id,TargetObjectId,AccessPackageId,State\na1,o1,PAY,Delivered\na2,o1,VEN,delivered\n";
    let row =
        ask("PAY", "VEN").of("x.csv", table).version(ApiVersion::V1).expand("target,accessPackage").value()
            [0]
        .take();
    assert_eq!((&row["id"], &row["state"]), (&json!("a1"), &json!("delivered")));
    assert_eq!((&row["target"]["objectId"], &row["accessPackage"]["id"]), (&json!("o1"), &json!("PAY")));
    let plain = "user,package\nalice,PAY\nalice,VEN\n";
    let row = ask("PAY", "VEN").of("x.csv", plain).version(ApiVersion::Beta).value()[0].take();
    assert_eq!(
        row,
        json!({"user": "alice", "package": "PAY", "assignmentState": "Delivered", "accessPackageId": "PAY", "targetId": "alice"})
    );
}

#[test]
fn expansion() {
    let bare = r#"[{"id":"a1","accessPackageId":"PAY","targetId":"o1","assignmentState":"Delivered"},{"id":"a2","accessPackageId":"VEN","targetId":"o1","assignmentState":"Delivered"}]"#;
    let users = r#"[{"id":"o1","displayName":"Alice","userPrincipalName":"alice@x.example","mail":"a@x.example","userType":"Member"}]"#;
    let ask = || ask("PAY", "VEN").of("rows.json", bare).of("users.json", users);
    assert!(ask().value()[0].get("target").is_none() && ask().value()[0].get("accessPackage").is_none());
    let row = ask().expand("target,accessPackage").value()[0].take();
    assert_eq!(row["target"]["objectId"], "o1");
    assert_eq!(
        (&row["target"]["displayName"], &row["target"]["email"]),
        (&json!("Alice"), &json!("a@x.example"))
    );
    assert_eq!(row["accessPackage"], json!({"id": "PAY"}));
    assert!("target, AccessPackage".parse::<Expand>().is_ok());
    assert!("targets".parse::<Expand>().unwrap_err().to_string().contains("'targets'"));
    assert!("v2".parse::<ApiVersion>().unwrap_err().to_string().contains("'v2'"));
}

/// Unknown states keep their own spelling.
#[test]
fn unknown_states_are_not_respelt() {
    let rows = V1.replacen("\"state\":\"Delivered\"", "\"state\":\"frozenSolid\"", 1);
    let row = ask("PAY", "VEN")
        .of("x.json", rows)
        .states("frozensolid", "delivered")
        .version(ApiVersion::Beta)
        .value()[0]
        .take();
    assert_eq!(row["assignmentState"], "frozenSolid");
}
