//! Things by their ids.

use super::Router;
use crate::edm::{
    ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, EntityType, GROUP, POLICY, SUBJECT,
};
use crate::escape::shown;
use crate::fault::Fault;
use crate::item::Item;
use crate::list::Rows;
use crate::store::{Entity, Store};
use sod_engine::ExternalId;

impl<'d> Router<'d, '_> {
    /// The thing with the id among the rows.
    pub(super) fn find(
        &self,
        rows: &Rows<'d>,
        entity: &'static EntityType,
        key: &str,
    ) -> Result<Item<'d>, Fault> {
        let store = self.desk.store;
        let directory = &store.snapshot.directory;
        let id = ExternalId::new(key);
        let is_among = |entity: &Entity| match (rows, entity) {
            (Rows::Table(..), _) => true,
            (Rows::Some(rows), Entity::Assignment(row)) => rows.contains(row),
            (Rows::Items(items), entity) => items.iter().any(|item| item.entity() == Some(*entity)),
            (Rows::Some(_), _) => false,
        };
        let found = if std::ptr::eq(entity, &ASSIGNMENT) {
            let mut all = store.find_assignments(&id).map(Entity::Assignment).filter(is_among);
            let first = all.next();
            if all.next().is_some() {
                return Err(Fault::bad_request(format!(
                    "Several assignments of the export have the id '{}': ask for the list with $filter=id eq '{}'.",
                    shown(key),
                    shown(key)
                )));
            }
            first
        } else if std::ptr::eq(entity, &ACCESS_PACKAGE) {
            directory.find_package(&id).map(Entity::Package)
        } else if std::ptr::eq(entity, &POLICY) {
            directory.find_policy(&id).map(Entity::Policy)
        } else if std::ptr::eq(entity, &CATALOG) {
            directory.find_catalog(&id).map(Entity::Catalog)
        } else if std::ptr::eq(entity, &SUBJECT) {
            directory.find_user(&id).map(|user| Entity::Subject(user, None))
        } else if std::ptr::eq(entity, &GROUP) {
            directory.find_group(&id).map(Entity::Group)
        } else if std::ptr::eq(entity, &CONNECTED_ORGANIZATION) {
            store.find_organization(&id).map(Entity::Organization)
        } else if let Rows::Items(items) = rows {
            // What stands inside a record has its id there.
            let is_it = |item: &&Item<'_>| {
                item.text("id").is_some_and(|id| ExternalId::new(&id) == ExternalId::new(key))
            };
            return items.iter().find(is_it).cloned().ok_or_else(|| no_such(store, entity, key));
        } else {
            None
        };
        found
            .filter(is_among)
            .map(|entity| Item::new(self.desk, entity))
            .ok_or_else(|| no_such(store, entity, key))
    }
}

/// Nothing has the id; an id that cannot be one, where all others are GUIDs, is told apart.
pub(super) fn no_such(store: &Store, entity: &'static EntityType, key: &str) -> Fault {
    let directory = &store.snapshot.directory;
    let is_guid = |id: &ExternalId| matches!(id, ExternalId::Guid(_));
    let all_guids = if std::ptr::eq(entity, &ACCESS_PACKAGE) {
        directory.packages().iter().all(|package| is_guid(&package.id))
    } else if std::ptr::eq(entity, &POLICY) {
        directory.policies().iter().all(|policy| is_guid(&policy.id))
    } else if std::ptr::eq(entity, &CATALOG) {
        directory.catalogs().iter().all(|catalog| is_guid(&catalog.id))
    } else if std::ptr::eq(entity, &ASSIGNMENT) {
        store.assignment_ids_are_guids()
    } else {
        true
    };
    if all_guids && !is_guid(&ExternalId::new(key)) {
        return Fault::new(
            400,
            "InvalidId",
            format!("'{}' is no id of {}: expected a GUID.", shown(key), entity.name),
        );
    }
    Fault::not_found(format!(
        "No {} with the id '{}' is in this snapshot. It may exist in the tenant all the same, if the export does not \
         cover it.",
        entity.name,
        shown(key)
    ))
}
