//! What an import has to say, as stable codes. Each has a heading in `docs/import.md`.

macro_rules! import_codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal,)*) => {
        /// What kind of thing an import has to say. Each has a heading in `docs/import.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ImportCode { $($(#[$meta])* $name,)* }

        impl ImportCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable word for it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

import_codes! {
    // The file cannot be read as what it is said to be.
    /// Neither CSV nor JSON, as the case may be.
    Unreadable = "unreadable-syntax",
    /// The header does not tell which columns are the two sides, or tells it twice.
    Columns = "unknown-columns",
    /// A matrix whose rows and columns do not bear the same labels, once each.
    Labels = "matrix-labels",
    /// Nothing could be carried over.
    Nothing = "nothing-to-import",

    // Not carried over.
    /// "Any", or a condition on something other than packages.
    Condition = "condition",
    /// A side without anything in it.
    EmptySide = "empty-side",
    /// Both sides are the same package.
    SamePackage = "same-package",
    /// One name stands for several things.
    SeveralMeanings = "several-meanings",
    /// A row with more or fewer cells than the header.
    RowShape = "row-shape",
    /// A cell or a text that is too long.
    TooLong = "too-long",
    /// A word that is no severity.
    UnknownSeverity = "unknown-severity",
    /// A cell of a matrix that is neither a mark nor a severity.
    UnknownMark = "unknown-mark",
    /// A word that does not tell whether a rule is in force, or from when to when.
    UnknownState = "unknown-state",
    /// A column for which rules have no place.
    SpareColumn = "spare-column",
    /// A key for which rules have no place.
    SpareKey = "spare-key",
    /// A page that points to a further one.
    FurtherPages = "further-pages",
    /// A value of the wrong kind.
    WrongKind = "wrong-kind",
    /// A threshold that is missing, or that nobody or everybody meets.
    Threshold = "threshold",
    /// A threshold that would take too many rules.
    TooManyRules = "too-many-rules",

    // Carried over, and to know.
    /// An id that was taken or is reserved.
    IdChanged = "id-changed",
    /// The same rule twice: one is left.
    SameRule = "same-rule",
    /// The same packages in two rules.
    SamePackages = "same-packages",
    /// Systems that entitlements belong to.
    Systems = "systems",
    /// A mark on one side of the diagonal alone.
    OneSided = "one-sided",
    /// Two marks of one pair that differ.
    MarksDiffer = "marks-differ",
    /// Severities written as numbers.
    NumberedSeverity = "numbered-severity",
    /// A package in both lists.
    BothSides = "both-sides",
    /// A threshold over sets, written as several rules.
    Expanded = "expanded",
    /// The declared incompatibilities are judged in any case.
    JudgedAnyway = "judged-anyway",
    /// The export says nothing of a package but that it is incompatible.
    OnlyMentioned = "only-mentioned",
    /// Text that is not UTF-8.
    NotUtf8 = "not-utf8",
}
