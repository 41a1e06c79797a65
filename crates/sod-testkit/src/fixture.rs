//! Holdings written as text: one user a line, `alice: P1 P2`.

use crate::Holdings;
use sod_model::{AssignmentMatrix, PackageId, PairCount, UserId};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A tenant of a few lines, with the names its author gave.
///
/// Names get ids in byte order, as in every [`Directory`](sod_model::Directory). A line is `user: package package ...`;
/// a user may have no packages, or several lines; blank lines and what follows `#` are left out. A line whose user is `-`
/// names packages that nobody need hold.
///
/// ```
/// let fixture = sod_testkit::Fixture::parse("
///     bob: P2
///     alice: P2 P1  # holds both
///     -: P3
/// ");
/// assert_eq!((fixture.users(), fixture.packages()), (&["alice", "bob"].map(String::from)[..], &["P1", "P2", "P3"].map(String::from)[..]));
/// assert_eq!(fixture.matrix().column(fixture.package("P2")).len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Fixture {
    users: Vec<String>,
    packages: Vec<String>,
    held: Vec<(u32, u32)>,
}

impl Fixture {
    /// Reads a fixture. Panics when a line has no colon.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut named = Vec::new();
        let (mut users, mut packages) = (BTreeSet::new(), BTreeSet::new());
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (user, held) =
                line.split_once(':').unwrap_or_else(|| panic!("no colon in fixture line `{line}`"));
            let user = user.trim();
            packages.extend(held.split_whitespace());
            if user != "-" {
                users.insert(user);
                named.extend(held.split_whitespace().map(|package| (user, package)));
            }
        }
        let users: Vec<String> = users.into_iter().map(String::from).collect();
        let packages: Vec<String> = packages.into_iter().map(String::from).collect();
        let held =
            named.into_iter().map(|(user, package)| (position(&users, user), position(&packages, package)));
        let held = held.collect();
        Self { users, packages, held }
    }

    /// The users' names, by id.
    #[must_use]
    pub fn users(&self) -> &[String] {
        &self.users
    }

    /// The packages' names, by id.
    #[must_use]
    pub fn packages(&self) -> &[String] {
        &self.packages
    }

    /// The id of a user. Panics when the fixture has no such user.
    #[must_use]
    pub fn user(&self, name: &str) -> UserId {
        UserId(position(&self.users, name))
    }

    /// The id of a package. Panics when the fixture has no such package.
    #[must_use]
    pub fn package(&self, name: &str) -> PackageId {
        PackageId(position(&self.packages, name))
    }

    /// The holdings, for the harness.
    #[must_use]
    pub fn holdings(&self) -> Holdings {
        Holdings::new(self.users.len() as u32, self.packages.len() as u32, self.held.clone())
    }

    /// The matrix.
    #[must_use]
    pub fn matrix(&self) -> AssignmentMatrix {
        self.holdings().matrix()
    }

    /// Pair counts as text, in the order given: a line `P1 P2: 3` for each.
    #[must_use]
    pub fn write_pairs(&self, counts: &[PairCount]) -> String {
        let mut text = String::new();
        for count in counts {
            let (low, high) = (count.pair.low().index(), count.pair.high().index());
            writeln!(text, "{} {}: {}", self.packages[low], self.packages[high], count.holders_both)
                .expect("a string takes everything");
        }
        text
    }

    /// The names of some users, separated by blanks.
    #[must_use]
    pub fn write_users(&self, users: impl IntoIterator<Item = UserId>) -> String {
        let names: Vec<&str> = users.into_iter().map(|user| self.users[user.index()].as_str()).collect();
        names.join(" ")
    }
}

fn position(names: &[String], name: &str) -> u32 {
    names
        .binary_search_by(|known| known.as_str().cmp(name))
        .unwrap_or_else(|_| panic!("no `{name}` in the fixture")) as u32
}
