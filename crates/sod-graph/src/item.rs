//! Things with properties: what the store knows of an entity, by the properties of the schema.

use crate::edm::{
    ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, EntityType, GROUP, Kind, POLICY, Property,
    SUBJECT,
};
use crate::odata::{JsonRow, Row};
use crate::shape::ApiVersion;
use crate::store::{Entity, Store};
use serde_json::{Map, Value, json};
use sod_engine::{ExternalId, PackageId, UserIdKind};
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one request may cost: things reached through navigations to many. Expansions and lambdas within one another
/// multiply, and nobody means so many.
const MOST: u64 = 200_000;

/// Where one request is worked on: the store, and what the request has cost so far.
#[derive(Debug)]
pub(crate) struct Desk<'s> {
    pub(crate) store: &'s Store,
    reached: AtomicU64,
}

impl<'s> Desk<'s> {
    pub(crate) const fn new(store: &'s Store) -> Self {
        Self { store, reached: AtomicU64::new(0) }
    }

    /// Takes note of further things; whether they may be looked at.
    fn may_reach(&self, things: usize) -> bool {
        self.reached.fetch_add(things as u64, Ordering::Relaxed) + (things as u64) <= MOST
    }

    /// Whether the request went too far: then what was found is not all there is, and must not be shown.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.reached.load(Ordering::Relaxed) > MOST
    }
}

/// An entity of the store, or an object inside one.
#[derive(Debug)]
pub(crate) struct Item<'d> {
    desk: &'d Desk<'d>,
    of: Of,
    rest: OnceLock<Map<String, Value>>,
}

#[derive(Debug)]
enum Of {
    Entity(Entity),
    /// What belongs to another record and has no table: the members are in `rest`.
    Inside(&'static EntityType),
}

impl<'d> Item<'d> {
    pub(crate) fn new(desk: &'d Desk<'d>, entity: Entity) -> Self {
        Self { desk, of: Of::Entity(entity), rest: OnceLock::new() }
    }

    fn inside(desk: &'d Desk<'d>, value: &Value, entity: &'static EntityType) -> Self {
        let members = value.as_object().cloned().unwrap_or_default();
        Self { desk, of: Of::Inside(entity), rest: OnceLock::from(members) }
    }

    /// Where it is in the store, if it has a table of its own.
    pub(crate) const fn entity(&self) -> Option<Entity> {
        match self.of {
            Of::Entity(entity) => Some(entity),
            Of::Inside(_) => None,
        }
    }

    /// Its type.
    pub(crate) fn entity_type(&self) -> &'static EntityType {
        match self.of {
            Of::Inside(entity) => entity,
            Of::Entity(Entity::Assignment(_)) => &ASSIGNMENT,
            Of::Entity(Entity::Subject(..)) => &SUBJECT,
            Of::Entity(Entity::Package(_)) => &ACCESS_PACKAGE,
            Of::Entity(Entity::Policy(_)) => &POLICY,
            Of::Entity(Entity::Catalog(_)) => &CATALOG,
            Of::Entity(Entity::Group(_)) => &GROUP,
            Of::Entity(Entity::Organization(_)) => &CONNECTED_ORGANIZATION,
        }
    }

    fn rest(&self) -> &Map<String, Value> {
        self.rest.get_or_init(|| match self.of {
            Of::Entity(entity) => self.desk.store.rest(entity),
            Of::Inside(_) => Map::new(),
        })
    }

    /// What kind of its type it is, where there are several: clients tell custom extensions apart by that.
    pub(crate) fn type_name(&self) -> Option<&Value> {
        match self.of {
            Of::Inside(_) => self.rest().get("@odata.type"),
            Of::Entity(_) => None,
        }
    }

    /// The value of a property that is no navigation; null where it is not known.
    pub(crate) fn value(&self, property: &'static Property) -> Cow<'_, Value> {
        if let Of::Entity(entity) = self.of
            && let Some(value) = self.column(entity, property.key)
        {
            return Cow::Owned(value);
        }
        match self.rest().get(property.key) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(self.fallback(property.key).unwrap_or_default()),
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
                    "targetId" => {
                        let user = || Some(directory.user(*table.users().get(at)?)?.id.to_string());
                        self.desk.store.target_id(row).or_else(user).map(Value::String)
                    }
                    "accessPackageId" => Some(id(&directory.package(*table.packages().get(at)?)?.id)),
                    "catalogId" => {
                        let catalog = directory.package(*table.packages().get(at)?)?.catalog?;
                        Some(id(&directory.catalog(catalog)?.id))
                    }
                    "assignmentPolicyId" => Some(id(&directory.policy(table.get(at)?.policy?)?.id)),
                    _ => None,
                }
            }
            (Entity::Subject(user, row), "id") => {
                let user = directory.user(user)?;
                let record = row.and_then(|row| self.desk.store.subject_record(row));
                // Beside the object id, the one other id that records tie to a person is that of the subject record.
                let record = record.or_else(|| match (user.id_kind, user.aliases.as_slice()) {
                    (UserIdKind::SubjectRecord, _) => Some(user.id.to_string()),
                    (_, [one]) => Some(one.to_string()),
                    _ => None,
                });
                record.map(Value::String)
            }
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
                let id = self.rest().get("connectedOrganizationId")?.as_str()?;
                Entity::Organization(self.desk.store.find_organization(&ExternalId::new(id))?)
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
            (Of::Inside(_), key) => {
                return self
                    .rest()
                    .get(key)
                    .filter(|value| value.is_object())
                    .map(|value| Self::inside(self.desk, value, to));
            }
            _ => return None,
        };
        Some(Self::new(self.desk, entity))
    }

    /// The things behind a navigation to many, in a fixed order.
    pub(crate) fn many(&self, property: &'static Property) -> Vec<Self> {
        let found = self.all(property);
        if self.desk.may_reach(found.len()) { found } else { Vec::new() }
    }

    fn all(&self, property: &'static Property) -> Vec<Self> {
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
            (_, key) => match self.rest().get(key) {
                Some(Value::Array(values)) => {
                    values.iter().map(|value| Self::inside(self.desk, value, to)).collect()
                }
                Some(value @ Value::Object(_)) => vec![Self::inside(self.desk, value, to)],
                _ => Vec::new(),
            },
        }
    }

    /// Whether an empty list behind the navigation may only mean that nothing was exported.
    pub(crate) fn may_lack(&self, property: &'static Property) -> bool {
        let tables = &self.desk.store.tables;
        match (&self.of, property.key) {
            (Of::Entity(Entity::Package(package)), "incompatibleAccessPackages") => {
                tables.says_incompatible.get(package.index()) != Some(&true)
            }
            (Of::Entity(Entity::Package(package)), "accessPackagesIncompatibleWith") => {
                // Whoever else declares it must have said so.
                tables.says_incompatible.iter().enumerate().any(|(at, says)| !says && at != package.index())
            }
            (Of::Entity(Entity::Package(package)), "incompatibleGroups") => {
                tables.says_groups.get(package.index()) != Some(&true)
            }
            (Of::Entity(Entity::Package(_) | Entity::Catalog(_)), _) => true,
            _ => false,
        }
    }
}

impl Row for Item<'_> {
    fn value(&self, path: &[&'static Property]) -> Cow<'_, Value> {
        match path {
            [] => Cow::Owned(Value::Null),
            [property] => Item::value(self, property),
            [property, rest @ ..] if property.kind.is_navigation() => match self.one(property) {
                Some(item) => Cow::Owned(Row::value(&item, rest).into_owned()),
                None => Cow::Owned(Value::Null),
            },
            [property, rest @ ..] => {
                let whole = Item::value(self, property);
                let within = rest.iter().try_fold(&*whole, |value, step| member(value, step));
                Cow::Owned(within.cloned().unwrap_or_default())
            }
        }
    }

    fn each(&self, path: &[&'static Property], visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) {
        let Some((last, before)) = path.split_last() else { return };
        if let Some((first, rest)) = before.split_first()
            && first.kind.is_navigation()
        {
            if let Some(item) = self.one(first) {
                let rest: Vec<&'static Property> = rest.iter().copied().chain([*last]).collect();
                item.each(&rest, visit);
            }
            return;
        }
        if let Kind::Many(_) = last.kind {
            let _ = self.many(last).iter().try_for_each(|item| visit(item));
            return;
        }
        if let Value::Array(values) = &*Row::value(self, path) {
            // Members within one record are called alike in both versions.
            let version = ApiVersion::V1;
            let _ = values.iter().try_for_each(|value| visit(&JsonRow { value, version }));
        }
    }
}

/// A member of an object that is no entity.
fn member<'v>(value: &'v Value, property: &Property) -> Option<&'v Value> {
    let names = [property.v1, property.beta];
    names.into_iter().flatten().find_map(|name| value.get(name))
}
