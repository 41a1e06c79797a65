//! What lies behind the navigations of a thing.

use super::{Item, Of};
use crate::edm::{Kind, Property};
use crate::store::Entity;
use serde_json::Value;
use sod_engine::{ExternalId, PackageId};

impl Item<'_> {
    /// The one thing behind a navigation.
    pub(crate) fn one(&self, property: &'static Property) -> Option<Self> {
        let Kind::One(to) = property.kind else { return None };
        let snapshot = &self.desk.store.snapshot;
        let (directory, table) = (&snapshot.directory, snapshot.table());
        let entity = match (&self.of, property.key) {
            (Of::Entity(Entity::Assignment(row)), "target") => {
                Entity::Subject(*table.users().get(*row as usize)?, Some(*row))
            }
            (Of::Entity(Entity::Assignment(row)), "accessPackage") => {
                Entity::Package(*table.packages().get(*row as usize)?)
            }
            (Of::Entity(Entity::Assignment(row)), "assignmentPolicy") => {
                Entity::Policy(table.get(*row as usize)?.policy?)
            }
            (Of::Entity(Entity::Subject(..)), "connectedOrganization") => {
                let id = self.member("connectedOrganizationId")?;
                Entity::Organization(self.desk.store.find_organization(&ExternalId::new(id.as_str()?))?)
            }
            (Of::Entity(Entity::Package(package)), "catalog") => {
                Entity::Catalog(directory.package(*package)?.catalog?)
            }
            (Of::Entity(Entity::Policy(policy)), "accessPackage") => {
                Entity::Package(directory.policy(*policy)?.package?)
            }
            (Of::Entity(Entity::Policy(policy)), "catalog") => {
                Entity::Catalog(directory.package(directory.policy(*policy)?.package?)?.catalog?)
            }
            (Of::Inside(_, members), key) => {
                return members
                    .get(key)
                    .filter(|value| value.is_object())
                    .map(|value| Self::inside(self.desk, value, to));
            }
            _ => return None,
        };
        Some(Self::new(self.desk, entity))
    }

    /// The things behind a navigation to many that are to be shown, in a fixed order.
    pub(crate) fn many(&self, property: &'static Property) -> Vec<Self> {
        let found = self.all(property);
        if self.desk.may_show(found.len()) { found } else { Vec::new() }
    }

    /// Whether it is known that nothing stands behind a navigation to one.
    pub(super) fn is_none(&self, property: &'static Property) -> bool {
        property.key == "connectedOrganization"
            && self.member("connectedOrganizationId").is_some_and(|id| id.is_null())
    }

    pub(super) fn all(&self, property: &'static Property) -> Vec<Self> {
        let Kind::Many(to) = property.kind else { return Vec::new() };
        let tables = &self.desk.store.tables;
        let new = |entity| Self::new(self.desk, entity);
        let packages = |list: Option<&[PackageId]>| -> Vec<Self> {
            list.unwrap_or_default().iter().map(|package| new(Entity::Package(*package))).collect()
        };
        match (&self.of, property.key) {
            (Of::Entity(Entity::Package(package)), key) => {
                let declared = self.desk.store.snapshot.directory.package(*package);
                let at = package.index();
                match key {
                    "incompatibleAccessPackages" => {
                        packages(declared.map(|package| package.incompatible_packages.as_slice()))
                    }
                    "accessPackagesIncompatibleWith" => {
                        packages(tables.declared_by.get(at).map(Vec::as_slice))
                    }
                    "incompatibleGroups" => {
                        let groups = declared.map(|package| package.incompatible_groups.as_slice());
                        groups.unwrap_or_default().iter().map(|group| new(Entity::Group(*group))).collect()
                    }
                    "assignmentPolicies" => {
                        let policies = tables.policies_of.get(at).map(Vec::as_slice).unwrap_or_default();
                        policies.iter().map(|policy| new(Entity::Policy(*policy))).collect()
                    }
                    _ => Vec::new(),
                }
            }
            (Of::Entity(Entity::Catalog(catalog)), "accessPackages") => {
                packages(tables.packages_of.get(catalog.index()).map(Vec::as_slice))
            }
            // What belongs to one record alone stands in it.
            (_, key) => match self.member(key).as_deref() {
                Some(Value::Array(values)) => {
                    values.iter().map(|value| Self::inside(self.desk, value, to)).collect()
                }
                Some(value @ Value::Object(_)) => vec![Self::inside(self.desk, value, to)],
                _ => Vec::new(),
            },
        }
    }

    /// Whether the export may lack what stands behind a navigation to many.
    pub(crate) fn lack(&self, property: &'static Property) -> Lack {
        let tables = &self.desk.store.tables;
        let always = |lacks: bool| if lacks { Lack::Always } else { Lack::Never };
        match (&self.of, property.key) {
            (Of::Entity(Entity::Package(package)), "incompatibleAccessPackages") => {
                always(tables.says_incompatible.get(package.index()) != Some(&true))
            }
            (Of::Entity(Entity::Package(package)), "accessPackagesIncompatibleWith") => {
                // Whoever else declares it must have said so.
                let mut says = tables.says_incompatible.iter().enumerate();
                always(says.any(|(at, says)| !says && at != package.index()))
            }
            (Of::Entity(Entity::Package(package)), "incompatibleGroups") => {
                always(tables.says_groups.get(package.index()) != Some(&true))
            }
            (Of::Entity(Entity::Package(_) | Entity::Catalog(_)), _) => Lack::IfEmpty,
            // What stands in a record itself is there if it was exported, be it empty.
            (_, key) => always(self.member(key).is_none_or(|value| value.is_null())),
        }
    }
}

/// What an export may lack of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// Nothing.
    Never,
    /// All of it: if there is anything, there is everything that the rest of the export needs.
    IfEmpty,
    /// Any part of it.
    Always,
}

impl Lack {
    pub(crate) fn is_felt(self, is_empty: bool) -> bool {
        self == Self::Always || (self == Self::IfEmpty && is_empty)
    }
}
