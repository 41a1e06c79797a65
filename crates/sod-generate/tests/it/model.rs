//! The tenant itself: exact, deterministic, uneven as life is.

use proptest::prelude::*;
use sod_generate::{AssignmentState, PolicyKind, SpecError, Tenant, TenantSpec};
use std::collections::{BTreeMap, BTreeSet};

fn tenant(users: u32, packages: u32, assignments: u64, seed: u64) -> Tenant {
    Tenant::new(TenantSpec { users, packages, assignments, seed }).unwrap()
}

#[test]
fn the_same_seed_is_the_same_tenant_and_another_is_another() {
    let rows = |seed| tenant(300, 40, 2_500, seed).assignments().collect::<Vec<_>>();
    assert_eq!(rows(1), rows(1));
    assert_ne!(rows(1), rows(2));
    assert_eq!(tenant(300, 40, 0, 1).packages(), tenant(300, 40, 0, 1).packages());
}

#[test]
fn popularity_falls_like_zipf_and_is_not_the_order_of_ids() {
    let tenant = tenant(5_000, 400, 60_000, 3);
    let mut holders = vec![0_u32; 400];
    for row in tenant.assignments() {
        holders[tenant.packages()[row.package as usize].popularity_rank as usize] += 1;
    }
    // The first are the company-wide ones.
    let wide = tenant.packages().iter().filter(|package| package.department.is_none()).count();
    assert_eq!(wide, 3);
    assert!(holders[..wide].iter().all(|&count| count > 3_500), "{:?}", &holders[..wide]);
    let (head, tail): (u32, u32) = (holders[wide..43].iter().sum(), holders[200..].iter().sum());
    assert!(head > tail, "{head} {tail}");
    let ranks: Vec<u32> = tenant.packages().iter().map(|package| package.popularity_rank).collect();
    assert!(!ranks.is_sorted());
}

#[test]
fn people_prefer_their_department_and_some_are_guests() {
    let tenant = tenant(2_000, 200, 20_000, 4);
    let own = tenant
        .assignments()
        .filter(|row| {
            tenant.packages()[row.package as usize].department == Some(tenant.user(row.user).department)
        })
        .count();
    assert!(own > 8_000, "{own}");
    let guests = (0..2_000).filter(|&user| tenant.user(user).is_guest).count();
    assert!((120..250).contains(&guests), "{guests}");
    let connected = (0..2_000).filter(|&user| tenant.user(user).organization.is_some()).count();
    assert!(connected > 40 && connected < guests);
}

#[test]
fn every_state_and_every_kind_of_policy_occurs() {
    let tenant = tenant(1_000, 100, 8_000, 5);
    let mut states = BTreeMap::new();
    for row in tenant.assignments() {
        *states.entry(row.state).or_insert(0_u32) += 1;
        assert!(row.state == AssignmentState::Expired || row.expired.is_none());
        assert!(row.end.is_none_or(|end| end >= row.start));
    }
    assert_eq!(states.len(), 5, "{states:?}");
    assert!(states[&AssignmentState::Delivered] > 5_000);
    let kinds: BTreeSet<_> = tenant
        .packages()
        .iter()
        .flat_map(|package| &package.policies)
        .map(|p| format!("{:?}", p.kind))
        .collect();
    assert_eq!(kinds.len(), 3);
    assert!(tenant.packages().iter().any(|package| package.policies.len() == 3));
    assert!(tenant.packages().iter().any(|package| package.policies[0].kind == PolicyKind::AutoAssignment));
}

#[test]
fn incompatibilities_are_directed_and_violated() {
    let tenant = tenant(2_000, 120, 20_000, 6);
    let packages = tenant.packages();
    let edges: BTreeSet<(u32, u32)> = (0_u32..)
        .zip(packages)
        .flat_map(|(at, package)| package.incompatible_packages.iter().map(move |&other| (at, other)))
        .collect();
    let both_ways = edges.iter().filter(|&&(a, b)| edges.contains(&(b, a))).count();
    assert!(both_ways > 4 && edges.len() > both_ways + 4, "{both_ways} of {}", edges.len());
    assert!(packages.iter().any(|package| !package.incompatible_groups.is_empty()));
    let mut held: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for row in tenant.assignments().filter(|row| row.state == AssignmentState::Delivered) {
        held.entry(row.user).or_default().insert(row.package);
    }
    let violated = edges
        .iter()
        .filter(|(a, b)| held.values().any(|packages| packages.contains(a) && packages.contains(b)))
        .count();
    assert!(violated * 2 > edges.len(), "{violated} of {}", edges.len());
    assert!((0..tenant.groups().len() as u32).all(|group| tenant.group_members(group).count() > 10));
}

#[test]
fn ids_and_names_are_unique() {
    let tenant = tenant(3_000, 3_000, 20_000, 7);
    let ids: BTreeSet<_> = tenant.assignments().map(|row| row.id).collect();
    assert_eq!(ids.len(), 20_000);
    let names: BTreeSet<_> = tenant.packages().iter().map(|package| &package.display_name).collect();
    assert_eq!(names.len(), 3_000);
    let people: BTreeSet<_> = (0..3_000).map(|user| tenant.user(user).principal_name).collect();
    assert_eq!(people.len(), 3_000);
    assert!((0..3_000).all(|user| tenant.user(user).object_id != tenant.user(user).subject_id));
}

#[test]
fn twenty_million_assignments_cost_nothing_until_they_are_asked_for() {
    let tenant = tenant(1_000_000, 5_000, 20_000_000, 8);
    assert_eq!(tenant.assignments().take(1_000).count(), 1_000);
    let last: Vec<_> = tenant.assignments_of(999_936..1_000_000).collect();
    assert_eq!(last.len(), 64 * 20, "a block has its exact share");
    assert_eq!(last.first().map(|row| row.user), Some(999_936));
}

#[test]
fn impossible_numbers_are_refused() {
    let new = |users, packages, assignments| {
        Tenant::new(TenantSpec { users, packages, assignments, seed: 0 }).map(|_| ()).unwrap_err()
    };
    assert_eq!(new(0, 1, 0), SpecError::NoUsers);
    assert_eq!(new(1, 0, 0), SpecError::NoPackages);
    assert!(matches!(new(1, 2_000_000, 0), SpecError::TooManyPackages { limit: 1_000_000, .. }));
    let text = new(10, 10, 101).to_string();
    assert_eq!(text, "10 users and 10 packages allow at most 100 assignments, found 101");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The total is exact; nobody has two present rows of one package; ranges are what they are in the whole.
    #[test]
    fn rows_are_exact_and_distinct(users in 1_u32..200, packages in 1_u32..40, fill in 0_u64..=100, seed: u64) {
        let assignments = u64::from(users) * u64::from(packages) * fill / 100;
        let tenant = tenant(users, packages, assignments, seed);
        let rows: Vec<_> = tenant.assignments().collect();
        prop_assert_eq!(rows.len() as u64, assignments);
        let distinct: BTreeSet<_> = rows.iter().map(|row| (row.user, row.package, row.state)).collect();
        prop_assert_eq!(distinct.len(), rows.len());
        let live: Vec<_> = rows.iter().filter(|row| row.state != AssignmentState::Expired).collect();
        prop_assert_eq!(live.iter().map(|row| (row.user, row.package)).collect::<BTreeSet<_>>().len(), live.len());
        let middle = users / 2;
        let halves: Vec<_> = tenant.assignments_of(0..middle).chain(tenant.assignments_of(middle..users)).collect();
        prop_assert_eq!(halves, rows);
    }
}
