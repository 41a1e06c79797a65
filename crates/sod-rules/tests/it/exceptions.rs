//! Exceptions: for whom, and when.

use crate::tenant::directory;
use sod_model::{ExceptedUsers, PackageId, RuleSet, UserId};
use sod_rules::{
    ResolveOptions, ResolvedExceptions, parse_exceptions, parse_rules, resolve_exceptions, resolve_rules,
};

fn rules() -> RuleSet {
    let text = "[[rule]]\nid = 'R1'\nterms = [{ packages = ['p1'] }]\n[[rule]]\nid = 'R2'\nterms = [{ packages = ['p2'] }]\n";
    let document = parse_rules("rules.toml", text).unwrap();
    resolve_rules(&[document], &directory(), &ResolveOptions::default()).unwrap().rules
}

fn resolved(users: &[&str]) -> ResolvedExceptions {
    let exception = |(at, users): (usize, &&str)| {
        format!(
            "[[exception]]\nid = 'EX-{at}'\nrule = 'R2'\n{users}\nowner = 'o'\njustification = 'j'\nend = 2026-12-31\n"
        )
    };
    let text: String = users.iter().enumerate().map(exception).collect();
    let document = parse_exceptions("exceptions.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    resolve_exceptions(&[document], &directory(), &rules(), &ResolveOptions::default()).unwrap()
}

#[test]
fn by_id_alias_principal_name_package_and_department() {
    let found = resolved(&[
        "user = 'u2'",
        "user = 'r3'",
        "user = 'ann@CONTOSO.example'",
        "criterion = { package = 'Payment run' }",
        "criterion = { department = 'Treasury' }",
    ]);
    let users: Vec<ExceptedUsers> =
        found.exceptions.exceptions().iter().map(|exception| exception.users.clone()).collect();
    assert_eq!(
        users,
        [
            ExceptedUsers::User(UserId(1)),
            ExceptedUsers::User(UserId(2)),
            ExceptedUsers::User(UserId(0)),
            ExceptedUsers::HoldersOf(PackageId(1)),
            ExceptedUsers::Department("Treasury".into()),
        ]
    );
    assert!(found.unknown.is_empty());
    let first = &found.exceptions.exceptions()[0];
    assert_eq!(rules().rule(first.rule).unwrap().id.as_ref(), "R2");
    assert_eq!(first.period.until.unwrap().to_string(), "2027-01-01T00:00:00Z");
}

#[test]
fn one_for_somebody_unknown_covers_nothing_and_says_so() {
    let found = resolved(&["user = 'eve'", "criterion = { package = 'p9' }"]);
    assert!(found.exceptions.exceptions().is_empty());
    let told: Vec<_> = found.unknown.iter().map(|unknown| (unknown.kind, &*unknown.name)).collect();
    assert_eq!(told, [("user", "eve"), ("package", "p9")]);
}

#[test]
fn a_table_says_the_same() {
    let toml = "
        [[exception]]
        id = 'EX-1'
        rule = 'R2'
        user = 'u2'
        owner = 'o, the owner'
        justification = 'because of \"this\"\nand that'
        control = 'c'
        reference = 'GRC-1'
        start = 2026-01-01
        end = 2026-12-31
        [[exception]]
        id = 'EX-2'
        rule = 'R2'
        criterion = { package = 'Payment run' }
        owner = 'o'
        justification = 'j'
        [[exception]]
        id = 'EX-3'
        rule = 'R1'
        criterion = { department = 'Treasury' }
        owner = 'o'
        justification = 'j'
    ";
    let expected = parse_exceptions(
        "exceptions.toml",
        &toml.replace("'because of \"this\"\nand that'", "\"\"\"because of \"this\"\nand that\"\"\""),
    )
    .unwrap();
    let table = "id,rule,user,package,department,owner,justification,control,reference,start,end\n\
                 EX-1, R2 ,u2,,,\"o, the owner\",\"because of \"\"this\"\"\nand that\",c,GRC-1,2026-01-01,2026-12-31\n\
                 EX-2,R2,,Payment run,,o,j,,,,\n\n,,,,,,,,,,\n\
                 EX-3,R1,,,Treasury,o,j,,,,\n";
    let same = |text: &str| {
        let read = parse_exceptions("exceptions.csv", text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.exceptions, expected.exceptions, "{text}");
    };
    same(table);
    same(&table.replacen("id,rule,user", "\"ID\",RULE,User ", 1));
    same(&format!("\u{feff}{}", table.replace('\n', "\r\n").replace("\"\"\r\nand", "\"\"\nand")));
    same(table.trim_end());
    let semicolons = table.replace("o, the owner", "o| the owner").replace(',', ";").replace('|', ",");
    same(&semicolons);
    same(&semicolons.replace(';', "\t"));
}

#[test]
fn a_table_with_a_header_alone_is_fine() {
    let text = "id,rule,user,owner,justification\n";
    assert!(parse_exceptions("exceptions.csv", text).unwrap().exceptions.is_empty());
}

#[test]
fn a_file_without_any_is_fine() {
    assert!(parse_exceptions("exceptions.toml", "# none left\n").unwrap().exceptions.is_empty());
}
