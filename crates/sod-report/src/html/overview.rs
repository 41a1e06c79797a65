//! The first screen: the summary, conflicts by severity, what to do first, and how much of everything the page shows.

use super::first::{FirstStep, first_steps};
use crate::ReportView;
use crate::coverage::{Coverage, CoverageCode, Statement};
use crate::summary::summary;
use crate::terminal::{counted, mend};
use serde::Serialize;
use sod_model::{Conflict, RuleId, Severity, UserId};
use std::collections::BTreeMap;

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
    fn all(view: &ReportView<'_>) -> Vec<Self> {
        let coverage = Coverage::of(view);
        let gaps = coverage.statements().iter().filter(|one| one.code != CoverageCode::Complete);
        let gap = |one: &Statement| {
            let told = counted(one.count, one.code.label(1), one.code.label(one.count));
            Self { code: one.code.code(), told }
        };
        gaps.map(gap).collect()
    }
}

#[derive(Serialize)]
struct Overview<'a, S> {
    /// The tool that wrote the page.
    tool: &'static str,
    summary: S,
    severities: Vec<SeverityLine>,
    first: Vec<FirstStep>,
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
    Overview {
        tool: concat!("sod ", env!("CARGO_PKG_VERSION")),
        summary: summary(view),
        severities: Severity::ALL.iter().map(|&severity| severity_line(view, severity)).collect(),
        first: first_steps(view),
        gaps: Gap::all(view),
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
