//! Makes a store of what was loaded, in one pass over the records.

use super::member::{Sorted, sort};
use super::texts::{TextId, Texts};
use super::{NamedBy, Store, Tables};
use crate::edm::{
    ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, EntityType, Kind, POLICY, Property, SUBJECT,
};
use rayon::prelude::*;
use serde_json::{Map, Value};
use sod_engine::{
    BodyKind, Event, ExternalId, Loaded, Observer, Package, PackageId, Phase, PolicyId, RereadError, Shape,
    Snapshot, StateFilter, User,
};
use std::collections::BTreeMap;

/// How many records are read before they are parsed by all threads.
const BATCH: usize = 8192;

/// A store could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The records could not be read again.
    #[error(transparent)]
    Reread(#[from] RereadError),
    /// The observer asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// One record, parsed.
struct Parsed {
    row: usize,
    /// What is left of it, as text.
    own: String,
    named: [Option<ExternalId>; 2],
    id: Option<ExternalId>,
    expanded: Vec<(&'static EntityType, Value)>,
}

/// What is being collected.
struct Build<'s> {
    snapshot: &'s Snapshot,
    tables: Tables,
    organizations: BTreeMap<ExternalId, Option<TextId>>,
}

impl Store {
    /// Reads what the records say beside what the snapshot knows. Needs the originals (`keep_originals`), and
    /// `keep_bodies` for packages, policies and catalogs in full.
    pub(crate) fn new(
        loaded: Loaded,
        states: StateFilter,
        incompatible_states: &StateFilter,
        observer: &dyn Observer,
    ) -> Result<Self, BuildError> {
        let Loaded { snapshot, originals, bodies, .. } = loaded;
        observer.event(Event::Began(Phase::Index));
        let mut build = Build::new(&snapshot);
        for body in bodies {
            let Ok(Value::Object(record)) = serde_json::from_str(&body.text) else { continue };
            let entity = match body.kind {
                BodyKind::Package => &ACCESS_PACKAGE,
                BodyKind::Policy => &POLICY,
                BodyKind::Catalog => &CATALOG,
                BodyKind::ConnectedOrganization => &CONNECTED_ORGANIZATION,
            };
            build.describe(entity, record, None);
        }
        let is_graph: Vec<bool> =
            snapshot.provenance.sources.iter().map(|source| is_graph(source.shape)).collect();
        let mut waiting: Vec<(usize, String)> = Vec::new();
        originals.each_json(&snapshot, &mut |row, text| {
            let source = snapshot.table().location(row).map(|place| place.source.index());
            if source.is_some_and(|source| is_graph.get(source) == Some(&true)) {
                waiting.push((row, text.to_owned()));
            }
            if waiting.len() >= BATCH {
                if observer.is_cancelled() {
                    return Err(RereadError::Cancelled);
                }
                build.take(std::mem::take(&mut waiting))?;
            }
            Ok(())
        })?;
        build.take(waiting)?;
        let tables = build.finish();
        let [held, held_besides] = Self::matrices(&snapshot, &states, incompatible_states);
        Ok(Self { snapshot, tables, states, held, held_besides })
    }
}

/// Whether records of the shape have the members of Graph's, and not columns of their own.
const fn is_graph(shape: Shape) -> bool {
    matches!(shape, Shape::GraphV1 | Shape::GraphBeta | Shape::GraphMixed | Shape::PowerShell)
}

/// Lists inside packages and catalogs that the snapshot has as tables.
const IN_TABLES: [&str; 4] =
    ["assignments", "accessPackageAssignments", "resourceRoleScopes", "accessPackageResourceRoleScopes"];

impl<'s> Build<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        let (directory, rows) = (&snapshot.directory, snapshot.table().len());
        let says = |package: &Package| !package.incompatible_packages.is_empty();
        let says_groups = |package: &Package| !package.incompatible_groups.is_empty();
        let tables = Tables {
            assignments: vec![None; rows],
            users: vec![None; directory.users().len()],
            packages: vec![None; directory.packages().len()],
            policies: vec![None; directory.policies().len()],
            catalogs: vec![None; directory.catalogs().len()],
            named_by: vec![NamedBy::default(); rows],
            says_incompatible: directory.packages().iter().map(says).collect(),
            says_groups: directory.packages().iter().map(says_groups).collect(),
            ..Tables::default()
        };
        Self { snapshot, tables, organizations: BTreeMap::new() }
    }

    /// Takes in a batch of records, in their order.
    fn take(&mut self, records: Vec<(usize, String)>) -> Result<(), RereadError> {
        let snapshot = self.snapshot;
        let parsed: Vec<Option<Parsed>> =
            records.into_par_iter().map(|(row, text)| parse(snapshot, row, &text)).collect();
        for record in parsed.into_iter().flatten() {
            let table = snapshot.table();
            if record.id != table.id(record.row) {
                let place = table.location(record.row);
                let source = place.and_then(|place| snapshot.provenance.sources.get(place.source.index()));
                return Err(RereadError::Changed {
                    path: source.map(|source| source.path.clone()).unwrap_or_default(),
                    offset: place.map_or(0, |place| place.offset),
                });
            }
            let text = self.tables.texts.intern(&record.own);
            if let Some(slot) = self.tables.assignments.get_mut(record.row) {
                *slot = text;
            }
            let user = table.users().get(record.row).and_then(|user| snapshot.directory.user(*user));
            if let (Some(user), Some(slot)) = (user, self.tables.named_by.get_mut(record.row)) {
                let [record, target] = record.named;
                *slot = NamedBy { record: name_number(user, record), target: name_number(user, target) };
            }
            for (entity, value) in record.expanded {
                if let Value::Object(members) = value {
                    self.describe(entity, members, Some(record.row));
                }
            }
        }
        Ok(())
    }

    /// Takes in what a record says of something; `row` is the assignment that it is expanded in.
    fn describe(&mut self, entity: &'static EntityType, record: Map<String, Value>, row: Option<usize>) {
        let directory = &self.snapshot.directory;
        let id = record.iter().find(|(name, _)| name.eq_ignore_ascii_case("id"));
        let id = id.and_then(|(_, id)| id.as_str()).map(ExternalId::new);
        let Sorted { mut own, expanded } = sort(record, entity);
        own.shift_remove("id");
        own.retain(|_, value| !value.is_null());
        if std::ptr::eq(entity, &SUBJECT) {
            let Some(row) = row else { return };
            let Some(&user) = self.snapshot.table().users().get(row) else { return };
            own.shift_remove("objectId");
            if let Some(user) = directory.user(user) {
                leave_known(&mut own, user);
            }
            for (_, organization) in expanded {
                let Value::Object(organization) = organization else { continue };
                if let Some(id) = organization.get("id") {
                    own.insert("connectedOrganizationId".to_owned(), id.clone());
                }
                self.describe(&CONNECTED_ORGANIZATION, organization, None);
            }
            merge(&mut self.tables.texts, self.tables.users.get_mut(user.index()), own);
            return;
        }
        let Some(id) = id else { return };
        let mut further = Vec::new();
        let slot = if std::ptr::eq(entity, &ACCESS_PACKAGE) {
            let Some(package) = directory.find_package(&id) else { return };
            for (property, value) in expanded {
                match property.key {
                    "catalog" => further.push((&CATALOG, vec![value])),
                    "assignmentPolicies" => further.push((&POLICY, list(value))),
                    "incompatibleAccessPackages" => {
                        if let Some(says) = self.tables.says_incompatible.get_mut(package.index()) {
                            *says = true;
                        }
                        further.push((&ACCESS_PACKAGE, list(value)));
                    }
                    "incompatibleGroups" => {
                        if let Some(says) = self.tables.says_groups.get_mut(package.index()) {
                            *says = true;
                        }
                    }
                    _ => {}
                }
            }
            own.retain(|name, _| !IN_TABLES.iter().any(|list| name.eq_ignore_ascii_case(list)));
            self.tables.packages.get_mut(package.index())
        } else if std::ptr::eq(entity, &POLICY) {
            let Some(policy) = directory.find_policy(&id) else { return };
            for (property, value) in expanded {
                match property.key {
                    "accessPackage" => further.push((&ACCESS_PACKAGE, vec![value])),
                    "catalog" => further.push((&CATALOG, vec![value])),
                    // What runs at which stage belongs to the policy alone.
                    key => drop(own.insert(key.to_owned(), value)),
                }
            }
            self.tables.policies.get_mut(policy.index())
        } else if std::ptr::eq(entity, &CATALOG) {
            let Some(catalog) = directory.find_catalog(&id) else { return };
            further.extend(expanded.into_iter().map(|(_, value)| (&ACCESS_PACKAGE, list(value))));
            own.retain(|name, _| !IN_TABLES.iter().any(|list| name.eq_ignore_ascii_case(list)));
            self.tables.catalogs.get_mut(catalog.index())
        } else {
            Some(self.organizations.entry(id).or_default())
        };
        merge(&mut self.tables.texts, slot, own);
        for (entity, values) in further {
            for value in values {
                if let Value::Object(members) = value {
                    self.describe(entity, members, None);
                }
            }
        }
    }

    fn finish(self) -> Tables {
        let Self { snapshot, mut tables, organizations } = self;
        let directory = &snapshot.directory;
        tables.texts.close();
        tables.organizations = organizations.into_iter().collect();
        tables.policies_of = vec![Vec::new(); directory.packages().len()];
        for (at, policy) in directory.policies().iter().enumerate() {
            let of = policy.package.and_then(|package| tables.policies_of.get_mut(package.index()));
            if let Some(list) = of {
                list.push(PolicyId(at as u32));
            }
        }
        tables.packages_of = vec![Vec::new(); directory.catalogs().len()];
        tables.declared_by = vec![Vec::new(); directory.packages().len()];
        for (at, package) in directory.packages().iter().enumerate() {
            let at = PackageId(at as u32);
            let of = package.catalog.and_then(|catalog| tables.packages_of.get_mut(catalog.index()));
            if let Some(list) = of {
                list.push(at);
            }
            for other in &package.incompatible_packages {
                if let Some(list) = tables.declared_by.get_mut(other.index()) {
                    list.push(at);
                }
            }
        }
        let ids = (0..snapshot.table().len()).filter_map(|row| snapshot.table().id(row));
        tables.assignment_ids_are_guids = ids.into_iter().all(|id| matches!(id, ExternalId::Guid(_)));
        let by_id = |row: usize| Some((snapshot.table().id(row)?, row as u32));
        tables.by_id = (0..snapshot.table().len()).filter_map(by_id).collect();
        tables
    }
}

/// Sorts the members of an assignment, and leaves out what the snapshot has as columns.
fn parse(snapshot: &Snapshot, row: usize, text: &str) -> Option<Parsed> {
    let Ok(Value::Object(record)) = serde_json::from_str(text) else { return None };
    let Sorted { mut own, expanded } = sort(record, &ASSIGNMENT);
    let mut taken = |name: &str| own.shift_remove(name).as_ref().and_then(external_id);
    let id = taken("id");
    let target = taken("targetId");
    for known in ["accessPackageId", "assignmentPolicyId", "catalogId"] {
        taken(known);
    }
    let state = snapshot.table().states().get(row).map(|state| snapshot.states.name(*state));
    own.retain(|name, value| {
        let is_known = name == "state"
            && value
                .as_str()
                .is_some_and(|text| state.is_some_and(|state| state.eq_ignore_ascii_case(text.trim())));
        !is_known && !value.is_null()
    });
    let record_id = expanded.iter().find(|(property, _)| property.key == "target");
    let record_id = record_id.and_then(|(_, target)| external_id(member(target, "id")?));
    let entity = |(property, value): (&'static Property, Value)| match property.kind {
        Kind::One(entity) => Some((entity, value)),
        _ => None,
    };
    Some(Parsed {
        row,
        own: Value::Object(own).to_string(),
        named: [record_id, target],
        id,
        expanded: expanded.into_iter().filter_map(entity).collect(),
    })
}

fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn external_id(value: &Value) -> Option<ExternalId> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(ExternalId::new(text)),
        Value::Number(number) => Some(ExternalId::new(&number.to_string())),
        _ => None,
    }
}

/// The number of one of the user's ids; 0 for none, and for aliases beyond those that have a number.
fn name_number(user: &User, id: Option<ExternalId>) -> u8 {
    let Some(id) = id else { return 0 };
    if user.id == id {
        return 1;
    }
    let at = user.aliases.iter().position(|alias| *alias == id);
    at.and_then(|at| u8::try_from(at + 2).ok()).unwrap_or(0)
}

/// Leaves out what the snapshot says of the user already.
fn leave_known(own: &mut Map<String, Value>, user: &User) {
    let known = [
        ("displayName", &user.display_name),
        ("email", &user.email),
        ("principalName", &user.principal_name),
        ("subjectType", &user.subject_type),
    ];
    for (name, known) in known {
        if own.get(name).is_some_and(|value| value.as_str() == known.as_deref()) {
            own.shift_remove(name);
        }
    }
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        other => vec![other],
    }
}

/// Adds to what is known of something; what was said first stays.
fn merge(texts: &mut Texts, slot: Option<&mut Option<TextId>>, own: Map<String, Value>) {
    let Some(slot) = slot else { return };
    let text = Value::Object(own.clone()).to_string();
    let Some(known) = *slot else {
        *slot = texts.intern(&text);
        return;
    };
    if texts.get(known) == text {
        return;
    }
    let Ok(mut all) = serde_json::from_str::<Map<String, Value>>(texts.get(known)) else { return };
    let before = all.len();
    for (name, value) in own {
        all.entry(name).or_insert(value);
    }
    if all.len() > before {
        *slot = texts.intern(&Value::Object(all).to_string());
    }
}
