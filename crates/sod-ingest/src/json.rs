//! Decodes the records of one batch of JSON text.

use crate::decoded::{DecodedPart, SideRecord};
use crate::kind::Surroundings;
use crate::record::Fallback;
use crate::split::Batch;
use crate::stretch::{Decoder, Stretch};
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use memchr::memchr_iter;
use sod_model::Position;
use std::hash::BuildHasher;

/// What a decoder remembers between batches: which side records it has handed on already. Names repeat in every row;
/// without this they would be copied as often.
#[derive(Default)]
pub(crate) struct Memory {
    hasher: RandomState,
    seen: HashSet<u64, RandomState>,
}

/// A repeated name costs one entry here; beyond this many the memory starts anew.
const SEEN_MAX: usize = 1 << 20;

impl Memory {
    /// Leaves only side records that this decoder has not handed on before. A collision of 64-bit hashes could drop a
    /// *name*, so only descriptions are filtered, never memberships or incompatibilities.
    fn keep_new(&mut self, part: &mut DecodedPart, from: usize) {
        let mut at = 0;
        let (hasher, seen) = (&self.hasher, &mut self.seen);
        if seen.len() > SEEN_MAX {
            seen.clear();
        }
        part.side.retain(|record| {
            at += 1;
            if at <= from {
                return true;
            }
            match record {
                SideRecord::Subject { ids, facts } => seen.insert(hasher.hash_one((0u8, ids, facts))),
                SideRecord::Package(facts)
                    if facts.incompatible.is_empty()
                        && facts.incompatible_with.is_empty()
                        && facts.incompatible_groups.is_empty() =>
                {
                    seen.insert(hasher.hash_one((1u8, facts)))
                }
                SideRecord::Policy { id, display_name, package, automatic } => {
                    seen.insert(hasher.hash_one((2u8, id, display_name, package, automatic)))
                }
                SideRecord::Catalog { id, display_name } => {
                    seen.insert(hasher.hash_one((3u8, id, display_name)))
                }
                SideRecord::Package(_)
                | SideRecord::Group { .. }
                | SideRecord::Members { .. }
                | SideRecord::Named { .. } => true,
            }
        });
    }
}

/// What holds for a whole source.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceContext {
    pub(crate) source: u32,
    /// What the path tells; only asked where the content does not.
    pub(crate) path: Surroundings,
    pub(crate) fallback: Fallback,
}

/// Decodes every record of the batch.
pub(crate) fn decode_batch(batch: &Batch, source: &SourceContext, memory: &mut Memory) -> DecodedPart {
    let mut part = DecodedPart::default();
    let mut surroundings = batch.context.as_deref().map(Surroundings::of_context).unwrap_or_default();
    // Graph's contexts name the type of the entries (`#accessPackages`, `#directoryObjects`) as often as the list they
    // stand in. So a path that says whose list it is counts, unless the context says so itself.
    if source.path.owner.is_some() && surroundings.owner.is_none() {
        surroundings = source.path.clone();
    }
    let decoder = Decoder { source, fallback: &source.fallback, surroundings: &surroundings };
    let (mut line, mut counted_to) = (batch.line, 0usize);
    for &span in &batch.spans {
        let between = batch.text.get(counted_to..span.start as usize).unwrap_or_default();
        line += memchr_iter(b'\n', between).count() as u64;
        counted_to = span.start as usize;
        let position = Position { byte: batch.offset + u64::from(span.start), line };
        let from = part.side.len();
        let bytes = batch.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let stretch = Stretch { bytes, position, depth: 0 };
        if span.beside {
            decoder.beside(stretch, &mut part);
        } else {
            decoder.record(stretch, &mut part);
        }
        memory.keep_new(&mut part, from);
    }
    part
}
