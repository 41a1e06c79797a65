//! Graph's requests, answered within the library: from the request as it came to the bytes of the answer.
//!
//! Benchmarks are tests: before anything is timed, `additionalAccess` must say what the engine's own answer is.
//! Units: requests; `prepare` in assignments.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may panic")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sod_benches::{SplitMix, Tenant, size};
use sod_engine::{Input, LoadOptions, Loaded, Question, Silent};
use sod_graph::{Request, Service, ServiceOptions};
use std::fmt::Write;
use std::hint::black_box;

const ALL: &str = "/beta/identityGovernance/entitlementManagement/accessPackageAssignments";

fn guid(kind: u32, number: usize) -> String {
    format!("{kind:08x}-1111-4222-8333-{number:012x}")
}

/// An export of the tenant: beta, with the subject expanded. Some 600 bytes an assignment.
fn export(tenant: &Tenant) -> Vec<u8> {
    let matrix = tenant.matrix(7);
    let mut text = r#"{"@odata.context":"https://graph.microsoft.com/beta/$metadata#accessPackageAssignments","value":["#.to_owned();
    let mut number = 0;
    for (user, packages) in matrix.rows().enumerate() {
        for package in packages {
            let separator = if number == 0 { "" } else { "," };
            let (id, target) = (guid(1, number), guid(3, user));
            let (package, record) = (guid(2, package.index()), guid(4, user));
            let second = number % 60;
            let _ = write!(
                text,
                r#"{separator}{{"id":"{id}","accessPackageId":"{package}","targetId":"{target}","assignmentState":"Delivered","assignmentStatus":"Delivered","isExtended":false,"expiredDateTime":null,"schedule":{{"startDateTime":"2026-01-02T03:04:{second:02}Z","recurrence":null,"expiration":{{"endDateTime":null,"duration":null,"type":"noExpiration"}}}},"target":{{"id":"{record}","objectId":"{target}","displayName":"User {user}","email":"user{user}@contoso.example","principalName":"user{user}@contoso.example","type":"User"}}}}"#
            );
            number += 1;
        }
    }
    text.push_str("]}");
    text.into_bytes()
}

fn loaded(bytes: &[u8]) -> Loaded {
    let input = Input::Bytes { name: "export.json".to_owned(), bytes: bytes.into() };
    let options = LoadOptions { keep_originals: true, keep_bodies: true, ..LoadOptions::default() };
    sod_engine::load(&[input], &options, &Silent).expect("an export")
}

fn answering(criterion: &mut Criterion) {
    // A million assignments to 2,000 packages.
    let tenant = Tenant {
        name: "served",
        users: size(120_000, 2_000) as u32,
        packages: size(2_000, 50) as u32,
        draws: 10,
    };
    let bytes = export(&tenant);
    let service = Service::new(loaded(&bytes), ServiceOptions::default(), &Silent).expect("a service");
    let snapshot = service.snapshot();
    let assignments = snapshot.table().len();
    let packages: Vec<String> =
        snapshot.directory.packages().iter().map(|package| package.id.to_string()).collect();
    let mut random = SplitMix(5);
    let mut pair = || {
        let (a, b) = (random.draw() as usize % packages.len(), random.draw() as usize % (packages.len() - 1));
        (packages[a].as_str(), packages[if b >= a { b + 1 } else { b }].as_str())
    };
    let pairs: Vec<(&str, &str)> = (0..1_000).map(|_| pair()).collect();
    let call = |(a, b): &(&str, &str)| {
        format!(
            "{ALL}/additionalAccess(accessPackageId='{a}',incompatibleAccessPackageId='{b}')?$expand=target"
        )
    };
    for pair in pairs.iter().step_by(50) {
        let expected =
            sod_engine::additional_access(snapshot, &Question::delivered(pair.0, pair.1)).expect("a pair");
        let answer = service.answer(&Request::get(&call(pair)));
        let page: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
        let found = page["value"].as_array().expect("a list");
        assert_eq!(found.len(), expected.len().min(100), "{pair:?}");
        for (row, expected) in found.iter().zip(expected) {
            assert_eq!(row["id"].as_str(), expected.id.map(|id| id.to_string()).as_deref());
        }
    }
    let user = snapshot.directory.users()[7].id.to_string();
    let row = guid(1, assignments / 2);
    let asked = [
        ("additional-access", pairs.iter().map(call).collect::<Vec<_>>()),
        ("get", vec![format!("{ALL}/{row}?$expand=target")]),
        ("first-page", vec![format!("{ALL}?$expand=target")]),
        ("of-user", vec![format!("{ALL}?$filter=target/objectId eq '{user}'&$expand=target")]),
        ("counted-scan", vec![format!("{ALL}/$count?$filter=assignmentStatus eq 'nothing'")]),
    ];
    let mut group = criterion.benchmark_group("graph");
    group.throughput(Throughput::Elements(1));
    for (name, targets) in asked {
        let mut at = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                at = (at + 1) % targets.len();
                black_box(service.answer(&Request::get(&targets[at])))
            });
        });
    }
    group.sample_size(10).throughput(Throughput::Elements(assignments as u64));
    group.bench_function("prepare", |bencher| {
        bencher.iter_batched(
            || loaded(&bytes),
            |loaded| Service::new(loaded, ServiceOptions::default(), &Silent).expect("a service"),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, answering);
criterion_main!(benches);
