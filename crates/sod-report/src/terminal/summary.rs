//! The page of `sod analyze`: what was read, the tenant in numbers, the pairs most often held together, what the
//! rules found, what was not analysed, what to beware of, what to do next. Nothing is said twice.

use super::conflicts::conflicts;
use super::coverage::coverage;
use super::next::{NextSteps, next};
use super::number::{counted, grouped, ratio};
use super::page::{Facts, Page};
use super::pairs::pair_table;
use super::read::{Reasons, read};
use super::style::{Role, Terminal};
use super::warnings::warnings;
use crate::view::ReportView;
use sod_model::{PairCount, WarningCode};

/// The ledger of rows tells the first two in full, the section on conflicts the last.
const TOLD_ELSEWHERE: [WarningCode; 3] =
    [WarningCode::RejectedRows, WarningCode::RepeatedRows, WarningCode::NotEvaluable];

/// The page of `sod analyze`. `top` holds the first pairs in report order, as many as should be shown.
///
/// Walks the rows of the matrix twice; everything else is as short as the page.
#[must_use]
pub fn analysis(
    view: &ReportView<'_>,
    top: &[PairCount],
    steps: &NextSteps<'_>,
    terminal: &Terminal,
) -> String {
    let mut page = Page::new(terminal);
    page.heading("Read");
    read(&mut page, view.snapshot, view.holding, Reasons::Here);
    tenant(&mut page, view);
    pairs(&mut page, view, terminal);
    most_often_together(&mut page, view, top);
    conflicts(&mut page, view);
    coverage(&mut page, view);
    warnings(&mut page, view.warnings, &TOLD_ELSEWHERE);
    next(&mut page, view, top, steps);
    page.finish()
}

fn tenant(page: &mut Page<'_>, view: &ReportView<'_>) {
    let matrix = view.matrix;
    let (users, holding) = (matrix.users() as u64, view.users_holding());
    let unheld = matrix.holders().iter().filter(|holders| **holders == 0).count() as u64;
    let most = matrix.rows().map(<[_]>::len).max().unwrap_or_default() as u64;
    page.heading("Tenant");
    let mut facts = Facts::new();
    if holding == 0 {
        facts.number("users", users, "");
        facts.number("packages", matrix.packages() as u64, "");
        facts.number("holdings", 0, "nobody holds anything in the states that count");
        page.facts(&facts);
        return;
    }
    facts.number("users", users, format!("{} at least one package", counted(holding, "holds", "hold")));
    let remark = match unheld {
        0 => String::new(),
        unheld => format!("{} held by nobody", counted(unheld, "is", "are")),
    };
    facts.number("packages", matrix.packages() as u64, remark);
    let average = ratio(matrix.holdings() as f64 / holding as f64);
    let remark = format!("{average} a holder on average, {} at most", grouped(most));
    facts.number("holdings", matrix.holdings(), remark);
    page.facts(&facts);
}

fn pairs(page: &mut Page<'_>, view: &ReportView<'_>, terminal: &Terminal) {
    page.heading("Pairs");
    let mut facts = Facts::new();
    facts.number("in all", view.pairs_total(), "");
    facts.number("held", view.totals.nonzero, "somebody holds both packages");
    page.facts(&facts);
    let (pairs, rows) = (grouped(view.totals.holders_sum), grouped(view.totals.row_sum));
    let says = |sign: &str| format!("sum of pair counts {pairs} {sign} sum over users of k(k-1)/2 {rows}");
    if view.totals.identity_holds() {
        page.prose(Role::Good, &format!("{} {}", says("="), terminal.check_mark()));
    } else {
        page.prose(Role::Bad, &format!("WRONG: {}", says(terminal.not_equal())));
        page.prose(Role::Bad, "The counts cannot be trusted. This is a fault of sod: please report it.");
    }
}

fn most_often_together(page: &mut Page<'_>, view: &ReportView<'_>, top: &[PairCount]) {
    if top.is_empty() {
        return;
    }
    page.heading("Most often held together");
    page.table(&pair_table(&view.snapshot.directory, view.matrix, top));
    page.more(view.totals.nonzero.saturating_sub(top.len() as u64), "pair", "pairs");
}
