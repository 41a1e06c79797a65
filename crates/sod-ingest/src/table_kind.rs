//! What a table is about, and how one row of it reads.

use crate::columns::{Layout, ValueOf};
use crate::decoded::{
    AssignmentRow, DecodedPart, PackageFacts, PackageKey, RowState, SideRecord, SubjectFacts, SubjectIds,
};
use crate::node::is_cut_off;
use crate::quote;
use crate::record::{is_real, name_id, note_past_end, plain_id, row_state};
use sod_model::{ExternalId, Guid, RecordLocation, RejectCode, StateTable};
use std::borrow::Cow;

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    Assignments,
    Users,
    Packages,
    Members,
    /// Users, but of which package nobody says.
    AssignmentsWithoutPackage,
    Unknown,
}

pub(crate) fn table_kind(layout: &Layout) -> TableKind {
    match (layout.names_user(), layout.names_package()) {
        (true, true) => TableKind::Assignments,
        (false, true) if layout.package_id.is_some() => TableKind::Packages,
        (_, false) if layout.group.is_some() && (layout.member.is_some() || layout.names_user()) => {
            TableKind::Members
        }
        (true, false) if layout.official || layout.user_record.is_some() || layout.tells_of_assignments() => {
            TableKind::AssignmentsWithoutPackage
        }
        // A column that sod does not know may be the package: better refused than read as a list of users.
        (true, false) if layout.unknown_package => TableKind::Unknown,
        (true, false) if layout.user_object.is_some() || layout.principal_name.is_some() => TableKind::Users,
        _ => TableKind::Unknown,
    }
}

/// What a cell says, if anything.
pub(crate) fn said(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text != "null").then_some(text)
}

/// One row: its cells as text.
pub(crate) struct Row<'r> {
    pub(crate) cells: Vec<Cow<'r, str>>,
    pub(crate) location: RecordLocation,
    /// Between the cells of the table.
    pub(crate) separator: char,
}

impl Row<'_> {
    fn text<'t>(&'t self, value: Option<&'t ValueOf>) -> Option<&'t str> {
        said(match value? {
            ValueOf::Cell(at) => self.cells.get(*at)?,
            ValueOf::Fixed(text) => text,
        })
    }

    fn date_text<'t>(&'t self, value: Option<&'t ValueOf>) -> Option<Cow<'t, str>> {
        self.text(value).map(Cow::Borrowed)
    }

    /// The cell, if it runs over several lines of which one looks like a row: names may have line ends, rows may not.
    fn swallows_rows(&self) -> Option<&str> {
        // Within two stray quotes the first and the last of the lost lines are cut, so nearly a row is enough.
        let separators = self.cells.len().saturating_sub(2).max(1);
        let swallows = |cell: &&Cow<'_, str>| {
            has_line_end(cell)
                && cell
                    .split(['\n', '\r'])
                    .skip(1)
                    .any(|line| line.matches(self.separator).count() >= separators)
        };
        self.cells.iter().find(swallows).map(|cell| cell.as_ref())
    }

    fn id(&self, value: Option<&ValueOf>) -> Option<ExternalId> {
        // Most ids are GUIDs, and those are read faster by themselves.
        let id = |text: &str| match sod_kernel::text::guid(text.as_bytes()) {
            Some(value) => ExternalId::Guid(Guid::from_u128(value)),
            None => ExternalId::new(text),
        };
        self.text(value).map(id).filter(is_real)
    }
}

fn has_line_end(text: &str) -> bool {
    memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some()
}

type Problem = (RejectCode, String);

/// Whom a row names, if anybody; or why the row cannot be used at all.
pub(crate) fn checked_ids(row: &Row<'_>, layout: &Layout) -> Result<SubjectIds, Problem> {
    let needed = [
        &layout.user_object,
        &layout.user_record,
        &layout.user_plain,
        &layout.package_id,
        &layout.package_name,
    ];
    for value in needed {
        if let Some(text) = row.text(value.as_ref()).filter(|text| is_cut_off(text)) {
            let detail = format!(
                "a cell holds the type name '{}': select properties before Export-Csv",
                quote::type_name(text)
            );
            return Err((RejectCode::TypeNameCell, detail));
        }
    }
    let ids =
        [&layout.user_object, &layout.user_record, &layout.user_plain, &layout.package_id, &layout.state];
    let broken = ids.into_iter().find_map(|value| row.text(value.as_ref()).filter(|text| has_line_end(text)));
    if let Some(cell) = broken.or_else(|| row.swallows_rows()) {
        let lines = cell.lines().count();
        let detail =
            format!("a cell of {lines} lines may hold further rows: a quote before it was not closed");
        return Err((RejectCode::MalformedRow, detail));
    }
    Ok(subject_ids(row, layout))
}

/// Reads one row into `part`, or says why not.
pub(crate) fn read_row(
    row: &Row<'_>,
    layout: &Layout,
    kind: TableKind,
    part: &mut DecodedPart,
) -> Result<(), Problem> {
    let (ids, facts) = (checked_ids(row, layout)?, subject_facts(row, layout));
    match kind {
        TableKind::Users => {
            if ids.is_empty() {
                return Err((RejectCode::NoId, "a user without an id".to_owned()));
            }
            part.count_kind("user");
            part.side.push(SideRecord::Subject { ids, facts });
            Ok(())
        }
        TableKind::Packages => {
            let id = row.id(layout.package_id.as_ref());
            let id = id.ok_or_else(|| (RejectCode::NoId, "a package without an id".to_owned()))?;
            let name = row.text(layout.package_name.as_ref()).or_else(|| row.text(layout.user_name.as_ref()));
            part.count_kind("package");
            part.side.push(SideRecord::Package(PackageFacts {
                id: Some(id),
                display_name: name.map(Into::into),
                catalog: row.id(layout.catalog.as_ref()),
                is_record: true,
                ..PackageFacts::default()
            }));
            Ok(())
        }
        TableKind::Members => members(row, layout, ids, facts, part),
        TableKind::Assignments | TableKind::AssignmentsWithoutPackage | TableKind::Unknown => {
            assignment(row, layout, ids, facts, part)
        }
    }
}

fn members(
    row: &Row<'_>,
    layout: &Layout,
    ids: SubjectIds,
    facts: SubjectFacts,
    part: &mut DecodedPart,
) -> Result<(), Problem> {
    let group = row
        .id(layout.group.as_ref())
        .ok_or_else(|| (RejectCode::NoId, "a group without an id".to_owned()))?;
    let member = row.id(layout.member.as_ref()).or_else(|| ids.object.clone()).or_else(|| ids.plain.clone());
    let member = member.ok_or_else(|| (RejectCode::NoId, "a member without an id".to_owned()))?;
    part.count_kind("group-member");
    if ids.object.is_some() {
        part.side.push(SideRecord::Subject { ids, facts });
    }
    part.side.push(SideRecord::Members { group, members: vec![member] });
    Ok(())
}

fn assignment(
    row: &Row<'_>,
    layout: &Layout,
    subject: SubjectIds,
    facts: SubjectFacts,
    part: &mut DecodedPart,
) -> Result<(), Problem> {
    let package_id = row.id(layout.package_id.as_ref());
    let package_name: Option<Box<str>> = row.text(layout.package_name.as_ref()).map(Into::into);
    let package =
        package_id.clone().map(PackageKey::Id).or_else(|| package_name.clone().map(PackageKey::Name));
    let Some(package) = package.filter(|_| !subject.is_empty()) else {
        return Err(match (subject.is_empty(), package_id.is_none() && package_name.is_none()) {
            (true, true) => {
                (RejectCode::NoUserNoPackage, "the row names neither a user nor a package".to_owned())
            }
            (true, false) => (RejectCode::NoUser, "the row names no user".to_owned()),
            _ => (RejectCode::NoPackage, "the row names no package".to_owned()),
        });
    };
    let state = match (row.text(layout.state.as_ref()), &layout.state) {
        (Some(text), _) => row_state(text),
        (None, _) => RowState::Missing,
    };
    let since = crate::date::date(row.date_text(layout.since.as_ref()), part);
    let until = crate::date::date(row.date_text(layout.until.as_ref()), part);
    note_past_end(&state, until, part);
    if state == RowState::Known(StateTable::DELIVERED) {
        part.saw_moment(since);
    }
    if !facts.is_empty() {
        part.side.push(SideRecord::Subject { ids: subject.clone(), facts });
    }
    if let (Some(_), Some(_)) = (&package_id, &package_name) {
        let facts = PackageFacts {
            id: package_id,
            display_name: package_name,
            catalog: row.id(layout.catalog.as_ref()),
            ..PackageFacts::default()
        };
        part.side.push(SideRecord::Package(facts));
    }
    part.assignments.push(AssignmentRow {
        id: row.id(layout.id.as_ref()),
        subject,
        package,
        policy: row.id(layout.policy.as_ref()),
        state,
        since,
        until,
        location: row.location,
    });
    Ok(())
}

/// What else a row says of its user.
pub(crate) fn subject_facts(row: &Row<'_>, layout: &Layout) -> SubjectFacts {
    let boxed = |value: Option<&ValueOf>| row.text(value).map(Box::<str>::from);
    SubjectFacts {
        display_name: boxed(layout.user_name.as_ref()),
        principal_name: boxed(layout.principal_name.as_ref()),
        email: boxed(layout.email.as_ref()),
        subject_type: None,
        user_type: None,
        department: boxed(layout.department.as_ref()),
    }
}

fn subject_ids(row: &Row<'_>, layout: &Layout) -> SubjectIds {
    let mut ids = SubjectIds::default();
    match row.text(layout.user_object.as_ref()) {
        // People without an account have their address where the object id would be.
        Some(text) if text.contains('@') => plain_id(text, &mut ids),
        _ => ids.object = row.id(layout.user_object.as_ref()),
    }
    let record = row.id(layout.user_record.as_ref());
    // Beside an object id column, a `TargetId` column is the subject record; alone it may be either.
    if layout.user_object.is_some() {
        ids.record = record;
    } else {
        ids.target = record;
    }
    if ids.is_empty()
        && let Some(text) = row.text(layout.user_plain.as_ref())
    {
        plain_id(text, &mut ids);
    }
    if ids.is_empty() {
        ids.name = name_id(&subject_facts(row, layout));
    }
    ids
}
