//! Pairs of packages for people: two lines each, one for each side, so that both names have the whole width.

use super::number::{percent, ratio};
use super::style::Role;
use super::table::{Cell, Kind, Table};
use crate::pairs::PairShares;
use sod_model::{AssignmentMatrix, Directory, PackageId, PackageIdKind, PairCount};

/// One side of a pair.
pub(super) struct Side<'a> {
    /// A short mark by which the rest of the page refers to the side; empty when nothing does.
    pub mark: &'a str,
    /// Display name, if known.
    pub name: Option<&'a str>,
    /// Written id.
    pub id: String,
    /// Distinct users who hold it.
    pub holders: u64,
}

/// The table of pairs; its columns are those of `pairs.csv`, turned by the width of the page.
pub(super) struct PairTable {
    table: Table,
}

impl PairTable {
    pub(super) fn new() -> Self {
        let columns = [
            ("Both", Kind::Number),
            ("Lift", Kind::Number),
            ("", Kind::Word),
            ("Package", Kind::Name),
            ("Holders", Kind::Number),
            ("Share", Kind::Number),
            ("Id", Kind::Id),
        ];
        Self { table: Table::new(&columns) }
    }

    /// Adds a pair. Names need not be distinct; ids are.
    pub(super) fn pair(&mut self, sides: [Side<'_>; 2], both: u64, lift: f64) {
        self.table.group();
        let mut lead = [Cell::number(both).role(Role::Number), Cell::new(ratio(lift))];
        for side in sides {
            let [both_cell, lift_cell] = std::mem::take(&mut lead);
            self.table.row([
                both_cell,
                lift_cell,
                Cell::new(side.mark),
                Cell::new(side.name.unwrap_or_default()),
                Cell::number(side.holders),
                Cell::new(percent(both, side.holders)),
                Cell::id(side.id),
            ]);
        }
    }

    pub(super) fn finish(self) -> Table {
        self.table
    }
}

/// The pairs given, in the order given.
pub(super) fn pair_table(directory: &Directory, matrix: &AssignmentMatrix, pairs: &[PairCount]) -> Table {
    let users = matrix.users_holding();
    let mut table = PairTable::new();
    for count in pairs {
        let sides = [count.pair.low(), count.pair.high()].map(|package| side(directory, matrix, package));
        let [a, b] = &sides;
        let both = u64::from(count.holders_both);
        let lift = PairShares::new(a.holders, b.holders, both, users).lift;
        table.pair(sides, both, lift);
    }
    table.finish()
}

fn side<'a>(directory: &'a Directory, matrix: &AssignmentMatrix, package: PackageId) -> Side<'a> {
    let known = directory.package(package);
    // Of a package that is known by name only, the id is the name, and nothing is said twice.
    let named = known.filter(|package| package.id_kind == PackageIdKind::Object);
    Side {
        mark: "",
        name: named.and_then(|package| package.display_name.as_deref()),
        id: known.map(|package| package.id.to_string()).unwrap_or_default(),
        holders: matrix.holders_of(package),
    }
}
