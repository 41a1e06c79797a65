//! The ways to count, by name. Which one is taken, and why, is the business of `plan`.

use std::fmt;
use std::str::FromStr;

/// A way to count pairs. All give the same answer; they differ in time. More may come.
///
/// ```
/// use sod_core::CountMethod;
/// assert_eq!("rows".parse(), Ok(CountMethod::Rows));
/// assert!(CountMethod::ALL.iter().all(|method| method.name().parse() == Ok(*method)));
/// assert_eq!("dice".parse::<CountMethod>().unwrap_err().to_string(), "`dice` is no counting method; expected triangle or blocks or columns or rows");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountMethod {
    /// Walk every row once and increment one counter for each of its pairs, in a triangle of counters for all pairs. Wins while
    /// the triangle stays in the cache and there is little to count.
    Triangle,
    /// Lay the rows out in tiles of users; count popular packages 512 at once by vertical counters, and the others by
    /// increments into one row of counters. Wins everywhere else when all pairs are counted.
    Blocks,
    /// Intersect the columns (users per package) of every two packages. Wins when few pairs are
    /// asked for.
    Columns,
    /// For each package, walk the rows (packages per user) of its users and increment one counter for each partner. Wins
    /// when the pairs of a few packages are asked for, and most of them are held by nobody.
    Rows,
}

impl CountMethod {
    /// Every method.
    pub const ALL: &'static [Self] = &[Self::Triangle, Self::Blocks, Self::Columns, Self::Rows];

    /// The name, as it is parsed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Triangle => "triangle",
            Self::Blocks => "blocks",
            Self::Columns => "columns",
            Self::Rows => "rows",
        }
    }
}

impl fmt::Display for CountMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that no counting method has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMethod {
    /// What was given.
    pub found: Box<str>,
}

impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = CountMethod::ALL.iter().map(|method| method.name()).collect();
        write!(f, "`{}` is no counting method; expected {}", self.found, names.join(" or "))
    }
}

impl std::error::Error for UnknownMethod {}

impl FromStr for CountMethod {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        let named = Self::ALL.iter().find(|method| method.name().eq_ignore_ascii_case(text.trim()));
        named.copied().ok_or_else(|| UnknownMethod { found: text.into() })
    }
}
