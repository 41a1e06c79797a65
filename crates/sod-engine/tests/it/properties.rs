//! The laws of `crates/sod-spec/PROPERTIES.md` where an auditor meets them: from bytes of an export to findings.

use proptest::prelude::*;
use sod_engine::{
    Analysis, AnalyzeOptions, Holding, Input, LoadOptions, Question, Silent, Snapshot, StateFilter,
};
use std::collections::{BTreeMap, BTreeSet};

const USERS: u32 = 7;
const PACKAGES: u32 = 6;

/// One row of an export: user, package, whether it is delivered.
type Row = (u32, u32, bool);

/// A tenant small enough to print: rows, and which package declares which other.
#[derive(Clone, Debug)]
struct Export {
    rows: Vec<Row>,
    declared: Vec<(u32, u32)>,
}

fn export() -> impl Strategy<Value = Export> {
    let row = (0..USERS, 0..PACKAGES, prop::bool::weighted(0.8));
    let declared = prop::collection::vec((0..PACKAGES, 0..PACKAGES), 0..6);
    (prop::collection::vec(row, 1..40), declared).prop_map(|(rows, declared)| Export { rows, declared })
}

/// What users and packages are called.
struct Names {
    user: fn(u32) -> String,
    package: fn(u32) -> String,
}

const PLAIN: Names = Names { user: |user| format!("u{user}"), package: |package| format!("P{package}") };
/// Other names, in the opposite order, among them GUIDs.
const OTHER: Names = Names {
    user: |user| format!("{:08x}-0000-4000-8000-000000000000", 0xffff_0000 - user * 7),
    package: |package| format!("package {}", 90 - package),
};

impl Export {
    /// The rows as a Graph page, each with an id that belongs to the row and not to its place.
    fn records(&self, names: &Names) -> Vec<String> {
        let row = |(at, (user, package, delivered)): (usize, &Row)| {
            let state = if *delivered { "Delivered" } else { "Expired" };
            let (user, package) = ((names.user)(*user), (names.package)(*package));
            format!(
                r#"{{"id":"a{at:03}","accessPackageId":"{package}","targetId":"{user}","assignmentState":"{state}"}}"#
            )
        };
        let mut records: Vec<String> = self.rows.iter().enumerate().map(row).collect();
        for (own, other) in self.declared.iter().filter(|(own, other)| own != other) {
            let (own, other) = ((names.package)(*own), (names.package)(*other));
            records.push(format!(
                r#"{{"id":"{own}","displayName":"Name of {own}","incompatibleAccessPackages":[{{"id":"{other}"}}]}}"#
            ));
        }
        records
    }

    fn load(&self, names: &Names) -> Snapshot {
        load(&[&self.records(names)], &LoadOptions::default())
    }
}

/// Reads records in several files.
fn load(files: &[&[String]], options: &LoadOptions) -> Snapshot {
    let input = |(at, records): (usize, &&[String])| {
        let bytes = format!("{{\"value\":[{}]}}", records.join(",\n"));
        Input::Bytes { name: format!("page{at}.json"), bytes: bytes.into_bytes().into() }
    };
    let inputs: Vec<Input> = files.iter().enumerate().map(input).collect();
    sod_engine::load(&inputs, options, &Silent).expect("it is an export").snapshot
}

fn analyze(snapshot: &Snapshot, states: &str) -> Analysis {
    let holding = Holding { states: StateFilter::parse(states).unwrap() };
    let options = AnalyzeOptions { holding, ..AnalyzeOptions::default() };
    sod_engine::analyze(snapshot, &options, &Silent).unwrap()
}

/// Counts by unordered pair of names, and conflicts by rule's packages and user.
type Findings = (BTreeMap<BTreeSet<String>, u32>, BTreeSet<(BTreeSet<String>, String)>);

fn findings(snapshot: &Snapshot, states: &str) -> Findings {
    let found = analyze(snapshot, states);
    let package = |package| snapshot.directory.package(package).unwrap().id.to_string();
    let pairs = found.pairs.iter().map(|count| {
        (BTreeSet::from([package(count.pair.low()), package(count.pair.high())]), count.holders_both)
    });
    let conflicts = found.conflicts.conflicts().iter().map(|conflict| {
        let rule = found.rules.rule(conflict.rule).unwrap();
        let things = rule.terms.iter().flat_map(|term| &term.packages).map(|id| package(*id)).collect();
        (things, snapshot.directory.user(conflict.user).unwrap().id.to_string())
    });
    (pairs.collect(), conflicts.collect())
}

/// The findings, with every name replaced.
fn renamed((pairs, conflicts): Findings) -> Findings {
    let number = |name: &str| name[1..].parse::<u32>().unwrap();
    let packages = |names: BTreeSet<String>| -> BTreeSet<String> {
        names.iter().map(|name| (OTHER.package)(number(name))).collect()
    };
    let pairs = pairs.into_iter().map(|(names, count)| (packages(names), count)).collect();
    let user = |user: String| (OTHER.user)(number(&user));
    (pairs, conflicts.into_iter().map(|(names, who)| (packages(names), user(who))).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn p5_renaming_changes_no_finding_but_its_names(export in export()) {
        for states in ["delivered", "all"] {
            let plain = findings(&export.load(&PLAIN), states);
            prop_assert_eq!(findings(&export.load(&OTHER), states), renamed(plain));
        }
    }

    #[test]
    fn p5_order_files_and_repeats_change_no_finding(export in export(), cut in 0usize..40, turn in any::<bool>()) {
        let mut records = export.records(&PLAIN);
        let expected = findings(&export.load(&PLAIN), "delivered");
        // Every row once more, elsewhere.
        records.extend(records.clone());
        records.rotate_left(cut % export.rows.len());
        if turn {
            records.reverse();
        }
        let (first, second) = records.split_at(cut % records.len());
        let snapshot = load(&[second, first], &LoadOptions::default());
        prop_assert_eq!(findings(&snapshot, "delivered"), expected);
    }

    #[test]
    fn p6_one_more_assignment_clears_nothing(export in export(), more in (0..USERS, 0..PACKAGES)) {
        let (pairs, conflicts) = findings(&export.load(&PLAIN), "delivered");
        let mut larger = export.clone();
        larger.rows.push((more.0, more.1, true));
        let (pairs_after, conflicts_after) = findings(&larger.load(&PLAIN), "delivered");
        for (pair, count) in pairs {
            prop_assert!(pairs_after.get(&pair).is_some_and(|after| *after >= count), "{:?}", pair);
        }
        prop_assert!(conflicts.is_subset(&conflicts_after));
    }

    #[test]
    fn p6_one_more_state_ends_no_holding(export in export()) {
        let snapshot = export.load(&PLAIN);
        let (pairs, conflicts) = findings(&snapshot, "delivered");
        let (pairs_after, conflicts_after) = findings(&snapshot, "delivered,expired");
        for (pair, count) in pairs {
            prop_assert!(pairs_after.get(&pair).is_some_and(|after| *after >= count), "{:?}", pair);
        }
        prop_assert!(conflicts.is_subset(&conflicts_after));
    }

    #[test]
    fn p8_one_thread_and_many_give_the_same(export in export()) {
        let records = export.records(&PLAIN);
        let halves = records.split_at(records.len() / 2);
        let with = |threads: usize| {
            let pool = rayon_pool(threads);
            pool.install(|| {
                let options = LoadOptions { threads, ..LoadOptions::default() };
                let snapshot = load(&[halves.0, halves.1], &options);
                let found = analyze(&snapshot, "delivered");
                (found.pairs, found.totals, found.conflicts, found.warnings, snapshot.assignments().collect::<Vec<_>>())
            })
        };
        prop_assert_eq!(with(1), with(4));
    }

    #[test]
    fn p14_p16_both_sides_of_additional_access_have_the_same_users(export in export()) {
        let snapshot = export.load(&PLAIN);
        let found = analyze(&snapshot, "delivered");
        for count in &found.pairs {
            let id = |package| snapshot.directory.package(package).unwrap().id.to_string();
            let (low, high) = (id(count.pair.low()), id(count.pair.high()));
            let users = |a: &str, b: &str| -> BTreeSet<u32> {
                let rows = sod_engine::additional_access(&snapshot, &Question::delivered(a, b)).unwrap();
                rows.iter().map(|row| row.user.0).collect()
            };
            let there = users(&low, &high);
            prop_assert_eq!(&there, &users(&high, &low));
            prop_assert_eq!(there.len(), count.holders_both as usize);
            let holders: BTreeSet<u32> =
                sod_engine::holders_of_both(&found.matrix, count.pair.low(), &found.matrix, count.pair.high()).iter().collect();
            prop_assert_eq!(there, holders);
        }
    }

    #[test]
    fn p18_a_declared_pair_is_violated_by_the_holders_of_both(export in export()) {
        let (pairs, conflicts) = findings(&export.load(&PLAIN), "delivered");
        let declared: BTreeSet<BTreeSet<String>> = export.declared.iter()
            .filter(|(own, other)| own != other)
            .map(|(own, other)| BTreeSet::from([(PLAIN.package)(*own), (PLAIN.package)(*other)]))
            .collect();
        for pair in &declared {
            let violators = conflicts.iter().filter(|(things, _)| things == pair).count();
            prop_assert_eq!(violators, pairs.get(pair).copied().unwrap_or(0) as usize);
        }
        prop_assert!(conflicts.iter().all(|(things, _)| declared.contains(things)));
    }
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}
