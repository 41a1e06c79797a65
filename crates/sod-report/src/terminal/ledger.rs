//! The page of `sod ledger`: the trend, and the conflicts that have been open longest.

use super::number::counted;
use super::page::Page;
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use sod_model::{Ledger, LedgerConflict, Seen};

/// Conflicts before "and more".
const SHOWN_MAX: usize = 10;

/// A ledger, as a page.
///
/// ```
/// use sod_report::terminal::{Terminal, ledger};
/// assert!(ledger(&sod_model::Ledger::default(), &Terminal::default()).contains("no snapshot"));
/// ```
#[must_use]
pub fn ledger(ledger: &Ledger, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    page.heading("Trend");
    if ledger.snapshots().is_empty() {
        page.prose(Role::Warning, "The ledger has no snapshot.");
        return page.finish();
    }
    trend(&mut page, ledger);
    open(&mut page, ledger);
    page.finish()
}

fn trend(page: &mut Page<'_>, ledger: &Ledger) {
    let columns = [
        ("Moment", Kind::Word),
        ("Open", Kind::Number),
        ("Excepted", Kind::Number),
        ("New", Kind::Number),
        ("Gone", Kind::Number),
        ("Reopened", Kind::Number),
        ("Out of sight", Kind::Number),
        ("Snapshot", Kind::Place),
    ];
    let mut table = Table::new(&columns);
    for (snapshot, row) in ledger.snapshots().iter().zip(ledger.trend()) {
        table.group().row([
            Cell::new(snapshot.moment.to_string()),
            Cell::number(row.open).role(Role::Number),
            Cell::number(row.excepted),
            Cell::number(row.new),
            Cell::number(row.gone),
            Cell::number(row.reopened),
            Cell::number(row.out_of_sight),
            Cell::new(&snapshot.label).role(Role::Muted),
        ]);
    }
    page.table(&table);
}

fn open(page: &mut Page<'_>, ledger: &Ledger) {
    let mut open: Vec<&LedgerConflict> = ledger.conflicts().filter(|one| one.now() == Seen::Open).collect();
    page.heading("Open longest");
    if open.is_empty() {
        page.prose(Role::Good, "Nothing is open in the latest snapshot.");
    } else {
        // Stable: they ascend by rule and user.
        open.sort_by_key(|one| (one.first_seen(ledger), one.severity));
        let columns = [
            ("First seen", Kind::Word),
            ("Reopened", Kind::Number),
            ("Severity", Kind::Word),
            ("User", Kind::Name),
            ("Rule", Kind::Aside),
        ];
        let mut table = Table::new(&columns);
        for one in open.iter().take(SHOWN_MAX) {
            let first = one.first_seen(ledger).map(|moment| moment.to_string()).unwrap_or_default();
            let user = &one.user;
            let called = [&user.name, &user.principal_name].into_iter().flatten().next().unwrap_or(&user.id);
            table.group().row([
                Cell::new(first),
                Cell::number(one.reopened()),
                Cell::new(one.severity.name()),
                Cell::new(called),
                Cell::new(one.rule.name.as_ref().unwrap_or(&one.rule.id)).role(Role::Muted),
            ]);
        }
        page.table(&table);
        page.more(open.len().saturating_sub(SHOWN_MAX) as u64, "conflict", "conflicts");
    }
    let hidden =
        ledger.conflicts().filter(|one| one.now() == Seen::OutOfSight && one.closed_at(ledger).is_none());
    let hidden = hidden.count() as u64;
    if hidden > 0 {
        page.gap();
        let text = format!(
            "{} out of sight of the latest snapshot, and not closed.",
            counted(hidden, "conflict is", "conflicts are")
        );
        page.prose(Role::Warning, &text);
    }
}
