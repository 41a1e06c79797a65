//! The one safe door to the loops: a level that was looked for, and a method for each loop.

use crate::layout::{Code, Codes, LayoutScratch, TileTarget};
use crate::line::{LINE_BITS, LineTile};
use crate::{Level, layout, portable, rows, vertical};

#[cfg(all(target_arch = "x86_64", not(miri)))]
use crate::{avx2, avx512};

/// The loops at one level. To have one is to know that the processor has the instructions.
///
/// ```
/// use sod_kernel::{Kernel, LineTile, Level};
/// let mut tile = LineTile::new(10);
/// tile.lines_mut()[7].0[0] = 0b101;
/// tile.lines_mut()[9].0[0] = 0b100;
/// for level in Level::ALL.iter().filter_map(|&level| Kernel::new(level)) {
///     let mut counts = [0; 512];
///     level.add_lines(&tile, &[7, 8, 9], &[], &mut counts);
///     assert_eq!(counts[..4], [1, 0, 2, 0]);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel {
    // INVARIANT (available): `level.is_available()`.
    level: Level,
}

/// Calls the loop of the kernel's level.
macro_rules! dispatch {
    ($kernel:expr, $avx512:expr, $avx2:expr, $portable:expr) => {
        match $kernel.level {
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            #[expect(unsafe_code, reason = "the door to the instruction sets")]
            // SAFETY: by the invariant the processor has what the level stands for.
            Level::Avx512 => unsafe { $avx512 },
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            #[expect(unsafe_code, reason = "the door to the instruction sets")]
            // SAFETY: as above.
            Level::Avx2 => unsafe { $avx2 },
            _ => $portable,
        }
    };
}

impl Kernel {
    /// The kernel of a level; `None` where the processor, or this build, does not have it.
    #[must_use]
    pub fn new(level: Level) -> Option<Self> {
        level.is_available().then_some(Self { level })
    }

    /// The fastest kernel that there is.
    #[must_use]
    pub fn best() -> Self {
        Self { level: Level::best() }
    }

    /// Its level.
    #[must_use]
    pub fn level(self) -> Level {
        self.level
    }

    /// Adds to each of 512 counters the number of listed lines that have its bit set. A line that is listed twice counts twice;
    /// counters wrap around. `upcoming` is the list that comes next, or nothing: its lines are asked for in advance.
    pub fn add_lines(self, tile: &LineTile, list: &[u16], upcoming: &[u16], counts: &mut [u32; LINE_BITS]) {
        let Some(lines) = tile.array() else {
            return;
        };
        #[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
        if self.level == Level::Neon {
            return vertical::add_lines::<crate::neon::Quad>(lines, list, upcoming, counts, portable::flush);
        }
        dispatch!(
            self,
            avx512::add_lines(lines, list, upcoming, counts),
            avx2::add_lines(lines, list, upcoming, counts),
            vertical::add_lines::<portable::Words>(lines, list, upcoming, counts, portable::flush)
        );
    }

    /// Writes the places of the set bits of `words` to the beginning of `list`, ascending from `base`, and gives their number:
    /// bit `i` of word `w` is place `base + 64 * w + i`. With `inverted` the places of the bits that are not set.
    ///
    /// `list` must have 32 entries to spare, which may be overwritten; a word that does not fit so is left out.
    ///
    /// ```
    /// let mut list = [0; 3 + 32];
    /// let kernel = sod_kernel::Kernel::best();
    /// assert_eq!((kernel.places(&[0b1001, 1], false, 10, &mut list), &list[..3]), (3, &[10, 13, 74][..]));
    /// ```
    pub fn places(self, words: &[u64], inverted: bool, base: u16, list: &mut [u16]) -> usize {
        let inverted = if inverted { u64::MAX } else { 0 };
        dispatch!(
            self,
            avx512::places(words, inverted, base, list),
            avx2::places(words, inverted, base, list),
            portable::places(words, inverted, base, list)
        )
    }

    /// Lays out one tile: the rows `numbers[starts[u] - starts[0]..starts[u + 1] - starts[0]]`, whose numbers are `index` of
    /// what they hold. Says whether it could: nothing is done unless there are at most 65,536 rows, `starts` ascend within
    /// `numbers`, and the target has room for so many members.
    ///
    /// # Panics
    /// When a number has no code, or a cursor lies outside the lists.
    pub fn lay_out<I: Code, P: Copy>(
        self,
        codes: &Codes<I>,
        starts: &[u64],
        numbers: &[P],
        index: impl Fn(P) -> usize,
        target: &mut TileTarget<'_, I>,
        scratch: &mut LayoutScratch<I>,
    ) -> bool {
        if !target.has_room(codes, starts, numbers.len()) {
            return false;
        }
        macro_rules! specialised {
            ($lists:literal, $rows:literal) => {
                dispatch!(
                    self,
                    avx512::lay_out::<I, P, $lists, $rows>(codes, starts, numbers, index, target, scratch),
                    avx2::lay_out::<I, P, $lists, $rows>(codes, starts, numbers, index, target, scratch),
                    layout::lay_out::<I, P, $lists, $rows>(codes, starts, numbers, index, target, scratch)
                )
            };
        }
        match (codes.dense() < codes.total(), codes.heavy() < codes.total()) {
            (_, true) => specialised!(true, true),
            (true, false) => specialised!(true, false),
            (false, false) => specialised!(false, false),
        }
        true
    }

    /// Adds one to the count of each number below `anchor` in some of `rows`. `begins` says where these begin, in groups of
    /// [`ROW_PADDING`](crate::ROW_PADDING); each must ascend, and ends with the first group that reaches the anchor. Counters at
    /// and beyond it get increments without meaning. Numbers beyond `counts` are left out.
    ///
    /// ```
    /// let rows = [0_u16, 2, 3, 5, 1, 2, 8, 9];
    /// let mut counts = [0; 10];
    /// sod_kernel::Kernel::best().add_rows(&rows, &[0, 1, 0], 3, &mut counts);
    /// assert_eq!(counts[..3], [2, 1, 3]);
    /// ```
    pub fn add_rows<I: Code>(self, rows: &[I], begins: &[u32], anchor: I, counts: &mut [u32]) {
        dispatch!(
            self,
            avx512::add_rows(rows, begins, anchor, counts),
            avx2::add_rows(rows, begins, anchor, counts),
            rows::add_rows(rows, begins, anchor, counts)
        );
    }

    /// How many counts are at least `least` (which is taken as one where it is zero), their sum, and the greatest of them.
    ///
    /// ```
    /// let kernel = sod_kernel::Kernel::best();
    /// assert_eq!(kernel.summarise(&[0, 5, 2, 7], 5), (2, 12, 7));
    /// assert_eq!(kernel.summarise(&[0, 4], 5), (0, 0, 0));
    /// ```
    #[must_use]
    pub fn summarise(self, counts: &[u32], least: u32) -> (u64, u64, u32) {
        let least = least.max(1);
        dispatch!(
            self,
            avx512::summarise(counts, least),
            avx2::summarise(counts, least),
            portable::summarise(counts, least)
        )
    }

    /// Calls `found` with the place and the value of each count of at least `least`, ascending.
    ///
    /// ```
    /// let mut found = Vec::new();
    /// sod_kernel::Kernel::best().scan(&[0, 5, 2, 7], 5, |at, count| found.push((at, count)));
    /// assert_eq!(found, [(1, 5), (3, 7)]);
    /// ```
    pub fn scan(self, counts: &[u32], least: u32, found: impl FnMut(usize, u32)) {
        dispatch!(
            self,
            avx512::scan(counts, least, found),
            avx2::scan(counts, least, found),
            portable::scan(counts, least, found)
        );
    }

    /// Appends `id | count << 16` for each count of at least `least`; both must fit in 16 bits. `ids` go with `counts`.
    pub fn pack_narrow(self, counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u32>) {
        dispatch!(
            self,
            avx512::pack_narrow(counts, ids, least, out),
            avx2::pack_narrow(counts, ids, least, out),
            portable::pack_narrow(counts, ids, least, out)
        );
    }

    /// Appends `id | count << 32` for each count of at least `least`. `ids` go with `counts`.
    pub fn pack_wide(self, counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u64>) {
        dispatch!(
            self,
            avx512::pack_wide(counts, ids, least, out),
            avx2::pack_wide(counts, ids, least, out),
            portable::pack_wide(counts, ids, least, out)
        );
    }

    /// Appends a word of bits for each 64 counts, lowest byte first, set where a count is at least `least` (one or more); then a
    /// byte for each of those, 255 standing for itself and all above. Gives the number of the bytes, and appends to `large` the
    /// counts that are 255 or more.
    ///
    /// ```
    /// let (mut out, mut large) = (Vec::new(), Vec::new());
    /// assert_eq!(sod_kernel::Kernel::best().pack_bytes(&[0, 5, 700], 1, &mut out, &mut large), 2);
    /// assert_eq!((&out[..], &large[..]), (&[0b110, 0, 0, 0, 0, 0, 0, 0, 5, 255][..], &[700][..]));
    /// ```
    pub fn pack_bytes(self, counts: &[u32], least: u32, out: &mut Vec<u8>, large: &mut Vec<u32>) -> usize {
        let least = least.max(1);
        dispatch!(
            self,
            avx512::pack_bytes(counts, least, out, large),
            avx2::pack_bytes(counts, least, out, large),
            portable::pack_bytes(counts, least, out, large)
        )
    }

    /// As [`add_rows`](Self::add_rows), but counters at and beyond the anchor are left alone, and numbers that are met while their
    /// counter is zero are written to `noted`, in the order of meeting and as far as there is room. Gives how many there are.
    ///
    /// ```
    /// let rows = [0_u16, 2, 3, 5, 1, 2, 8, 9];
    /// let (mut counts, mut noted) = ([0; 10], [0; 3]);
    /// let met = sod_kernel::Kernel::best().note_rows(&rows, &[0, 1], 3, &mut counts, &mut noted);
    /// assert_eq!((counts, met, noted), ([1, 1, 2, 0, 0, 0, 0, 0, 0, 0], 3, [0, 2, 1]));
    /// ```
    pub fn note_rows<I: Code>(
        self,
        rows: &[I],
        begins: &[u32],
        anchor: I,
        counts: &mut [u32],
        noted: &mut [I],
    ) -> usize {
        rows::note_rows(rows, begins, anchor, counts, noted)
    }
}
