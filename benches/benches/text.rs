//! Text kernels alone: records of one shape, GUIDs, and where a table is cut, at each level that this machine has.
//!
//! Benchmarks are tests: before anything is timed, the contestants must agree on the answer.
//! Units: `skeleton` and `marks` in bytes of text, `guid` in GUIDs.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may panic")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sod_benches::records::{brief_page, guid, table};
use sod_benches::size;
use sod_kernel::Level;
use sod_kernel::text::{self, Skeleton, Step};
use sod_model::Guid;
use std::hint::black_box;

fn levels() -> impl Iterator<Item = Level> {
    Level::ALL.iter().copied().filter(|level| level.is_available())
}

/// Records of one shape, compared with what they have in common; four places each are noted.
fn skeleton(criterion: &mut Criterion) {
    let records = size(20_000, 200);
    let text = brief_page(records, records / 5);
    let at = text.find("{\"id\"").expect("a record");
    let literal = |text: &str| Step::Literal(text.into());
    let value = |slot| Step::Value { slot: Some(slot), trusted: false };
    let steps = [
        literal(r#"{"id":"#),
        value(0),
        literal(r#","accessPackageId":"#),
        value(1),
        literal(r#","targetId":"#),
        value(2),
        literal(r#","assignmentState":"#),
        value(3),
        literal("}"),
    ];
    let skeleton = Skeleton::new(&steps, b",", 4).expect("the steps make sense");
    let mut group = criterion.benchmark_group("skeleton");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for level in levels() {
        let mut skeleton = skeleton.clone().at_level(level);
        let mut places = Vec::new();
        assert_eq!(skeleton.scan(text.as_bytes(), at, usize::MAX, &mut places).records, records);
        let [start, end] = places[places.len() - 2].map(|end| end as usize);
        assert_eq!(text[start..end], guid(3, (records - 1) % (records / 5)));
        group.bench_function(BenchmarkId::new("scan", level), |bencher| {
            bencher.iter(|| {
                places.clear();
                skeleton.scan(black_box(text.as_bytes()), at, usize::MAX, &mut places).records
            });
        });
    }
    group.finish();
}

/// 64 GUIDs at a time, as the decoder asks for them; beside them one at a time by words, and digit by digit.
fn guids(criterion: &mut Criterion) {
    let number = size(64 * 256, 128);
    let text: String = (0..number).map(|at| guid(7, at)).collect();
    let places: Vec<[u32; 2]> = (0..number as u32).map(|at| [at * 36, at * 36 + 36]).collect();
    let one = |place: &[u32; 2]| &text[place[0] as usize..place[1] as usize];
    let expected: Vec<Option<u128>> =
        places.iter().map(|at| Guid::parse(one(at)).map(Guid::to_u128)).collect();
    let mut group = criterion.benchmark_group("guid");
    group.throughput(Throughput::Elements(number as u64));
    for level in levels() {
        let decode = |out: &mut Vec<u128>| {
            for places in places.chunks(64) {
                let mut block = [0; 64];
                let good = text::guids_at(level, black_box(text.as_bytes()), places, 1, &mut block);
                out.extend(block.iter().take(good.count_ones() as usize));
            }
        };
        let mut out = Vec::with_capacity(number);
        decode(&mut out);
        assert!(out.iter().copied().map(Some).eq(expected.iter().copied()), "{level}");
        group.bench_function(BenchmarkId::new("blocks", level), |bencher| {
            bencher.iter(|| {
                out.clear();
                decode(&mut out);
                out.len()
            });
        });
    }
    let by_words = |place: &[u32; 2]| text::guid(black_box(one(place)).as_bytes());
    assert!(places.iter().map(by_words).eq(expected.iter().copied()));
    group.bench_function("one by one", |bencher| {
        bencher.iter(|| places.iter().filter_map(by_words).fold(0, |a, b| a ^ b));
    });
    group.bench_function("digit by digit", |bencher| {
        bencher.iter(|| {
            let parsed = places.iter().filter_map(|place| Guid::parse(black_box(one(place))));
            parsed.fold(0, |a, b| a ^ b.to_u128())
        });
    });
    group.finish();
}

/// The separators, quotes and line ends of a table; beside it one after the other, as a splitter by bytes finds them.
fn marks(criterion: &mut Criterion) {
    let records = size(20_000, 200);
    let text = table(records, records / 5);
    let text = text.as_bytes();
    let special = |byte: &&u8| matches!(**byte, b',' | b'"' | b'\n');
    let expected = text.iter().filter(special).count();
    let count = |words: &[u64]| words.iter().map(|word| word.count_ones() as usize).sum::<usize>();
    let mut group = criterion.benchmark_group("marks");
    group.throughput(Throughput::Bytes(text.len() as u64));
    let mut words = Vec::new();
    for level in levels() {
        text::marks_at(level, text, *b",\"\n", &mut words);
        assert_eq!(count(&words), expected, "{level}");
        group.bench_function(BenchmarkId::new("blocks", level), |bencher| {
            bencher.iter(|| text::marks_at(level, black_box(text), *b",\"\n", &mut words));
        });
    }
    assert_eq!(memchr::memchr3_iter(b',', b'"', b'\n', text).count(), expected);
    group.bench_function("one by one", |bencher| {
        bencher.iter(|| memchr::memchr3_iter(b',', b'"', b'\n', black_box(text)).fold(0, |a, b| a ^ b));
    });
    group.finish();
}

criterion_group!(benches, skeleton, guids, marks);
criterion_main!(benches);
