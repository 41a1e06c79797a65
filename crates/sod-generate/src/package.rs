//! Packages, their policies and catalogs: small tables that the tenant holds.

use crate::guid::Guid;
use crate::moment::{BASE, DAY};
use crate::names::{COMPANY_WIDE, DEPARTMENTS, package_name, pick};
use crate::random::{Rng, Stream};

/// How people come to hold a package by a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// A rule on directory attributes assigns the package by itself.
    AutoAssignment,
    /// People ask, somebody approves.
    RequestBased,
    /// Administrators assign; nobody may ask.
    AdminDirect,
}

/// An assignment policy of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedPolicy {
    /// The id of the policy.
    pub id: Guid,
    /// Its name, not unique across packages: every tenant has hundreds of "Initial policy".
    pub display_name: String,
    /// How people come by the package.
    pub kind: PolicyKind,
    /// After how many days an assignment ends; 0 for never.
    pub duration_days: u32,
}

/// An access package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedPackage {
    /// The id of the package.
    pub id: Guid,
    /// A plausible business name, unique in the tenant.
    pub display_name: String,
    /// A sentence on what it is for.
    pub description: String,
    /// The department whose people prefer it; `None` for packages that nearly everybody holds.
    pub department: Option<u8>,
    /// Its catalog, an index into [`Tenant::catalogs`](crate::Tenant::catalogs).
    pub catalog: u32,
    /// Whether it is hidden from people who look for something to ask for.
    pub is_hidden: bool,
    /// When it was created.
    pub created: i64,
    /// Its policies, at least one.
    pub policies: Vec<GeneratedPolicy>,
    /// Packages whose holders may not be assigned this one: directed, as in Entra. Indices into the packages.
    pub incompatible_packages: Vec<u32>,
    /// Groups whose members may not be assigned this one. Indices into the groups.
    pub incompatible_groups: Vec<u32>,
    /// The place in the order of popularity; 0 is held most.
    pub popularity_rank: u32,
}

/// A catalog of packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedCatalog {
    /// The id of the catalog.
    pub id: Guid,
    /// Its name.
    pub display_name: String,
    /// When it was created.
    pub created: i64,
}

/// What a package is about, before it has a place in the list.
#[derive(Clone, Debug)]
pub(crate) struct Blueprint {
    pub(crate) name: String,
    pub(crate) department: Option<u8>,
    /// The curated duty, an index into the department's `duties`.
    pub(crate) duty: Option<u8>,
}

/// How many departments a tenant of so many packages has.
pub(crate) fn department_count(packages: u32) -> u32 {
    (packages / 4).clamp(1, DEPARTMENTS.len() as u32)
}

/// The packages to be, in random order: first the company-wide ones and the curated duties, then made-up ones.
pub(crate) fn blueprints(seed: u64, packages: u32, company_wide: u32) -> Vec<Blueprint> {
    let departments = department_count(packages) as usize;
    let wide = COMPANY_WIDE.iter().take(company_wide as usize).map(|name| Blueprint {
        name: (*name).to_owned(),
        department: None,
        duty: None,
    });
    let duties = (0..4_u8).flat_map(|duty| {
        DEPARTMENTS.iter().take(departments).enumerate().map(move |(at, words)| Blueprint {
            name: pick(&words.duties, usize::from(duty)).to_owned(),
            department: Some(at as u8),
            duty: Some(duty),
        })
    });
    let made_up = (0_u32..).flat_map(|number| {
        DEPARTMENTS.iter().take(departments).enumerate().map(move |(at, words)| Blueprint {
            name: package_name(words, number),
            department: Some(at as u8),
            duty: None,
        })
    });
    let mut list: Vec<Blueprint> = wide.chain(duties).chain(made_up).take(packages as usize).collect();
    Rng::at(seed, Stream::Blueprint, 0).shuffle(&mut list);
    list
}

/// The policies of one package: always a first one, often a second and a third of another kind.
pub(crate) fn policies(seed: u64, package: u32, company_wide: bool) -> Vec<GeneratedPolicy> {
    let mut rng = Rng::at(seed, Stream::PackageTrait, u64::from(package) << 1);
    let first = if company_wide {
        PolicyKind::AutoAssignment
    } else if rng.percent(70) {
        PolicyKind::RequestBased
    } else {
        PolicyKind::AdminDirect
    };
    let mut kinds = vec![first];
    if rng.percent(50) {
        kinds.push(if first == PolicyKind::AdminDirect {
            PolicyKind::RequestBased
        } else {
            PolicyKind::AdminDirect
        });
        if rng.percent(30) {
            kinds.push(PolicyKind::AutoAssignment);
        }
    }
    let named = |(at, kind): (usize, PolicyKind)| GeneratedPolicy {
        id: Guid::at(seed, Stream::PolicyId, u64::from(package) * 4 + at as u64),
        display_name: match kind {
            PolicyKind::AutoAssignment => "Automatic by department".to_owned(),
            PolicyKind::RequestBased if at == 0 => "Initial policy".to_owned(),
            PolicyKind::RequestBased => "Members on request".to_owned(),
            PolicyKind::AdminDirect => "Direct assignment only".to_owned(),
        },
        kind,
        duration_days: if kind == PolicyKind::RequestBased {
            [0, 90, 180, 365].get(rng.below(4) as usize).copied().unwrap_or(0)
        } else {
            0
        },
    };
    kinds.into_iter().enumerate().map(named).collect()
}

/// The catalogs: one a department, and more where a department has more than fifty packages.
pub(crate) fn catalogs(seed: u64, packages: u32) -> Vec<GeneratedCatalog> {
    let departments = department_count(packages);
    let count = (packages / 50).clamp(departments, 7_500.max(departments));
    (0..count)
        .map(|at| {
            let department =
                DEPARTMENTS.get((at % departments) as usize).map_or("General", |words| words.name);
            let display_name = match at / departments {
                0 => department.to_owned(),
                round => format!("{department} {}", round + 1),
            };
            let created = BASE - DAY * 1_500 + i64::from(at) * 3_601;
            GeneratedCatalog { id: Guid::at(seed, Stream::CatalogId, u64::from(at)), display_name, created }
        })
        .collect()
}

/// Finishes one package, all but its incompatibilities and its rank.
pub(crate) fn package(
    seed: u64,
    at: u32,
    blueprint: &Blueprint,
    catalogs: u32,
    packages: u32,
) -> GeneratedPackage {
    let mut rng = Rng::at(seed, Stream::PackageTrait, (u64::from(at) << 1) | 1);
    let departments = department_count(packages);
    // The catalogs of department d are d, d + departments, d + 2 departments, ...
    let of_department = u32::from(blueprint.department.unwrap_or(0));
    let rounds = (catalogs.saturating_sub(of_department)).div_ceil(departments).max(1);
    let catalog = of_department + departments * rng.below(u64::from(rounds)) as u32;
    GeneratedPackage {
        id: Guid::at(seed, Stream::PackageId, u64::from(at)),
        display_name: blueprint.name.clone(),
        description: format!("Access for: {}.", blueprint.name),
        department: blueprint.department,
        catalog,
        is_hidden: rng.percent(5),
        created: BASE - DAY * 1_000 + rng.below(600 * DAY as u64) as i64,
        policies: policies(seed, at, blueprint.department.is_none()),
        incompatible_packages: Vec::new(),
        incompatible_groups: Vec::new(),
        popularity_rank: 0,
    }
}
