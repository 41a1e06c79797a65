//! Plans: weights, what must stay, groups, exceptions that rest on packages, and edited plans.

use sod_engine::{
    Act, Analysis, AnalyzeOptions, Assignment, Directory, Documents, Error, ExternalId, Group, Hindrance,
    KeepWord, Policy, PolicyId, Provenance, Remedy, RemedyOptions, Silent, Snapshot, Timestamp, UserId,
    WarningCode, parse_exceptions, parse_plan, parse_rules, remedy, resolve_plan,
};
use sod_testkit::{parse_assignments, snapshot};

const PAIR: &str = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\n";

fn tenant(text: &str) -> Snapshot {
    snapshot(&parse_assignments(text))
}

fn judged(snapshot: &Snapshot, rules: &str, exceptions: &str) -> Analysis {
    let documents = Documents {
        rules: vec![parse_rules("rules.toml", rules).unwrap()],
        exceptions: vec![parse_exceptions("exceptions.toml", exceptions).unwrap()],
        strict: false,
    };
    let options =
        AnalyzeOptions { documents, as_of: Timestamp::parse("2026-06-01"), ..AnalyzeOptions::default() };
    sod_engine::analyze(snapshot, &options, &Silent).unwrap()
}

fn solved(snapshot: &Snapshot, rules: &str, options: &RemedyOptions) -> Remedy {
    let analysis = judged(snapshot, rules, "");
    let found = remedy(snapshot, &analysis, options, &Silent).unwrap();
    found.check(snapshot, &analysis).unwrap();
    found
}

/// What goes: the ids of the assignments, and the groups to leave.
fn goes(snapshot: &Snapshot, found: &Remedy) -> Vec<String> {
    let name = |act| match act {
        Act::Remove { row, .. } => snapshot.table().id(row).map_or_else(|| "-".into(), |id| id.to_string()),
        Act::Leave(group) => format!("leave {}", snapshot.directory.group(group).unwrap().id),
    };
    found.steps.iter().map(|step| name(step.act)).collect()
}

/// The same tenant with other fields in each row.
fn with(snapshot: &Snapshot, policies: Vec<Policy>, change: impl Fn(Assignment) -> Assignment) -> Snapshot {
    let directory = &snapshot.directory;
    let (users, packages) = (directory.users().to_vec(), directory.packages().to_vec());
    let directory = Directory::from_sorted(users, packages, vec![], policies, vec![]).unwrap();
    let rows: Vec<Assignment> = snapshot.assignments().map(change).collect();
    Snapshot::new(directory, snapshot.states.clone(), Provenance::default(), rows)
}

#[test]
fn every_assignment_behind_a_holding_goes_and_weighs() {
    // A is held by two assignments, one of them exported twice, and by one that has expired.
    let tenant = tenant("1 u A delivered\n1 u A delivered\n2 u A delivered\n3 u A expired\n4 u B delivered");
    assert_eq!(goes(&tenant, &solved(&tenant, PAIR, &RemedyOptions::default())), ["4"]);
    let mut options = RemedyOptions::default();
    options.keep.add(&tenant, &KeepWord::Package("B".into())).unwrap();
    let found = solved(&tenant, PAIR, &options);
    assert_eq!(goes(&tenant, &found), ["1", "2"]);
    assert_eq!((found.plan.cost, found.plan.lower_bound, found.plan.removals.len()), (2, 2, 1));
}

#[test]
fn automatic_assignments_weigh_more_and_unknown_policies_are_told() {
    let tenant = tenant("1 u A delivered\n2 u B delivered\n3 v A delivered\n4 v B delivered");
    let policy = |id: &str, automatic| Policy {
        id: ExternalId::new(id),
        display_name: None,
        package: None,
        automatic,
    };
    let policies = vec![policy("p0", Some(false)), policy("p1", Some(true))];
    let tenant = with(&tenant, policies, |row| {
        // Of u, the first is automatic; of v nothing is known.
        let policy = (row.user == UserId(0)).then_some(PolicyId(u32::from(row.package.0 == 0)));
        Assignment { policy, ..row }
    });
    let options = RemedyOptions { weigh_policies: true, ..RemedyOptions::default() };
    let found = solved(&tenant, PAIR, &options);
    assert_eq!(goes(&tenant, &found), ["2", "3"]);
    assert_eq!(found.plan.cost, 2);
    let told: Vec<_> = found.warnings.iter().map(|warning| (warning.code, warning.count)).collect();
    assert_eq!(told, [(WarningCode::PolicyKindUnknown, 2)]);
    assert!(solved(&tenant, PAIR, &RemedyOptions::default()).warnings.is_empty());
}

#[test]
fn what_ends_soon_is_free_and_ends_that_are_not_there_are_told() {
    let tenant = tenant("1 u A delivered\n2 u B delivered");
    let ends = |text: &str| {
        let until = Timestamp::parse(text);
        with(&tenant, vec![], move |row| Assignment { until: until.filter(|_| row.package.0 == 1), ..row })
    };
    let options = RemedyOptions { free_ending_within: Some(30), ..RemedyOptions::default() };
    let soon = solved(&ends("2026-07-01"), PAIR, &options);
    assert_eq!((goes(&tenant, &soon), soon.plan.cost), (vec!["2".to_owned()], 0));
    let later = solved(&ends("2026-07-02"), PAIR, &options);
    assert_eq!((goes(&tenant, &later), later.plan.cost), (vec!["1".to_owned()], 1));
    assert!(later.warnings.is_empty());
    let never = solved(&tenant, PAIR, &options);
    let told: Vec<_> = never.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(told, [WarningCode::EndsUnknown]);
    // Without a moment nothing can be compared.
    let undated = sod_engine::analyze(&tenant, &AnalyzeOptions::default(), &Silent).unwrap();
    assert!(matches!(remedy(&tenant, &undated, &options, &Silent), Err(Error::NoMoment)));
}

#[test]
fn what_must_stay_stays_and_what_it_blocks_is_told() {
    let tenant = tenant("1 u A delivered\n2 u B delivered\n3 v A delivered\n4 v B delivered");
    let keep = |words: &[&str]| {
        let mut options = RemedyOptions::default();
        for word in words {
            options.keep.add(&tenant, &word.parse().unwrap()).unwrap();
        }
        solved(&tenant, PAIR, &options)
    };
    assert_eq!(goes(&tenant, &keep(&["assignment=1"])), ["2", "3"]);
    let found = keep(&["user=u"]);
    assert_eq!(goes(&tenant, &found), ["3"]);
    let left: Vec<_> = found.plan.impossible.iter().map(|left| (left.user.0, left.because)).collect();
    assert_eq!(left, [(0, Hindrance::Kept)]);
    assert!(goes(&tenant, &keep(&["package=A", "package=B"])).is_empty());
    let mut options = RemedyOptions::default();
    for word in ["user=w", "package=C", "assignment=9"] {
        let error = options.keep.add(&tenant, &word.parse().unwrap()).unwrap_err().to_string();
        assert!(error.starts_with("no ") && error.contains("is in the inputs"), "{error}");
    }
}

#[test]
fn packages_keep_their_holders() {
    let tenant = tenant("1 u A delivered\n2 u B delivered\n3 v A delivered\n4 v B delivered");
    let mut options = RemedyOptions::default();
    options.search.holders_min = 1;
    let found = solved(&tenant, PAIR, &options);
    assert_eq!((found.plan.removals.len(), found.plan.held_back.len()), (2, 0));
    options.search.holders_min = 2;
    let found = solved(&tenant, PAIR, &options);
    assert!(found.steps.is_empty());
    let left: Vec<_> = found.plan.impossible.iter().map(|left| left.because).collect();
    assert_eq!(left, [Hindrance::Floor, Hindrance::Floor]);
    assert_eq!(found.plan.shortages.len(), 2);
}

#[test]
fn groups_to_leave_are_steps_of_their_own() {
    let tenant = tenant("1 u A delivered\n2 v A delivered");
    let group = |id: &str, members: &[u32]| Group {
        id: ExternalId::new(id),
        display_name: None,
        members: Some(members.iter().map(|&user| UserId(user)).collect()),
        members_exported: members.len() as u32,
        nested_unknown: 0,
        probably_truncated: false,
    };
    let directory = &tenant.directory;
    let (users, packages) = (directory.users().to_vec(), directory.packages().to_vec());
    let groups = vec![group("g1", &[0, 1]), group("g2", &[0])];
    let directory = Directory::from_sorted(users, packages, groups, vec![], vec![]).unwrap();
    let rows: Vec<Assignment> = tenant.assignments().collect();
    let tenant = Snapshot::new(directory, tenant.states.clone(), Provenance::default(), rows);
    let rules = "[[rule]]\nid = 'G'\nterms = [{ groups = ['g1'] }, { groups = ['g2'] }]\n\
                 [[rule]]\nid = 'A'\nterms = [{ groups = ['g1'] }, { packages = ['A'] }]\n";
    let found = solved(&tenant, rules, &RemedyOptions::default());
    assert_eq!(goes(&tenant, &found), ["1", "leave g1", "2"]);
    let analysis = judged(&tenant, rules, "");
    assert!(found.check(&tenant, &analysis).unwrap().left.is_empty());
    // What the plan alone cannot do is said.
    let left: Vec<_> = found.plan.impossible.iter().map(|left| (left.user.0, left.because)).collect();
    assert_eq!(left, [(0, Hindrance::Memberships)]);
}

#[test]
fn what_an_exception_rests_on_stays_or_its_conflicts_go_too() {
    // R is excepted for the holders of B; S is open, and B or C clears it.
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['D'] }]\n\
                 [[rule]]\nid = 'S'\nterms = [{ packages = ['B'] }, { packages = ['C'] }]\n";
    let exceptions = "[[exception]]\nid = 'E'\nrule = 'R'\ncriterion = { package = 'B' }\nowner = 'o'\njustification = 'j'\n";
    let tenant = tenant("1 u A delivered\n2 u B delivered\n3 u C delivered\n4 u D delivered");
    let analysis = judged(&tenant, rules, exceptions);
    let solve = |words: &[&str]| {
        let mut options = RemedyOptions::default();
        for word in words {
            options.keep.add(&tenant, &word.parse().unwrap()).unwrap();
        }
        let found = remedy(&tenant, &analysis, &options, &Silent).unwrap();
        let check = found.check(&tenant, &analysis).unwrap();
        (goes(&tenant, &found), found.plan.lower_bound, check)
    };
    let (ids, bound, check) = solve(&[]);
    assert_eq!((ids, bound, check.left.len()), (vec!["3".to_owned()], 1, 0));
    // If C stays, B goes, and what it excused with it.
    let (ids, _, check) = solve(&["package=C"]);
    assert_eq!((ids, check.left.len(), check.reopened), (vec!["1".to_owned(), "2".to_owned()], 0, 0));
    // If nothing but B may go, R comes back, and that is said.
    let (ids, _, check) = solve(&["package=C", "package=A", "package=D"]);
    assert_eq!((ids, check.left.len(), check.reopened), (vec!["2".to_owned()], 1, 1));
}

/// Keeping B, on which an exception rests, costs three packages; losing it and what it excuses costs two.
#[test]
fn what_an_exception_rests_on_goes_where_that_is_less() {
    let pair = |id: &str, package: &str| {
        format!("[[rule]]\nid = '{id}'\nterms = [{{ packages = ['B'] }}, {{ packages = ['{package}'] }}]\n")
    };
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }]\n".to_owned()
        + &pair("S", "C")
        + &pair("T", "D")
        + &pair("U", "E");
    let exceptions = "[[exception]]\nid = 'E'\nrule = 'R'\ncriterion = { package = 'B' }\nowner = 'o'\njustification = 'j'\n";
    let tenant =
        tenant("1 u A delivered\n2 u B delivered\n3 u C delivered\n4 u D delivered\n5 u E delivered");
    let analysis = judged(&tenant, &rules, exceptions);
    let found = remedy(&tenant, &analysis, &RemedyOptions::default(), &Silent).unwrap();
    assert!(found.check(&tenant, &analysis).unwrap().left.is_empty());
    assert_eq!(goes(&tenant, &found), ["1", "2"]);
    assert_eq!((found.plan.cost, found.plan.lower_bound), (2, 2));
    assert!(found.plan.unproven.is_empty());
}

#[test]
fn rows_of_an_edited_plan_that_mean_nothing_are_told() {
    let tenant = tenant(
        "1 u A delivered\n2 u B delivered\n3 v A delivered\n4 v B delivered\n5 u A delivered\n6 u B expired",
    );
    let analysis = judged(&tenant, PAIR, "");
    let check = |rows: &str| {
        let text = format!("assignment_id,user_id,package_id,kind,group_id,note\n{rows}");
        let document = parse_plan("plan.csv", &text).unwrap_or_else(|error| panic!("{error}"));
        let (steps, warning) = resolve_plan(&tenant, &analysis.holding, &document);
        let check = sod_engine::check_steps(&tenant, &analysis, &steps);
        (check.left.len(), check.still_held, warning.map(|warning| warning.message.to_string()))
    };
    assert_eq!(check("2,u,B,,,done\n,v,A,assignment,,\n"), (0, 0, None));
    assert_eq!(check("1,,,,,\n4,,,,,\n"), (1, 1, None), "the other assignment to A goes on");
    for (row, why) in [
        ("9,u,A,,,", "no assignment has that id"),
        ("1,v,A,,,", "the assignment is of another user or package than the row says"),
        ("1,u,B,,,", "the assignment is of another user or package than the row says"),
        ("6,u,B,,,", "the assignment is in a state that does not count as held"),
        ("1,w,A,,,", "no user has that id"),
        (",u,C,,,", "no package has that id"),
        (",u,,membership,g,", "no group has that id"),
    ] {
        let (left, _, warning) = check(&format!("{row}\n"));
        assert_eq!(left, 2, "{row}");
        assert_eq!(warning.unwrap(), format!("rows of the plan take nothing away, e.g. plan.csv:2:1: {why}"));
    }
}
