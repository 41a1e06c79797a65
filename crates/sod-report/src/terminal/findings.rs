//! The page of `sod rules check`: what is odd about rules, warnings first.

use super::number::counted;
use super::page::{Facts, Page};
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use crate::findings::FindingsView;
use sod_model::{Finding, FindingCode, FindingLevel};
use std::collections::BTreeMap;

/// Findings of one code before "and more"; JSON has all.
const OF_CODE_MAX: usize = 10;

/// What a check found, as a page.
///
/// ```
/// use sod_report::findings::FindingsView;
/// use sod_report::terminal::{Terminal, findings};
/// let view = FindingsView {
///     findings: &[],
///     not_checked: &[],
///     rules: 2,
///     declared: 0,
///     exceptions: 0,
///     packages: None,
///     moment: None,
///     warnings: &[],
/// };
/// assert!(findings(&view, &Terminal::default()).contains("Nothing was found."));
/// ```
#[must_use]
pub fn findings(view: &FindingsView<'_>, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    checked(&mut page, view);
    for (level, title, role) in
        [(FindingLevel::Warning, "Warnings", Role::Warning), (FindingLevel::Note, "Notes", Role::Muted)]
    {
        let of_level: Vec<&Finding> = view.findings.iter().filter(|finding| finding.level == level).collect();
        if !of_level.is_empty() {
            page.heading(title);
            list(&mut page, &of_level, role);
        }
    }
    not_checked(&mut page, view);
    page.finish()
}

fn checked(page: &mut Page<'_>, view: &FindingsView<'_>) {
    page.heading("Checked");
    let mut facts = Facts::new();
    facts.number("rules", view.rules, "");
    if view.packages.is_some() {
        facts.number("declared", view.declared, "incompatibilities of the export, as rules");
    }
    if view.exceptions > 0 {
        facts.number("exceptions", view.exceptions, "");
    }
    if let Some(packages) = view.packages {
        facts.number("packages", packages, "");
    }
    page.facts(&facts);
    page.gap();
    let (warnings, notes) = (view.count(FindingLevel::Warning), view.count(FindingLevel::Note));
    let role = if warnings > 0 { Role::Warning } else { Role::Good };
    let sentence = match (warnings, notes) {
        (0, 0) if view.not_checked.is_empty() => "Nothing was found.".to_owned(),
        (0, 0) => "Nothing was found in what could be checked.".to_owned(),
        _ => format!("{} and {}.", counted(warnings, "warning", "warnings"), counted(notes, "note", "notes")),
    };
    page.prose(role, &sentence);
}

fn list(page: &mut Page<'_>, findings: &[&Finding], role: Role) {
    for same in findings.chunk_by(|a, b| a.code == b.code) {
        for finding in same.iter().take(OF_CODE_MAX) {
            let place = finding.place().map(ToString::to_string).unwrap_or_default();
            page.item(role, finding.code.code(), &place, &finding.message);
        }
        let code = same.first().map(|finding| finding.code.code()).unwrap_or_default();
        let more = format!("{code} (--format json has all)");
        page.more(same.len().saturating_sub(OF_CODE_MAX) as u64, &more, &more);
    }
}

/// By reason, so that one reason for many codes is read once.
fn not_checked(page: &mut Page<'_>, view: &FindingsView<'_>) {
    let mut codes: Vec<(&str, Vec<FindingCode>)> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for missed in view.not_checked {
        let at = *known.entry(&missed.why).or_insert_with(|| {
            codes.push((&missed.why, Vec::new()));
            codes.len() - 1
        });
        if let Some((_, codes)) = codes.get_mut(at) {
            codes.push(missed.code);
        }
    }
    if codes.is_empty() {
        return;
    }
    page.heading("Not checked");
    let mut table = Table::new(&[("Why", Kind::Prose), ("Findings", Kind::Prose)]);
    for (why, codes) in codes {
        let codes: Vec<&str> = codes.into_iter().map(FindingCode::code).collect();
        table.group().row([Cell::new(why), Cell::new(codes.join(", "))]);
    }
    page.table(&table);
}
