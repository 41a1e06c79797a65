//! The page of `sod verify`: what was checked, what was worked out again, and what differs.

use super::number::counted;
use super::page::{Facts, Page};
use super::style::{Role, Terminal};
use crate::verification::{Difference, Recomputed, SealedPart, Verification};

/// Differences of one kind before "and more"; JSON has all.
const OF_CODE_MAX: usize = 20;

/// What a verification found, as a page.
///
/// ```
/// use sod_report::terminal::{Terminal, verification};
/// use sod_report::verification::{Recomputed, Verification};
/// let mut found = Verification::default();
/// found.recomputed = Some(Recomputed::default());
/// assert!(verification(&found, &Terminal::default()).contains("Nothing differs"));
/// ```
#[must_use]
pub fn verification(found: &Verification, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    checked(&mut page, found);
    if let Some(recomputed) = &found.recomputed {
        worked_out(&mut page, recomputed);
    }
    if !found.differences.is_empty() {
        page.heading("Differences");
        for same in found.differences.chunk_by(|a, b| a.code == b.code) {
            list(&mut page, same);
        }
    }
    if !found.notes.is_empty() {
        page.heading("Notes");
        for note in &found.notes {
            page.prose(Role::Muted, note);
        }
    }
    page.heading("Result");
    verdict(&mut page, found);
    page.finish()
}

fn checked(page: &mut Page<'_>, found: &Verification) {
    let of = match (&found.report_started, found.report_version.as_str()) {
        (Some(started), version) if !version.is_empty() => format!("a report of {started}, by sod {version}"),
        _ => String::new(),
    };
    page.heading_with("Checked", &of);
    let (mut facts, checked) = (Facts::new(), &found.checked);
    let bytes = |bytes| format!("{} in all", counted(bytes, "byte", "bytes"));
    facts.number("report files", checked.outputs, bytes(checked.output_bytes));
    facts.number("inputs", checked.inputs, bytes(checked.input_bytes));
    if checked.judged_files > 0 {
        facts.number("rules files", checked.judged_files, "rules and exceptions, resolved again");
    }
    page.facts(&facts);
}

fn worked_out(page: &mut Page<'_>, recomputed: &Recomputed) {
    page.heading_with("Worked out again", "read by the plain decoder, counted and judged by plain loops");
    let mut facts = Facts::new();
    facts.number("users", recomputed.users, "");
    facts.number("packages", recomputed.packages, "");
    facts.number("holdings", recomputed.holdings, "");
    let sum = counted(recomputed.pair_holders_sum, "holder", "holders");
    facts.number("pairs", recomputed.pairs, format!("with {sum} in all"));
    if recomputed.rules > 0 {
        let declared = match recomputed.rules_declared {
            0 => String::new(),
            declared => format!("{} declared by the inputs", counted(declared, "rule", "rules")),
        };
        facts.number("rules", recomputed.rules, declared);
    }
    if recomputed.exceptions > 0 {
        facts.number("exceptions", recomputed.exceptions, "");
    }
    let open = format!("{} open", super::number::grouped(recomputed.conflicts_open));
    facts.number("conflicts", recomputed.conflicts, open);
    facts.number("files", recomputed.files, "written again and compared byte by byte");
    page.facts(&facts);
}

/// Differences of one kind.
fn list(page: &mut Page<'_>, differences: &[Difference]) {
    for difference in differences.iter().take(OF_CODE_MAX) {
        page.item(Role::Bad, difference.code.code(), &difference.place(), &difference.message);
    }
    let code = differences.first().map(|difference| difference.code.code()).unwrap_or_default();
    let more = format!("{code} (--format json has all)");
    page.more(differences.len().saturating_sub(OF_CODE_MAX) as u64, &more, &more);
}

fn verdict(page: &mut Page<'_>, found: &Verification) {
    let differences = found.differences.len() as u64;
    if differences > 0 {
        let some = counted(differences, "difference", "differences");
        page.prose(Role::Bad, &format!("The report does not hold: {some}."));
    }
    match &found.not_recomputed {
        Some(why) => page.prose(Role::Warning, &format!("Not worked out again: {why}.")),
        None if found.is_equal() => {
            let sentence = "Nothing differs: inputs, figures and files are those of the report.";
            page.prose(Role::Good, sentence);
            rests_on_seal(page, &found.rests_on_seal);
        }
        None => {}
    }
}

/// What nobody can work out again.
fn rests_on_seal(page: &mut Page<'_>, parts: &[SealedPart]) {
    let words: Vec<&str> = parts.iter().map(|part| part.words()).collect();
    let Some((last, rest)) = words.split_last() else { return };
    let list = if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) };
    let advice = if parts.contains(&SealedPart::Rules) || parts.contains(&SealedPart::Exceptions) {
        " Rules and exceptions are resolved again from their files with --rules and --exceptions."
    } else {
        ""
    };
    let sentence = format!(
        "On hashes and seal alone, which whoever can write the folder can renew, rest: {list}.{advice}"
    );
    page.prose(Role::Muted, &sentence);
}
