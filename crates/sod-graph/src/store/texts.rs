//! Texts that repeat, kept once.
//!
//! What is left of an assignment when ids, state, subject, package and policy are known is the same text for most of a
//! tenant. So a million assignments need a few bytes each, and nothing is read from the export again.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// A text of [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TextId(u32);

/// Texts one behind the other; those met before are found again.
#[derive(Debug)]
pub(crate) struct Texts {
    bytes: String,
    /// Where each text ends.
    ends: Vec<u64>,
    known: HashTable<u32>,
    hasher: RandomState,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            bytes: String::new(),
            ends: Vec::new(),
            known: HashTable::new(),
            hasher: RandomState::default(),
        }
    }
}

impl Texts {
    /// The number of a text; `None` when there are four billion others.
    pub(crate) fn intern(&mut self, text: &str) -> Option<TextId> {
        let hash = self.hasher.hash_one(text);
        if let Some(&at) = self.known.find(hash, |&at| self.at(at) == text) {
            return Some(TextId(at));
        }
        let at = u32::try_from(self.ends.len()).ok()?;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.known.insert_unique(hash, at, |&at| hasher.hash_one(slice(bytes, ends, at)));
        Some(TextId(at))
    }

    /// The text.
    pub(crate) fn get(&self, id: TextId) -> &str {
        self.at(id.0)
    }

    fn at(&self, at: u32) -> &str {
        slice(&self.bytes, &self.ends, at)
    }

    /// No text will be added any more: what was for finding them again is freed.
    pub(crate) fn close(&mut self) {
        self.known = HashTable::new();
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

fn slice<'t>(bytes: &'t str, ends: &[u64], at: u32) -> &'t str {
    let at = at as usize;
    let from = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
    let to = ends.get(at).copied().unwrap_or(from);
    bytes.get(from as usize..to as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_given_back() {
        let mut texts = Texts::default();
        let ids: Vec<TextId> =
            ["a", "", "bc", "a", "", "d"].iter().filter_map(|text| texts.intern(text)).collect();
        assert_eq!(ids.iter().map(|id| id.0).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 3]);
        texts.close();
        assert_eq!(ids.iter().map(|&id| texts.get(id)).collect::<Vec<_>>(), ["a", "", "bc", "a", "", "d"]);
    }
}
