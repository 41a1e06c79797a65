//! Each loop on each level against its naive twin.

#![allow(clippy::print_stdout, reason = "a level that is not tested must say so")]

use proptest::collection::vec;
use proptest::prelude::*;
use sod_kernel::{Kernel, Level, Line, LineTile, Triangle};
use std::collections::BTreeSet;

fn kernels() -> impl Iterator<Item = Kernel> {
    Level::ALL.iter().filter_map(|&level| {
        let kernel = Kernel::new(level);
        if kernel.is_none() {
            println!("skipped: this machine has no {level}");
        }
        kernel
    })
}

fn words() -> impl Strategy<Value = [u64; 8]> {
    prop_oneof![any::<[u64; 8]>(), Just([0; 8]), Just([u64::MAX; 8])]
}

/// How many lines are added. Under Miri not so many that the upper digits are reached.
fn lengths() -> BoxedStrategy<usize> {
    if cfg!(miri) {
        return (0usize..70).boxed();
    }
    prop_oneof![0usize..40, Just(63), Just(64), Just(65), Just(1_023), Just(1_024), Just(70_000)].boxed()
}

fn counts() -> impl Strategy<Value = Vec<u32>> {
    vec(prop_oneof![Just(0u32), 0u32..4, 253u32..258, 0u32..70_000], 0..crate::most(200))
}

proptest! {
    #![proptest_config(crate::cases(64))]

    #[test]
    fn vertical_counters_equal_bit_by_bit(
        lines in vec(words(), 1..crate::most(40)),
        // Eight lines make a group: borders of groups and of their levels.
        len in lengths(),
        before in any::<u16>(),
        // Any number will do: it is a hint.
        upcoming in vec(any::<u16>(), 0..40),
    ) {
        let mut tile = LineTile::new(lines.len());
        for (line, words) in tile.lines_mut().iter_mut().zip(&lines) {
            *line = Line(*words);
        }
        let list: Vec<u16> = (0..len).map(|at| (at * 7 % lines.len()) as u16).collect();
        let mut times = vec![0u32; lines.len()];
        list.iter().for_each(|&member| times[usize::from(member)] += 1);
        let mut expected = [u32::from(before); 512];
        for (place, count) in expected.iter_mut().enumerate() {
            for (words, times) in lines.iter().zip(&times) {
                *count += times * ((words[place / 64] >> (place % 64)) & 1) as u32;
            }
        }
        for kernel in kernels() {
            let mut counts = [u32::from(before); 512];
            kernel.add_lines(&tile, &list, &upcoming, &mut counts);
            prop_assert_eq!(counts, expected, "{:?}", kernel);
        }
    }

    #[test]
    fn places_equal_bit_by_bit(words in vec(any::<u64>(), 0..20), inverted: bool, base in 0u16..1_000) {
        let is_set = |at: &usize| ((words[at / 64] >> (at % 64)) & 1 == 1) != inverted;
        let expected: Vec<u16> = (0..words.len() * 64).filter(is_set).map(|at| at as u16 + base).collect();
        for kernel in kernels() {
            let mut list = vec![0; words.len() * 64 + 32];
            let len = kernel.places(&words, inverted, base, &mut list);
            prop_assert_eq!(&list[..len], &expected, "{:?}", kernel);
        }
    }

    #[test]
    fn selections_equal_one_by_one(counts in counts(), least in 0u32..80_000, small in 0u32..5) {
        for least in [least.max(1), small.max(1)] {
            let expected: Vec<(usize, u32)> =
                counts.iter().copied().enumerate().filter(|(_, count)| *count >= least).collect();
            let ids: Vec<u32> = (0..counts.len() as u32).map(|at| at * 3).collect();
            for kernel in kernels() {
                let mut found = Vec::new();
                kernel.scan(&counts, least, |at, count| found.push((at, count)));
                prop_assert_eq!(&found, &expected, "{:?}", kernel);
                let sum = expected.iter().map(|(_, count)| u64::from(*count)).sum();
                let greatest = expected.iter().map(|(_, count)| *count).max().unwrap_or(0);
                prop_assert_eq!(kernel.summarise(&counts, least), (expected.len() as u64, sum, greatest));
                let mut wide = vec![9];
                kernel.pack_wide(&counts, &ids, least, &mut wide);
                let packed = expected.iter().map(|(at, count)| (*at as u64 * 3) | (u64::from(*count) << 32));
                prop_assert_eq!(&wide[1..], packed.collect::<Vec<_>>());
                let (mut bytes, mut large) = (vec![9], vec![9]);
                prop_assert_eq!(kernel.pack_bytes(&counts, least, &mut bytes, &mut large), expected.len());
                let masks = counts.chunks(64).flat_map(|counts| {
                    let bit = |(at, count): (usize, &u32)| u64::from(*count >= least) << at;
                    counts.iter().enumerate().map(bit).sum::<u64>().to_le_bytes()
                });
                let of_each = expected.iter().map(|(_, count)| u8::try_from(*count).unwrap_or(255));
                prop_assert_eq!(&bytes[1..], masks.chain(of_each).collect::<Vec<u8>>(), "{:?}", kernel);
                let above = expected.iter().map(|(_, count)| *count).filter(|count| *count >= 255);
                prop_assert_eq!(&large[1..], above.collect::<Vec<_>>(), "{:?}", kernel);
                let small: Vec<u32> = counts.iter().map(|count| count % 65_536).collect();
                let mut narrow = vec![9];
                kernel.pack_narrow(&small, &ids, least, &mut narrow);
                let packed = small.iter().zip(&ids).filter(|(count, _)| **count >= least);
                prop_assert_eq!(&narrow[1..], packed.map(|(count, id)| id | (count << 16)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn short_rows_equal_one_by_one(
        rows in vec(prop::collection::btree_set(0u16..40, 1..12), 1..20),
        anchor in 0u16..41,
        room in 0usize..45,
    ) {
        let (mut flat, mut begins, mut expected, mut met) = (Vec::new(), Vec::new(), [0u32; 40], Vec::new());
        for row in &rows {
            begins.push((flat.len() / 4) as u32);
            flat.extend(row);
            // Numbers that no anchor has end a row, and fill it up.
            flat.push(50);
            flat.resize(flat.len().next_multiple_of(4), 50);
            for &number in row.iter().filter(|number| **number < anchor) {
                expected[usize::from(number)] += 1;
                if !met.contains(&number) {
                    met.push(number);
                }
            }
        }
        for kernel in kernels() {
            let (mut counts, mut noted) = ([0u32; 60], vec![99; room]);
            prop_assert_eq!(kernel.note_rows(&flat, &begins, anchor, &mut counts, &mut noted), met.len());
            prop_assert_eq!((&counts[..40], &counts[40..]), (&expected[..], &[0; 20][..]));
            let kept = room.min(met.len());
            prop_assert_eq!(&noted[..kept], &met[..kept]);
            let mut counts = [0u32; 60];
            kernel.add_rows(&flat, &begins, anchor, &mut counts);
            let below = usize::from(anchor.min(40));
            prop_assert_eq!(&counts[..below], &expected[..below]);
        }
    }

    #[test]
    fn triangles_equal_pair_by_pair(
        rows in vec(prop::collection::btree_set(0u32..40, 0..12), 0..20),
        limit in 1u32..45,
    ) {
        let rows: Vec<BTreeSet<u32>> =
            rows.into_iter().map(|row| row.into_iter().filter(|&number| number < limit).collect()).collect();
        let starts: Vec<u64> = rows
            .iter()
            .scan(0, |end, row| {
                *end += row.len() as u64;
                Some(*end)
            })
            .collect();
        let starts: Vec<u64> = [0].into_iter().chain(starts).collect();
        let held: Vec<u32> = rows.iter().flatten().copied().collect();
        let mut narrow = Triangle::<u16>::new(limit);
        let mut wide = Triangle::<u32>::new(limit);
        narrow.add_rows(&starts, &held, |number| number);
        wide.add_rows(&starts, &held, |number| number);
        for high in 0..limit {
            let both = |low| rows.iter().filter(|row| row.contains(&low) && row.contains(&high)).count() as u32;
            let expected: Vec<u32> = (0..high).map(both).collect();
            prop_assert_eq!(wide.row(high), &expected);
            prop_assert_eq!(narrow.row(high).iter().copied().map(u32::from).collect::<Vec<_>>(), expected);
        }
        prop_assert!(wide.row(limit).is_empty());
    }
}

/// What no row should hold: numbers at and beyond the limit, falling and repeated ones. The counts mean nothing, and nothing
/// beyond the triangle is touched.
#[test]
fn a_triangle_survives_rows_that_are_none() {
    for limit in 0..5u32 {
        let mut triangle = Triangle::<u16>::new(limit);
        triangle.add_rows(&[0, 7, 3, 99, 0], &[9u32, u32::MAX, 4, 4, 4, 0, 3], |number| number);
        assert_eq!(
            (0..limit).map(|high| triangle.row(high).len()).sum::<usize>() as u32,
            limit * limit.saturating_sub(1) / 2
        );
    }
}
