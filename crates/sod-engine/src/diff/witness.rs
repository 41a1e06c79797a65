//! What stands behind a conflict on the side that has it.

use super::side::{ConflictPlace, Shown, Side, SideConflict, named, written};
use sod_model::{CatalogId, ExternalId, HeldSet, Named, Timestamp, UserIdKind};

/// What stands behind a conflict.
pub(crate) struct Witness {
    /// Every id that is known of the user, the first one first.
    pub(crate) user: Vec<ExternalId>,
    /// Whether a list of the users of a directory would have them: those without a directory id are in none.
    pub(crate) is_listed: bool,
    pub(crate) packages: Vec<WitnessPackage>,
    pub(crate) groups: Vec<ExternalId>,
}

/// A package that is held.
pub(crate) struct WitnessPackage {
    pub(crate) id: ExternalId,
    pub(crate) named: Named,
    pub(crate) catalog: Option<ExternalId>,
    pub(crate) assignments: Vec<WitnessAssignment>,
}

/// An assignment that counts.
pub(crate) struct WitnessAssignment {
    pub(crate) id: Option<ExternalId>,
    pub(crate) state: Box<str>,
    pub(crate) until: Option<Timestamp>,
}

impl Side<'_> {
    /// What stands behind a conflict of this side.
    pub(crate) fn witness(&self, conflict: &SideConflict) -> Witness {
        let nothing = Witness {
            user: vec![ExternalId::new(&conflict.user.id)],
            is_listed: true,
            packages: Vec::new(),
            groups: Vec::new(),
        };
        match (&self.shown, conflict.place) {
            (Shown::Export(export), ConflictPlace::Export(rule, user)) => {
                let directory = &export.snapshot.directory;
                let (Some(rule), Some(known)) = (export.analysis.rules.rule(rule), directory.user(user))
                else {
                    return nothing;
                };
                let held = HeldSet::of_user(rule, user, &export.analysis.matrix, directory);
                let groups = held.groups.iter().filter_map(|group| directory.group(*group));
                Witness {
                    user: std::iter::once(&known.id).chain(&known.aliases).cloned().collect(),
                    is_listed: known.id_kind == UserIdKind::Object,
                    groups: groups.map(|group| group.id.clone()).collect(),
                    packages: held
                        .packages
                        .iter()
                        .filter_map(|&package| export.witness_package(user, package))
                        .collect(),
                }
            }
            (Shown::Report(report, _), ConflictPlace::Report(at)) => {
                let Some(past) = report.conflicts.get(at) else { return nothing };
                let package = |id: &String| WitnessPackage {
                    id: ExternalId::new(id),
                    named: Named { id: id.as_str().into(), name: None },
                    catalog: None,
                    assignments: past
                        .assignments
                        .iter()
                        .filter(|own| own.package_id.as_ref() == Some(id))
                        .map(|own| WitnessAssignment {
                            id: own.id.as_deref().map(ExternalId::new),
                            state: own.state.as_str().into(),
                            until: own.until(),
                        })
                        .collect(),
                };
                let groups = past.terms.iter().flat_map(|term| &term.held_groups);
                Witness {
                    packages: past.held_packages.iter().map(package).collect(),
                    groups: groups.map(|id| ExternalId::new(id)).collect(),
                    ..nothing
                }
            }
            _ => nothing,
        }
    }

    /// The packages held of what the rule names, for showing.
    pub(crate) fn held_packages(&self, conflict: &SideConflict) -> Vec<Named> {
        match (&self.shown, conflict.place) {
            (Shown::Export(export), ConflictPlace::Export(rule, user)) => {
                let directory = &export.snapshot.directory;
                let Some(rule) = export.analysis.rules.rule(rule) else { return Vec::new() };
                let held = HeldSet::of_user(rule, user, &export.analysis.matrix, directory);
                held.packages.iter().filter_map(|&package| directory.package(package).map(named)).collect()
            }
            (Shown::Report(report, _), ConflictPlace::Report(at)) => {
                let held = report.conflicts.get(at).map(|past| past.held_packages.as_slice());
                let held = held.unwrap_or_default().iter();
                held.map(|id| Named { id: id.as_str().into(), name: None }).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl super::side::ExportSide<'_> {
    pub(crate) fn witness_package(
        self,
        user: sod_model::UserId,
        package: sod_model::PackageId,
    ) -> Option<WitnessPackage> {
        let (snapshot, states) = (self.snapshot, &self.analysis.holding.states);
        let directory = &snapshot.directory;
        let known = directory.package(package)?;
        let counted = snapshot.assignments_of(user, package);
        let counted = counted.filter(|own| states.matches(own.state, &snapshot.states));
        let catalog = |id: CatalogId| directory.catalog(id).map(|catalog| catalog.id.clone());
        Some(WitnessPackage {
            id: known.id.clone(),
            named: named(known),
            catalog: known.catalog.and_then(catalog),
            assignments: counted
                .map(|own| WitnessAssignment {
                    id: own.id,
                    state: snapshot.states.name(own.state).into(),
                    until: own.until,
                })
                .collect(),
        })
    }

    /// How the export calls a package.
    pub(crate) fn package_id(self, package: sod_model::PackageId) -> Option<Box<str>> {
        self.snapshot.directory.package(package).map(|package| written(&package.id))
    }
}
