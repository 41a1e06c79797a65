//! What was not analysed, in short: a number and what it counts. The other formats have the sentences.

use super::page::{Facts, Page};
use super::style::Role;
use crate::coverage::Coverage;
use crate::view::ReportView;

/// The section on coverage; that nothing was left out is said, too.
pub(super) fn coverage(page: &mut Page<'_>, view: &ReportView<'_>) {
    page.heading("Not analysed");
    let coverage = Coverage::of(view);
    if coverage.is_complete() {
        page.prose(Role::Good, "Everything that was read was analysed.");
        return;
    }
    let mut facts = Facts::listed();
    for one in coverage.statements() {
        let role = if one.code.may_hide_conflicts() { Role::Warning } else { Role::Number };
        facts.counted(role, one.count, one.code.label(one.count));
    }
    page.facts(&facts);
}
