//! What the judging could not look at: groups, rules, exceptions, and what packages give.

use super::inputs::warned;
use super::{CoverageCode, List};
use crate::ReportView;
use sod_model::{Group, PackageId, Rule, Term, WarningCode};

pub(super) fn groups(view: &ReportView<'_>, list: &mut List) {
    let directory = &view.snapshot.directory;
    let mut named: Vec<_> = terms(view.rules.rules()).flat_map(|term| term.groups.iter().copied()).collect();
    named.sort_unstable();
    named.dedup();
    let without = |group: &&Group| group.members.is_none();
    // Groups that no rule names have no part in any judgement.
    let without = named.iter().filter_map(|&group| directory.group(group)).filter(without).count() as u64;
    list.add(CoverageCode::GroupsWithoutMembers, without, || {
        "groups are named by rules and their members were not exported; who belongs to them is not known"
            .to_owned()
    });
    let truncated = directory.groups().iter().filter(|group| group.probably_truncated).count() as u64;
    list.add(CoverageCode::GroupsProbablyTruncated, truncated, || {
        "groups have exactly one page of exported members; others very likely exist and were not analysed"
            .to_owned()
    });
    nested(view, list);
}

fn nested(view: &ReportView<'_>, list: &mut List) {
    let groups = view.snapshot.directory.groups().iter();
    let nested = groups.filter(|group| group.nested_unknown > 0).count() as u64;
    list.add(CoverageCode::GroupsNestedUnknown, nested, || {
        "groups have groups inside whose members were not exported; who is in those is a member, too, and was not analysed"
            .to_owned()
    });
}

pub(super) fn rules(view: &ReportView<'_>, list: &mut List) {
    let rules = view.rules.rules();
    let packages = view.matrix.packages();
    if rules.is_empty() {
        list.0.push(super::Statement {
            code: CoverageCode::NoRules,
            count: packages as u64,
            text: "no rules were given and the inputs declare none: nothing was judged, which is not the same as no \
                   conflict"
                .to_owned(),
            parts: Vec::new(),
        });
        return;
    }
    let mut about = |code, what: &str, why: &dyn Fn(&Rule) -> Option<String>| {
        let all: Vec<(&Rule, String)> = rules.iter().filter_map(|rule| Some((rule, why(rule)?))).collect();
        let first = all.first().map(|(rule, why)| format!("{}: {why}", rule.id)).unwrap_or_default();
        list.add(code, all.len() as u64, || format!("{what}, e.g. {first}"));
    };
    about(
        CoverageCode::RulesNotEvaluable,
        "rules could not be judged: the verdict is \"not evaluable\", never \"no conflict\"",
        &|rule| rule.not_evaluable.as_deref().filter(|_| rule.inactive.is_none()).map(str::to_owned),
    );
    about(
        CoverageCode::RulesInPart,
        "rules name what the inputs do not know and were judged without it; a conflict by it is not seen",
        &|rule| (rule.is_judged() && !rule.unknown.is_empty()).then(|| rule.unknown.join(", ")),
    );
    about(
        CoverageCode::RulesNotInForce,
        "rules are switched off or outside of their period and were not judged",
        &|rule| rule.inactive.as_deref().map(str::to_owned),
    );
    let mut spoken_of = vec![false; packages];
    for package in terms(rules.iter().filter(|rule| rule.is_judged())).flat_map(|term| &term.packages) {
        if let Some(slot) = spoken_of.get_mut(package.index()) {
            *slot = true;
        }
    }
    let unspoken = spoken_of.iter().filter(|spoken| !**spoken).count() as u64;
    list.add(CoverageCode::PackagesWithoutRule, unspoken, || {
        format!(
            "packages, of {packages}, are named by no rule that was judged; no conflict by them was looked for"
        )
    });
}

pub(super) fn exceptions(view: &ReportView<'_>, list: &mut List) {
    list.add(CoverageCode::ExceptionsUnplaced, warned(view, WarningCode::ExceptionUnplaced), || {
        "names in exceptions are known neither to the rules nor to the inputs; those exceptions cover nothing"
            .to_owned()
    });
}

pub(super) fn resource_roles(view: &ReportView<'_>, list: &mut List) {
    let directory = &view.snapshot.directory;
    let packages = (0..directory.packages().len() as u32).map(PackageId);
    let absent =
        packages.filter(|&package| directory.resource_roles().of_package(package).is_none()).count() as u64;
    list.add(CoverageCode::ResourceRolesAbsent, absent, || {
        "packages have no exported resource roles: whether one of them gives by itself what a rule keeps apart was not \
         looked for"
            .to_owned()
    });
}

fn terms<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> impl Iterator<Item = &'a Term> {
    rules.into_iter().flat_map(|rule| &rule.terms)
}
