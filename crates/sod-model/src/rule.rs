//! What must not be held together.

use crate::{GroupId, PackageId, Period, RuleId, Timestamp};

/// How bad a violation is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Must be cleared at once.
    Critical,
    /// The default for a declared incompatibility.
    High,
    /// Medium.
    Medium,
    /// Low.
    Low,
}

impl Severity {
    /// The word for it in rule files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// All of them, worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The severity of that name.
    ///
    /// ```
    /// use sod_model::Severity;
    /// assert_eq!(Severity::find("Medium"), Some(Severity::Medium));
    /// assert_eq!(Severity::find("severe"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    }
}

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleOrigin {
    /// Two packages of which at least one declares the other incompatible in Entra.
    DeclaredPackages {
        /// The lower package lists the higher one.
        low_declares: bool,
        /// The higher package lists the lower one.
        high_declares: bool,
    },
    /// A package that declares a group incompatible in Entra.
    DeclaredGroup,
    /// A rules file.
    Document,
}

/// "Holds at least `at_least` of this set", where belonging to a group counts as holding it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Packages of the set, ascending.
    pub packages: Vec<PackageId>,
    /// Groups of the set, ascending.
    pub groups: Vec<GroupId>,
    /// How many of the set it takes.
    pub at_least: u32,
}

impl Term {
    /// The term "holds this package".
    #[must_use]
    pub fn package(package: PackageId) -> Self {
        Self { packages: vec![package], groups: Vec::new(), at_least: 1 }
    }

    /// The term "is a member of this group".
    #[must_use]
    pub fn group(group: GroupId) -> Self {
        Self { packages: Vec::new(), groups: vec![group], at_least: 1 }
    }
}

/// A rule is violated by a user who satisfies **every** term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable id.
    pub id: Box<str>,
    /// For people.
    pub name: Box<str>,
    /// How bad a violation is.
    pub severity: Severity,
    /// Where it comes from.
    pub origin: RuleOrigin,
    /// The conjunction.
    pub terms: Vec<Term>,
    /// What people say of it. Nothing here is judged.
    pub facts: RuleFacts,
    /// When it is in force.
    pub period: Period,
    /// Why the rule cannot be judged on this snapshot, if it cannot: "not evaluable" is not "no conflict".
    pub not_evaluable: Option<Box<str>>,
    /// What it names and the inputs do not know: the rule is judged without that, and so in part only.
    pub unknown: Vec<Box<str>>,
    /// Why it is not in force, if it is not: switched off, or outside of its period.
    pub inactive: Option<Box<str>>,
}

/// The words that go with a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFacts {
    /// What it is about.
    pub description: Option<Box<str>>,
    /// What could happen.
    pub risk: Option<Box<str>>,
    /// Who answers for it.
    pub owner: Option<Box<str>>,
    /// The business process.
    pub process: Option<Box<str>>,
    /// Frameworks that ask for it, such as SOX or ISO 27001 A.5.3.
    pub frameworks: Vec<Box<str>>,
    /// What to do about a conflict.
    pub advice: Option<Box<str>>,
}

impl Rule {
    /// A rule with terms alone: high, in force, judged in full.
    ///
    /// ```
    /// use sod_model::{PackageId, Rule, RuleOrigin, Term};
    /// let terms = vec![Term::package(PackageId(0)), Term::package(PackageId(1))];
    /// let rule = Rule::new("R1", "never both", RuleOrigin::Document, terms);
    /// assert!(rule.is_judged());
    /// ```
    #[must_use]
    pub fn new(id: &str, name: &str, origin: RuleOrigin, terms: Vec<Term>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            severity: Severity::High,
            origin,
            terms,
            facts: RuleFacts::default(),
            period: Period::default(),
            not_evaluable: None,
            unknown: Vec::new(),
            inactive: None,
        }
    }

    /// What [`inactive`](Self::inactive) says of a rule that somebody switched off.
    pub const SWITCHED_OFF: &'static str = "switched off";

    /// Whether nobody has switched it off.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.inactive.as_deref() != Some(Self::SWITCHED_OFF)
    }

    /// Why a rule is not in force at a moment, if it is not; without a moment, periods do not count.
    ///
    /// ```
    /// use sod_model::{Period, Rule, Timestamp};
    /// let period = Period { from: Some(Timestamp(86_400)), until: None };
    /// assert_eq!(Rule::why_inactive(true, &period, Some(Timestamp(86_400))), None);
    /// let why = Rule::why_inactive(true, &period, Some(Timestamp(0)));
    /// assert_eq!(why.as_deref(), Some("in force from 1970-01-02 on"));
    /// assert_eq!(Rule::why_inactive(false, &period, None).as_deref(), Some(Rule::SWITCHED_OFF));
    /// ```
    #[must_use]
    pub fn why_inactive(enabled: bool, period: &Period, moment: Option<Timestamp>) -> Option<String> {
        if !enabled {
            return Some(Self::SWITCHED_OFF.to_owned());
        }
        let moment = moment?;
        if period.is_before(moment) {
            return period.start_shown().map(|from| format!("in force from {from} on"));
        }
        period.end_shown().filter(|_| period.is_over(moment)).map(|until| format!("in force until {until}"))
    }

    /// Whether its having no conflicts means that nobody violates it, as far as the inputs tell.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.not_evaluable.is_none() && self.inactive.is_none()
    }
}

/// The rules of an analysis, ascending by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    // INVARIANT (sorted rules): ascends strictly by rule id.
    rules: Vec<Rule>,
}

impl RuleSet {
    /// Sorts the rules by id; of two with one id the first stays.
    #[must_use]
    pub fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        rules.dedup_by(|later, earlier| later.id == earlier.id);
        Self { rules }
    }

    /// The rules, ascending by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule behind an id.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(id.index())
    }

    /// Finds a rule by its written id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<RuleId> {
        self.rules.binary_search_by(|rule| rule.id.as_ref().cmp(id)).ok().map(|at| RuleId(at as u32))
    }
}
