//! What the pages look like. The pictures are under `snapshots/`: look at them as a reader would.

use super::fixture::{contoso, guid, package, provenance, summary, tenant, user, warning};
use crate::fixture::Tenant;
use sod_model::*;
use sod_report::explain::{explain_pair, explain_rule, explain_user};
use sod_report::terminal::{
    NextSteps, Terminal, analysis, explained_pair, explained_rule, explained_user, inspect,
};

fn plain(width: u16) -> Terminal {
    Terminal { width, color: false, unicode: true }
}

#[test]
fn summary_fits_each_width() {
    let tenant = contoso();
    for width in [60, 80, 120] {
        insta::assert_snapshot!(format!("terminal_summary_{width}"), summary(&tenant, &plain(width)));
    }
}

#[test]
fn colour_adds_nothing_but_styles() {
    let tenant = contoso();
    let coloured = summary(&tenant, &Terminal { color: true, ..plain(80) });
    let mut styled = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, escape)) = rest.split_once("\u{1b}[") {
        styled.push_str(before);
        rest = escape.split_once('m').unwrap().1;
    }
    styled.push_str(rest);
    assert_eq!(styled, summary(&tenant, &plain(80)));
    insta::assert_snapshot!("terminal_summary_80_colour", coloured.replace('\u{1b}', "␛"));
}

#[test]
fn a_terminal_without_unicode_gets_ascii_marks() {
    let page = summary(&contoso(), &Terminal { unicode: false, ..plain(80) });
    assert!(page.contains("... and 13 more pairs"), "{page}");
    assert!(page.is_ascii(), "{page}");
}

#[test]
fn inspect_shows_what_was_recognised() {
    let tenant = contoso();
    for width in [60, 80, 120] {
        let page = inspect(&tenant.snapshot, &tenant.holding, &plain(width));
        insta::assert_snapshot!(format!("terminal_inspect_{width}"), page);
    }
}

#[test]
fn explanations_show_assignments() {
    let tenant = contoso();
    let input = tenant.explain();
    let pair = PackagePair::new(PackageId(0), PackageId(1)).unwrap();
    let user = explain_user(&input, UserId(15)).unwrap();
    let pair = explain_pair(&input, pair, 2).unwrap();
    let rule = explain_rule(&input, RuleId(0), None, 2).unwrap();
    for width in [80, 120] {
        insta::assert_snapshot!(format!("terminal_user_{width}"), explained_user(&user, 2, &plain(width)));
        insta::assert_snapshot!(format!("terminal_pair_{width}"), explained_pair(&pair, &plain(width)));
        insta::assert_snapshot!(format!("terminal_rule_{width}"), explained_rule(&rule, &plain(width)));
    }
}

/// Six users in three positions under "any of two with any of two", one of them excepted.
fn positions() -> Tenant {
    let users = (0..6).map(|at| crate::fixture::user(&format!("u{at}"), None)).collect();
    let names = ["Vendor editor", "Supplier onboarding", "Payment run", "Bank transfer"];
    let packages = (0..4).map(|at| crate::fixture::package(&format!("p{at}"), Some(names[at]))).collect();
    let holdings = [(0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (2, 2), (3, 0), (3, 1), (3, 2), (3, 3)];
    let holdings: Vec<(u32, u32)> = holdings.into_iter().chain([(4, 1), (4, 3), (5, 1)]).collect();
    let any =
        |packages: [u32; 2]| Term { packages: packages.map(PackageId).into(), groups: vec![], at_least: 1 };
    let rule =
        Rule::new("P2P-01", "Vendors and payments", RuleOrigin::Document, vec![any([0, 1]), any([2, 3])]);
    let conflict = |user| Conflict {
        rule: RuleId(0),
        user: UserId(user),
        exception: (user == 1).then_some(ExceptionId(0)),
    };
    let conflicts = ConflictSet::new((0..5).map(conflict).collect());
    let bare = crate::fixture::plain(users, packages, &holdings);
    Tenant::new(bare.snapshot, RuleSet::new(vec![rule]), conflicts)
}

#[test]
fn equal_holdings_are_told_once_and_expanded_on_demand() {
    let tenant = positions();
    let input = tenant.explain();
    let rule = explain_rule(&input, RuleId(0), None, 9).unwrap();
    insta::assert_snapshot!("terminal_rule_groups", explained_rule(&rule, &plain(100)));
    let second = explain_rule(&input, RuleId(0), Some(2), 9).unwrap();
    insta::assert_snapshot!("terminal_rule_one_group", explained_rule(&second, &plain(100)));
    assert_eq!(second.violators.len(), 1);
    let short = explain_rule(&input, RuleId(0), Some(1), 1).unwrap();
    assert_eq!((short.groups_left_out, short.violators_left_out), (2, 2));
    for number in [0, 4, u64::MAX] {
        assert!(explain_rule(&input, RuleId(0), Some(number), 9).is_none());
    }
    let user = explain_user(&input, UserId(3)).unwrap();
    insta::assert_snapshot!("terminal_user_ways", explained_user(&user, 1, &plain(100)));
    insta::assert_snapshot!("terminal_summary_groups", summary(&tenant, &plain(100)));
}

#[test]
fn names_chosen_by_outsiders_do_no_harm() {
    let long = "A very long name ".repeat(18);
    let names = [
        "\u{1b}[2J\u{1b}]0;owned\u{7}Payroll\u{9b}31m",
        "Payments \u{202e}gnitide\u{202c} role\u{200b}",
        "two\nlines\r\nand\ta tab",
        &long,
        "👩\u{200d}💻🏳\u{fe0f}\u{200d}🌈 Ops 🎉",
        "経理部門の支払承認アクセスパッケージおよび全社会計管理者権限",
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}algo",
    ];
    let packages =
        names.iter().enumerate().map(|(at, name)| package(guid(2, at as u128), Some(name))).collect();
    let users = (0..9).map(|at| user(guid(1, at), Some(names[at as usize % names.len()]))).collect();
    let rows: Vec<_> =
        (0..9).flat_map(|user| (0..7).map(move |package| (user, package, StateTable::DELIVERED))).collect();
    let mut provenance = provenance(rows.len() as u64);
    provenance.rejected[0].detail = "`\u{1b}[31m\n\u{2066}`".into();
    provenance.sources[0].path = "in/\u{1b}c\u{202e}nosj.a".into();
    provenance.warnings.push(warning(WarningCode::DuplicatePackageName, 2, "`a\u{1b}[8m`\nand `b`"));
    let tenant = tenant(users, packages, rows, provenance, Vec::new());
    insta::assert_snapshot!("terminal_hostile_summary", summary(&tenant, &plain(100)));
    insta::assert_snapshot!(
        "terminal_hostile_inspect",
        inspect(&tenant.snapshot, &tenant.holding, &plain(80))
    );
    let explained = explain_user(&tenant.explain(), UserId(0)).unwrap();
    insta::assert_snapshot!("terminal_hostile_user", explained_user(&explained, 0, &plain(80)));
}

#[test]
fn nothing_at_all_is_said_in_words() {
    let tenant = tenant(Vec::new(), Vec::new(), Vec::new(), Provenance::default(), Vec::new());
    let page = analysis(&tenant.view(), &[], &NextSteps::default(), &plain(80));
    insta::assert_snapshot!("terminal_nothing_summary", page);
    insta::assert_snapshot!(
        "terminal_nothing_inspect",
        inspect(&tenant.snapshot, &tenant.holding, &plain(80))
    );
}

#[test]
fn thousands_of_files_are_shown_by_folder() {
    let mut provenance = Provenance::default();
    for folder in 0..300 {
        for file in 0..10 {
            let shape = if file == 0 { Shape::DirectoryObjects } else { Shape::GraphV1 };
            let rows = u64::from(file != 0);
            provenance.sources.push(Source {
                path: format!("export/AccessPackages/{folder:03}/assignments/{file}.json").into(),
                shape,
                rows: RowCounts { read: rows, accepted: rows, ..RowCounts::default() },
                side: if file == 0 { [("package", 1)].into() } else { SideCounts::new() },
                ..Source::default()
            });
        }
    }
    for at in 0..25 {
        provenance.sources.push(Source {
            path: format!("export/broken/{at}.json").into(),
            refused: Some((RefusalCode::GraphError, "`TooManyRequests`: wait and export again".into())),
            ..Source::default()
        });
    }
    let rows = vec![(0, 0, StateTable::DELIVERED); 2_700];
    let tenant =
        tenant(vec![user(guid(1, 0), None)], vec![package(guid(2, 0), None)], rows, provenance, Vec::new());
    insta::assert_snapshot!("terminal_many_files", inspect(&tenant.snapshot, &tenant.holding, &plain(100)));
}

#[test]
fn a_broken_identity_is_shouted() {
    let mut tenant = contoso();
    tenant.totals.row_sum += 1;
    let page = summary(&tenant, &plain(100));
    assert!(page.contains("WRONG: sum of pair counts 51 ≠ sum over users of k(k-1)/2 52"), "{page}");
    assert!(!page.contains('✓'), "{page}");
}

#[test]
fn rows_that_are_lost_are_shouted() {
    let mut tenant = contoso();
    tenant.snapshot.provenance.sources[0].rows.read += 5;
    let page = summary(&tenant, &plain(100));
    assert!(page.contains(" 5  rows do not add up"), "{page}");
}

#[test]
fn no_rules_and_no_conflicts_never_look_alike() {
    let mut tenant = contoso();
    let says = |tenant: &crate::fixture::Tenant, words: &str| {
        let page = summary(tenant, &plain(100));
        assert!(page.contains(words), "{page}");
    };
    tenant.conflicts = ConflictSet::default();
    // A rule could not be judged, and rows were rejected: that nobody was found is not that there is nobody.
    says(&tenant, "2 rules were judged, and no conflict was found in what was analysed.");
    let unjudged = tenant.rules.rules().iter().filter(|rule| rule.not_evaluable.is_some()).cloned().collect();
    tenant.rules = RuleSet::new(unjudged);
    says(&tenant, "No rule could be judged.");
    tenant.rules = RuleSet::default();
    says(&tenant, "No rules were given and none are declared in the inputs: nothing was judged.");
}

#[test]
fn states_that_do_not_count_are_offered() {
    let rows = vec![(0, 0, StateTable::EXPIRED), (0, 1, StateTable::DELIVERING)];
    let users = vec![user(guid(1, 0), None)];
    let packages = (0..2).map(|at| package(guid(2, at), None)).collect();
    let mut provenance = provenance(2);
    provenance.warnings = vec![warning(WarningCode::NothingInStates, 2, "no row is in state delivered")];
    let page = summary(&tenant(users, packages, rows, provenance, Vec::new()), &plain(80));
    insta::assert_snapshot!("terminal_nothing_in_states", page);
}
