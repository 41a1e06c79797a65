//! What must stay, whatever it is in the way of.

use crate::error::{FindError, Kind};
use crate::find::{find_package, find_user};
use sod_model::{ExternalId, PackageId, Snapshot, UserId};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Something that must stay, as people write it: `package=ID`, `user=U` or `assignment=ID`.
///
/// ```
/// use sod_engine::KeepWord;
/// assert_eq!("package=Payment run".parse(), Ok(KeepWord::Package("Payment run".into())));
/// assert!("Payment run".parse::<KeepWord>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeepWord {
    /// All assignments to a package: its id, or its unique name.
    Package(String),
    /// All assignments of a user: any id, principal name or e-mail address.
    User(String),
    /// One assignment, and so the holding that it is part of.
    Assignment(String),
}

impl fmt::Display for KeepWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(text) => write!(f, "package={text}"),
            Self::User(text) => write!(f, "user={text}"),
            Self::Assignment(text) => write!(f, "assignment={text}"),
        }
    }
}

/// A text that says nothing about what to keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` does not say what to keep; expected package=ID, user=U or assignment=ID", .0.escape_debug())]
pub struct KeepWordError(String);

impl FromStr for KeepWord {
    type Err = KeepWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, value) = text.trim().split_once('=').unwrap_or_default();
        let value = value.trim().to_owned();
        match kind.trim().to_ascii_lowercase().as_str() {
            _ if value.is_empty() => Err(KeepWordError(text.trim().to_owned())),
            "package" => Ok(Self::Package(value)),
            "user" => Ok(Self::User(value)),
            "assignment" => Ok(Self::Assignment(value)),
            _ => Err(KeepWordError(text.trim().to_owned())),
        }
    }
}

/// Things with the numbers of their lines, from 1.
pub type Numbered<T> = Vec<(usize, T)>;

/// Reads a list of what must stay, one word a line; blank lines and those that begin with `#` are passed over.
///
/// ```
/// use sod_engine::{KeepWord, parse_keep};
/// let words = parse_keep("# the auditors\nuser=ann@contoso.example\n\n").unwrap();
/// assert_eq!(words, [(2, KeepWord::User("ann@contoso.example".into()))]);
/// ```
///
/// # Errors
/// Every line that is not understood, with its number.
pub fn parse_keep(text: &str) -> Result<Numbered<KeepWord>, Numbered<KeepWordError>> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let (mut words, mut errors) = (Vec::new(), Vec::new());
    for (at, line) in lines {
        match line.parse() {
            Ok(word) => words.push((at + 1, word)),
            Err(error) => errors.push((at + 1, error)),
        }
    }
    if errors.is_empty() { Ok(words) } else { Err(errors) }
}

/// What must stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Packages that nobody loses.
    pub packages: BTreeSet<PackageId>,
    /// Users who lose nothing.
    pub users: BTreeSet<UserId>,
    /// Single holdings.
    pub holdings: BTreeSet<(UserId, PackageId)>,
}

impl Keep {
    /// Adds what a word means. A word that means nothing here is an error: what somebody wants to protect would go.
    ///
    /// # Errors
    /// [`FindError`], with what was given.
    pub fn add(&mut self, snapshot: &Snapshot, word: &KeepWord) -> Result<(), FindError> {
        match word {
            KeepWord::Package(text) => _ = self.packages.insert(find_package(snapshot, text)?),
            KeepWord::User(text) => _ = self.users.insert(find_user(snapshot, text)?),
            KeepWord::Assignment(text) => {
                let wanted = ExternalId::new(text);
                let table = snapshot.table();
                let rows = (0..table.len()).filter(|&at| table.id(at).as_ref() == Some(&wanted));
                let holdings: Vec<_> = rows
                    .filter_map(|at| Some((*table.users().get(at)?, *table.packages().get(at)?)))
                    .collect();
                if holdings.is_empty() {
                    let (kind, found) = (Kind::Assignment, text.clone());
                    return Err(FindError::Unknown { kind, found, known: table.len(), near: None });
                }
                self.holdings.extend(holdings);
            }
        }
        Ok(())
    }

    /// Whether the user must not lose the package.
    #[must_use]
    pub fn holds(&self, user: UserId, package: PackageId) -> bool {
        self.packages.contains(&package)
            || self.users.contains(&user)
            || self.holdings.contains(&(user, package))
    }
}
