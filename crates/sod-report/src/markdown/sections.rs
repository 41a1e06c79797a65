//! The sections of the page.

use super::text::{code_span, sentence_span};
use super::{PAIRS_MAX, Page, RULES_MAX, WARNINGS_MAX};
use crate::ReportView;
use crate::coverage::Coverage;
use crate::terminal::{counted, grouped, percent, ratio, violated};
use sod_model::{ConflictGroup, PackageId, PairCount, Rule};

pub(super) fn conflicts(page: &mut Page, view: &ReportView<'_>) {
    let rules = view.rules.rules();
    let judged = rules.iter().filter(|rule| rule.is_judged()).count() as u64;
    let (inherent, open) = (view.conflicts.conflicts().len() as u64, view.conflicts.open() as u64);
    let judged_rules = counted(judged, "rule", "rules");
    let coverage = Coverage::of(view);
    page.sentence(&match (rules.is_empty(), judged, inherent) {
        (true, ..) => "**Nothing was judged**: no rules were given and none are declared in the inputs. That is not the \
                       same as no conflict."
            .to_owned(),
        (_, 0, _) => "**No rule could be judged**, which is not the same as no conflict.".to_owned(),
        (.., 0) if coverage.may_hide_conflicts() => format!(
            "**No conflict was found** by the {judged_rules} that could be judged, which is not the same as no conflict."
        ),
        (.., 0) => format!("**No conflicts** by the {judged_rules} that could be judged."),
        _ => {
            let users = counted(view.conflicts.users_open() as u64, "user", "users");
            let excepted = match inherent - open {
                0 => String::new(),
                excepted => format!(" {} more are excepted.", grouped(excepted)),
            };
            format!(
                "**{} open** by {users}, of {judged_rules} judged.{excepted}",
                counted(open, "conflict", "conflicts")
            )
        }
    });
    let unjudged = view.rules_not_evaluable();
    if unjudged > 0 {
        let rules = counted(unjudged, "rule is", "rules are");
        page.sentence(&format!("**{rules} not evaluable**, which is not the same as no conflict."));
    }
    if let Some(gaps) = coverage.in_short() {
        page.sentence(&format!("**Not everything was analysed**, {gaps}. See \"Not analysed\"."));
    }
    if inherent > 0 {
        let rows = view.conflicts_by_severity().map(|(severity, open, excepted)| {
            vec![severity.name().to_owned(), grouped(open), grouped(excepted)]
        });
        page.table(&["Severity", ":Open", ":Excepted"], rows);
    }
}

pub(super) fn rules(page: &mut Page, view: &ReportView<'_>) {
    let violated = violated(view);
    if violated.is_empty() {
        return;
    }
    page.heading("Violated rules");
    let shown = violated.iter().take(RULES_MAX).map(|&(rule, users)| row(view, rule, users));
    page.table(&["Severity", "Rule", "Id", ":Open", ":Excepted", ":Groups", "Most of them hold"], shown);
    page.more(violated.len().saturating_sub(RULES_MAX), "violated rules", "conflict-groups.jsonl");
}

fn row(view: &ReportView<'_>, rule: &Rule, users: u64) -> Vec<String> {
    let id = view.rules.find(&rule.id);
    let of_rule = id.map(|id| view.conflicts.of_rule(id)).unwrap_or_default();
    let open = of_rule.iter().filter(|conflict| conflict.exception.is_none()).count() as u64;
    let groups = id.map(|id| view.groups_of(id)).unwrap_or_default();
    vec![
        rule.severity.name().to_owned(),
        code_span(&rule.name),
        code_span(&rule.id),
        grouped(open),
        grouped(users - open),
        grouped(groups.len() as u64),
        groups.first().map(|group| held(view, group)).unwrap_or_default(),
    ]
}

/// What the largest group holds.
fn held(view: &ReportView<'_>, group: &ConflictGroup) -> String {
    const SHOWN_MAX: usize = 4;
    let directory = &view.snapshot.directory;
    let packages = group.held.packages.iter().map(|&package| name(view, package));
    let groups = group.held.groups.iter().filter_map(|&group| directory.group(group));
    let groups = groups.map(|group| code_span(&called(group.display_name.as_deref(), &group.id)));
    let all = group.held.len();
    let mut names: Vec<String> = packages.chain(groups).take(SHOWN_MAX).collect();
    if all > SHOWN_MAX {
        names.push(format!("{} more", all - SHOWN_MAX));
    }
    format!("{}: {}", counted(group.users.len() as u64, "user", "users"), names.join(", "))
}

fn called(name: Option<&str>, id: &sod_model::ExternalId) -> String {
    name.map_or_else(|| id.to_string(), str::to_owned)
}

fn name(view: &ReportView<'_>, package: PackageId) -> String {
    let known = view.snapshot.directory.package(package);
    known.map_or_else(String::new, |known| code_span(&called(known.display_name.as_deref(), &known.id)))
}

pub(super) fn pairs(page: &mut Page, view: &ReportView<'_>, top: &[PairCount]) {
    let shown = top.get(..PAIRS_MAX.min(top.len())).unwrap_or_default();
    if shown.is_empty() {
        return;
    }
    page.heading("Most often held together");
    let context = view.pair_context();
    let rows = shown.iter().map(|count| {
        let row = context.row(count);
        let part = |holders| format!("{} of {}", percent(row.holders_both, holders), grouped(holders));
        vec![
            name(view, count.pair.low()),
            name(view, count.pair.high()),
            grouped(row.holders_both),
            part(row.holders_a),
            part(row.holders_b),
            ratio(row.shares.lift),
        ]
    });
    page.table(&["Package", "and", ":Hold both", ":Of the first", ":Of the second", ":Lift"], rows);
    let left = view.totals.nonzero.saturating_sub(shown.len() as u64);
    page.more(usize::try_from(left).unwrap_or(usize::MAX), "pairs", "pairs.csv");
}

pub(super) fn totals(page: &mut Page, view: &ReportView<'_>) {
    page.heading("Totals");
    let rows = view.rows();
    let unknown = || "not known".to_owned();
    let identity =
        if view.totals.identity_holds() { "equal" } else { "**WRONG, the counts cannot be trusted**" };
    let entries = [
        (
            "Users, holding a package",
            format!("{}, {}", grouped(view.matrix.users() as u64), grouped(view.users_holding())),
        ),
        ("Packages", grouped(view.matrix.packages() as u64)),
        ("Holdings", grouped(view.matrix.holdings())),
        ("States that count", code_span(&view.holding.states.to_string())),
        (
            "Rows read = accepted + set aside + rejected",
            format!(
                "{} = {} + {} + {}",
                grouped(rows.read),
                grouped(rows.accepted),
                grouped(rows.set_aside),
                grouped(rows.rejected)
            ),
        ),
        (
            "Pairs held, of all",
            format!("{} of {}", grouped(view.totals.nonzero), grouped(view.pairs_total())),
        ),
        (
            "Sum of pair counts, and by users",
            format!("{}, {}: {identity}", grouped(view.totals.holders_sum), grouped(view.totals.row_sum)),
        ),
        ("Rules in force or not by", view.moment.map_or_else(unknown, |moment| moment.to_string())),
    ];
    page.table(&["What", ":Number"], entries.map(|(what, number)| vec![what.to_owned(), number]));
}

pub(super) fn coverage(page: &mut Page, view: &ReportView<'_>) {
    page.heading("Not analysed");
    let coverage = Coverage::of(view);
    if coverage.is_complete() {
        page.sentence("Everything that was read was analysed.");
        return;
    }
    let rows = coverage
        .statements()
        .iter()
        .map(|one| vec![grouped(one.count), format!("`{}`", one.code), sentence_span(&one.text)]);
    page.table(&[":Count", "Code", "Why"], rows);
}

pub(super) fn warnings(page: &mut Page, view: &ReportView<'_>) {
    if view.warnings.is_empty() {
        return;
    }
    page.heading("Warnings");
    let shown = view.warnings.iter().take(WARNINGS_MAX);
    let rows =
        shown.map(|one| vec![grouped(one.count), format!("`{}`", one.code), sentence_span(&one.message)]);
    page.table(&[":Count", "Code", "What"], rows);
    page.more(view.warnings.len().saturating_sub(WARNINGS_MAX), "warnings", "summary.json");
}
