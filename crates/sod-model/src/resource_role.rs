//! What packages give: roles of groups, applications and sites.

use crate::{ExternalId, PackageId, ResourceRoleId};

/// A role of a resource, such as membership of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceRole {
    /// The same wherever the same access is given: origin system, role and resource where the export tells them.
    pub id: ExternalId,
    /// Display name of the role, such as `Member`.
    pub role_name: Option<Box<str>>,
    /// Display name of the resource: the group, the application, the site.
    pub resource_name: Option<Box<str>>,
    /// `AadGroup`, `AadApplication`, `SharePointOnline`, ... as the export says.
    pub origin_system: Option<Box<str>>,
}

/// The resource roles of an export, and which package gives which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceRoles {
    // INVARIANT (sorted roles): ascends strictly by id.
    roles: Vec<ResourceRole>,
    // By package; `None` where its roles were not exported. INVARIANT (sorted roles): each ascends strictly, below `roles.len()`.
    of_packages: Vec<Option<Vec<ResourceRoleId>>>,
}

impl ResourceRoles {
    /// Puts them together; `None` if something is not in order, or a role is not there.
    ///
    /// ```
    /// use sod_model::{ExternalId, PackageId, ResourceRole, ResourceRoleId, ResourceRoles};
    /// let role = |id: &str| ResourceRole {
    ///     id: ExternalId::new(id),
    ///     role_name: None,
    ///     resource_name: None,
    ///     origin_system: None,
    /// };
    /// let of_packages = vec![Some(vec![ResourceRoleId(0), ResourceRoleId(1)]), None];
    /// let roles = ResourceRoles::new(vec![role("a"), role("b")], of_packages).unwrap();
    /// assert_eq!(roles.of_package(PackageId(0)).unwrap().len(), 2);
    /// assert_eq!(roles.of_package(PackageId(1)), None);
    /// ```
    #[must_use]
    pub fn new(roles: Vec<ResourceRole>, of_packages: Vec<Option<Vec<ResourceRoleId>>>) -> Option<Self> {
        let ascends = |ids: &Vec<ResourceRoleId>| {
            ids.is_sorted_by(|a, b| a < b) && ids.last().is_none_or(|last| last.index() < roles.len())
        };
        let in_order = roles.is_sorted_by(|a, b| a.id < b.id) && of_packages.iter().flatten().all(ascends);
        in_order.then_some(Self { roles, of_packages })
    }

    /// All roles, ascending by id.
    #[must_use]
    pub fn roles(&self) -> &[ResourceRole] {
        &self.roles
    }

    /// The role behind an id.
    #[must_use]
    pub fn role(&self, id: ResourceRoleId) -> Option<&ResourceRole> {
        self.roles.get(id.index())
    }

    /// What a package gives, ascending; `None` where that was not exported, which is not the same as nothing.
    #[must_use]
    pub fn of_package(&self, package: PackageId) -> Option<&[ResourceRoleId]> {
        self.of_packages.get(package.index())?.as_deref()
    }

    /// How many packages' roles are known.
    #[must_use]
    pub fn packages_known(&self) -> usize {
        self.of_packages.iter().flatten().count()
    }
}
