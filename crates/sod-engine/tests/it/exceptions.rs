//! What somebody should decide about exceptions.

use sod_engine::{
    Analysis, AnalyzeOptions, Documents, Silent, Timestamp, WarningCode, parse_exceptions, parse_rules,
};
use sod_testkit::{parse_assignments, snapshot};

/// Users u1 and u2 violate R, which takes A and B; u3 holds A alone.
fn judged(table: &str) -> Analysis {
    let tenant = snapshot(&parse_assignments(
        "1 u1 A delivered\n2 u1 B delivered\n3 u2 A delivered\n4 u2 B delivered\n5 u3 A delivered",
    ));
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\n";
    let table = format!("id,user,package,owner,start,end,rule,justification\n{table}");
    let rows: Vec<String> = table.lines().skip(1).map(|row| format!("{},R,j\n", row.trim())).collect();
    let table = format!("id,user,package,owner,start,end,rule,justification\n{}", rows.concat());
    let documents = Documents {
        rules: vec![parse_rules("rules.toml", rules).unwrap()],
        exceptions: vec![
            parse_exceptions("exceptions.csv", &table).unwrap_or_else(|error| panic!("{error}")),
        ],
        strict: false,
    };
    let options = AnalyzeOptions {
        documents,
        as_of: Timestamp::parse("2026-06-01"),
        ending_within: Some(30),
        ..AnalyzeOptions::default()
    };
    sod_engine::analyze(&tenant, &options, &Silent).unwrap()
}

#[track_caller]
fn check(table: &str, expected: &[(WarningCode, &str, &str)]) {
    let found = judged(table);
    let id = |id| found.exceptions.exception(id).map_or("", |exception| &*exception.id);
    let told: Vec<_> = found
        .exception_findings
        .iter()
        .map(|finding| (finding.code, id(finding.exception), finding.other.map_or("", id)))
        .collect();
    assert_eq!(told, expected, "{table}");
    let codes: Vec<_> = found.warnings.iter().map(|warning| warning.code).collect();
    let expected: Vec<_> = expected.iter().map(|(code, ..)| *code).collect();
    assert!(expected.iter().all(|code| codes.contains(code)), "{table}: {codes:?}");
}

#[test]
fn each_finding_and_what_is_none() {
    use WarningCode as Code;
    check("E1,u1,,o,,2026-12-31", &[]);
    check("E1,u1,,o,,2026-05-31", &[(Code::ExceptionExpired, "E1", "")]);
    check("E1,u1,,o,2026-07-01,2026-12-31", &[(Code::ExceptionNotBegun, "E1", "")]);
    check("E1,u3,,o,,2026-12-31", &[(Code::ExceptionUnused, "E1", "")]);
    check("E1,u1,,o,2026-01-01,", &[(Code::ExceptionEndless, "E1", "")]);
    // The owner is the user (people write ids in either case), a holder of the package, and neither.
    check("E1,u1,, U1 ,,2026-12-31", &[(Code::ExceptionSelfOwned, "E1", "")]);
    check("E1,u1,, u1 ,,2026-12-31", &[(Code::ExceptionSelfOwned, "E1", "")]);
    check("E1,,A,u3,,2026-12-31", &[(Code::ExceptionSelfOwned, "E1", "")]);
    check("E1,,B,u3,,2026-12-31", &[]);
    // One covers what the other would: by the user, and by a package.
    check("E1,,A,o,,2026-12-31\nE2,u2,,o,,2026-12-31", &[(Code::ExceptionShadowed, "E2", "E1")]);
    check("E1,u2,,o,,2026-12-31\nE2,,A,o,,2026-12-31", &[]);
    // One after the other is none; at the same time both are.
    check("E1,u1,,o,,2026-06-30\nE2,u1,,o,2026-07-01,2026-12-31", &[(Code::ExceptionNotBegun, "E2", "")]);
    check(
        "E1,u1,,o,,2026-07-01\nE2,u1,,o,2026-07-01,2026-12-31",
        &[(Code::ExceptionNotBegun, "E2", ""), (Code::ExceptionDuplicate, "E2", "E1")],
    );
    // What is over says nothing but that.
    check("E1,u1,,u1,,2026-05-31\nE2,u1,,o,,2026-12-31", &[(Code::ExceptionExpired, "E1", "")]);
}

#[test]
fn what_ends_soon_and_what_is_open_then() {
    let found = judged(
        "E1,u1,,o,,2026-06-10\nE2,,B,o,,2026-06-20\nE3,u2,,o,,2026-12-31\nE4,,A,o,2026-06-15,2026-06-30\nE5,u1,,o,,2026-07-01",
    );
    let ending = found.exceptions_ending.unwrap();
    let told: Vec<_> = ending
        .exceptions
        .iter()
        .map(|one| {
            let id = &found.exceptions.exception(one.exception).unwrap().id;
            (&**id, one.end.to_string(), one.reopens)
        })
        .collect();
    // E1's conflict is covered by E2 and E5 after it, and E2's by E3. E4 is not in force, E5 ends too late.
    assert_eq!(
        told,
        [("E1", "2026-06-11T00:00:00Z".to_owned(), 0), ("E2", "2026-06-21T00:00:00Z".to_owned(), 0)]
    );
    let alone = judged("E1,,A,o,,2026-06-20\nE2,u2,,o,2026-07-01,2026-12-31").exceptions_ending.unwrap();
    assert_eq!(alone.exceptions.iter().map(|one| one.reopens).collect::<Vec<_>>(), [2]);
}
