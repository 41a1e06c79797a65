//! What filters mean, one by one.

use super::{escaped, parsed};
use serde_json::{Value, json};
use sod_graph::ApiVersion::{self, Beta, V1};
use sod_graph::edm::{ACCESS_PACKAGE, ASSIGNMENT, EntityType, POLICY};
use sod_graph::odata::JsonRow;

fn check(row: &Value, entity: &'static EntityType, version: ApiVersion, filters: &[(&str, bool)]) {
    for (filter, expected) in filters {
        for sent in
            [format!("$filter={}", escaped(filter)), format!("$filter={}", filter.replace('+', "%2B"))]
        {
            let parsed = parsed(&sent, entity, version).filter.unwrap();
            assert_eq!(parsed.matches(&JsonRow { value: row, version }), *expected, "{filter}");
        }
    }
}

#[test]
fn filters_of_an_assignment() {
    let row = json!({
        "id": "8E17A7AE-1B40-4B7E-8D0F-1D3C0A0F4B11", "state": "delivered", "status": "Delivered",
        "expiredDateTime": "2019-04-25T23:45:40.4212345Z",
        "schedule": {"startDateTime": null, "expiration": {"type": "afterDuration", "duration": "P365D", "endDateTime": "null"}},
        "target": {"objectId": "cdbdf152-82ce-479c-b5b8-df90f561d5c7", "displayName": "O'Brien"},
        "accessPackage": {"id": "p1", "catalog": {"id": "c1"}}, "assignmentPolicy": null,
    });
    check(
        &row,
        &ASSIGNMENT,
        V1,
        &[
            ("state eq 'Delivered'", true),
            ("STATE EQ 'DELIVERED'", true),
            ("state eq microsoft.graph.accessPackageAssignmentState'delivered'", true),
            ("state in ('expired', 'Delivered')", true),
            ("state in ('expired')", false),
            ("not (state in ('expired'))", true),
            ("state ne 'expired'", true),
            ("id eq 8e17a7ae-1b40-4b7e-8d0f-1d3c0a0f4b11", true),
            ("id eq '8e17a7ae-1b40-4b7e-8d0f-1d3c0a0f4b11'", true),
            ("guid'8e17a7ae-1b40-4b7e-8d0f-1d3c0a0f4b11' eq id", true),
            ("accessPackage/catalog/id eq 'C1'", true),
            ("$it/accessPackage/id eq 'p1'", true),
            ("target/displayName eq 'o''brien'", true),
            ("contains(target/displayName,'''b')", true),
            ("startswith(target/displayName,'o') and endswith(target/displayName, 'EN')", true),
            ("startswith(target/displayName,'b') eq false", true),
            ("tolower(target/displayName) eq toupper('o''brien')", true),
            ("length(target/displayName) eq 7", true),
            ("trim(' P1 ') eq accessPackage/id", true),
            ("expiredDateTime lt 2020-01-01", true),
            ("expiredDateTime le 2019-04-25T23:45:40Z", false),
            ("expiredDateTime eq 2019-04-25T23:45:40.4212345Z", true),
            ("expiredDateTime lt 2019-04-25T23:45:40.4212346Z", true),
            ("expiredDateTime gt '2019-04-25T23:45:40'", true),
            ("expiredDateTime gt 2019-04-26T01:00:00+02:00", true),
            ("expiredDateTime gt datetime'2019-04-26T01:00:00+02:00'", true),
            ("expiredDateTime in (2019-04-25T23:45:40.4212345Z)", true),
            ("schedule/expiration/duration eq duration'PT8760H'", true),
            ("schedule/expiration/duration gt 'P1D'", true),
            ("schedule/expiration/endDateTime eq null", true),
            ("schedule ne null", true),
            ("schedule/recurrence eq null", true),
            ("assignmentPolicy/id eq null", true),
            ("assignmentPolicy/id ne null", false),
            ("assignmentPolicy/id eq 'x' or true", true),
            ("assignmentPolicy/id ne 'x'", true),
            ("schedule/startDateTime gt 2019-01-01", false),
            ("not (schedule/startDateTime gt 2019-01-01)", true),
            ("schedule/startDateTime ge null", false),
            ("contains(assignmentPolicy/displayName,'x')", false),
            ("not contains(assignmentPolicy/displayName,'x')", false),
            ("not contains(target/displayName,'x')", true),
            ("tolower(assignmentPolicy/displayName) eq null", true),
            ("true", true),
            ("false or not false", true),
            ("state eq 'expired' and true or true", true),
            ("true or true and false", true),
            ("(true or true) and false", false),
            ("not true or true", true),
            ("(state eq 'expired') eq false", true),
            ("null", false),
        ],
    );
    // An unescaped `+` has become a blank by the time it is read.
    let sent = "$filter=expiredDateTime gt 2019-04-26T01:00:00+02:00 and expiredDateTime lt '2019-04-26T02:00:00+02:00'";
    let filter = parsed(sent, &ASSIGNMENT, V1).filter.unwrap();
    assert!(filter.matches(&JsonRow { value: &row, version: V1 }));
}

#[test]
fn filters_of_collections_and_numbers() {
    let package = json!({
        "displayName": "A", "isHidden": "True", "isRoleScopesVisible": 7,
        "accessPackageAssignmentPolicies": [{"displayName": "one", "durationInDays": 30}, {"displayName": "two", "durationInDays": null}],
        "incompatibleAccessPackages": [{"id": "p2", "displayName": "a", "incompatibleGroups": [{"id": "g1"}]}, {"id": "p3"}],
        "incompatibleGroups": [],
    });
    check(
        &package,
        &ACCESS_PACKAGE,
        Beta,
        &[
            ("isHidden", true),
            ("isHidden eq true", true),
            ("not isHidden", false),
            ("isRoleScopesVisible eq true", false),
            ("not (isRoleScopesVisible eq true)", false),
            ("isRoleScopesVisible ne null", true),
            ("accessPackageAssignmentPolicies/any(p: p/durationInDays ge 30)", true),
            ("accessPackageAssignmentPolicies/any(p:p/durationInDays gt 30.5)", false),
            ("accessPackageAssignmentPolicies/all(p:p/durationInDays gt -1)", false),
            (
                "accessPackageAssignmentPolicies/all(p:p/durationInDays gt -1 or p/durationInDays eq null)",
                true,
            ),
            (
                "accessPackageAssignmentPolicies/any(p:contains(p/displayName,'w') and displayName eq 'a')",
                true,
            ),
            ("accessPackageAssignmentPolicies/$count eq 2", true),
            ("incompatibleGroups/any()", false),
            ("incompatibleGroups/$count eq 0", true),
            ("incompatibleGroups/all(g:g/id eq 'x')", true),
            ("incompatibleAccessPackages/any()", true),
            (
                "incompatibleAccessPackages/any(x:x/incompatibleGroups/any(y:y/id eq 'g1' and x/id eq 'p2'))",
                true,
            ),
            ("incompatibleAccessPackages/any(x:x/incompatibleGroups/any(y:y/id eq x/id))", false),
            ("incompatibleAccessPackages/any(x:x/displayName eq displayName)", true),
            (
                "incompatibleAccessPackages/any(displayName:displayName/id eq 'p3' and $it/displayName eq 'a')",
                true,
            ),
            ("incompatibleAccessPackages/all(x:x/displayName eq 'a')", false),
            ("incompatibleAccessPackages/any(x:contains(x/displayName,'z'))", false),
            ("not incompatibleAccessPackages/any(x:contains(x/displayName,'z'))", false),
        ],
    );
    let policy = json!({"displayName": "\u{c4}rzte \u{1f600}", "durationInDays": "365"});
    check(
        &policy,
        &POLICY,
        Beta,
        &[
            ("displayName eq '\u{e4}RZTE \u{1f600}'", true),
            ("length(displayName) eq 7", true),
            ("durationInDays eq 365 and durationInDays in (1,365)", true),
            ("durationInDays lt 1e3 and durationInDays gt 99999999999999999999", false),
        ],
    );
}

#[test]
fn what_an_index_may_use() {
    let required = |filter: &str| {
        let filter = parsed(&format!("$filter={filter}"), &ASSIGNMENT, V1).filter.unwrap();
        format!("{:?}", filter.required().iter().map(|one| (one.path, &one.values)).collect::<Vec<_>>())
    };
    assert_eq!(
        required("accessPackage/id eq 'a' and ('b' eq id and state in ('c','d'))"),
        r#"[([accessPackage, id], ["a"]), ([id], ["b"]), ([state], ["c", "d"])]"#
    );
    assert_eq!(required("id eq 'a' or id in ('b','c')"), r#"[([id], ["a", "b", "c"])]"#);
    for none in [
        "id eq 'a' or state eq 'b'",
        "not (id eq 'a')",
        "id ne 'a'",
        "tolower(id) eq 'a'",
        "id eq null",
        "id in ('a',null)",
        "id eq state",
        "startswith(id,'a')",
        "accessPackage/incompatibleGroups/any(g:g/id eq 'a')",
    ] {
        assert_eq!(required(none), "[]", "{none}");
    }
}
