//! From an address to what it names.

mod find;
mod functions;

use crate::desk::Desk;
use crate::edm::{ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, POLICY, SUBJECT};
use crate::edm::{EntityType, Kind, Property, find};
use crate::escape::shown;
use crate::fault::Fault;
use crate::item::{Item, Lack};
use crate::list::Rows;
use crate::path::Segment;
use crate::shape::ApiVersion;
use crate::store::Entity;
use sod_engine::{CatalogId, PackageId, PolicyId, UserId};

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
        /// What the export may lack of them.
        lack: Lack,
        /// Whose assignments these are, where it was whoever asks.
        of_user: Option<UserId>,
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

/// The names of the tables. Both versions' are known in both, because Microsoft's own pages mix them.
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
    /// Whose list a link to a further page goes on with.
    pub(crate) page_of: Option<UserId>,
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
        // And those that rows alone name are not all there are.
        let described =
            |kind| self.desk.store.snapshot.provenance.side().get(kind).copied().unwrap_or_default();
        let lack = match table {
            Table::Assignments => Lack::Never,
            Table::Packages if self.desk.store.snapshot.provenance.packages_listed < length as u64 => {
                Lack::Always
            }
            Table::Policies if described("policy") < length as u64 => Lack::Always,
            Table::Catalogs if described("catalog") < length as u64 => Lack::Always,
            _ => Lack::IfEmpty,
        };
        Place::Many { rows, entity, count: false, is_function: false, lack, of_user: None }
    }

    fn step(&self, route: Route<'d>, segment: &Segment) -> Result<Route<'d>, Fault> {
        let Route { place, context } = route;
        match place {
            Place::Many { count: true, .. } | Place::Value(..) | Place::Reprocess(_) => {
                Err(no_segment(Some(segment), "the end of the address"))
            }
            Place::Many { rows, entity, is_function, lack, of_user, .. } => {
                let key = match segment {
                    Segment::Count => {
                        let place = Place::Many { rows, entity, count: true, is_function, lack, of_user };
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
                let lack = item.lack(property);
                let rows = Rows::Items(item.many(property));
                Place::Many { rows, entity: to, count: false, is_function: false, lack, of_user: None }
            }
            _ => Place::Value(item, property),
        };
        Ok(Route { place, context })
    }

    fn call(
        &self,
        name: &str,
        arguments: &[(String, String)],
        rows: &Rows<'d>,
        entity: &'static EntityType,
    ) -> Result<Route<'d>, Fault> {
        let on_all = matches!(rows, Rows::Table(..)) && std::ptr::eq(entity, &ASSIGNMENT);
        let (rows, lack, of_user) = if on_all && name.eq_ignore_ascii_case("additionalAccess") {
            let (rows, lacks) = self.additional_access(arguments)?;
            (rows, if lacks { Lack::Always } else { Lack::Never }, None)
        } else if on_all && name.eq_ignore_ascii_case("filterByCurrentUser") {
            match self.of_current_user(arguments)? {
                Some((user, rows)) => (rows, Lack::Never, Some(user)),
                None => (Vec::new(), Lack::Always, None),
            }
        } else {
            let message = format!("Resource not found for the segment '{}'.", shown(name));
            return Err(Fault::bad_request(message));
        };
        let place =
            Place::Many { rows: Rows::Some(rows), entity, count: false, is_function: true, lack, of_user };
        Ok(Route { place, context: format!("Collection(microsoft.graph.{})", entity.name) })
    }
}

fn is_function_name(name: &str) -> bool {
    ["additionalAccess", "filterByCurrentUser"].iter().any(|known| known.eq_ignore_ascii_case(name))
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
