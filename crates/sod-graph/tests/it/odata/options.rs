//! What the options come to.

use super::parsed;
use serde_json::{Value, json};
use sod_graph::ApiVersion::{Beta, V1};
use sod_graph::edm::{ACCESS_PACKAGE, ASSIGNMENT, Kind, POLICY, SUBJECT};
use sod_graph::odata::{JsonRow, Search, Tally, compare};
use std::cmp::Ordering;

#[test]
fn nested_options_belong_to_their_expansion() {
    let query = "$expand=incompatibleAccessPackages($filter=displayName eq 'a;b)' and (id eq 'c');$orderby=displayName desc,id;\
                 $top=2;$skip=1;$count=true;$search=\"a;b\" OR c;$select=id,displayName;$expand=catalog($select=id)),catalog&$top=7";
    let options = parsed(query, &ACCESS_PACKAGE, V1);
    insta::assert_debug_snapshot!(options);
}

#[test]
fn selections_are_joined() {
    let select = |query| parsed(query, &ASSIGNMENT, V1).select.map(|all| format!("{all:?}"));
    let parts = select("$select=schedule/expiration/type,id,Schedule/startDateTime,ID").unwrap();
    insta::assert_snapshot!(parts, @"[Selection { property: schedule, members: [Selection { property: expiration, members: [Selection { property: type, members: [] }] }, Selection { property: startDateTime, members: [] }] }, Selection { property: id, members: [] }]");
    let whole = "[Selection { property: schedule, members: [] }]";
    assert_eq!(select("$select=schedule/expiration,schedule").unwrap(), whole);
    assert_eq!(select("$select=schedule,schedule/expiration").unwrap(), whole);
    assert_eq!(select("$select=*"), None);
    assert_eq!(select("$select=id,*"), None);
    assert_eq!(select("$select=id,target").unwrap().matches("Selection").count(), 2);
}

#[test]
fn a_star_expands_what_the_version_has() {
    let names = |query, version| {
        let all = parsed(query, &POLICY, version).expand;
        all.iter().map(|one| one.property.name(version).unwrap()).collect::<Vec<_>>()
    };
    let v1 = ["accessPackage", "catalog", "customExtensionStageSettings", "questions"];
    assert_eq!(names("$expand=*", V1), v1);
    let beta =
        ["accessPackage", "accessPackageCatalog", "customExtensionHandlers", "customExtensionStageSettings"];
    assert_eq!(names("$expand=*", Beta), beta);
    let first = parsed("$expand=catalog($select=id),*", &POLICY, V1).expand;
    assert_eq!((first.len(), first[0].options.select.is_some()), (4, true));
}

#[test]
fn the_callers_own_options_are_passed_over() {
    let options = parsed("foo=bar&x=%41&top=3&api-version=7&@a='b'&&", &ASSIGNMENT, V1);
    assert_eq!(options.top, Some(3));
    assert_eq!(parsed("", &ASSIGNMENT, V1).top, None);
    assert_eq!(parsed("$skiptoken=a%3D%3D b;)", &ASSIGNMENT, V1).skip_token.as_deref(), Some("a== b;)"));
    assert_eq!(parsed("$skip=0&$count=FALSE", &ASSIGNMENT, V1).skip, Some(0));
    assert!(parsed("$format=application/json;odata.metadata=minimal", &ASSIGNMENT, V1).top.is_none());
}

#[test]
fn rows_in_order() {
    let order = |left: Value, right: Value, kind| compare(&left, &right, kind);
    let cases = [
        (json!(null), json!(""), Kind::Text, Ordering::Less),
        (json!("a"), json!("B"), Kind::Text, Ordering::Less),
        (json!("A"), json!("a"), Kind::Text, Ordering::Less),
        (json!("\u{c4}b"), json!("\u{e4}a"), Kind::Text, Ordering::Greater),
        (
            json!("2026-01-01T00:00:00.1234567Z"),
            json!("2026-01-01T00:00:00.12345671Z"),
            Kind::Moment,
            Ordering::Less,
        ),
        (json!("2026-01-01T02:00:00+02:00"), json!("2026-01-01"), Kind::Moment, Ordering::Equal),
        (json!("null"), json!("soon"), Kind::Moment, Ordering::Less),
        (json!("soon"), json!("1999-01-01"), Kind::Moment, Ordering::Less),
        (json!("P1D"), json!("PT23H"), Kind::Duration, Ordering::Greater),
        (json!(9), json!(10), Kind::Integer, Ordering::Less),
        (json!("9"), json!(10.5), Kind::Integer, Ordering::Less),
        (json!(false), json!("True"), Kind::Boolean, Ordering::Less),
    ];
    for (left, right, kind, expected) in cases {
        assert_eq!(order(left.clone(), right.clone(), kind), expected, "{left} {right}");
        assert_eq!(order(right.clone(), left.clone(), kind), expected.reverse(), "{right} {left}");
    }
    let keys = parsed("$orderby=catalog/displayName desc, id", &ACCESS_PACKAGE, V1).order_by;
    let (a, b) = (json!({"id": "1", "catalog": {"displayName": "x"}}), json!({"id": "2", "catalog": null}));
    let row = |value| JsonRow { value, version: V1 };
    assert_eq!(
        keys[0].place(&row(&a)).cmp(&keys[0].place(&row(&b))),
        Ordering::Less,
        "null is last when the largest come first"
    );
    assert_eq!(keys[1].place(&row(&a)).cmp(&keys[1].place(&row(&b))), Ordering::Less);
}

fn search(text: &str) -> Search {
    parsed(&format!("$search={}", super::escaped(text)), &SUBJECT, V1).search.unwrap()
}

#[test]
fn searches() {
    let user = json!({"displayName": "Alice M\u{fc}ller-Smith", "email": "alice@contoso.example", "principalName": null});
    let row = JsonRow { value: &user, version: V1 };
    for found in [
        "alice",
        "ALI",
        "\"displayName:m\u{dc}l\"",
        "\"displayName: smith alice\"",
        "\"email:contoso\"",
        "ali AND smi",
        "ali smi",
        "bob OR alice",
        "NOT bob",
        "bob OR alice AND smith",
        "(bob OR alice) AND NOT \"principalName:x\"",
        "(((alice)))",
    ] {
        assert!(search(found).matches(&row, &Tally::default()), "{found}");
    }
    for lost in
        ["lice", "bob", "alice bob", "\"principalName:alice\"", "NOT alice", "(bob OR alice) AND bob", "and"]
    {
        assert!(!search(lost).matches(&row, &Tally::default()), "{lost}");
    }
    // An assignment has no name: it has those of its target and its package.
    let assignment =
        json!({"target": {"displayName": "Bob"}, "accessPackage": {"displayName": "Payment run"}});
    let row = JsonRow { value: &assignment, version: V1 };
    for (text, expected) in [("bob", true), ("\"displayName:run\"", true), ("\"displayName:bob run\"", false)]
    {
        let query = format!("$search={}", super::escaped(text));
        assert_eq!(
            parsed(&query, &ASSIGNMENT, V1).search.unwrap().matches(&row, &Tally::default()),
            expected,
            "{text}"
        );
    }
}
