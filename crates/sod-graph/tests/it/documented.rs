//! The customer's documents, rebuilt as valid fixtures and completed to a small tenant, answered as documented.

use crate::ask::{Ask, ask};
use serde_json::{Value, json};
use sod_engine::{ExternalId, Input, LoadOptions, Silent};
use sod_graph::ApiVersion;

const A: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
const B: &str = "d5d99728-8c0b-4ede-83d2-cf9b0e8dabfb";
const TYPE: &str = "#microsoft.graph.accessPackageAssignment";

/// Assignment id, `target.id`, `target.objectId` and name of the two documented rows.
const ROWS: [[&str; 4]; 2] = [
    [
        "a61f7889-ae61-4e97-a4dc-e4fa525f5b33",
        "ebaf071e-c647-42c6-b86f-fbe3625b4b63",
        "cdbdf152-82ce-479c-b5b8-df90f561d5c7",
        "user1",
    ],
    [
        "a7284263-8233-44de-8095-0ee3ff5a1716",
        "9865b0f8-868f-42c6-a49b-3067eb4b2da1",
        "79a8f0b6-61dc-41db-b49e-470c278e05b6",
        "user2",
    ],
];

/// The documented beta row; the document leaves the state out, "shortened for readability".
fn beta_row([id, record, object, name]: [&str; 4]) -> Value {
    json!({
        "@odata.type": TYPE,
        "id": id,
        "catalogId": "beedadfe-01d5-4025-910b-84abb9369997",
        "accessPackageId": A,
        "assignmentPolicyId": "07c7c99d-6cf3-4527-bd05-5fc2ac8e96e7",
        "targetId": object,
        "target": { "id": record, "objectId": object, "displayName": name },
    })
}

/// The documented v1.0 row.
fn v1_row([id, record, object, name]: [&str; 4]) -> Value {
    json!({ "@odata.type": TYPE, "id": id, "target": { "id": record, "objectId": object, "displayName": name } })
}

fn with(mut row: Value, name: &str, value: Value) -> Value {
    row[name] = value;
    row
}

fn without(mut rows: Value, names: &[&str]) -> Value {
    for row in rows.as_array_mut().unwrap() {
        for name in names {
            row.as_object_mut().unwrap().shift_remove(*name);
        }
    }
    rows
}

/// The rest of the tenant: the same users hold B, another holds each alone, and history that must not count. Named by
/// `targetId` alone, once as object id and once as the id of the subject record: the documentation has both.
fn others() -> String {
    let row = |id: u32, package: &str, target: &str, state: &str| {
        let id = format!("b0000000-0000-0000-0000-{id:012}");
        json!({ "id": id, "accessPackageId": package, "targetId": target, "assignmentState": state })
    };
    let [user_1, user_2] = ROWS;
    let (only_a, only_b) = ("11111111-0000-0000-0000-000000000001", "11111111-0000-0000-0000-000000000002");
    json!({ "value": [
        row(1, B, user_1[2], "Delivered"),
        row(2, B, user_2[1], "Delivered"),
        row(3, A, only_a, "Delivered"),
        row(4, B, only_b, "Delivered"),
        row(5, B, only_a, "Expired"),
        row(6, A, only_b, "Expired"),
    ]})
    .to_string()
}

fn beta_tenant() -> Ask {
    let rows = ROWS.map(|row| with(beta_row(row), "assignmentState", json!("Delivered")));
    // The later id first: the answer is in order all the same.
    ask(A, B).of("a.json", json!({ "value": [rows[1], rows[0]] }).to_string()).of("b.json", others())
}

fn v1_tenant() -> Ask {
    let rows = ROWS
        .map(|row| with(with(v1_row(row), "state", json!("delivered")), "accessPackage", json!({ "id": A })));
    ask(A, B).of("a.json", json!({ "value": [rows[1], rows[0]] }).to_string()).of("b.json", others())
}

#[test]
fn the_beta_example() {
    let answer = without(beta_tenant().expand("target").value(), &["assignmentState"]);
    assert_eq!(answer, json!(ROWS.map(beta_row)));
}

#[test]
fn the_v1_example() {
    let answer = without(v1_tenant().expand("target").value(), &["state", "accessPackage"]);
    assert_eq!(answer, json!(ROWS.map(v1_row)));
}

/// Asked of the other version's export, the answer holds all that the document holds.
#[test]
fn the_examples_across_versions() {
    let answer = beta_tenant().version(ApiVersion::V1).expand("target").value();
    for (row, documented) in answer.as_array().unwrap().iter().zip(ROWS.map(v1_row)) {
        assert_eq!(row["state"], "delivered");
        for (name, value) in documented.as_object().unwrap() {
            assert_eq!(row[name], *value, "{name}");
        }
    }
    let answer = v1_tenant().version(ApiVersion::Beta).expand("target").value();
    for (row, documented) in answer.as_array().unwrap().iter().zip(ROWS.map(beta_row)) {
        assert_eq!(row["assignmentState"], "Delivered");
        for name in ["@odata.type", "id", "accessPackageId", "targetId", "target"] {
            assert_eq!(row[name], documented[name], "{name}");
        }
    }
}

/// Asked the other way round it is the assignments to B of the same users.
#[test]
fn the_rows_belong_to_the_first_package() {
    let mut turned = beta_tenant();
    turned.question = sod_engine::Question::delivered(B, A);
    assert_eq!(
        turned.ids(),
        ["b0000000-0000-0000-0000-000000000001", "b0000000-0000-0000-0000-000000000002"]
    );
    assert!(turned.value().as_array().unwrap().iter().all(|row| row["accessPackageId"] == B));
}

/// The page's outside is Graph's.
#[test]
fn the_page_is_a_graph_page() {
    let page = beta_tenant().page();
    let context = page["@odata.context"].as_str().unwrap();
    assert!(context.starts_with("https://graph.microsoft.com/beta/$metadata#"), "{context}");
    assert!(page.get("@odata.nextLink").is_none());
}

/// The list example: one expired assignment, which is history.
#[test]
fn the_list_example() {
    let list = json!({ "value": [{
        "id": "9bdae7b4-6ece-487b-9eb8-9679dbd67aa2",
        "catalogId": "cc30dc98-6d3c-4fa0-bed8-fd76d0efd993",
        "accessPackageId": "e3f47362-993f-4fcb-8a38-532ffca16150",
        "assignmentPolicyId": "63ebd106-8116-40e7-a0ab-01ae475d11bb",
        "targetId": "ab4291f6-66b7-42bf-b597-a05b29414f5c",
        "assignmentStatus": "ExpiredNotificationTriggered",
        "assignmentState": "Expired",
        "isExtended": false,
        "expiredDateTime": "2019-04-25T23:45:40.42Z",
    }]});
    let other = json!({ "id": "o", "accessPackageId": B, "targetId": "ab4291f6-66b7-42bf-b597-a05b29414f5c", "assignmentState": "Delivered" });
    let asked = |states| {
        let ask = ask("e3f47362-993f-4fcb-8a38-532ffca16150", B);
        ask.of("list.json", list.to_string())
            .of("other.json", other.to_string())
            .states(states, "delivered")
            .value()
    };
    assert_eq!(asked("delivered"), json!([]));
    assert_eq!(asked("all"), list["value"]);
}

/// The three policies: read as policies of their packages, by whatever members they have.
#[test]
fn the_policy_examples() {
    let handlers = json!([{ "id": "5a38d27a-b702-48d9-ac72-dcf158ba1b0d", "stage": "assignmentRequestCreated",
        "customExtension": { "id": "219f57b6-7983-45a1-be01-2c228b7a43f8", "displayName": "test_action_1",
            "endpointConfiguration": { "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration", "logicAppWorkflowName": "customextension_test" } } }]);
    let first = json!({ "id": "b2eba9a1-b357-42ee-83a8-336522ed6cbf", "accessPackageId": "1b153a13-76da-4d07-9afa-c6c2b1f2e824",
        "displayName": "All Users", "description": "x", "canExtend": false, "durationInDays": 365, "accessReviewSettings": null });
    let second = json!({ "id": "4540a08f-8ab5-43f6-a923-015275799197", "displayName": "policy with custom access package workflow extension",
        "canExtend": true, "durationInDays": 0, "expirationDateTime": null, "accessPackageId": "ba5807c7-2aa9-4c8a-907e-4a17ee587500",
        "accessReviewSettings": null, "requestorSettings": { "scopeType": "AllExistingDirectorySubjects", "acceptRequests": true, "allowedRequestors": [] },
        "requestApprovalSettings": { "isApprovalRequired": false, "approvalMode": "NoApproval", "approvalStages": [] }, "customExtensionHandlers": handlers });
    let mut third = second.clone();
    third["customExtensionStageSettings"] =
        third.as_object_mut().unwrap().shift_remove("customExtensionHandlers").unwrap();
    third["verifiableCredentialSettings"] = json!({ "credentialTypes": [{ "issuers": ["did:ion:x"], "credentialType": "VerifiedCredentialExpert" }] });
    let row = json!({ "id": "r", "accessPackageId": "ba5807c7-2aa9-4c8a-907e-4a17ee587500", "targetId": "t", "assignmentPolicyId": second["id"], "assignmentState": "Delivered" });
    let input = |name: &str, value: &Value| Input::Bytes {
        name: name.to_owned(),
        bytes: value.to_string().as_bytes().into(),
    };
    let inputs =
        [input("1.json", &first), input("2.json", &second), input("3.json", &third), input("row.json", &row)];
    let snapshot = sod_engine::load(&inputs, &LoadOptions::default(), &Silent).unwrap().snapshot;
    assert_eq!(snapshot.provenance.side().get("policy"), Some(&3));
    assert_eq!(snapshot.provenance.rows().read, 1);
    for policy in [&first, &second] {
        let id = snapshot.directory.find_policy(&ExternalId::new(policy["id"].as_str().unwrap())).unwrap();
        let found = snapshot.directory.policy(id).unwrap();
        assert_eq!(found.display_name.as_deref(), policy["displayName"].as_str());
        let package = snapshot.directory.package(found.package.unwrap()).unwrap();
        assert_eq!(package.id.to_string(), policy["accessPackageId"].as_str().unwrap());
        // A beta policy cannot tell whether it assigns by itself.
        assert_eq!(found.automatic, None);
    }
}
