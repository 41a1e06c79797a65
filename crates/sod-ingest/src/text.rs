//! One file as one text: opened, decompressed and decoded like an export, and not looked into.
//!
//! For documents that are read whole, such as rules of other tools. Refuses what is too long for that.

use crate::open::open;
use crate::options::Input;
use sod_model::Silent;
use std::io::{self, Read};

/// Longer files are no documents; a compressed one could be any length.
const LONGEST: u64 = 256 << 20;

/// A file as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainText {
    /// What it says, without a byte order mark.
    pub text: String,
    /// It was not UTF-8, nor UTF-16, and was read as Windows-1252.
    pub not_utf8: bool,
}

/// Reads a file, or standard input, as text: gzip and zstd are opened, UTF-16 is decoded, and what is not UTF-8 is read as
/// Windows-1252.
///
/// ```
/// use sod_ingest::{Input, read_text};
/// let bytes: Vec<u8> = "\u{feff}é;x".encode_utf16().flat_map(u16::to_le_bytes).collect();
/// let read = read_text(&Input::Bytes { name: "pairs.csv".into(), bytes: bytes.into() }).unwrap();
/// assert_eq!((read.text.as_str(), read.not_utf8), ("é;x", false));
/// ```
///
/// # Errors
/// When it cannot be read or decompressed, and when it is longer than 256 MiB.
pub fn read_text(input: &Input) -> io::Result<PlainText> {
    let opened = open(input, false, &Silent)?;
    let mut bytes = Vec::new();
    opened.text.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than 256 MiB"));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => PlainText { text, not_utf8: false },
        Err(error) => {
            let bytes = error.into_bytes();
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned();
            PlainText { text, not_utf8: true }
        }
    })
}
