//! Makes a store of what was loaded, in one pass over the records.

use super::assignment::{Parsed, Waiting, name_number, parse};
use super::member::{Sorted, sort};
use super::order::InOrder;
use super::records::{RecordId, Records, members};
use super::{NamedBy, Store, Tables};
use crate::edm::{ACCESS_PACKAGE, CATALOG, CONNECTED_ORGANIZATION, EntityType, POLICY, SUBJECT};
use crate::shape::ApiVersion;
use hashbrown::hash_map::Entry;
use rayon::prelude::*;
use serde_json::{Map, Value};
use sod_engine::{
    BodyKind, Event, ExternalId, Loaded, Observer, Package, PackageId, Phase, PolicyId, RereadError, Shape,
    Snapshot, Source, StateFilter, User, WarningCode,
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

/// What is being collected.
struct Build<'s> {
    snapshot: &'s Snapshot,
    tables: Tables,
    organizations: BTreeMap<ExternalId, Option<RecordId>>,
}

impl Store {
    /// Reads what the records say beside what the snapshot knows. Needs the originals (`keep_originals`), and
    /// `keep_bodies` for packages, policies and catalogs in full.
    pub(crate) fn new(
        loaded: Loaded,
        states: &StateFilter,
        incompatible_states: &StateFilter,
        observer: &dyn Observer,
    ) -> Result<Self, BuildError> {
        let Loaded { snapshot, originals, bodies, .. } = loaded;
        observer.event(Event::Began(Phase::Index));
        let versions: Vec<ApiVersion> = snapshot.provenance.sources.iter().map(version_of_source).collect();
        let version = |source: usize| versions.get(source).copied().unwrap_or(ApiVersion::V1);
        let mut build = Build::new(&snapshot);
        for body in bodies {
            let Ok(Value::Object(record)) = serde_json::from_str(&body.text) else { continue };
            let around = version(body.location.source.index());
            let entity = match body.kind {
                BodyKind::Package => &ACCESS_PACKAGE,
                BodyKind::Policy => &POLICY,
                BodyKind::Catalog => &CATALOG,
                BodyKind::ConnectedOrganization => &CONNECTED_ORGANIZATION,
            };
            build.describe(entity, record, around, None);
        }
        let is_graph: Vec<bool> =
            snapshot.provenance.sources.iter().map(|source| is_graph(source.shape)).collect();
        let mut waiting: Vec<Waiting> = Vec::new();
        originals.each_json(&snapshot, &mut |row, text| {
            let source = snapshot.table().location(row).map(|place| place.source.index());
            if let Some(source) = source.filter(|source| is_graph.get(*source) == Some(&true)) {
                waiting.push(Waiting { row, around: version(source), text: text.to_owned() });
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
        let [held, held_besides] = Self::matrices(&snapshot, states, incompatible_states);
        let counted =
            snapshot.states.iter().map(|(state, _)| states.matches(state, &snapshot.states)).collect();
        let in_order = InOrder::new(&snapshot);
        let is_partial = is_partial(&snapshot);
        let unnamed = [false; 3];
        let mut store = Self { snapshot, tables, counted, in_order, held, held_besides, is_partial, unnamed };
        store.unnamed = store.find_unnamed();
        Ok(store)
    }
}

fn is_partial(snapshot: &Snapshot) -> bool {
    use WarningCode::{FewerRecords, PartlyJoined, StateAssumed, UnjoinedAllowed};
    let doubts = [FewerRecords, PartlyJoined, StateAssumed, UnjoinedAllowed];
    let provenance = &snapshot.provenance;
    !provenance.gaps().is_empty() || provenance.warnings.iter().any(|warning| doubts.contains(&warning.code))
}

/// The version whose answers a source has.
fn version_of_source(source: &Source) -> ApiVersion {
    match &source.context {
        Some(context) if context.contains("/beta/") => ApiVersion::Beta,
        None if source.shape == Shape::GraphBeta => ApiVersion::Beta,
        _ => ApiVersion::V1,
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
    fn take(&mut self, records: Vec<Waiting>) -> Result<(), RereadError> {
        let snapshot = self.snapshot;
        let parsed: Vec<Option<Parsed>> =
            records.into_par_iter().map(|record| parse(snapshot, &record)).collect();
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
            let own = self.tables.records.add(&record.own);
            if let Some(slot) = self.tables.assignments.get_mut(record.row) {
                *slot = own;
            }
            let user = table.users().get(record.row).and_then(|user| snapshot.directory.user(*user));
            if let (Some(user), Some(slot)) = (user, self.tables.named_by.get_mut(record.row)) {
                let [by_record, by_target] = &record.named;
                let numbers = [name_number(user, by_record.as_ref()), name_number(user, by_target.as_ref())];
                *slot = NamedBy { record: numbers[0], target: numbers[1] };
                if (by_record.is_some() && numbers[0] == 0) || (by_target.is_some() && numbers[1] == 0) {
                    self.tables.named_otherwise.insert(record.row as u32, record.named);
                }
            }
            for (entity, value) in record.expanded {
                if let Value::Object(members) = value {
                    self.describe(entity, members, record.around, Some(record.row));
                }
            }
        }
        Ok(())
    }

    /// Takes in what a record says of something; `row` is the assignment that it is expanded in.
    fn describe(
        &mut self,
        entity: &'static EntityType,
        record: Map<String, Value>,
        around: ApiVersion,
        row: Option<usize>,
    ) {
        let directory = &self.snapshot.directory;
        let id = record.iter().find(|(name, _)| name.eq_ignore_ascii_case("id"));
        let id = id.and_then(|(_, id)| id.as_str()).map(ExternalId::new);
        let Sorted { mut own, expanded, version } = sort(record, entity, around);
        own.shift_remove("id");
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
                self.describe(&CONNECTED_ORGANIZATION, organization, version, None);
            }
            merge(&mut self.tables.records, self.tables.users.get_mut(user.index()), own);
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
        merge(&mut self.tables.records, slot, own);
        for (entity, values) in further {
            for value in values {
                if let Value::Object(members) = value {
                    self.describe(entity, members, version, None);
                }
            }
        }
    }

    fn finish(self) -> Tables {
        let Self { snapshot, mut tables, organizations } = self;
        let directory = &snapshot.directory;
        tables.records.close();
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
        tables.assignment_ids_are_guids = true;
        for row in 0..snapshot.table().len() {
            let Some(id) = snapshot.table().id(row) else { continue };
            tables.assignment_ids_are_guids &= matches!(id, ExternalId::Guid(_));
            match tables.by_id.entry(id) {
                Entry::Vacant(place) => drop(place.insert(row as u32)),
                Entry::Occupied(first) => {
                    tables.by_id_too.entry(first.key().clone()).or_default().push(row as u32);
                }
            }
        }
        tables
    }
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
        if own.get(name).and_then(Value::as_str).is_some_and(|value| Some(value) == known.as_deref()) {
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
fn merge(records: &mut Records, slot: Option<&mut Option<RecordId>>, own: Map<String, Value>) {
    let Some(slot) = slot else { return };
    let own = members(own);
    *slot = match *slot {
        Some(known) => records.with(known, own).or(Some(known)),
        None => records.add(&own),
    };
}
