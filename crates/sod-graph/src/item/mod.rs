//! Things with properties: what the store knows of an entity, by the properties of the schema.

mod navigation;

pub(crate) use navigation::Lack;

use crate::desk::Desk;
use crate::edm::{
    ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, EntityType, GROUP, Kind, POLICY, Property,
    SUBJECT,
};
use crate::odata::{JsonRow, Row};
use crate::shape::ApiVersion;
use crate::store::{Entity, sort_inside};
use serde_json::{Map, Value, json};
use sod_engine::{ExternalId, UserIdKind};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// An entity of the store, or an object inside one.
#[derive(Clone, Debug)]
pub(crate) struct Item<'d> {
    desk: &'d Desk<'d>,
    of: Of,
}

#[derive(Clone, Debug)]
enum Of {
    Entity(Entity),
    /// What belongs to another record and has no table.
    Inside(&'static EntityType, Map<String, Value>),
}

impl<'d> Item<'d> {
    pub(crate) fn new(desk: &'d Desk<'d>, entity: Entity) -> Self {
        Self { desk, of: Of::Entity(entity) }
    }

    fn inside(desk: &'d Desk<'d>, value: &Value, entity: &'static EntityType) -> Self {
        let members = value.as_object().cloned().unwrap_or_default();
        Self { desk, of: Of::Inside(entity, sort_inside(members, entity)) }
    }

    /// The request that it is looked at for.
    pub(crate) const fn desk(&self) -> &'d Desk<'d> {
        self.desk
    }

    /// Where it is in the store, if it has a table of its own.
    pub(crate) const fn entity(&self) -> Option<Entity> {
        match self.of {
            Of::Entity(entity) => Some(entity),
            Of::Inside(..) => None,
        }
    }

    /// Its type.
    pub(crate) fn entity_type(&self) -> &'static EntityType {
        match self.of {
            Of::Inside(entity, _) => entity,
            Of::Entity(Entity::Assignment(_)) => &ASSIGNMENT,
            Of::Entity(Entity::Subject(..)) => &SUBJECT,
            Of::Entity(Entity::Package(_)) => &ACCESS_PACKAGE,
            Of::Entity(Entity::Policy(_)) => &POLICY,
            Of::Entity(Entity::Catalog(_)) => &CATALOG,
            Of::Entity(Entity::Group(_)) => &GROUP,
            Of::Entity(Entity::Organization(_)) => &CONNECTED_ORGANIZATION,
        }
    }

    /// A member of its record.
    fn member(&self, key: &str) -> Option<Cow<'_, Value>> {
        match &self.of {
            Of::Entity(entity) => self.desk.store.member(*entity, key).map(Cow::Owned),
            Of::Inside(_, members) => members.get(key).map(Cow::Borrowed),
        }
    }

    /// The text of a member of what stands inside a record.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.member(key)?.as_str().map(str::to_owned)
    }

    /// What kind of its type it is, where there are several: clients tell custom extensions apart by that.
    pub(crate) fn type_name(&self) -> Option<&Value> {
        match &self.of {
            Of::Inside(_, members) => members.get("@odata.type"),
            Of::Entity(_) => None,
        }
    }

    /// Of a subject: the id that the export calls the user by, whatever kind of id it is.
    pub(crate) fn user_id(&self) -> Option<String> {
        let Of::Entity(Entity::Subject(user, _)) = self.of else { return None };
        self.desk.store.snapshot.directory.user(user).map(|user| user.id.to_string())
    }

    /// The value of a property that is no navigation; `None` where it is not known.
    pub(crate) fn known(&self, property: &'static Property) -> Option<Cow<'_, Value>> {
        if let Of::Entity(entity) = self.of
            && let Some(value) = self.column(entity, property.key)
        {
            return Some(Cow::Owned(value));
        }
        let fallback = || self.fallback(property.key).map(Cow::Owned);
        match self.member(property.key) {
            Some(value) if value.is_null() => fallback().or(Some(value)),
            Some(value) => Some(value),
            None => fallback(),
        }
    }

    /// What the snapshot itself knows better than any record.
    fn column(&self, entity: Entity, key: &str) -> Option<Value> {
        let snapshot = &self.desk.store.snapshot;
        let (directory, table) = (&snapshot.directory, snapshot.table());
        let id = |id: &ExternalId| Value::String(id.to_string());
        match (entity, key) {
            (Entity::Assignment(row), _) => {
                let at = row as usize;
                match key {
                    "id" => Some(table.id(at).as_ref().map(id).unwrap_or_default()),
                    "state" => Some(json!(snapshot.states.name(*table.states().get(at)?))),
                    "targetId" => self.desk.store.target_of(row).map(Value::String),
                    "accessPackageId" => Some(id(&directory.package(*table.packages().get(at)?)?.id)),
                    "catalogId" => {
                        let catalog = directory.package(*table.packages().get(at)?)?.catalog?;
                        Some(id(&directory.catalog(catalog)?.id))
                    }
                    "assignmentPolicyId" => Some(id(&directory.policy(table.get(at)?.policy?)?.id)),
                    _ => None,
                }
            }
            (Entity::Subject(user, row), "id") => self.desk.store.subject_id(user, row).map(Value::String),
            (Entity::Subject(user, _), "objectId") => {
                let user = directory.user(user)?;
                (user.id_kind == UserIdKind::Object).then(|| id(&user.id))
            }
            (Entity::Package(package), "id") => Some(id(&directory.package(package)?.id)),
            (Entity::Policy(policy), "id") => Some(id(&directory.policy(policy)?.id)),
            (Entity::Catalog(catalog), "id") => Some(id(&directory.catalog(catalog)?.id)),
            (Entity::Group(group), "id") => Some(id(&directory.group(group)?.id)),
            (Entity::Organization(at), "id") => {
                self.desk.store.tables.organizations.get(at as usize).map(|(known, _)| id(known))
            }
            _ => None,
        }
    }

    /// What the snapshot knows where no record says it.
    fn fallback(&self, key: &str) -> Option<Value> {
        let Of::Entity(entity) = self.of else { return None };
        let directory = &self.desk.store.snapshot.directory;
        let text = |text: &Option<Box<str>>| text.as_deref().map(|text| json!(text));
        match (entity, key) {
            (Entity::Assignment(row), "schedule") => {
                let since = self.desk.store.snapshot.table().get(row as usize)?.since?;
                Some(json!({ "startDateTime": since.to_string() }))
            }
            (Entity::Subject(user, _), _) => {
                let user = directory.user(user)?;
                match key {
                    "displayName" => text(&user.display_name),
                    "email" => text(&user.email),
                    "principalName" => text(&user.principal_name),
                    "subjectType" => text(&user.subject_type),
                    _ => None,
                }
            }
            (Entity::Package(package), "displayName") => text(&directory.package(package)?.display_name),
            (Entity::Package(package), "catalogId") => {
                Some(json!(directory.catalog(directory.package(package)?.catalog?)?.id.to_string()))
            }
            (Entity::Policy(policy), "displayName") => text(&directory.policy(policy)?.display_name),
            (Entity::Policy(policy), "accessPackageId") => {
                Some(json!(directory.package(directory.policy(policy)?.package?)?.id.to_string()))
            }
            (Entity::Catalog(catalog), "displayName") => text(&directory.catalog(catalog)?.display_name),
            (Entity::Group(group), "displayName") => text(&directory.group(group)?.display_name),
            _ => None,
        }
    }
}

impl Row for Item<'_> {
    fn value(&self, path: &[&'static Property]) -> Option<Cow<'_, Value>> {
        match path {
            [] => None,
            [property] => self.known(property),
            [property, rest @ ..] if property.kind.is_navigation() => match self.one(property) {
                Some(item) => Some(Cow::Owned(Row::value(&item, rest)?.into_owned())),
                None => self.is_none(property).then_some(Cow::Owned(Value::Null)),
            },
            [property, rest @ ..] => {
                let whole = self.known(property)?;
                if whole.is_null() {
                    return Some(whole);
                }
                let within = rest.iter().try_fold(&*whole, |value, step| member(value, step));
                within.cloned().map(Cow::Owned)
            }
        }
    }

    fn each(&self, path: &[&'static Property], visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> bool {
        let Some((last, before)) = path.split_last() else { return true };
        if let Some((first, rest)) = before.split_first()
            && first.kind.is_navigation()
        {
            let Some(item) = self.one(first) else { return self.is_none(first) };
            let rest: Vec<&'static Property> = rest.iter().copied().chain([*last]).collect();
            return item.each(&rest, visit);
        }
        if let Kind::Many(_) = last.kind {
            let all = self.all(last);
            let is_whole = !self.lack(last).is_felt(all.is_empty());
            let _ = all.iter().try_for_each(|item| visit(item));
            return is_whole;
        }
        let Some(value) = Row::value(self, path) else { return false };
        // Members within one record are called alike in both versions.
        let version = ApiVersion::V1;
        let _ =
            value.as_array().into_iter().flatten().try_for_each(|value| visit(&JsonRow { value, version }));
        true
    }
}

/// A member of an object that is no entity.
fn member<'v>(value: &'v Value, property: &Property) -> Option<&'v Value> {
    let names = [property.v1, property.beta];
    names.into_iter().flatten().find_map(|name| value.get(name))
}
