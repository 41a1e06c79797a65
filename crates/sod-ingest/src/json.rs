//! Decodes the records of one batch of JSON text.

use crate::decoded::{DecodedPart, SideRecord, SubjectFacts};
use crate::fast::{Block, FastRun};
use crate::kind::{Kind, Surroundings, kind_of};
use crate::learn::Learned;
use crate::local::Local;
use crate::node::Node;
use crate::options::LoadOptions;
use crate::record::Fallback;
use crate::shapes::Shapes;
use crate::split::{Batch, Content};
use crate::stretch::{Decoder, Stretch};
use crate::table::Recognised;
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use memchr::memchr_iter;
use sod_model::Position;
use std::hash::BuildHasher;
use std::sync::Arc;

/// What a decoder remembers between batches: which side records it has handed on already. Names repeat in every row;
/// without this they would be copied as often.
#[derive(Default)]
pub(crate) struct Memory {
    hasher: RandomState,
    seen: HashSet<u64, RandomState>,
    pub(crate) local: Local,
    pub(crate) shapes: Shapes,
    /// `None` while it is in use: to make one costs more than to decode a record.
    pub(crate) block: Option<Box<Block>>,
    /// What cells of tables said.
    pub(crate) recognised: Recognised,
    /// Whether records of a shape are assignments, where the page or the path has a say in it.
    kinds: Vec<(Arc<Learned>, Surroundings, bool)>,
    /// Rows remember where they lie.
    pub(crate) keep_places: bool,
    /// Names and addresses of people are kept.
    pub(crate) keep_people: bool,
    /// What describes the tenant is kept whole.
    pub(crate) keep_bodies: bool,
}

/// A repeated name costs one entry here; beyond this many the memory starts anew.
const SEEN_MAX: usize = 1 << 20;
/// Shapes in different surroundings; more than a few at a time are not met.
const KINDS_MAX: usize = 64;

impl Memory {
    pub(crate) fn new(options: &LoadOptions) -> Self {
        Self {
            keep_places: !options.holdings_alone || options.strict,
            keep_people: !options.forget_people,
            keep_bodies: options.keep_bodies,
            shapes: Shapes::new(!options.plain_decoder),
            ..Self::default()
        }
    }

    /// Leaves only side records that this decoder has not handed on before. A collision of 64-bit hashes could drop a
    /// *name*, so only descriptions are filtered, never memberships or incompatibilities.
    pub(crate) fn keep_new(&mut self, part: &mut DecodedPart, from: usize) {
        let (hasher, seen) = (&self.hasher, &mut self.seen);
        if seen.len() > SEEN_MAX {
            seen.clear();
        }
        let mut is_new = |record: &SideRecord| match record {
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
            SideRecord::Catalog { id, display_name } => seen.insert(hasher.hash_one((3u8, id, display_name))),
            SideRecord::Package(_)
            | SideRecord::ResourceRoles { .. }
            | SideRecord::Group { .. }
            | SideRecord::Members { .. }
            | SideRecord::Named { .. } => true,
        };
        // What came before is not looked at again: this is asked once for each record.
        let from = from.min(part.side.len());
        part.side.extract_if(from.., |record| !is_new(record)).for_each(drop);
    }
}

impl Memory {
    /// Numbers the rows of a part, which is then ready for the join.
    pub(crate) fn number(&mut self, part: &mut DecodedPart) {
        self.local.number_rows(part, self.keep_places);
        if !self.keep_people {
            for record in &mut part.side {
                if let SideRecord::Subject { facts, .. } = record {
                    *facts = SubjectFacts::default();
                }
            }
        }
    }
}

impl Memory {
    /// Whether records of the shape are assignments in these surroundings.
    fn is_assignment(&mut self, shape: &Arc<Learned>, surroundings: &Surroundings) -> bool {
        let known = |(other, around, _): &&(Arc<Learned>, Surroundings, bool)| {
            Arc::ptr_eq(other, shape) && around == surroundings
        };
        if let Some((.., answer)) = self.kinds.iter().find(known) {
            return *answer;
        }
        let node = std::str::from_utf8(&shape.sample).ok().and_then(|text| serde_json::from_str(text).ok());
        let answer =
            matches!(node, Some(Node::Object(record)) if kind_of(&record, surroundings) == Kind::Assignment);
        if self.kinds.len() >= KINDS_MAX {
            self.kinds.clear();
        }
        self.kinds.push((Arc::clone(shape), surroundings.clone(), answer));
        answer
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
    let keep_bodies = memory.keep_bodies;
    let decoder = Decoder { source, fallback: &source.fallback, surroundings: &surroundings, keep_bodies };
    let (mut line, mut counted_to) = (batch.line, 0usize);
    for &span in &batch.spans {
        let between = batch.text.get(counted_to..span.start as usize).unwrap_or_default();
        line = line.wrapping_add(memchr_iter(b'\n', between).count() as u64);
        counted_to = span.start as usize;
        let mut general = |memory: &mut Memory, part: &mut DecodedPart, [start, end]: [u32; 2], line: u64| {
            let from = part.side.len();
            let bytes = batch.text.get(start as usize..end as usize).unwrap_or_default();
            let position = Position { byte: batch.offset.wrapping_add(u64::from(start)), line };
            let stretch = Stretch { bytes, position, depth: 0 };
            if span.content == Content::Beside {
                decoder.beside(stretch, part);
            } else {
                decoder.record(stretch, part);
            }
            memory.keep_new(part, from);
        };
        let run = match span.content {
            Content::Run(number) => batch.runs.get(number as usize),
            Content::Record | Content::Beside => None,
        };
        let Some(run) = run else {
            general(memory, &mut part, [span.start, span.end], line);
            continue;
        };
        let shape = &*run.shape;
        let first = line;
        if let Some(lines) = run.lines() {
            // Known without looking at the text.
            line = line.wrapping_add(lines);
            counted_to = span.end as usize;
        }
        let places = batch.places.get(run.places.clone()).unwrap_or_default();
        if memory.is_assignment(&run.shape, &surroundings) {
            let fast = FastRun { run, shape, text: &batch.text, places, offset: batch.offset, line: first };
            fast.decode(source, memory, &mut part, &mut general);
        } else {
            let mut line = first;
            for own in places.chunks(usize::from(shape.slot_count)) {
                let place = own.first().copied().unwrap_or_default();
                general(memory, &mut part, place, line);
                line += run.lines_to_next(&batch.text, place);
            }
        }
    }
    part.text_bytes = batch.text.len() as u64;
    memory.number(&mut part);
    part
}
