//! The loops behind counting, each alone, at each level that this machine has.
//!
//! Benchmarks are tests: before anything is timed, the contestants must agree on the answer.
//! Units: increments of counters (`vertical`, `light rows`, `rows`, `triangle`), holdings (`layout`), counters looked at
//! (`selection`).
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may panic")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sod_benches::{SplitMix, Tenant, size};
use sod_kernel::{
    Codes, Kernel, LINE_BITS, LayoutScratch, Level, LineTile, ROW_PADDING, TILE_MEMBERS, TileTarget,
    Triangle, drain, increment,
};
use sod_model::PackageId;
use std::hint::black_box;

fn kernels() -> impl Iterator<Item = Kernel> {
    Level::ALL.iter().filter_map(|&level| Kernel::new(level))
}

/// A tenant of one tile.
fn tenant() -> Tenant {
    Tenant { name: "tile", users: size(40_000, 500) as u32, packages: 1_500, draws: 15 }
}

/// Lines of 512 bits, one in eight set, are added into 512 counters. A third of the members is listed.
fn vertical(criterion: &mut Criterion) {
    let members = size(TILE_MEMBERS, 600);
    let mut random = SplitMix(1);
    let mut tile = LineTile::new(members);
    for line in tile.lines_mut().iter_mut().take(members) {
        line.0 = std::array::from_fn(|_| random.draw() & random.draw() & random.draw());
    }
    let list: Vec<u16> = (0..members as u16).step_by(3).collect();
    let list = if members == TILE_MEMBERS { (0..=u16::MAX).step_by(3).collect() } else { list };
    let mut expected = [0; LINE_BITS];
    for &member in &list {
        for (at, count) in expected.iter_mut().enumerate() {
            *count += (tile.lines()[usize::from(member)].0[at / 64] >> (at % 64) & 1) as u32;
        }
    }
    let mut group = criterion.benchmark_group("vertical");
    group.throughput(Throughput::Elements((list.len() * LINE_BITS) as u64));
    for kernel in kernels() {
        let mut counts = [0; LINE_BITS];
        kernel.add_lines(&tile, &list, &[], &mut counts);
        assert_eq!(counts, expected, "{}", kernel.level());
        group.bench_function(BenchmarkId::new("add_lines", kernel.level()), |bencher| {
            bencher.iter(|| kernel.add_lines(black_box(&tile), black_box(&list), &[], &mut counts));
        });
    }
    group.finish();
}

/// Short rows of light numbers are added one by one; a tenth of the rows is listed, here and there in memory.
fn light_rows(criterion: &mut Criterion) {
    const TOTAL: usize = 4_000;
    let members = size(40_000, 500);
    let mut random = SplitMix(2);
    let (mut rows, mut begins, mut increments) = (Vec::new(), Vec::new(), 0);
    let mut expected = vec![0u32; TOTAL];
    for member in 0..members {
        let mut row: Vec<u16> = (0..6).map(|_| (random.draw() % TOTAL as u64) as u16).collect();
        row.sort_unstable();
        row.dedup();
        if member % 10 == 7 {
            begins.push((rows.len() / ROW_PADDING) as u32);
            increments += row.len();
            row.iter().for_each(|&code| expected[usize::from(code)] += 1);
        }
        // Filled up with numbers that no anchor has, and with at least one: so a row ends.
        row.extend((TOTAL as u16..).take(ROW_PADDING - row.len() % ROW_PADDING));
        rows.append(&mut row);
    }
    let mut group = criterion.benchmark_group("light rows");
    group.throughput(Throughput::Elements(increments as u64));
    for kernel in kernels() {
        let mut counts = vec![0u32; 1 << 16];
        kernel.add_rows(&rows, &begins, TOTAL as u16, &mut counts);
        assert_eq!(counts[..TOTAL], expected, "{}", kernel.level());
        group.bench_function(BenchmarkId::new("add_rows", kernel.level()), |bencher| {
            bencher.iter(|| kernel.add_rows(black_box(&rows), black_box(&begins), TOTAL as u16, &mut counts));
        });
    }
    group.finish();
}

/// The increments of the methods `rows` and `triangle`, which have no vectors in them.
fn increments(criterion: &mut Criterion) {
    let matrix = tenant().matrix(42);
    let rows: Vec<Vec<u32>> =
        matrix.rows().map(|row| row.iter().map(|package| package.0).collect()).collect();
    let met = rows.iter().map(|row| row.len() as u64).sum::<u64>();
    let mut group = criterion.benchmark_group("increments");
    let (mut counts, mut touched) = (vec![0; matrix.packages()], Vec::new());
    let mut add_and_drain = || {
        rows.iter().for_each(|row| increment(black_box(row).iter().copied(), &mut counts, &mut touched));
        let mut sum = 0;
        drain(&mut counts, &mut touched, |_, count| sum += u64::from(count));
        sum
    };
    assert_eq!(add_and_drain(), met);
    group.throughput(Throughput::Elements(met));
    group.bench_function("rows", |bencher| bencher.iter(&mut add_and_drain));

    let (starts, held) = matrix.row_arrays();
    let packages = matrix.packages() as u32;
    let mut triangle = Triangle::<u32>::new(packages);
    triangle.add_rows(starts, held, |package: PackageId| package.0);
    let counted =
        (0..packages).flat_map(|high| triangle.row(high)).map(|&count| u64::from(count)).sum::<u64>();
    assert_eq!(counted, matrix.pair_sum_from_rows());
    group.throughput(Throughput::Elements(counted));
    group.bench_function("triangle", |bencher| {
        bencher.iter(|| triangle.add_rows(black_box(starts), held, |package: PackageId| package.0));
    });
    group.finish();
}

/// Where a tile is laid out to.
struct Laid {
    lines: Vec<LineTile>,
    columns: Vec<u64>,
    lists: Vec<u16>,
    cursors: Vec<u32>,
    rows: Vec<u16>,
    begins: Vec<u32>,
}

impl Laid {
    /// All of it as numbers, to be compared.
    fn told(&self, members: usize) -> impl PartialEq + use<> {
        let lines: Vec<_> = self.lines.iter().map(|tile| tile.lines()[..members].to_vec()).collect();
        let ends = [self.cursors.clone(), self.begins.clone()];
        (lines, self.columns.clone(), self.lists.clone(), ends, self.rows.clone())
    }
}

/// Rows become lines, columns, lists and short rows. The 64 most popular packages are dense, 512 are heavy.
fn layout(criterion: &mut Criterion) {
    const DENSE: usize = 64;
    let tenant = tenant();
    let matrix = tenant.matrix(42);
    let (starts, numbers) = matrix.row_arrays();
    let (users, total) = (matrix.users(), matrix.packages());
    let mut holders = vec![0u32; total];
    numbers.iter().for_each(|package| holders[package.index()] += 1);
    let mut ranked: Vec<usize> = (0..total).collect();
    ranked.sort_unstable_by_key(|&package| std::cmp::Reverse(holders[package]));
    ranked[LINE_BITS..].sort_unstable();
    let mut codes = vec![0u16; total];
    ranked.iter().enumerate().for_each(|(code, &package)| codes[package] = code as u16);
    let codes = Codes::new(codes, DENSE, LINE_BITS, total).expect("the codes are sound");
    let mut listed = 0;
    let firsts = ranked[DENSE..].iter().map(|&package| {
        listed += holders[package];
        listed - holders[package]
    });
    let firsts: Vec<u32> = firsts.collect();
    let words = users.div_ceil(64);
    let mut laid = Laid {
        lines: vec![LineTile::new(users.next_multiple_of(64))],
        columns: vec![0; DENSE * words],
        lists: vec![0; listed as usize],
        cursors: firsts.clone(),
        rows: vec![0; numbers.len() + (users + 1) * ROW_PADDING],
        begins: vec![0; users],
    };
    let mut scratch = LayoutScratch::new();
    let mut lay_out = |kernel: Kernel, laid: &mut Laid| {
        laid.cursors.clone_from(&firsts);
        let mut target = TileTarget {
            lines: &mut laid.lines,
            columns: &mut laid.columns,
            words,
            lists: &mut laid.lists,
            cursors: &mut laid.cursors,
            rows: &mut laid.rows,
            begins: &mut laid.begins,
            first_group: 0,
        };
        kernel.lay_out(&codes, starts, numbers, PackageId::index, &mut target, &mut scratch)
    };
    let portable = Kernel::new(Level::Portable).expect("portable is always there");
    assert!(lay_out(portable, &mut laid), "the tile has room");
    let expected = laid.told(users);
    let mut group = criterion.benchmark_group("layout");
    group.throughput(Throughput::Elements(matrix.holdings()));
    for kernel in kernels() {
        assert!(lay_out(kernel, &mut laid) && laid.told(users) == expected, "{}", kernel.level());
        group.bench_function(BenchmarkId::new("lay_out", kernel.level()), |bencher| {
            bencher.iter(|| lay_out(kernel, black_box(&mut laid)));
        });
    }
    group.finish();
}

/// What is picked from a row of counts, half of which are zero, and the places of the bits of a column.
fn selection(criterion: &mut Criterion) {
    let number = size(8_192, 512);
    let mut random = SplitMix(3);
    let counts: Vec<u32> = (0..number).map(|_| (random.draw() % 50).saturating_sub(25) as u32).collect();
    let ids: Vec<u32> = (0..number as u32).collect();
    let words: Vec<u64> = (0..number / 64).map(|_| random.draw()).collect();
    let (mut packed, mut list) = (Vec::new(), vec![0; number + 32]);
    let portable = Kernel::new(Level::Portable).expect("portable is always there");
    let expected = portable.summarise(&counts, 5);
    let mut group = criterion.benchmark_group("selection");
    group.throughput(Throughput::Elements(number as u64));
    for kernel in kernels() {
        let level = kernel.level();
        assert_eq!(kernel.summarise(&counts, 5), expected, "{level}");
        group.bench_function(BenchmarkId::new("summarise", level), |bencher| {
            bencher.iter(|| kernel.summarise(black_box(&counts), 5));
        });
        let mut pack = || {
            packed.clear();
            kernel.pack_narrow(black_box(&counts), &ids, 5, &mut packed);
            packed.len() as u64
        };
        assert_eq!(pack(), expected.0, "{level}");
        group.bench_function(BenchmarkId::new("pack_narrow", level), |bencher| bencher.iter(&mut pack));
        let mut places = || kernel.places(black_box(&words), false, 0, &mut list) as u32;
        assert_eq!(places(), words.iter().map(|word| word.count_ones()).sum::<u32>(), "{level}");
        group.bench_function(BenchmarkId::new("places", level), |bencher| bencher.iter(&mut places));
    }
    group.finish();
}

criterion_group!(benches, vertical, light_rows, increments, layout, selection);
criterion_main!(benches);
