//! Rejected rows: the first few with their places, then how many of each kind.

use super::super::number::counted;
use super::super::page::{Facts, Page};
use super::super::read::codes;
use super::super::style::Role;
use sod_model::Provenance;

/// Rows before "and more".
const ROWS_SHOWN_MAX: usize = 10;

/// The section on rejected rows; nothing when there are none.
pub(super) fn rejected(page: &mut Page<'_>, provenance: &Provenance) {
    let rows = provenance.rows().rejected.max(provenance.rejected.len() as u64);
    if rows == 0 {
        return;
    }
    page.heading_with("Rejected", &counted(rows, "row", "rows"));
    let shown = provenance.rejected.iter().take(ROWS_SHOWN_MAX);
    let left_out = rows - shown.len() as u64;
    for record in shown {
        let path = provenance.sources.get(record.source.index()).map_or("", |source| &source.path);
        let place = format!("{path}, {}", record.position);
        page.item(Role::Warning, record.code.code(), &place, &record.detail);
    }
    page.more(left_out, "row", "rows");
    if left_out > 0 {
        page.gap();
        let mut facts = Facts::new();
        for (code, rows) in codes(provenance) {
            facts.number(code, rows, "");
        }
        page.facts(&facts);
    }
}
