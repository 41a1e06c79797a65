//! What was not analysed.

use crate::fixture::{Tenant, package, plain, tenant, user};
use sod_model::{
    Directory, PackageId, ResourceRoles, Rule, RuleOrigin, RuleSet, Snapshot, Term, Warning, WarningCode,
};
use sod_report::coverage::{Coverage, CoverageCode};

fn told(tenant: &Tenant) -> String {
    let coverage = Coverage::of(&tenant.view());
    let line = |one: &sod_report::coverage::Statement| format!("{} {}: {}\n", one.code, one.count, one.text);
    coverage.statements().iter().map(line).collect()
}

#[test]
fn of_the_tenant() {
    insta::assert_snapshot!(told(&tenant()));
}

#[test]
fn of_nothing() {
    insta::assert_snapshot!(told(&plain(vec![], vec![], &[])));
}

/// Two packages, one user, everything known: with a rule on both of them nothing is left out.
fn complete() -> Tenant {
    let tenant =
        plain(vec![user("u", None)], vec![package("a", None), package("b", None)], &[(0, 0), (0, 1)]);
    let directory = Directory::from_sorted(
        tenant.snapshot.directory.users().to_vec(),
        tenant.snapshot.directory.packages().to_vec(),
        vec![],
        vec![],
        vec![],
    );
    let roles = ResourceRoles::new(vec![], vec![Some(vec![]), Some(vec![])]).unwrap();
    let directory = directory.unwrap().with_resource_roles(roles);
    let Snapshot { states, provenance, .. } = tenant.snapshot.clone();
    let rows: Vec<_> = tenant.snapshot.assignments().collect();
    let snapshot = Snapshot::new(directory, states, provenance, rows);
    let terms = vec![Term::package(PackageId(0)), Term::package(PackageId(1))];
    let rules = RuleSet::new(vec![Rule::new("r", "r", RuleOrigin::Document, terms)]);
    Tenant::new(snapshot, rules, tenant.conflicts.clone())
}

#[test]
fn that_nothing_was_left_out_is_said() {
    let tenant = complete();
    assert_eq!(told(&tenant), "complete 0: everything that was read was analysed\n");
    assert!(Coverage::of(&tenant.view()).is_complete());
}

/// Each thing that can be left out, put into a tenant where nothing is, is told under its code and under no other.
#[test]
fn each_gap_alone_is_told() {
    let rule = |change: &dyn Fn(&mut Rule)| {
        let mut tenant = complete();
        let mut rule = tenant.rules.rules()[0].clone();
        change(&mut rule);
        tenant.rules = RuleSet::new(vec![tenant.rules.rules()[0].clone(), Rule { id: "s".into(), ..rule }]);
        tenant
    };
    let warned = |code| {
        let mut tenant = complete();
        let warning = Warning { code, count: 7, message: "as it is".into() };
        tenant.snapshot.provenance.warnings.push(warning);
        tenant
    };
    let source = |change: &dyn Fn(&mut sod_model::Source)| {
        let mut tenant = complete();
        change(&mut tenant.snapshot.provenance.sources[0]);
        tenant
    };
    let mut unlisted = complete();
    unlisted.snapshot.provenance.packages_listed = 1;
    let gaps = [
        (rule(&|rule| rule.not_evaluable = Some("no members".into())), CoverageCode::RulesNotEvaluable, 1),
        (rule(&|rule| rule.unknown.push("Cash box".into())), CoverageCode::RulesInPart, 1),
        (rule(&|rule| rule.inactive = Some("switched off".into())), CoverageCode::RulesNotInForce, 1),
        (warned(WarningCode::SkippedFiles), CoverageCode::FilesSkipped, 7),
        (warned(WarningCode::PartlyJoined), CoverageCode::UsersPartlyJoined, 7),
        (warned(WarningCode::AlikeIdentifiers), CoverageCode::IdentifiersAlike, 7),
        (warned(WarningCode::UnjoinedAllowed), CoverageCode::InputsNotJoined, 7),
        (warned(WarningCode::ExceptionUnplaced), CoverageCode::ExceptionsUnplaced, 7),
        (source(&|source| source.dangling_next_link = true), CoverageCode::ExportsTruncated, 1),
        (source(&|source| (source.rows.read, source.rows.repeated) = (4, 2)), CoverageCode::RowsRepeated, 2),
        (unlisted, CoverageCode::PackagesNotListed, 1),
    ];
    for (tenant, code, count) in gaps {
        let coverage = Coverage::of(&tenant.view());
        let found: Vec<_> = coverage.statements().iter().map(|one| (one.code, one.count)).collect();
        assert_eq!(found, [(code, count)]);
        assert!(!coverage.is_complete());
    }
}

#[test]
fn parts_add_up_and_statements_stand_in_the_order_of_their_codes() {
    for tenant in [tenant(), complete(), plain(vec![], vec![], &[])] {
        let coverage = Coverage::of(&tenant.view());
        assert!(coverage.statements().is_sorted_by(|a, b| a.code < b.code));
        for one in coverage.statements().iter().filter(|one| !one.parts.is_empty()) {
            assert_eq!(one.parts.iter().map(|(_, count)| count).sum::<u64>(), one.count, "{one:?}");
        }
    }
}
