//! Plans on generated tenants with rules and exceptions, against trying everything that each user could lose.

use proptest::prelude::*;
use sod_engine::formats::remediation::{PlanTerms, PlanView, write_plan_csv};
use sod_engine::{
    Act, Analysis, AnalyzeOptions, Documents, Holding, KeepWord, Remedy, RemedyOptions, Silent, Snapshot,
    UserId, not_kept, parse_exceptions, parse_plan, parse_rules, remedy, resolve_plan,
};
use sod_spec::Term;
use sod_testkit::{AssignmentSketch, assignments, snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// Terms of each rule: how many, of which packages.
type Rules = Vec<Vec<(usize, BTreeSet<u32>)>>;

/// For whom an exception is: the rule, then a user or the holders of a package.
type Exceptions = Vec<(usize, bool, u32)>;

fn rules() -> impl Strategy<Value = Rules> {
    let term = prop::collection::btree_set(0u32..4, 1..4)
        .prop_flat_map(|packages| (1..=packages.len(), Just(packages)));
    prop::collection::vec(prop::collection::vec(term, 1..3), 1..6)
}

fn exceptions() -> impl Strategy<Value = Exceptions> {
    prop::collection::vec((0usize..6, prop::bool::weighted(0.3), 0u32..4), 0..7)
}

fn judged(snapshot: &Snapshot, rules: &Rules, exceptions: &Exceptions) -> Analysis {
    let names = |packages: &BTreeSet<u32>| {
        packages.iter().map(|package| format!("'P{package}'")).collect::<Vec<_>>().join(", ")
    };
    let rule = |(number, terms): (usize, &Vec<(usize, BTreeSet<u32>)>)| {
        let terms = terms.iter().map(|(at_least, packages)| {
            format!("{{ packages = [{}], at_least = {at_least} }}", names(packages))
        });
        format!("[[rule]]\nid = 'R{number}'\nterms = [{}]\n", terms.collect::<Vec<_>>().join(", "))
    };
    let text: String = rules.iter().enumerate().map(rule).collect();
    let exception = |(number, (rule, of_user, whom)): (usize, &(usize, bool, u32))| {
        let whom = if *of_user { format!("u{whom},") } else { format!(",P{whom}") };
        format!("E{number},R{rule},{whom},o,j\n")
    };
    let table: String = exceptions.iter().enumerate().map(exception).collect();
    let documents = Documents {
        rules: vec![parse_rules("rules.toml", &text).unwrap_or_else(|error| panic!("{error}"))],
        exceptions: vec![
            parse_exceptions("e.csv", &format!("id,rule,user,package,owner,justification\n{table}"))
                .unwrap_or_else(|error| panic!("{error}")),
        ],
        strict: false,
    };
    let options = AnalyzeOptions { documents, ..AnalyzeOptions::default() };
    sod_engine::analyze(snapshot, &options, &Silent).unwrap()
}

/// By user: what is held, and behind how many assignments.
fn held(sketches: &[AssignmentSketch]) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut held: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for row in sketches.iter().filter(|row| row.state == "delivered") {
        let packages = held.entry(row.user.clone()).or_default();
        packages.entry(row.package.clone()).or_default().insert(row.id.clone().unwrap_or_default());
    }
    held
}

/// The rules that are open for a user who holds these packages.
fn open(user: &str, packages: &BTreeSet<String>, rules: &Rules, exceptions: &Exceptions) -> usize {
    let one = BTreeMap::from([(user.to_owned(), packages.clone())]);
    let is_open = |(number, terms): &(usize, &Vec<(usize, BTreeSet<u32>)>)| {
        let terms: Vec<Term<String>> = terms
            .iter()
            .map(|(at_least, packages)| Term {
                set: packages.iter().map(|package| format!("P{package}")).collect(),
                at_least: *at_least,
            })
            .collect();
        let covers = |(rule, of_user, whom): &(usize, bool, u32)| {
            let fits =
                if *of_user { user == format!("u{whom}") } else { packages.contains(&format!("P{whom}")) };
            rule == number && fits
        };
        !sod_spec::violators(&one, &terms).is_empty() && !exceptions.iter().any(covers)
    };
    rules.iter().enumerate().filter(is_open).count()
}

/// The least that a user has to lose so that nothing is open, by trying everything.
fn least(
    user: &str,
    held: &BTreeMap<String, BTreeSet<String>>,
    rules: &Rules,
    exceptions: &Exceptions,
) -> u64 {
    let packages: Vec<&String> = held.keys().collect();
    let cost = |subset: u32| -> Option<u64> {
        let goes = |at: &usize| subset & (1 << at) != 0;
        let left = (0..packages.len()).filter(|at| !goes(at)).map(|at| packages[at].clone()).collect();
        let cost: usize = (0..packages.len()).filter(goes).map(|at| held[packages[at]].len()).sum();
        (open(user, &left, rules, exceptions) == 0).then_some(cost as u64)
    };
    (0..1 << packages.len()).filter_map(cost).min().expect("who holds nothing violates nothing here")
}

fn costs(snapshot: &Snapshot, found: &Remedy) -> BTreeMap<String, u64> {
    let mut costs = BTreeMap::new();
    for removal in &found.plan.removals {
        let user = snapshot.directory.user(removal.user).unwrap().id.to_string();
        *costs.entry(user).or_default() += u64::from(removal.weight);
    }
    costs
}

fn acts(steps: &[sod_engine::PlanStep]) -> Vec<(UserId, Act)> {
    steps.iter().map(|step| (step.user, step.act)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn applied_it_leaves_none_and_no_bound_is_above_the_least(
        sketches in assignments(), rules in rules(), exceptions in exceptions(),
    ) {
        let snapshot = snapshot(&sketches);
        let analysis = judged(&snapshot, &rules, &exceptions);
        let found = remedy(&snapshot, &analysis, &RemedyOptions::default(), &Silent).unwrap();
        let check = found.check(&snapshot, &analysis).unwrap();
        prop_assert!(check.left.is_empty(), "{:?}", check);
        prop_assert_eq!(check.before, analysis.conflicts.open() as u64);
        // Each assignment weighs one, so the weight is the number of steps.
        prop_assert_eq!(found.plan.cost, found.steps.len() as u64);

        let costs = costs(&snapshot, &found);
        let mut bound = 0;
        for (user, held) in held(&sketches) {
            let least = least(&user, &held, &rules, &exceptions);
            let cost = costs.get(&user).copied().unwrap_or_default();
            let id = snapshot.directory.find_user(&sod_engine::ExternalId::new(&user)).unwrap();
            let unproven = found.plan.unproven.iter().find(|one| one.user == id);
            let own = unproven.map_or(cost, |one| one.lower_bound);
            prop_assert!(own <= least && least <= cost, "{}: {} {} {}", user, own, least, cost);
            // With one package that exceptions rest on there are two ways, and both are searched to the end.
            let packages: BTreeSet<u32> = exceptions
                .iter()
                .filter(|(_, of_user, whom)| !of_user && held.contains_key(&format!("P{whom}")))
                .map(|(.., whom)| *whom)
                .collect();
            if packages.len() <= 1 {
                prop_assert_eq!((own, cost), (least, least), "{}", user);
            }
            bound += own;
        }
        prop_assert_eq!(found.plan.lower_bound, bound);
    }

    #[test]
    fn a_plan_read_back_is_the_plan(
        sketches in assignments(), rules in rules(), exceptions in exceptions(), kept in 0u32..4, floor in 0u32..3,
    ) {
        let snapshot = snapshot(&sketches);
        let analysis = judged(&snapshot, &rules, &exceptions);
        let mut options = RemedyOptions::default();
        // Whom it is about may not be there.
        _ = options.keep.add(&snapshot, &KeepWord::Package(format!("P{kept}")));
        options.search.holders_min = floor;
        let found = remedy(&snapshot, &analysis, &options, &Silent).unwrap();
        let check = found.check(&snapshot, &analysis).unwrap();
        let held_back = found.plan.held_back.iter().map(|left| (left.rule, left.user));
        let impossible = found.plan.impossible.iter().map(|left| (left.rule, left.user));
        let said = impossible.chain(held_back).collect::<BTreeSet<_>>();
        let taken = not_kept(&snapshot, &analysis, &options.keep, floor, &found.steps);
        prop_assert!(taken.is_empty(), "{:?}", taken);
        prop_assert_eq!(check.left.iter().copied().collect::<BTreeSet<_>>(), said);
        let mut bytes = Vec::new();
        let view = PlanView {
            analysis: analysis.view(&snapshot),
            plan: &found.plan,
            steps: &found.steps,
            ways_out: &found.ways_out,
            causes: &found.causes,
            terms: PlanTerms::default(),
            check: None,
        };
        write_plan_csv(&view, &mut bytes).unwrap();
        let document = parse_plan("plan.csv", std::str::from_utf8(&bytes).unwrap()).unwrap();
        let (steps, warning) = resolve_plan(&snapshot, &Holding::default(), &document);
        prop_assert!(warning.is_none(), "{:?}", warning);
        prop_assert_eq!(acts(&steps), acts(&found.steps));
        prop_assert_eq!(sod_engine::check_steps(&snapshot, &analysis, &steps), check);
    }
}
