//! Exports to snapshots, by one thread: JSON by record shapes, tables, and names that are new or known.
//!
//! Benchmarks are tests: before anything is timed, the contestants must agree on who holds what in which state.
//! Units: `json` and `table` in bytes of the file, `names` in records.
//!
//! Beside sod stands its own general decoder (`plain_decoder`), and what a script would do: typed readers that are told the
//! form of the records, and that neither join identities nor sort nor number anything. They read the file too.
#![allow(clippy::expect_used, reason = "a bench may panic")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use sod_benches::records::{brief_page, expanded_page, table};
use sod_benches::size;
use sod_ingest::{Input, LoadOptions, load, load_bytes};
use sod_model::{Silent, Snapshot};
use std::borrow::Cow;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Who, what, state.
type Row = [String; 3];

#[derive(Deserialize)]
struct Page<'t> {
    #[serde(borrow)]
    value: Vec<Record<'t>>,
}

/// All of a record that sod keeps.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'t> {
    #[serde(borrow)]
    id: Cow<'t, str>,
    #[serde(borrow)]
    access_package_id: Cow<'t, str>,
    #[serde(borrow)]
    target_id: Cow<'t, str>,
    #[serde(borrow)]
    assignment_state: Cow<'t, str>,
    #[serde(borrow)]
    schedule: Option<Schedule<'t>>,
    #[serde(borrow)]
    target: Option<Target<'t>>,
    #[serde(borrow)]
    access_package: Option<Package<'t>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedule<'t> {
    #[serde(borrow)]
    start_date_time: Option<Cow<'t, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target<'t> {
    #[serde(borrow)]
    object_id: Cow<'t, str>,
    #[serde(borrow)]
    display_name: Option<Cow<'t, str>>,
    #[serde(borrow)]
    principal_name: Option<Cow<'t, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package<'t> {
    #[serde(borrow)]
    display_name: Option<Cow<'t, str>>,
}

/// A row of the table, as a script keeps it.
#[derive(Deserialize)]
struct Line {
    user: String,
    package: String,
    state: String,
}

fn sorted(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_unstable();
    rows
}

fn rows_of(snapshot: &Snapshot) -> Vec<Row> {
    let directory = &snapshot.directory;
    sorted(snapshot.assignments().map(|row| {
        let user = directory.user(row.user).expect("a user").id.to_string();
        let package = directory.package(row.package).expect("a package").id.to_string();
        [user, package, snapshot.states.name(row.state).to_lowercase()]
    }))
}

/// The rows of a page, and how much text there was beside them.
fn rows_of_page(page: &Page<'_>) -> (Vec<Row>, usize) {
    let len = |text: &Option<Cow<'_, str>>| text.as_deref().map_or(0, str::len);
    let beside = page.value.iter().map(|record| {
        let schedule = record.schedule.as_ref().map_or(0, |schedule| len(&schedule.start_date_time));
        let target = record.target.as_ref();
        let target = target.map_or(0, |target| len(&target.display_name) + len(&target.principal_name));
        let package = record.access_package.as_ref().map_or(0, |package| len(&package.display_name));
        record.id.len() + schedule + target + package
    });
    let rows = sorted(page.value.iter().map(|record| {
        let user = record.target.as_ref().map_or(&record.target_id, |target| &target.object_id);
        [user.to_string(), record.access_package_id.to_string(), record.assignment_state.to_lowercase()]
    }));
    (rows, beside.sum())
}

fn read(path: &Path, plain_decoder: bool) -> Snapshot {
    let options = LoadOptions { plain_decoder, threads: 1, ..LoadOptions::default() };
    load(&[Input::from(path)], &options, &Silent).expect("the file is an export").snapshot
}

/// Large files are read in another way than bytes in memory, so there must be a file.
fn file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("the file is written");
    (folder, path)
}

fn json(criterion: &mut Criterion) {
    let records = size(20_000, 300);
    let mut group = criterion.benchmark_group("json");
    group.sample_size(20);
    for (style, text) in [("expanded", expanded_page(records)), ("brief", brief_page(records, records / 5))] {
        let (_folder, path) = file("page.json", &text);
        let bytes = || std::fs::read(black_box(&path)).expect("the file is there");
        let expected = rows_of(&read(&path, true));
        assert_eq!(expected.len(), records);
        group.throughput(Throughput::Bytes(text.len() as u64));
        for (name, plain) in [("sod", false), ("plain decoder", true)] {
            assert_eq!(rows_of(&read(&path, plain)), expected, "{name}");
            group.bench_function(BenchmarkId::new(name, style), |bencher| {
                bencher.iter(|| read(black_box(&path), plain).table().len());
            });
        }
        let held = bytes();
        let by_serde: Page<'_> = serde_json::from_slice(&held).expect("serde_json reads it");
        let by_sonic: Page<'_> = sonic_rs::from_slice(&held).expect("sonic-rs reads it");
        let (by_serde, by_sonic) = (rows_of_page(&by_serde), rows_of_page(&by_sonic));
        assert_eq!((&by_serde.0, by_serde.1), (&expected, by_sonic.1));
        assert_eq!(by_sonic.0, expected);
        group.bench_function(BenchmarkId::new("serde_json, typed", style), |bencher| {
            bencher.iter(|| serde_json::from_slice::<Page<'_>>(&bytes()).map(|page| page.value.len()).ok());
        });
        group.bench_function(BenchmarkId::new("sonic-rs, typed", style), |bencher| {
            bencher.iter(|| sonic_rs::from_slice::<Page<'_>>(&bytes()).map(|page| page.value.len()).ok());
        });
    }
    group.finish();
}

fn tables(criterion: &mut Criterion) {
    let records = size(40_000, 300);
    let text = table(records, records / 5);
    let (_folder, path) = file("table.csv", &text);
    let script = || -> Result<Vec<Line>, csv::Error> {
        csv::Reader::from_path(black_box(&path))?.into_deserialize().collect()
    };
    let expected = rows_of(&read(&path, true));
    let lines = script().expect("csv reads it");
    let lines = lines.into_iter().map(|line| [line.user, line.package, line.state.to_lowercase()]);
    assert_eq!(sorted(lines), expected);
    let mut group = criterion.benchmark_group("table");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(text.len() as u64));
    for (name, plain) in [("sod", false), ("plain decoder", true)] {
        assert_eq!(rows_of(&read(&path, plain)), expected, "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(&path), plain).table().len());
        });
    }
    group.bench_function("csv, typed", |bencher| {
        bencher.iter(|| script().map(|lines| lines.len()).ok());
    });
    group.finish();
}

/// The same records with users of whom each comes once, and with few who come again and again: what a new name costs.
fn names(criterion: &mut Criterion) {
    let records = size(40_000, 300);
    let options = LoadOptions { threads: 1, ..LoadOptions::default() };
    let mut group = criterion.benchmark_group("names");
    group.sample_size(20);
    group.throughput(Throughput::Elements(records as u64));
    for (name, users) in [("new", records), ("known", 64)] {
        let page = brief_page(records, users);
        let load = || load_bytes("page.json", black_box(page.as_bytes()), &options).expect("an export");
        let users_met = load().directory.users().len();
        assert_eq!(users_met, users, "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| load().directory.users().len()));
    }
    group.finish();
}

criterion_group!(benches, json, tables, names);
criterion_main!(benches);
