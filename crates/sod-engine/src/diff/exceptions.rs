//! Why an exception covers a conflict on one side and not on the other.

use super::access;
use super::side::{ExportSide, SideConflict};
use super::{Comparison, Direction, told};
use sod_model::{CauseCode, ChangeCause, ExceptedUsers, Exception, ExternalId, Period};
use sod_report::judged::{WrittenException, WrittenJudged, WrittenWhom};
use std::collections::BTreeMap;

/// An exception of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SideException {
    pub(crate) id: Box<str>,
    pub(crate) rule: Box<str>,
    pub(crate) whom: Whom,
    pub(crate) period: Period,
}

/// Whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    User(Box<str>),
    HoldersOf(Box<str>),
    Department(Box<str>),
}

impl SideException {
    pub(crate) fn of_export(export: ExportSide<'_>) -> BTreeMap<Box<str>, Self> {
        let (directory, rules) = (&export.snapshot.directory, &export.analysis.rules);
        let whom = |users: &ExceptedUsers| match users {
            ExceptedUsers::User(user) => {
                let id = directory.user(*user).map(|user| user.id.to_string());
                Whom::User(id.unwrap_or_default().into())
            }
            ExceptedUsers::HoldersOf(package) => {
                Whom::HoldersOf(export.package_id(*package).unwrap_or_default())
            }
            ExceptedUsers::Department(name) => Whom::Department(name.clone()),
        };
        let exception = |one: &Exception| Self {
            id: one.id.clone(),
            rule: rules.rule(one.rule).map(|rule| rule.id.clone()).unwrap_or_default(),
            whom: whom(&one.users),
            period: one.period,
        };
        let all = export.analysis.exceptions.exceptions();
        all.iter().map(|one| (one.id.clone(), exception(one))).collect()
    }

    pub(crate) fn of_report(past: &WrittenJudged) -> BTreeMap<Box<str>, Self> {
        let exception = |one: &WrittenException| Self {
            id: one.id.clone(),
            rule: one.rule.clone(),
            whom: match &one.whom {
                WrittenWhom::User(user) => Whom::User(user.id.as_str().into()),
                WrittenWhom::HoldersOf(package) => Whom::HoldersOf(package.id.as_str().into()),
                WrittenWhom::Department(name) => Whom::Department(name.clone()),
            },
            period: one.period(),
        };
        past.exceptions.iter().map(|one| (one.id.clone(), exception(one))).collect()
    }

    /// What two versions say otherwise.
    pub(super) fn changes(&self, other: &Self) -> Option<String> {
        let parts = [
            ("rule", self.rule == other.rule),
            ("for whom", self.whom == other.whom),
            ("period", self.period == other.period),
        ];
        let changed: Vec<&str> = parts.iter().filter(|(_, same)| !same).map(|(what, _)| *what).collect();
        (!changed.is_empty()).then(|| changed.join(", "))
    }
}

impl Comparison<'_, '_> {
    /// Why the exception that covers a conflict on one side does not on the other, where the conflict is open.
    pub(super) fn uncovered(&self, covered: &SideConflict, direction: Direction) -> Vec<ChangeCause> {
        let (have, lack, _) = self.sides(direction);
        let Some(id) = &covered.status.exception else { return Vec::new() };
        let about = |code| ChangeCause::new(code).about(id.clone());
        let (Some(theirs), Some(ours)) = (&have.exceptions, &lack.exceptions) else {
            let why = "a report without rules.json does not tell its exceptions";
            return vec![about(CauseCode::Untold).saying(why)];
        };
        let causes = match (theirs.get(id), ours.get(id)) {
            (_, None) if lack.exceptions_written.contains(id) => {
                let why = "the exception names a rule, user or package that the inputs do not know";
                vec![about(CauseCode::InputScope).saying(why)]
            }
            (_, None) => vec![about(CauseCode::ExceptionRemoved)],
            (None, _) => vec![about(CauseCode::Untold)],
            (Some(was), Some(is)) => match lack.facts.moment {
                Some(moment) if !is.period.contains(moment) && was.period == is.period => {
                    let until = is.period.until.filter(|_| is.period.is_over(moment));
                    let cause = about(CauseCode::ExceptionEnded);
                    vec![match until {
                        Some(until) => cause.saying(format!("it is over since {until}")),
                        None => cause,
                    }]
                }
                _ => match was.changes(is) {
                    Some(what) => vec![about(CauseCode::ExceptionChanged).saying(what)],
                    None => self.fits_no_more(covered, was, direction),
                },
            },
        };
        told(causes, direction)
    }

    /// The exception is the same, and does not fit the user any more.
    fn fits_no_more(
        &self,
        covered: &SideConflict,
        was: &SideException,
        direction: Direction,
    ) -> Vec<ChangeCause> {
        let (have, lack, gap) = self.sides(direction);
        let untold = || vec![ChangeCause::new(CauseCode::Untold).about(was.id.clone())];
        let (Some(theirs), Some(ours)) = (have.export(), lack.export()) else { return untold() };
        let witness = have.witness(covered);
        let find = |export: ExportSide<'_>| {
            witness.user.iter().find_map(|id| export.snapshot.directory.find_user(id))
        };
        let (Some(before), Some(after)) = (find(theirs), find(ours)) else { return untold() };
        match &was.whom {
            Whom::HoldersOf(id) => {
                let package = theirs.snapshot.directory.find_package(&ExternalId::new(id));
                let package = package.and_then(|package| theirs.witness_package(before, package));
                let lacking = access::Lacking { export: ours, gap, direction, moment: lack.facts.moment };
                let causes = package.map(|package| lacking.package(after, &package)).unwrap_or_default();
                if causes.is_empty() { untold() } else { causes }
            }
            Whom::Department(_) => {
                let department = |export: ExportSide<'_>, user| {
                    export.snapshot.directory.user(user).and_then(|user| user.department.clone())
                };
                let (was, is) = (department(theirs, before), department(ours, after));
                let cause = |code| ChangeCause::new(code).about(covered.user.id.clone());
                vec![match is {
                    Some(_) => ChangeCause { before: was, after: is, ..cause(CauseCode::UserChanged) },
                    None => cause(CauseCode::InputScope).saying("the department of the user is not there"),
                }]
            }
            Whom::User(_) => untold(),
        }
    }
}
