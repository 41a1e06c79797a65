//! What follows reading: assignments are put in order, and the matrix is made from those that are held.
//!
//! Benchmarks are tests: before anything is timed, the contestants must agree on the answer.
//! Units: assignments.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may panic")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sod_benches::{SplitMix, records::brief_page, size};
use sod_ingest::{LoadOptions, load_bytes};
use sod_model::{
    Assignment, AssignmentMatrix, AssignmentTable, ExternalId, Guid, Holding, PackageId, Snapshot,
    StateFilter, StateTable, UserId,
};
use std::hint::black_box;

fn snapshot() -> Snapshot {
    let records = size(400_000, 500);
    let page = brief_page(records, records / 8);
    load_bytes("page.json", page.as_bytes(), &LoadOptions::default()).expect("the page is an export")
}

/// The matrix of what is held, which is most, and of everything.
fn matrix(criterion: &mut Criterion) {
    let snapshot = snapshot();
    let mut group = criterion.benchmark_group("matrix");
    group.throughput(Throughput::Elements(snapshot.table().len() as u64));
    for (name, states) in [("held", Holding::default().states), ("of any state", StateFilter::all())] {
        let matrix = snapshot.matrix(&Holding { states: states.clone() });
        let (users, packages) = (snapshot.directory.users().len(), snapshot.directory.packages().len());
        let held = snapshot.assignments().filter(|row| states.matches(row.state, &snapshot.states));
        let held = held.map(|row| (row.user, row.package)).collect::<Vec<_>>();
        let twin = AssignmentMatrix::from_holdings(users, packages, held);
        assert!(matrix.rows().eq(twin.rows()), "{name}");
        let holding = Holding { states };
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(&snapshot).matrix(&holding).holdings());
        });
    }
    group.finish();
}

/// The order of rows that were read in any order, eight to a user on the average; and a sort of whole keys beside it.
fn order(criterion: &mut Criterion) {
    let rows = size(400_000, 500);
    let users = rows / 8;
    let mut random = SplitMix(5);
    let mut table = AssignmentTable::default();
    for _ in 0..rows {
        let id = u128::from(random.draw()) << 64 | u128::from(random.draw());
        table.push(&Assignment {
            id: Some(ExternalId::Guid(Guid::from_u128(id))),
            user: UserId((random.draw() % users as u64) as u32),
            package: PackageId((random.draw() % 2_000) as u32),
            policy: None,
            state: StateTable::DELIVERED,
            since: None,
            until: None,
            location: None,
        });
    }
    let (of_user, of_package) = (table.users(), table.packages());
    let sorted = || {
        let mut order: Vec<u32> = (0..rows as u32).collect();
        let key = |at: u32| (of_user[at as usize], of_package[at as usize]);
        order.sort_unstable_by(|&a, &b| {
            key(a).cmp(&key(b)).then_with(|| table.id(a as usize).cmp(&table.id(b as usize)))
        });
        order
    };
    assert_eq!(table.order(users, |_| 0).rows, sorted());
    let mut group = criterion.benchmark_group("order");
    group.throughput(Throughput::Elements(rows as u64));
    group.bench_function("by counting", |bencher| bencher.iter(|| black_box(&table).order(users, |_| 0)));
    group.bench_function("sort_unstable_by", |bencher| bencher.iter(|| black_box(sorted())));
    group.finish();
}

criterion_group!(benches, matrix, order);
criterion_main!(benches);
