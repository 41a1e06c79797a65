//! What values looked like so far, and so what to expect of the next ones.
//!
//! It decides how fast a record is matched and never whether: a value that is not as foreseen is looked at again.
//! The policy: look at every value of a few records; foresee those that were alike. Later on, look at the values of
//! those pieces alone that did not fit, and stop foreseeing a value that keeps being different. Start again now and
//! then, since exports change from one stretch to the next.

use super::step::NONE_USUAL;

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing to be foreseen.
    Any,
    /// A string with this many bytes, none of them a quote, and the last one plain.
    String(usize),
    /// These very bytes.
    Word(&'static [u8]),
}

/// What to expect of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    /// What it looks like.
    pub(super) shape: Shape,
    /// See [`Gap::usual`](super::step::Gap::usual).
    pub(super) usual: u8,
}

impl Default for Expected {
    fn default() -> Self {
        Self { shape: Shape::Any, usual: NONE_USUAL }
    }
}

/// Longer strings are not foreseen.
const STRING_MAX: usize = 512;
/// How many records are looked at in full,
const SAMPLE: u32 = 8;
/// and after how many that is done again.
const AGE_MAX: u32 = 1 << 16;
/// A value is given up when it was different in more than one record of this many,
const PATIENCE: u32 = 32;
/// counted over about the last so many.
const MEMORY: u32 = 1 << 11;

impl Shape {
    /// The shape of a value, quotes and brackets included.
    fn of(value: &[u8]) -> Self {
        const WORDS: [&[u8]; 5] = [b"null", b"false", b"true", b"[]", b"{}"];
        if let Some(word) = WORDS.into_iter().find(|word| *word == value) {
            return Self::Word(word);
        }
        let [b'"', content @ .., b'"'] = value else { return Self::Any };
        let plain = |byte: &u8| (0x20..=0x7f).contains(byte) && *byte != b'\\';
        let ends_plain = content.last().is_none_or(plain);
        if content.len() <= STRING_MAX && ends_plain && !content.contains(&b'"') {
            return Self::String(content.len());
        }
        Self::Any
    }
}

/// What is remembered of the values of a skeleton, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Habit {
    values: Vec<Value>,
    /// Records that are still to be looked at in full.
    sample: u32,
    /// Records since the values' differences were counted from zero, or their half.
    records: u32,
    /// Records since the last sample.
    age: u32,
    changed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Value {
    /// `None` until the first one is seen.
    shape: Option<Shape>,
    /// How often it was different.
    different: u32,
    /// The length of a string that most of the sample has, if any has: each that agrees is a vote for it, each other
    /// one against it, and without votes the next length is tried.
    usual: usize,
    votes: u32,
}

impl Value {
    fn vote(&mut self, len: usize) {
        if self.usual == len {
            self.votes += 1;
        } else if self.votes > 0 {
            self.votes -= 1;
        } else {
            (self.usual, self.votes) = (len, 1);
        }
    }

    fn expected(self) -> Expected {
        let usual = u8::try_from(self.usual).ok().filter(|len| *len < 64 && self.votes > 0);
        Expected { shape: self.shape.unwrap_or(Shape::Any), usual: usual.unwrap_or(NONE_USUAL) }
    }
}

impl Habit {
    pub(super) fn new(values: usize) -> Self {
        let values = vec![Value { shape: None, different: 0, usual: 0, votes: 0 }; values];
        Self { values, sample: SAMPLE, records: 0, age: 0, changed: false }
    }

    /// Whether each value of the next record is to be shown.
    #[inline]
    pub(super) fn is_sampling(&self) -> bool {
        self.sample > 0
    }

    /// A value: the bytes between `start` and `end`.
    #[cold]
    pub(super) fn see(&mut self, index: usize, text: &[u8], start: usize, end: usize) {
        let (Some(value), Some(bytes)) = (self.values.get_mut(index), text.get(start..end)) else { return };
        let shape = Shape::of(bytes);
        if self.sample > 0 {
            value.vote(bytes.len().wrapping_sub(2));
        }
        let expected = *value.shape.get_or_insert(shape);
        if expected == shape || expected == Shape::Any {
            return;
        }
        value.different += 1;
        if self.sample > 0 || value.different * PATIENCE > self.records + MEMORY / PATIENCE {
            value.shape = Some(Shape::Any);
            self.changed = true;
        }
    }

    /// A record is complete.
    #[inline]
    pub(super) fn count(&mut self) {
        self.records += 1;
        if self.sample > 0 || self.records == MEMORY {
            self.turn();
        }
    }

    #[cold]
    fn turn(&mut self) {
        if self.sample > 0 {
            self.sample -= 1;
            self.changed |= self.sample == 0;
            return;
        }
        self.age += self.records - MEMORY / 2;
        self.records = MEMORY / 2;
        self.values.iter_mut().for_each(|value| value.different /= 2);
        if self.age >= AGE_MAX {
            *self = Self::new(self.values.len());
        }
    }

    /// What to expect, if it is not what it was when this was last asked.
    #[inline]
    pub(super) fn news(&mut self) -> Option<Vec<Expected>> {
        if !self.changed || self.sample > 0 {
            return None;
        }
        self.changed = false;
        Some(self.values.iter().map(|value| value.expected()).collect())
    }
}
