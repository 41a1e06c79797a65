//! Where rules and exceptions come from: the files as used, and what those name that nobody knows.

/// What a judged file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JudgedKind {
    /// Rules.
    Rules,
    /// Exceptions.
    Exceptions,
}

impl JudgedKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rules, Self::Exceptions];

    /// The word for it in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Exceptions => "exceptions",
        }
    }

    /// The kind of that name.
    ///
    /// ```
    /// use sod_model::JudgedKind;
    /// assert_eq!(JudgedKind::find("exceptions"), Some(JudgedKind::Exceptions));
    /// assert_eq!(JudgedKind::find("plans"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A file of rules or exceptions, as used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedFile {
    /// What it holds.
    pub kind: JudgedKind,
    /// As given.
    pub path: Box<str>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Id of the rule set, if the file tells.
    pub set_id: Option<Box<str>>,
    /// Version of the rule set, if the file tells.
    pub set_version: Option<Box<str>>,
    /// Name of the rule set, if the file tells.
    pub set_name: Option<Box<str>>,
    /// Ids of its rules or exceptions, in their order.
    pub entries: Vec<Box<str>>,
}

/// Something that a file names and the inputs do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// Which kind of file names it.
    pub by: JudgedKind,
    /// The file.
    pub path: Box<str>,
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// What kind of thing: a package, a group, a user, a rule.
    pub kind: Box<str>,
    /// As written.
    pub name: Box<str>,
    /// The rules that it is about, ascending.
    pub rules: Vec<Box<str>>,
}

/// The files of one analysis and what they leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// The files in the order in which they were given: rules, then exceptions.
    pub files: Vec<JudgedFile>,
    /// What they name and nobody knows: rules, then exceptions, in the order of the files.
    pub unknown: Vec<UnknownName>,
}

impl Origins {
    /// What files of a kind name and nobody knows.
    pub fn unknown_of(&self, kind: JudgedKind) -> impl Iterator<Item = &UnknownName> + Clone {
        self.unknown.iter().filter(move |unknown| unknown.by == kind)
    }
}
