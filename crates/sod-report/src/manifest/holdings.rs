//! Who holds how much, as two hashes.
//!
//! The text that is hashed has a line `id` TAB `count` LF for each package, or each user, that the inputs tell of: those
//! that nobody holds and those who hold nothing too, by id in byte order. `count` is the number of distinct users who hold
//! the package, or of distinct packages that the user holds. Another program can write the same text, and a person compare
//! it where the hashes differ:
//!
//! ```text
//! 2506aef1-3929-4d24-a61e-7c8b83d95e6f<TAB>84
//! 97740433-3dc1-4f72-9ea5-ef9fc4c9b3d6<TAB>0
//! ```

use crate::ReportView;
use crate::output::{HashingWriter, hex};
use std::fmt::Display;
use std::io::{self, BufWriter, Write};

/// The SHA-256 of the holders of each package, and that of the holdings of each user.
pub(super) fn holdings_hashes(view: &ReportView<'_>) -> (String, String) {
    let directory = &view.snapshot.directory;
    let mut holders = vec![0u64; directory.packages().len()];
    for package in view.matrix.rows().flatten() {
        if let Some(count) = holders.get_mut(package.index()) {
            *count += 1;
        }
    }
    let rows = view.matrix.rows().map(|row| row.len() as u64);
    let packages = directory.packages().iter().map(|package| &package.id).zip(holders);
    let users = directory.users().iter().map(|user| &user.id).zip(rows);
    (hash_of(packages), hash_of(users))
}

fn hash_of(lines: impl Iterator<Item = (impl Display, u64)>) -> String {
    let mut out = BufWriter::new(HashingWriter::new(io::sink()));
    for (id, count) in lines {
        // A sink takes everything.
        let _ = writeln!(out, "{id}\t{count}");
    }
    out.into_inner().map_or_else(|_| String::new(), |hash| hex(&hash.finish(String::new()).0.sha256))
}
