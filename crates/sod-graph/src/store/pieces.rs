//! Pieces of bytes that repeat, kept once.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// A piece of [`Pieces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PieceId(pub(super) u32);

/// Pieces one behind the other; those met before are found again.
#[derive(Debug)]
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    /// Where each piece ends.
    ends: Vec<u64>,
    known: HashTable<u32>,
    hasher: RandomState,
}

impl Default for Pieces {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), known: HashTable::new(), hasher: RandomState::default() }
    }
}

impl Pieces {
    /// The number of a piece; `None` when there are four billion others.
    pub(crate) fn intern(&mut self, piece: &[u8]) -> Option<PieceId> {
        let hash = self.hasher.hash_one(piece);
        if let Some(&at) = self.known.find(hash, |&at| self.at(at) == piece) {
            return Some(PieceId(at));
        }
        let at = u32::try_from(self.ends.len()).ok()?;
        self.bytes.extend_from_slice(piece);
        self.ends.push(self.bytes.len() as u64);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.known.insert_unique(hash, at, |&at| hasher.hash_one(slice(bytes, ends, at)));
        Some(PieceId(at))
    }

    /// The piece.
    pub(crate) fn get(&self, id: PieceId) -> &[u8] {
        self.at(id.0)
    }

    fn at(&self, at: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, at)
    }

    /// All of them, one behind the other without anything between.
    pub(crate) fn all(&self) -> &[u8] {
        &self.bytes
    }

    /// No piece will be added any more: what was for finding them again is freed.
    pub(crate) fn close(&mut self) {
        self.known = HashTable::new();
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn slice<'t>(bytes: &'t [u8], ends: &[u64], at: u32) -> &'t [u8] {
    let at = at as usize;
    let from = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
    let to = ends.get(at).copied().unwrap_or(from);
    bytes.get(from as usize..to as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_kept_once_and_given_back() {
        let mut pieces = Pieces::default();
        let ids: Vec<PieceId> = ["a", "", "bc", "a", "", "d"]
            .iter()
            .filter_map(|piece| pieces.intern(piece.as_bytes()))
            .collect();
        assert_eq!(ids.iter().map(|id| id.0).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 3]);
        pieces.close();
        let back: Vec<&[u8]> = ids.iter().map(|&id| pieces.get(id)).collect();
        assert_eq!(back, [b"a", &b""[..], b"bc", b"a", b"", b"d"]);
        assert_eq!(pieces.all(), b"abcd");
    }
}
