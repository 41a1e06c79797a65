//! Bytes compared with a file as they are written: nothing is kept but the place of the first difference.
//!
//! A file of text differs in a line, any other in a byte. Around the place a few characters are kept of both, so that a person
//! sees what it is. After the first difference nothing more is compared: one inserted line would make all others differ.

use std::fmt;
use std::io::{self, BufReader, Read, Seek, Write};

/// So many bytes before a difference are shown, and so many from there on.
const AROUND: usize = 48;

/// A writer that compares what it is given with what lies in a file.
///
/// ```
/// use sod_report::comparison::Comparison;
/// use std::io::{Cursor, Write};
/// let mut comparison = Comparison::new(Cursor::new(b"user,packages\nann,2\n"));
/// comparison.write_all(b"user,packages\nann,3\n").unwrap();
/// let difference = comparison.finish().unwrap().unwrap();
/// assert_eq!(difference.line, Some(2));
/// assert_eq!(difference.to_string(), "found `ann,2`, recomputed `ann,3`");
/// ```
pub struct Comparison<F> {
    file: BufReader<F>,
    buffer: Vec<u8>,
    /// Bytes that were equal.
    equal: u64,
    line: u64,
    /// The last equal bytes of the line.
    before: Vec<u8>,
    /// A byte was met that no text has.
    binary: bool,
    differs: Option<Tails>,
}

/// Both sides from the difference on.
#[derive(Default)]
struct Tails {
    found: Vec<u8>,
    recomputed: Vec<u8>,
}

/// The first place where a file is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstDifference {
    /// The byte, from 0.
    pub byte: u64,
    /// The line, from 1; `None` in a file that is no text.
    pub line: Option<u64>,
    /// What lies there; `None` at the end of the file.
    pub found: Option<String>,
    /// What should; `None` where the file should have ended.
    pub recomputed: Option<String>,
}

impl fmt::Display for FirstDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |side: &Option<String>| match side {
            Some(text) => format!("`{text}`"),
            None => "the end of the file".to_owned(),
        };
        write!(f, "found {}, recomputed {}", shown(&self.found), shown(&self.recomputed))
    }
}

impl<F: Read + Seek> Comparison<F> {
    /// Begins at the beginning of a file.
    pub fn new(file: F) -> Self {
        Self {
            file: BufReader::with_capacity(1 << 16, file),
            buffer: Vec::new(),
            equal: 0,
            line: 1,
            before: Vec::new(),
            binary: false,
            differs: None,
        }
    }

    /// Everything was written: where the file first differs, if it does.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn finish(mut self) -> io::Result<Option<FirstDifference>> {
        let tails = match self.differs.take() {
            Some(tails) => tails,
            None => {
                let found = self.read(AROUND)?;
                if found.is_empty() {
                    return Ok(None);
                }
                Tails { found, recomputed: Vec::new() }
            }
        };
        let binary = self.binary || is_binary(&tails.found) || is_binary(&tails.recomputed);
        let side = |tail: &[u8]| match (tail, binary) {
            ([], _) => None,
            (tail, true) => Some(hexadecimal(tail)),
            (tail, false) => Some(excerpt(&self.before, tail)),
        };
        Ok(Some(FirstDifference {
            byte: self.equal,
            line: (!binary).then_some(self.line),
            found: side(&tails.found),
            recomputed: side(&tails.recomputed),
        }))
    }

    /// The next bytes of the file; fewer at its end.
    fn read(&mut self, bytes: usize) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        self.file.by_ref().take(bytes as u64).read_to_end(&mut read)?;
        Ok(read)
    }

    fn compare(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.file.by_ref().take(bytes.len() as u64).read_to_end(&mut buffer)?;
        let same = bytes.iter().zip(&buffer).take_while(|(a, b)| a == b).count();
        let (equal, recomputed) = bytes.split_at(same);
        self.pass(equal);
        if !recomputed.is_empty() {
            let mut found = buffer.split_off(same);
            if found.len() < AROUND {
                found.extend(self.read(AROUND - found.len())?);
            }
            self.differs = Some(Tails { found, recomputed: recomputed.to_vec() });
        }
        self.buffer = buffer;
        Ok(())
    }

    /// Takes note of bytes that are equal.
    fn pass(&mut self, equal: &[u8]) {
        self.equal += equal.len() as u64;
        self.binary |= is_binary(equal);
        let of_line = match equal.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => {
                self.line += equal.iter().filter(|byte| **byte == b'\n').count() as u64;
                self.before.clear();
                equal.get(end + 1..).unwrap_or_default()
            }
            None => equal,
        };
        self.before
            .extend_from_slice(of_line.get(of_line.len().saturating_sub(AROUND)..).unwrap_or_default());
        let too_many = self.before.len().saturating_sub(AROUND);
        self.before.drain(..too_many);
    }
}

impl<F: Read + Seek> Write for Comparison<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.differs {
            Some(tails) => {
                let room = AROUND.saturating_sub(tails.recomputed.len()).min(bytes.len());
                tails.recomputed.extend_from_slice(bytes.get(..room).unwrap_or_default());
            }
            None => self.compare(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// No text that sod writes has a NUL, and every packed file has many.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.contains(&0)
}

fn hexadecimal(tail: &[u8]) -> String {
    let digits: Vec<String> = tail.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

/// The part of a line around its byte, on one side.
fn excerpt(before: &[u8], tail: &[u8]) -> String {
    let line = tail.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.get(..AROUND.min(line.len())).unwrap_or_default();
    let mut bytes = before.to_vec();
    bytes.extend_from_slice(line);
    // What is cut off in the middle of a character, at either end.
    let start = bytes.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
    let text = String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned();
    text.trim_end_matches('\u{fffd}').to_owned()
}
