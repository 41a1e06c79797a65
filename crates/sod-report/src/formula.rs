//! Cells that a spreadsheet would run as a formula, made harmless.
//!
//! Display names, principal names and free-text ids are chosen by outsiders. A CSV cell that begins with `=`, `+`,
//! `-`, `@`, a tab, a carriage return or a line feed, or with the full-width form of one of those signs, may be run
//! when the file is opened. Such a cell gets a single quote in front, which a spreadsheet shows or hides but never
//! runs. Source: OWASP, "CSV Injection" (<https://owasp.org/www-community/attacks/CSV_Injection>).
//!
//! Beyond that page, blanks, control characters and invisible marks before the sign are looked through, because
//! some programs trim them. Numbers that sod itself computes are not text and never pass through here. JSON and
//! Parquet carry the text as it is: nothing runs there.

use std::borrow::Cow;

/// The cell as it may be written to a CSV file.
///
/// ```
/// use sod_report::formula::defuse;
/// assert_eq!(defuse("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
/// assert_eq!(defuse("  @SUM(A1)"), "'  @SUM(A1)");
/// assert_eq!(defuse("Vendor master - editor"), "Vendor master - editor");
/// ```
#[must_use]
pub fn defuse(cell: &str) -> Cow<'_, str> {
    if runs(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// What [`defuse`] was given, as far as that can be told: a quote before what would run was ours.
///
/// ```
/// use sod_report::formula::{defuse, restore};
/// assert_eq!(restore(&defuse("=1+1")), "=1+1");
/// assert_eq!(restore("'quoted'"), "'quoted'");
/// ```
#[must_use]
pub fn restore(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest)).unwrap_or(cell)
}

/// Whether a spreadsheet may run the cell, or take a character at its beginning for the border of a cell.
///
/// ```
/// assert!(sod_report::formula::runs("-2+3"));
/// assert!(!sod_report::formula::runs("2-3"));
/// ```
#[must_use]
pub fn runs(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(is_invisible).starts_with(is_trigger)
}

const fn is_trigger(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
}

fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
