//! Pretty JSON with a newline at the end, and lists and maps that are written as they are walked.

use crate::WriteError;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// Writes one document: two blanks of indent, fields in the order of the struct, one newline at the end.
pub(crate) fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> Result<(), WriteError> {
    // serde_json writes in pieces of a few bytes, and the writer may be a bare file.
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

/// A list that is walked while it is written: 300,000 input files need no second copy.
pub(crate) struct List<F>(pub(crate) F);

impl<F, I> Serialize for List<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// A map in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entries<K>(pub(crate) Vec<(K, u64)>);

impl<K: Serialize> Serialize for Entries<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
