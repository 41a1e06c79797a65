//! The flat objects of the Azure Data Explorer tutorial. Their query filters on delivered, so there is no state.

use super::Pieces;
use super::json::{guid, guid_or_null, quoted, raw, string};
use crate::moment::{BASE, write_date, write_invariant, write_iso};
use crate::row::{PackageFace, Row, UserFace};
use crate::view::View;

/// One assignment.
pub(crate) fn row(view: &View<'_>, row: &Row, pieces: Pieces<'_>, out: &mut Vec<u8>) {
    let user = pieces.user;
    let package = view.tenant.package(row.assignment.package);
    let is_known = row.user != UserFace::Missing;
    raw(out, "{\"Id\":");
    guid(out, row.assignment.id);
    raw(out, ",\"ScheduleStartDateTime\":");
    // The script's `-replace` turns a date into text in the invariant culture; newer modules leave it alone.
    let is_iso = row.assignment.id.0 & 1 == 0;
    quoted(out, Some(row.assignment.start), if is_iso { write_iso } else { write_invariant });
    raw(out, ",\"AccessPackageId\":");
    guid_or_null(out, package.filter(|_| row.package == PackageFace::Full).map(|package| package.id));
    raw(out, ",\"AccessPackageDisplayName\":");
    text(out, row.package != PackageFace::Missing, &view.package_name(row.assignment.package));
    raw(out, ",\"TargetId\":");
    guid_or_null(out, (is_known && row.user != UserFace::EmailOnly).then_some(user.subject_id));
    raw(out, ",\"TargetDisplayName\":");
    text(out, is_known, &view.user_name(user));
    raw(out, ",\"TargetEmail\":");
    text(out, is_known, &user.mail);
    raw(out, ",\"TargetObjectId\":");
    guid_or_null(out, (row.user == UserFace::Full).then_some(user.object_id));
    raw(out, ",\"TargetPrincipalName\":");
    text(out, row.user == UserFace::Full, &user.principal_name);
    raw(out, ",\"TargetSubjectType\":");
    text(out, is_known, "user");
    raw(out, ",\"SnapshotDate\":");
    quoted(out, Some(BASE), write_date);
    raw(out, "}");
}

fn text(out: &mut Vec<u8>, is_known: bool, text: &str) {
    if is_known {
        string(out, text);
    } else {
        raw(out, "null");
    }
}
