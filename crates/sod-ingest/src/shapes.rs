//! The record shapes that one worker knows.
//!
//! A few are kept, so that records whose optional members come and go stay fast; the one that matched last is tried first.
//! Learning costs about as much as decoding, so the longer nothing new is learned from records that fit no shape, the
//! rarer it is tried.

use crate::learn::{Learned, learn};
use crate::node::Node;
use crate::record::spellings;
use sod_kernel::text::Skeleton;
use std::sync::Arc;

/// More than this many shapes would be compared in vain with every record of yet another.
const SHAPES_MAX: usize = 6;
/// So many records at most pass between two lessons.
const PATIENCE_MAX: u64 = 1 << 16;

struct Known {
    learned: Arc<Learned>,
    /// Our own, because it gets used to the lengths of values.
    skeleton: Skeleton,
    in_list: bool,
}

/// The shapes, the one that matched last first.
#[derive(Default)]
pub(crate) struct Shapes {
    known: Vec<Known>,
    /// Records since the last lesson that fitted no shape.
    strangers: u64,
    /// After how many of them the next lesson is due.
    patience: u64,
}

/// Records that were found.
pub(crate) struct FoundRun {
    pub(crate) shape: Arc<Learned>,
    /// The next record if they end with what separates records, else the end of the last one.
    pub(crate) end: usize,
    pub(crate) separated: bool,
}

impl Shapes {
    /// None yet; `learns` tells whether there will ever be any.
    pub(crate) fn new(learns: bool) -> Self {
        Self { patience: if learns { 0 } else { u64::MAX }, ..Self::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The shapes, to be given to another worker.
    pub(crate) fn learned(&self) -> Vec<(Arc<Learned>, bool)> {
        self.known.iter().map(|known| (Arc::clone(&known.learned), known.in_list)).collect()
    }

    /// Takes over shapes that another worker learned.
    pub(crate) fn adopt(&mut self, shapes: &[(Arc<Learned>, bool)]) {
        for (learned, in_list) in shapes.iter().rev() {
            let same = |known: &Known| known.in_list == *in_list && known.learned.is_like(learned);
            if !self.known.iter().any(same) {
                self.insert(Arc::clone(learned), *in_list);
            }
        }
    }

    /// Matches records from `at` on with the shapes, and appends their places.
    pub(crate) fn scan(
        &mut self,
        text: &[u8],
        at: usize,
        in_list: bool,
        places: &mut Vec<[u32; 2]>,
    ) -> Option<FoundRun> {
        for number in 0..self.known.len() {
            let Some(known) = self.known.get_mut(number).filter(|known| known.in_list == in_list) else {
                continue;
            };
            let scan = known.skeleton.scan(text, at, usize::MAX, places);
            if scan.records > 0 {
                let shape = Arc::clone(&known.learned);
                self.known.get_mut(..=number).unwrap_or_default().rotate_right(1);
                return Some(FoundRun { shape, end: scan.end, separated: scan.separated });
            }
        }
        None
    }

    /// Learns from a record that fitted no shape, if it is time. `separator` is what stands between it and the next.
    pub(crate) fn teach(&mut self, record: &[u8], separator: &[u8], in_list: bool) {
        if self.strangers < self.patience {
            self.strangers += 1;
            return;
        }
        self.strangers = 0;
        // Only text that the splitter itself would have skipped between two records.
        let commas = separator.iter().filter(|byte| **byte == b',').count();
        let blank = separator.iter().all(|byte| matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'\n'));
        let right = blank && commas == usize::from(in_list) && !separator.is_empty();
        let node = std::str::from_utf8(record).ok().and_then(|text| serde_json::from_str(text).ok());
        let (true, Some(Node::Object(object))) = (right, node) else {
            self.patience = (2 * self.patience + 1).min(PATIENCE_MAX);
            return;
        };
        match learn(record, separator, spellings(&object)) {
            Some(learned)
                if !self
                    .known
                    .iter()
                    .any(|known| known.in_list == in_list && known.learned.is_like(&learned)) =>
            {
                self.patience /= 2;
                self.insert(Arc::new(learned), in_list);
            }
            _ => self.patience = (2 * self.patience + 1).min(PATIENCE_MAX),
        }
    }

    fn insert(&mut self, learned: Arc<Learned>, in_list: bool) {
        self.known.truncate(SHAPES_MAX - 1);
        self.known.insert(0, Known { skeleton: learned.skeleton.clone(), learned, in_list });
    }
}
