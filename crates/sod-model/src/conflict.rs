//! What must not be held together, and who holds it.

use crate::{GroupId, PackageId, RuleId, UserId};

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
    /// Why the rule cannot be judged on this snapshot, if it cannot: "not evaluable" is not "no conflict".
    pub not_evaluable: Option<Box<str>>,
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

/// One user violates one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conflict {
    /// The violated rule.
    pub rule: RuleId,
    /// Who violates it.
    pub user: UserId,
}

/// All conflicts, sorted by rule and user, without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConflictSet {
    // INVARIANT (sorted conflicts): ascends strictly by (rule, user).
    conflicts: Vec<Conflict>,
}

impl ConflictSet {
    /// Sorts and removes duplicates.
    #[must_use]
    pub fn new(mut conflicts: Vec<Conflict>) -> Self {
        conflicts.sort_unstable();
        conflicts.dedup();
        Self { conflicts }
    }

    /// The conflicts, ascending by rule and user.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// The conflicts of one rule.
    #[must_use]
    pub fn of_rule(&self, rule: RuleId) -> &[Conflict] {
        let from = self.conflicts.partition_point(|conflict| conflict.rule < rule);
        let to = self.conflicts.partition_point(|conflict| conflict.rule <= rule);
        self.conflicts.get(from..to).unwrap_or_default()
    }

    /// How many different users violate at least one rule.
    #[must_use]
    pub fn users(&self) -> usize {
        let mut users: Vec<UserId> = self.conflicts.iter().map(|conflict| conflict.user).collect();
        users.sort_unstable();
        users.dedup();
        users.len()
    }
}
