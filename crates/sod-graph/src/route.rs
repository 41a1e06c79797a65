//! From an address to what it names.

use crate::edm::{ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, GROUP, POLICY, SUBJECT};
use crate::edm::{EntityType, Kind, Property, find};
use crate::fault::Fault;
use crate::item::{Desk, Item};
use crate::list::Rows;
use crate::path::Segment;
use crate::shape::ApiVersion;
use crate::store::{Entity, Store};
use sod_engine::{CatalogId, ExternalId, PackageId, PolicyId, UserId};

/// What an address names.
#[derive(Debug)]
pub(crate) enum Place<'d> {
    /// Many things.
    Many {
        rows: Rows<'d>,
        entity: &'static EntityType,
        /// Only their number, as text.
        count: bool,
        /// Answered by a function and not by a table: Graph then names the type of each thing.
        is_function: bool,
        /// An empty list may mean that nothing was exported.
        may_lack: bool,
    },
    /// One thing.
    One(Item<'d>),
    /// One property of a thing.
    Value(Item<'d>, &'static Property),
    /// `reprocess` of an assignment.
    Reprocess(u32),
}

/// The place, and how `@odata.context` calls it.
#[derive(Debug)]
pub(crate) struct Route<'d> {
    pub(crate) place: Place<'d>,
    pub(crate) context: String,
}

/// A table of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Assignments,
    Policies,
    Packages,
    Catalogs,
    Organizations,
    Subjects,
}

/// The names of the tables. Both versions' are known in both, because Microsoft'd own pages mix them.
const TABLES: [(&str, &str, Table); 6] = [
    ("assignments", "accessPackageAssignments", Table::Assignments),
    ("assignmentPolicies", "accessPackageAssignmentPolicies", Table::Policies),
    ("accessPackages", "accessPackages", Table::Packages),
    ("catalogs", "accessPackageCatalogs", Table::Catalogs),
    ("connectedOrganizations", "connectedOrganizations", Table::Organizations),
    ("subjects", "subjects", Table::Subjects),
];

const ROOT: [&str; 2] = ["identityGovernance", "entitlementManagement"];

/// Whoever asks, and what they ask.
pub(crate) struct Router<'d, 'r> {
    pub(crate) desk: &'d Desk<'d>,
    pub(crate) version: ApiVersion,
    pub(crate) current_user: Option<&'r str>,
}

impl<'d> Router<'d, '_> {
    /// Finds what the segments behind the version name.
    pub(crate) fn route(&self, segments: &[Segment]) -> Result<Route<'d>, Fault> {
        let mut left = segments.iter();
        for expected in ROOT {
            match left.next() {
                Some(segment) if segment.is(expected) => {}
                other => return Err(no_segment(other, &format!("'{}'", ROOT.join("/")))),
            }
        }
        let tables = || {
            let names = TABLES.iter().map(|(v1, beta, _)| match self.version {
                ApiVersion::V1 => *v1,
                ApiVersion::Beta => *beta,
            });
            names.collect::<Vec<_>>().join(", ")
        };
        let segment = left.next();
        let table = segment
            .and_then(|segment| TABLES.iter().find(|(v1, beta, _)| segment.is(v1) || segment.is(beta)));
        let Some((v1, beta, table)) = table else { return Err(no_segment(segment, &tables())) };
        let name = if self.version == ApiVersion::V1 { v1 } else { beta };
        let mut route = Route { place: self.table(*table), context: format!("{}/{name}", ROOT.join("/")) };
        for segment in left {
            route = self.step(route, segment)?;
        }
        Ok(route)
    }

    fn table(&self, table: Table) -> Place<'d> {
        let directory = &self.desk.store.snapshot.directory;
        let tables = &self.desk.store.tables;
        let (entity, at, length): (_, fn(u32) -> Entity, _) = match table {
            Table::Assignments => (&ASSIGNMENT, Entity::Assignment, self.desk.store.snapshot.table().len()),
            Table::Policies => (&POLICY, |at| Entity::Policy(PolicyId(at)), directory.policies().len()),
            Table::Packages => {
                (&ACCESS_PACKAGE, |at| Entity::Package(PackageId(at)), directory.packages().len())
            }
            Table::Catalogs => (&CATALOG, |at| Entity::Catalog(CatalogId(at)), directory.catalogs().len()),
            Table::Organizations => {
                (&CONNECTED_ORGANIZATION, Entity::Organization, tables.organizations.len())
            }
            Table::Subjects => (&SUBJECT, |at| Entity::Subject(UserId(at), None), directory.users().len()),
        };
        let rows = Rows::Table(at, length as u32);
        // That packages, policies or catalogs are none is more often an export without them than a tenant without them.
        Place::Many { rows, entity, count: false, is_function: false, may_lack: table != Table::Assignments }
    }

    fn step(&self, route: Route<'d>, segment: &Segment) -> Result<Route<'d>, Fault> {
        let Route { place, context } = route;
        match place {
            Place::Many { count: true, .. } | Place::Value(..) | Place::Reprocess(_) => {
                Err(no_segment(Some(segment), "the end of the address"))
            }
            Place::Many { rows, entity, is_function, may_lack, .. } => {
                let key = match segment {
                    Segment::Count => {
                        let place = Place::Many { rows, entity, count: true, is_function, may_lack };
                        return Ok(Route { place, context });
                    }
                    Segment::Call { name, arguments } => return self.call(name, arguments, &rows, entity),
                    Segment::Name(name) if is_function_name(name) && std::ptr::eq(entity, &ASSIGNMENT) => {
                        return self.call(name, &[], &rows, entity);
                    }
                    Segment::Name(key) | Segment::Key(key) => key,
                    other => return Err(no_segment(Some(other), "an id, a function or $count")),
                };
                let item = self.find(&rows, entity, key)?;
                Ok(Route {
                    place: Place::One(item),
                    context: format!("{context}('{}')", key.replace('\'', "''")),
                })
            }
            Place::One(item) => self.member(item, &context, segment),
        }
    }

    /// What lies behind one thing: a navigation, a property, an action.
    fn member(&self, item: Item<'d>, context: &str, segment: &Segment) -> Result<Route<'d>, Fault> {
        let entity = item.entity_type();
        let name = match segment {
            Segment::Name(name) => name,
            Segment::Call { name, arguments } if arguments.is_empty() => name,
            other => return Err(no_segment(Some(other), "a property")),
        };
        if name.eq_ignore_ascii_case("reprocess")
            && let Some(Entity::Assignment(row)) = item.entity()
        {
            return Ok(Route { place: Place::Reprocess(row), context: context.to_owned() });
        }
        let Some(property) = find(entity.properties, name, self.version)
            .or_else(|| crate::edm::find_any(entity.properties, name))
        else {
            return Err(no_segment(Some(segment), &format!("a property of {}", entity.name)));
        };
        let context = format!("{context}/{}", property.name(self.version).unwrap_or(property.key));
        let place = match property.kind {
            Kind::One(to) => match item.one(property) {
                Some(one) => Place::One(one),
                None => {
                    return Err(Fault::not_found(format!(
                        "The {} of this {} is not known: the export does not say which {} it is.",
                        property.key, entity.name, to.name
                    )));
                }
            },
            Kind::Many(to) => {
                let may_lack = item.may_lack(property);
                let rows = Rows::Items(item.many(property));
                Place::Many { rows, entity: to, count: false, is_function: false, may_lack }
            }
            _ => Place::Value(item, property),
        };
        Ok(Route { place, context })
    }

    /// The thing with the id among the rows.
    fn find(&self, rows: &Rows<'d>, entity: &'static EntityType, key: &str) -> Result<Item<'d>, Fault> {
        let store = self.desk.store;
        let directory = &store.snapshot.directory;
        let id = ExternalId::new(key);
        let found = if std::ptr::eq(entity, &ASSIGNMENT) {
            store.find_assignment(&id).map(Entity::Assignment)
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
        } else {
            None
        };
        let is_among = |entity: &Entity| match (rows, entity) {
            (Rows::Table(..), _) => true,
            (Rows::Some(rows), Entity::Assignment(row)) => rows.contains(row),
            (Rows::Items(items), entity) => items.iter().any(|item| item.entity() == Some(*entity)),
            (Rows::Some(_), _) => false,
        };
        found
            .filter(is_among)
            .map(|entity| Item::new(self.desk, entity))
            .ok_or_else(|| no_such(store, entity, key))
    }

    fn call(
        &self,
        name: &str,
        arguments: &[(String, String)],
        rows: &Rows<'d>,
        entity: &'static EntityType,
    ) -> Result<Route<'d>, Fault> {
        let on_all = matches!(rows, Rows::Table(..)) && std::ptr::eq(entity, &ASSIGNMENT);
        let (rows, may_lack) = if on_all && name.eq_ignore_ascii_case("additionalAccess") {
            self.additional_access(arguments)?
        } else if on_all && name.eq_ignore_ascii_case("filterByCurrentUser") {
            (self.of_current_user(arguments)?, false)
        } else {
            let message = format!("Resource not found for the segment '{}'.", shown(name));
            return Err(Fault::bad_request(message));
        };
        let place = Place::Many { rows: Rows::Some(rows), entity, count: false, is_function: true, may_lack };
        Ok(Route { place, context: format!("Collection(microsoft.graph.{})", entity.name) })
    }

    /// `additionalAccess`: of two packages, as Microsoft documents it; of one or of none, by what packages declare
    /// incompatible, which is our reading of the schema'd two other forms.
    fn additional_access(&self, arguments: &[(String, String)]) -> Result<(Vec<u32>, bool), Fault> {
        const NAMES: [&str; 2] = ["accessPackageId", "incompatibleAccessPackageId"];
        let mut given: [Option<&str>; 2] = [None, None];
        for (name, value) in arguments {
            let slot = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
            let Some(slot) = slot.and_then(|at| given.get_mut(at)) else {
                return Err(Fault::bad_request(format!(
                    "additionalAccess has no parameter '{}'; expected {}.",
                    shown(name),
                    NAMES.join(" and ")
                )));
            };
            if slot.replace(value).is_some() {
                let message = format!("The parameter '{}' of additionalAccess was given twice.", shown(name));
                return Err(Fault::bad_request(message));
            }
        }
        let directory = &self.desk.store.snapshot.directory;
        let package = |text: &str| {
            directory
                .find_package(&ExternalId::new(text))
                .ok_or_else(|| no_such(self.desk.store, &ACCESS_PACKAGE, text))
        };
        let declared = |package: PackageId| {
            directory
                .package(package)
                .map(|package| package.incompatible_packages.as_slice())
                .unwrap_or_default()
        };
        let says = &self.desk.store.tables.says_incompatible;
        match given {
            [Some(first), Some(second)] => {
                let (first, second) = (package(first)?, package(second)?);
                if first == second {
                    return Err(Fault::new(
                        400,
                        "AccessPackageIdsNotDistinct",
                        "accessPackageId and incompatibleAccessPackageId are the same package. The two access package \
                         IDs must be distinct.",
                    ));
                }
                Ok((self.desk.store.additional(first, &[second]), false))
            }
            [Some(first), None] => {
                let first = package(first)?;
                let may_lack = says.get(first.index()) != Some(&true);
                Ok((self.desk.store.additional(first, declared(first)), may_lack))
            }
            [None, Some(_)] => Err(Fault::bad_request(
                "additionalAccess needs accessPackageId where it is given incompatibleAccessPackageId.",
            )),
            [None, None] => {
                let packages = (0..directory.packages().len() as u32).map(PackageId);
                let found =
                    packages.flat_map(|package| self.desk.store.additional(package, declared(package)));
                let mut found: Vec<u32> = found.collect();
                self.desk.store.order_by_id(&mut found);
                Ok((found, says.iter().any(|says| !says)))
            }
        }
    }

    fn of_current_user(&self, arguments: &[(String, String)]) -> Result<Vec<u32>, Fault> {
        let on = match arguments {
            [(name, on)] if name.eq_ignore_ascii_case("on") => on,
            _ => return Err(Fault::bad_request("filterByCurrentUser needs one parameter: on='target'.")),
        };
        if !on.eq_ignore_ascii_case("target") {
            return Err(Fault::bad_request(format!(
                "filterByCurrentUser(on='{}') cannot be answered from a snapshot; expected on='target'.",
                shown(on)
            )));
        }
        let Some(user) = self.current_user else {
            return Err(Fault::new(
                403,
                "Forbidden",
                "filterByCurrentUser needs a signed-in user, and nobody said who that is: name one with --as-user, or \
                 with the header sod-user.",
            ));
        };
        let directory = &self.desk.store.snapshot.directory;
        let found = directory.find_user(&ExternalId::new(user));
        let named = || match directory.users_named(user).as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        // Whoever holds nothing may well not be in the export.
        let rows =
            found.or_else(named).map(|user| self.desk.store.snapshot.rows_of(user)).unwrap_or_default();
        let mut rows: Vec<u32> = rows.map(|row| row as u32).collect();
        self.desk.store.order_by_id(&mut rows);
        Ok(rows)
    }
}

fn is_function_name(name: &str) -> bool {
    ["additionalAccess", "filterByCurrentUser"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// No more of what a caller wrote than one line.
fn shown(text: &str) -> String {
    text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn no_segment(segment: Option<&Segment>, expected: &str) -> Fault {
    let name = match segment {
        Some(Segment::Name(name) | Segment::Key(name) | Segment::Call { name, .. }) => shown(name),
        Some(Segment::Count) => "$count".to_owned(),
        Some(Segment::Ref) => "$ref".to_owned(),
        Some(Segment::Batch) => "$batch".to_owned(),
        None => return Fault::bad_request(format!("The address ends too early; expected {expected}.")),
    };
    Fault::bad_request(format!("Resource not found for the segment '{name}'; expected {expected}."))
}

/// Nothing has the id; an id that cannot be one, where all others are GUIDs, is told apart.
fn no_such(store: &Store, entity: &'static EntityType, key: &str) -> Fault {
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
