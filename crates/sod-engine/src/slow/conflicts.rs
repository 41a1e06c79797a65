//! Who violates what, rule by rule for each user, and which exception covers it.

use super::{Held, go_on};
use sod_model::{
    Conflict, Directory, ExceptedUsers, Exception, ExceptionId, ExceptionSet, ExceptionUse, GroupId, HeldSet,
    Observer, PackageId, Rule, RuleId, RuleSet, Standing, Term, Timestamp, UserId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Packages and groups.
pub(super) type Named = (BTreeSet<PackageId>, BTreeSet<GroupId>);

/// Everything that a rule speaks of.
pub(super) fn named(rule: &Rule) -> Named {
    let packages = rule.terms.iter().flat_map(|term| term.packages.iter().copied());
    let groups = rule.terms.iter().flat_map(|term| term.groups.iter().copied());
    (packages.collect(), groups.collect())
}

/// What each user has: packages held and groups belonged to.
pub(super) struct Things<'h> {
    directory: &'h Directory,
    held: &'h Held,
    groups: Vec<BTreeSet<GroupId>>,
}

impl<'h> Things<'h> {
    pub(super) fn new(directory: &'h Directory, held: &'h Held) -> Self {
        let mut groups = vec![BTreeSet::new(); held.len()];
        for (at, group) in directory.groups().iter().enumerate() {
            for user in group.members.iter().flatten() {
                if let Some(groups) = groups.get_mut(user.index()) {
                    groups.insert(GroupId(at as u32));
                }
            }
        }
        Self { directory, held, groups }
    }

    fn packages(&self, user: UserId) -> impl Iterator<Item = PackageId> + '_ {
        self.held.get(user.index()).into_iter().flatten().copied()
    }

    fn groups(&self, user: UserId) -> impl Iterator<Item = GroupId> + '_ {
        self.groups.get(user.index()).into_iter().flatten().copied()
    }

    /// What a user has of packages and groups.
    pub(super) fn of(&self, user: UserId, (packages, groups): &Named) -> HeldSet {
        HeldSet {
            packages: self.packages(user).filter(|own| packages.contains(own)).collect(),
            groups: self.groups(user).filter(|own| groups.contains(own)).collect(),
        }
    }

    /// Whether an exception is for a user.
    pub(super) fn fits(&self, exception: &Exception, user: UserId) -> bool {
        match &exception.users {
            ExceptedUsers::User(one) => *one == user,
            ExceptedUsers::HoldersOf(package) => self.packages(user).any(|own| own == *package),
            ExceptedUsers::Department(name) => {
                let own = self.directory.user(user).and_then(|user| user.department.as_deref());
                own.map(spelling) == Some(spelling(name))
            }
        }
    }
}

fn spelling(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A term as sets.
struct Sets {
    packages: BTreeSet<PackageId>,
    groups: BTreeSet<GroupId>,
    at_least: usize,
}

impl Sets {
    fn new(term: &Term) -> Self {
        Self {
            packages: term.packages.iter().copied().collect(),
            groups: term.groups.iter().copied().collect(),
            at_least: term.at_least as usize,
        }
    }

    fn is_satisfied(&self, things: &Things<'_>, user: UserId) -> bool {
        let packages = things.packages(user).filter(|own| self.packages.contains(own)).count();
        let groups = things.groups(user).filter(|own| self.groups.contains(own)).count();
        packages + groups >= self.at_least
    }
}

/// The rules that a user must be asked about. Whoever violates a rule has something of its first term, so nobody else is
/// asked; a rule whose first term takes nothing is asked of everybody.
#[derive(Default)]
struct Asked {
    by_package: BTreeMap<PackageId, Vec<RuleId>>,
    by_group: BTreeMap<GroupId, Vec<RuleId>>,
    of_everybody: Vec<RuleId>,
}

impl Asked {
    fn add(&mut self, rule: RuleId, first: &Sets) {
        if first.at_least == 0 {
            self.of_everybody.push(rule);
        }
        for package in &first.packages {
            self.by_package.entry(*package).or_default().push(rule);
        }
        for group in &first.groups {
            self.by_group.entry(*group).or_default().push(rule);
        }
    }

    fn of(&self, things: &Things<'_>, user: UserId) -> BTreeSet<RuleId> {
        let mut rules: BTreeSet<RuleId> = self.of_everybody.iter().copied().collect();
        rules.extend(things.packages(user).filter_map(|own| self.by_package.get(&own)).flatten());
        rules.extend(things.groups(user).filter_map(|own| self.by_group.get(&own)).flatten());
        rules
    }
}

/// Rules and who violates them, by rule and user; `None` if the observer asked to stop. A rule that is not judged is violated
/// by nobody here, and so is one without terms.
pub(super) fn violations(
    things: &Things<'_>,
    rules: &RuleSet,
    observer: &dyn Observer,
) -> Option<BTreeSet<(RuleId, UserId)>> {
    let mut asked = Asked::default();
    let mut terms: BTreeMap<RuleId, Vec<Sets>> = BTreeMap::new();
    for (at, rule) in rules.rules().iter().enumerate().filter(|(_, rule)| rule.is_judged()) {
        let sets: Vec<Sets> = rule.terms.iter().map(Sets::new).collect();
        if let Some(first) = sets.first() {
            asked.add(RuleId(at as u32), first);
            terms.insert(RuleId(at as u32), sets);
        }
    }
    let mut found = BTreeSet::new();
    for at in 0..things.held.len() {
        let user = UserId(at as u32);
        for rule in asked.of(things, user) {
            let terms = terms.get(&rule).into_iter().flatten();
            let mut satisfied = terms.map(|term| term.is_satisfied(things, user));
            if satisfied.all(|is_satisfied| is_satisfied) {
                found.insert((rule, user));
            }
        }
        go_on(observer, at, things.held.len())?;
    }
    Some(found)
}

/// Conflicts with what covers them, and what each exception does.
pub(super) struct Excused {
    pub(super) conflicts: Vec<Conflict>,
    pub(super) uses: Vec<ExceptionUse>,
}

/// Asks every exception of every conflict with its rule: the first in force that is for the user covers it.
pub(super) fn excuse(
    found: &BTreeSet<(RuleId, UserId)>,
    exceptions: &ExceptionSet,
    things: &Things<'_>,
    moment: Option<Timestamp>,
) -> Excused {
    let all = exceptions.exceptions();
    let new = |exception: &Exception| ExceptionUse {
        standing: standing(exception, moment),
        covers: 0,
        fits: 0,
        shadowed_by: None,
    };
    let mut uses: Vec<ExceptionUse> = all.iter().map(new).collect();
    let mut of_rule: BTreeMap<RuleId, Vec<ExceptionId>> = BTreeMap::new();
    for (at, exception) in all.iter().enumerate() {
        of_rule.entry(exception.rule).or_default().push(ExceptionId(at as u32));
    }
    let mut conflicts = Vec::with_capacity(found.len());
    for &(rule, user) in found {
        let mut covering = None;
        for &id in of_rule.get(&rule).into_iter().flatten() {
            let fits = all.get(id.index()).is_some_and(|exception| things.fits(exception, user));
            let Some(own) = uses.get_mut(id.index()).filter(|_| fits) else { continue };
            own.fits += 1;
            if own.standing != Standing::InForce {
                continue;
            }
            match covering {
                None => {
                    covering = Some(id);
                    own.covers += 1;
                }
                Some(_) if own.shadowed_by.is_none() => own.shadowed_by = covering,
                Some(_) => {}
            }
        }
        conflicts.push(Conflict { rule, user, exception: covering });
    }
    Excused { conflicts, uses }
}

/// Whether an exception is in force at a moment; without one every exception is.
pub(super) fn standing(exception: &Exception, moment: Option<Timestamp>) -> Standing {
    let Some(moment) = moment else { return Standing::InForce };
    match (exception.period.from, exception.period.until) {
        (_, Some(until)) if until <= moment => Standing::Expired,
        (Some(from), _) if moment < from => Standing::NotBegun,
        _ => Standing::InForce,
    }
}
