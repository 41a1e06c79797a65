//! What the export does not tell is never answered as if it were nothing.

use crate::tenant::{
    self, AUDIT, EM, PAYMENTS, POLICY, ROW, USER_1, USER_2, VENDORS, get, parsed, service_of,
};
use serde_json::{Value, json};
use sod_engine::Input;
use sod_graph::{Request, Service};

const MARK: &str = "@sod.notExported";

/// Rows with nothing but what beta always has.
fn bare() -> Service {
    let row = |at: u32, package: &str, user: &str| {
        json!({"id": format!("a0000000-0000-0000-0000-{at:012}"), "accessPackageId": package, "targetId": user,
            "assignmentState": "Delivered"})
    };
    service_of(&[json!([row(1, VENDORS, USER_1), row(2, PAYMENTS, USER_1), row(3, AUDIT, USER_2)])])
}

fn ids(body: &Value) -> Vec<&str> {
    body["value"].as_array().unwrap().iter().filter_map(|row| row["id"].as_str()).collect()
}

#[test]
fn filters_on_what_is_not_told_say_so() {
    let service = bare();
    let list = |table: &str, filter: &str| {
        let (status, body) = get(&service, &format!("/beta/{EM}/{table}?$filter={filter}"));
        assert_eq!(status, 200, "{filter}: {body}");
        (ids(&body).len(), body.get(MARK).is_some())
    };
    let rows = "accessPackageAssignments";
    assert_eq!(list(rows, &format!("targetId eq '{USER_1}'")), (2, false));
    for (filter, found) in [
        (format!("target/objectid eq '{USER_1}'"), 0),
        // Nobody knows that it is another's.
        (format!("target/objectid ne '{USER_1}'"), 0),
        (format!("not (target/objectid eq '{USER_1}')"), 0),
        ("isExtended eq true".to_owned(), 0),
        ("isExtended eq null".to_owned(), 3),
        ("startswith(target/displayName,'a')".to_owned(), 0),
        ("schedule/expiration/endDateTime gt 2020-01-01T00:00:00Z".to_owned(), 0),
    ] {
        assert_eq!(list(rows, &filter), (found, true), "{filter}");
    }
    for filter in [
        "incompatibleAccessPackages/any()",
        "incompatibleAccessPackages/all(x:x/id eq 'x')",
        "incompatibleAccessPackages/$count eq 0",
        "not incompatibleGroups/any(x:x/id eq 'x')",
    ] {
        assert_eq!(list("accessPackages", filter), (0, true), "{filter}");
    }
    let count =
        service.answer(&Request::get(&format!("/beta/{EM}/accessPackages/$count?$filter=isHidden eq false")));
    assert_eq!((count.body.as_slice(), count.headers.len()), (&b"0"[..], 1));
    assert_eq!(count.headers[0], ("sod-not-exported", "true".to_owned()));
    let plain = service.answer(&Request::get(&format!("/beta/{EM}/accessPackageAssignments/$count")));
    assert_eq!((plain.body.as_slice(), plain.headers.len()), (&b"3"[..], 0));
    let declared = format!("/beta/{EM}/accessPackages/{VENDORS}/incompatibleAccessPackages/$count");
    assert_eq!(service.answer(&Request::get(&declared)).headers.len(), 1);
}

/// Whether a list is marked, and how many there are.
fn marked(service: &Service, address: &str) -> (usize, bool) {
    let (status, body) = get(service, address);
    assert_eq!(status, 200, "{address}: {body}");
    (body["value"].as_array().unwrap().len(), body.get(MARK).is_some())
}

#[test]
fn an_index_knows_no_more_than_the_rows() {
    // One of the rows names its user by an id of which nobody says what it is of.
    let mut rows = tenant::v1_rows();
    rows["value"][0]["target"] = json!({"id": "99999999-0000-4000-8000-000000000009"});
    let service = service_of(&[rows]);
    for property in ["target/objectId", "target/id"] {
        let filter = format!("/v1.0/{EM}/assignments?$filter={property} eq '{USER_2}'");
        let scanned = format!("{filter} or id eq 'x'");
        assert_eq!(marked(&service, &filter), marked(&service, &scanned), "{property}");
    }
    assert!(marked(&service, &format!("/v1.0/{EM}/assignments?$filter=target/objectId eq '{USER_2}'")).1);
    let whole = tenant::v1();
    assert!(!marked(&whole, &format!("/v1.0/{EM}/assignments?$filter=target/objectId eq '{USER_2}'")).1);
}

#[test]
fn what_cannot_be_said_is_no_null() {
    let service = bare();
    for filter in [
        "contains(target/displayName,'x') ne true",
        "not (contains(target/displayName,'x') eq true)",
        "(isExtended eq true) ne true",
    ] {
        let found = marked(&service, &format!("/beta/{EM}/accessPackageAssignments?$filter={filter}"));
        assert_eq!(found, (0, true), "{filter}");
    }
}

#[test]
fn a_cut_off_export_says_so_of_every_list() {
    let mut rows = tenant::v1_rows();
    rows["@odata.nextLink"] = "https://graph.microsoft.com/v1.0/x?$skiptoken=1".into();
    let service = service_of(&[rows, tenant::side()]);
    let pair = format!("additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='{AUDIT}')");
    for list in ["assignments".to_owned(), format!("assignments/{pair}"), "accessPackages".to_owned()] {
        assert!(marked(&service, &format!("/v1.0/{EM}/{list}")).1, "{list}");
        assert!(
            !marked(&tenant::v1(), &format!("/v1.0/{EM}/{list}")).1 || list == "accessPackages",
            "{list}"
        );
    }
    let count = service.answer(&Request::get(&format!("/v1.0/{EM}/assignments/$count")));
    assert_eq!(count.headers, [("sod-not-exported", "true".to_owned())]);
}

#[test]
fn an_assumed_state_is_no_exported_one() {
    let text = format!("id,user,package\na1,{USER_1},{VENDORS}\n");
    let input = Input::Bytes { name: "rows.csv".into(), bytes: text.into_bytes().into() };
    let service = tenant::service_of_inputs(&[input]);
    assert_eq!(marked(&service, &format!("/v1.0/{EM}/assignments?$filter=state eq 'expired'")), (0, true));
}

#[test]
fn expansions_searches_and_single_properties_say_so_too() {
    let service = bare();
    let expanded = format!(
        "/beta/{EM}/accessPackages/{VENDORS}?$expand=incompatibleAccessPackages($filter=description eq 'x')"
    );
    let (_, body) = get(&service, &expanded);
    assert_eq!(body[format!("incompatibleAccessPackages{MARK}")], true, "{body}");
    assert!(marked(&service, &format!("/beta/{EM}/accessPackages?$search=pay")).1);
    let value = service.answer(&Request::get(&format!("/beta/{EM}/accessPackages/{VENDORS}/description")));
    assert_eq!(
        (value.status, value.headers.as_slice()),
        (204, [("sod-not-exported", "true".to_owned())].as_slice())
    );
}

#[test]
fn tables_that_rows_alone_name_are_not_all_there_are() {
    let service = bare();
    for list in ["accessPackages", "accessPackageAssignmentPolicies", "accessPackageCatalogs"] {
        assert!(marked(&service, &format!("/beta/{EM}/{list}")).1, "{list}");
    }
}

#[test]
fn an_object_id_is_no_target_id() {
    // A v1.0 export has the subject's own id beside the object id.
    let service = tenant::v1();
    let by = |id: &str| {
        marked(&service, &format!("/beta/{EM}/accessPackageAssignments?$filter=targetId eq '{id}'")).0
    };
    assert!(by(tenant::USER_1_RECORD) > 0);
    assert_eq!(by(USER_1), 0);
    let (_, body) = get(&service, &format!("/beta/{EM}/accessPackageAssignments/{ROW}"));
    assert_ne!(body["targetId"], USER_1, "{body}");
}

#[test]
fn a_filter_that_lost_its_name_is_no_option() {
    let service = tenant::v1();
    for query in
        ["=state eq 'expired'", "=5", "5", "amp;$filter=x", "%2524filter=x", "state=expired", "State=expired"]
    {
        let (status, body) = get(&service, &format!("/v1.0/{EM}/assignments?{query}"));
        assert_eq!((status, body["error"]["code"].as_str()), (400, Some("BadRequest")), "{query}: {body}");
    }
    assert_eq!(get(&service, &format!("/v1.0/{EM}/assignments?api-version=1&x_y=2")).0, 200);
}

#[test]
fn an_ordered_list_says_so_on_each_page() {
    let service = bare();
    for _ in 0..2 {
        let (_, body) = get(
            &service,
            &format!("/beta/{EM}/accessPackageAssignments?$filter=isExtended eq null&$orderby=id&$top=2"),
        );
        assert_eq!((ids(&body).len(), body.get(MARK)), (2, Some(&json!(true))));
    }
}

#[test]
fn known_nulls_are_no_gaps() {
    let service = tenant::v1();
    let (_, body) = get(
        &service,
        &format!("/v1.0/{EM}/assignments?$filter=expiredDateTime eq null&$select=expiredDateTime"),
    );
    assert_eq!((body["value"].as_array().unwrap().len(), body.get(MARK)), (5, None));
    assert_eq!(body["value"][0], json!({"expiredDateTime": null}));
    let (_, body) = get(&service, &format!("/v1.0/{EM}/assignments?$filter=expiredDateTime gt 2020-01-01"));
    assert_eq!((ids(&body).len(), body.get(MARK)), (0, None));
}

#[test]
fn half_of_the_declarations_is_not_all() {
    let packages = json!([
        {"id": VENDORS, "displayName": "V", "isHidden": false, "incompatibleAccessPackages": [{"id": PAYMENTS}]},
        {"id": PAYMENTS, "displayName": "P", "isHidden": false},
    ]);
    let service = service_of(&[tenant::v1_rows(), packages]);
    let (_, body) = get(&service, &format!("/v1.0/{EM}/assignments/additionalAccess()?$select=id"));
    assert_eq!((ids(&body), body.get(MARK)), (vec![ROW], Some(&json!(true))));
    let reprocess = |id: &str| {
        let target = format!("/v1.0/{EM}/assignments/{id}/reprocess");
        service.answer(&Request { method: "POST", ..Request::get(&target) })
    };
    let lacking = ("sod-not-exported", "true".to_owned());
    assert_eq!(reprocess(ROW).headers, [("sod-conflicts", "1".to_owned()), lacking.clone()]);
    let unknown = reprocess("a0000000-0000-0000-0000-000000000003");
    assert_eq!((unknown.status, unknown.headers), (202, vec![lacking]), "not 0");
}

#[test]
fn policies_have_no_invented_lists() {
    let service = service_of(&[tenant::v1_rows()]);
    let policy = |version: &str, table: &str, query: &str| {
        get(&service, &format!("/{version}/{EM}/{table}/{POLICY}{query}")).1
    };
    let nested = "?$expand=customExtensionHandlers($expand=customExtension)";
    let body = policy("beta", "accessPackageAssignmentPolicies", nested);
    assert_eq!(body["customExtensionHandlers@sod.notExported"], true, "{body}");
    for navigation in ["customExtensionStageSettings", "questions"] {
        let body = policy("v1.0", "assignmentPolicies", &format!("/{navigation}"));
        assert_eq!((&body["value"], &body[MARK]), (&json!([]), &json!(true)), "{navigation}");
    }
    let (_, whole) = get(
        &tenant::beta(),
        &format!("/v1.0/{EM}/assignmentPolicies/{POLICY}?$expand=customExtensionStageSettings,questions"),
    );
    assert_eq!(whole.get("customExtensionStageSettings@sod.notExported"), None);
    assert_eq!(whole["questions@sod.notExported"], true, "beta's are of another form");
}

#[test]
fn records_without_a_telling_name_are_of_the_version_of_their_answer() {
    let body = json!({"@odata.context": "https://graph.microsoft.com/beta/$metadata#identityGovernance/entitlementManagement/accessPackageAssignmentPolicies",
        "value": [{"@odata.type": "#microsoft.graph.accessPackageAssignmentPolicy", "id": POLICY, "displayName": "P",
            "requestorSettings": {"scopeType": "NoSubjects"}, "questions": [{"id": "q", "text": {"defaultText": "Why?"}}]}]});
    let service = service_of(&[tenant::beta_rows(), body]);
    let (_, v1) = get(&service, &format!("/v1.0/{EM}/assignmentPolicies/{POLICY}?$expand=questions"));
    assert_eq!((v1.get("requestorSettings"), &v1["questions@sod.notExported"]), (None, &json!(true)), "{v1}");
    let (_, beta) = get(&service, &format!("/beta/{EM}/accessPackageAssignmentPolicies/{POLICY}"));
    assert_eq!(beta["requestorSettings"]["scopeType"], "NoSubjects");
    assert_eq!(beta["questions"][0]["text"]["defaultText"], "Why?");
}

#[test]
fn names_inside_records_have_no_case() {
    let mut rows = tenant::v1_rows();
    rows["value"][0]["schedule"] = json!({"sTartDateTime": "2019-01-01T00:00:00Z", "eXpiration": {"eNddatetime": "2020-01-01T00:00:00Z"}});
    rows["value"][1]["schedule"] = json!({"StartDateTime": "2019-01-01T00:00:00Z", "Expiration": {"EndDateTime": "2020-01-01T00:00:00Z"}});
    let service = service_of(&[rows]);
    let filter = "schedule/startDateTime lt 2020-01-01T00:00:00Z and schedule/expiration/endDateTime eq 2020-01-01T00:00:00Z";
    let (_, body) = get(&service, &format!("/v1.0/{EM}/assignments?$filter={filter}"));
    let rows = body["value"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(row["schedule"]["expiration"]["endDateTime"], "2020-01-01T00:00:00Z");
    }
}

#[test]
fn an_id_of_two_people_stays_with_the_rows_that_state_it() {
    let mut rows = tenant::v1_rows();
    rows["value"][1]["target"]["id"] = rows["value"][0]["target"]["id"].clone();
    let service = service_of(&[rows]);
    let record = tenant::USER_1_RECORD;
    let (_, body) =
        get(&service, &format!("/v1.0/{EM}/assignments?$expand=target&$filter=target/id eq '{record}'"));
    let found = body["value"].as_array().unwrap();
    assert_eq!(found.len(), 3, "{body}");
    assert!(found.iter().all(|row| row["target"]["id"] == record));
}

#[test]
fn links_to_further_pages_of_ones_own_are_ones_own() {
    let service = tenant::v1();
    let of = |target: &str, user: Option<&str>| {
        parsed(&service.answer(&Request { current_user: user, ..Request::get(target) }))
    };
    let first = of(
        &format!("/v1.0/{EM}/assignments/filterByCurrentUser(on='target')?$top=1&$expand=target"),
        Some(USER_1),
    );
    let link =
        first["@odata.nextLink"].as_str().unwrap().strip_prefix("https://graph.microsoft.com").unwrap();
    for user in [None, Some(USER_2)] {
        let next = of(link, user);
        assert_eq!(next["value"][0]["target"]["objectId"], USER_1, "{next}");
        assert_eq!(next.get("@odata.nextLink"), None);
    }
}

#[test]
fn links_are_good_for_the_very_same_snapshot() {
    let rows = tenant::v1_rows();
    let link = |service: &Service| {
        let (_, body) = get(service, &format!("/v1.0/{EM}/assignments?$top=2"));
        body["@odata.nextLink"]
            .as_str()
            .unwrap()
            .strip_prefix("https://graph.microsoft.com")
            .unwrap()
            .to_owned()
    };
    let first = link(&service_of(&[rows.clone(), tenant::side()]));
    assert_eq!(first, link(&service_of(&[rows.clone(), tenant::side()])), "wherever it is loaded");
    let mut changed = Vec::new();
    for change in ["expiredDateTime", "status"] {
        let mut rows = rows.clone();
        rows["value"][3][change] = "2026-01-01T00:00:00Z".into();
        changed.push(service_of(&[rows, tenant::side()]));
    }
    let mut named = rows.clone();
    named["value"][1]["target"]["displayName"] = "Somebody else".into();
    changed.push(service_of(&[named, tenant::side()]));
    let mut side = tenant::side();
    side[0]["description"] = "Other".into();
    changed.push(service_of(&[rows.clone(), side]));
    let mut side = tenant::side();
    side[1]["incompatibleAccessPackages"] = json!([{"id": VENDORS}]);
    changed.push(service_of(&[rows, side]));
    for service in &changed {
        let (status, body) = get(service, &first);
        assert_eq!((status, body["error"]["code"].as_str()), (400, Some("ExpiredPageToken")));
    }
}

#[test]
fn assignments_that_share_an_id_are_all_found_by_it() {
    let mut rows = tenant::v1_rows();
    for at in [1, 2, 4] {
        rows["value"][at]["id"] = ROW.into();
    }
    let service = service_of(&[rows]);
    let (_, all) = get(&service, &format!("/v1.0/{EM}/assignments?$select=id"));
    let there = ids(&all).iter().filter(|id| **id == ROW).count();
    let (_, found) = get(&service, &format!("/v1.0/{EM}/assignments?$filter=id eq '{ROW}'&$select=id"));
    assert_eq!((there, ids(&found).len()), (4, 4), "{found}");
    // None of them is the one that has the id.
    for rest in ["", "/target", "/state"] {
        let (status, body) = get(&service, &format!("/v1.0/{EM}/assignments/{ROW}{rest}"));
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains("$filter=id eq"), "{status} {body}");
    }
}

#[test]
fn a_link_leads_on_in_its_own_list_alone() {
    let service = tenant::v1();
    let text = |body: &Value| {
        let link = body["@odata.nextLink"].as_str().unwrap();
        link.strip_prefix("https://graph.microsoft.com").unwrap().to_owned()
    };
    let list = format!("/v1.0/{EM}/assignments?$filter=state eq 'delivered'&$top=1");
    let link = text(&get(&service, &list).1);
    let token = link.split("$skiptoken=").nth(1).unwrap();
    // However it is written, and whatever is shown of each thing.
    for same in [
        link.clone(),
        format!(
            "/v1.0/{EM}/Assignments?$skiptoken={token}&%24filter=state+eq+%27delivered%27&$expand=target"
        ),
        format!("/v1.0/{EM}/assignments?filter=state%20eq%20'delivered'&$skiptoken={token}&$select=id"),
    ] {
        let (status, body) = get(&service, &same);
        assert_eq!(status, 200, "{same}: {body}");
        assert_eq!(ids(&body).len(), 1, "{same}: {body}");
    }
    for other in [
        "assignments?",
        "accessPackages?",
        "assignments?$filter=state eq 'expired'&",
        "assignments?$filter=state eq 'delivered'&$orderby=id&",
    ] {
        let (status, body) = get(&service, &format!("/v1.0/{EM}/{other}$skiptoken={token}"));
        assert_eq!((status, body["error"]["code"].as_str()), (400, Some("BadRequest")), "{other}: {body}");
    }
}

#[test]
fn a_user_of_one_unclear_id_is_named_by_it() {
    let text = format!("id,user,package,state\na1,{USER_1},{VENDORS},delivered\n");
    let input = Input::Bytes { name: "rows.csv".into(), bytes: text.into_bytes().into() };
    let service = tenant::service_of_inputs(&[input]);
    let (_, body) = get(&service, &format!("/v1.0/{EM}/assignments/a1?$expand=target"));
    assert_eq!(body["target"], json!({ "@sod.userId": USER_1 }));
    let (_, body) = get(&service, &format!("/v1.0/{EM}/assignments/a1?$expand=target($select=id)"));
    assert_eq!(body["target"], json!({}));
}

#[test]
fn a_number_is_given_to_those_who_always_ask_for_json() {
    let service = tenant::v1();
    let target = format!("/v1.0/{EM}/assignments/$count");
    for (accept, status) in
        [("application/json", 200), ("text/*", 200), ("image/png", 406), ("text/plain;q=0", 406)]
    {
        let answer = service.answer(&Request { accept: Some(accept), ..Request::get(&target) });
        assert_eq!(answer.status, status, "{accept}");
    }
}
