//! Exports with a mark in every place that can hold a secret or what somebody wrote.

mod refused;

use crate::tenant::{self, object_id};
use crate::util::Dir;
use serde_json::{Value, json};
use std::path::Path;

pub(super) use crate::tenant::{PAYMENT, VENDOR};

/// Begins every mark, in letters that no format escapes.
pub(super) const MARK: &str = "zqxSECRET";

/// How many marks a file has, or the files below a folder.
pub(super) fn planted(path: &Path) -> usize {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        return entries.map(|entry| planted(&entry.unwrap().path())).sum();
    }
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).matches(MARK).count()
}

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run"] } ]
"#;

const EXCEPTIONS: &str = r#"
[[exception]]
id = "EX-1"
rule = "P2P-01"
user = "bob@contoso.example"
owner = "cfo@contoso.example"
justification = "What the exceptions file says is the report's own."
"#;

fn mark(place: &str) -> String {
    format!("{MARK}{place}")
}

/// The address of a Logic App with its signature.
fn address(place: &str) -> String {
    format!(
        "https://prod-01.logic.azure.com/workflows/{}/run?api-version=1&sig={}",
        mark("path"),
        mark(place)
    )
}

fn extension(place: &str) -> Value {
    json!({
        "id": "eeeeeeee-0000-4000-8000-000000000001", "displayName": "Ticket",
        "description": mark("extension-description"),
        "endpointConfiguration": { "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
            "subscriptionId": mark("subscription"), "logicAppWorkflowName": mark("workflow"), "url": address(place) },
        "authenticationConfiguration": { "@odata.type": "#microsoft.graph.azureAdTokenAuthentication",
            "resourceId": mark("resource"), "clientSecret": mark("client-secret"), "token": mark("token") },
        "clientConfiguration": { "timeoutInMilliseconds": 1000 }, "clientState": mark("client-state"),
        "callbackConfiguration": { "timeoutDuration": "PT1H", "callbackUrl": address("callback") },
    })
}

fn callouts() -> Value {
    json!([{ "id": "c1", "customExtensionId": "eeeeeeee-0000-4000-8000-000000000001", "status": "calloutFailed",
        "externalCorrelationId": mark("correlation"), "detail": format!("POST {} said {}", address("detail"), mark("said")) }])
}

fn policy() -> Value {
    json!({ "id": "99999999-0000-4000-8000-000000000001", "displayName": "By request", "accessPackageId": VENDOR,
        "questions": [{ "text": { "defaultText": mark("question") } }],
        "requestApprovalSettings": { "stages": [{ "approverInformation": mark("approver") }] },
        "notificationSettings": { "isAssignmentNotificationDisabled": false, "mailBody": mark("mail-body") },
        "customExtensionStageSettings": [{ "stage": "assignmentRequestCreated", "customExtension": extension("stage") }],
        "customExtensionHandlers": [{ "stage": "x", "customExtension": extension("handler") }] })
}

fn request(user: &str) -> Value {
    json!({ "id": "77777777-0000-4000-8000-000000000001", "requestType": "userAdd", "requestState": "delivered",
        "justification": mark("request-justification"),
        "answers": [{ "@odata.type": "#microsoft.graph.accessPackageAnswerString", "value": mark("answer"),
            "displayValue": mark("display-answer"), "answeredQuestion": { "id": "q", "text": mark("answered") } }],
        "requestor": { "objectId": object_id(user), "displayName": mark("requestor"), "email": format!("{}@mail.example", mark("mail")) },
        "verifiedCredentialsData": [{ "claims": mark("claims"), "type": mark("credential") }],
        "customExtensionCalloutInstances": callouts(), "history": [{ "detail": mark("history") }] })
}

/// Beside what an assignment needs: what its relations and a careless export bring.
fn with_baggage(mut row: Value) -> Value {
    let members = row.as_object_mut().unwrap();
    let baggage = json!({ "customExtensionCalloutInstances": callouts(), "justification": mark("justification"),
        "answers": [{ "value": mark("row-answer") }], "clientState": mark("row-client-state"),
        "accessPackageAssignmentPolicy": policy(), "accessPackageAssignmentRequests": [request("alice")],
        "requestorComment": mark("comment"), "mail": { "body": { "content": mark("body") } } });
    members.extend(baggage.as_object().unwrap().clone());
    let target = members.get_mut("target").unwrap().as_object_mut().unwrap();
    target.insert("altSecId".to_owned(), mark("alt-sec-id").into());
    target.insert("aboutMe".to_owned(), mark("about-me").into());
    row
}

/// Rows that cannot be used, in every way that a message could quote.
fn bad_rows() -> Vec<String> {
    vec![
        json!({ "id": "b1", "assignmentState": "Delivered", "targetId": object_id("erin"), "justification": mark("no-package") }).to_string(),
        json!({ "id": "b2", "assignmentState": "Delivered", "accessPackageId": VENDOR, "answers": mark("no-user") }).to_string(),
        json!(mark("bare-text")).to_string(),
        json!([mark("bare-list"), { "answers": mark("in-a-list") }]).to_string(),
        json!({ "answers": [{ "value": mark("unknown-record") }], "url": address("unknown") }).to_string(),
        json!({ "note": mark("unknown"), "accessPackage": mark("unknown-package") }).to_string(),
        // Well balanced, and no JSON.
        format!(r#"{{"id":"b3","justification":"\x {}"}}"#, mark("bad-escape")),
        format!(r#"{{"id":"b4","{}":{}}}"#, mark("member"), mark("bare-word")),
        format!(r#"{{"id":"b5","answers":"{0}","answers":"{0}",}}"#, mark("comma")),
        json!({ "id": "b6", "accessPackage": format!("@{{id=1; answers={}}}", mark("cut-off")), "targetId": object_id("erin"), "assignmentState": "Delivered" }).to_string(),
        json!({ "id": "b7", "accessPackageId": VENDOR, "targetId": object_id("erin"), "assignmentState": format!("{} because of {}", mark("state"), address("state")) }).to_string(),
        json!({ "id": "b8", "accessPackageId": VENDOR, "targetId": object_id("erin"), "assignmentState": "Delivered", "expiredDateTime": mark("date"), "schedule": { "startDateTime": mark("start") } }).to_string(),
    ]
}

fn assignments() -> Vec<Value> {
    let page: Value = serde_json::from_str(&tenant::assignments()).unwrap();
    page["value"].as_array().unwrap().iter().cloned().map(with_baggage).collect()
}

fn pages(dir: &Dir) {
    let mut rows: Vec<String> = assignments().iter().map(Value::to_string).collect();
    rows.extend(bad_rows());
    let context = format!(
        "https://gateway.example/beta?subscription-key={}$metadata#accessPackageAssignments",
        mark("context")
    );
    let next = format!("https://gateway.example/beta/x?$skiptoken={}", mark("skip-token"));
    let page = format!(
        "{{\"@odata.context\":{},\"@odata.nextLink\":{},\"value\":[{}]}}",
        json!(context),
        json!(next),
        rows.join(",\n")
    );
    let mut packages: Value = serde_json::from_str(&tenant::packages()).unwrap();
    for package in packages.as_array_mut().unwrap() {
        package["assignmentPolicies"] = json!([policy()]);
        package["accessPackageCustomWorkflowExtensions"] = json!([extension("package")]);
    }
    let about = json!([{ "id": object_id("alice"), "displayName": "Alice Example", "userPrincipalName": "alice@contoso.example",
        "aboutMe": mark("user-about"), "passwordProfile": { "password": mark("password") }, "mailboxSettings": { "automaticRepliesSetting": mark("reply") } }]);
    dir.write("pages/assignments.json", page)
        .write("pages/packages.json", packages.to_string())
        .write("pages/users.json", about.to_string())
        .write("pages/requests.json", json!({ "@odata.context": "https://graph.microsoft.com/beta/$metadata#accessPackageAssignmentRequests", "value": [request("bob")] }).to_string())
        .write("pages/policies.json", json!({ "value": [policy()] }).to_string())
        .write("pages/notes.txt", mark("notes"));
}

/// As EntraExporter lays it out: a file for each object.
fn tree(dir: &Dir) {
    let root = "tree/EntitlementManagement/AccessPackages";
    for (at, row) in assignments().iter().enumerate() {
        dir.write(&format!("{root}/{VENDOR}/Assignments/{at}.json"), row.to_string());
    }
    // A file that is no record at all stops the run: here are those of which one row is rejected.
    for (at, row) in bad_rows().iter().enumerate().filter(|(at, _)| [0, 1, 9, 10, 11].contains(at)) {
        dir.write(&format!("{root}/{VENDOR}/Assignments/bad-{at}.json"), row);
    }
    let packages: Value = serde_json::from_str(&tenant::packages()).unwrap();
    for package in packages.as_array().unwrap() {
        let id = package["id"].as_str().unwrap();
        dir.write(&format!("{root}/{id}/{id}.json"), package.to_string());
        dir.write(&format!("{root}/{id}/AssignmentPolicies/p.json"), policy().to_string());
    }
    dir.write("tree/EntitlementManagement/Catalogs/c/CustomExtensions/e.json", extension("tree").to_string());
    dir.write("tree/EntitlementManagement/Requests/r.json", request("bob").to_string());
}

fn table(dir: &Dir) {
    let mut text =
        "AssignmentId,TargetObjectId,TargetPrincipalName,AccessPackageId,AccessPackageName,State,Justification,Answers,ExtensionUrl\n"
            .to_owned();
    let mut row = |cells: [&str; 6], extra: &str| {
        text.push_str(&format!(
            "{},{},{},{}{extra}\n",
            cells.join(","),
            mark("justification"),
            mark("answers"),
            address("url")
        ));
    };
    for (at, user) in ["alice", "bob"].into_iter().enumerate() {
        let (name, id) = (format!("{user}@contoso.example"), object_id(user));
        row([&format!("v{at}"), &id, &name, VENDOR, "Vendor master editor", "Delivered"], "");
        row([&format!("p{at}"), &id, &name, PAYMENT, "Payment run", "Delivered"], "");
    }
    // No user; no package; a cell too many; a state that is a remark; a cell with rows inside; objects that were not taken apart.
    row(["x1", "", "", VENDOR, "Vendor master editor", "Delivered"], "");
    row(["x2", &object_id("erin"), "", "", "", "Delivered"], "");
    row(
        ["x3", &object_id("erin"), "", VENDOR, "Vendor master editor", "Delivered"],
        &format!(",{}", mark("too-many")),
    );
    row(
        [
            "x4",
            &object_id("erin"),
            "",
            VENDOR,
            "Vendor master editor",
            &format!("asked for by {}", mark("state")),
        ],
        "",
    );
    row(
        [
            "x5",
            &format!("\"@{{id=1; answers={}}}\"", mark("cell")),
            "",
            VENDOR,
            "Vendor master editor",
            "Delivered",
        ],
        "",
    );
    row(
        [
            "x6",
            &object_id("erin"),
            "",
            &format!("\"Microsoft.Graph.PowerShell.Models.X {}\"", mark("type")),
            "",
            "Delivered",
        ],
        "",
    );
    row(
        [
            "x7",
            &object_id("erin"),
            "",
            VENDOR,
            &format!("\"a\n{0},{0},{0},{0},{0},{0},{0},{0},{0}\nb\"", mark("swallowed")),
            "Delivered",
        ],
        "",
    );
    dir.write("table.csv", text);
}

/// Objects through `ConvertTo-Json`, as PowerShell spells them.
fn powershell(dir: &Dir) {
    fn pascal(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let spelt = |name: &str| name[..1].to_uppercase() + &name[1..];
                Value::Object(members.iter().map(|(name, value)| (spelt(name), pascal(value))).collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(pascal).collect()),
            other => other.clone(),
        }
    }
    let packages: Value = serde_json::from_str(&tenant::packages()).unwrap();
    let rows: Vec<Value> = assignments().iter().chain(packages.as_array().unwrap()).map(pascal).collect();
    dir.write("powershell.json", serde_json::to_string_pretty(&rows).unwrap());
}

/// The exports, the rules, and what is no export.
pub(super) fn dir() -> Dir {
    let dir = Dir::new();
    pages(&dir);
    tree(&dir);
    table(&dir);
    powershell(&dir);
    refused::refused(&dir);
    dir.write("rules.toml", RULES).write("exceptions.toml", EXCEPTIONS);
    dir
}
