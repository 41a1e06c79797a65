//! Every documented request, as a table: what is asked, and what is answered.

use crate::tenant::{self, AUDIT, CATALOG, EM, PAYMENTS, POLICY, ROW, USER_1, VENDORS, get, parsed};
use serde_json::Value;
use sod_graph::{Request, Service};
use std::fmt::Write;

/// Asks each and shows all answers.
fn shown(service: &Service, requests: &[String]) -> String {
    let mut text = String::new();
    for target in requests {
        let (status, body) = get(service, target);
        let _ = writeln!(text, "GET {target}\n{status} {body:#}\n");
    }
    text
}

/// Paths with ids in place of their names.
fn filled(version: &str, paths: &[&str]) -> Vec<String> {
    let ids = [
        ("VENDORS", VENDORS),
        ("PAYMENTS", PAYMENTS),
        ("AUDIT", AUDIT),
        ("CATALOG", CATALOG),
        ("POLICY", POLICY),
        ("ROW", ROW),
        ("USER_1", USER_1),
    ];
    let fill = |path: &&str| {
        ids.iter().fold((*path).to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id))
    };
    paths.iter().map(|path| format!("/{version}/{EM}/{}", fill(path))).collect()
}

fn v1_requests() -> Vec<String> {
    let paths = [
        "assignments",
        "assignments?$filter=state eq 'Delivered'&$select=id,state",
        "assignments?$filter=accessPackage/id eq '{VENDORS}'&$expand=target&$select=id",
        "assignments?$expand=target&$filter=target/objectid+eq+'{USER_1}'&$select=id,state",
        "assignments?$expand=accessPackage,target&$filter=accessPackage/id eq '{VENDORS}' and target/objectid eq '{USER_1}'",
        "assignments?$filter=assignmentPolicy/id eq '{POLICY}'&$count=true&$top=1&$select=id",
        "assignments?$expand=accessPackage($select=id,displayName),target($select=id,displayName)&$top=1",
        "assignments?$expand=accessPackage($expand=catalog),target&$top=1",
        "assignments/{ROW}?$expand=accessPackage,target,assignmentPolicy",
        "assignments/$count",
        "assignments/$count?$filter=state eq 'expired'",
        "assignments/additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='{PAYMENTS}')?$expand=target",
        "assignments/additionalAccess(accessPackageId='{PAYMENTS}',incompatibleAccessPackageId='{VENDORS}')?$select=id",
        "assignments/additionalAccess(accessPackageId='{VENDORS}')?$select=id",
        "assignments/additionalAccess(accessPackageId='{PAYMENTS}')",
        "assignments/additionalAccess(accessPackageId='{AUDIT}')",
        "assignments/additionalAccess()?$select=id",
        "assignmentPolicies?$expand=accessPackage",
        "assignmentPolicies/{POLICY}?$expand=customExtensionStageSettings($expand=customExtension)",
        "accessPackages?$orderby=displayName&$select=displayName",
        "accessPackages?$search=\"payment\"&$select=displayName",
        "accessPackages/{VENDORS}?$expand=incompatibleAccessPackages,incompatibleGroups,catalog",
        "accessPackages/{VENDORS}/incompatibleAccessPackages",
        "accessPackages/{PAYMENTS}/accessPackagesIncompatibleWith",
        "accessPackages/{AUDIT}/incompatibleGroups",
        "accessPackages/{AUDIT}/incompatibleAccessPackages",
        "catalogs",
        "catalogs/{CATALOG}/accessPackages?$select=id",
        "connectedOrganizations",
        "subjects?$filter=startswith(displayName,'USER')&$select=displayName",
        "accessPackages/{VENDORS}/displayName",
    ];
    filled("v1.0", &paths)
}

fn beta_requests() -> Vec<String> {
    let paths = [
        "accessPackageAssignments",
        "accessPackageAssignments?$filter=assignmentState eq 'Delivered'&$select=id,assignmentState",
        "accessPackageAssignments?$filter=accessPackageAssignmentPolicy/id eq '{POLICY}'&$select=id",
        "accessPackageAssignments?$filter=accessPackageId eq '{VENDORS}'&$select=id",
        "accessPackageAssignments/additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='{PAYMENTS}')?$expand=target",
        "accessPackageAssignmentPolicies/{POLICY}",
        "accessPackageAssignmentPolicies/{POLICY}?$expand=customExtensionHandlers($expand=customExtension)",
        "accessPackageAssignmentPolicies/{POLICY}?$expand=customExtensionStageSettings($expand=customExtension)",
        "accessPackages/{VENDORS}",
        "accessPackageCatalogs",
    ];
    filled("beta", &paths)
}

#[test]
fn v1_of_a_v1_export() {
    insta::assert_snapshot!(shown(&tenant::v1(), &v1_requests()));
}

#[test]
fn beta_of_a_beta_export() {
    insta::assert_snapshot!(shown(&tenant::beta(), &beta_requests()));
}

/// What one version's export does not say is absent in the other version's answers, and the rest is the same.
#[test]
fn each_version_of_the_others_export() {
    // Only beta's rows say in which catalog a package is that has no record of its own.
    let is_same = |request: &String| !request.contains("olicies") && !request.contains("catalogs/");
    for request in v1_requests().iter().filter(|request| is_same(request)) {
        let (v1, beta) = (get(&tenant::v1(), request), get(&tenant::beta(), request));
        assert_eq!(v1.0, beta.0, "{request}");
        let ids = |body: &Value| {
            let rows = body["value"].as_array().cloned().unwrap_or_default();
            rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&v1.1), ids(&beta.1), "{request}");
    }
    let answer = get(&tenant::v1(), &format!("/beta/{EM}/accessPackageAssignments/{ROW}")).1;
    assert_eq!(answer["assignmentState"], "Delivered");
    assert_eq!(answer["accessPackageId"], VENDORS);
    assert!(answer.get("isExtended").is_none(), "nobody knows: {answer}");
    assert!(answer.get("state").is_none(), "{answer}");
}

#[test]
fn what_is_wrong_is_said_as_graph_says_it() {
    let em = format!("/v1.0/{EM}");
    let unknown = "00000000-0000-0000-0000-000000000001";
    let requests = [
        format!(
            "{em}/assignments/additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='{VENDORS}')"
        ),
        format!(
            "{em}/assignments/additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='{unknown}')"
        ),
        format!(
            "{em}/assignments/additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='x')"
        ),
        format!("{em}/assignments/additionalAccess(package='{VENDORS}')"),
        format!("{em}/assignments/additionalAccess(incompatibleAccessPackageId='{VENDORS}')"),
        format!("{em}/assignments/filterByCurrentUser(on='target')"),
        format!("{em}/assignments/filterByCurrentUser(on='createdBy')"),
        format!("{em}/assignments/{unknown}"),
        format!("{em}/assignments/nonsense"),
        format!("{em}/assignments?$filter=nonsense eq 1"),
        format!("{em}/assignments?$filter=state eq"),
        format!("{em}/assignments?$nonsense=1"),
        format!("{em}/assignments?$skiptoken=x"),
        format!("{em}/assignments/{ROW}?$top=1"),
        format!("{em}/nonsense"),
        format!("{em}/assignments/{ROW}/nonsense"),
        em.clone(),
        "/v1.0/me".to_owned(),
        "/v2.0/x".to_owned(),
        "/".to_owned(),
    ];
    insta::assert_snapshot!(shown(&tenant::v1(), &requests));
}

#[test]
fn reprocess_changes_nothing_and_says_what_it_found() {
    let mut side = tenant::side();
    let audit = serde_json::json!({"id": AUDIT, "displayName": "Audit", "isHidden": false,
        "incompatibleAccessPackages": [], "incompatibleGroups": []});
    side.as_array_mut().unwrap().push(audit);
    let service = tenant::service_of(&[tenant::v1_rows(), side]);
    let ask = |method: &str, id: &str| {
        let target = format!("/v1.0/{EM}/assignments/{id}/reprocess");
        service.answer(&Request { method, ..Request::get(&target) })
    };
    let answer = ask("POST", ROW);
    assert_eq!((answer.status, answer.content_type, answer.body.len()), (202, None, 0));
    assert_eq!(answer.headers, [("sod-conflicts", "1".to_owned())]);
    let none = ask("POST", "a0000000-0000-0000-0000-000000000003");
    assert_eq!(none.headers, [("sod-conflicts", "0".to_owned())]);
    assert_eq!(ask("POST", "a0000000-0000-0000-0000-000000000002").status, 400, "expired");
    assert_eq!(ask("POST", "00000000-0000-0000-0000-000000000001").status, 404);
    assert_eq!(ask("POST", "x").status, 400);
    let get = ask("GET", ROW);
    assert_eq!((get.status, get.headers.as_slice()), (405, &[("Allow", "POST".to_owned())][..]));
}

#[test]
fn the_current_user_is_known_by_any_of_their_names() {
    let service = tenant::v1();
    let target = format!("/v1.0/{EM}/assignments/filterByCurrentUser(on='target')?$select=id");
    for user in [USER_1, tenant::USER_1_RECORD, "user1@contoso.example"] {
        let answer = service.answer(&Request { current_user: Some(user), ..Request::get(&target) });
        assert_eq!(parsed(&answer)["value"].as_array().unwrap().len(), 2, "{user}");
    }
    let nobody = service.answer(&Request { current_user: Some("nobody"), ..Request::get(&target) });
    assert_eq!(parsed(&nobody)["value"].as_array().unwrap().len(), 0);
}

#[test]
fn nothing_is_written() {
    let service = tenant::v1();
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        for path in
            ["assignments".to_owned(), format!("assignments/{ROW}"), format!("accessPackages/{VENDORS}")]
        {
            let target = format!("/v1.0/{EM}/{path}");
            assert_eq!(
                service.answer(&Request { method, ..Request::get(&target) }).status,
                405,
                "{method} {path}"
            );
        }
    }
}

#[test]
fn what_the_caller_does_not_take_is_not_sent() {
    let service = tenant::v1();
    let ask = |path: &str, accept: &str| {
        let target = format!("/v1.0/{EM}/{path}");
        service.answer(&Request { accept: Some(accept), ..Request::get(&target) }).status
    };
    for accept in [
        "*/*",
        "application/json",
        "text/html, application/*;q=0.5",
        "application/json;odata.metadata=none",
        "",
    ] {
        assert_eq!(ask("assignments", accept), 200, "{accept}");
    }
    assert_eq!(ask("assignments", "text/csv"), 406);
    assert_eq!(ask("assignments", "application/json;q=0"), 406);
    assert_eq!(ask("assignments/$count", "text/plain;q=0.9"), 200);
    assert_eq!(ask("assignments/$count", "application/xml"), 406);
}

/// Expansions and lambdas within one another multiply: the bill is bounded, and a part is never shown for the whole.
#[test]
fn what_would_reach_too_much_is_refused() {
    let guid = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
    let others: Vec<Value> = (0..60).map(|other| serde_json::json!({ "id": guid(other) })).collect();
    let package = |at: usize| {
        serde_json::json!({"@odata.type": "#microsoft.graph.accessPackage", "id": guid(at), "displayName": "p",
            "isHidden": false, "incompatibleAccessPackages": others})
    };
    let packages: Vec<Value> = (0..60).map(package).collect();
    let row = serde_json::json!({"id": guid(900), "accessPackageId": guid(1), "targetId": guid(901), "assignmentState": "Delivered"});
    let service = tenant::service_of(&[Value::from(packages), row]);
    let one = "incompatibleAccessPackages";
    let expand = (0..3).fold(format!("$expand={one}"), |inner, _| format!("$expand={one}({inner})"));
    let lambda = ["a", "b", "c", "d"].iter().rev().fold("false".to_owned(), |inner, name| match *name {
        "a" => format!("$filter={one}/any(a: {inner})"),
        name => {
            let before = char::from(name.as_bytes()[0] - 1);
            format!("{before}/{one}/any({name}: {inner})")
        }
    });
    for query in [expand, lambda] {
        let (status, body) = get(&service, &format!("/v1.0/{EM}/accessPackages?{query}"));
        assert_eq!(status, 400, "{query}");
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.contains("more than 200,000"), "{message}");
    }
    assert_eq!(
        get(&service, &format!("/v1.0/{EM}/accessPackages?$top=50&$expand={one}($expand={one})")).0,
        200
    );
}

/// An index finds what a scan finds, and `additionalAccess` what the engine's own answer is.
mod laws {
    use super::get;
    use crate::tenant::{EM, service_of};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use sod_engine::{ExternalId, Question};

    /// Users and packages by number, as GUIDs.
    fn guid(kind: u32, number: u32) -> String {
        format!("{kind:08x}-0000-4000-8000-{number:012}")
    }

    fn tenant(rows: &[(u32, u32, bool)]) -> Value {
        let row = |(at, (user, package, held)): (usize, &(u32, u32, bool))| {
            json!({"id": guid(9, at as u32), "accessPackageId": guid(1, *package), "targetId": guid(2, *user),
                "assignmentState": if *held { "Delivered" } else { "Expired" }})
        };
        json!({ "value": rows.iter().enumerate().map(row).collect::<Vec<_>>() })
    }

    fn ids(page: &Value) -> Vec<String> {
        page["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn hold(rows in prop::collection::vec((0u32..6, 0u32..4, any::<bool>()), 1..40)) {
            let service = service_of(&[tenant(&rows)]);
            let all = format!("/beta/{EM}/accessPackageAssignments");
            for property in ["accessPackageId", "accessPackage/id", "targetId", "target/id", "id"] {
                for (kind, number) in [(1, 2), (2, 3), (9, 4)] {
                    let value = guid(kind, number);
                    let found = get(&service, &format!("{all}?$filter={property} eq '{value}'&$select=id")).1;
                    let scanned = get(&service, &format!("{all}?$filter=not ({property} ne '{value}')&$select=id")).1;
                    prop_assert_eq!(ids(&found), ids(&scanned), "{} {}", property, value);
                }
            }
            let known = |package: u32| service.snapshot().directory.find_package(&ExternalId::new(&guid(1, package))).is_some();
            for (a, b) in [(0, 1), (1, 0), (2, 3)].into_iter().filter(|(a, b)| known(*a) && known(*b)) {
                let (a, b) = (guid(1, a), guid(1, b));
                let call = format!("{all}/additionalAccess(accessPackageId='{a}',incompatibleAccessPackageId='{b}')");
                let expected = sod_engine::additional_access(service.snapshot(), &Question::delivered(&a, &b)).unwrap();
                let expected: Vec<String> =
                    expected.iter().map(|row| row.id.as_ref().unwrap().to_string()).collect();
                prop_assert_eq!(ids(&get(&service, &call).1), expected);
            }
        }
    }
}

#[test]
fn words_that_neither_the_schema_nor_the_data_has_are_no_empty_answers() {
    let mut rows = tenant::v1_rows();
    rows["value"][0]["state"] = "dormant".into();
    rows["value"][0]["schedule"]["expiration"]["type"] = "afterReview".into();
    let service = tenant::service_of(&[rows]);
    let count = |filter: &str| {
        let (status, body) = get(&service, &format!("/v1.0/{EM}/assignments/$count?$filter={filter}"));
        if status == 200 { body.to_string() } else { body["error"]["message"].as_str().unwrap().to_owned() }
    };
    assert_eq!(count("state eq 'DELIVERED'"), "3");
    assert_eq!(count("state eq 'deliveryFailed'"), "0");
    // The service has added words before, so what records have can be asked for.
    assert_eq!(count("state in ('Dormant','expired')"), "2");
    assert_eq!(count("schedule/expiration/type eq 'afterReview'"), "1");
    let wrong = "Invalid filter clause: The string 'delivred' is not a valid enumeration type constant; did you mean \
                 'delivered'? (position 9 of '$filter').";
    assert_eq!(count("state eq 'delivred'"), wrong);
    for filter in [
        "'delivred' eq state",
        "state ne 'delivred'",
        "state in ('delivered','delivred')",
        "not (state eq 'delivred')",
    ] {
        assert!(count(filter).contains("did you mean 'delivered'?"), "{filter}");
    }
    assert!(count("target/subjectType eq 'group'").contains("expected notSpecified, user, servicePrincipal"));
    let words: Vec<String> = (0..17).map(|at| format!("'dormant{at}'")).collect();
    assert!(count(&format!("state in ({})", words.join(","))).contains("'dormant0'"));
    let same = ["'dormant'"; 17].join(",");
    assert!(count(&format!("state in ({same})")).contains("'dormant'"), "a walk through the data each");
    let nested = get(
        &service,
        &format!(
            "/v1.0/{EM}/assignments?$expand=assignmentPolicy($expand=accessPackage($expand=assignmentPolicies($filter=allowedTargetScope eq 'all')))"
        ),
    );
    assert_eq!((nested.0, nested.1["error"]["code"].as_str()), (400, Some("BadRequest")));
}

#[test]
fn questions_of_a_policy_are_expanded_in_v1_and_a_property_in_beta() {
    let question = |text: Value| {
        serde_json::json!({"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "id": "q1", "sequence": 0,
            "isRequired": true, "text": text, "isSingleLineQuestion": true, "regexPattern": "[a-z]+"})
    };
    let policy = |question: Value, other: &str| {
        serde_json::json!([{"id": POLICY, "displayName": "P", "accessPackage": {"id": VENDORS},
            other: null, "questions": [question]}])
    };
    let service = tenant::service_of(&[tenant::v1_rows(), policy(question("Why?".into()), "reviewSettings")]);
    let at = |version: &str, list: &str, query: &str| {
        get(&service, &format!("/{version}/{EM}/{list}/{POLICY}{query}")).1
    };
    assert_eq!(at("v1.0", "assignmentPolicies", "")["questions"], Value::Null);
    let expanded = at("v1.0", "assignmentPolicies", "?$expand=questions");
    assert_eq!(expanded["questions"], serde_json::json!([question("Why?".into())]));
    let some =
        at("v1.0", "assignmentPolicies", "?$expand=questions($select=text;$filter=isRequired eq true)");
    assert_eq!(some["questions"][0]["text"], "Why?");
    assert_eq!(some["questions"][0].get("sequence"), None);
    let both = serde_json::json!({"defaultText": "Why?", "localizedTexts": []});
    let rows = tenant::beta_rows();
    let service = tenant::service_of(&[rows, policy(question(both.clone()), "canExtend")]);
    let (_, body) = get(&service, &format!("/beta/{EM}/accessPackageAssignmentPolicies/{POLICY}"));
    assert_eq!(body["questions"][0]["text"], both);
}

#[test]
fn few_and_many_of_a_large_package_are_found_in_the_order_of_their_ids() {
    const HOLDERS: usize = 400;
    // Ids that go down while users go up; user 7 has the package twice, user 5 had it.
    let id = |at: usize| format!("{:08x}-0000-0000-0000-000000000000", 0xffff - at);
    let row = |at: usize, package: &str, user: usize, state: &str| serde_json::json!({"id": id(at), "accessPackageId": package, "targetId": format!("user{user:03}"), "assignmentState": state});
    let target = format!(
        "/beta/{EM}/accessPackageAssignments/additionalAccess(accessPackageId='{VENDORS}',incompatibleAccessPackageId='{PAYMENTS}')?$top=999"
    );
    for both in [1, 2, 3, 6, 7, 8, 50, HOLDERS] {
        let users: Vec<usize> = (0..both).map(|user| user * 7 % HOLDERS).collect();
        let mut rows: Vec<Value> = (0..HOLDERS)
            .map(|user| row(user, VENDORS, user, if user == 5 { "Expired" } else { "Delivered" }))
            .collect();
        rows.push(row(HOLDERS, VENDORS, 7, "Delivered"));
        rows.push(row(HOLDERS + 1, VENDORS, 14, "Expired"));
        rows.extend(users.iter().enumerate().map(|(at, user)| row(1000 + at, PAYMENTS, *user, "Delivered")));
        let mut expected: Vec<usize> = users.iter().copied().filter(|user| *user != 5).collect();
        expected.extend(users.contains(&7).then_some(HOLDERS));
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let expected: Vec<String> = expected.into_iter().map(id).collect();
        let (_, body) = get(&tenant::service_of(&[rows.into()]), &target);
        let found: Vec<&str> =
            body["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{both}");
    }
}

#[test]
fn who_is_not_in_the_export_may_hold_what_it_lacks() {
    let service = tenant::v1();
    let target = format!("/v1.0/{EM}/assignments/filterByCurrentUser(on='target')?$select=id");
    let of = |user: &str| {
        tenant::parsed(&service.answer(&Request { current_user: Some(user), ..Request::get(&target) }))
    };
    let (known, unknown) = (of(USER_1), of("nobody@contoso.example"));
    assert_eq!((known["value"].as_array().unwrap().len(), known.get("@sod.notExported")), (2, None));
    assert_eq!((&unknown["value"], &unknown["@sod.notExported"]), (&serde_json::json!([]), &true.into()));
}

#[test]
fn what_an_index_finds_comes_once_and_in_the_order_of_the_table() {
    let service = tenant::v1();
    let ids = |filter: &str| {
        let (_, body) = get(&service, &format!("/v1.0/{EM}/assignments?$select=id{filter}"));
        let rows = body["value"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = ids("");
    let backwards: Vec<String> = all.iter().rev().chain(&all).map(|id| format!("'{id}'")).collect();
    assert_eq!(ids(&format!("&$filter=id in ({})", backwards.join(","))), all);
    let packages = format!("('{AUDIT}','{PAYMENTS}','{VENDORS}','{PAYMENTS}')");
    assert_eq!(ids(&format!("&$filter=accessPackage/id in {packages}")), all);
    assert_eq!(ids(&format!("&$filter=target/objectId in ('{}','{USER_1}')", tenant::USER_2)), all);
}
