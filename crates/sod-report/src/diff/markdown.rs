//! For a ticket or a pull request: the counts, what is newly open and what is gone, as Markdown.
//!
//! Names come from outside: they stand in code spans, in which neither Markdown nor HTML reads anything.

use super::sentence::{cause_sentence, pair_causes};
use crate::WriteError;
use crate::markdown::{code_span, sentence_span};
use sod_model::{ChangeCause, ChangeClass, ConflictChange, Named, SnapshotDiff};
use std::fmt::Write as _;
use std::io::Write;

/// Rows of a table before "and more".
const ROWS_MAX: usize = 50;

/// Writes the comparison as Markdown.
///
/// # Errors
/// When the writer fails.
pub fn write_diff_markdown(diff: &SnapshotDiff, out: &mut dyn Write) -> Result<(), WriteError> {
    out.write_all(markdown(diff).as_bytes())?;
    Ok(())
}

fn markdown(diff: &SnapshotDiff) -> String {
    let counts = diff.counts();
    let mut text = format!("## {} -> {}\n\n", code_span(&diff.old.label), code_span(&diff.new.label));
    for warning in &diff.warnings {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "**{}**: {}\n", warning.code(), warning.message());
    }
    text.push_str("| conflicts | number |\n|---|---:|\n");
    let rows = [
        ("new, open", counts.new_open),
        ("new, excepted", counts.new_excepted),
        ("reopened", counts.reopened),
        ("excepted now", counts.excepted),
        ("resolved", counts.resolved),
        ("judged otherwise", counts.judged_otherwise),
        ("out of sight, which is not resolved", counts.out_of_sight),
        ("gone, cause cannot be told", counts.untold),
        ("unchanged, open", counts.unchanged_open),
        ("unchanged, excepted", counts.unchanged_excepted),
    ];
    for (what, number) in rows {
        let _ = writeln!(text, "| {what} | {number} |");
    }
    for class in [ChangeClass::New, ChangeClass::Reopened, ChangeClass::Gone] {
        let of_class: Vec<&ConflictChange> =
            diff.conflicts.iter().filter(|conflict| conflict.class == class).collect();
        conflicts(&mut text, class, &of_class);
    }
    if !diff.pairs.is_empty() {
        text.push_str(
            "\n### Pairs\n\n| package | package | before | after | why |\n|---|---|---:|---:|---|\n",
        );
        for pair in diff.pairs.iter().take(ROWS_MAX) {
            let names = [&pair.package_a, &pair.package_b].map(shown);
            let [a, b] = names;
            let _ =
                writeln!(text, "| {a} | {b} | {} | {} | {} |", pair.before, pair.after, pair_causes(pair));
        }
        more(&mut text, diff.pairs.len());
    }
    list(&mut text, "Rules and exceptions", &diff.documents);
    list(&mut text, "Inputs", &diff.scope);
    if !diff.untold.is_empty() {
        text.push_str("\n### What cannot be told\n\n");
        for why in &diff.untold {
            let _ = writeln!(text, "- {}", sentence_span(why));
        }
    }
    text
}

fn conflicts(text: &mut String, class: ChangeClass, conflicts: &[&ConflictChange]) {
    if conflicts.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n### {} conflicts\n", class.name());
    text.push_str("| severity | rule | user | status | why |\n|---|---|---|---|---|\n");
    for conflict in conflicts.iter().take(ROWS_MAX) {
        let causes: Vec<String> =
            conflict.causes.iter().map(|cause| sentence_span(&cause_sentence(cause))).collect();
        let user = conflict.user.name.as_ref().unwrap_or(&conflict.user.id);
        let status = conflict.after.as_ref().map_or_else(
            || conflict.ending().map_or("", sod_model::Ending::name),
            sod_model::ConflictStatus::name,
        );
        let (rule, severity) = (code_span(&conflict.rule.id), conflict.severity.name());
        let _ = writeln!(
            text,
            "| {severity} | {rule} | {} | {status} | {} |",
            code_span(user),
            causes.join("; ")
        );
    }
    more(text, conflicts.len());
}

fn list(text: &mut String, title: &str, causes: &[ChangeCause]) {
    if causes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n### {title}\n");
    for cause in causes.iter().take(ROWS_MAX) {
        let _ = writeln!(text, "- {}", sentence_span(&cause_sentence(cause)));
    }
    more(text, causes.len());
}

fn more(text: &mut String, all: usize) {
    if all > ROWS_MAX {
        let _ = writeln!(text, "\n… and {} more; `--format json` has all.", all - ROWS_MAX);
    }
}

fn shown(named: &Named) -> String {
    code_span(named.name.as_ref().unwrap_or(&named.id))
}
