//! The first sheet: the analysis in numbers, what was not analysed, what the other sheets left out, the warnings.

use super::sheet::{Room, Sheet, Value};
use super::{WorkbookInput, WriteError};
use crate::ReportView;
use crate::coverage::Coverage;
use crate::terminal::counted;
use sod_model::Timestamp;

/// Where everything is of which a sheet may have a part only.
fn whole<'a>(sheet: &str, input: &WorkbookInput<'a>) -> Option<&'a str> {
    Some(match sheet {
        "Conflicts" => "conflicts.csv",
        "Conflict groups" => "conflict-groups.jsonl",
        "Pairs" => input.pairs_file,
        "Rejected" => "rejected.csv",
        "Coverage" => "summary.json",
        _ => return None,
    })
}

pub(super) fn summary(
    input: &WorkbookInput<'_>,
    rooms: &[(&'static str, Room)],
    sheet: &mut Sheet<'_>,
) -> Result<(), WriteError> {
    let view = input.view;
    sheet.header(&["section", "item", "value", "note"])?;
    tenant(view, sheet)?;
    judged(view, sheet)?;
    for one in Coverage::of(view).statements() {
        let label = Value::foreign(one.code.label(one.count));
        sheet.row([
            Value::Strong("Not analysed"),
            label,
            Value::Count(one.count),
            Value::foreign(&one.text),
        ])?;
    }
    for (name, room) in rooms {
        let note = note(room, whole(name, input));
        sheet.row([
            Value::Strong("Sheets"),
            Value::foreign(name),
            Value::Count(room.rows),
            Value::made(note),
        ])?;
    }
    for warning in view.warnings {
        let code = Value::foreign(warning.code.code());
        sheet.row([
            Value::Strong("Warnings"),
            code,
            Value::Count(warning.count),
            Value::foreign(&warning.message),
        ])?;
    }
    Ok(())
}

/// What of a sheet is missing, and where it is.
fn note(room: &Room, whole: Option<&str>) -> String {
    let mut note = Vec::new();
    let all = whole.map(|file| format!("; {file} has all")).unwrap_or_default();
    if room.rows_left_out > 0 {
        note.push(format!("{} left out{all}", counted(room.rows_left_out, "more row is", "more rows are")));
    }
    if room.cells_cut > 0 {
        note.push(format!("{} too long and cut{all}", counted(room.cells_cut, "cell is", "cells are")));
    }
    if note.is_empty() { "complete".to_owned() } else { note.join("; ") }
}

fn tenant(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    let rows = view.rows();
    let mut add = |item, value, note: String| {
        sheet.row([Value::Strong("Tenant"), Value::foreign(item), value, Value::made(note)])
    };
    let moment = |moment: Option<Timestamp>| match moment {
        Some(moment) => Value::Moment(moment),
        None => Value::foreign("not known"),
    };
    let none = String::new;
    let judged_at = "by which rules and exceptions are in force or not (UTC)";
    add("moment", moment(view.moment), judged_at.to_owned())?;
    let shown = "the latest moment of the past that the data itself shows (UTC)";
    add("data_moment", moment(view.snapshot.provenance.data_moment), shown.to_owned())?;
    add("rows read", Value::Count(rows.read), none())?;
    add("rows accepted", Value::Count(rows.accepted), format!("states that count: {}", view.holding.states))?;
    add("rows rejected", Value::Count(rows.rejected), none())?;
    add("rows set aside", Value::Count(rows.set_aside), "in other states, or repeated".to_owned())?;
    add("users", Value::Count(view.matrix.users() as u64), none())?;
    add("users holding a package", Value::Count(view.users_holding()), none())?;
    add("packages", Value::Count(view.matrix.packages() as u64), none())?;
    add("holdings", Value::Count(view.matrix.holdings()), "distinct users and packages".to_owned())?;
    add("pairs of packages", Value::Count(view.pairs_total()), none())?;
    add("pairs held", Value::Count(view.totals.nonzero), "somebody holds both packages".to_owned())?;
    add("sum of holders of pairs", Value::Count(view.totals.holders_sum), none())?;
    let agree = if view.totals.identity_holds() {
        "equal, as it must be"
    } else {
        "WRONG: the counts cannot be trusted"
    };
    add("sum over users of k(k-1)/2", Value::Count(view.totals.row_sum), agree.to_owned())
}

fn judged(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    let mut add = |item: &'static str, count: u64, note: &'static str| {
        sheet.row([
            Value::Strong("Conflicts"),
            Value::foreign(item),
            Value::Count(count),
            Value::foreign(note),
        ])
    };
    let (inherent, open) = (view.conflicts.conflicts().len() as u64, view.conflicts.open() as u64);
    add("rules", view.rules.rules().len() as u64, "declared by the inputs, and of the rules files")?;
    add("rules not evaluable", view.rules_not_evaluable(), "which is not the same as no conflict")?;
    add("rules judged in part", view.rules_in_part(), "")?;
    add("rules not in force", view.rules_not_in_force(), "")?;
    add("conflicts, inherent", inherent, "before exceptions")?;
    add("conflicts, open", open, "what no exception covers")?;
    add("conflicts, excepted", inherent - open, "")?;
    for (severity, open, excepted) in view.conflicts_by_severity() {
        let mut add = |status: &'static str, count: u64| {
            let item = Value::made(format!("conflicts, {status}, {}", severity.name()));
            sheet.row([Value::Strong("Conflicts"), item, Value::Count(count), Value::Empty])
        };
        add("open", open)?;
        add("excepted", excepted)?;
    }
    let mut add = |item: &'static str, count: u64| {
        sheet.row([Value::Strong("Conflicts"), Value::foreign(item), Value::Count(count), Value::Empty])
    };
    add("groups of equal holdings", view.groups.len() as u64)?;
    add("users in conflict", view.conflicts.users() as u64)?;
    add("users in open conflict", view.conflicts.users_open() as u64)?;
    add("exceptions", view.exceptions.exceptions().len() as u64)
}
