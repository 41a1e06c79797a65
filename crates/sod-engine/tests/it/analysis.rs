//! The engine against the specification: on small snapshots with every ugliness, and on generated tenants that went
//! through an export and back.

use proptest::prelude::*;
use sod_engine::{
    Analysis, AnalyzeOptions, CountMethod, Error, Event, ExternalId, FindError, Holding, Input, LoadError,
    LoadOptions, Observer, PackageId, PairCount, PairScope, Phase, Question, Silent, Snapshot, StateFilter,
    UserId, WarningCode,
};
use sod_generate::{ExportOptions, ExportShape, GeneratedPackage, Tenant, TenantSpec, truth, write_export};
use sod_spec::Term;
use sod_testkit::{AssignmentSketch, assignments, parse_assignments, snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

type Names = (String, String);

fn analyze(snapshot: &Snapshot, options: &AnalyzeOptions) -> Analysis {
    sod_engine::analyze(snapshot, options, &Silent).expect("nothing stops it")
}

fn in_states(states: &str) -> AnalyzeOptions {
    let holding = Holding { states: StateFilter::parse(states).unwrap() };
    AnalyzeOptions { holding, ..AnalyzeOptions::default() }
}

fn name(snapshot: &Snapshot, package: PackageId) -> String {
    snapshot.directory.package(package).unwrap().id.to_string()
}

fn named_pairs(snapshot: &Snapshot, pairs: &[PairCount]) -> BTreeMap<Names, u64> {
    let named = |count: &PairCount| {
        let names = (name(snapshot, count.pair.low()), name(snapshot, count.pair.high()));
        (names, u64::from(count.holders_both))
    };
    let found: BTreeMap<Names, u64> = pairs.iter().map(named).collect();
    assert_eq!(found.len(), pairs.len(), "a pair is listed twice");
    found
}

fn spec_holdings(sketches: &[AssignmentSketch], states: &[&str]) -> sod_spec::Holdings<String> {
    let rows: Vec<_> = sketches.iter().map(AssignmentSketch::spec).collect();
    sod_spec::holdings(&rows, &states.iter().map(ToString::to_string).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn p9_the_engine_lists_what_the_specification_says(sketches in assignments(), live in any::<bool>()) {
        let (text, states): (_, &[&str]) =
            if live { ("live", &["delivering", "partiallyDelivered", "delivered"]) } else { ("delivered", &["delivered"]) };
        let held = spec_holdings(&sketches, states);
        let expected = sod_spec::pair_counts(&held);
        let snapshot = snapshot(&sketches);
        for method in [None, Some(CountMethod::Columns), Some(CountMethod::Rows)] {
            let found = analyze(&snapshot, &AnalyzeOptions { method, ..in_states(text) });
            prop_assert_eq!(&named_pairs(&snapshot, &found.pairs), &expected);
            // P4, and the sums that the summary prints.
            prop_assert_eq!(found.totals.holders_sum, sod_spec::pair_sum(&held));
            prop_assert_eq!(found.totals.row_sum, found.totals.holders_sum);
            prop_assert_eq!(found.totals.nonzero, expected.len() as u64);
            prop_assert_eq!(found.totals.largest, found.pairs.first().copied());
            prop_assert!(found.pairs.is_sorted_by(|a, b| (b.holders_both, a.pair) < (a.holders_both, b.pair)));
        }
    }

    #[test]
    fn p10_scope_threshold_and_limit_choose_among_the_same_pairs(
        sketches in assignments(), asked in prop::collection::vec(0u32..5, 0..4), min in 0u32..4, top in 0usize..5,
    ) {
        let snapshot = snapshot(&sketches);
        let whole = analyze(&snapshot, &AnalyzeOptions::default());
        let asked: Vec<PackageId> = asked.into_iter().map(PackageId).collect();
        let touches = |count: &&PairCount| asked.contains(&count.pair.low()) || asked.contains(&count.pair.high());
        let in_scope: Vec<PairCount> = whole.pairs.iter().filter(touches).copied().collect();
        let scope = PairScope::Touching(asked.clone());
        let found = analyze(&snapshot, &AnalyzeOptions {
            scope, holders_min: min, top: Some(top), ..AnalyzeOptions::default()
        });
        let listed = in_scope.iter().filter(|count| count.holders_both >= min).take(top).copied();
        prop_assert_eq!(&found.pairs, &listed.collect::<Vec<_>>());
        // The sums are over the scope, listed or not, and the rows agree by their own road.
        let sum: u64 = in_scope.iter().map(|count| u64::from(count.holders_both)).sum();
        prop_assert_eq!((found.totals.nonzero, found.totals.holders_sum), (in_scope.len() as u64, sum));
        prop_assert_eq!(found.totals.row_sum, sum);
    }

    #[test]
    fn p15_additional_access_is_that_of_the_specification(sketches in assignments()) {
        let snapshot = snapshot(&sketches);
        let rows: Vec<_> = sketches.iter().map(AssignmentSketch::spec).collect();
        let side = |package: &str, state: &str| {
            sod_spec::side(package.to_owned(), [state.to_owned()])
        };
        for (a, b) in [("P0", "P1"), ("P1", "P0"), ("P2", "P3")] {
            let question = Question {
                package: a.into(),
                incompatible: b.into(),
                states: StateFilter::default(),
                incompatible_states: StateFilter::parse("expired").unwrap(),
            };
            let present = |name| snapshot.directory.find_package(&ExternalId::new(name)).is_some();
            let found = sod_engine::additional_access(&snapshot, &question);
            if !present(a) || !present(b) {
                prop_assert!(matches!(found, Err(FindError::Unknown { .. })), "{:?}", found);
                continue;
            }
            let found: Vec<_> = found.unwrap().into_iter().map(|row| {
                let id = row.id.as_ref().map(ToString::to_string).unwrap_or_default();
                (id, snapshot.directory.user(row.user).unwrap().id.to_string())
            }).collect();
            let expected = sod_spec::additional_access(&rows, &side(a, "delivered"), &side(b, "expired"));
            let expected: Vec<_> = expected.into_iter().map(|row| (row.id.clone(), row.user.clone())).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

const SPEC: TenantSpec = TenantSpec { users: 300, packages: 40, assignments: 2400, seed: 11 };

/// A generated tenant, written down in a shape and read again.
fn through(tenant: &Tenant, options: &ExportOptions) -> Snapshot {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("export");
    write_export(tenant, options, &folder, &mut |_| true).unwrap();
    let input = Input::from(folder.as_path());
    sod_engine::load(&[input], &LoadOptions::default(), &Silent).unwrap().snapshot
}

#[test]
fn p4_p9_a_generated_tenant_counts_as_the_specification_says() {
    let tenant = Tenant::new(SPEC).unwrap();
    for shape in [ExportShape::GraphV1, ExportShape::GraphBeta, ExportShape::Powershell, ExportShape::Csv] {
        let options = ExportOptions::new(shape);
        let snapshot = through(&tenant, &options);
        let truth = truth(&tenant, &options).unwrap();
        for (text, states) in
            [("delivered", &["delivered"][..]), ("live", &["delivering", "partiallyDelivered", "delivered"])]
        {
            let mut held = sod_spec::Holdings::new();
            for (user, package) in truth.holdings(states) {
                let packages: &mut BTreeSet<String> = held.entry(user.to_owned()).or_default();
                packages.insert(package.to_owned());
            }
            let found = analyze(&snapshot, &in_states(text));
            assert_eq!(
                named_pairs(&snapshot, &found.pairs),
                sod_spec::pair_counts(&held),
                "{} {text}",
                shape.name()
            );
            assert_eq!(found.totals.row_sum, sod_spec::pair_sum(&held), "{} {text}", shape.name());
        }
    }
}

/// Who violates what, by the ids of the export: rules as the generator's own tables declare them, judged by the
/// specification.
fn expected_conflicts(tenant: &Tenant, options: &ExportOptions) -> BTreeSet<Names> {
    let truth = truth(tenant, options).unwrap();
    let mut held = sod_spec::Holdings::new();
    for (user, package) in truth.holdings(&["delivered"]) {
        let packages: &mut BTreeSet<String> = held.entry(user.to_owned()).or_default();
        packages.insert(package.to_owned());
    }
    for (at, group) in tenant.groups().iter().enumerate() {
        for user in tenant.group_members(at as u32) {
            held.entry(tenant.user(user).object_id.to_string()).or_default().insert(group.id.to_string());
        }
    }
    let term = |thing: String| Term { set: [thing].into(), at_least: 1 };
    let mut conflicts = BTreeSet::new();
    let mut judge = |rule: String, things: [String; 2]| {
        for user in sod_spec::violators(&held, &things.map(term)) {
            conflicts.insert((rule.clone(), user));
        }
    };
    let id = |at: &u32| tenant.package(*at).unwrap().id.to_string();
    for GeneratedPackage { id: own, incompatible_packages, incompatible_groups, .. } in tenant.packages() {
        let own = own.to_string();
        for other in incompatible_packages.iter().map(id) {
            let (low, high) = (own.clone().min(other.clone()), own.clone().max(other));
            judge(format!("entra:{low}:{high}"), [low, high]);
        }
        for group in incompatible_groups {
            let group = tenant.groups()[*group as usize].id.to_string();
            judge(format!("entra:{own}:group:{group}"), [own.clone(), group]);
        }
    }
    conflicts
}

#[test]
fn p18_p21_declared_incompatibilities_are_judged_as_the_specification_says() {
    let tenant = Tenant::new(SPEC).unwrap();
    // The flat files of the Azure Data Explorer tutorial declare nothing; these do.
    for shape in [ExportShape::GraphV1, ExportShape::GraphBeta, ExportShape::PowershellUtf16] {
        let options = ExportOptions::new(shape);
        let snapshot = through(&tenant, &options);
        let found = analyze(&snapshot, &AnalyzeOptions::default());
        let named = found.conflicts.conflicts().iter().map(|conflict| {
            let rule = found.rules.rule(conflict.rule).unwrap();
            assert!(rule.not_evaluable.is_none(), "{}", rule.id);
            (rule.id.to_string(), snapshot.directory.user(conflict.user).unwrap().id.to_string())
        });
        let named: BTreeSet<Names> = named.collect();
        let expected = expected_conflicts(&tenant, &options);
        assert!(expected.iter().any(|(rule, _)| rule.contains(":group:")), "the tenant has group conflicts");
        assert!(named == expected, "{}: {} found, {} expected", shape.name(), named.len(), expected.len());
    }
}

/// Stops after so many questions.
struct StopAfter(AtomicU32);

impl Observer for StopAfter {
    fn is_cancelled(&self) -> bool {
        let left = self.0.load(Ordering::SeqCst);
        self.0.store(left.saturating_sub(1), Ordering::SeqCst);
        left == 0
    }
}

#[test]
fn p12_cancelled_work_is_an_error_and_never_a_part() {
    let tenant = Tenant::new(SPEC).unwrap();
    let snapshot = through(&tenant, &ExportOptions::new(ExportShape::GraphBeta));
    let whole = analyze(&snapshot, &AnalyzeOptions::default());
    let mut cancelled = 0;
    for after in 0..40 {
        let observer = StopAfter(AtomicU32::new(after));
        match sod_engine::analyze(&snapshot, &AnalyzeOptions::default(), &observer) {
            Err(Error::Cancelled) => cancelled += 1,
            Err(error) => panic!("{error}"),
            Ok(found) => assert_eq!(found.pairs, whole.pairs, "stopped after {after} questions"),
        }
    }
    assert!(cancelled > 0, "nobody ever asked");
}

#[test]
fn p12_a_cancelled_load_is_an_error() {
    let rows = br#"[{"id":"a1","accessPackageId":"P1","targetId":"alice","assignmentState":"Delivered"}]"#;
    let input = Input::Bytes { name: "rows.json".into(), bytes: rows.as_slice().into() };
    let stop = StopAfter(AtomicU32::new(0));
    let error = sod_engine::load(&[input], &LoadOptions::default(), &stop).expect_err("it was told to stop");
    assert_eq!(error, LoadError::Cancelled);
}

/// Stops when a phase begins.
struct StopAt(Phase, AtomicU32);

impl Observer for StopAt {
    fn event(&self, event: Event) {
        if event == Event::Began(self.0) {
            self.1.store(1, Ordering::SeqCst);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.1.load(Ordering::SeqCst) > 0
    }
}

#[test]
fn p12_a_cancelled_report_leaves_nothing() {
    let rows = b"user,package\nu,P1\nu,P2\n";
    let snapshot = sod_engine::load_bytes("rows.csv", rows, &LoadOptions::default()).unwrap();
    let found = analyze(&snapshot, &AnalyzeOptions::default());
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("report");
    let options = sod_engine::ReportOptions {
        pairs: sod_engine::formats::pairs::PairFormat::Csv,
        without: &sod_engine::LeftOut::default(),
        command_line: &[],
        options: &BTreeMap::new(),
        build: &sod_engine::formats::manifest::Build::default(),
        started: sod_engine::Timestamp(0),
        now: &|| sod_engine::Timestamp(1),
    };
    let stop = StopAt(Phase::Write, AtomicU32::new(0));
    let error = sod_engine::write_report(&snapshot, &found, &folder, &options, &stop).expect_err("stopped");
    assert!(matches!(error, Error::Cancelled), "{error}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "something was left behind");
    sod_engine::write_report(&snapshot, &found, &folder, &options, &Silent).unwrap();
    assert!(folder.join("manifest.json").exists());
    assert!(sod_engine::check_report_folder(&folder).is_ok(), "an earlier report may be replaced");
}

#[test]
fn states_that_do_not_exist_are_an_error_and_states_that_nobody_is_in_a_warning() {
    let snapshot = snapshot(&parse_assignments("a1 u P1 delivered\na2 u P2 frozen"));
    let failed = |states: &str| {
        let error = sod_engine::analyze(&snapshot, &in_states(states), &Silent).expect_err(states);
        (error.to_string(), error.help())
    };
    let (message, help) = failed("delivred");
    assert_eq!(
        message,
        "no state is called `delivred`; the inputs have delivered, frozen, and Microsoft documents delivering, \
         partiallyDelivered, delivered, expired, deliveryFailed"
    );
    assert_eq!(help.unwrap(), "did you mean `delivered`?");
    let warned = |states: &str| -> Vec<WarningCode> {
        analyze(&snapshot, &in_states(states)).warnings.iter().map(|warning| warning.code).collect()
    };
    assert_eq!(warned("expired"), [WarningCode::NothingInStates]);
    assert_eq!(warned("delivered,thawed"), [WarningCode::StateNotFound]);
    assert_eq!(warned("FROZEN"), []);
    assert_eq!(analyze(&snapshot, &in_states("all")).pairs.len(), 1);
}

#[test]
fn equal_unknown_malformed_and_ambiguous_packages_are_told_apart() {
    const A: &str = "00000000-0000-0000-0000-00000000000a";
    const B: &str = "00000000-0000-0000-0000-00000000000b";
    let row = |id: &str, package: &str, name: &str| {
        format!(
            r#"{{"id":"{id}","targetId":"u","assignmentState":"Delivered","accessPackage":{{"id":"{package}","displayName":"{name}"}}}}"#
        )
    };
    let rows = [row("1", A, "Payments"), row("2", B, "Twin"), row("3", &B.replace('b', "c"), "Twin")];
    let bytes = format!("[{}]", rows.join(","));
    let snapshot = sod_engine::load_bytes("rows.json", bytes.as_bytes(), &LoadOptions::default()).unwrap();
    let ask = |a: &str, b: &str| sod_engine::additional_access(&snapshot, &Question::delivered(a, b));
    assert_eq!(ask("Payments", B).unwrap().len(), 1);
    assert_eq!(ask(&A.to_uppercase(), B).unwrap().len(), 1, "ids are matched in any case");
    assert!(matches!(ask(A, "Payments"), Err(FindError::SamePackage { .. })));
    let malformed = ask(A, "payment").unwrap_err();
    assert!(matches!(malformed, FindError::Malformed { .. }), "{malformed}");
    assert_eq!(malformed.help().unwrap(), format!("did you mean `Payments`, {A}?"));
    let unknown = ask(A, "00000000-0000-0000-0000-0000000000ff").unwrap_err();
    assert!(matches!(unknown, FindError::Unknown { known: 3, .. }), "{unknown}");
    let ambiguous = ask("Twin", A).unwrap_err();
    assert!(
        matches!(&ambiguous, FindError::Ambiguous { candidates, .. } if candidates.len() == 2),
        "{ambiguous}"
    );
}

#[test]
fn a_user_is_found_by_every_name_that_the_export_gives() {
    let rows = br#"[{"id":"1","state":"delivered","accessPackage":{"id":"P1"},"target":{"id":"subject-7",
        "objectId":"0000000a-0000-0000-0000-000000000000","principalName":"Alice@contoso.example","email":"a@contoso.example"}}]"#;
    let snapshot = sod_engine::load_bytes("rows.json", rows, &LoadOptions::default()).unwrap();
    for text in [
        "0000000a-0000-0000-0000-000000000000",
        "0000000A-0000-0000-0000-000000000000",
        "subject-7",
        "alice@CONTOSO.example",
        "a@contoso.example",
    ] {
        assert_eq!(sod_engine::find_user(&snapshot, text), Ok(UserId(0)), "{text}");
    }
    let error = sod_engine::find_user(&snapshot, "alcie@contoso.example").unwrap_err();
    assert_eq!(error.help().unwrap(), "did you mean `Alice@contoso.example`?");
}

#[test]
fn a_group_without_members_makes_a_rule_that_is_not_judged() {
    let rows = br#"[{"id":"P1","displayName":"Payments","incompatibleGroups":[{"id":"G1","displayName":"Auditors"}]},
        {"id":"1","accessPackageId":"P1","targetId":"u","assignmentState":"Delivered"}]"#;
    let snapshot = sod_engine::load_bytes("rows.json", rows, &LoadOptions::default()).unwrap();
    let found = analyze(&snapshot, &AnalyzeOptions::default());
    assert!(found.rules.rules()[0].not_evaluable.is_some());
    assert!(found.conflicts.conflicts().is_empty());
    assert!(found.warnings.iter().any(|warning| warning.code == WarningCode::NotEvaluable));
}
