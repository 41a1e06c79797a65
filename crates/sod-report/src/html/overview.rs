//! The first screen: the summary, conflicts by severity, what to do first, and how much of everything the page shows.

use super::first::{FirstStep, first_steps};
use crate::ReportView;
use crate::coverage::{Coverage, CoverageCode};
use crate::summary::summary;
use crate::terminal::mend;
use serde::Serialize;
use sod_model::{Conflict, RuleId, Severity, UserId};
use std::collections::BTreeMap;

/// Letters of a name within a sentence: enough to know it by. Its own page has all of it.
const NAME_MAX: usize = 80;

/// A name as sentences have it.
pub(super) fn short(name: &str) -> String {
    shortened(name, NAME_MAX)
}

/// The text, or its beginning.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What of the results the page shows, and where the rest is.
#[derive(Serialize)]
pub(super) struct Shown {
    pub(super) what: &'static str,
    pub(super) shown: u64,
    pub(super) all: u64,
    /// The file that has all of it.
    pub(super) file: String,
}

#[derive(Serialize)]
struct SeverityLine {
    severity: &'static str,
    rules: u64,
    rules_judged: u64,
    rules_violated: u64,
    inherent: u64,
    open: u64,
    excepted: u64,
    users_open: u64,
}

/// What was not analysed: its code, and how much of it.
#[derive(Serialize)]
struct Gap {
    code: &'static str,
    told: String,
}

impl Gap {
    fn all(coverage: &Coverage) -> Vec<Self> {
        let gaps = coverage.statements().iter().filter(|one| one.code != CoverageCode::Complete);
        gaps.map(|one| Self { code: one.code.code(), told: one.short() }).collect()
    }
}

#[derive(Serialize)]
struct Overview<'a, S> {
    /// The tool that wrote the page.
    tool: &'static str,
    summary: S,
    severities: Vec<SeverityLine>,
    first: Vec<FirstStep>,
    /// What stands in the place of `first` where that is empty.
    nothing_first: Option<String>,
    /// Not everything was analysed: the number of gaps, and the weightiest.
    caution: Option<String>,
    /// A conflict may have gone unnoticed by one of the gaps.
    may_hide: bool,
    /// What was not analysed, in short; the sentences are in the summary.
    gaps: Vec<Gap>,
    /// By code of a warning: what mends it.
    advice: BTreeMap<&'static str, &'static str>,
    shown: &'a [Shown],
    pairs_file: &'a str,
}

pub(super) fn overview<'a>(
    view: &ReportView<'a>,
    shown: &'a [Shown],
    pairs_file: &'a str,
) -> impl Serialize + 'a {
    let advice = view.warnings.iter().filter_map(|warning| Some((warning.code.code(), mend(warning.code)?)));
    let coverage = Coverage::of(view);
    let (first, nothing_first) = first_steps(view, &coverage);
    Overview {
        tool: concat!("sod ", env!("CARGO_PKG_VERSION")),
        summary: summary(view),
        severities: Severity::ALL.iter().map(|&severity| severity_line(view, severity)).collect(),
        first,
        nothing_first,
        caution: coverage.in_short(),
        may_hide: coverage.may_hide_conflicts(),
        gaps: Gap::all(&coverage),
        advice: advice.collect(),
        shown,
        pairs_file,
    }
}

fn severity_line(view: &ReportView<'_>, severity: Severity) -> SeverityLine {
    let rules = || view.rules.rules().iter().enumerate().filter(|(_, rule)| rule.severity == severity);
    let conflicts = || rules().flat_map(|(at, _)| view.conflicts.of_rule(RuleId(at as u32)));
    let is_open = |conflict: &&Conflict| conflict.exception.is_none();
    let mut users: Vec<UserId> = conflicts().filter(is_open).map(|conflict| conflict.user).collect();
    users.sort_unstable();
    users.dedup();
    let (inherent, open) = (conflicts().count() as u64, conflicts().filter(is_open).count() as u64);
    SeverityLine {
        severity: severity.name(),
        rules: rules().count() as u64,
        rules_judged: rules().filter(|(_, rule)| rule.is_judged()).count() as u64,
        rules_violated: rules()
            .filter(|&(at, _)| !view.conflicts.of_rule(RuleId(at as u32)).is_empty())
            .count() as u64,
        inherent,
        open,
        excepted: inherent - open,
        users_open: users.len() as u64,
    }
}
