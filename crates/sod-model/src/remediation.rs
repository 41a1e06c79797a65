//! The least that must go so that no open conflict is left: what goes, what it costs, what is proven, and what stays.

use crate::{GroupId, PackageId, RuleId, UserId};

/// One holding that goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Removal {
    /// Who loses it.
    pub user: UserId,
    /// What.
    pub package: PackageId,
    /// What it costs, as weighed.
    pub weight: u32,
    /// The open conflicts of the user that it helps to clear, ascending by rule: it stands in a term that fails for them.
    /// Where a term takes several removals to fail, each of them names the rule.
    pub clears: Vec<RuleId>,
}

/// Why a conflict cannot be cleared by removals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hindrance {
    /// Group memberships alone satisfy every term, or a term asks for nothing: no package matters.
    Memberships,
    /// What would break the rule must be kept, as weighed.
    Kept,
    /// What would break the rule has no holder to spare.
    Floor,
}

/// An open conflict that no removal allowed can clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Impossible {
    /// The rule.
    pub rule: RuleId,
    /// Who violates it.
    pub user: UserId,
    /// Why it stays.
    pub because: Hindrance,
}

/// An open conflict that stays because others use up the holders that packages can spare. That it must stay is not proven:
/// other conflicts might be left open in its place, and perhaps fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldBack {
    /// The rule.
    pub rule: RuleId,
    /// Who violates it.
    pub user: UserId,
}

/// A package that is at its floor while conflicts stay open for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shortage {
    /// The package.
    pub package: PackageId,
    /// How many holders it could lose.
    pub spare: u64,
    /// Users with a conflict left open by the floor that losing it would help to clear.
    pub wanted_by: u64,
    /// Users with a conflict that cannot be cleared without their losing it. If these are more than `spare`, the floor is
    /// proven impossible to keep: so many more stay in conflict, whatever the plan.
    pub needed_by: u64,
}

/// A user whose removals are not proven to be the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unproven {
    /// Who.
    pub user: UserId,
    /// What the user's removals cost.
    pub cost: u64,
    /// What they cost at least, were there no other users: the floor takes this one part of the gap.
    pub lower_bound: u64,
}

/// What should go, and how good that is.
///
/// What is guaranteed, whatever the options:
///
/// * Judged again without the removals, exactly the conflicts of `impossible` and `held_back` are left of those that
///   were open. No removal is superfluous: with any one of them taken back, a conflict stays that the plan clears.
/// * No plan that clears the same conflicts costs less than `lower_bound`. If `cost` equals it, the plan is proven to be the
///   least; otherwise `unproven` names the users, and their gaps add up to the whole. Without a floor that takes a search
///   that was cut, and `held_back` and `shortages` are empty.
/// * With a floor, no package falls under it by removals. Packages that have no holder to spare are treated as kept, and that
///   is exact; how the spare holders of the others are divided is a heuristic, so the cost may be above the least, and
///   `held_back` may name more conflicts than need be (where each user has one conflict, of two packages, it names as few as
///   can be, but in very large tenants). None of them could be cleared by its user alone with what is still to spare.
/// * The answer depends on the arguments alone, not on threads. Of answers of equal weight the search prefers the one with the
///   fewest removals, and goes on to try packages in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemediationPlan {
    /// What goes, ascending by user and package.
    pub removals: Vec<Removal>,
    /// The sum of the weights of the removals.
    pub cost: u64,
    /// No plan that clears the same conflicts costs less.
    pub lower_bound: u64,
    /// The users whose removals are not proven to be the least, ascending.
    pub unproven: Vec<Unproven>,
    /// The conflicts that nothing can clear, ascending by rule and user.
    pub impossible: Vec<Impossible>,
    /// The conflicts left open for want of holders to spare, ascending by rule and user.
    pub held_back: Vec<HeldBack>,
    /// The packages for which conflicts stay open, ascending.
    pub shortages: Vec<Shortage>,
    /// How many different problems were solved: users in the same position share one.
    pub distinct_problems: usize,
}

/// Groups that a user would have to leave so that a conflict goes which no removal of packages clears.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WayOut {
    /// Who.
    pub user: UserId,
    /// The rule of the conflict.
    pub rule: RuleId,
    /// The groups to leave, ascending.
    pub groups: Vec<GroupId>,
}

/// One thing that somebody has to do to carry a plan out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// Whose access it is.
    pub user: UserId,
    /// What to take away.
    pub act: Act,
    /// What it costs, as weighed; leaving a group is not weighed.
    pub weight: Option<u32>,
    /// The conflicts that it helps to clear, ascending by rule.
    pub clears: Vec<RuleId>,
}

/// What to take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// The assignment at this place of the snapshot's table, and its copies.
    Remove {
        /// What is held by it.
        package: PackageId,
        /// Place in [`Snapshot::table`](crate::Snapshot::table).
        row: usize,
    },
    /// Membership of a group.
    Leave(GroupId),
}

/// What is left when a plan was carried out, by judging the tenant again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanCheck {
    /// Open conflicts before.
    pub before: u64,
    /// Open conflicts after, ascending by rule and user.
    pub left: Vec<(RuleId, UserId)>,
    /// Of these, how many were excepted before: the plan takes away what their exceptions rest on.
    pub reopened: u64,
    /// Holdings of which a plan removes some assignments and not all: they are held as before.
    pub still_held: u64,
}

/// What a plan takes although it was to stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotKept {
    /// Assignments of holdings that must be kept: whose, of what, and the place in [`Snapshot::table`](crate::Snapshot::table).
    pub taken: Vec<(UserId, PackageId, usize)>,
    /// Packages that fall under the floor of holders, ascending.
    pub short: Vec<FallsShort>,
}

impl NotKept {
    /// Whether the plan keeps everything that it was to keep.
    ///
    /// ```
    /// use sod_model::{NotKept, PackageId, UserId};
    /// assert!(NotKept::default().is_empty());
    /// assert!(!NotKept { taken: vec![(UserId(0), PackageId(0), 0)], ..NotKept::default() }.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty() && self.short.is_empty()
    }
}

/// A package that loses holders, and has too few then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FallsShort {
    /// The package.
    pub package: PackageId,
    /// How many hold it.
    pub before: u64,
    /// How many are left.
    pub after: u64,
}
