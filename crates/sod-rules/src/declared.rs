//! Declared incompatibilities as rules.

use sod_model::{Directory, ExternalId, GroupId, Package, PackageId, Rule, RuleOrigin, RuleSet, Term};
use std::collections::BTreeMap;

/// One rule for each unordered pair of packages of which at least one declares the other, and one for each group that
/// a package declares.
///
/// A declared group whose members are not among the inputs makes a rule that is not evaluable, and says so: "nobody
/// is known to be in it" is not "nobody is in it".
///
/// ```
/// use sod_model::{Directory, ExternalId, Package, PackageId, PackageIdKind};
/// let package = |id: &str, incompatible: Vec<PackageId>| Package {
///     id: ExternalId::new(id),
///     id_kind: PackageIdKind::Object,
///     display_name: None,
///     catalog: None,
///     incompatible_packages: incompatible,
///     incompatible_groups: vec![],
/// };
/// let packages = vec![package("P1", vec![PackageId(1)]), package("P2", vec![])];
/// let directory = Directory::from_sorted(vec![], packages, vec![], vec![], vec![]).unwrap();
/// let rules = sod_rules::declared_rules(&directory);
/// assert_eq!(rules.rules()[0].id.as_ref(), "entra:P1:P2");
/// ```
#[must_use]
pub fn declared_rules(directory: &Directory) -> RuleSet {
    let mut pairs: BTreeMap<(PackageId, PackageId), (bool, bool)> = BTreeMap::new();
    let mut groups: Vec<(PackageId, GroupId)> = Vec::new();
    for (at, package) in directory.packages().iter().enumerate() {
        let own = PackageId(at as u32);
        for &other in &package.incompatible_packages {
            let slot = pairs.entry((own.min(other), own.max(other))).or_default();
            if own < other {
                slot.0 = true;
            } else {
                slot.1 = true;
            }
        }
        groups.extend(package.incompatible_groups.iter().map(|group| (own, *group)));
    }
    let mut rules = Vec::with_capacity(pairs.len() + groups.len());
    for ((low, high), (low_declares, high_declares)) in pairs {
        if let (Some(a), Some(b)) = (directory.package(low), directory.package(high)) {
            let id = format!("entra:{}:{}", part(&a.id), part(&b.id));
            let name = format!("{} / {}", shown(a), shown(b));
            let origin = RuleOrigin::DeclaredPackages { low_declares, high_declares };
            rules.push(Rule::new(&id, &name, origin, vec![Term::package(low), Term::package(high)]));
        }
    }
    rules.extend(groups.into_iter().filter_map(|(package, group)| group_rule(directory, package, group)));
    RuleSet::new(rules)
}

fn group_rule(directory: &Directory, package_id: PackageId, group_id: GroupId) -> Option<Rule> {
    let (package, group) = (directory.package(package_id)?, directory.group(group_id)?);
    let group_name = group.display_name.as_deref().map_or_else(|| group.id.to_string(), str::to_owned);
    let not_evaluable = group.members.is_none().then(|| match group.members_exported {
        0 => format!("the members of the group {group_name} are not among the inputs"),
        exported => format!(
            "none of the {exported} exported members of the group {group_name} can be compared with the users of the \
             assignments"
        ),
    });
    let id = format!("entra:{}:group:{}", part(&package.id), part(&group.id));
    let name = format!("{} / group {group_name}", shown(package));
    let terms = vec![Term::package(package_id), Term::group(group_id)];
    let rule = Rule::new(&id, &name, RuleOrigin::DeclaredGroup, terms);
    let untold = (group.nested_unknown > 0 && not_evaluable.is_none())
        .then(|| format!("members of groups inside the group {group_name}").into());
    Some(Rule { not_evaluable: not_evaluable.map(Into::into), unknown: untold.into_iter().collect(), ..rule })
}

/// An id as part of a rule's id: two rules must not come to one, whatever stands in ids that are no GUIDs.
fn part(id: &ExternalId) -> String {
    id.to_string().replace('%', "%25").replace(':', "%3A")
}

fn shown(package: &Package) -> String {
    package.display_name.as_deref().map_or_else(|| package.id.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sod_model::{Group, PackageIdKind, UserId};

    fn package(id: &str, packages: &[u32], groups: &[u32]) -> Package {
        Package {
            id: ExternalId::new(id),
            id_kind: PackageIdKind::Object,
            display_name: Some(format!("Package {id}").into()),
            catalog: None,
            incompatible_packages: packages.iter().map(|id| PackageId(*id)).collect(),
            incompatible_groups: groups.iter().map(|id| GroupId(*id)).collect(),
        }
    }

    fn group(id: &str, members: Option<Vec<UserId>>) -> Group {
        Group {
            id: ExternalId::new(id),
            display_name: None,
            members,
            members_exported: 0,
            nested_unknown: 0,
            probably_truncated: false,
        }
    }

    #[test]
    fn ids_with_colons_make_rules_of_their_own() {
        let packages = vec![
            package("A", &[3], &[]),
            package("A:B", &[2], &[]),
            package("C", &[], &[]),
            package("B:C", &[], &[]),
        ];
        let mut sorted = packages;
        sorted.sort_by(|a, b| a.id.cmp(&b.id));
        let at =
            |id: &str| sorted.iter().position(|package| package.id == ExternalId::new(id)).unwrap() as u32;
        let (bc, c) = (PackageId(at("B:C")), PackageId(at("C")));
        let (a, ab) = (at("A") as usize, at("A:B") as usize);
        sorted[a].incompatible_packages = vec![bc];
        sorted[ab].incompatible_packages = vec![c];
        let directory = Directory::from_sorted(vec![], sorted, vec![], vec![], vec![]).unwrap();
        let rules = declared_rules(&directory);
        let ids: Vec<_> = rules.rules().iter().map(|rule| rule.id.as_ref()).collect();
        assert_eq!(ids, ["entra:A%3AB:C", "entra:A:B%3AC"]);
    }

    #[test]
    fn both_directions_make_one_rule_and_are_remembered() {
        let packages = vec![package("A", &[1], &[]), package("B", &[0, 2], &[0, 1]), package("C", &[], &[])];
        let groups = vec![group("g", Some(vec![])), group("h", None)];
        let directory = Directory::from_sorted(vec![], packages, groups, vec![], vec![]).unwrap();
        let rules = declared_rules(&directory);
        let said: Vec<_> = rules
            .rules()
            .iter()
            .map(|rule| (rule.id.as_ref(), rule.origin, rule.not_evaluable.is_some()))
            .collect();
        let pair = |low_declares, high_declares| RuleOrigin::DeclaredPackages { low_declares, high_declares };
        assert_eq!(
            said,
            [
                ("entra:A:B", pair(true, true), false),
                ("entra:B:C", pair(true, false), false),
                ("entra:B:group:g", RuleOrigin::DeclaredGroup, false),
                ("entra:B:group:h", RuleOrigin::DeclaredGroup, true),
            ]
        );
        assert_eq!(rules.rules()[1].terms, [Term::package(PackageId(1)), Term::package(PackageId(2))]);
    }
}
