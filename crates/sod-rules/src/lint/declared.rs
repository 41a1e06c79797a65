//! What the tenant declares in one direction only, and the packages of which no rule speaks.

use super::{Context, NAMED_MAX, listed};
use sod_model::{Directory, Finding, FindingCode, Package, PackageId, RuleOrigin, Subject, SubjectKind};
use std::collections::BTreeSet;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(directory) = context.directory else { return };
    findings.extend(context.rules.iter().filter_map(|linted| {
        let RuleOrigin::DeclaredPackages { low_declares, high_declares } = linted.rule.origin else { return None };
        if low_declares == high_declares {
            return None;
        }
        let package = |term: usize| directory.package(*linted.rule.terms.get(term)?.packages.first()?);
        let (low, high) = (package(0)?, package(1)?);
        let (one, other) = if low_declares { (low, high) } else { (high, low) };
        let message = format!(
            "{} lists {} as incompatible, and the export shows no such entry of the other: whoever holds {} may still ask \
             for {}",
            named(one),
            named(other),
            named(one),
            named(other)
        );
        Some(Finding::new(FindingCode::OneWayDeclaration, Some(linted.subject.clone()), message))
    }));
    findings.extend(in_no_rule(context, directory));
}

fn named(package: &Package) -> String {
    let id = package.id.to_string();
    listed([package.display_name.as_deref().unwrap_or(&id)], 1)
}

/// Packages that no rule in force has in a set.
fn in_no_rule(context: &Context<'_>, directory: &Directory) -> Option<Finding> {
    let in_force = context.rules.iter().filter(|linted| linted.rule.inactive.is_none());
    let needs = in_force.flat_map(|linted| &linted.demand.needs);
    let things = needs.flat_map(|need| &need.set);
    let spoken_of: BTreeSet<PackageId> =
        things.filter_map(|thing| context.things.as_package(*thing)).collect();
    let packages = directory.packages().iter().enumerate();
    let mut left: Vec<(&str, &Package)> = packages
        .filter(|(at, _)| !spoken_of.contains(&PackageId(*at as u32)))
        .map(|(_, package)| (package.display_name.as_deref().unwrap_or_default(), package))
        .collect();
    // By name; those without one by id at the end.
    left.sort_by(|(a, package), (b, other)| {
        (a.is_empty(), a, &package.id).cmp(&(b.is_empty(), b, &other.id))
    });
    let total = left.len();
    if total == 0 {
        return None;
    }
    let subject = |package: &Package| Subject {
        kind: SubjectKind::Package,
        id: package.id.to_string().into(),
        name: package.display_name.clone(),
        place: None,
    };
    let others: Vec<Subject> = left.iter().take(NAMED_MAX).map(|(_, package)| subject(package)).collect();
    let names = others.iter().map(|subject| subject.name.as_deref().unwrap_or(&subject.id));
    let is = if total == 1 { "is" } else { "are" };
    let message = format!(
        "{total} of {} packages {is} in no rule that is in force: {}",
        directory.packages().len(),
        listed(names, total)
    );
    Some(Finding::new(FindingCode::PackageInNoRule, None, message).with_others(others, total))
}
