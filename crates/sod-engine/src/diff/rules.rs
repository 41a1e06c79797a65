//! Rules of two sides: whether they say the same, and what a difference has to do with a conflict.

use super::held::{Thing, known_things, things_of};
use super::scope::Gap;
use super::side::{ExportSide, Side, SideConflict};
use super::witness::Witness;
use sod_model::{CauseCode, ChangeCause, DECLARATION_RECORDS, Period, Rule, RuleOrigin, Severity, Timestamp};
use sod_report::judged::{WrittenJudged, WrittenRule};
use std::collections::{BTreeMap, BTreeSet};

/// A rule of one side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SideRule {
    pub(crate) id: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) severity: Severity,
    pub(crate) terms: Vec<SideTerm>,
    pub(crate) period: Period,
    /// The tenant declares it.
    pub(crate) is_declared: bool,
    pub(crate) not_evaluable: Option<Box<str>>,
    pub(crate) inactive: Option<Box<str>>,
    /// What it names and the inputs do not know.
    pub(crate) unknown: BTreeSet<Box<str>>,
}

/// A term of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SideTerm {
    pub(crate) at_least: u32,
    pub(crate) things: BTreeSet<Thing>,
}

impl SideRule {
    pub(crate) fn of_export(export: ExportSide<'_>) -> BTreeMap<Box<str>, Self> {
        let directory = &export.snapshot.directory;
        let rule = |rule: &Rule| {
            let terms = rule.terms.iter().map(|term| {
                let packages = term.packages.iter().filter_map(|id| export.package_id(*id));
                let groups = term.groups.iter().filter_map(|id| directory.group(*id));
                let groups = groups.map(|group| Thing::Group(group.id.to_string().into()));
                SideTerm {
                    at_least: term.at_least,
                    things: packages.map(Thing::Package).chain(groups).collect(),
                }
            });
            Self {
                id: rule.id.clone(),
                name: rule.name.clone(),
                severity: rule.severity,
                terms: terms.collect(),
                period: rule.period,
                is_declared: rule.origin != RuleOrigin::Document,
                not_evaluable: rule.not_evaluable.clone(),
                inactive: rule.inactive.clone(),
                unknown: rule.unknown.iter().cloned().collect(),
            }
        };
        export.analysis.rules.rules().iter().map(|one| (one.id.clone(), rule(one))).collect()
    }

    pub(crate) fn of_report(past: &WrittenJudged) -> BTreeMap<Box<str>, Self> {
        let rule = |rule: &WrittenRule| {
            let terms = rule.terms.iter().map(|term| {
                let packages = term.packages.iter().map(|id| Thing::Package(id.id.as_str().into()));
                let groups = term.groups.iter().map(|id| Thing::Group(id.id.as_str().into()));
                SideTerm { at_least: term.at_least, things: packages.chain(groups).collect() }
            });
            Self {
                id: rule.id.clone(),
                name: rule.name.clone(),
                severity: rule.severity(),
                terms: terms.collect(),
                period: rule.period(),
                is_declared: rule.is_declared(),
                not_evaluable: rule.not_evaluable.clone(),
                inactive: rule.not_in_force.clone(),
                unknown: rule.unknown.iter().cloned().collect(),
            }
        };
        past.rules.iter().map(|one| (one.id.clone(), rule(one))).collect()
    }

    /// The packages that its terms have.
    pub(super) fn packages(&self) -> impl Iterator<Item = &str> {
        self.things().filter_map(|thing| match thing {
            Thing::Package(id) => Some(&**id),
            Thing::Group(_) => None,
        })
    }

    /// The groups that its terms have.
    pub(super) fn groups(&self) -> impl Iterator<Item = &str> {
        self.things().filter_map(|thing| match thing {
            Thing::Group(id) => Some(&**id),
            Thing::Package(_) => None,
        })
    }

    fn things(&self) -> impl Iterator<Item = &Thing> {
        self.terms.iter().flat_map(|term| &term.things)
    }

    /// Whether whoever has these things violates it.
    fn is_violated(&self, things: &BTreeSet<Thing>) -> bool {
        let satisfies = |term: &SideTerm| term.things.intersection(things).count() >= term.at_least as usize;
        !self.terms.is_empty() && self.terms.iter().all(satisfies)
    }

    /// Why it is not in force at a moment, as a cause: it may be the period, or somebody may have changed it.
    fn out_of_force(&self, before: &Self, moment: Option<Timestamp>) -> ChangeCause {
        let why = self.inactive.clone().unwrap_or_default();
        let is_out = moment.is_some_and(|moment| !self.period.contains(moment));
        let code = if is_out && self.period == before.period {
            CauseCode::RuleOutOfForce
        } else {
            CauseCode::RuleChanged
        };
        ChangeCause::new(code).about(self.id.clone()).saying(why)
    }

    /// The terms without what one of the sides does not know: what is known to both can be compared.
    fn comparable(&self, sides: [&Side<'_>; 2]) -> Vec<SideTerm> {
        let known = |thing: &&Thing| sides.iter().all(|side| known_things(side, thing));
        let terms = self.terms.iter().map(|term| SideTerm {
            at_least: term.at_least,
            things: term.things.iter().filter(known).cloned().collect(),
        });
        terms.collect()
    }

    /// What two versions of it say otherwise of who violates it, as a cause: somebody changed it, or it says the same and its
    /// names stand for something else, because one side does not know them.
    pub(super) fn changed(&self, other: &Self, sides: [&Side<'_>; 2]) -> Option<ChangeCause> {
        let what = self.changed_terms(other, sides)?;
        let about = |code| ChangeCause::new(code).about(self.id.clone());
        let unknown = |own: &Self, other: &Self| own.unknown.difference(&other.unknown).next().cloned();
        let [old, new] = sides;
        let is_document = !self.is_declared && !other.is_declared;
        let same_files = !old.rules_files.is_empty() && old.rules_files == new.rules_files;
        let scope = |why: String| about(CauseCode::InputScope).saying(why);
        Some(match (unknown(other, self), unknown(self, other)) {
            (Some(name), _) if same_files || other.has_less_than(self) => {
                scope(format!("the rule names `{name}`, which one side does not know ({what})"))
            }
            (_, Some(name)) if same_files || self.has_less_than(other) => {
                scope(format!("the rule names `{name}`, which one side does not know ({what})"))
            }
            _ if same_files && is_document => {
                scope(format!("the rules files are the same, and their names stand for others ({what})"))
            }
            _ => about(CauseCode::RuleChanged).saying(what),
        })
    }

    /// Whether it is the other one without some things.
    fn has_less_than(&self, other: &Self) -> bool {
        let less = |(own, other): (&SideTerm, &SideTerm)| {
            own.at_least == other.at_least && own.things.is_subset(&other.things)
        };
        self.terms.len() == other.terms.len() && self.terms.iter().zip(&other.terms).all(less)
    }

    fn changed_terms(&self, other: &Self, sides: [&Side<'_>; 2]) -> Option<String> {
        if self.terms == other.terms {
            return None;
        }
        let (before, after) = (self.comparable(sides), other.comparable(sides));
        if before == after {
            return None;
        }
        if before.len() != after.len() {
            return Some(format!("{} terms -> {}", before.len(), after.len()));
        }
        let mut words = Vec::new();
        for (number, (before, after)) in before.iter().zip(&after).enumerate() {
            let number = number + 1;
            if before.at_least != after.at_least {
                words.push(format!("term {number}: at_least {} -> {}", before.at_least, after.at_least));
            }
            for (sign, things) in [
                ("+", after.things.difference(&before.things)),
                ("-", before.things.difference(&after.things)),
            ] {
                let things: Vec<&str> = things.map(Thing::id).collect();
                if let Some(first) = things.first() {
                    let more = if things.len() > 1 {
                        format!(" and {} more", things.len() - 1)
                    } else {
                        String::new()
                    };
                    words.push(format!("term {number}: {sign} {first}{more}"));
                }
            }
        }
        Some(words.join("; "))
    }
}

/// What the rules have to do with it.
pub(super) enum RulePart {
    /// Nothing: they say the same.
    Same,
    /// They are not known on one side.
    Unknown,
    /// They are the reason.
    Enough(Vec<ChangeCause>),
    /// They say something else; `alone` if that is the whole reason.
    Other { causes: Vec<ChangeCause>, alone: bool },
}

/// Why `lack` does not judge as a conflict what `have` does, as far as its rules go.
pub(super) fn part(
    have: &Side<'_>,
    lack: &Side<'_>,
    gap: &Gap,
    conflict: &SideConflict,
    witness: &Witness,
) -> RulePart {
    let (Some(theirs), Some(ours)) = (&have.rules, &lack.rules) else { return RulePart::Unknown };
    let id = &conflict.rule.id;
    let Some(was) = theirs.get(id) else { return RulePart::Unknown };
    let Some(is) = ours.get(id) else { return RulePart::Enough(absent(was, lack, gap, witness)) };
    if is.inactive.is_some() {
        return RulePart::Enough(vec![is.out_of_force(was, lack.facts.moment)]);
    }
    if let Some(why) = &is.not_evaluable {
        let mut causes =
            vec![ChangeCause::new(CauseCode::NotEvaluable).about(id.clone()).saying(why.clone())];
        causes.extend(absent_packages(lack, gap, witness));
        return RulePart::Enough(causes);
    }
    let Some(changed) = was.changed(is, [have, lack]) else { return RulePart::Same };
    let held = [have, lack].map(|side| things_of(side, witness, [was, is]));
    let [Some(before), Some(after)] = held else {
        return RulePart::Other { causes: vec![changed], alone: false };
    };
    // What would be if only the rule were another, and what if only the access were.
    let (rule_matters, access_matters) = (!is.is_violated(&before), !was.is_violated(&after));
    match (rule_matters, access_matters) {
        (true, false) => RulePart::Other { causes: vec![changed], alone: true },
        (false, true) => RulePart::Same,
        _ => RulePart::Other { causes: vec![changed], alone: false },
    }
}

/// A rule that is not there at all.
fn absent(was: &SideRule, lack: &Side<'_>, gap: &Gap, witness: &Witness) -> Vec<ChangeCause> {
    if was.is_declared {
        if let Some(package) = lack.list_lacking(was.packages()) {
            let why = format!("the list of what {package} declares incompatible was not exported");
            return vec![ChangeCause::new(CauseCode::InputScope).about(was.id.clone()).saying(why)];
        }
        let packages = absent_packages(lack, gap, witness);
        if !packages.is_empty() {
            return packages;
        }
        if let Some(why) = gap.partial(&DECLARATION_RECORDS) {
            return vec![ChangeCause::new(CauseCode::InputScope).about(was.id.clone()).saying(why)];
        }
        let declares = lack.rules.iter().flat_map(BTreeMap::values).any(|rule| rule.is_declared);
        if !declares {
            let why = "the inputs declare nothing incompatible at all";
            return vec![ChangeCause::new(CauseCode::InputScope).about(was.id.clone()).saying(why)];
        }
    } else if lack.rules_files.is_empty() {
        let why = "no rules files were given on the side without it";
        return vec![ChangeCause::new(CauseCode::InputScope).about(was.id.clone()).saying(why)];
    }
    vec![ChangeCause::new(CauseCode::RuleRemoved).about(was.id.clone())]
}

fn absent_packages(lack: &Side<'_>, gap: &Gap, witness: &Witness) -> Vec<ChangeCause> {
    let Some(export) = lack.export() else { return Vec::new() };
    let lacking =
        super::access::Lacking { export, gap, direction: super::Direction::Gone, moment: lack.facts.moment };
    let directory = &export.snapshot.directory;
    let absent = witness.packages.iter().filter(|package| directory.find_package(&package.id).is_none());
    absent.map(|package| lacking.absent_package(package)).collect()
}

/// Why rules cannot explain anything, if they are not known.
pub(super) fn untold(have: &Side<'_>, lack: &Side<'_>) -> Option<String> {
    let unknown = |side: &Side<'_>| side.rules.is_none();
    (unknown(have) || unknown(lack))
        .then(|| "a report without rules.json does not tell what was judged".to_owned())
}
