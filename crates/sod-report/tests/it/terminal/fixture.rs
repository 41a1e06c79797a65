//! A small tenant by hand, and a random one, with everything that the pages show.

use crate::fixture::Tenant;
use sod_model::*;
use sod_report::terminal::{NextSteps, Terminal, analysis};

/// An id that looks like one; ids of one kind ascend with the number.
pub(crate) fn guid(kind: u128, number: u128) -> ExternalId {
    let noise = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 48;
    ExternalId::Guid(Guid::from_u128((kind << 120) | (number << 96) | noise))
}

pub(crate) fn package(id: ExternalId, name: Option<&str>) -> Package {
    Package {
        id,
        id_kind: PackageIdKind::Object,
        display_name: name.map(Into::into),
        catalog: None,
        incompatible_packages: Vec::new(),
        incompatible_groups: Vec::new(),
    }
}

pub(crate) fn user(id: ExternalId, name: Option<&str>) -> User {
    User {
        id,
        id_kind: UserIdKind::Object,
        display_name: name.map(Into::into),
        principal_name: name
            .map(|name| format!("{}@contoso.example", name.to_lowercase().replace(' ', ".")).into()),
        email: None,
        subject_type: Some("user".into()),
        user_type: Some("Member".into()),
        department: Some("Accounts payable".into()),
        aliases: Vec::new(),
    }
}

/// Puts a tenant together from its parts: users and packages must ascend by id.
pub(crate) fn tenant(
    users: Vec<User>,
    packages: Vec<Package>,
    rows: Vec<(u32, u32, StateId)>,
    provenance: Provenance,
    rules: Vec<Rule>,
) -> Tenant {
    let policy = Policy {
        id: guid(5, 0),
        display_name: Some("All employees".into()),
        package: None,
        automatic: Some(true),
    };
    let group = Group {
        id: guid(7, 0),
        display_name: Some("Auditors".into()),
        members: Some((0..users.len().min(2) as u32).map(UserId).collect()),
        members_exported: 100,
        nested_unknown: 0,
        probably_truncated: true,
    };
    let directory = Directory::from_sorted(users, packages, vec![group], vec![policy], Vec::new()).unwrap();
    let assignment = |(at, (user, package, state)): (usize, (u32, u32, StateId))| Assignment {
        id: Some(guid(9, at as u128)),
        user: UserId(user),
        package: PackageId(package),
        policy: (at % 2 == 0).then_some(PolicyId(0)),
        state,
        since: Timestamp::parse("2025-01-01T08:00:00Z"),
        until: (at % 3 == 0).then_some(Timestamp::FOREVER),
        location: Some(RecordLocation {
            source: SourceId(0),
            offset: at as u64 * 1_234,
            length: 1_234,
            line: at as u32 + 2,
        }),
    };
    let assignments: Vec<_> = rows.into_iter().enumerate().map(assignment).collect();
    let snapshot = Snapshot::new(directory, StateTable::new(), provenance, assignments);
    let rules = RuleSet::new(rules);
    let conflicts = judge(&rules, &snapshot.matrix(&Holding::default()));
    Tenant::new(snapshot, rules, conflicts)
}

/// The page of `analyze`, with up to five pairs.
pub(crate) fn summary(tenant: &Tenant, terminal: &Terminal) -> String {
    let arguments = ["exports/2026-11 tenant".to_owned()];
    let steps = NextSteps { arguments: &arguments, judging: &[], report_dir: None, has_page: false };
    analysis(&tenant.view(), &tenant.pairs[..tenant.pairs.len().min(5)], &steps, terminal)
}

fn judge(rules: &RuleSet, matrix: &AssignmentMatrix) -> ConflictSet {
    let mut conflicts = Vec::new();
    for (at, rule) in rules.rules().iter().enumerate().filter(|(_, rule)| rule.not_evaluable.is_none()) {
        for user in (0..matrix.users() as u32).map(UserId) {
            let holds = |term: &Term| {
                let held = term.packages.iter().filter(|&&package| matrix.column(package).contains(user.0));
                held.count() as u32 >= term.at_least
            };
            if rule.terms.iter().all(holds) {
                conflicts.push(Conflict { rule: RuleId(at as u32), user, exception: None });
            }
        }
    }
    ConflictSet::new(conflicts)
}

pub(crate) fn declared(low: u32, high: u32, name: &str, not_evaluable: Option<&str>) -> Rule {
    let id = format!("declared:{}:{}", guid(2, u128::from(low)), guid(2, u128::from(high)));
    let origin = RuleOrigin::DeclaredPackages { low_declares: true, high_declares: false };
    let terms = vec![Term::package(PackageId(low)), Term::package(PackageId(high))];
    Rule { not_evaluable: not_evaluable.map(Into::into), ..Rule::new(&id, name, origin, terms) }
}

pub(crate) fn warning(code: WarningCode, count: u64, message: &str) -> Warning {
    Warning { code, count, message: message.into() }
}

/// What was read, for `rows` assignments.
pub(crate) fn provenance(rows: u64) -> Provenance {
    let source = |path: &str, shape: Shape, rows: RowCounts| Source {
        path: path.into(),
        bytes: 48_213_004,
        shape,
        rows,
        ..Source::default()
    };
    let all = RowCounts { read: rows + 3, accepted: rows, rejected: 2, repeated: 1 };
    let mut packed =
        source("exports/2026-11 tenant/users.json.gz", Shape::DirectoryObjects, RowCounts::default());
    packed.compression = Compression::Gzip;
    packed.side = [("group", 1), ("user", 40)].into();
    let rejected = |line: u64, code: RejectCode, detail: &str| RejectedRecord {
        source: SourceId(0),
        position: Position { byte: line * 812, line },
        code,
        detail: detail.into(),
    };
    Provenance {
        sources: vec![
            source("exports/2026-11 tenant/assignments-page-0001.json", Shape::GraphBeta, all),
            packed,
        ],
        rejected: vec![
            rejected(17, RejectCode::NoUser, "neither `target` nor `targetId` names a user"),
            rejected(4_211, RejectCode::MalformedJson, "expected `,` or `}` at column 31"),
        ],
        warnings: vec![
            warning(
                WarningCode::DanglingNextLink,
                1,
                "`exports/2026-11 tenant/assignments-page-0001.json` ends with an `@odata.nextLink`, and no further \
                 page is among the inputs: the export is very likely truncated",
            ),
            warning(WarningCode::RejectedRows, 2, "2 rows were rejected"),
        ],
        data_moment: None,
        packages_listed: 0,
        lists_lacking: Vec::new(),
        pseudonyms: None,
    }
}

/// Forty users of a finance department, and ten packages.
pub(crate) fn contoso() -> Tenant {
    const NAMES: [&str; 10] = [
        "Vendor master editor",
        "Payment run release",
        "Purchase order approval",
        "Goods receipt posting",
        "General ledger, journal entry and period-end closing for all company codes of the group",
        "Treasury: bank account maintenance",
        "Employee self service",
        "HR master data",
        "Payroll run",
        "SharePoint: Finance archive (read)",
    ];
    const PEOPLE: [&str; 5] = ["Anna Schmidt", "Björn Östlund", "Chidi Okafor", "田中 花子", "Eve"];
    let packages = (0..10).map(|at| package(guid(2, at), Some(NAMES[at as usize]))).collect::<Vec<Package>>();
    let users = (0..40).map(|at| user(guid(1, at), Some(PEOPLE[at as usize % 5]))).collect();
    let mut rows = Vec::new();
    for at in 0..40u32 {
        rows.push((at, 6, StateTable::DELIVERED));
        for package in 0..9 {
            if package != 6 && (at * 7 + package * 3) % (package + 3) == 0 {
                let expired = (at + package) % 6 == 0;
                rows.push((at, package, if expired { StateTable::EXPIRED } else { StateTable::DELIVERED }));
            }
        }
    }
    let provenance = provenance(rows.len() as u64);
    let rules = vec![
        declared(0, 1, "Vendor master editor is incompatible with Payment run release", None),
        declared(7, 9, "HR master data is incompatible with SharePoint: Finance archive (read)", None),
        declared(
            2,
            3,
            "Purchase order approval is incompatible with the group Auditors",
            Some("the members of the group were not exported"),
        ),
    ];
    tenant(users, packages, rows, provenance, rules)
}
