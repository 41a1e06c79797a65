//! An exception in `rules.json`.

use super::{Named, Paths, package, text, user};
use crate::ReportView;
use crate::explain::standing_name;
use serde::Serialize;
use sod_model::{ExceptedUsers, Exception, ExceptionUse, JudgedKind};

#[derive(Serialize)]
pub(super) struct ExceptionLine<'a> {
    id: &'a str,
    rule: &'a str,
    #[serde(rename = "for")]
    whom: WhomLine<'a>,
    owner: &'a str,
    justification: &'a str,
    control: Option<&'a str>,
    reference: Option<&'a str>,
    start: Option<String>,
    end: Option<String>,
    path: Option<&'a str>,
    standing: &'static str,
    /// Conflicts that it covers.
    covers: u64,
    /// Conflicts that it would cover, were it in force and no other there.
    fits: u64,
    /// The exception that covers the first conflict which it would cover as well.
    shadowed_by: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum WhomLine<'a> {
    User(Named<'a>),
    HoldersOf(Named<'a>),
    Department(&'a str),
}

pub(super) fn exception_line<'a>(
    view: &ReportView<'a>,
    paths: &Paths<'a>,
    exception: &'a Exception,
    own: &ExceptionUse,
) -> Option<ExceptionLine<'a>> {
    let directory = &view.snapshot.directory;
    let whom = match &exception.users {
        ExceptedUsers::User(id) => WhomLine::User(user(directory, *id)),
        ExceptedUsers::HoldersOf(id) => WhomLine::HoldersOf(package(directory, *id)),
        ExceptedUsers::Department(name) => WhomLine::Department(name),
    };
    let shadow = own.shadowed_by.and_then(|id| view.exceptions.exception(id));
    Some(ExceptionLine {
        id: &exception.id,
        rule: &view.rules.rule(exception.rule)?.id,
        whom,
        owner: &exception.owner,
        justification: &exception.justification,
        control: exception.control.as_deref(),
        reference: exception.reference.as_deref(),
        start: text(exception.period.from),
        end: text(exception.period.until),
        path: paths.of(JudgedKind::Exceptions, &exception.id),
        standing: standing_name(own.standing),
        covers: own.covers,
        fits: own.fits,
        shadowed_by: shadow.map(|shadow| &*shadow.id),
    })
}
