//! Comparing a tenant with itself after a known edit: each change must have exactly the cause of the edit.

use proptest::prelude::*;
use sod_engine::{
    Analysis, AnalyzeOptions, CauseCode, ChangeClass, DiffOptions, Documents, Ending, Input, Ledger,
    LoadOptions, Loaded, Seen, Side, Silent, SnapshotDiff, Timestamp, add_to_ledger, compare,
    parse_exceptions, parse_rules,
};
use std::collections::{BTreeMap, BTreeSet};

const USERS: u32 = 6;
const PACKAGES: u32 = 5;
/// Who is there whatever the edit: no file, list or state is empty for want of anybody else.
const FILLER: u32 = 900;

fn guid(kind: u32, number: u32) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012}")
}

/// A tenant as it is exported.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    /// By user and package: the state.
    held: BTreeMap<(u32, u32), &'static str>,
    users: BTreeSet<u32>,
    packages: BTreeSet<u32>,
    /// Terms of each rule: how many, of which packages.
    rules: BTreeMap<u32, Vec<(usize, BTreeSet<u32>)>>,
    /// Switched off.
    off: BTreeSet<u32>,
    /// By number: rule, user and the last day.
    exceptions: BTreeMap<u32, (u32, u32, &'static str)>,
    /// Files of assignments that are there.
    files: BTreeSet<u32>,
    as_of: &'static str,
}

impl Tenant {
    fn inputs(&self) -> Vec<Input> {
        let row = |user: u32, package: u32, state: &str| {
            format!(
                r#"{{"id":"{}","state":"{state}","target":{{"objectId":"{}"}},"accessPackage":{{"id":"{}","displayName":"P{package}"}}}}"#,
                guid(user + 1, package),
                guid(0, user),
                guid(u32::MAX, package)
            )
        };
        let mut inputs = Vec::new();
        let mut add = |name: &str, kind: &str, rows: Vec<String>| {
            let text = format!(
                r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#{kind}","value":[{}]}}"#,
                rows.join(",")
            );
            inputs.push(Input::Bytes { name: name.to_owned(), bytes: text.into_bytes().into() });
        };
        let em = "identityGovernance/entitlementManagement/";
        for &file in &self.files {
            let mut rows: Vec<String> = ["delivered", "expired", "delivering"]
                .iter()
                .zip(FILLER..)
                .map(|(state, package)| row(FILLER + file, package, state))
                .collect();
            let own = self.held.iter().filter(|((user, _), _)| user % 2 == file);
            let own = own
                .filter(|((user, package), _)| self.users.contains(user) && self.packages.contains(package));
            rows.extend(own.map(|((user, package), state)| row(*user, *package, state)));
            let name = if file == 0 { "x/even.json" } else { "x/odd.json" };
            add(name, &format!("{em}assignments"), rows);
        }
        let package = |number: u32| {
            format!(
                r#"{{"id":"{}","displayName":"P{number}","catalog":{{"id":"C","displayName":"C"}},"incompatibleAccessPackages":[]}}"#,
                guid(u32::MAX, number)
            )
        };
        let packages = self.packages.iter().copied().chain(FILLER..FILLER + 3);
        add("x/packages.json", &format!("{em}accessPackages"), packages.map(package).collect());
        let user =
            |number: u32| format!(r#"{{"id":"{}","userPrincipalName":"u{number}@x"}}"#, guid(0, number));
        add(
            "x/users.json",
            "users",
            self.users.iter().copied().chain([FILLER, FILLER + 1]).map(user).collect(),
        );
        inputs
    }

    fn documents(&self) -> Documents {
        let rule = |(number, terms): (&u32, &Vec<(usize, BTreeSet<u32>)>)| {
            let terms = terms.iter().map(|(at_least, packages)| {
                let packages = packages.iter().map(|number| format!("'{}'", guid(u32::MAX, *number)));
                format!(
                    "{{ packages = [{}], at_least = {at_least} }}",
                    packages.collect::<Vec<_>>().join(", ")
                )
            });
            let terms = terms.collect::<Vec<_>>().join(", ");
            format!(
                "[[rule]]\nid = 'R{number}'\nenabled = {}\nterms = [{terms}]\n",
                !self.off.contains(number)
            )
        };
        // A file of rules has one at least: this one nobody violates.
        let nobody = (&FILLER, &vec![(2, BTreeSet::from([FILLER, FILLER + 1]))]);
        let rules: String = self.rules.iter().chain([nobody]).map(rule).collect();
        let exception = |(number, (rule, user, end)): (&u32, &(u32, u32, &str))| {
            format!("E{number},R{rule},{},o,j,{end}\n", guid(0, *user))
        };
        let exceptions: String = self.exceptions.iter().map(exception).collect();
        let exceptions = format!("id,rule,user,owner,justification,end\n{exceptions}");
        Documents {
            rules: vec![parse_rules("r.toml", &rules).unwrap_or_else(|error| panic!("{error}"))],
            exceptions: vec![
                parse_exceptions("e.csv", &exceptions).unwrap_or_else(|error| panic!("{error}")),
            ],
            strict: false,
        }
    }

    pub(crate) fn read(&self) -> Read {
        let loaded = sod_engine::load(&self.inputs(), &LoadOptions::default(), &Silent).unwrap();
        let documents = self.documents();
        let as_of = Timestamp::parse(self.as_of);
        let options = AnalyzeOptions { documents: documents.clone(), as_of, ..AnalyzeOptions::default() };
        let analysis = sod_engine::analyze(&loaded.snapshot, &options, &Silent).unwrap();
        Read { loaded, analysis, documents }
    }
}

pub(crate) struct Read {
    pub(crate) loaded: Loaded,
    pub(crate) analysis: Analysis,
    documents: Documents,
}

impl Read {
    pub(crate) fn side(&self) -> Side<'_> {
        Side::of_export("x", &self.loaded.snapshot, &self.analysis, &self.documents)
    }
}

pub(crate) fn diff(old: &Read, new: &Read) -> SnapshotDiff {
    compare(&old.side(), &new.side(), DiffOptions::default(), &Silent).unwrap()
}

pub(crate) fn tenants() -> impl Strategy<Value = Tenant> {
    let state = prop::sample::select(vec!["delivered", "delivered", "delivered", "expired", "delivering"]);
    let held = prop::collection::btree_map((0..USERS, 0..PACKAGES), state, 8..28);
    let term = prop::collection::btree_set(0..PACKAGES, 1..4).prop_flat_map(|set| (1..=set.len(), Just(set)));
    let rules = prop::collection::btree_map(0u32..5, prop::collection::vec(term, 1..3), 1..5);
    let exceptions = prop::collection::btree_map(0u32..4, (0u32..5, 0..USERS, Just("2030-01-01")), 0..4);
    (held, rules, exceptions).prop_map(|(held, rules, mut exceptions)| {
        exceptions.retain(|_, (rule, ..)| rules.contains_key(rule));
        Tenant {
            held,
            users: (0..USERS).collect(),
            packages: (0..PACKAGES).collect(),
            rules,
            off: BTreeSet::new(),
            exceptions,
            files: BTreeSet::from([0, 1]),
            as_of: "2026-01-01",
        }
    })
}

/// An edit, and the causes that changes may have by it.
type Edit = (&'static str, &'static [CauseCode]);

const EDITS: [Edit; 13] = [
    ("remove assignment", &[CauseCode::AssignmentRemoved]),
    ("add assignment", &[CauseCode::AssignmentAdded]),
    ("expire", &[CauseCode::AssignmentExpired]),
    ("change state", &[CauseCode::AssignmentStateChanged]),
    ("remove package", &[CauseCode::PackageRemoved, CauseCode::NotEvaluable]),
    ("remove user", &[CauseCode::UserRemoved]),
    ("drop a file", &[CauseCode::InputScope]),
    ("remove rule", &[CauseCode::RuleRemoved]),
    ("switch a rule off", &[CauseCode::RuleChanged]),
    ("change a rule", &[CauseCode::RuleChanged]),
    ("add exception", &[CauseCode::ExceptionAdded]),
    ("remove exception", &[CauseCode::ExceptionRemoved]),
    ("years go by", &[CauseCode::ExceptionEnded]),
];

/// The tenant after an edit.
fn edited(tenant: &Tenant, edit: &str, pick: usize) -> Tenant {
    let mut after = tenant.clone();
    let held: Vec<(u32, u32)> =
        tenant.held.iter().filter(|(_, state)| **state == "delivered").map(|(key, _)| *key).collect();
    let picked = held.get(pick % held.len().max(1)).copied();
    let Some(&rule) = tenant.rules.keys().nth(pick % tenant.rules.len().max(1)) else { return after };
    let (user, package) = ((pick as u32) % USERS, (pick as u32 / USERS) % PACKAGES);
    match edit {
        "remove assignment" => _ = picked.map(|key| after.held.remove(&key)),
        "add assignment" => _ = after.held.entry((user, package)).or_insert("delivered"),
        "expire" => _ = picked.map(|key| after.held.insert(key, "expired")),
        "change state" => _ = picked.map(|key| after.held.insert(key, "delivering")),
        "remove package" => _ = after.packages.remove(&package),
        "remove user" => _ = after.users.remove(&user),
        "drop a file" => _ = after.files.remove(&((pick % 2) as u32)),
        "remove rule" => {
            after.rules.remove(&rule);
            after.exceptions.retain(|_, (of, ..)| *of != rule);
        }
        "switch a rule off" => _ = after.off.insert(rule),
        "change a rule" => {
            let terms = after.rules.get_mut(&rule).unwrap();
            terms.push((1, BTreeSet::from([package])));
        }
        "add exception" => _ = after.exceptions.insert(7, (rule, user, "2030-01-01")),
        "remove exception" => after.exceptions.clear(),
        _ => after.as_of = "2031-01-01",
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn p37_every_change_has_the_cause_of_the_edit(tenant in tenants(), pick in 0usize..1000) {
        let before = tenant.read();
        for (edit, codes) in EDITS {
            let after = edited(&tenant, edit, pick).read();
            let found = diff(&before, &after);
            for one in found.conflicts.iter().filter(|one| one.class != ChangeClass::Unchanged) {
                let told: BTreeSet<CauseCode> = one.causes.iter().map(|cause| cause.code).collect();
                prop_assert!(!told.is_empty() && told.iter().all(|code| codes.contains(code)), "{}: {:?}", edit, one);
            }
            // The other way round it is the same story, told backwards.
            let back = diff(&after, &before);
            let classes = |diff: &SnapshotDiff, class| -> BTreeSet<(String, String)> {
                let of_class = diff.conflicts.iter().filter(|one| one.class == class);
                of_class.map(|one| (one.rule.id.to_string(), one.user.id.to_string())).collect()
            };
            prop_assert_eq!(classes(&found, ChangeClass::New), classes(&back, ChangeClass::Gone));
            prop_assert_eq!(classes(&found, ChangeClass::Gone), classes(&back, ChangeClass::New));
            prop_assert_eq!(classes(&found, ChangeClass::Reopened), classes(&back, ChangeClass::Excepted));
            // Each conflict of either side is told once.
            let counts = found.counts();
            let here = after.analysis.conflicts.conflicts().len() as u64;
            prop_assert_eq!(found.conflicts.len() as u64, here + counts.gone);
            let ends = counts.resolved + counts.judged_otherwise + counts.out_of_sight + counts.untold;
            prop_assert_eq!((counts.gone, counts.untold), (ends, 0));
            let merit = ["remove assignment", "expire", "change state", "remove user"].contains(&edit);
            prop_assert!(merit || counts.resolved == 0 || edit == "remove package", "{}", edit);
            if edit == "drop a file" {
                prop_assert_eq!(counts.gone, counts.out_of_sight);
            }
            pairs_add_up(&before, &after, &found)?;
        }
    }

    #[test]
    fn p38_a_snapshot_is_no_different_from_itself(tenant in tenants()) {
        let read = tenant.read();
        let found = diff(&read, &tenant.read());
        prop_assert!(found.conflicts.iter().all(|one| one.class == ChangeClass::Unchanged && one.causes.is_empty()));
        prop_assert!(found.pairs.is_empty() && found.documents.is_empty() && found.scope.is_empty());
        prop_assert_eq!(found.pairs_unchanged, read.analysis.pairs.len() as u64);
    }

    /// A ledger of several edits in a row says of each snapshot what that snapshot shows, and closes nothing for want of data.
    #[test]
    fn p39_a_ledger_tells_what_its_snapshots_show(tenant in tenants(), picks in prop::collection::vec((0usize..13, 0usize..1000), 1..4)) {
        let days = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"];
        let mut ledger = Ledger::default();
        let mut tenant = tenant;
        for (at, day) in days.into_iter().enumerate().take(picks.len() + 1) {
            if let Some((edit, pick)) = at.checked_sub(1).and_then(|at| picks.get(at)) {
                // One file less at most: without any there is no export.
                if !(EDITS[*edit].0 == "drop a file" && tenant.files.len() < 2) {
                    tenant = edited(&tenant, EDITS[*edit].0, *pick);
                }
            }
            tenant.as_of = day;
            let read = tenant.read();
            prop_assert!(add_to_ledger(&mut ledger, &read.side()).unwrap());
            prop_assert!(!add_to_ledger(&mut ledger, &read.side()).unwrap());
            let row = *ledger.trend().last().unwrap();
            let (all, open) = (read.analysis.conflicts.conflicts().len() as u64, read.analysis.conflicts.open() as u64);
            prop_assert_eq!((row.open, row.open + row.excepted), (open, all));
            prop_assert_eq!(ledger.conflicts().filter(|one| one.now() == Seen::Open).count() as u64, open);
        }
    }
}

/// Holders before and after are those of the two analyses, and the causes tell of somebody.
fn pairs_add_up(before: &Read, after: &Read, found: &SnapshotDiff) -> Result<(), TestCaseError> {
    let counts = |read: &Read| -> BTreeMap<(String, String), u64> {
        let id = |package| read.loaded.snapshot.directory.package(package).unwrap().id.to_string();
        let pairs = read.analysis.pairs.iter();
        pairs.map(|one| ((id(one.pair.low()), id(one.pair.high())), u64::from(one.holders_both))).collect()
    };
    let (was, is) = (counts(before), counts(after));
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    let differ = |key: &&(String, String)| was.get(*key) != is.get(*key);
    prop_assert_eq!(found.pairs.len(), keys.iter().filter(|key| differ(key)).count());
    prop_assert_eq!(found.pairs_unchanged, keys.iter().filter(|key| !differ(key)).count() as u64);
    for pair in &found.pairs {
        let key = (pair.package_a.id.to_string(), pair.package_b.id.to_string());
        let both = |counts: &BTreeMap<(String, String), u64>| counts.get(&key).copied().unwrap_or_default();
        prop_assert_eq!((pair.before, pair.after), (both(&was), both(&is)));
        let told: u64 = pair.causes.iter().map(|(_, users)| users).sum();
        prop_assert!(told >= pair.before.abs_diff(pair.after), "{:?}", pair);
    }
    Ok(())
}

#[test]
fn a_conflict_that_goes_because_a_file_is_missing_is_never_resolved() {
    let rules = BTreeMap::from([(0, vec![(1, BTreeSet::from([0])), (1, BTreeSet::from([1]))])]);
    let tenant = Tenant {
        held: BTreeMap::from([((1, 0), "delivered"), ((1, 1), "delivered")]),
        users: (0..USERS).collect(),
        packages: (0..PACKAGES).collect(),
        rules,
        off: BTreeSet::new(),
        exceptions: BTreeMap::new(),
        files: BTreeSet::from([0, 1]),
        as_of: "2026-01-01",
    };
    let found = diff(&tenant.read(), &edited(&tenant, "drop a file", 1).read());
    assert_eq!(found.conflicts[0].ending(), Some(Ending::OutOfSight), "{:?}", found.conflicts);
    let files: Vec<_> = found.scope.iter().filter_map(|cause| cause.subject.as_deref()).collect();
    assert_eq!(files, ["x/odd.json"]);
}

/// Whoever is not among the first hundred members may be a member all the same.
#[test]
fn leaving_a_group_is_believed_only_where_all_members_are_there() {
    let read = |members: Vec<u32>| {
        let row =
            |package| format!("{},{},{},delivered\n", guid(2, package), guid(0, 1), guid(u32::MAX, package));
        let table = format!("id,objectId,accessPackageId,state\n{}{}", row(0), row(1));
        let members: Vec<String> = members.into_iter().map(|user| format!("\"{}\"", guid(0, user))).collect();
        let groups = format!(r#"[{{"GroupId":"{}","Members":[{}]}}]"#, guid(7, 0), members.join(","));
        let input = |name: &str, text: String| Input::Bytes {
            name: name.to_owned(),
            bytes: text.into_bytes().into(),
        };
        let inputs = [input("x/a.csv", table), input("x/groups.json", groups)];
        let loaded = sod_engine::load(&inputs, &LoadOptions::default(), &Silent).unwrap();
        let rule = format!(
            "[[rule]]\nid = 'R'\nterms = [{{ packages = ['{}'] }}, {{ groups = ['{}'] }}]\n",
            guid(u32::MAX, 0),
            guid(7, 0)
        );
        let rules = vec![parse_rules("r.toml", &rule).unwrap_or_else(|error| panic!("{error}"))];
        let documents = Documents { rules, ..Documents::default() };
        let options = AnalyzeOptions { documents: documents.clone(), ..AnalyzeOptions::default() };
        let analysis = sod_engine::analyze(&loaded.snapshot, &options, &Silent).unwrap();
        Read { loaded, analysis, documents }
    };
    let ended = |members: Vec<u32>| {
        let (before, after) = (read(vec![1, 2]), read(members));
        let mut ledger = Ledger::default();
        let found = diff(&before, &after);
        assert_eq!(found.conflicts.len(), 1, "{:?}", found.conflicts);
        // The same in a ledger, by dates of its own.
        for (read, day) in [(&before, "2026-01-01"), (&after, "2026-02-01")] {
            let mut analysis = read.analysis.clone();
            analysis.moment = Timestamp::parse(day);
            let side = Side::of_export("x", &read.loaded.snapshot, &analysis, &read.documents);
            add_to_ledger(&mut ledger, &side).unwrap();
        }
        (found.conflicts[0].ending(), ledger.conflicts().next().unwrap().now())
    };
    assert_eq!(ended(vec![2, 3]), (Some(Ending::Resolved), Seen::Absent));
    assert_eq!(ended((2..102).collect()), (Some(Ending::OutOfSight), Seen::OutOfSight));
}
