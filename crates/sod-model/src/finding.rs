//! What is odd about rules that can be judged all the same: findings of a check, each with a stable code.
//!
//! A mistake that keeps a document from being read is a problem and not a finding; `docs/problems.md` of `sod-rules` has
//! those, and `docs/findings.md` has a heading for each code here.

use std::fmt;
use std::sync::Arc;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingLevel {
    /// Somebody should change something.
    Warning,
    /// Worth knowing.
    Note,
}

impl FindingLevel {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What it takes to look for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingNeeds {
    /// The documents alone.
    Documents,
    /// A moment by which something has begun or is over.
    Moment,
    /// An export of the tenant.
    Export,
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $level:ident, $needs:ident;)*) => {
        /// What kind of finding it is, in the order in which they are told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode { $($(#[$doc])* $name,)* }

        impl FindingCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable, kebab-case code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much it matters, unless somebody decides otherwise.
            #[must_use]
            pub const fn level(self) -> FindingLevel {
                match self { $(Self::$name => FindingLevel::$level,)* }
            }

            /// What it takes to look for it.
            #[must_use]
            pub const fn needs(self) -> FindingNeeds {
                match self { $(Self::$name => FindingNeeds::$needs,)* }
            }
        }
    };
}

finding_codes! {
    /// A term asks for more than its set can ever have.
    ImpossibleTerm = "impossible-term", Warning, Documents;
    /// A term of which the export knows nothing at all.
    DeadRule = "dead-rule", Warning, Export;
    /// A rule that cannot be judged on this export.
    NotEvaluable = "not-evaluable", Warning, Export;
    /// A package, catalog or group that the export does not know.
    UnknownName = "unknown-name", Warning, Export;
    /// A function, catalog, group or pattern without members.
    EmptySet = "empty-set", Warning, Export;
    /// A set of which the export tells a part only.
    IncompleteSet = "incomplete-set", Warning, Export;
    /// One package counts for two terms of a rule.
    SelfConflicting = "self-conflicting", Warning, Documents;
    /// Two rules that mean the same.
    DuplicateRule = "duplicate-rule", Warning, Documents;
    /// A rule that means what the tenant declares already.
    RepeatsDeclared = "repeats-declared", Warning, Export;
    /// Whoever violates the rule violates another that is at least as severe.
    ImpliedRule = "implied-rule", Warning, Documents;
    /// A function that no rule uses.
    UnusedFunction = "unused-function", Warning, Documents;
    /// A rule whose time is over.
    ExpiredRule = "expired-rule", Warning, Moment;
    /// One package declares the other incompatible, and not the other way round.
    OneWayDeclaration = "one-way-declaration", Warning, Export;
    /// An exception for a rule, a user or a package that is not there.
    ExceptionUnplaced = "exception-unplaced", Warning, Documents;
    /// An exception whose time is over.
    ExceptionExpired = "exception-expired", Warning, Moment;
    /// An exception in force that fits no conflict.
    ExceptionUnused = "exception-unused", Warning, Export;
    /// An exception in force of which others cover everything.
    ExceptionShadowed = "exception-shadowed", Warning, Export;
    /// Two exceptions that permit the same at the same time.
    ExceptionDuplicate = "exception-duplicate", Warning, Export;
    /// An exception of which the owner is somebody whom it permits.
    ExceptionSelfOwned = "exception-self-owned", Warning, Export;
    /// An exception without an end.
    ExceptionEndless = "exception-endless", Warning, Documents;
    /// A rule whose time has not come.
    RuleNotBegun = "rule-not-begun", Note, Moment;
    /// A rule that is switched off.
    RuleSwitchedOff = "rule-switched-off", Note, Documents;
    /// Rules of which none implies another, and which one conflict violates at once.
    OverlappingRules = "overlapping-rules", Note, Documents;
    /// A rule that judges once more what the tenant declares.
    CoversDeclared = "covers-declared", Note, Export;
    /// Nobody violates the rule, nor would with one package more.
    NobodyNear = "nobody-near", Note, Export;
    /// Packages that no rule speaks of.
    PackageInNoRule = "package-in-no-rule", Note, Export;
    /// Rules for which nobody answers.
    NoOwner = "no-owner", Note, Documents;
    /// Rules that do not say what could happen.
    NoRisk = "no-risk", Note, Documents;
    /// An exception whose time has not come.
    ExceptionNotBegun = "exception-not-begun", Note, Moment;
}

impl FindingCode {
    /// The code of that name.
    ///
    /// ```
    /// use sod_model::FindingCode;
    /// assert_eq!(FindingCode::find("dead-rule"), Some(FindingCode::DeadRule));
    /// assert_eq!(FindingCode::find("dead"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.code() == name)
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// Where something stands in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Name of the document.
    pub path: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of thing: `rule`, `declared-rule`, `function`, `name`, `exception` or `package`.
    pub kind: SubjectKind,
    /// Its id; a name as written where there is none.
    pub id: Box<str>,
    /// For people, if it is called otherwise than its id.
    pub name: Option<Box<str>>,
    /// Where it stands, if in a document.
    pub place: Option<Place>,
}

/// What kind of thing a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A rule of a document.
    Rule,
    /// An incompatibility that the tenant declares.
    DeclaredRule,
    /// A named set.
    Function,
    /// A word of a document that should name something of the tenant.
    Name,
    /// An exception.
    Exception,
    /// A package of the tenant.
    Package,
}

impl SubjectKind {
    /// The word for it in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::DeclaredRule => "declared-rule",
            Self::Function => "function",
            Self::Name => "name",
            Self::Exception => "exception",
            Self::Package => "package",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding.
    pub code: FindingCode,
    /// How much it matters.
    pub level: FindingLevel,
    /// What it is about; nothing if it is about the documents as a whole.
    pub subject: Option<Subject>,
    /// What was found, as a sentence.
    pub message: Box<str>,
    /// What else it is about, the first few.
    pub others: Vec<Subject>,
    /// How many there are of these in all.
    pub others_total: u64,
}

impl Finding {
    /// A finding of the level that its code has, about one thing alone.
    #[must_use]
    pub fn new(code: FindingCode, subject: Option<Subject>, message: impl Into<Box<str>>) -> Self {
        let message = message.into();
        Self { code, level: code.level(), subject, message, others: Vec::new(), others_total: 0 }
    }

    /// The same, with what else it is about.
    #[must_use]
    pub fn with_others(self, others: Vec<Subject>, total: usize) -> Self {
        Self { others, others_total: total as u64, ..self }
    }

    /// Where it is, if in a document.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.subject.as_ref()?.place.as_ref()
    }

    /// Puts findings in the order in which they are told: by level, code, place and id.
    pub fn sort(findings: &mut [Self]) {
        let id = |finding: &Self| finding.subject.as_ref().map(|subject| subject.id.clone());
        findings.sort_by_cached_key(|finding| {
            (finding.level, finding.code, finding.place().is_none(), finding.place().cloned(), id(finding))
        });
    }
}

/// What was not looked for, and why: silence about it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotChecked {
    /// What kind of finding.
    pub code: FindingCode,
    /// Why not, or how far.
    pub why: Box<str>,
}
