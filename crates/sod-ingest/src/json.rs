//! Decodes the records of one batch of JSON text.

use crate::decoded::{DecodedPart, Rejected, SideRecord};
use crate::kind::{Kind, Surroundings, kind_of};
use crate::node::Node;
use crate::record::{Fallback, assignment};
use crate::side::side_record;
use crate::split::{Batch, Span};
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use memchr::memchr_iter;
use sod_model::{Position, RecordLocation, RejectCode, SourceId};
use std::borrow::Cow;
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
    if surroundings.owner.is_none() && source.path.owner.is_some() {
        let named = surroundings.collection.as_deref();
        // `directoryObjects` is what Graph calls the members of a group.
        if named
            .is_none_or(|name| Some(name) == source.path.collection.as_deref() || name == "directoryobjects")
        {
            surroundings = source.path.clone();
        }
    }
    let (mut line, mut counted_to) = (batch.line, 0usize);
    for &span in &batch.spans {
        let between = batch.text.get(counted_to..span.start as usize).unwrap_or_default();
        line += memchr_iter(b'\n', between).count() as u64;
        counted_to = span.start as usize;
        let position = Position { byte: batch.offset + u64::from(span.start), line };
        let from = part.side.len();
        if let Err((code, detail)) = decode_record(batch, span, position, source, &surroundings, &mut part) {
            part.rejected.push(Rejected { position, code, detail: detail.into() });
        }
        memory.keep_new(&mut part, from);
    }
    part
}

fn decode_record(
    batch: &Batch,
    span: Span,
    position: Position,
    source: &SourceContext,
    surroundings: &Surroundings,
    part: &mut DecodedPart,
) -> Result<(), (RejectCode, String)> {
    let bytes = batch.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            part.not_utf8 += 1;
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
        }
    };
    let node: Node<'_> =
        serde_json::from_str(&text).map_err(|error| (RejectCode::MalformedJson, error.to_string()))?;
    let Node::Object(record) = node else {
        return Err((RejectCode::NotARecord, format!("expected an object, found {}", excerpt(&text))));
    };
    let location = RecordLocation {
        source: SourceId(source.source),
        offset: position.byte,
        length: span.end - span.start,
        line: u32::try_from(position.line).unwrap_or(u32::MAX),
    };
    let mut kind = kind_of(&record, surroundings);
    // A list that belongs to a group or a package tells nothing about the records in it.
    if source.path.owner.is_some() && *surroundings == source.path && kind == Kind::Unknown {
        kind = Kind::Named;
    }
    match kind {
        Kind::Assignment => assignment(&record, location, &source.fallback, part),
        kind => side_record(&record, kind, surroundings, part),
    }
}

fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("{short}...") } else { short }
}
