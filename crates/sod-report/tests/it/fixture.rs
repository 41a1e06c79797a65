//! A small tenant made by hand, with the ugly things that real ones have.

use sod_model::{
    Assignment, AssignmentMatrix, Combination, Conflict, ConflictGroup, ConflictSet, Directory,
    ExceptionFinding, ExceptionSet, ExceptionUse, ExceptionsEnding, ExternalId, Group, GroupId, HeldSet,
    Holding, Origins, Package, PackageId, PackageIdKind, PackagePair, PairCount, Policy, PolicyId, Position,
    Provenance, RecordLocation, RefusalCode, RejectCode, RejectedRecord, RowCounts, Rule, RuleId, RuleOrigin,
    RuleSet, Severity, Shape, Snapshot, Source, SourceId, StateTable, Term, Timestamp, User, UserId,
    UserIdKind, Warning, WarningCode,
};
use sod_report::explain::ExplainInput;
use sod_report::{PairStatistics, ReportView};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// All that a report speaks of.
pub(crate) struct Tenant {
    pub(crate) snapshot: Snapshot,
    pub(crate) holding: Holding,
    pub(crate) matrix: AssignmentMatrix,
    pub(crate) rules: RuleSet,
    pub(crate) origins: Origins,
    pub(crate) conflicts: ConflictSet,
    pub(crate) groups: Vec<ConflictGroup>,
    pub(crate) combinations: Vec<Combination>,
    pub(crate) exceptions: ExceptionSet,
    pub(crate) exception_uses: Vec<ExceptionUse>,
    pub(crate) exception_findings: Vec<ExceptionFinding>,
    pub(crate) exceptions_ending: Option<ExceptionsEnding>,
    pub(crate) pairs: Vec<PairCount>,
    pub(crate) totals: PairStatistics,
}

impl Tenant {
    /// Counts the pairs of a snapshot the slow way.
    pub(crate) fn new(snapshot: Snapshot, rules: RuleSet, conflicts: ConflictSet) -> Self {
        let holding = Holding::default();
        let matrix = snapshot.matrix(&holding);
        let mut counts = BTreeMap::new();
        for row in matrix.rows() {
            for (at, &a) in row.iter().enumerate() {
                for &b in &row[at + 1..] {
                    *counts.entry(PackagePair::new(a, b).unwrap()).or_insert(0) += 1;
                }
            }
        }
        let mut pairs: Vec<PairCount> =
            counts.into_iter().map(|(pair, holders_both)| PairCount { pair, holders_both }).collect();
        pairs.sort_by(sod_report::pairs::report_order);
        let totals = PairStatistics {
            nonzero: pairs.len() as u64,
            holders_sum: pairs.iter().map(|count| u64::from(count.holders_both)).sum(),
            largest: pairs.first().copied(),
            row_sum: matrix.pair_sum_from_rows(),
        };
        let groups = groups(&snapshot, &matrix, &rules, &conflicts);
        Self {
            snapshot,
            holding,
            matrix,
            rules,
            origins: Origins::default(),
            conflicts,
            groups,
            combinations: Vec::new(),
            exceptions: ExceptionSet::default(),
            exception_uses: Vec::new(),
            exception_findings: Vec::new(),
            exceptions_ending: None,
            pairs,
            totals,
        }
    }

    pub(crate) fn view(&self) -> ReportView<'_> {
        ReportView {
            snapshot: &self.snapshot,
            holding: &self.holding,
            matrix: &self.matrix,
            rules: &self.rules,
            origins: &self.origins,
            conflicts: &self.conflicts,
            groups: &self.groups,
            combinations: &self.combinations,
            exceptions: &self.exceptions,
            exception_uses: &self.exception_uses,
            exception_findings: &self.exception_findings,
            exceptions_ending: self.exceptions_ending.as_ref(),
            moment: None,
            totals: self.totals,
            warnings: &self.snapshot.provenance.warnings,
        }
    }

    pub(crate) fn explain(&self) -> ExplainInput<'_> {
        ExplainInput {
            snapshot: &self.snapshot,
            holding: &self.holding,
            matrix: &self.matrix,
            rules: &self.rules,
            conflicts: &self.conflicts,
            groups: &self.groups,
            combinations: &self.combinations,
            exceptions: &self.exceptions,
            exception_uses: &self.exception_uses,
        }
    }
}

/// Who holds the same of a rule, found the slow way.
fn groups(
    snapshot: &Snapshot,
    matrix: &AssignmentMatrix,
    rules: &RuleSet,
    conflicts: &ConflictSet,
) -> Vec<ConflictGroup> {
    let mut groups: Vec<ConflictGroup> = Vec::new();
    for conflict in conflicts.conflicts() {
        let rule = rules.rule(conflict.rule).unwrap();
        let held = HeldSet::of_user(rule, conflict.user, matrix, &snapshot.directory);
        let known = groups.iter().position(|group| group.rule == conflict.rule && group.held == held);
        let at = known.unwrap_or_else(|| {
            groups.push(ConflictGroup { rule: conflict.rule, held, users: Vec::new(), open: 0 });
            groups.len() - 1
        });
        groups[at].users.push(conflict.user);
        groups[at].open += u64::from(conflict.exception.is_none());
    }
    groups.sort_by(|a, b| {
        (a.rule, Reverse(a.users.len()), &a.held).cmp(&(b.rule, Reverse(b.users.len()), &b.held))
    });
    groups
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

pub(crate) fn user(id: &str, name: Option<&str>) -> User {
    User {
        id: ExternalId::new(id),
        id_kind: UserIdKind::Object,
        display_name: name.map(Into::into),
        principal_name: None,
        email: None,
        subject_type: None,
        user_type: None,
        department: None,
        aliases: Vec::new(),
    }
}

pub(crate) fn package(id: &str, name: Option<&str>) -> Package {
    Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: name.map(Into::into),
        catalog: None,
        incompatible_packages: Vec::new(),
        incompatible_groups: Vec::new(),
    }
}

pub(crate) fn assignment(id: Option<&str>, user: u32, package: u32, state: sod_model::StateId) -> Assignment {
    Assignment {
        id: id.map(ExternalId::new),
        user: UserId(user),
        package: PackageId(package),
        policy: None,
        state,
        since: None,
        until: None,
        location: Some(RecordLocation {
            source: SourceId(0),
            offset: u64::from(user) * 1000,
            length: 412,
            line: user * 10 + 1,
        }),
    }
}

/// Everyone delivered, one source, nothing else known.
pub(crate) fn plain(users: Vec<User>, packages: Vec<Package>, holdings: &[(u32, u32)]) -> Tenant {
    let assignments: Vec<Assignment> = holdings
        .iter()
        .map(|&(user, package)| assignment(None, user, package, StateTable::DELIVERED))
        .collect();
    let kept = assignments.len() as u64;
    let source = Source {
        path: "-".into(),
        rows: RowCounts { read: kept, accepted: kept, ..RowCounts::default() },
        ..Source::default()
    };
    let provenance = Provenance { sources: vec![source], ..Provenance::default() };
    let directory = Directory::from_sorted(users, packages, vec![], vec![], vec![]).unwrap();
    let snapshot = Snapshot::new(directory, StateTable::new(), provenance, assignments);
    Tenant::new(snapshot, RuleSet::default(), ConflictSet::default())
}

pub(crate) const VENDOR: PackageId = PackageId(0);
pub(crate) const PAYMENT: PackageId = PackageId(1);
pub(crate) const EVE: UserId = UserId(1);

fn directory() -> Directory {
    let anna = User {
        principal_name: Some("anna@contoso.example".into()),
        department: Some("Finance".into()),
        subject_type: Some("user".into()),
        user_type: Some("Guest".into()),
        aliases: vec![ExternalId::new("target-anna")],
        ..user("00aa0000-0000-0000-0000-000000000001", Some("Anna Ångström"))
    };
    let eve = User {
        email: Some("+eve@evil.example".into()),
        ..user("00bb0000-0000-0000-0000-000000000002", Some("@evil\n\"two\", lines"))
    };
    let plain = User { id_kind: UserIdKind::Plain, ..user("=cmd|' /C calc'!A0", None) };
    let idle = user("ff000000-0000-0000-0000-000000000009", Some("Holds nothing"));
    let vendor = Package {
        incompatible_packages: vec![PAYMENT],
        incompatible_groups: vec![GroupId(0)],
        ..package("2506aef1-3929-4d24-a61e-7c8b83d95e6f", Some("Vendor master editor"))
    };
    let payment =
        package("5b7e0000-0000-0000-0000-000000000000", Some("=HYPERLINK(\"http://evil\",\"Zahlung; ü\")"));
    let unnamed = package("pkg,\"quoted\"", None);
    let unheld = package("zz-nobody", Some("-nobody"));
    let auditors = Group {
        id: ExternalId::new("aud00000"),
        display_name: Some("Auditors".into()),
        members: Some(vec![UserId(0), EVE]),
        members_exported: 100,
        nested_unknown: 0,
        probably_truncated: true,
    };
    let policy = Policy {
        id: ExternalId::new("policy-1"),
        display_name: Some("Initial policy".into()),
        package: Some(VENDOR),
        automatic: Some(false),
    };
    let users = vec![anna, eve, plain, idle];
    Directory::from_sorted(
        users,
        vec![vendor, payment, unnamed, unheld],
        vec![auditors],
        vec![policy],
        vec![],
    )
    .unwrap()
}

fn provenance(frozen: sod_model::StateId) -> Provenance {
    let page = Source {
        path: "export/page1.json".into(),
        bytes: 5120,
        sha256: Some([0xab; 32]),
        shape: Shape::GraphBeta,
        rows: RowCounts { read: 13, accepted: 9, rejected: 2, repeated: 2 },
        states: vec![(StateTable::DELIVERED, 8), (StateTable::EXPIRED, 2), (frozen, 1)],
        side: BTreeMap::from([("package", 4), ("policy", 1)]),
        context: Some("https://graph.microsoft.com/beta/$metadata#assignments".into()),
        dangling_next_link: true,
        ..Source::default()
    };
    let refused = Source {
        path: "export/=cmd.html".into(),
        input: 1,
        bytes: 77,
        refused: Some((RefusalCode::HtmlPage, "a sign-in page was saved in place of the export".into())),
        ..Source::default()
    };
    let rejected = |byte, code, detail: &str| RejectedRecord {
        source: SourceId(0),
        position: Position { byte, line: byte / 100 + 1 },
        code,
        detail: detail.into(),
    };
    let warning = |code, count, message: &str| Warning { code, count, message: message.into() };
    Provenance {
        sources: vec![page, refused],
        rejected: vec![
            rejected(900, RejectCode::NoUser, "=1+1, found where an id was expected"),
            rejected(100, RejectCode::MalformedJson, "a \"quote\" that does not end"),
        ],
        warnings: vec![
            warning(WarningCode::DanglingNextLink, 1, "`export/page1.json` points to a further page"),
            warning(WarningCode::UnknownState, 1, "1 row has the state `Frozen`"),
        ],
        data_moment: Some(Timestamp(1_790_000_000)),
        packages_listed: 3,
        lists_lacking: Vec::new(),
        pseudonyms: None,
    }
}

/// Three holders, four packages, every kind of trouble.
pub(crate) fn tenant() -> Tenant {
    let mut states = StateTable::new();
    let frozen = states.intern("Frozen");
    let (delivered, expired) = (StateTable::DELIVERED, StateTable::EXPIRED);
    let day = |day: i64| Some(Timestamp(1_780_000_000 + day * 86_400));
    let dated = |one: Assignment, since, until| Assignment { since, until, ..one };
    let assignments = vec![
        dated(assignment(Some("a-1"), 0, 0, delivered), day(0), day(100)),
        Assignment {
            policy: Some(PolicyId(0)),
            ..dated(assignment(Some("a-2"), 0, 1, delivered), day(5), None)
        },
        dated(assignment(Some("a-0"), 0, 1, expired), day(-90), day(-10)),
        dated(assignment(Some("e-1"), 1, 0, delivered), day(7), day(70)),
        dated(assignment(Some("e-2"), 1, 0, delivered), day(3), day(50)),
        dated(assignment(Some("e-3"), 1, 1, delivered), None, day(80)),
        assignment(Some("e-4"), 1, 2, delivered),
        assignment(None, 2, 1, delivered),
        assignment(None, 2, 2, frozen),
    ];
    let snapshot = Snapshot::new(directory(), states, provenance(frozen), assignments);
    let rule = |id: &str, severity, origin, terms| {
        let rule = Rule::new(id, &format!("+{id} must not meet"), origin, terms);
        Rule { severity, ..rule }
    };
    let packages = RuleOrigin::DeclaredPackages { low_declares: true, high_declares: false };
    let rules = RuleSet::new(vec![
        rule(
            "a-low",
            Severity::Low,
            RuleOrigin::DeclaredGroup,
            vec![Term::package(VENDOR), Term::group(GroupId(0))],
        ),
        rule("b-high", Severity::High, packages, vec![Term::package(VENDOR), Term::package(PAYMENT)]),
        Rule {
            not_evaluable: Some("no membership was exported".into()),
            ..rule("c-unknown", Severity::High, RuleOrigin::DeclaredGroup, vec![Term::package(PackageId(3))])
        },
    ]);
    let conflict = |rule, user| Conflict { rule: RuleId(rule), user: UserId(user), exception: None };
    let conflicts = ConflictSet::new(vec![conflict(0, 0), conflict(0, 1), conflict(1, 0), conflict(1, 1)]);
    Tenant::new(snapshot, rules, conflicts)
}
