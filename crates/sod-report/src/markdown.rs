//! `sod analyze --format markdown`: the report in short, for a ticket or a pull request.
//!
//! Totals, conflicts by severity, the worst rules with what most people hold of them, the largest pairs, what was not
//! analysed, the warnings. The page is bounded, whatever the tenant: what is left out is counted, and the file that has it
//! is named. What outsiders wrote stands in code spans, where nobody is mentioned, nothing is a link and no HTML runs; see
//! [`code_span`].

mod sections;
mod text;

pub use text::code_span;
pub(crate) use text::sentence_span;

use crate::ReportView;
use sections::{conflicts, coverage, pairs, rules, totals, warnings};
use sod_model::PairCount;

/// Rules that are listed.
const RULES_MAX: usize = 10;
/// Pairs that are listed.
const PAIRS_MAX: usize = 3;
/// Warnings that are listed.
const WARNINGS_MAX: usize = 20;

/// The page. `top` holds the first pairs in report order; three of them are shown. `report_dir` is where the report folder was
/// written, if it was.
///
/// ```
/// # use sod_model::*;
/// # let (snapshot, holding) = (Snapshot::default(), Holding::default());
/// # let matrix = AssignmentMatrix::from_holdings(0, 0, []);
/// # let (rules, conflicts, exceptions) = (RuleSet::default(), ConflictSet::default(), ExceptionSet::default());
/// # let view = sod_report::ReportView {
/// #     snapshot: &snapshot, holding: &holding, matrix: &matrix, rules: &rules, origins: &Origins::default(),
/// #     conflicts: &conflicts, groups: &[],
/// #     combinations: &[], exceptions: &exceptions, exception_uses: &[], exception_findings: &[],
/// #     exceptions_ending: None, moment: None, totals: Default::default(), warnings: &[],
/// # };
/// let page = sod_report::markdown::analysis(&view, &[], None);
/// assert!(page.contains("**Nothing was judged**"));
/// ```
#[must_use]
pub fn analysis(view: &ReportView<'_>, top: &[PairCount], report_dir: Option<&str>) -> String {
    let mut page = Page(String::new());
    page.line("# Separation of duties");
    conflicts(&mut page, view);
    rules(&mut page, view);
    pairs(&mut page, view, top);
    totals(&mut page, view);
    coverage(&mut page, view);
    warnings(&mut page, view);
    page.gap();
    page.line(&match report_dir {
        Some(dir) => format!("Everything is in the report folder {}.", code_span(dir)),
        None => "`sod analyze --out DIR` writes everything to a folder.".to_owned(),
    });
    page.0
}

/// A page under construction.
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn gap(&mut self) {
        if !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    fn heading(&mut self, title: &str) {
        self.gap();
        self.line(&format!("## {title}"));
        self.gap();
    }

    fn sentence(&mut self, sentence: &str) {
        self.gap();
        self.line(sentence);
    }

    /// A table; a colon in front of a title aligns its column to the right. Cells are written as they are.
    fn table(&mut self, titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        self.gap();
        let shown: Vec<&str> = titles.iter().map(|title| title.trim_start_matches(':')).collect();
        let marks = titles.iter().map(|title| if title.starts_with(':') { "---:" } else { "---" });
        self.line(&format!("| {} |", shown.join(" | ")));
        self.line(&format!("| {} |", marks.collect::<Vec<&str>>().join(" | ")));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
    }

    /// How much a list leaves out, and where it is; nothing when it is complete.
    fn more(&mut self, left_out: usize, what: &str, file: &str) {
        if left_out > 0 {
            let left_out = crate::terminal::grouped(left_out as u64);
            self.sentence(&format!("… and {left_out} more {what}: see `{file}` in the report folder."));
        }
    }
}
