//! One page without scripts and without a network: the comparison for whoever opens a mail.
//!
//! All that comes from outside is text to the page: it is escaped here, and the content security policy of the page allows
//! its own style and nothing else. Lists are cut where a page would grow too long, and say so.

use super::sentence::{cause_sentence, pair_causes};
use crate::WriteError;
use crate::html::policy_hash;
use crate::terminal::harmless;
use sod_model::{ChangeCause, ChangeClass, ConflictChange, Named, SideFacts, SnapshotDiff};
use std::fmt::Write as _;
use std::io::Write;

/// Rows of a table before "and more": some browsers get slow beyond.
const ROWS_MAX: usize = 2000;

const STYLE: &str = include_str!("html.css");

/// Writes the comparison as a page.
///
/// # Errors
/// When the writer fails.
pub fn write_diff_html(diff: &SnapshotDiff, out: &mut dyn Write) -> Result<(), WriteError> {
    out.write_all(page(diff).as_bytes())?;
    Ok(())
}

fn page(diff: &SnapshotDiff) -> String {
    let mut page = String::new();
    let hash = policy_hash(STYLE);
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n<meta \
         name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" \
         content=\"no-referrer\">\n<title>sod diff: {} - {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        text(&diff.old.label),
        text(&diff.new.label)
    );
    let _ = writeln!(page, "<h1>What changed</h1>");
    for warning in &diff.warnings {
        let _ = writeln!(page, "<p><strong>{}</strong>: {}</p>", warning.code(), warning.message());
    }
    sides(&mut page, diff);
    numbers(&mut page, diff);
    for (class, title) in [
        (ChangeClass::New, "New conflicts"),
        (ChangeClass::Reopened, "Reopened: the exception covers them no more"),
        (ChangeClass::Excepted, "Excepted now"),
        (ChangeClass::Gone, "Gone"),
    ] {
        conflicts(&mut page, diff, class, title);
    }
    pairs(&mut page, diff);
    list(&mut page, "Rules and exceptions", &diff.documents);
    list(&mut page, "Inputs", &diff.scope);
    if !diff.untold.is_empty() {
        page.push_str("<h2>What cannot be told</h2>\n<ul>\n");
        for why in &diff.untold {
            let _ = writeln!(page, "<li>{}</li>", text(why));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn sides(page: &mut String, diff: &SnapshotDiff) {
    page.push_str(
        "<div class=\"wide\" tabindex=\"0\">\n<table>\n<thead><tr><th></th><th>Snapshot</th><th>Kind</th><th>Moment</th><th>States</th><th \
         class=\"n\">Users</th><th class=\"n\">Packages</th><th class=\"n\">Holdings</th><th class=\"n\">Open</th><th \
         class=\"n\">Excepted</th></tr></thead>\n<tbody>\n",
    );
    for (which, side) in [("old", &diff.old), ("new", &diff.new)] {
        let SideFacts { label, is_report, moment, states, users, packages, assignments, .. } = side;
        let kind = if *is_report { "report" } else { "export" };
        let moment = moment.map_or_else(|| "unknown".to_owned(), |moment| moment.to_string());
        let _ = writeln!(
            page,
            "<tr><th>{which}</th><td>{}</td><td>{kind}</td><td>{moment}</td><td>{}</td><td class=\"n\">{users}</td><td \
             class=\"n\">{packages}</td><td class=\"n\">{assignments}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            text(label),
            text(states),
            side.conflicts_open,
            side.conflicts_excepted
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

fn numbers(page: &mut String, diff: &SnapshotDiff) {
    let counts = diff.counts();
    page.push_str("<dl>\n");
    for (class, label, number) in [
        ("bad", "new and open", counts.new_open),
        ("", "new, excepted", counts.new_excepted),
        ("bad", "reopened", counts.reopened),
        ("", "excepted now", counts.excepted),
        ("good", "resolved", counts.resolved),
        ("", "judged otherwise", counts.judged_otherwise),
        ("warn", "out of sight, which is not resolved", counts.out_of_sight),
        ("warn", "gone, cause cannot be told", counts.untold),
        ("", "unchanged, open", counts.unchanged_open),
        ("", "unchanged, excepted", counts.unchanged_excepted),
    ] {
        let class = if number > 0 { class } else { "" };
        let _ = writeln!(page, "<div class=\"{class}\"><dt>{label}</dt><dd>{number}</dd></div>");
    }
    page.push_str("</dl>\n");
}

fn conflicts(page: &mut String, diff: &SnapshotDiff, class: ChangeClass, title: &str) {
    let of_class: Vec<&ConflictChange> =
        diff.conflicts.iter().filter(|conflict| conflict.class == class).collect();
    if of_class.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>{title} <small>{}</small></h2>", of_class.len());
    page.push_str(
        "<div class=\"wide\" tabindex=\"0\">\n<table>\n<thead><tr><th>Severity</th><th>Rule</th><th>User</th><th>Status</th><th>Packages</th><th>Why</th></tr></thead>\n<tbody>\n",
    );
    for conflict in of_class.iter().take(ROWS_MAX) {
        let after = conflict.after.as_ref();
        let status = match conflict.ending() {
            Some(ending) => ending.name(),
            None => after.map_or("", sod_model::ConflictStatus::name),
        };
        let user = &conflict.user;
        let packages: Vec<String> = conflict.packages.iter().map(shown).collect();
        let causes: Vec<String> = conflict
            .causes
            .iter()
            .map(|cause| format!("<li>{}</li>", text(&cause_sentence(cause))))
            .collect();
        let (name, mail) = (user.name.as_deref().unwrap_or_default(), user.principal_name.as_deref());
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}<br><small>{}</small></td><td>{}<br><small>{} {}</small></td><td>{status}</td><td>{}</td><td><ul>{}</ul></td></tr>",
            conflict.severity.name(),
            text(conflict.rule.name.as_deref().unwrap_or_default()),
            text(&conflict.rule.id),
            text(name),
            text(mail.unwrap_or_default()),
            text(&user.id),
            packages.join("<br>"),
            causes.concat()
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    more(page, of_class.len());
}

fn pairs(page: &mut String, diff: &SnapshotDiff) {
    let counts = diff.counts();
    let _ = writeln!(
        page,
        "<h2>Pairs</h2>\n<p>{} new, {} gone, {} with another number of holders, {} unchanged.</p>",
        counts.pairs_new, counts.pairs_gone, counts.pairs_changed, counts.pairs_unchanged
    );
    if diff.pairs.is_empty() {
        return;
    }
    page.push_str(
        "<div class=\"wide\" tabindex=\"0\">\n<table>\n<thead><tr><th>Package</th><th>Package</th><th class=\"n\">Before</th><th class=\"n\">After</th><th>Why</th></tr></thead>\n<tbody>\n",
    );
    for pair in diff.pairs.iter().take(ROWS_MAX) {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            shown(&pair.package_a),
            shown(&pair.package_b),
            pair.before,
            pair.after,
            text(&pair_causes(pair))
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    more(page, diff.pairs.len());
}

fn list(page: &mut String, title: &str, causes: &[ChangeCause]) {
    if causes.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>{title}</h2>\n<ul>");
    for cause in causes.iter().take(ROWS_MAX) {
        let _ = writeln!(page, "<li>{}</li>", text(&cause_sentence(cause)));
    }
    page.push_str("</ul>\n");
    more(page, causes.len());
}

fn more(page: &mut String, all: usize) {
    if all > ROWS_MAX {
        let _ = writeln!(page, "<p>… and {} more: <code>--format csv</code> has all.</p>", all - ROWS_MAX);
    }
}

fn shown(named: &Named) -> String {
    text(named.name.as_ref().unwrap_or(&named.id))
}

/// Text in which a browser finds nothing to obey.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in harmless(text).chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}
