//! Why something is otherwise than before: stable codes, and what each is about.

use crate::Named;
use std::fmt;

/// What a cause says about a conflict that is gone, or new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// Somebody's access is another.
    Access,
    /// Rules or exceptions are others, or are in force at another time.
    Judgement,
    /// The other inputs do not show it: nothing can be said of what is not there.
    OutOfSight,
    /// What was kept of a snapshot does not tell.
    Untold,
}

macro_rules! cause_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $kind:ident, $words:literal;)*) => {
        /// Why something changed, in the order in which causes are told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum CauseCode { $($(#[$doc])* $name,)* }

        impl CauseCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable, kebab-case code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The same for people.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            /// What it says about the conflict.
            #[must_use]
            pub const fn kind(self) -> CauseKind {
                match self { $(Self::$name => CauseKind::$kind,)* }
            }
        }
    };
}

cause_codes! {
    /// An assignment that the old inputs do not have.
    AssignmentAdded = "assignment-added", Access, "assignment added";
    /// An assignment that the new inputs do not have any more.
    AssignmentRemoved = "assignment-removed", Access, "assignment removed";
    /// An assignment that is over: expired, or gone after its end.
    AssignmentExpired = "assignment-expired", Access, "assignment expired";
    /// An assignment in another state.
    AssignmentStateChanged = "assignment-state-changed", Access, "assignment in another state";
    /// A package that the old inputs do not list.
    PackageAdded = "package-added", Access, "package added";
    /// A package that the new inputs do not list any more.
    PackageRemoved = "package-removed", Access, "package removed";
    /// A user whom the old inputs do not list.
    UserAdded = "user-added", Access, "user added";
    /// A user whom the new inputs do not list any more.
    UserRemoved = "user-removed", Access, "user removed";
    /// A user who is in another department.
    UserChanged = "user-changed", Access, "department changed";
    /// A user who belongs to a group and did not before.
    MembershipAdded = "membership-added", Access, "joined a group";
    /// A user who does not belong to a group any more.
    MembershipRemoved = "membership-removed", Access, "left a group";
    /// A rule that was not there before.
    RuleAdded = "rule-added", Judgement, "rule added";
    /// A rule that is not there any more.
    RuleRemoved = "rule-removed", Judgement, "rule removed";
    /// A rule that says something else.
    RuleChanged = "rule-changed", Judgement, "rule changed";
    /// A rule that came into force between the two moments.
    RuleInForce = "rule-in-force", Judgement, "rule came into force";
    /// A rule that went out of force between the two moments.
    RuleOutOfForce = "rule-out-of-force", Judgement, "rule went out of force";
    /// An exception that was not there before.
    ExceptionAdded = "exception-added", Judgement, "exception added";
    /// An exception that is not there any more.
    ExceptionRemoved = "exception-removed", Judgement, "exception removed";
    /// An exception that says something else.
    ExceptionChanged = "exception-changed", Judgement, "exception changed";
    /// An exception that came into force between the two moments.
    ExceptionStarted = "exception-started", Judgement, "exception started";
    /// An exception that went out of force between the two moments.
    ExceptionEnded = "exception-ended", Judgement, "exception ended";
    /// A rule that cannot be judged on the inputs of one side.
    NotEvaluable = "not-evaluable", OutOfSight, "rule not evaluable";
    /// The user, package, catalog, state or file is not among the inputs of one side.
    InputScope = "input-scope", OutOfSight, "not among the inputs";
    /// What was kept of a snapshot does not tell.
    Untold = "untold", Untold, "cannot be told";
}

impl CauseCode {
    /// The code of that name.
    ///
    /// ```
    /// use sod_model::CauseCode;
    /// assert_eq!(CauseCode::find("input-scope"), Some(CauseCode::InputScope));
    /// assert_eq!(CauseCode::find("moon"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.code() == name)
    }

    /// The code for the same change the other way round: what was added in one direction is removed in the other.
    ///
    /// ```
    /// use sod_model::CauseCode;
    /// assert_eq!(CauseCode::RuleAdded.turned(), CauseCode::RuleRemoved);
    /// assert!(CauseCode::ALL.iter().all(|code| code.turned().kind() == code.kind()));
    /// ```
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::AssignmentAdded => Self::AssignmentRemoved,
            Self::AssignmentRemoved => Self::AssignmentAdded,
            Self::PackageAdded => Self::PackageRemoved,
            Self::PackageRemoved => Self::PackageAdded,
            Self::UserAdded => Self::UserRemoved,
            Self::UserRemoved => Self::UserAdded,
            Self::MembershipAdded => Self::MembershipRemoved,
            Self::MembershipRemoved => Self::MembershipAdded,
            Self::RuleAdded => Self::RuleRemoved,
            Self::RuleRemoved => Self::RuleAdded,
            Self::RuleInForce => Self::RuleOutOfForce,
            Self::RuleOutOfForce => Self::RuleInForce,
            Self::ExceptionAdded => Self::ExceptionRemoved,
            Self::ExceptionRemoved => Self::ExceptionAdded,
            Self::ExceptionStarted => Self::ExceptionEnded,
            Self::ExceptionEnded => Self::ExceptionStarted,
            Self::AssignmentExpired => Self::AssignmentStateChanged,
            same => same,
        }
    }
}

impl fmt::Display for CauseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// One reason for a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeCause {
    /// What kind.
    pub code: CauseCode,
    /// Id of the thing: the assignment, rule, exception, user, group, catalog or file. A package is told below.
    pub subject: Option<Box<str>>,
    /// The package that it is about.
    pub package: Option<Named>,
    /// What it was: a state, a department, a count.
    pub before: Option<Box<str>>,
    /// What it is now.
    pub after: Option<Box<str>>,
    /// The rest, as a sentence.
    pub detail: Option<Box<str>>,
}

impl ChangeCause {
    /// A cause that says no more than its code.
    #[must_use]
    pub const fn new(code: CauseCode) -> Self {
        Self { code, subject: None, package: None, before: None, after: None, detail: None }
    }

    /// The same about a thing.
    #[must_use]
    pub fn about(self, subject: impl Into<Box<str>>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// The same about a package.
    #[must_use]
    pub fn of_package(self, package: Named) -> Self {
        Self { package: Some(package), ..self }
    }

    /// The same with a sentence.
    #[must_use]
    pub fn saying(self, detail: impl Into<Box<str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}
