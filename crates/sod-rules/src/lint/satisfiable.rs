//! Rules that nobody can violate as things are: impossible ones, dead ones, and those that cannot be judged.
//!
//! Three different things. An impossible rule asks for more than there can be, whatever the tenant has. A dead one names
//! nothing that the export knows. One that cannot be judged may well be violated: the export does not tell.

use super::demand::Need;
use super::{Context, LintedRule};
use crate::resolve::Missing;
use sod_model::{Finding, FindingCode, Term};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let on = context.rules.iter().filter(|linted| linted.entry.is_none_or(|entry| entry.enabled));
    findings.extend(on.filter_map(|linted| {
        let (code, message) = impossible(context, linted).or_else(|| unjudged(context, linted))?;
        Some(Finding::new(code, Some(linted.subject.clone()), message))
    }));
}

fn impossible(context: &Context<'_>, linted: &LintedRule<'_>) -> Option<(FindingCode, String)> {
    let too_few = |(at, need): (usize, &Need)| {
        let most = need.most(&context.things).filter(|most| *most < need.at_least)?;
        Some((at + 1, need.at_least, most))
    };
    let (number, at_least, most) = linted.demand.needs.iter().enumerate().find_map(too_few)?;
    let message = format!(
        "nobody can ever violate `{}`: term {number} asks for {at_least} of a set that has {most}",
        linted.rule.id
    );
    Some((FindingCode::ImpossibleTerm, message))
}

/// What the tenant cannot satisfy.
fn unjudged(context: &Context<'_>, linted: &LintedRule<'_>) -> Option<(FindingCode, String)> {
    context.directory?;
    let why = linted.rule.not_evaluable.as_deref()?;
    let dead = |(term, missing): (&Term, &Vec<Missing>)| {
        let empty = term.packages.is_empty() && term.groups.is_empty();
        empty && !missing.iter().any(|word| word.kind.is_part())
    };
    let dead = linted.rule.terms.iter().zip(&linted.missing).position(dead);
    Some(match dead {
        Some(term) => (
            FindingCode::DeadRule,
            format!(
                "the export knows nothing of term {} of `{}`: it is not judged",
                term + 1,
                linted.rule.id
            ),
        ),
        None => (
            FindingCode::NotEvaluable,
            format!("`{}` cannot be judged, which is not the same as no conflict: {why}", linted.rule.id),
        ),
    })
}
