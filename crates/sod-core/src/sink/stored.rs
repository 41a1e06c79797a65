//! All pairs in memory, and their sorting.

use super::bytes::ByteRow;
use super::{PairSink, radix};
use crate::CountRow;
use rayon::prelude::*;
use sod_model::{PackageId, PackagePair, PairCount, report_order};
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a block, unless a row needs more: blocks are hardly ever copied, and each is twice as large as the one before, so
/// that none is much larger than what it holds and the pairs of a small slice are in one small block.
const BLOCKS: Range<usize> = 1 << 13..1 << 18;

/// Rows, and numbers to be sorted, that are worth a thread of their own.
const ROWS_FOR_THREADS: usize = 32;
const KEYS_AT_ONCE: usize = 1 << 14;

/// All pairs, stored, and the anchor of a row once. Where many of the partners have a common holder with the anchor, a pair is a
/// bit for every partner and a byte for the count (five, where it is 255 or more); else 4 bytes where the partner and the count
/// fit in 16 bits, and 8 where they do not.
#[derive(Clone, Debug, Default)]
pub struct PairCounts {
    rows: Vec<StoredRow>,
    // Entries of the rows, in the order of the rows: partner in the low half, holders in the high half.
    narrow: Vec<Vec<u32>>,
    wide: Vec<Vec<u64>>,
    // Masks, bytes, and four bytes for each count that is 255 or more, row by row.
    bytes: Vec<Vec<u8>>,
    // Partners by place, of the rows in bytes.
    tables: Vec<Arc<[u32]>>,
    large: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct StoredRow {
    anchor: PackageId,
    // Of `narrow`, `wide` or `bytes`.
    block: u32,
    form: Form,
    from: u32,
    to: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Narrow,
    Wide,
    /// The partners are those of a table from a place on, so many of them; so many have a byte.
    Bytes {
        table: u32,
        partners: u32,
        width: u32,
        taken: u32,
    },
}

impl StoredRow {
    fn len(&self) -> usize {
        match self.form {
            Form::Bytes { taken, .. } => taken as usize,
            _ => (self.to - self.from) as usize,
        }
    }
}

/// The last block, or a new one where that has no room for `more` entries.
fn block_for<T>(blocks: &mut Vec<Vec<T>>, more: usize) -> Option<(u32, &mut Vec<T>)> {
    // Vectorised packing writes whole vectors.
    const SPARE_BYTES: usize = 64;
    let more = more + SPARE_BYTES / size_of::<T>();
    if blocks.last().is_none_or(|block| block.capacity() - block.len() < more) {
        let of = |bytes: usize| bytes / size_of::<T>();
        let next = blocks.last().map_or(of(BLOCKS.start), |last| (last.capacity() * 2).min(of(BLOCKS.end)));
        blocks.push(Vec::with_capacity(next.max(more)));
    }
    let at = (blocks.len() - 1) as u32;
    blocks.last_mut().map(|block| (at, block))
}

impl PairCounts {
    /// The counts in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = PairCount> {
        self.rows.iter().flat_map(|row| self.pairs_of(row))
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.iter().map(StoredRow::len).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn pairs_of(&self, row: &StoredRow) -> impl Iterator<Item = PairCount> {
        let range = row.from as usize..row.to as usize;
        let (mut narrow, mut wide, mut bytes): (&[u32], &[u64], ByteRow<'_>) =
            (&[], &[], ByteRow::new(&[], &[], 0));
        let block = row.block as usize;
        match row.form {
            Form::Narrow => {
                narrow = self.narrow.get(block).and_then(|block| block.get(range)).unwrap_or_default();
            }
            Form::Wide => wide = self.wide.get(block).and_then(|block| block.get(range)).unwrap_or_default(),
            Form::Bytes { table, partners, width, taken } => {
                let stored = self.bytes.get(block).and_then(|block| block.get(range)).unwrap_or_default();
                let partners = partners as usize..(partners + width) as usize;
                let table = self.tables.get(table as usize).and_then(|table| table.get(partners));
                bytes = ByteRow::new(stored, table.unwrap_or_default(), taken as usize);
            }
        }
        let narrow = narrow.iter().map(|entry| (entry & 0xffff, entry >> 16));
        let wide = wide.iter().map(|entry| (*entry as u32, (entry >> 32) as u32));
        let anchor = row.anchor;
        narrow.chain(wide).chain(bytes).filter_map(move |(partner, holders_both)| {
            // The anchor itself is never stored.
            let pair = PackagePair::new(anchor, PackageId(partner))?;
            Some(PairCount { pair, holders_both })
        })
    }

    /// The counts in [`report_order`].
    ///
    /// Sorted by digits, as numbers that have the count upside down in their high bits and the two packages below: 20 bytes a
    /// pair while that lasts.
    #[must_use]
    pub fn into_report_order(self) -> Vec<PairCount> {
        let (greatest, last) = self.maxima();
        let id_bits = u32::BITS - last.leading_zeros();
        let count_bits = u32::BITS - greatest.leading_zeros();
        let bits = count_bits + 2 * id_bits;
        if bits > u64::BITS {
            let mut counts: Vec<PairCount> = self.iter().collect();
            drop(self);
            // Pairs are distinct, so no two are equal in this order and an unstable sort is as good as a stable one.
            counts.par_sort_unstable_by(report_order);
            return counts;
        }
        let key = |count: PairCount| {
            let pair = (u64::from(count.pair.low().0) << id_bits) | u64::from(count.pair.high().0);
            (u64::from(greatest - count.holders_both) << (2 * id_bits)) | pair
        };
        let mut keys: Vec<u64> = Vec::with_capacity(self.len());
        keys.par_extend(
            self.rows
                .par_iter()
                .with_min_len(ROWS_FOR_THREADS)
                .flat_map_iter(|row| self.pairs_of(row).map(key)),
        );
        drop(self);
        let keys = radix::sort(keys, bits);
        let ids = (1u64 << id_bits) - 1;
        let mut counts: Vec<PairCount> = Vec::with_capacity(keys.len());
        let count = |key: &u64| {
            let (low, high) = (PackageId((key >> id_bits & ids) as u32), PackageId((key & ids) as u32));
            let holders_both = greatest - (key >> (2 * id_bits)) as u32;
            // A key was made of a pair, whose packages are different.
            PackagePair::new(low, high).map(|pair| PairCount { pair, holders_both })
        };
        counts.par_extend(keys.par_iter().with_min_len(KEYS_AT_ONCE).filter_map(count));
        counts
    }

    /// The greatest count and the last package; zeroes where there is nothing.
    fn maxima(&self) -> (u32, u32) {
        let of_pairs = |row: &StoredRow| {
            self.pairs_of(row).fold((0, 0), |(count, package): (u32, u32), pair| {
                (count.max(pair.holders_both), package.max(pair.pair.high().0))
            })
        };
        let rows = self.rows.par_iter().with_min_len(ROWS_FOR_THREADS).map(of_pairs);
        rows.reduce(|| (0, 0), |one, other| (one.0.max(other.0), one.1.max(other.1)))
    }

    /// Closes the row of `anchor` that was appended to a block since it had `from` entries.
    fn close_row(&mut self, anchor: PackageId, form: Form, (block, from, to): (u32, usize, usize)) {
        if from < to {
            self.rows.push(StoredRow { anchor, block, form, from: from as u32, to: to as u32 });
        }
    }

    /// The number of a table of partners.
    fn table(&mut self, table: &Arc<[u32]>) -> u32 {
        let known = self.tables.iter().position(|known| Arc::ptr_eq(known, table));
        let at = known.unwrap_or(self.tables.len());
        if known.is_none() {
            self.tables.push(Arc::clone(table));
        }
        at as u32
    }

    /// Stores a row in bytes. Says whether that is what it should be stored in; nothing is stored otherwise.
    fn row_in_bytes(&mut self, row: &CountRow<'_>) -> bool {
        let Some((table, partners)) = row.shared() else {
            return false;
        };
        let masks = row.width().div_ceil(64) * 8;
        self.large.clear();
        let Some((at, block)) = block_for(&mut self.bytes, masks + row.width()) else {
            return false;
        };
        let from = block.len();
        let taken = row.pack_bytes(block, &mut self.large);
        let entry = if row.is_narrow() { size_of::<u32>() } else { size_of::<u64>() };
        if masks + taken + self.large.len() * size_of::<u32>() > taken * entry {
            block.truncate(from);
            return taken == 0;
        }
        block.extend(self.large.iter().flat_map(|count| count.to_le_bytes()));
        let to = block.len();
        let (partners, width) = (partners as u32, row.width() as u32);
        let form = Form::Bytes { table: self.table(table), partners, width, taken: taken as u32 };
        self.close_row(row.anchor(), form, (at, from, to));
        true
    }
}

/// Equal when the same pairs came in the same order, however they are stored.
impl PartialEq for PairCounts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for PairCounts {}

impl PairSink for PairCounts {
    fn fork(&self) -> Self {
        Self::default()
    }

    fn pair(&mut self, count: PairCount) {
        let anchor = count.pair.low();
        if let Some((at, block)) = block_for(&mut self.wide, 1) {
            let from = block.len();
            block.push(u64::from(count.pair.high().0) | (u64::from(count.holders_both) << 32));
            match self.rows.last_mut() {
                Some(last) if last.anchor == anchor && last.form == Form::Wide && last.block == at => {
                    last.to += 1;
                }
                _ => self.close_row(anchor, Form::Wide, (at, from, from + 1)),
            }
        }
    }

    fn row(&mut self, row: &CountRow<'_>) {
        if self.row_in_bytes(row) {
            return;
        }
        let appended = if row.is_narrow() {
            block_for(&mut self.narrow, row.width()).map(|(at, block)| {
                let from = block.len();
                row.pack_narrow(block);
                (Form::Narrow, (at, from, block.len()))
            })
        } else {
            block_for(&mut self.wide, row.width()).map(|(at, block)| {
                let from = block.len();
                row.pack_wide(block);
                (Form::Wide, (at, from, block.len()))
            })
        };
        if let Some((form, range)) = appended {
            self.close_row(row.anchor(), form, range);
        }
    }

    fn absorb(&mut self, mut later: Self) {
        if self.rows.is_empty() {
            *self = later;
            return;
        }
        let (narrow, wide, bytes) =
            (self.narrow.len() as u32, self.wide.len() as u32, self.bytes.len() as u32);
        let tables: Vec<u32> = later.tables.iter().map(|table| self.table(table)).collect();
        self.rows.extend(later.rows.into_iter().map(|mut row| {
            row.block += match &mut row.form {
                Form::Narrow => narrow,
                Form::Wide => wide,
                Form::Bytes { table, .. } => {
                    *table = tables.get(*table as usize).copied().unwrap_or(u32::MAX);
                    bytes
                }
            };
            row
        }));
        self.narrow.append(&mut later.narrow);
        self.wide.append(&mut later.wide);
        self.bytes.append(&mut later.bytes);
    }
}
