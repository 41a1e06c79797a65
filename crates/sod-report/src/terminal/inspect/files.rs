//! The files: one line each while they are few, one line a folder and shape when they are many.

use super::super::page::Page;
use super::super::style::Role;
use super::super::table::{Cell, Kind, Table};
use sod_model::{Compression, Encoding, Provenance, RowCounts, Source};
use std::collections::BTreeMap;

/// More files than this are shown by folder.
const LINES_MAX: usize = 20;

/// Refused files before "and more": each takes several lines.
const REFUSED_SHOWN_MAX: usize = 10;

/// The part of a group's name that is the same for all its files.
type Key<'a> = (&'a str, &'static str);

/// Sums over one line of the table.
#[derive(Default)]
struct Line {
    files: u64,
    rows: RowCounts,
    other: u64,
    packing: &'static str,
}

/// Files of which nothing was used, each with its reason.
pub(super) fn refused(page: &mut Page<'_>, provenance: &Provenance) {
    let refused = provenance.sources.iter().filter_map(|source| Some((source, source.refused.as_ref()?)));
    let count = refused.clone().count();
    if count == 0 {
        return;
    }
    page.heading("Refused");
    for (source, (code, message)) in refused.take(REFUSED_SHOWN_MAX) {
        page.item(Role::Bad, code.code(), &source.path, message);
    }
    page.more(count.saturating_sub(REFUSED_SHOWN_MAX) as u64, "refused file", "refused files");
}

/// Files that were read, in the order of the inputs.
pub(super) fn files(page: &mut Page<'_>, provenance: &Provenance) {
    let used: Vec<&Source> = provenance.sources.iter().filter(|source| source.refused.is_none()).collect();
    if used.is_empty() {
        return;
    }
    let few = used.len() <= LINES_MAX;
    page.heading(if few { "Files" } else { "Folders" });
    let columns = [
        (if few { "File" } else { "Folder" }, Kind::Place),
        ("Shape", Kind::Word),
        ("Packed", Kind::Word),
        ("Files", Kind::Number),
        ("Rows", Kind::Number),
        ("Kept", Kind::Number),
        ("Repeated", Kind::Number),
        ("Rejected", Kind::Number),
        ("Other", Kind::Number),
    ];
    let mut table = Table::new(&columns);
    if few {
        for source in used {
            let mut line = Line::default();
            line.add(source);
            table.group().row(line.cells(&source.path, source.shape.name(), false));
        }
    } else {
        for ((folder, shape), line) in grouped(&used) {
            let folder = if folder.is_empty() { "." } else { folder };
            table.group().row(line.cells(folder, shape, true));
        }
    }
    page.table(&table);
}

impl Line {
    fn add(&mut self, source: &Source) {
        self.files += 1;
        self.rows.add(source.rows);
        self.other += source.side.values().sum::<u64>();
        self.packing = match (source.compression, source.encoding) {
            (Compression::None, Encoding::Utf8) => "",
            (Compression::None, encoding) => encoding.name(),
            (compression, _) => compression.name(),
        };
    }

    /// Zeros are left blank, and a column of blanks is left out: what is there stands out.
    fn cells(&self, path: &str, shape: &str, many: bool) -> [Cell; 9] {
        let number = |number: u64| if number == 0 { Cell::blank() } else { Cell::number(number) };
        [
            Cell::new(path),
            Cell::new(shape),
            if many { Cell::blank() } else { Cell::new(self.packing) },
            if many { Cell::number(self.files).role(Role::Number) } else { Cell::blank() },
            number(self.rows.read),
            number(self.rows.accepted),
            number(self.rows.repeated),
            number(self.rows.rejected).role(Role::Warning),
            number(self.other),
        ]
    }
}

/// Lines by folder and shape: the deepest folders that give few enough lines, or the shapes alone.
fn grouped<'a>(sources: &[&'a Source]) -> BTreeMap<Key<'a>, Line> {
    let depth_max = sources.iter().map(|source| separators(&source.path).count()).max().unwrap_or(0);
    let keys = |depth: usize| {
        let mut groups: BTreeMap<Key<'a>, Line> = BTreeMap::new();
        for source in sources {
            groups.entry((folder(&source.path, depth), source.shape.name())).or_default().add(source);
        }
        groups
    };
    let fitting = (1..=depth_max).rev().map(keys).find(|groups| groups.len() <= LINES_MAX);
    fitting.unwrap_or_else(|| keys(0))
}

fn separators(path: &str) -> impl Iterator<Item = usize> {
    path.char_indices().filter(|(_, letter)| matches!(letter, '/' | '\\')).map(|(at, _)| at)
}

/// The folder of a file, at most `depth` folders deep.
fn folder(path: &str, depth: usize) -> &str {
    let ends: Vec<usize> = separators(path).take(depth).collect();
    ends.last().and_then(|&end| path.get(..=end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_cut_at_the_depth() {
        assert_eq!(["a/b/c.json", "c.json", "/x/y"].map(|path| folder(path, 1)), ["a/", "", "/"]);
        assert_eq!(folder("a/b/c.json", 2), "a/b/");
    }
}
