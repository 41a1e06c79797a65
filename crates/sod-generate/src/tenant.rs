//! The tenant: small tables held, everything about people and assignments computed on demand.

use crate::assignment::{Assignments, GeneratedAssignment};
use crate::group::{GeneratedGroup, groups, is_member};
use crate::guid::Guid;
use crate::incompatible::declare;
use crate::names::{DEPARTMENTS, ORGANIZATIONS};
use crate::package::{GeneratedCatalog, GeneratedPackage, blueprints, catalogs, department_count, package};
use crate::random::{Rng, Stream, Zipf, hash};
use crate::spec::{SpecError, TenantSpec};
use crate::user::{GeneratedUser, user};

/// A synthetic tenant: packages, catalogs and groups are held; users and assignments are a pure function of the seed
/// and their number, so that twenty million assignments cost no memory and any range can be produced at any time.
///
/// ```
/// use sod_generate::{Tenant, TenantSpec};
/// let tenant = Tenant::new(TenantSpec { users: 50, packages: 12, assignments: 300, seed: 7 })?;
/// let of_third: Vec<_> = tenant.assignments_of(3..4).collect();
/// let all: Vec<_> = tenant.assignments().filter(|row| row.user == 3).collect();
/// assert_eq!(of_third, all);
/// # Ok::<(), sod_generate::SpecError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tenant {
    spec: TenantSpec,
    packages: Vec<GeneratedPackage>,
    catalogs: Vec<GeneratedCatalog>,
    groups: Vec<GeneratedGroup>,
    /// Packages by popularity, the most popular first.
    ranks: Vec<u32>,
    /// For each department its packages, the most popular first.
    of_department: Vec<Vec<u32>>,
    company_wide: u32,
    zipf: Zipf,
}

impl Tenant {
    /// Draws the tables of the tenant.
    ///
    /// # Errors
    /// When no tenant can have the numbers of the specification: see [`SpecError`].
    pub fn new(spec: TenantSpec) -> Result<Self, SpecError> {
        spec.check()?;
        let rows_per_user = spec.assignments / u64::from(spec.users);
        let company_wide = (spec.packages / 10).min(4).min((rows_per_user / 4) as u32);
        let plans = blueprints(spec.seed, spec.packages, company_wide);
        let catalogs = catalogs(spec.seed, spec.packages);
        let mut packages: Vec<GeneratedPackage> = (0_u32..)
            .zip(&plans)
            .map(|(at, plan)| package(spec.seed, at, plan, catalogs.len() as u32, spec.packages))
            .collect();
        let ranks = popularity(spec.seed, &mut packages, |at| {
            plans.get(at as usize).is_some_and(|plan| plan.duty.is_some())
        });
        let departments = department_count(spec.packages);
        let mut of_department = vec![Vec::new(); departments as usize];
        for &at in &ranks {
            let department = packages.get(at as usize).and_then(|package| package.department);
            if let Some(list) = department.and_then(|at| of_department.get_mut(usize::from(at))) {
                list.push(at);
            }
        }
        let groups = groups(spec.seed, spec.packages, departments);
        declare(spec.seed, &mut packages, &plans, &of_department, groups.len() as u32);
        let zipf = Zipf::new(packages.len());
        Ok(Self { spec, packages, catalogs, groups, ranks, of_department, company_wide, zipf })
    }

    /// What was asked for.
    #[must_use]
    pub const fn spec(&self) -> &TenantSpec {
        &self.spec
    }

    /// The packages; an assignment's `package` is an index into them.
    #[must_use]
    pub fn packages(&self) -> &[GeneratedPackage] {
        &self.packages
    }

    /// The package of an index.
    #[must_use]
    pub fn package(&self, index: u32) -> Option<&GeneratedPackage> {
        self.packages.get(index as usize)
    }

    /// The catalogs; a package's `catalog` is an index into them.
    #[must_use]
    pub fn catalogs(&self) -> &[GeneratedCatalog] {
        &self.catalogs
    }

    /// The groups that packages name as incompatible.
    #[must_use]
    pub fn groups(&self) -> &[GeneratedGroup] {
        &self.groups
    }

    /// The members of a group, in ascending order. Walks all users: not for a hot loop.
    pub fn group_members(&self, group: u32) -> impl Iterator<Item = u32> + '_ {
        (0..self.spec.users).filter(move |&user| is_member(self.spec.seed, group, user, self.departments()))
    }

    /// The user of a number below `users`.
    #[must_use]
    pub fn user(&self, index: u32) -> GeneratedUser {
        user(self.spec.seed, index, self.departments())
    }

    /// Every assignment, user by user: exactly `spec().assignments` rows.
    #[must_use]
    pub fn assignments(&self) -> Assignments<'_> {
        self.assignments_of(0..self.spec.users)
    }

    /// The assignments of a range of users, as they stand in [`Self::assignments`].
    #[must_use]
    pub fn assignments_of(&self, users: std::ops::Range<u32>) -> Assignments<'_> {
        Assignments::new(self, users.start..users.end.min(self.spec.users))
    }

    /// The name of a department.
    #[must_use]
    pub fn department_name(&self, department: u8) -> &'static str {
        DEPARTMENTS.get(usize::from(department)).map_or("", |words| words.name)
    }

    /// The name and the id of a connected organisation.
    #[must_use]
    pub fn organization(&self, index: u8) -> (&'static str, Guid) {
        let name = ORGANIZATIONS.get(usize::from(index)).map_or("", |(name, _)| name);
        (name, Guid::at(self.spec.seed, Stream::OrganizationId, u64::from(index)))
    }

    /// The id of another live assignment of the same user and package, for the dirt that needs one.
    pub(crate) fn extra_id(&self, row: &GeneratedAssignment) -> Guid {
        Guid::at(self.spec.seed, Stream::ExtraAssignmentId, row.id.0 as u64)
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.spec.seed
    }

    pub(crate) fn departments(&self) -> u32 {
        self.of_department.len() as u32
    }

    pub(crate) const fn company_wide(&self) -> u32 {
        self.company_wide
    }

    pub(crate) const fn zipf(&self) -> &Zipf {
        &self.zipf
    }

    pub(crate) fn by_rank(&self, rank: usize) -> u32 {
        self.ranks.get(rank).copied().unwrap_or(0)
    }

    pub(crate) fn packages_of_department(&self, department: u8) -> &[u32] {
        self.of_department.get(usize::from(department)).map_or(&[], |list| list)
    }
}

/// Orders the packages by popularity and notes each one's rank. Company-wide packages lead; the curated duties are
/// pulled forward, so that conflicts exist in every tenant of some size.
fn popularity(seed: u64, packages: &mut [GeneratedPackage], is_duty: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..packages.len() as u32).collect();
    Rng::at(seed, Stream::Popularity, 0).shuffle(&mut order);
    let wide = |at: u32| packages.get(at as usize).is_some_and(|package| package.department.is_none());
    order.sort_by_cached_key(|&at| {
        let draw = hash(seed, Stream::Popularity, u64::from(at) + 1) >> 8;
        (!wide(at), if is_duty(at) { draw / 4 } else { draw })
    });
    for (rank, &at) in order.iter().enumerate() {
        if let Some(package) = packages.get_mut(at as usize) {
            package.popularity_rank = rank as u32;
        }
    }
    order
}
