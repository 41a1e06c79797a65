//! What packages give: `resourceRoleScopes` (beta: `accessPackageResourceRoleScopes`), expanded in a package or a list of its own.
//!
//! Two packages give the same where origin system, role and resource are the same; the ids of Graph's own role objects differ from
//! catalog to catalog. Where `role` and `scope` were not expanded there is nothing but the id of the entry: it means what an entry of
//! the same id means that tells more, if there is one, and else only itself.

use crate::decoded::{DecodedPart, SideRecord};
use crate::node::{Node, Object};
use crate::pending::Pending;
use crate::side::{boxed, external_id};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use sod_model::{ExternalId, Package, ResourceRole, ResourceRoleId, ResourceRoles};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The names of the list in the two versions, lower case.
pub(crate) const LISTS: [&str; 2] = ["resourcerolescopes", "accesspackageresourcerolescopes"];

/// One entry of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RoleFacts {
    /// The id of the entry.
    id: Option<Box<str>>,
    /// Origin system, role and resource.
    origin: Option<Box<str>>,
    role_name: Option<Box<str>>,
    resource_name: Option<Box<str>>,
    origin_system: Option<Box<str>>,
}

/// What is said of one package.
#[derive(Debug, Default)]
pub(crate) struct PendingRoles {
    roles: Vec<RoleFacts>,
    /// An entry could not be told from others.
    unclear: bool,
}

/// Decodes the list of a package, if it is there.
pub(crate) fn nested_roles(record: &Object<'_>, part: &mut DecodedPart) {
    let Some(package) = external_id(record, "id") else { return };
    let Some(list) = LISTS.iter().find_map(|list| record.get(list)) else { return };
    let entries: Vec<&Node<'_>> = match list {
        // Not expanded.
        Node::Null => return,
        Node::Array(entries) => entries.iter().collect(),
        // PowerShell unrolls lists of one.
        other => vec![other],
    };
    let mut unclear = false;
    let mut roles = Vec::with_capacity(entries.len());
    for entry in entries {
        match entry {
            Node::Object(entry) => roles.push(role(entry)),
            Node::Null => {}
            _ => unclear = true,
        }
    }
    part.side.push(SideRecord::ResourceRoles { package, roles, unclear });
}

/// Decodes one entry.
pub(crate) fn role(entry: &Object<'_>) -> RoleFacts {
    let role = entry.first_object(&["role", "accesspackageresourcerole"]);
    let scope = entry.first_object(&["scope", "accesspackageresourcescope"]);
    let resource = |of: Option<&'_ Object<'_>>| -> Option<RoleWords> {
        let resource = of?.first_object(&["resource", "accesspackageresource"])?;
        Some(words(resource))
    };
    let (of_role, of_scope) = (role.map(words).unwrap_or_default(), scope.map(words).unwrap_or_default());
    let of_resource = resource(role).or_else(|| resource(scope)).unwrap_or_default();
    let system = of_role.system.or(of_resource.system).or(of_scope.system);
    let place = of_scope.origin.or(of_resource.origin);
    let origin = of_role.origin.map(|role| {
        let system = system.as_deref().unwrap_or_default();
        let place = place.as_deref().unwrap_or_default();
        format!("{system}|{role}|{place}").to_lowercase().into_boxed_str()
    });
    let is_root = scope.and_then(|scope| scope.get("isrootscope")) == Some(&Node::Bool(true));
    RoleFacts {
        id: boxed(entry.text("id")).map(|id| id.to_lowercase().into()),
        origin,
        role_name: of_role.name,
        // The scope of a whole resource is called "Root".
        resource_name: of_resource.name.or(of_scope.name.filter(|_| !is_root)),
        origin_system: system,
    }
}

#[derive(Default)]
struct RoleWords {
    name: Option<Box<str>>,
    origin: Option<Box<str>>,
    system: Option<Box<str>>,
}

fn words(object: &Object<'_>) -> RoleWords {
    let text = |name: &str| boxed(object.text(name).map(|text| Cow::Owned(text.into_owned())));
    RoleWords { name: text("displayname"), origin: text("originid"), system: text("originsystem") }
}

impl PendingRoles {
    pub(crate) fn take(&mut self, roles: Vec<RoleFacts>, unclear: bool) {
        self.roles.extend(roles);
        self.unclear |= unclear;
    }
}

/// The table of roles and what each package gives; and how many packages have roles that cannot be told apart, and so count as not
/// exported.
pub(crate) fn resource_roles(pending: &mut Pending, packages: &[Package]) -> (ResourceRoles, u64) {
    let said: HashMap<ExternalId, PendingRoles, RandomState> = std::mem::take(&mut pending.resource_roles);
    let mut origins: BTreeMap<&str, &str> = BTreeMap::new();
    for facts in said.values().flat_map(|said| &said.roles) {
        if let (Some(id), Some(origin)) = (&facts.id, &facts.origin) {
            // Of two origins of one id, which does not happen, the first in byte order and not the first to arrive.
            let known = origins.entry(id).or_insert(origin);
            *known = (*known).min(origin);
        }
    }
    let key = |facts: &RoleFacts| -> Option<Box<str>> {
        let by_id = || {
            let id = facts.id.as_deref()?;
            Some(origins.get(id).map_or_else(|| format!("id|{id}").into(), |origin| (*origin).into()))
        };
        facts.origin.clone().or_else(by_id)
    };
    let mut table: BTreeMap<ExternalId, ResourceRole> = BTreeMap::new();
    let mut unclear = 0;
    let mut of_packages: Vec<Option<Vec<ExternalId>>> = Vec::with_capacity(packages.len());
    for package in packages {
        let Some(said) = said.get(&package.id) else {
            of_packages.push(None);
            continue;
        };
        let keys: Option<Vec<ExternalId>> = match said.unclear {
            true => None,
            false => said.roles.iter().map(|facts| key(facts).map(ExternalId::Text)).collect(),
        };
        unclear += u64::from(keys.is_none());
        for (facts, id) in said.roles.iter().zip(keys.iter().flatten()) {
            let role = table.entry(id.clone()).or_insert_with(|| ResourceRole {
                id: id.clone(),
                role_name: None,
                resource_name: None,
                origin_system: None,
            });
            keep_least(&mut role.role_name, &facts.role_name);
            keep_least(&mut role.resource_name, &facts.resource_name);
            keep_least(&mut role.origin_system, &facts.origin_system);
        }
        of_packages.push(keys);
    }
    let ids: Vec<ExternalId> = table.keys().cloned().collect();
    let number = |key: &ExternalId| ids.binary_search(key).ok().map(|at| ResourceRoleId(at as u32));
    let of_packages = of_packages.into_iter().map(|keys| {
        let mut own: Vec<ResourceRoleId> = keys?.iter().filter_map(number).collect();
        own.sort_unstable();
        own.dedup();
        Some(own)
    });
    // Made in order, so that there is nothing to lose.
    let roles = ResourceRoles::new(table.into_values().collect(), of_packages.collect());
    (roles.unwrap_or_default(), unclear)
}

/// Names do not depend on what arrived first.
fn keep_least(known: &mut Option<Box<str>>, said: &Option<Box<str>>) {
    if let Some(said) = said
        && known.as_ref().is_none_or(|known| said < known)
    {
        *known = Some(said.clone());
    }
}
