//! Plans in every format: hostile names, everything that can stay open, and a bound that is not reached.

use crate::fixture::{EVE, PAYMENT, Tenant, VENDOR, tenant, text};
use sod_model::{
    Act, CauseCohort, Causes, Component, FallsShort, GroupId, HeldBack, Hindrance, Impossible, Link, NotKept,
    PackageCause, PackageId, PackagePair, PlanCheck, PlanStep, RemediationPlan, Removal, RuleId, Shortage,
    Timestamp, Unproven, UserId, WayOut,
};
use sod_report::remediation::{
    CheckView, PlanTerms, PlanView, write_check_json, write_plan_csv, write_plan_json,
};
use sod_report::terminal::{PlanSteps, Terminal, checked_plan, remediation};

/// A plan in which everything happens that can. No tenant has it all at once.
struct Everything {
    tenant: Tenant,
    plan: RemediationPlan,
    steps: Vec<PlanStep>,
    ways_out: Vec<WayOut>,
    causes: Causes,
    check: PlanCheck,
}

const ANNA: UserId = UserId(0);

fn everything() -> Everything {
    let tenant = tenant();
    let row = |user, package| tenant.snapshot.rows_of_holding(user, package).start;
    let impossible = |rule, user, because| Impossible { rule: RuleId(rule), user, because };
    let pair = PackagePair::new(VENDOR, PAYMENT).unwrap();
    let plan = RemediationPlan {
        removals: vec![
            Removal { user: ANNA, package: VENDOR, weight: 3, clears: vec![RuleId(0), RuleId(1)] },
            Removal { user: EVE, package: PAYMENT, weight: 0, clears: vec![RuleId(1)] },
        ],
        cost: 3,
        lower_bound: 1,
        unproven: vec![Unproven { user: ANNA, cost: 3, lower_bound: 1 }],
        impossible: vec![
            impossible(0, EVE, Hindrance::Memberships),
            impossible(1, ANNA, Hindrance::Kept),
            impossible(1, EVE, Hindrance::Floor),
        ],
        held_back: vec![HeldBack { rule: RuleId(0), user: ANNA }],
        shortages: vec![
            Shortage { package: VENDOR, spare: 0, wanted_by: 2, needed_by: 1 },
            Shortage { package: PAYMENT, spare: 1, wanted_by: 1, needed_by: 1 },
        ],
        distinct_problems: 2,
    };
    let step = |user, act, weight, clears: &[u32]| PlanStep {
        user,
        act,
        weight,
        clears: clears.iter().copied().map(RuleId).collect(),
    };
    let steps = vec![
        step(ANNA, Act::Remove { package: VENDOR, row: row(ANNA, VENDOR) }, Some(3), &[0, 1]),
        step(ANNA, Act::Remove { package: PAYMENT, row: row(ANNA, PAYMENT) + 1 }, Some(1), &[1]),
        step(EVE, Act::Remove { package: PAYMENT, row: row(EVE, PAYMENT) }, Some(0), &[1]),
        step(EVE, Act::Leave(GroupId(0)), None, &[0]),
    ];
    let causes = Causes {
        packages: vec![PackageCause { package: VENDOR, users: 2, conflicts: 4, clears: 4 }],
        components: vec![Component {
            packages: vec![VENDOR, PAYMENT],
            links: vec![Link { pair, users: 2, conflicts: 2 }],
            users: 2,
            conflicts: 4,
        }],
        cohorts: vec![CauseCohort {
            rules: vec![RuleId(0), RuleId(1)],
            packages: (0..4).map(PackageId).collect(),
            groups: vec![GroupId(0)],
            users: vec![ANNA, EVE],
        }],
    };
    Everything {
        plan,
        steps,
        ways_out: vec![WayOut { user: EVE, rule: RuleId(0), groups: vec![GroupId(0)] }],
        causes,
        check: PlanCheck { before: 4, left: vec![(RuleId(1), EVE)], reopened: 1, still_held: 1 },
        tenant,
    }
}

impl Everything {
    fn view(&self) -> PlanView<'_> {
        PlanView {
            analysis: self.tenant.view(),
            plan: &self.plan,
            steps: &self.steps,
            ways_out: &self.ways_out,
            causes: &self.causes,
            terms: PlanTerms {
                automatic: 10,
                free_until: Some(Timestamp(1_790_000_000)),
                holders_min: 2,
                search_limit: 7,
                kept: [1, 2, 3],
            },
            check: Some(&self.check),
        }
    }
}

const PLAIN: Terminal = Terminal { width: 100, color: false, unicode: true };

#[test]
fn as_a_table() {
    let mut out = Vec::new();
    write_plan_csv(&everything().view(), &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
    let mut reader = csv::Reader::from_reader(out.as_slice());
    for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
        assert!(!sod_report::formula::runs(&cell), "{cell}");
    }
}

#[test]
fn as_json() {
    let mut out = Vec::new();
    write_plan_json(&everything().view(), &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
}

#[test]
fn as_a_page() {
    let everything = everything();
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (arguments, keeping) = (words("exports"), words("--keep package=It's"));
    let steps = PlanSteps { arguments: &arguments, judging: &[], weighing: &[], keeping: &keeping };
    insta::assert_snapshot!(remediation(&everything.view(), &steps, &PLAIN));
    // Without a floor another reason stands there.
    let mut view = everything.view();
    view.terms = PlanTerms { holders_min: 0, ..view.terms };
    assert!(remediation(&view, &steps, &PLAIN).contains("--search-limit"));
}

#[test]
fn an_edited_one() {
    let everything = everything();
    let not_kept = NotKept {
        taken: vec![(UserId(0), PackageId(0), 0)],
        short: vec![FallsShort { package: PackageId(1), before: 3, after: 1 }],
    };
    let view = CheckView {
        analysis: everything.tenant.view(),
        steps: &everything.steps,
        check: &everything.check,
        not_kept: &not_kept,
    };
    let mut out = Vec::new();
    write_check_json(&view, &mut out).unwrap();
    insta::assert_snapshot!(format!("{}\n{}", checked_plan(&view, &PLAIN), text(&out)));
}
