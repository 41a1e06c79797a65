//! Records, member by member, each value and each combination of values kept once.
//!
//! What is left of an assignment when ids, state, subject, package and policy are known is much the same for most of a
//! tenant: a million assignments need a few bytes each, and nothing is read from the export again. A filter asks for one
//! member of every record, so that one can be read without the others.

use super::pieces::{PieceId, Pieces};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use serde_json::{Map, Value};
use std::hash::{Hash, Hasher};

/// A record of [`Records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordId(PieceId);

/// Names and JSON texts of the members of one record, on their way into [`Records`].
pub(crate) type Members = Vec<(String, String)>;

/// The members of an object as [`Records::add`] takes them.
pub(crate) fn members(own: Map<String, Value>) -> Members {
    own.into_iter().map(|(name, value)| (name, value.to_string())).collect()
}

/// Records, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Records {
    names: HashMap<Box<str>, u32, RandomState>,
    /// In JSON.
    values: Pieces,
    /// The number of a name and of a value for each member, ascending by name.
    records: Pieces,
}

const NULL: &[u8] = b"null";

/// The bytes of one member.
const MEMBER: usize = 8;

impl Records {
    /// The number of a record with these members; `None` when there are four billion others.
    pub(crate) fn add(&mut self, members: &[(String, String)]) -> Option<RecordId> {
        let numbers = self.numbered(members)?;
        self.put(numbers)
    }

    fn numbered(&mut self, members: &[(String, String)]) -> Option<Vec<(u32, PieceId)>> {
        let numbers = members
            .iter()
            .map(|(name, value)| Some((self.name(name)?, self.values.intern(value.as_bytes())?)));
        numbers.collect()
    }

    fn put(&mut self, mut numbers: Vec<(u32, PieceId)>) -> Option<RecordId> {
        numbers.sort_unstable();
        let member = |(name, PieceId(value)): (u32, PieceId)| [name.to_le_bytes(), value.to_le_bytes()];
        let bytes: Vec<u8> = numbers.into_iter().flat_map(member).flatten().collect();
        self.records.intern(&bytes).map(RecordId)
    }

    fn name(&mut self, name: &str) -> Option<u32> {
        if let Some(&known) = self.names.get(name) {
            return Some(known);
        }
        let number = u32::try_from(self.names.len()).ok()?;
        self.names.insert(name.into(), number);
        Some(number)
    }

    fn numbers(&self, id: RecordId) -> impl Iterator<Item = (u32, PieceId)> {
        let (members, _) = self.records.get(id.0).as_chunks::<MEMBER>();
        members.iter().map(|&[a, b, c, d, e, f, g, h]| {
            (u32::from_le_bytes([a, b, c, d]), PieceId(u32::from_le_bytes([e, f, g, h])))
        })
    }

    fn text(&self, id: RecordId, name: &str) -> Option<&[u8]> {
        let name = *self.names.get(name)?;
        self.numbers(id).find(|(own, _)| *own == name).map(|(_, value)| self.values.get(value))
    }

    /// A member of a record.
    pub(crate) fn member(&self, id: RecordId, name: &str) -> Option<Value> {
        serde_json::from_slice(self.text(id, name)?).ok()
    }

    /// The record with what it has not yet of these members; null gives way to whatever is said.
    pub(crate) fn with(&mut self, id: RecordId, members: Members) -> Option<RecordId> {
        let is_new = |(name, value): &(String, String)| match self.text(id, name) {
            None => true,
            Some(known) => known == NULL && value.as_bytes() != NULL,
        };
        let new: Members = members.into_iter().filter(is_new).collect();
        if new.is_empty() {
            return Some(id);
        }
        let known: Vec<(u32, PieceId)> = self.numbers(id).collect();
        let new = self.numbered(&new)?;
        let is_replaced = |name: u32| new.iter().any(|(other, _)| *other == name);
        let kept: Vec<_> = known.into_iter().filter(|(name, _)| !is_replaced(*name)).collect();
        self.put(kept.into_iter().chain(new).collect())
    }

    /// Whether the word is the value of a member, or of a member inside one, in any case.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        let (wanted, all) = (Value::from(word).to_string(), self.values.all());
        let is_it = |text: &[u8]| text.eq_ignore_ascii_case(wanted.as_bytes());
        let mut found = all.windows(wanted.len()).enumerate().filter(|(_, text)| is_it(text));
        // Behind a backslash it is no quote that a text begins with.
        found.any(|(at, _)| at.checked_sub(1).and_then(|before| all.get(before)) != Some(&b'\\'))
    }

    /// Everything that was added, for whoever compares.
    fn contents(&self) -> [&[u8]; 2] {
        [self.values.all(), self.records.all()]
    }

    /// No record will be added any more: what was for finding them again is freed.
    pub(crate) fn close(&mut self) {
        self.values.close();
        self.records.close();
    }
}

impl Hash for Records {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_unstable();
        (names, self.contents()).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn add(records: &mut Records, object: Value) -> RecordId {
        let Value::Object(object) = object else { panic!("an object") };
        records.add(&members(object)).unwrap()
    }

    #[test]
    fn members_are_read_one_by_one_and_equal_records_are_one() {
        let mut records = Records::default();
        let one = add(&mut records, json!({"status": "Delivered", "schedule": {"end": [1, null]}}));
        let same = add(&mut records, json!({"schedule": {"end": [1, null]}, "status": "Delivered"}));
        let empty = add(&mut records, json!({}));
        records.close();
        assert_eq!((one, one == empty), (same, false));
        assert_eq!(records.member(one, "schedule"), Some(json!({"end": [1, null]})));
        assert_eq!(records.member(one, "status"), Some(json!("Delivered")));
        assert_eq!((records.member(one, "Status"), records.member(empty, "status")), (None, None));
    }

    #[test]
    fn what_was_said_first_stays() {
        let mut records = Records::default();
        let first = add(&mut records, json!({"a": 1}));
        let more = json!({"a": 2, "b": "\u{e9}"});
        let both = records.with(first, members(more.as_object().unwrap().clone())).unwrap();
        assert_eq!(
            (records.member(both, "a"), records.member(both, "b")),
            (Some(json!(1)), Some(json!("\u{e9}")))
        );
        assert_eq!(records.with(both, members(more.as_object().unwrap().clone())), Some(both));
        assert_eq!(records.member(first, "b"), None);
    }

    #[test]
    fn words_are_found_whole_at_any_depth_in_any_case() {
        let mut records = Records::default();
        add(
            &mut records,
            json!({"schedule": {"expiration": {"type": "afterDateTime"}}, "status": "Deliv\"ered"}),
        );
        for (word, there) in [
            ("AFTERdatetime", true),
            ("after", false),
            ("type", true),
            ("deliv\"ered", true),
            ("ered", false),
        ] {
            assert_eq!(records.has_word(word), there, "{word}");
        }
    }
}
