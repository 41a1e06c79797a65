//! A small tenant in both versions, served.

use serde_json::{Value, json};
use sod_engine::{Input, LoadOptions, Silent};
use sod_graph::{Answer, Request, Service, ServiceOptions};

pub(crate) const EM: &str = "identityGovernance/entitlementManagement";
pub(crate) const VENDORS: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
pub(crate) const PAYMENTS: &str = "d5d99728-8c0b-4ede-83d2-cf9b0e8dabfb";
pub(crate) const AUDIT: &str = "88203d16-0e31-41d4-87b2-dd402f1435e9";
pub(crate) const CATALOG: &str = "beedadfe-01d5-4025-910b-84abb9369997";
pub(crate) const POLICY: &str = "4540a08f-8ab5-43f6-a923-015275799197";
pub(crate) const USER_1: &str = "cdbdf152-82ce-479c-b5b8-df90f561d5c7";
pub(crate) const USER_1_RECORD: &str = "ebaf071e-c647-42c6-b86f-fbe3625b4b63";
pub(crate) const USER_2: &str = "79a8f0b6-61dc-41db-b49e-470c278e05b6";
pub(crate) const ROW: &str = "a61f7889-ae61-4e97-a4dc-e4fa525f5b33";

fn assignment_id(number: u32) -> String {
    format!("a0000000-0000-0000-0000-{number:012}")
}

/// The assignments in the words of v1.0.
pub(crate) fn v1_rows() -> Value {
    let row = |id: &str, package: &str, user: (&str, &str, &str), state: &str| {
        json!({
            "id": id, "state": state, "status": "Delivered", "expiredDateTime": null,
            "schedule": {"startDateTime": "2026-01-02T03:04:05.6789012Z", "recurrence": null,
                "expiration": {"endDateTime": null, "duration": null, "type": "noExpiration"}},
            "target": {"id": user.1, "objectId": user.0, "displayName": user.2, "email": format!("{}@contoso.example", user.2),
                "principalName": format!("{}@contoso.example", user.2), "subjectType": "user", "subjectLifecycle": "governed"},
            "accessPackage": {"id": package, "displayName": package.get(..4), "isHidden": false},
            "assignmentPolicy": {"id": POLICY, "displayName": "policy with custom access package workflow extension"},
        })
    };
    let user_1 = (USER_1, USER_1_RECORD, "user1");
    let user_2 = (USER_2, "9865b0f8-868f-42c6-a49b-3067eb4b2da1", "user2");
    json!({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/assignments", "value": [
        row(ROW, VENDORS, user_1, "delivered"),
        row("a7284263-8233-44de-8095-0ee3ff5a1716", VENDORS, user_2, "delivered"),
        row(&assignment_id(1), PAYMENTS, user_1, "delivered"),
        row(&assignment_id(2), PAYMENTS, user_2, "expired"),
        row(&assignment_id(3), AUDIT, user_2, "delivered"),
    ]})
}

/// The same in the words of beta, with nothing expanded but the subject.
pub(crate) fn beta_rows() -> Value {
    let mut rows = v1_rows();
    for row in rows["value"].as_array_mut().unwrap() {
        let row = row.as_object_mut().unwrap();
        let state = row.shift_remove("state").unwrap();
        let state = state.as_str().unwrap();
        row.insert("assignmentState".to_owned(), json!(state[..1].to_uppercase() + &state[1..]));
        let status = row.shift_remove("status").unwrap();
        row.insert("assignmentStatus".to_owned(), status);
        row.insert("isExtended".to_owned(), json!(false));
        row.insert("catalogId".to_owned(), json!(CATALOG));
        let package = row.shift_remove("accessPackage").unwrap();
        row.insert("accessPackageId".to_owned(), package["id"].clone());
        let policy = row.shift_remove("assignmentPolicy").unwrap();
        row.insert("assignmentPolicyId".to_owned(), policy["id"].clone());
        row.insert("targetId".to_owned(), row["target"]["objectId"].clone());
        let target = row.get_mut("target").unwrap().as_object_mut().unwrap();
        target.shift_remove("subjectType");
        target.insert("type".to_owned(), json!("User"));
    }
    rows["@odata.context"] = json!("https://graph.microsoft.com/beta/$metadata#accessPackageAssignments");
    rows
}

/// Packages with what they declare, a catalog, and the documented policy.
pub(crate) fn side() -> Value {
    let extension = json!({
        "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
        "id": "219f57b6-7983-45a1-be01-2c228b7a43f8", "displayName": "test_action_1", "description": "Test logic app",
        "createdDateTime": "2022-01-11T05:19:16.97Z", "lastModifiedDateTime": "2022-01-11T05:19:16.97Z",
        "endpointConfiguration": {"@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
            "subscriptionId": "38ab2ccc-3747-4567-b36b-9478f5602f0d", "resourceGroupName": "resourcegroup",
            "logicAppWorkflowName": "customextension_test"},
        "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"},
    });
    let stage = json!([{"id": "5a38d27a-b702-48d9-ac72-dcf158ba1b0d", "stage": "assignmentRequestCreated", "customExtension": extension}]);
    json!([
        {"@odata.type": "#microsoft.graph.accessPackage", "id": VENDORS, "displayName": "Vendor master editor",
            "description": "Edit vendors", "isHidden": false, "createdDateTime": "2025-01-01T00:00:00Z", "catalogId": CATALOG,
            "incompatibleAccessPackages": [{"id": PAYMENTS, "displayName": "Payment run"}], "incompatibleGroups": []},
        {"@odata.type": "#microsoft.graph.accessPackage", "id": PAYMENTS, "displayName": "Payment run",
            "isHidden": true, "catalogId": CATALOG, "incompatibleAccessPackages": []},
        {"@odata.type": "#microsoft.graph.accessPackageCatalog", "id": CATALOG, "displayName": "Finance",
            "catalogType": "UserManaged", "catalogStatus": "Published", "isExternallyVisible": false},
        {"@odata.type": "#microsoft.graph.accessPackageAssignmentPolicy", "id": POLICY,
            "displayName": "policy with custom access package workflow extension",
            "description": "Run specified custom access package workflow extension at different stages.",
            "canExtend": true, "durationInDays": 0, "expirationDateTime": null, "accessPackageId": VENDORS,
            "accessReviewSettings": null,
            "requestorSettings": {"scopeType": "AllExistingDirectorySubjects", "acceptRequests": true, "allowedRequestors": []},
            "requestApprovalSettings": {"isApprovalRequired": false, "isApprovalRequiredForExtension": false,
                "isRequestorJustificationRequired": false, "approvalMode": "NoApproval", "approvalStages": []},
            "customExtensionHandlers": stage, "customExtensionStageSettings": stage,
            "verifiableCredentialSettings": {"credentialTypes": [{"issuers": ["did:ion:x"], "credentialType": "VerifiedCredentialExpert"}]}},
    ])
}

pub(crate) fn service_of(documents: &[Value]) -> Service {
    let input = |(at, document): (usize, &Value)| Input::Bytes {
        name: format!("{at}.json"),
        bytes: document.to_string().as_bytes().into(),
    };
    let inputs: Vec<Input> = documents.iter().enumerate().map(input).collect();
    service_of_inputs(&inputs)
}

pub(crate) fn service_of_inputs(inputs: &[Input]) -> Service {
    let load = LoadOptions { keep_originals: true, keep_bodies: true, ..LoadOptions::default() };
    let loaded = sod_engine::load(inputs, &load, &Silent).unwrap();
    Service::new(loaded, ServiceOptions::default(), &Silent).unwrap()
}

/// The tenant as a v1.0 export.
pub(crate) fn v1() -> Service {
    service_of(&[v1_rows(), side()])
}

/// The tenant as a beta export.
pub(crate) fn beta() -> Service {
    service_of(&[beta_rows(), side()])
}

pub(crate) fn get(service: &Service, target: &str) -> (u16, Value) {
    let answer = service.answer(&Request::get(target));
    (answer.status, parsed(&answer))
}

pub(crate) fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&answer.body)))
}
