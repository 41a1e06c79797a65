//! Measures the constants of the cost model on this machine and prints them beside those in use.
//!
//! ```text
//! cargo run --release -p sod-benches --example calibrate
//! ```
//!
//! Each figure is the least of several repetitions on one thread, from lists, rows and lines that lie as a tenant of a hundred
//! thousand users would have them. Only the ratio of the constants matters to the planner, so a slower machine with the same
//! ratios needs no other ones. What the figures leave out: threads that share a cache, and a cache that others use as well.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement that fails should stop")]

use rayon::prelude::*;
use sod_benches::SplitMix;
use sod_kernel::{Codes, Kernel, LayoutScratch, Line, LineTile, Pages, TileTarget};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

const USERS: usize = 1 << 15;
const REPETITIONS: usize = 15;

/// Nanoseconds of the fastest repetition.
fn least(mut work: impl FnMut()) -> f64 {
    let time = |_| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64() * 1e9
    };
    (0..REPETITIONS).map(time).fold(f64::INFINITY, f64::min)
}

/// Slope and intercept of a line through two points.
fn line((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> (f64, f64) {
    let slope = (y1 - y0) / (x1 - x0);
    (slope, y0 - slope * x0)
}

/// One line, and the flush of a list: long and short lists of users anywhere in a tile.
fn vertical(kernel: Kernel, random: &mut SplitMix) -> (f64, f64) {
    const LISTS: usize = 64;
    let mut tile = LineTile::new(USERS);
    for line in tile.lines_mut().iter_mut().take(USERS) {
        *line = Line(std::array::from_fn(|_| random.draw() & random.draw() & random.draw()));
    }
    let mut of_length = |len: usize| {
        let mut list = || {
            let mut list: Vec<u16> = (0..len).map(|_| (random.draw() % USERS as u64) as u16).collect();
            list.sort_unstable();
            list
        };
        let lists: Vec<Vec<u16>> = (0..LISTS).map(|_| list()).collect();
        let mut counts = vec![[0u32; 512]; LISTS];
        let ns = least(|| {
            for (list, counts) in lists.iter().zip(&mut counts) {
                kernel.add_lines(&tile, black_box(list), &[], counts);
            }
        });
        (len as f64, ns / LISTS as f64)
    };
    line(of_length(32), of_length(1024))
}

/// The layout of 16 holdings a user of the first `drawn` packages, with so many dense and so many heavy ones: nanoseconds of the
/// whole tile.
fn layout(kernel: Kernel, random: &mut SplitMix, drawn: usize, dense: usize, heavy: usize) -> f64 {
    let total = heavy;
    const HELD: usize = 16;
    let codes = Codes::<u16>::new((0..total as u16).collect(), dense, heavy, total).unwrap();
    let mut row = || {
        let mut row: Vec<u32> = (0..HELD).map(|_| (random.draw() % drawn as u64) as u32).collect();
        row.sort_unstable();
        row
    };
    let numbers: Vec<u32> = (0..USERS).flat_map(|_| row()).collect();
    let starts: Vec<u64> = (0..=USERS).map(|user| (user * HELD) as u64).collect();
    let mut sizes = vec![0u32; total - dense];
    for number in numbers.iter().filter(|number| **number as usize >= dense) {
        sizes[*number as usize - dense] += 1;
    }
    let begins = sizes.iter().scan(0, |sum, size| {
        *sum += size;
        Some(*sum - size)
    });
    let begins: Vec<u32> = begins.collect();
    let mut lines: Vec<LineTile> = (0..heavy / 512).map(|_| LineTile::new(USERS)).collect();
    let mut columns = vec![0; dense * USERS / 64];
    let (mut lists, mut row_begins) = (vec![0; numbers.len()], vec![0; USERS]);
    let mut rows = vec![0; USERS * (HELD + 8)];
    let mut scratch = LayoutScratch::new();
    least(|| {
        let mut target = TileTarget {
            lines: &mut lines,
            columns: &mut columns,
            words: USERS / 64,
            lists: &mut lists,
            cursors: &mut begins.clone(),
            rows: &mut rows,
            begins: &mut row_begins,
            first_group: 0,
        };
        assert!(kernel.lay_out(
            &codes,
            &starts,
            &numbers,
            |number| number as usize,
            &mut target,
            &mut scratch
        ));
    })
}

/// One row begun, and one increment: rows of one and of eight groups, far apart, into so many counters.
fn increments(kernel: Kernel, random: &mut SplitMix, packages: usize) -> (f64, f64) {
    const ROWS: usize = 1 << 16;
    const LIST: usize = 1 << 14;
    let mut of_length = |len: usize| {
        let mut rows = vec![0u32; ROWS * len];
        for row in rows.chunks_mut(len) {
            row.iter_mut().for_each(|code| *code = (random.draw() % packages as u64) as u32);
            row[len - 1] = packages as u32;
        }
        let list: Vec<u32> =
            (0..LIST).map(|_| (random.draw() % ROWS as u64) as u32 * (len / 4) as u32).collect();
        let mut counts = vec![0u32; packages + 4];
        let ns = least(|| kernel.add_rows(&rows, black_box(&list), packages as u32, &mut counts));
        (len as f64, ns / LIST as f64)
    };
    let (increment, visit) = line(of_length(4), of_length(32));
    (increment, visit.max(0.0))
}

/// What a note adds to one increment: rows of sixteen numbers into sixty thousand counters, few of which are met twice, which are
/// then cleared by the notes.
fn noted(kernel: Kernel, random: &mut SplitMix) -> f64 {
    const PACKAGES: u16 = 60_000;
    const LEN: usize = 16;
    let mut rows = vec![0u16; 64 * LEN];
    for row in rows.chunks_mut(LEN) {
        row.iter_mut().for_each(|code| *code = (random.draw() % u64::from(PACKAGES)) as u16);
        row[LEN - 1] = PACKAGES;
    }
    let begins: Vec<u32> = (0..64).map(|row| row * LEN as u32 / 4).collect();
    let mut counts = vec![0u32; 1 << 16];
    let mut notes = vec![0; rows.len()];
    let with = least(|| {
        let met = kernel.note_rows(&rows, black_box(&begins), PACKAGES, &mut counts, &mut notes);
        for &note in &notes[..met] {
            counts[usize::from(note)] = 0;
        }
    });
    let without = least(|| kernel.add_rows(&rows, black_box(&begins), PACKAGES, &mut counts));
    (with - without).max(0.0) / rows.len() as f64
}

fn main() {
    let kernel = Kernel::best();
    let random = &mut SplitMix(7);
    let mut measured = BTreeMap::new();
    let (line_ns, flush_ns) = vertical(kernel, random);
    measured.extend([("LINE", line_ns), ("FLUSH", flush_ns)]);

    let holdings = (USERS * 16) as f64;
    // Dense packages only, the same in lists, and those with one more block of lines.
    let bits_alone = layout(kernel, random, 64, 64, 512);
    let listed = layout(kernel, random, 64, 0, 512);
    let two_blocks = layout(kernel, random, 64, 0, 1024);
    let turn = (two_blocks - listed).max(0.0) / USERS as f64;
    measured.extend([
        ("TURN", turn),
        ("CODE", (bits_alone / holdings - turn / 16.0).max(0.0)),
        ("LIST", (listed - bits_alone).max(0.0) / holdings),
    ]);
    let words: Vec<u64> = (0..USERS / 64).map(|_| random.draw() & random.draw()).collect();
    let mut places = vec![0; USERS + 64];
    let column = least(|| assert!(kernel.places(black_box(&words), false, 0, &mut places) > 0));
    measured.insert("COLUMN_USER", column / USERS as f64);

    for (name, packages) in [
        ("INCREMENT up to 32 KiB", 4_000),
        ("INCREMENT up to 1 MiB", 40_000),
        ("INCREMENT up to 16 MiB", 2_000_000),
        ("INCREMENT up to 32 MiB", 6_000_000),
        ("INCREMENT beyond", 50_000_000),
    ] {
        let (increment, visit) = increments(kernel, random, packages);
        measured.insert(name, increment);
        if packages == 4_000 {
            measured.insert("VISIT", visit);
        }
    }
    let counts: Vec<u32> = (0..1 << 14).map(|_| (random.draw() & 3) as u32).collect();
    let (mut out, mut large) = (Vec::new(), Vec::new());
    let mut cleared = counts.clone();
    let emit = least(|| {
        out.clear();
        large.clear();
        kernel.pack_bytes(black_box(&counts), 1, &mut out, &mut large);
        black_box(&mut cleared).fill(0);
    });
    measured.insert("EMIT", emit / counts.len() as f64);
    measured.insert("NOTE", noted(kernel, random));
    let round = least(|| (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).for_each(|_| ()));
    measured.insert("ROUND", round);
    let setup = least(|| {
        // Lines of a tile, and lists and rows of some hundred thousand holdings.
        let mut pages = Pages::<u64>::new(4 << 17);
        pages.iter_mut().step_by(512).for_each(|word| *word = 1);
        black_box(&pages);
    });
    measured.insert("SETUP", setup);

    println!(
        "nanoseconds, {} instructions\n{:<24} {:>12} {:>12}",
        kernel.level(),
        "constant",
        "measured",
        "in use"
    );
    for (name, in_use) in sod_core::cost_constants() {
        match measured.get(name) {
            Some(measured) => println!("{name:<24} {measured:>12.2} {in_use:>12.2}"),
            None => println!("{name:<24} {:>12} {in_use:>12.2}", "-"),
        }
    }
}
