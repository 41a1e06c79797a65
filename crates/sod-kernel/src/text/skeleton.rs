//! The safe door to the matcher.

use super::dispatch;
use super::fit::Records;
use super::habit::Habit;
use super::plan::{Piece, Plan, constant};
use super::step::{NULL, Part, Step, parts};
use crate::Level;

/// The constant text of a kind of record, with places for the values between, compiled for [`scan`](Self::scan).
///
/// Use it on text that repeats one shape very often, such as the pages of an export: the keys and punctuation are
/// compared and never parsed. The caller learns the steps from one record that it has decoded by other means.
///
/// A skeleton gets used to the lengths of the values that it has seen. That changes how long a scan takes and nothing
/// else; each thread scans with its own clone.
///
/// ```
/// use sod_kernel::text::{Skeleton, Step};
/// let value = |slot| Step::Value { slot, trusted: false };
/// let literal = |text: &str| Step::Literal(text.into());
/// let steps = [literal(r#"{"id":"#), value(Some(0)), literal(r#","hidden":"#), value(None), literal("}")];
/// let mut skeleton = Skeleton::new(&steps, b",", 1).unwrap();
///
/// let text = br#"[{"id":"ab","hidden":false},{"id":"cde","hidden":true},{"hidden":true,"id":"f"}]"#;
/// let mut places = Vec::new();
/// let scan = skeleton.scan(text, 1, usize::MAX, &mut places);
/// assert_eq!((scan.records, scan.separated), (2, true));
/// assert_eq!(&text[scan.end..], br#"{"hidden":true,"id":"f"}]"#); // for the general decoder
/// assert_eq!(places, [[8, 10], [35, 38]]);
/// ```
#[derive(Clone, Debug)]
pub struct Skeleton {
    parts: Vec<Part>,
    plain: Plan,
    plan: Plan,
    habit: Habit,
    separator: Piece,
    slots: u16,
    level: Level,
}

/// How far [`Skeleton::scan`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// How many records matched.
    pub records: usize,
    /// Where the next record would begin; or, if no separator was found there, the end of the last one.
    pub end: usize,
    /// Whether a separator stands before `end`. Never so without a record.
    pub separated: bool,
}

impl Skeleton {
    /// Compiles the steps of a record and what stands between two records. `slots` is the number of places that each
    /// record gives.
    ///
    /// `None` if the steps make no sense: a record that may be empty, a slot that is not below `slots` or is given a
    /// place twice, an end without a start, a start without an end; or if the constant text exceeds 64 KiB.
    #[must_use]
    pub fn new(steps: &[Step], separator: &[u8], slots: u16) -> Option<Self> {
        let parts = parts(steps, slots)?;
        let plain = Plan::new(&parts, &[]);
        let habit = Habit::new(parts.len());
        let separator = constant(separator);
        Some(Self { plan: plain.clone(), plain, habit, separator, parts, slots, level: Level::best() })
    }

    /// The same, with other instructions: for tests and benches. Where the processor lacks them, the best below them
    /// run.
    ///
    /// ```
    /// use sod_kernel::{Level, text::{Skeleton, Step}};
    /// let skeleton = Skeleton::new(&[Step::Value { slot: Some(0), trusted: false }], b"\n", 1).unwrap();
    /// let (mut places, mut twin) = (Vec::new(), Vec::new());
    /// let scan = skeleton.clone().scan(b"\"a\"\n\"b", 0, 9, &mut places);
    /// assert_eq!(skeleton.at_level(Level::Portable).scan(b"\"a\"\n\"b", 0, 9, &mut twin), scan);
    /// assert_eq!((scan.records, scan.end, scan.separated, places), (1, 4, true, twin));
    /// ```
    #[must_use]
    pub fn at_level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Matches record, separator, record ... from `at` on, until a record deviates, a separator is missing, the text
    /// ends, or `max` records have matched.
    ///
    /// For each record, `slots` pairs of start and end are appended to `places`, counted in bytes from the beginning of
    /// `text`. A slot without a value has [`NULL`] twice. Of a record that deviates nothing is appended. A record that
    /// is not whole within `text` deviates, and so does one that ends beyond 4 GiB: scan a part of such a text at a
    /// time. Nothing is decoded, and no byte outside of `text` is read.
    pub fn scan(&mut self, text: &[u8], at: usize, max: usize, places: &mut Vec<[u32; 2]>) -> Scan {
        let text = text.get(..NULL as usize - 1).unwrap_or(text);
        let Self { plan, plain, habit, parts, separator, .. } = self;
        let slots = usize::from(self.slots);
        dispatch::run(
            self.level,
            Records { plan, plain, habit, parts, separator, slots, text, at, max, places },
        )
    }
}
