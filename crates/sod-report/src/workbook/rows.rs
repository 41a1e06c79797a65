//! The sheets whose rows stand in a file of the report as well: conflicts, pairs, coverage, rejected rows.

use super::sheet::{Sheet, Value};
use crate::coverage::Coverage;
use crate::{ReportView, WriteError, conflicts, pairs, rejected};
use sod_model::PairCount;

pub(super) fn conflicts(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    sheet.header(&conflicts::COLUMNS)?;
    for (rule, conflict) in conflicts::in_report_order(view) {
        if sheet.is_full() {
            sheet.leave_out(1);
            continue;
        }
        let (cells, span) = conflicts::cells(view, rule, conflict);
        let cells = conflicts::COLUMNS.into_iter().zip(cells).map(|(column, cell)| match column {
            "severity" => Value::Severity(rule.severity),
            "since" => Value::moment(span.since),
            "until" => Value::moment(span.until),
            _ if cell.is_empty() => Value::Empty,
            _ => Value::Text(cell.into()),
        });
        sheet.row(cells)?;
    }
    Ok(())
}

pub(super) fn pairs(
    view: &ReportView<'_>,
    pairs: &[PairCount],
    sheet: &mut Sheet<'_>,
) -> Result<(), WriteError> {
    sheet.header(&pairs::COLUMNS)?;
    let context = view.pair_context();
    for (at, count) in pairs.iter().enumerate() {
        if sheet.is_full() {
            sheet.leave_out((pairs.len() - at) as u64);
            break;
        }
        let row = context.row(count);
        sheet.row([
            Value::foreign(row.package_a),
            Value::foreign(row.package_b),
            Value::known(row.package_a_name),
            Value::known(row.package_b_name),
            Value::Count(row.holders_a),
            Value::Count(row.holders_b),
            Value::Count(row.holders_both),
            Value::Share(row.shares.share_a),
            Value::Share(row.shares.share_b),
            Value::Ratio(row.shares.lift),
        ])?;
    }
    Ok(())
}

pub(super) fn coverage(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    sheet.header(&["code", "count", "text", "parts"])?;
    for one in Coverage::of(view).statements() {
        let parts: Vec<String> = one.parts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        sheet.row([
            Value::foreign(one.code.code()),
            Value::Count(one.count),
            Value::foreign(&one.text),
            Value::made(parts.join("; ")),
        ])?;
    }
    Ok(())
}

pub(super) fn rejected(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    sheet.header(&rejected::COLUMNS)?;
    for (path, record) in rejected::in_report_order(&view.snapshot.provenance) {
        sheet.row([
            Value::foreign(path),
            Value::Count(record.position.line),
            Value::Count(record.position.byte),
            Value::foreign(record.code.code()),
            Value::foreign(&record.detail),
        ])?;
    }
    Ok(())
}
