//! What was not analysed.

use crate::fixture::{Tenant, package, plain, tenant, user};
use sod_model::{
    CatalogId, Directory, EntraCatalog, ExternalId, Group, GroupId, Package, PackageId, Position,
    RefusalCode, RejectCode, RejectedRecord, ResourceRoles, Rule, RuleOrigin, RuleSet, Snapshot, SourceId,
    Term, User, UserId, UserIdKind, Warning, WarningCode,
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
pub(crate) fn complete() -> Tenant {
    built(|_| {})
}

/// What a complete tenant is made of.
struct Parts {
    users: Vec<User>,
    packages: Vec<Package>,
    groups: Vec<Group>,
    catalogs: Vec<EntraCatalog>,
    /// Whether resource roles of the packages are known.
    roles: bool,
}

fn built(change: impl Fn(&mut Parts)) -> Tenant {
    let mut parts = Parts {
        users: vec![user("u", None)],
        packages: vec![package("a", None), package("b", None)],
        groups: vec![],
        catalogs: vec![],
        roles: true,
    };
    change(&mut parts);
    let Parts { users, packages, groups, catalogs, roles } = parts;
    let tenant = plain(users.clone(), packages.clone(), &[(0, 0), (0, 1)]);
    let known = packages.iter().map(|_| roles.then(Vec::new)).collect();
    let directory = Directory::from_sorted(users, packages, groups, vec![], catalogs);
    let directory = directory.unwrap().with_resource_roles(ResourceRoles::new(vec![], known).unwrap());
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

/// Each thing that can be left out, put into a tenant where nothing is, with its code and its count.
pub(crate) fn gaps() -> Vec<(Tenant, CoverageCode, u64)> {
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
    let grouped = |change: &dyn Fn(&mut Group)| {
        let mut group = Group {
            id: ExternalId::new("g"),
            display_name: None,
            members: Some(vec![UserId(0)]),
            members_exported: 1,
            nested_unknown: 0,
            probably_truncated: false,
        };
        change(&mut group);
        built(|parts| parts.groups.push(group.clone()))
    };
    let mut memberless = grouped(&|group| group.members = None);
    let mut with_group = memberless.rules.rules()[0].clone();
    with_group.terms.push(Term { packages: vec![], groups: vec![GroupId(0)], at_least: 1 });
    memberless.rules = RuleSet::new(vec![with_group]);
    let catalog =
        |name: Option<&str>| EntraCatalog { id: ExternalId::new("c"), display_name: name.map(Into::into) };
    let listed = |mut tenant: Tenant| {
        tenant.snapshot.provenance.sources[0].side.insert("catalog", 1);
        tenant
    };
    let in_catalog = |parts: &mut Parts| parts.packages[0].catalog = Some(CatalogId(0));
    let unlisted_catalog = listed(built(|parts| {
        in_catalog(parts);
        parts.catalogs.push(catalog(None));
    }));
    let empty_catalog = listed(built(|parts| {
        in_catalog(parts);
        parts.catalogs.push(catalog(Some("c")));
        parts.catalogs.push(EntraCatalog { id: ExternalId::new("d"), ..catalog(Some("d")) });
    }));
    let mut rejected = complete();
    rejected.snapshot.provenance.sources[0].rows.read += 1;
    rejected.snapshot.provenance.sources[0].rows.rejected += 1;
    rejected.snapshot.provenance.rejected.push(RejectedRecord {
        source: SourceId(0),
        position: Position { line: 1, byte: 0 },
        code: RejectCode::NoUser,
        detail: "nobody".into(),
    });
    let mut expired = complete();
    expired.holding.states = sod_model::StateFilter::parse("delivering").unwrap();
    let mut partly = complete();
    let mut rows: Vec<_> = partly.snapshot.assignments().collect();
    rows[1].state = sod_model::StateTable::EXPIRED;
    let Snapshot { directory, states, provenance, .. } = partly.snapshot.clone();
    partly.snapshot = Snapshot::new(directory, states, provenance, rows);
    let mut undeclared = complete();
    undeclared.snapshot.provenance.lists_lacking = vec![PackageId(1)];
    let mut ruleless = complete();
    ruleless.rules = RuleSet::default();
    let unruled = built(|parts| parts.packages.push(package("c", None)));
    vec![
        (
            source(&|source| source.refused = Some((RefusalCode::HtmlPage, "a page".into()))),
            CoverageCode::FilesRefused,
            1,
        ),
        (rejected, CoverageCode::RowsRejected, 1),
        (expired, CoverageCode::NothingInStates, 2),
        (partly, CoverageCode::RowsInOtherStates, 1),
        (undeclared, CoverageCode::DeclarationsNotExported, 1),
        (built(|parts| parts.users[0].id_kind = UserIdKind::Name), CoverageCode::UsersWithoutObjectId, 1),
        (unlisted_catalog, CoverageCode::CatalogsNotListed, 1),
        (empty_catalog, CoverageCode::CatalogsWithoutPackages, 1),
        (memberless, CoverageCode::GroupsWithoutMembers, 1),
        (grouped(&|group| group.probably_truncated = true), CoverageCode::GroupsProbablyTruncated, 1),
        (grouped(&|group| group.nested_unknown = 2), CoverageCode::GroupsNestedUnknown, 1),
        (ruleless, CoverageCode::NoRules, 2),
        (unruled, CoverageCode::PackagesWithoutRule, 1),
        (built(|parts| parts.roles = false), CoverageCode::ResourceRolesAbsent, 2),
        (rule(&|rule| rule.not_evaluable = Some("no members".into())), CoverageCode::RulesNotEvaluable, 1),
        (rule(&|rule| rule.unknown.push("Cash box".into())), CoverageCode::RulesInPart, 1),
        (rule(&|rule| rule.inactive = Some("switched off".into())), CoverageCode::RulesNotInForce, 1),
        (warned(WarningCode::SkippedFiles), CoverageCode::FilesSkipped, 7),
        (warned(WarningCode::EmptyFiles), CoverageCode::FilesEmpty, 7),
        (warned(WarningCode::FewerRecords), CoverageCode::RecordsMissing, 7),
        (warned(WarningCode::MissingFiles), CoverageCode::FilesMissing, 7),
        (warned(WarningCode::PartlyJoined), CoverageCode::UsersPartlyJoined, 7),
        (warned(WarningCode::AlikeIdentifiers), CoverageCode::IdentifiersAlike, 7),
        (warned(WarningCode::UnjoinedAllowed), CoverageCode::InputsNotJoined, 7),
        (warned(WarningCode::ExceptionUnplaced), CoverageCode::ExceptionsUnplaced, 7),
        (source(&|source| source.dangling_next_link = true), CoverageCode::ExportsTruncated, 1),
        (source(&|source| (source.rows.read, source.rows.repeated) = (4, 2)), CoverageCode::RowsRepeated, 2),
        (unlisted, CoverageCode::PackagesNotListed, 1),
    ]
}

/// Each is told under its code and under no other.
#[test]
fn each_gap_alone_is_told() {
    let mut codes: Vec<CoverageCode> =
        gaps().iter().map(|(_, code, _)| *code).chain([CoverageCode::Complete]).collect();
    codes.sort_unstable();
    assert_eq!(codes, CoverageCode::ALL, "each code has a tenant");
    for (tenant, code, count) in gaps() {
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
