//! Cuts the text of a table into records and cells.
//!
//! It finds what the `csv` crate finds (there is a test of that): a quote is special at the beginning of a cell alone,
//! `\n` ends a record outside of quotes, empty lines belong to the record that follows.

use super::specials::Specials;
use sod_kernel::text::NULL;

/// What the splitter knows of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) separator: u8,
    pub(super) columns: usize,
}

impl Form {
    /// Places for one record: where it lies, and its cells.
    pub(super) fn slots(self) -> usize {
        self.columns + 1
    }
}

/// The places of the cells of a record that is not odd.
pub(super) fn regular(own: &[[u32; 2]]) -> Option<&[[u32; 2]]> {
    own.get(1..).filter(|cells| cells.first().is_some_and(|cell| cell[0] != NULL))
}

/// Adds the places of all records of `text` that begin from `at` on and before `stop` and are whole. Tells where the
/// next one begins.
///
/// A record takes as many places as the form has slots: its own, and one for each cell. Cells say what they mean as they
/// stand, without the quotes around them; but one with doubled quotes in it keeps those around it, so that it can be
/// told: no other begins with a quote. The cells of a record that is odd in any way are [`NULL`].
pub(super) fn split_records(
    text: &[u8],
    at: usize,
    stop: usize,
    ended: bool,
    form: Form,
    places: &mut Vec<[u32; 2]>,
) -> usize {
    let specials = Specials::new(text, at, form.separator);
    let mut splitter = Splitter { text, specials, form, ended, places };
    let mut start = at;
    while start < stop {
        let own = splitter.places.len();
        match splitter.record(start) {
            Some((end, odd)) => {
                splitter.settle(own, [start as u32, end as u32], odd);
                start = end;
            }
            None => {
                splitter.places.truncate(own);
                break;
            }
        }
    }
    start
}

struct Splitter<'t, 'p> {
    text: &'t [u8],
    specials: Specials,
    form: Form,
    /// Nothing follows behind the text.
    ended: bool,
    places: &'p mut Vec<[u32; 2]>,
}

/// How a cell that begins with a quote goes on.
enum Quoted {
    /// It is closed here, and ends.
    Closed(usize),
    /// So is this one, which has doubled quotes in it.
    Doubled(usize),
    /// It is closed, and further text follows.
    Stray,
    /// It ends with the text.
    Open,
}

impl Splitter<'_, '_> {
    /// Notes the places of one record. Tells where it ends and whether it is odd; `None` if it is not whole.
    fn record(&mut self, start: usize) -> Option<(usize, bool)> {
        let (mut cell, mut cells, mut odd) = (start, 0, false);
        self.places.push([NULL; 2]);
        loop {
            let Some(mut at) = self.specials.next() else {
                let end = self.text.len();
                let nothing = cells == 0 && cell == end;
                self.add(cells, cell, end);
                return (self.ended && !nothing).then_some((end, odd || cells + 1 != self.form.columns));
            };
            let mut found = [cell, at];
            if self.byte(at) == Some(b'"') {
                if at != cell {
                    continue;
                }
                match self.quoted(at, &mut odd)? {
                    Quoted::Closed(close) => {
                        found = [cell + 1, close];
                        at = self.specials.next()?;
                    }
                    Quoted::Doubled(close) => {
                        found = [cell, close + 1];
                        at = self.specials.next()?;
                    }
                    Quoted::Stray => {
                        odd = true;
                        continue;
                    }
                    Quoted::Open => return Some((self.text.len(), true)),
                }
            } else if self.byte(at) == Some(b'\n') {
                if cells == 0 && at == cell {
                    // An empty line.
                    odd = true;
                    cell = at + 1;
                    continue;
                }
                // The `\r` of a CRLF would be trimmed later.
                let end = at - usize::from(at > cell && self.byte(at - 1) == Some(b'\r'));
                found = [cell, end];
            }
            self.add(cells, found[0], found[1]);
            cells += 1;
            if self.byte(at) == Some(b'\n') {
                return Some((at + 1, odd || cells != self.form.columns));
            }
            cell = at + 1;
        }
    }

    /// Follows a cell from the quote that opens it; `None` if it goes on behind the text at hand.
    fn quoted(&mut self, open: usize, odd: &mut bool) -> Option<Quoted> {
        let (mut separated, mut doubled) = (false, false);
        loop {
            let Some(at) = self.specials.next() else {
                return self.ended.then_some(Quoted::Open);
            };
            match self.byte(at) {
                Some(b'"') => match self.byte(at + 1) {
                    Some(b'"') => {
                        self.specials.next();
                        doubled = true;
                    }
                    None if !self.ended => return None,
                    None => return Some(Quoted::Open),
                    Some(next) => {
                        let is_end = next == self.form.separator
                            || next == b'\n'
                            || (next == b'\r' && self.byte(at + 2) == Some(b'\n'));
                        // With a separator after a line end the cell may hold a row.
                        let content = self.text.get(open + 1..at).unwrap_or_default();
                        *odd |= separated && memchr::memchr(b'\r', content).is_some();
                        return Some(match (is_end, doubled) {
                            (false, _) => Quoted::Stray,
                            (true, false) => Quoted::Closed(at),
                            (true, true) => Quoted::Doubled(at),
                        });
                    }
                },
                Some(b'\n') => *odd = true,
                _ => separated = true,
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn add(&mut self, cells: usize, start: usize, end: usize) {
        if cells < self.form.columns {
            self.places.push([start as u32, end as u32]);
        }
    }

    /// Completes the places of a record that begin at `own`.
    fn settle(&mut self, own: usize, place: [u32; 2], odd: bool) {
        if odd {
            self.places.truncate(own + 1);
            self.places.resize(own + self.form.slots(), [NULL; 2]);
        }
        if let Some(first) = self.places.get_mut(own) {
            *first = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells::{cells_of, content};
    use super::super::head::reader_of;
    use super::*;
    use proptest::prelude::*;

    /// The records of a text with their cells, by the `csv` crate.
    fn expected(text: &[u8]) -> Vec<([u32; 2], Vec<Vec<u8>>)> {
        let mut reader = reader_of(text, b',', csv::Terminator::Any(b'\n'));
        let (mut record, mut found) = (csv::ByteRecord::new(), Vec::new());
        while reader.read_byte_record(&mut record).unwrap() {
            let place = [record.position().unwrap().byte() as u32, reader.position().byte() as u32];
            found.push((place, record.iter().map(<[u8]>::to_vec).collect()));
        }
        found
    }

    /// The text arrives in two pieces, the first of them of `first` bytes.
    fn found(text: &[u8], first: usize, columns: usize) -> Vec<([u32; 2], Vec<Vec<u8>>)> {
        let form = Form { separator: b',', columns };
        let mut places = Vec::new();
        let at = split_records(&text[..first], 0, first, false, form, &mut places);
        split_records(text, at, text.len(), true, form, &mut places);
        let record = |own: &[[u32; 2]]| {
            let [start, end] = own[0];
            let general = cells_of(&text[start as usize..end as usize], b',');
            let general: Vec<Vec<u8>> = general.into_iter().map(|cell| cell.into_owned()).collect();
            if let Some(cells) = regular(own) {
                let bytes = |place: &[u32; 2]| {
                    content(&text[place[0] as usize..place[1] as usize], b',').into_owned()
                };
                let mut cells: Vec<Vec<u8>> = cells.iter().map(bytes).collect();
                if cells != general {
                    // The `\r` of a CRLF is left out.
                    cells.last_mut().unwrap().push(b'\r');
                }
                assert_eq!(cells, general);
                assert!(!cells.iter().any(|cell| cell.contains(&b'\n')));
            }
            (own[0], general)
        };
        places.chunks(form.slots()).map(record).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn records_and_cells_are_those_of_the_csv_crate(
            text in proptest::collection::vec(proptest::sample::select(b"aab,,,\"\"\"\n\n\r".to_vec()), 0..90),
            first in any::<proptest::sample::Index>(),
            columns in 1usize..4,
        ) {
            let first = first.index(text.len() + 1);
            prop_assert_eq!(found(&text, first, columns), expected(&text));
        }
    }
}
