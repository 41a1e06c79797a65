//! What the caller may say about the inputs.

use crate::fingerprint::RecordedName;
use sod_model::{StateId, Timestamp};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One input of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file or a folder.
    Path(PathBuf),
    /// Standard input, shown as `-`.
    Stdin,
    /// Bytes in memory under a name.
    Bytes {
        /// Shown where a path would be.
        name: String,
        /// The content, as it would be on disk.
        bytes: Arc<[u8]>,
    },
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

impl From<&str> for Input {
    /// `-` is standard input, anything else a path.
    fn from(path: &str) -> Self {
        if path == "-" { Self::Stdin } else { Self::Path(path.into()) }
    }
}

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Which columns of a table are which; the header decides where this is silent.
    pub map: Option<ColumnMap>,
    /// Tables have no header line: columns are named by number in `map`.
    pub no_header: bool,
    /// The state of rows that have none, e.g. [`StateTable::DELIVERED`](sod_model::StateTable::DELIVERED).
    pub assume_state: Option<StateId>,
    /// The moment for warnings about dates; the latest moment that the data shows if none is given.
    pub as_of: Option<Timestamp>,
    /// A rejected row or a truncated export stops the run.
    pub strict: bool,
    /// Go on although inputs share no kind of user id.
    pub allow_unjoined: bool,
    /// Inputs without a single assignment are an answer.
    pub allow_empty: bool,
    /// Compute the SHA-256 of each source.
    pub hash: bool,
    /// Keep a copy of standard input on disk, so that original records can be read again.
    pub keep_originals: bool,
    /// Of assignments, keep only user, package, state and end: enough to count who holds what, in half the memory.
    /// Copies are merged as ever, but ids are forgotten afterwards, and where the records lie is not known: a row that is
    /// rejected only when all is read (its user or package could be two) has position zero, unless `strict` asks for places.
    pub holdings_alone: bool,
    /// Leave out names and addresses of people. Who is who is decided by ids and stays the same.
    pub forget_people: bool,
    /// Keep the texts of what describes the tenant: packages, policies, catalogs, connected organizations
    /// ([`Loaded::bodies`](crate::Loaded::bodies)).
    pub keep_bodies: bool,
    /// Decode every record by the general decoder alone, and every file by one thread: the slow twin, which says the same.
    /// For tests, and for whoever doubts the fast one.
    pub plain_decoder: bool,
    /// How many bytes of a large file one thread takes at a time; 0 for half a mebibyte, less than 256 counts as that. Files of
    /// fewer than four such pieces are read by one thread.
    pub segment_bytes: u64,
    /// What files are called in place of their paths, by path: for inputs that have moved since a report was made of them.
    pub recorded: BTreeMap<Box<str>, RecordedName>,
    /// Threads to decode with; 0 for as many as the machine has. With more than one, at least sixteen list the folders, and as many
    /// open the small files in them where there are hundreds: these do little but wait for the disk.
    pub threads: usize,
}

/// A column of a table, or something in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnRef {
    /// By header, without regard to case.
    Name(String),
    /// By position, from 1.
    Number(usize),
    /// The file's name without its extensions.
    FileStem,
    /// The same value in every row.
    Constant(String),
}

/// Which column is which: `user=COL,package=COL[,state=COL][,id=COL]`.
///
/// ```
/// use sod_ingest::{ColumnMap, ColumnRef};
/// let map: ColumnMap = "user=Employee,package=#3,state==delivered".parse().unwrap();
/// assert_eq!(map.user, Some(ColumnRef::Name("Employee".into())));
/// assert_eq!(map.package, Some(ColumnRef::Number(3)));
/// assert_eq!(map.state, Some(ColumnRef::Constant("delivered".into())));
/// assert_eq!(map.to_string(), "user=Employee,package=#3,state==delivered");
/// assert!("usr=Employee".parse::<ColumnMap>().is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    /// Who.
    pub user: Option<ColumnRef>,
    /// What.
    pub package: Option<ColumnRef>,
    /// State.
    pub state: Option<ColumnRef>,
    /// Assignment id.
    pub id: Option<ColumnRef>,
}

impl ColumnMap {
    /// Whether the names of files are a part of the data.
    ///
    /// ```
    /// use sod_ingest::ColumnMap;
    /// assert!("user=Login,package=@file".parse::<ColumnMap>().unwrap().names_files());
    /// assert!(!"user=Login,package=Role".parse::<ColumnMap>().unwrap().names_files());
    /// ```
    #[must_use]
    pub fn names_files(&self) -> bool {
        self.columns().any(|column| matches!(column, ColumnRef::FileStem))
    }

    /// All columns that are named.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &ColumnRef> {
        [&self.user, &self.package, &self.state, &self.id].into_iter().flatten()
    }
}

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(number) => write!(f, "#{number}"),
            Self::FileStem => f.write_str("@file"),
            Self::Constant(value) => write!(f, "={value}"),
        }
    }
}

impl fmt::Display for ColumnMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys =
            [("user", &self.user), ("package", &self.package), ("state", &self.state), ("id", &self.id)];
        let given = keys.into_iter().filter_map(|(key, column)| Some(format!("{key}={}", column.as_ref()?)));
        f.write_str(&given.collect::<Vec<_>>().join(","))
    }
}

/// A column map that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMapError {
    found: String,
    problem: &'static str,
}

impl fmt::Display for ColumnMapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "'{}' {}; expected user=COL,package=COL[,state=COL][,id=COL], where COL is a header, #N for the N-th \
             column, @file for the file's name, or =VALUE for a constant",
            self.found, self.problem
        )
    }
}

impl std::error::Error for ColumnMapError {}

impl std::str::FromStr for ColumnMap {
    type Err = ColumnMapError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut map = Self::default();
        for part in text.split(',') {
            let fail = |problem| ColumnMapError { found: part.trim().to_owned(), problem };
            let (key, value) = part.split_once('=').ok_or_else(|| fail("is not key=COL"))?;
            let slot = match key.trim().to_ascii_lowercase().as_str() {
                "user" => &mut map.user,
                "package" => &mut map.package,
                "state" => &mut map.state,
                "id" => &mut map.id,
                _ => return Err(fail("names a key that does not exist")),
            };
            if slot.is_some() {
                return Err(fail("gives one key twice"));
            }
            *slot = Some(column_ref(value.trim()).ok_or_else(|| fail("names no column"))?);
        }
        Ok(map)
    }
}

fn column_ref(value: &str) -> Option<ColumnRef> {
    if let Some(constant) = value.strip_prefix('=') {
        return (!constant.is_empty()).then(|| ColumnRef::Constant(constant.to_owned()));
    }
    if let Some(number) = value.strip_prefix('#') {
        return number.parse().ok().filter(|number| *number > 0).map(ColumnRef::Number);
    }
    match value {
        "" => None,
        "@file" => Some(ColumnRef::FileStem),
        name => Some(ColumnRef::Name(name.to_owned())),
    }
}
