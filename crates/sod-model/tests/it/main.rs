//! Laws of the nouns: the matrix shows the same holdings from both sides, and a snapshot's indexes lose nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

use proptest::prelude::*;
use sod_model::{
    Assignment, AssignmentTable, Directory, ExternalId, Holding, Package, PackageId, PackageIdKind,
    Provenance, RecordLocation, Snapshot, SourceId, StateFilter, StateId, StateTable, Timestamp, User,
    UserId, UserIdKind,
};
use std::collections::BTreeSet;

const USERS: u32 = 40;
const PACKAGES: u32 = 12;

fn directory() -> Directory {
    let user = |at: u32| User {
        id: ExternalId::new(&format!("u{at:03}")),
        id_kind: UserIdKind::Plain,
        display_name: None,
        principal_name: None,
        email: None,
        subject_type: None,
        user_type: None,
        department: None,
        aliases: vec![ExternalId::new(&format!("alias{at}"))],
    };
    let package = |at: u32| Package {
        id: ExternalId::new(&format!("p{at:03}")),
        id_kind: PackageIdKind::Object,
        display_name: Some(format!("Package {}", at / 2).into()),
        catalog: None,
        incompatible_packages: vec![],
        incompatible_groups: vec![],
    };
    let (users, packages) = ((0..USERS).map(user).collect(), (0..PACKAGES).map(package).collect());
    Directory::from_sorted(users, packages, vec![], vec![], vec![]).unwrap()
}

fn assignment((number, user, package, state): (u64, u32, u32, u16)) -> Assignment {
    Assignment {
        id: Some(ExternalId::new(&format!("a{number}"))),
        user: UserId(user),
        package: PackageId(package),
        policy: None,
        state: StateId(state),
        since: None,
        until: None,
        location: Some(RecordLocation { source: SourceId(0), offset: number, length: 1, line: 1 }),
    }
}

fn rows() -> impl Strategy<Value = Vec<Assignment>> {
    let row = (any::<u64>(), 0..USERS, 0..PACKAGES, 0u16..5);
    prop::collection::vec(row.prop_map(assignment), 0..300)
}

fn snapshot(rows: Vec<Assignment>) -> Snapshot {
    Snapshot::new(directory(), StateTable::new(), Provenance::default(), rows)
}

proptest! {
    #[test]
    fn rows_and_columns_show_the_same_holdings(rows in rows(), all in any::<bool>()) {
        let states = if all { StateFilter::all() } else { StateFilter::default() };
        let held: BTreeSet<(u32, u32)> = rows
            .iter()
            .filter(|row| all || row.state == StateTable::DELIVERED)
            .map(|row| (row.user.0, row.package.0))
            .collect();
        let matrix = snapshot(rows).matrix(&Holding { states });
        let by_row: BTreeSet<(u32, u32)> = matrix
            .rows()
            .enumerate()
            .flat_map(|(user, row)| row.iter().map(move |package| (user as u32, package.0)))
            .collect();
        let by_column: BTreeSet<(u32, u32)> = (0..PACKAGES)
            .flat_map(|package| matrix.column(PackageId(package)).iter().map(move |user| (user, package)))
            .collect();
        prop_assert_eq!(&by_row, &held);
        prop_assert_eq!(&by_column, &held);
        prop_assert_eq!(matrix.holdings(), held.len() as u64);
        prop_assert!(matrix.rows().all(|row| row.is_sorted_by(|a, b| a < b)));
    }

    #[test]
    fn every_index_of_a_snapshot_finds_every_row(rows in rows()) {
        let count = rows.len();
        let snapshot = snapshot(rows.clone());
        prop_assert_eq!(snapshot.assignments().len(), count);
        let by_user: usize = (0..USERS).map(|user| snapshot.assignments_of_user(UserId(user)).len()).sum();
        let by_package: usize = (0..PACKAGES).map(|package| snapshot.assignments_to(PackageId(package)).count()).sum();
        let totals: u64 = snapshot.state_totals().iter().map(|(_, total)| total).sum();
        prop_assert_eq!((by_user, by_package, totals), (count, count, count as u64));
        for row in &rows {
            prop_assert!(snapshot.assignments_of(row.user, row.package).any(|found| found == *row));
            prop_assert!(snapshot.assignments_to(row.package).any(|found| found == *row));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in rows(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        let length = shuffled.len().max(1) as u64;
        for at in 0..shuffled.len() {
            let other = (seed.rotate_left(at as u32) % length) as usize;
            shuffled.swap(at, other);
        }
        let (one, other) = (snapshot(rows), snapshot(shuffled));
        prop_assert!(one.assignments().eq(other.assignments()));
    }

    #[test]
    fn holdings_are_what_is_left_when_details_are_forgotten(
        rows in rows(),
        ends in prop::collection::vec(prop_oneof![Just(None), (0i64..3).prop_map(Some), Just(Some(253_402_300_799))], 300),
        users in 0..USERS as usize + 3,
    ) {
        let ended = rows.into_iter().zip(ends).map(|(row, end)| Assignment { until: end.map(Timestamp), ..row });
        let table: AssignmentTable = ended.collect();
        let mut forgetful = table.clone();
        forgetful.forget_details();
        let order = forgetful.order(users, |at| at as u32).rows;
        let holdings = table.into_holdings(users);
        prop_assert!(holdings.iter().eq(forgetful.arranged(&order).iter()));
        let kept = holdings.users().iter().all(|user| user.index() < users);
        prop_assert!(kept && (users < USERS as usize || holdings.len() == order.len()));
    }
}

#[test]
fn a_directory_finds_by_id_alias_and_name() {
    let directory = directory();
    assert_eq!(directory.find_user(&ExternalId::new("u007")), Some(UserId(7)));
    assert_eq!(directory.find_user(&ExternalId::new("alias7")), Some(UserId(7)));
    assert_eq!(directory.find_user(&ExternalId::new("u999")), None);
    assert_eq!(directory.find_package(&ExternalId::new("p003")), Some(PackageId(3)));
    assert_eq!(directory.packages_named("Package 1"), [PackageId(2), PackageId(3)]);
}

#[test]
fn a_directory_out_of_order_is_refused() {
    let package = |id: &str| Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: None,
        catalog: None,
        incompatible_packages: vec![],
        incompatible_groups: vec![],
    };
    assert!(
        Directory::from_sorted(vec![], vec![package("b"), package("a")], vec![], vec![], vec![]).is_none()
    );
    assert!(
        Directory::from_sorted(vec![], vec![package("a"), package("a")], vec![], vec![], vec![]).is_none()
    );
}

/// So many rows that several threads share them, with users whose rows reach over the borders between threads.
#[test]
fn many_rows_in_several_threads() {
    let mut seed = 5u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let rows: Vec<Assignment> = (0..90_000)
        .map(|number| {
            // Half of all is one user's, and some users have nothing.
            let user = if draw(2) == 0 { 17 } else { 3 + draw(u64::from(USERS) - 8) as u32 };
            assignment((number, user, draw(u64::from(PACKAGES) - 2) as u32, draw(5) as u16))
        })
        .collect();
    let held: BTreeSet<(u32, u32)> = rows
        .iter()
        .filter(|row| row.state == StateTable::DELIVERED)
        .map(|row| (row.user.0, row.package.0))
        .collect();
    let mut numbers: Vec<_> = rows.iter().map(|row| (row.user, row.package, row.id.clone())).collect();
    numbers.sort_unstable();
    for threads in [1, 2, 3, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (snapshot, matrix) = pool.install(|| {
            let snapshot = snapshot(rows.clone());
            let matrix = snapshot.matrix(&Holding::default());
            (snapshot, matrix)
        });
        let ordered = snapshot.assignments().map(|row| (row.user, row.package, row.id.clone()));
        assert!(ordered.eq(numbers.iter().cloned()), "{threads} threads");
        assert_eq!(matrix.users(), USERS as usize);
        let by_row = (0..USERS)
            .flat_map(|user| matrix.row(UserId(user)).iter().map(move |package| (user, package.0)))
            .collect::<BTreeSet<_>>();
        assert_eq!((by_row, matrix.holdings()), (held.clone(), held.len() as u64), "{threads} threads");
    }
}
