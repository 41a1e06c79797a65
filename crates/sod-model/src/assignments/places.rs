//! Where records lie, in sixteen bytes: offset and length share one word, and a list takes what does not fit.

use super::arranged;
use crate::{RecordLocation, SourceId};

/// Length in the low bits, offset above: records up to a megabyte in files up to sixteen tebibytes.
const LENGTH_BITS: u32 = 20;
/// This length says that the offset is a position in the list.
const LISTED: u32 = (1 << LENGTH_BITS) - 1;
const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) enum PlaceColumn {
    /// So many rows, none with a place.
    Absent(usize),
    Known {
        sources: Vec<u32>,
        lines: Vec<u32>,
        stretches: Vec<u64>,
        listed: Vec<(u64, u32)>,
    },
}

impl Default for PlaceColumn {
    fn default() -> Self {
        Self::Absent(0)
    }
}

impl PlaceColumn {
    pub(super) fn absent(rows: usize) -> Self {
        Self::Absent(rows)
    }

    /// A column that has places, with "nowhere" for the rows so far.
    fn known(&mut self) {
        if let Self::Absent(rows) = *self {
            *self = Self::Known {
                sources: vec![NOWHERE; rows],
                lines: vec![0; rows],
                stretches: vec![0; rows],
                listed: Vec::new(),
            };
        }
    }

    pub(super) fn push(&mut self, place: Option<RecordLocation>) {
        if let (Self::Absent(rows), None) = (&mut *self, place) {
            *rows += 1;
            return;
        }
        self.known();
        let Self::Known { sources, lines, stretches, listed } = self else { return };
        let place =
            place.unwrap_or(RecordLocation { source: SourceId(NOWHERE), offset: 0, length: 0, line: 0 });
        sources.push(place.source.0);
        lines.push(place.line);
        let fits = place.length < LISTED && place.offset >> (64 - LENGTH_BITS) == 0;
        stretches.push(if fits {
            place.offset << LENGTH_BITS | u64::from(place.length)
        } else {
            listed.push((place.offset, place.length));
            ((listed.len() - 1) as u64) << LENGTH_BITS | u64::from(LISTED)
        });
    }

    pub(super) fn get(&self, at: usize) -> Option<RecordLocation> {
        let Self::Known { sources, lines, stretches, listed } = self else { return None };
        let source = *sources.get(at).filter(|source| **source != NOWHERE)?;
        let stretch = *stretches.get(at)?;
        let (offset, length) = (stretch >> LENGTH_BITS, stretch as u32 & LISTED);
        let (offset, length) =
            if length == LISTED { *listed.get(offset as usize)? } else { (offset, length) };
        Some(RecordLocation { source: SourceId(source), offset, length, line: *lines.get(at)? })
    }

    /// The other loses its rows.
    pub(super) fn append(&mut self, other: &mut Self) {
        match (&mut *self, std::mem::take(other)) {
            (_, Self::Absent(0)) => {}
            (Self::Absent(0), other) => *self = other,
            (Self::Absent(rows), Self::Absent(more)) => *rows += more,
            (_, mut other) => {
                self.known();
                other.known();
                let Self::Known { sources, lines, stretches, listed } = self else { return };
                let Self::Known { sources: s, lines: l, stretches: mut t, listed: mut more } = other else {
                    return;
                };
                let shift = (listed.len() as u64) << LENGTH_BITS;
                if shift > 0 && !more.is_empty() {
                    let listed = |stretch: &&mut u64| **stretch as u32 & LISTED == LISTED;
                    t.iter_mut().filter(listed).for_each(|stretch| *stretch += shift);
                }
                sources.extend(s);
                lines.extend(l);
                stretches.append(&mut t);
                listed.append(&mut more);
            }
        }
    }

    pub(super) fn arranged(self, order: &[u32]) -> Self {
        match self {
            Self::Absent(rows) => Self::Absent(order.iter().filter(|at| (**at as usize) < rows).count()),
            Self::Known { sources, lines, stretches, listed } => Self::Known {
                sources: arranged(sources, order),
                lines: arranged(lines, order),
                stretches: arranged(stretches, order),
                listed,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Vec<Option<RecordLocation>>> {
        let offset = prop_oneof![0u64..100, Just(u64::MAX), Just((1 << 44) - 1), Just(1 << 44)];
        let length = prop_oneof![0u32..100, (LISTED - 2)..(LISTED + 2), Just(u32::MAX)];
        let place = (0u32..3, offset, length, any::<u32>()).prop_map(|(source, offset, length, line)| {
            RecordLocation { source: SourceId(source), offset, length, line }
        });
        prop_oneof![
            prop::collection::vec(prop::option::of(place.clone()), 0..12),
            prop::collection::vec(place.prop_map(Some), 0..12),
            prop::collection::vec(Just(None), 0..12)
        ]
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(first in places(), second in places()) {
            let column = |places: &[Option<RecordLocation>]| {
                let mut column = PlaceColumn::default();
                places.iter().for_each(|place| column.push(*place));
                column
            };
            let mut all = column(&first);
            all.append(&mut column(&second));
            let expected: Vec<_> = first.into_iter().chain(second).collect();
            for (at, place) in expected.iter().enumerate() {
                prop_assert_eq!(all.get(at), *place);
            }
            let order: Vec<u32> = (0..expected.len() as u32).rev().collect();
            let turned = all.arranged(&order);
            for (at, place) in expected.iter().rev().enumerate() {
                prop_assert_eq!(turned.get(at), *place);
            }
        }
    }
}
