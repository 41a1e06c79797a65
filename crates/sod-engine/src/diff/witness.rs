//! What stands behind a conflict on the side that has it.

use super::side::{ConflictPlace, ReportSide, Shown, Side, SideConflict, named, written};
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
    pub(crate) catalog: CatalogTold,
    pub(crate) assignments: Vec<WitnessAssignment>,
}

/// The catalog of a package, as far as a side tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CatalogTold {
    /// It is in this one.
    In(ExternalId),
    /// The inputs do not tell.
    Unknown,
    /// The inputs may have told, and what was kept of them does not.
    NotKept,
}

/// An assignment that counts.
pub(crate) struct WitnessAssignment {
    pub(crate) id: Option<ExternalId>,
    /// The place of the input that it stands in.
    pub(crate) input: Option<u32>,
    pub(crate) state: Box<str>,
    pub(crate) until: Option<Timestamp>,
}

impl Side<'_> {
    /// What stands behind a conflict of this side.
    pub(crate) fn witness(&self, conflict: &SideConflict) -> Witness {
        let nothing = Witness {
            user: vec![ExternalId::new(&conflict.user.id)],
            is_listed: false,
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
            (Shown::Report(side), ConflictPlace::Report(at)) => {
                let Some(past) = side.report.conflicts.get(at) else { return nothing };
                let package = |id: &String| WitnessPackage {
                    id: ExternalId::new(id),
                    named: side.named(id),
                    catalog: side.catalog(id),
                    assignments: past
                        .assignments
                        .iter()
                        .filter(|own| own.package_id.as_ref() == Some(id))
                        .map(|own| WitnessAssignment {
                            id: own.id.as_deref().map(ExternalId::new),
                            input: None,
                            state: own.state.as_str().into(),
                            until: own.until(),
                        })
                        .collect(),
                };
                let groups = past.terms.iter().flat_map(|term| &term.held_groups);
                let names = past.user_principal_name.iter().map(|name| ExternalId::new(name));
                Witness {
                    user: nothing.user.iter().cloned().chain(names).collect(),
                    is_listed: past.is_directory_object(),
                    packages: past.held_packages.iter().map(package).collect(),
                    groups: groups.map(|id| ExternalId::new(id)).collect(),
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
            (Shown::Report(side), ConflictPlace::Report(at)) => {
                let held = side.report.conflicts.get(at).map(|past| past.held_packages.as_slice());
                held.unwrap_or_default().iter().map(|id| side.named(id)).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl ReportSide<'_> {
    fn named(&self, id: &str) -> Named {
        Named { id: id.into(), name: self.packages.get(id).and_then(|package| package.name.clone()) }
    }

    fn catalog(&self, id: &str) -> CatalogTold {
        match self.packages.get(id).map(|package| &package.catalog_id) {
            Some(Some(Some(catalog))) => CatalogTold::In(ExternalId::new(catalog)),
            Some(Some(None)) => CatalogTold::Unknown,
            Some(None) | None => CatalogTold::NotKept,
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
            catalog: known.catalog.and_then(catalog).map_or(CatalogTold::Unknown, CatalogTold::In),
            assignments: counted
                .map(|own| WitnessAssignment {
                    id: own.id,
                    input: own.location.map(|location| location.source.0),
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
