//! What is said of queries that mean nothing: each message names what was found, what was expected, and where.

use sod_graph::ApiVersion::{self, Beta, V1};
use sod_graph::edm::{ACCESS_PACKAGE, ASSIGNMENT, EntityType, POLICY};
use sod_graph::odata::parse_options;
use std::fmt::Write as _;

fn messages(entity: &'static EntityType, version: ApiVersion, queries: &[&str]) -> String {
    let mut all = String::new();
    for query in queries {
        match parse_options(query, entity, version) {
            Ok(options) => panic!("{query} was understood: {options:?}"),
            Err(error) => writeln!(all, "{query}\n    {} {}: {error}", error.option, error.position).unwrap(),
        }
    }
    all
}

#[test]
fn filters() {
    insta::assert_snapshot!(messages(
        &ASSIGNMENT,
        V1,
        &[
            "$filter=",
            "$filter=%20",
            "$filter=state",
            "$filter=state eq",
            "$filter=state eq Delivered",
            "$filter=state eq 'Delivered",
            "$filter=stat eq 'Delivered'",
            "$filter=assignmentState eq 'Delivered'",
            "$filter=accessPackageId eq 'a'",
            "$filter=state eq 'a' and",
            "$filter=state eq 'a' und id eq 'b'",
            "$filter=(state eq 'a'",
            "$filter=state eq 'a')",
            "$filter=state eq 'a' eq true",
            "$filter=state gt 'a'",
            "$filter=target eq 'a'",
            "$filter=target/id/x eq 'a'",
            "$filter=target/ eq 'a'",
            "$filter=expiredDateTime gt 'soon'",
            "$filter=expiredDateTime gt 2026-13-01",
            "$filter=expiredDateTime gt '1705132800000'",
            "$filter=expiredDateTime gt 5",
            "$filter=id eq 5",
            "$filter=id eq 1-2",
            "$filter=id eq 2026-01-01",
            "$filter=id in 'a'",
            "$filter=id in ('a' 'b')",
            "$filter=id in ()",
            "$filter=id in ('a',state)",
            "$filter=schedule/expiration/duration eq 'soon'",
            "$filter=duration'x' eq schedule/expiration/duration",
            "$filter=geography'x' eq id",
            "$filter=schedule eq 'x'",
            "$filter=schedule/recurrence/pattern eq 'x'",
            "$filter=not state eq 'a'",
            "$filter=contain(id,'a')",
            "$filter=substringof('a',id)",
            "$filter=contains(id)",
            "$filter=contains(id,5)",
            "$filter=contains(id,'a'",
            "$filter=length(id)",
            "$filter=id add 1 eq 2",
            "$filter=id eq \"a\"",
            "$filter=accessPackage/incompatibleGroups eq 'a'",
            "$filter=accessPackage/incompatibleGroups/id eq 'a'",
            "$filter=accessPackage/incompatibleGroups/all()",
            "$filter=accessPackage/incompatibleGroups/any(id eq 'a')",
            "$filter=accessPackage/incompatibleGroups/any(x:id)",
            "$filter=accessPackage/incompatibleAccessPackages/any(x:x/incompatibleGroups/any(x:x/id eq 'a'))",
            "$filter=caf%C3%A9 eq 'a'",
            "$filter=id eq 'a'%00",
            "$filter=id eq '%C3%28'",
            "$filter=id eq '%'",
        ]
    ));
}

#[test]
fn filters_of_booleans() {
    insta::assert_snapshot!(messages(
        &ACCESS_PACKAGE,
        Beta,
        &[
            "$filter=isHidden eq 'x'",
            "$filter=isHidden eq 'true'",
            "$filter=isHidden eq 1",
            "$filter=isHiden eq true",
            "$filter=uniqueName eq 'x'",
            "$filter=catalog/id eq 'x'",
            "$filter=incompatibleGroups/$count eq 'x'",
        ]
    ));
}

#[test]
fn selections_and_expansions() {
    insta::assert_snapshot!(messages(
        &ASSIGNMENT,
        V1,
        &[
            "$select=",
            "$select=id,",
            "$select=id displayName",
            "$select=id,name",
            "$select=target/id",
            "$select=id/x",
            "$select=schedule/recurrence/pattern",
            "$expand=state",
            "$expand=targets",
            "$expand=accessPackageAssignmentPolicy",
            "$expand=target,target",
            "$expand=target/connectedOrganization",
            "$expand=target(",
            "$expand=target()",
            "$expand=target($select=id",
            "$expand=target($select=id,$expand=connectedOrganization)",
            "$expand=target($select=id;)",
            "$expand=target($select=id;$select=id)",
            "$expand=target($selec=id)",
            "$expand=target($filter=id eq 'a')",
            "$expand=target($select=nme)",
            "$expand=*($select=id)",
            "$expand=accessPackage($expand=incompatibleGroups($filter=id eq 5))",
            "$expand=accessPackage($expand=incompatibleGroups($top=0))",
            "$expand=accessPackage($expand=incompatibleGroups($top=x))",
            "$expand=accessPackage($expand=incompatibleGroups($skiptoken=x))",
            "$expand=accessPackage($expand=incompatibleGroups($count=maybe))",
            "$expand=accessPackage($expand=catalog($expand=accessPackages($expand=catalog($expand=accessPackages($expand=catalog)))))",
        ]
    ));
}

#[test]
fn other_options() {
    insta::assert_snapshot!(messages(
        &POLICY,
        V1,
        &[
            "$top=0",
            "$top=-1",
            "$top=1000",
            "$top=five",
            "$top=5.5",
            "$top=5 6",
            "$top=99999999999999999999",
            "$top=5&$top=6",
            "$top=5&TOP=6",
            "$skip=-1",
            "$count=yes",
            "$count=true false",
            "$format=xml",
            "$orderby=name",
            "$orderby=displayName down",
            "$orderby=accessPackage",
            "$orderby=accessPackage/",
            "$orderby=displayName,",
            "$apply=groupby((id))",
            "$fliter=id eq 'a'",
            "fliter=id eq 'a'",
            "oderby=id",
            "$=x",
            "$search=",
            "$search=\"",
            "$search=\"\"",
            "$search=displayName:user1",
            "$search=\"mail:user1\"",
            "$search=\"createdDateTime:2026\"",
            "$search=a AND",
            "$search=a OR OR b",
            "$search=(a",
            "$search=a)",
            "$skiptoken=",
            "%FF=a",
            "$filter=id eq '%1B[2J%E2%80%AE'x",
        ]
    ));
}

#[test]
fn too_much() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("$filter={}{inner}{}", open.repeat(60), close.repeat(60))
    };
    let many = |one: &str, between: &str| vec![one; 2_040].join(between);
    // Two packages and the policies at each level, and all that there is at the last.
    fn wide(levels: usize) -> String {
        let inner = if levels == 1 { "*".to_owned() } else { wide(levels - 1) };
        format!(
            "incompatibleAccessPackages($expand={inner}),accessPackagesIncompatibleWith($expand={inner}),\
             assignmentPolicies($expand=*)"
        )
    }
    let long = [
        deep("(", "true", ")"),
        deep("not ", "true", ""),
        deep("tolower(", "id", ")"),
        format!("$filter={}", many("true", " or ")),
        format!("$filter=id in ({})", many("'a'", ",")),
        format!("$select={}", many("id", ",")),
        format!("$orderby={}", many("id", ",")),
        format!("$expand={}", many("catalog", ",")),
        format!("$search={}", "(".repeat(60)),
        format!("$search={}", many("a", " ")),
        format!("$filter=id eq '{}'", "a".repeat(17_000)),
        format!("$filter=id eq '{}'", "%61a".repeat(8_200)),
        format!("x={}", "a".repeat(60_000)),
        format!("$expand=accessPackage($expand={})", wide(3)),
        format!("$filter={} eq 'a'", "a".repeat(9_000)),
    ];
    let shorten = |text: &str| text.chars().take(150).collect::<String>();
    let told = long.iter().map(|query| {
        let error = parse_options(query, &POLICY, V1).unwrap_err();
        format!("{}...\n    {} {}: {error}\n", &query[..30], error.option, error.position)
    });
    let told: String = told.collect();
    assert!(told.lines().all(|line| line.len() < 300), "{}", shorten(&told));
    insta::assert_snapshot!(told);
    // Within the bounds nothing is refused.
    let deep = format!("$filter={}true{}", "(".repeat(49), ")".repeat(49));
    assert!(parse_options(&deep, &POLICY, V1).is_ok());
    let wide = format!("$filter={}", vec!["true"; 1_900].join(" or "));
    assert!(parse_options(&wide, &POLICY, V1).is_ok());
}
