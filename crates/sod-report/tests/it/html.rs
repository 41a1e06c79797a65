//! `report.html`: its data, its limits, and that names stay text. What the page does with them is driven in a browser by
//! `.ci/browser`.

use crate::fixture::{Tenant, package, plain, tenant, text, user};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use proptest::prelude::*;
use serde_json::Value;
use sod_model::{
    ConflictSet, Directory, EndingException, ExceptedUsers, Exception, ExceptionFinding, ExceptionId,
    ExceptionSet, ExceptionUse, ExceptionsEnding, Group, HeldSet, PackageId, Period, Rule, RuleId,
    RuleOrigin, RuleSet, Severity, Standing, Term, Timestamp, WarningCode,
};
use sod_report::pairs::PairFormat;

pub(crate) fn page(tenant: &Tenant) -> String {
    let mut out = Vec::new();
    sod_report::html::write_html(&tenant.view(), &tenant.pairs, PairFormat::Csv, &mut out).unwrap();
    text(&out).to_owned()
}

/// What a block of the page holds, as text.
fn block<'p>(page: &'p str, name: &str) -> &'p str {
    let begin = format!("<script type=\"application/json\" id=\"data-{name}\">");
    let from = page.find(&begin).unwrap_or_else(|| panic!("no block {name}")) + begin.len();
    &page[from..from + page[from..].find("</script>").unwrap()]
}

pub(crate) fn data(page: &str, name: &str) -> Value {
    serde_json::from_str(block(page, name)).unwrap()
}

#[test]
fn the_data_of_the_tenant() {
    let page = page(&tenant());
    let mut all = String::new();
    let names = ["packages", "users", "directory-groups", "rules", "groups", "conflicts", "assignments"];
    for name in names.into_iter().chain(["combinations", "exceptions", "sources", "rejected", "picture"]) {
        all.push_str(&format!("--- {name}\n{}\n", block(&page, name)));
    }
    insta::assert_snapshot!(all);
    let overview = data(&page, "overview");
    let mut out = Vec::new();
    sod_report::summary::write_summary(&tenant().view(), &mut out).unwrap();
    let summary: Value = serde_json::from_slice(&out).unwrap();
    // The page writes out what is not seen, the summary does not: the fixture has such a name in no number.
    for key in ["rows", "states", "conflicts_open", "rules_not_evaluable", "pair_holders_sum", "files"] {
        assert_eq!(overview["summary"][key], summary[key], "{key}");
    }
}

#[test]
fn of_nothing() {
    let page = page(&plain(vec![], vec![], &[]));
    assert_eq!(data(&page, "picture")["packages"], serde_json::json!([]));
    assert_eq!(data(&page, "conflicts")["rules"], serde_json::json!([]));
    let first = &data(&page, "overview")["first"];
    assert_eq!(first.as_array().unwrap().len(), 1, "{first}");
    assert_eq!(first[0]["what"], "Write rules, and analyse again with --rules");
}

/// Each step in a line.
pub(crate) fn first_steps(tenant: &Tenant) -> String {
    let overview = data(&page(tenant), "overview");
    let steps = overview["first"].as_array().unwrap().iter();
    let line = |step: &Value| {
        format!(
            "{}\n  {}\n  -> {} {}\n",
            step["what"].as_str().unwrap(),
            step["why"].as_str().unwrap(),
            step["to"],
            step["at"]
        )
    };
    steps.map(line).collect()
}

#[test]
fn what_to_do_first() {
    let whole = tenant();
    insta::assert_snapshot!("first_where_the_export_is_not_complete", first_steps(&whole));
    let mut complete = tenant();
    complete.snapshot.provenance.warnings.clear();
    complete.snapshot.provenance.sources.truncate(1);
    complete.snapshot.provenance.sources[0].dangling_next_link = false;
    let directory = complete.snapshot.directory.clone();
    let whole = |group: &Group| Group { probably_truncated: false, ..group.clone() };
    complete.snapshot.directory = Directory::from_sorted(
        directory.users().to_vec(),
        directory.packages().to_vec(),
        directory.groups().iter().map(whole).collect(),
        directory.policies().to_vec(),
        directory.catalogs().to_vec(),
    )
    .unwrap();
    insta::assert_snapshot!("first_where_it_is", first_steps(&complete));
    complete.rules = RuleSet::new(complete.rules.rules()[..2].to_vec());
    let over = Period { from: None, until: Some(Timestamp(1_780_000_000)) };
    let exception = |id: &str, rule| Exception {
        id: id.into(),
        rule: RuleId(rule),
        users: ExceptedUsers::HoldersOf(PackageId(0)),
        owner: "cfo".into(),
        justification: "branch".into(),
        control: None,
        reference: None,
        period: over,
    };
    complete.exceptions = ExceptionSet::new(vec![exception("EX-1", 0), exception("EX-2", 1)]);
    complete.exception_uses = vec![
        ExceptionUse { standing: Standing::Expired, covers: 0, fits: 2, shadowed_by: None },
        ExceptionUse { standing: Standing::InForce, covers: 2, fits: 2, shadowed_by: None },
    ];
    let excuse = |rule: RuleId, _| (rule == RuleId(1)).then_some(ExceptionId(1));
    complete.conflicts = complete.conflicts.clone().excused(excuse);
    complete.groups.iter_mut().filter(|group| group.rule == RuleId(1)).for_each(|group| group.open = 0);
    insta::assert_snapshot!("first_where_the_worst_is_excepted", first_steps(&complete));
    let found = |code, other| ExceptionFinding { code, exception: ExceptionId(1), other };
    complete.exception_findings = vec![
        found(WarningCode::ExceptionDuplicate, Some(ExceptionId(0))),
        found(WarningCode::ExceptionSelfOwned, None),
    ];
    let ending = |exception, reopens| EndingException { end: Timestamp(1_780_000_000), exception, reopens };
    complete.exceptions_ending =
        Some(ExceptionsEnding { days: 30, exceptions: vec![ending(ExceptionId(1), 2)] });
    complete.exception_uses[0].standing = Standing::InForce;
    complete.snapshot.provenance.rejected.clear();
    let rows = &mut complete.snapshot.provenance.sources[0].rows;
    rows.read -= std::mem::take(&mut rows.rejected);
    insta::assert_snapshot!("first_where_exceptions_need_a_look", first_steps(&complete));
    insta::assert_snapshot!("exceptions_that_need_a_look", block(&page(&complete), "exceptions"));
}

#[test]
fn names_stay_text() {
    const EVIL: &str = "</script><script>alert(1)</script><!--\u{2028}\u{202e}&quot;\u{0}";
    let mut hostile = plain(
        vec![user(EVIL, Some(EVIL))],
        vec![package(EVIL, Some(EVIL)), package("~b", None)],
        &[(0, 0), (0, 1)],
    );
    let terms = vec![Term::package(PackageId(0)), Term::package(PackageId(1))];
    let rule = Rule::new(EVIL, EVIL, RuleOrigin::Document, terms);
    hostile = Tenant::new(
        hostile.snapshot,
        RuleSet::new(vec![rule]),
        ConflictSet::new(vec![sod_model::Conflict {
            rule: RuleId(0),
            user: sod_model::UserId(0),
            exception: None,
        }]),
    );
    let page = page(&hostile);
    let from = page.find("<script type=").unwrap();
    let to = page.rfind("<script>").unwrap();
    // In the data there are no elements but the blocks, and no letter that is not seen.
    assert_eq!(page[from..to].matches('<').count(), 2 * 13);
    assert!(!page.contains("alert(1)</") && !page.contains(['\u{2028}', '\u{202e}', '\u{0}']));
    assert!(!page[from..to].replace("</script>", "").contains(['&']));
    let shown = data(&page, "rules")[0]["name"].as_str().unwrap().to_owned();
    assert_eq!(shown, "</script><script>alert(1)</script><!--\\u{2028}\\u{202e}&quot;\\u{0}");
    let policy = page.find("Content-Security-Policy").unwrap();
    assert!(
        policy < page.find("<title>").unwrap()
            && page[policy..]
                .starts_with("Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-")
    );
}

#[test]
fn pairs_that_were_not_listed_are_no_zeros() {
    let mut short = tenant();
    short.pairs.truncate(1);
    let picture = data(&page(&short), "picture");
    assert_eq!((picture["pairs"].as_u64(), picture["pairs_listed"].as_u64()), (Some(3), Some(1)));
}

#[test]
fn beyond_the_limit_the_most_held_packages_are_shown() {
    let packages: Vec<_> = (0..2_001).map(|at| package(&format!("p{at:04}"), None)).collect();
    // Everybody holds what comes later in the list: the first package has the fewest holders.
    let holdings: Vec<(u32, u32)> =
        (0..3).flat_map(|user| (user..2_001).map(move |held| (user, held))).collect();
    let mut users: Vec<_> = (0..3).map(|at| user(&format!("u{at}"), None)).collect();
    users.truncate(3);
    let picture = data(&page(&plain(users, packages, &holdings)), "picture");
    let shown: Vec<u64> =
        picture["packages"].as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect();
    assert_eq!(
        (shown.len(), shown.contains(&0), picture["packages_held"].as_u64()),
        (2_000, false, Some(2_001))
    );
    assert_eq!(picture["pairs_shown"].as_u64().unwrap(), 2_000 * 1_999 / 2);
}

/// The cells of the picture, read back: (count, kept apart) by two places.
fn cells(picture: &Value) -> Vec<((usize, usize), (u64, bool))> {
    let side = picture["packages"].as_array().unwrap().len();
    let bytes = STANDARD_NO_PAD.decode(picture["cells"].as_str().unwrap()).unwrap();
    let mut bytes = bytes.into_iter();
    let mut next = || {
        let mut value = 0;
        for weight in (0..).step_by(7) {
            let byte = bytes.next().unwrap();
            value |= u64::from(byte & 0x7f) << weight;
            if byte < 0x80 {
                break;
            }
        }
        value
    };
    let mut zeros = 0;
    let mut found = Vec::new();
    for row in 0..side {
        for column in row + 1..side {
            let value = if zeros > 0 { 0 } else { next() };
            if value == 0 {
                zeros = if zeros > 0 { zeros } else { next() } - 1;
            }
            found.push(((row, column), (value / 2, value % 2 == 1)));
        }
    }
    assert_eq!((zeros, bytes.next()), (0, None), "all is read");
    found
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    let packages = prop::collection::btree_set(0u32..8, 0..5);
    let term = (packages, 0u32..4).prop_map(|(packages, at_least)| Term {
        packages: packages.into_iter().map(PackageId).collect(),
        groups: vec![],
        at_least,
    });
    prop::collection::vec(term, 0..4)
}

proptest! {
    #[test]
    fn a_cell_is_the_count_and_whether_the_two_alone_violate_a_rule(
        holdings in prop::collection::vec((0u32..6, 0u32..8), 0..40),
        rules in prop::collection::vec(terms(), 0..4),
        low in any::<bool>(),
    ) {
        let users = (0..6).map(|at| user(&format!("u{at}"), None)).collect();
        let packages = (0..8).map(|at| package(&format!("p{at}"), None)).collect();
        let mut one = plain(users, packages, &holdings);
        let rules = rules.into_iter().enumerate().map(|(at, terms)| {
            let severity = if low { Severity::Low } else { Severity::High };
            Rule { severity, ..Rule::new(&format!("r{at}"), "r", RuleOrigin::Document, terms) }
        });
        one.rules = RuleSet::new(rules.collect());
        let picture = data(&page(&one), "picture");
        let shown: Vec<PackageId> =
            picture["packages"].as_array().unwrap().iter().map(|one| PackageId(one.as_u64().unwrap() as u32)).collect();
        for ((row, column), (count, apart)) in cells(&picture) {
            let mut both = vec![shown[row], shown[column]];
            both.sort_unstable();
            let held = |user: &[PackageId]| both.iter().all(|package| user.contains(package));
            prop_assert_eq!(count, one.matrix.rows().filter(|row| held(row)).count() as u64);
            let violates = |rule: &Rule, packages: &[PackageId]| {
                HeldSet { packages: packages.to_vec(), groups: vec![] }.violates(rule)
            };
            let expected = one.rules.rules().iter().any(|rule| {
                violates(rule, &both) && !both.iter().any(|&alone| violates(rule, &[alone]))
            });
            prop_assert_eq!(apart, expected, "{:?}", both);
        }
        let mut held = shown.clone();
        held.sort_unstable();
        held.dedup();
        prop_assert_eq!(held.len(), shown.len());
    }
}
