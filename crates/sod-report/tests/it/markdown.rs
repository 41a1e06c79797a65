//! The page for a ticket.

use crate::coverage::{complete, gaps};
use crate::fixture::{Tenant, package, plain, tenant, user};
use sod_model::{
    Conflict, ConflictSet, PackageId, Rule, RuleId, RuleOrigin, RuleSet, Term, UserId, Warning, WarningCode,
};
use sod_report::markdown::analysis;
use sod_report::terminal::{self, NextSteps, Terminal};

fn page(tenant: &Tenant) -> String {
    analysis(&tenant.view(), &tenant.pairs, Some("report"))
}

#[test]
fn of_the_tenant() {
    insta::assert_snapshot!(page(&tenant()));
}

#[test]
fn of_nothing() {
    insta::assert_snapshot!(analysis(&plain(vec![], vec![], &[]).view(), &[], None));
}

/// Beside the headline, and only where something was left out.
#[test]
fn what_was_not_analysed_stands_beside_the_headline() {
    assert!(!page(&complete()).contains("Not everything was analysed"));
    for (tenant, code, count) in gaps() {
        let page = page(&tenant);
        let top = page.split("\n## ").next().unwrap();
        let told = format!("**Not everything was analysed**, 1 gap: {count} {}.", code.label(count));
        assert!(top.contains(&told), "{told}: {top}");
        // Nor does the headline reassure, and neither does the terminal.
        let reassures = !code.may_hide_conflicts();
        assert_eq!(top.contains("**No conflicts**"), reassures, "{code}: {top}");
        let page = terminal::analysis(&tenant.view(), &[], &NextSteps::default(), &Terminal::default());
        assert_eq!(page.contains("nobody violates it."), reassures, "{code}: {page}");
    }
}

/// Names that try to leave their place, one after another.
fn hostile() -> Tenant {
    let names = [
        "a | b | c",
        "back\\| slash",
        "`code` <script>alert(1)</script>",
        "[link](https://evil.example) ![](http://evil.example/x.png)",
        "@octocat and #1 https://evil.example www.evil.example",
        "\u{1b}[31mred\nnew line\r\n\r\n# Heading",
        "=HYPERLINK(\"http://evil\")",
        "\u{202e}txt.exe",
        "  ",
        "\\",
    ];
    let packages: Vec<_> =
        names.iter().enumerate().map(|(at, name)| package(&format!("p{at}"), Some(name))).collect();
    let holdings: Vec<(u32, u32)> = (0..names.len() as u32).map(|at| (0, at)).collect();
    let mut tenant = plain(vec![user("u", None)], packages, &holdings);
    let rule = |(at, name): (usize, &&str)| {
        let terms = vec![Term::package(PackageId(at as u32)), Term::package(PackageId((at as u32 + 1) % 10))];
        Rule::new(&format!("{at}|`{name}"), name, RuleOrigin::Document, terms)
    };
    let rules = RuleSet::new(names.iter().enumerate().map(rule).collect());
    let conflict = |at| Conflict { rule: RuleId(at), user: UserId(0), exception: None };
    tenant.snapshot.provenance.warnings =
        vec![Warning { code: WarningCode::UnknownState, count: 1, message: names.join(" / ").into() }];
    Tenant::new(tenant.snapshot, rules, ConflictSet::new((0..10).map(conflict).collect()))
}

#[test]
fn names_stay_in_their_place() {
    let page = page(&hostile());
    insta::assert_snapshot!(page);
    assert!(!page.chars().any(|letter| letter.is_control() && letter != '\n'));
    // Outside of code spans there is nothing of anybody else.
    let outside: String = page.split('`').step_by(2).collect();
    for word in ["evil", "octocat", "script", "red", "HYPERLINK", "Heading"] {
        assert!(!outside.contains(word), "{word}: {outside}");
    }
    // Each table has as many cells in each of its rows.
    let mut cells = 0;
    for line in page.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!(cells == 0 || bars == 0 || bars == cells, "{line}");
        cells = bars;
    }
}

#[test]
fn the_page_is_bounded() {
    let long = "n".repeat(100_000);
    let packages: Vec<_> = (0..60).map(|at| package(&format!("{at:02}{long}"), Some(&long))).collect();
    let holdings: Vec<(u32, u32)> = (0..60).map(|at| (0, at)).collect();
    let mut tenant = plain(vec![user(&long, Some(&long))], packages, &holdings);
    let rule = |at: u32| {
        let terms = vec![Term::package(PackageId(at)), Term::package(PackageId(at + 1))];
        Rule::new(&format!("{at:02}{long}"), &long, RuleOrigin::Document, terms)
    };
    let rules = RuleSet::new((0..50).map(rule).collect());
    let conflicts =
        (0..50).map(|at| Conflict { rule: RuleId(at), user: UserId(0), exception: None }).collect();
    let warning = Warning { code: WarningCode::UnknownState, count: 1, message: long.as_str().into() };
    tenant.snapshot.provenance.warnings = vec![warning; 50];
    let page = page(&Tenant::new(tenant.snapshot, rules, ConflictSet::new(conflicts)));
    // A comment on GitHub takes 65,536 characters.
    assert!(page.chars().count() < 30_000, "{}", page.chars().count());
    for told in ["40 more violated rules", "1,767 more pairs", "30 more warnings"] {
        assert!(page.contains(told), "{told}: {page}");
    }
}
