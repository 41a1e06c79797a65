//! Two snapshots, compared: all changes together, their order and their numbers.

use crate::{ChangeCause, ChangeClass, ConflictChange, ConflictStatus, Ending, PairChange, Timestamp};

/// One of two snapshots, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideFacts {
    /// As it was given.
    pub label: Box<str>,
    /// Whether it is a report, of which less is known than of an export.
    pub is_report: bool,
    /// The moment by which it was judged.
    pub moment: Option<Timestamp>,
    /// The states that count.
    pub states: Box<str>,
    /// Users that it tells of.
    pub users: u64,
    /// Packages that it tells of.
    pub packages: u64,
    /// Distinct holdings that count.
    pub assignments: u64,
    /// Conflicts that no exception covers.
    pub conflicts_open: u64,
    /// Conflicts that one covers.
    pub conflicts_excepted: u64,
    /// The key by whose pseudonyms users are named, by its id; `None` where they are named as the inputs do.
    pub pseudonyms: Option<Box<str>>,
}

/// Something about the two sides that whoever reads a comparison must know first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DiffWarning {
    /// The old side is of a later moment than the new one.
    SidesSwapped,
    /// Both sides are the same inputs.
    SidesSame,
    /// Rules files judged one side, and none the other.
    RulesNotGiven,
}

impl DiffWarning {
    /// The stable, kebab-case code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SidesSwapped => "sides-swapped",
            Self::SidesSame => "sides-same",
            Self::RulesNotGiven => "rules-not-given",
        }
    }

    /// What it means for what is told.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::SidesSwapped => {
                "the old side is of a later moment than the new one: what is called gone may be new, and what is called \
                 new may be gone"
            }
            Self::SidesSame => {
                "both sides are the same inputs: nothing but rules, exceptions and options can make a difference"
            }
            Self::RulesNotGiven => {
                "rules files judged one side and none the other: what their rules find on the one was not looked for on the \
                 other, and is neither new nor gone for that"
            }
        }
    }
}

/// Two snapshots, compared.
#[derive(Clone, Debug, Default)]
pub struct SnapshotDiff {
    /// The one that came first.
    pub old: SideFacts,
    /// The one that came later.
    pub new: SideFacts,
    /// Every conflict of either: by class, what is open first, then by severity, rule id and user id.
    pub conflicts: Vec<ConflictChange>,
    /// The pairs whose number of holders is another: the greatest difference first, then by package ids.
    pub pairs: Vec<PairChange>,
    /// Pairs with the same number of holders.
    pub pairs_unchanged: u64,
    /// What is different in rules and exceptions, whether it touches a conflict or not.
    pub documents: Vec<ChangeCause>,
    /// What is different in the inputs themselves.
    pub scope: Vec<ChangeCause>,
    /// What cannot be told, and why.
    pub untold: Vec<Box<str>>,
    /// What is odd about the sides themselves.
    pub warnings: Vec<DiffWarning>,
}

/// A comparison in numbers. Each conflict of either side is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffCounts {
    /// New, and open.
    pub new_open: u64,
    /// New, and excepted from the beginning.
    pub new_excepted: u64,
    /// Excepted before, open now.
    pub reopened: u64,
    /// Open before, excepted now.
    pub excepted: u64,
    /// Gone, in whatever way.
    pub gone: u64,
    /// Gone, because the access is.
    pub resolved: u64,
    /// Gone, because rules or periods are others.
    pub judged_otherwise: u64,
    /// Gone from sight, which is not the same as gone.
    pub out_of_sight: u64,
    /// Gone, and nobody can tell why.
    pub untold: u64,
    /// Open before and now.
    pub unchanged_open: u64,
    /// Excepted before and now.
    pub unchanged_excepted: u64,
    /// Pairs that nobody held before.
    pub pairs_new: u64,
    /// Pairs that nobody holds any more.
    pub pairs_gone: u64,
    /// Pairs with another number of holders.
    pub pairs_changed: u64,
    /// Pairs with the same number.
    pub pairs_unchanged: u64,
}

impl SnapshotDiff {
    /// The comparison in numbers.
    #[must_use]
    pub fn counts(&self) -> DiffCounts {
        let mut counts = DiffCounts { pairs_unchanged: self.pairs_unchanged, ..DiffCounts::default() };
        for conflict in &self.conflicts {
            let open = conflict.after.as_ref().is_some_and(ConflictStatus::is_open);
            *match (conflict.class, open) {
                (ChangeClass::New, true) => &mut counts.new_open,
                (ChangeClass::New, false) => &mut counts.new_excepted,
                (ChangeClass::Reopened, _) => &mut counts.reopened,
                (ChangeClass::Excepted, _) => &mut counts.excepted,
                (ChangeClass::Gone, _) => &mut counts.gone,
                (ChangeClass::Unchanged, true) => &mut counts.unchanged_open,
                (ChangeClass::Unchanged, false) => &mut counts.unchanged_excepted,
            } += 1;
            match conflict.ending() {
                Some(Ending::Resolved) => counts.resolved += 1,
                Some(Ending::JudgedOtherwise) => counts.judged_otherwise += 1,
                Some(Ending::OutOfSight) => counts.out_of_sight += 1,
                Some(Ending::Untold) => counts.untold += 1,
                None => {}
            }
        }
        for pair in &self.pairs {
            *match pair.class() {
                "new" => &mut counts.pairs_new,
                "gone" => &mut counts.pairs_gone,
                _ => &mut counts.pairs_changed,
            } += 1;
        }
        counts
    }

    /// Whether something is open that was not open before.
    #[must_use]
    pub fn has_newly_open(&self) -> bool {
        self.conflicts.iter().any(ConflictChange::is_newly_open)
    }

    /// Puts everything in the order in which it is told.
    pub fn sort(&mut self) {
        let is_open = |status: &Option<ConflictStatus>| status.as_ref().is_some_and(ConflictStatus::is_open);
        self.conflicts.sort_by(|a, b| {
            let key = |one: &ConflictChange| (one.class, !is_open(&one.after), one.severity);
            key(a).cmp(&key(b)).then_with(|| (&a.rule.id, &a.user.id).cmp(&(&b.rule.id, &b.user.id)))
        });
        self.pairs.sort_by(|a, b| {
            let key = |one: &PairChange| std::cmp::Reverse(one.before.abs_diff(one.after));
            key(a)
                .cmp(&key(b))
                .then_with(|| (&a.package_a.id, &a.package_b.id).cmp(&(&b.package_a.id, &b.package_b.id)))
        });
        for list in [&mut self.documents, &mut self.scope] {
            list.sort();
            list.dedup();
        }
    }
}
