//! What stands around the rules: packages that combine what a rule keeps apart, and the exceptions.

use super::HOLDERS_MAX;
use super::columns::seconds;
use super::people::Cast;
use crate::ReportView;
use serde::Serialize;
use sod_model::{
    Combination, Contained, ExceptedUsers, Exception, ExceptionId, ExceptionUse, Standing, UserId,
};
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct CombinationLine {
    rule: u32,
    package: u32,
    kind: &'static str,
    whole: bool,
    /// By term: package, how many of its resource roles are given, and of how many.
    terms: Vec<Vec<(u32, u32, u32)>>,
    holders: u64,
    holders_in_conflict: u64,
    /// The first of the holders, by id.
    users: Vec<u32>,
}

/// The holders of combining packages that stand on the page: the first of each, so many in all.
pub(super) fn holders<'a>(view: &ReportView<'a>) -> Vec<(&'a Combination, Vec<UserId>)> {
    let mut left = HOLDERS_MAX;
    let of = |one: &'a Combination| {
        let users: Vec<UserId> = one.holders.iter().take(left).map(UserId).collect();
        left -= users.len();
        (one, users)
    };
    view.combinations.iter().map(of).collect()
}

pub(super) fn combinations(holders: &[(&Combination, Vec<UserId>)], cast: &Cast) -> Vec<CombinationLine> {
    let contained = |one: &Contained| (one.package.0, one.given, one.of);
    let line = |(one, users): &(&Combination, Vec<UserId>)| CombinationLine {
        rule: one.rule.0,
        package: one.package.0,
        kind: one.kind.name(),
        whole: one.is_whole,
        terms: one.terms.iter().map(|term| term.iter().map(contained).collect()).collect(),
        holders: one.holders.len(),
        holders_in_conflict: one.in_conflict,
        users: users.iter().filter_map(|&user| cast.place(user)).collect(),
    };
    holders.iter().map(line).collect()
}

/// Codes, each with the place of another exception where it is about one.
type Findings = Vec<(&'static str, Option<u32>)>;

#[derive(Serialize)]
pub(super) struct ExceptionLine<'a> {
    id: &'a str,
    rule: u32,
    user: Option<u32>,
    holders_of: Option<u32>,
    department: Option<&'a str>,
    owner: &'a str,
    justification: &'a str,
    control: Option<&'a str>,
    reference: Option<&'a str>,
    from: Option<i64>,
    until: Option<i64>,
    standing: &'static str,
    covers: u64,
    fits: u64,
    /// What somebody should decide about it.
    findings: Findings,
    /// Conflicts that are open again when it ends; only where exceptions that end soon were asked for and it is one.
    reopens: Option<u64>,
}

/// All exceptions, ascending by id: an exception is its place here.
pub(super) fn exceptions<'a>(view: &ReportView<'a>, cast: &Cast) -> Vec<ExceptionLine<'a>> {
    let mut findings: BTreeMap<ExceptionId, Findings> = BTreeMap::new();
    for finding in view.exception_findings {
        let own = findings.entry(finding.exception).or_default();
        own.push((finding.code.code(), finding.other.map(|other| other.0)));
    }
    let ending = view.exceptions_ending.into_iter().flat_map(|ending| &ending.exceptions);
    let reopens: BTreeMap<ExceptionId, u64> = ending.map(|one| (one.exception, one.reopens)).collect();
    let all = view.exceptions.exceptions().iter().zip(view.exception_uses).enumerate();
    all.map(|(at, (exception, own))| {
        let id = ExceptionId(at as u32);
        let findings = findings.remove(&id).unwrap_or_default();
        ExceptionLine { findings, reopens: reopens.get(&id).copied(), ..line(exception, own, cast) }
    })
    .collect()
}

fn line<'a>(exception: &'a Exception, own: &ExceptionUse, cast: &Cast) -> ExceptionLine<'a> {
    let (user, holders_of, department) = match &exception.users {
        ExceptedUsers::User(user) => (cast.place(*user), None, None),
        ExceptedUsers::HoldersOf(package) => (None, Some(package.0), None),
        ExceptedUsers::Department(department) => (None, None, Some(&**department)),
    };
    ExceptionLine {
        id: &exception.id,
        rule: exception.rule.0,
        user,
        holders_of,
        department,
        owner: &exception.owner,
        justification: &exception.justification,
        control: exception.control.as_deref(),
        reference: exception.reference.as_deref(),
        from: seconds(exception.period.from),
        until: seconds(exception.period.until),
        standing: match own.standing {
            Standing::InForce => "in force",
            Standing::NotBegun => "not begun",
            Standing::Expired => "expired",
        },
        covers: own.covers,
        fits: own.fits,
        findings: Findings::new(),
        reopens: None,
    }
}
