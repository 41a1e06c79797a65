//! What a skeleton is made of, as the caller says it, and its first compiled form: text up to a gap, gap, text, gap ...

/// Both ends of a place that nothing was found for: the value is `null`, or no step names the slot.
///
/// ```
/// use sod_kernel::text::{NULL, Skeleton, Step};
/// let steps = [Step::Literal(b"[".to_vec()), Step::Value { slot: Some(0), trusted: false }, Step::Literal(b"]".to_vec())];
/// let mut places = Vec::new();
/// Skeleton::new(&steps, b",", 1).unwrap().scan(br#"[null],["a"]"#, 0, 9, &mut places);
/// assert_eq!(places, [[NULL, NULL], [9, 10]]);
/// ```
pub const NULL: u32 = u32::MAX;

/// One piece of a skeleton; see [`Skeleton`](super::Skeleton) for all of them together.
///
/// ```
/// use sod_kernel::text::{Skeleton, Step};
/// let scan = |trusted, text: &str| {
///     let mut skeleton = Skeleton::new(&[Step::Value { slot: Some(0), trusted }], b",", 1).unwrap();
///     skeleton.scan(text.as_bytes(), 0, 1, &mut Vec::new()).records
/// };
/// assert_eq!((scan(false, r#""plain""#), scan(false, r#""\u00fcber""#)), (1, 0));
/// assert_eq!((scan(true, r#""\u00fcber""#), scan(true, "7"), scan(true, "[]")), (1, 0, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// These very bytes.
    Literal(Vec<u8>),
    /// A string, whose place is what stands between the quotes; or `null`, whose place is [`NULL`]; or, if there is no
    /// slot, `true`, `false` or an integer. A record with anything else here (fractions, exponents, `{`, `[`, blanks)
    /// deviates.
    Value {
        /// Where the place goes.
        slot: Option<u16>,
        /// If not, the string may hold only `0x20..=0x7f` without `\`, so that it is valid JSON and means itself. If
        /// so, it may hold anything and only its end is found: the caller vouches for the bytes by other means, such as
        /// having validated the same ones before.
        trusted: bool,
    },
    /// An object or an array, whose place includes the brackets.
    Container {
        /// Where the place goes.
        slot: Option<u16>,
        /// If not, only `{}` and `[]` will do. If so, any whose brackets pair up outside its strings, to a depth of 64.
        trusted: bool,
    },
    /// The place of a slot starts or ends here. It may hold any number of steps.
    Mark {
        /// Whose.
        slot: u16,
        /// Whether it ends here.
        end: bool,
    },
}

/// No slot. No real one has this number, since it would have to be below another number of 16 bits.
pub(super) const NO_SLOT: u16 = u16::MAX;

/// Text whose form is not known beforehand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub(super) container: bool,
    pub(super) trusted: bool,
    pub(super) slot: u16,
    /// The most likely length of a string, below 64; a higher one says that none is likely.
    pub(super) usual: u8,
}

/// See [`Gap::usual`].
pub(super) const NONE_USUAL: u8 = u8::MAX;

/// One end of a place: `places[slot][end]` is `offset` bytes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) slot: u16,
    pub(super) end: bool,
    pub(super) offset: u32,
}

/// Constant text and the gap behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) text: Vec<u8>,
    pub(super) marks: Vec<Mark>,
    pub(super) gap: Option<Gap>,
}

/// The longest constant text of a skeleton, all literals together.
const TEXT_MAX: usize = 1 << 16;

/// The steps as parts, the last one without a gap. `None` if they make no sense, see
/// [`Skeleton::new`](super::Skeleton::new).
pub(super) fn parts(steps: &[Step], slots: u16) -> Option<Vec<Part>> {
    let (mut done, mut part, mut text_len) = (Vec::new(), Part::default(), 0);
    // What has been said of each slot: nothing, where it starts, all.
    let mut said = vec![0_u8; usize::from(slots)];
    let mut say = |slot: u16, before: u8, after: u8| {
        let said = said.get_mut(usize::from(slot)).filter(|said| **said == before)?;
        *said = after;
        Some(())
    };
    for step in steps {
        match *step {
            Step::Literal(ref bytes) => {
                text_len += bytes.len();
                if text_len > TEXT_MAX {
                    return None;
                }
                part.text.extend_from_slice(bytes);
            }
            Step::Mark { slot, end } => {
                say(slot, u8::from(end), u8::from(end) + 1)?;
                part.marks.push(Mark { slot, end, offset: part.text.len() as u32 });
            }
            Step::Value { slot, trusted } | Step::Container { slot, trusted } => {
                if let Some(slot) = slot {
                    say(slot, 0, 2)?;
                }
                let container = matches!(step, Step::Container { .. });
                part.gap = Some(Gap { container, trusted, slot: slot.unwrap_or(NO_SLOT), usual: NONE_USUAL });
                done.push(std::mem::take(&mut part));
            }
        }
    }
    let makes_sense = (text_len > 0 || !done.is_empty()) && said.iter().all(|said| *said != 1);
    done.push(part);
    makes_sense.then_some(done)
}
