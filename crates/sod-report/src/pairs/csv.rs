//! The co-holding table as CSV: comma, quotes where needed, line feed, UTF-8 without a byte order mark.

use super::fragments::Fragments;
use super::{COLUMNS, PairContext};
use crate::formula::defuse;
use sod_model::PairCount;
use std::io::{self, BufWriter, Write};

/// Writes the header and one line a pair.
pub(super) fn write(context: &PairContext, pairs: &[PairCount], out: &mut dyn Write) -> io::Result<()> {
    let ids = Fragments::new(context, b"", |package| cell(context.id(package)));
    let names = Fragments::new(context, b"", |package| cell(context.name(package).unwrap_or_default()));
    let mut out = BufWriter::with_capacity(1 << 16, out);
    out.write_all(COLUMNS.join(",").as_bytes())?;
    for count in pairs {
        let (a, b, row) = (count.pair.low(), count.pair.high(), context.row(count));
        out.write_all(b"\n")?;
        for piece in [ids.get(a), ids.get(b), names.get(a), names.get(b)] {
            out.write_all(piece)?;
            out.write_all(b",")?;
        }
        write!(out, "{},{},{},", row.holders_a, row.holders_b, row.holders_both)?;
        for (ratio, end) in [(row.shares.share_a, ","), (row.shares.share_b, ","), (row.shares.lift, "")] {
            write_ratio(&mut out, ratio)?;
            out.write_all(end.as_bytes())?;
        }
    }
    out.write_all(b"\n")?;
    out.flush()
}

/// A harmless cell, quoted if it needs to be.
fn cell(text: &str) -> Vec<u8> {
    let text = defuse(text);
    if !text.contains([',', '"', '\r', '\n']) {
        return text.as_bytes().to_vec();
    }
    format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
}

/// The shortest decimal that reads back as the same number, never with an exponent, and with a point always: readers
/// that guess types from the first rows would take a column that begins with `1` for integers.
fn write_ratio(out: &mut impl Write, ratio: f64) -> io::Result<()> {
    if ratio.fract() == 0.0 { write!(out, "{ratio:.1}") } else { write!(out, "{ratio}") }
}
