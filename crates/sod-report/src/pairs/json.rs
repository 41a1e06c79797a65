//! The co-holding table as JSON: one array, or one object a line. Objects have the columns in order, without blanks.

use super::PairContext;
use super::fragments::Fragments;
use sod_model::PairCount;
use std::io::{self, BufWriter, Write};

/// What stands around and between the objects.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    before: &'static str,
    between: &'static str,
    after: &'static str,
    nothing: &'static str,
}

/// JSON Lines.
pub(super) const LINES: Frame = Frame { before: "", between: "\n", after: "\n", nothing: "" };

/// One array, an object a line.
pub(super) const DOCUMENT: Frame = Frame { before: "[\n", between: ",\n", after: "\n]\n", nothing: "[]\n" };

/// Writes one object a pair.
pub(super) fn write(
    frame: Frame,
    context: &PairContext,
    pairs: &[PairCount],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    if pairs.is_empty() {
        out.write_all(frame.nothing.as_bytes())?;
        return out.flush();
    }
    let text = |text: Option<&str>| serde_json::to_vec(&text).unwrap_or_default();
    let ids = Fragments::new(context, b"null", |package| text(Some(context.id(package))));
    let names = Fragments::new(context, b"null", |package| text(context.name(package)));
    let mut gap = frame.before;
    for count in pairs {
        let (a, b, row) = (count.pair.low(), count.pair.high(), context.row(count));
        out.write_all(gap.as_bytes())?;
        gap = frame.between;
        for (key, piece) in [
            ("{\"package_a\":", ids.get(a)),
            (",\"package_b\":", ids.get(b)),
            (",\"package_a_name\":", names.get(a)),
            (",\"package_b_name\":", names.get(b)),
        ] {
            out.write_all(key.as_bytes())?;
            out.write_all(piece)?;
        }
        write!(out, ",\"holders_a\":{},\"holders_b\":{}", row.holders_a, row.holders_b)?;
        write!(out, ",\"holders_both\":{}", row.holders_both)?;
        for (key, value) in
            [("share_a", row.shares.share_a), ("share_b", row.shares.share_b), ("lift", row.shares.lift)]
        {
            write!(out, ",\"{key}\":")?;
            serde_json::to_writer(&mut out, &value)?;
        }
        out.write_all(b"}")?;
    }
    out.write_all(frame.after.as_bytes())?;
    out.flush()
}
