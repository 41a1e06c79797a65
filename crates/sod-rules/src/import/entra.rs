//! What packages of a tenant declare incompatible, as rules of a document.

use super::collect::{Collector, Draft, term};
use super::note::Place;
use super::{ImportCode, ImportError, Imported};
use crate::declared::declared_rules;
use crate::document::{Located, Members, TermEntry, printable};
use sod_model::{Directory, GroupId, Package, PackageId, Rule, RuleOrigin, Snapshot, Term};
use std::collections::BTreeSet;

/// The incompatibilities that the packages of a snapshot declare, as rules that name packages by their ids. Their ids are
/// those of the declared rules with `import-` before them. Which side declares the other stands in the description. `path`
/// is how notes call the inputs.
///
/// # Errors
/// When nothing is declared.
pub fn import_declared(path: &str, snapshot: &Snapshot) -> Result<Imported, ImportError> {
    let directory = &snapshot.directory;
    let mut notes = Collector::default();
    let place = Place { path: path.into(), ..Place::default() };
    let declared = declared_rules(directory);
    for rule in declared.rules() {
        let terms: Vec<TermEntry> = rule.terms.iter().filter_map(|term| entry(directory, term)).collect();
        if terms.len() != rule.terms.len() {
            notes.lost(ImportCode::EmptySide, place.clone(), printable(&rule.name), "a side has no id");
            continue;
        }
        let mut draft = Draft::new(place.within(&rule.id), String::new(), terms);
        draft.id = Some(format!("import-{}", rule.id));
        draft.name = Some(rule.name.trim().to_owned());
        draft.severity = rule.severity;
        draft.facts.description = Some(direction(directory, rule).into());
        notes.add(draft);
    }
    if declared.rules().is_empty() {
        let what = "no declared incompatibility";
        let why = "no package of the export lists incompatible packages or groups, or the export lacks these lists; README.md \
                   tells how to export them";
        notes.problem(ImportCode::Nothing, place.clone(), what, why);
    } else {
        let what = "incompatibilities that the export declares";
        let why = "analyze judges them in any case when it reads that export: with these rules each conflict shows twice";
        notes.remark(ImportCode::JudgedAnyway, place.clone(), what, why);
    }
    tell_mentioned(snapshot, &place, &mut notes);
    notes.finish(place)
}

fn entry(directory: &Directory, term_of: &Term) -> Option<TermEntry> {
    if let [group] = term_of.groups.as_slice() {
        let id = directory.group(*group)?.id.to_string();
        let members = Members { groups: vec![Located::from(id.as_str())], ..Members::default() };
        return Some(TermEntry { members, at_least: Located { value: 1, span: 0..0 } });
    }
    let id = directory.package(*term_of.packages.first()?)?.id.to_string();
    Some(term([id.as_str()], 1))
}

/// Who declares whom.
fn direction(directory: &Directory, rule: &Rule) -> String {
    let package = |at: usize| {
        let id = rule.terms.get(at).and_then(|term| term.packages.first());
        id.and_then(|id| directory.package(*id)).map(called).unwrap_or_default()
    };
    let (low, high) = (package(0), package(1));
    match rule.origin {
        RuleOrigin::DeclaredPackages { low_declares: true, high_declares: true } => {
            format!("Declared in Entra: each of {low} and {high} lists the other as incompatible.")
        }
        RuleOrigin::DeclaredPackages { low_declares: false, .. } => one_way(&high, &low),
        RuleOrigin::DeclaredPackages { .. } => one_way(&low, &high),
        RuleOrigin::DeclaredGroup | RuleOrigin::Document => {
            let id = rule.terms.get(1).and_then(|term| term.groups.first());
            let group = id.and_then(|id: &GroupId| directory.group(*id));
            let name = group.map(|group| {
                group.display_name.as_deref().map_or_else(|| group.id.to_string(), str::to_owned)
            });
            format!("Declared in Entra: {low} lists the group {} as incompatible.", name.unwrap_or_default())
        }
    }
}

fn one_way(from: &str, to: &str) -> String {
    format!("Declared in Entra: {from} lists {to} as incompatible; {to} does not list {from}.")
}

fn called(package: &Package) -> String {
    package.display_name.as_deref().map_or_else(|| package.id.to_string(), |name| name.trim().to_owned())
}

/// Packages of which the export has nothing but that others declare them.
fn tell_mentioned(snapshot: &Snapshot, place: &Place, notes: &mut Collector) {
    let packages = snapshot.directory.packages();
    let assigned: BTreeSet<PackageId> = snapshot.table().packages().iter().copied().collect();
    let declared = packages.iter().flat_map(|package| package.incompatible_packages.iter().copied());
    for id in declared.collect::<BTreeSet<PackageId>>() {
        let Some(package) = snapshot.directory.package(id).filter(|_| !assigned.contains(&id)) else {
            continue;
        };
        let alone = package.catalog.is_none()
            && package.incompatible_packages.is_empty()
            && package.incompatible_groups.is_empty();
        if alone {
            let what = format!("the package {} ({})", package.id, printable(&called(package)));
            let why = "the export has no assignment to it and nothing else of it: nobody may hold it, or the export lacks it";
            notes.remark(ImportCode::OnlyMentioned, place.clone(), what, why);
        }
    }
}
