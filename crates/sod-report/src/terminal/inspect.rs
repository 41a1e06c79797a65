//! The page of `sod inspect`: what was recognised in the inputs, file by file, and what was wrong with them.

mod files;
mod rejected;

use super::page::{Facts, Page};
use super::read::{Reasons, read};
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use super::warnings::warnings;
use crate::view::user_id_kind_name;
use sod_model::{Directory, Holding, PackageIdKind, Snapshot, StateTable, UserIdKind, WarningCode};

/// The page of `sod inspect`.
#[must_use]
pub fn inspect(snapshot: &Snapshot, holding: &Holding, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    page.heading("Read");
    read(&mut page, snapshot, holding, Reasons::Elsewhere);
    files::refused(&mut page, &snapshot.provenance);
    files::files(&mut page, &snapshot.provenance);
    states(&mut page, snapshot, holding);
    identities(&mut page, &snapshot.directory);
    objects(&mut page, snapshot);
    rejected::rejected(&mut page, &snapshot.provenance);
    let told_elsewhere = [WarningCode::RejectedRows, WarningCode::RepeatedRows];
    warnings(&mut page, &snapshot.provenance.warnings, &told_elsewhere);
    page.finish()
}

fn states(page: &mut Page<'_>, snapshot: &Snapshot, holding: &Holding) {
    let totals = snapshot.state_totals();
    if totals.is_empty() {
        return;
    }
    page.heading("States");
    let mut table = Table::new(&[("", Kind::Name), ("", Kind::Number), ("", Kind::Word), ("", Kind::Word)]);
    for (state, rows) in totals {
        let counts = holding.states.matches(state, &snapshot.states);
        let counts = if counts { Cell::new("counts").role(Role::Good) } else { Cell::new("set aside") };
        let unknown = if StateTable::is_known(state) { "" } else { "not documented by Microsoft" };
        let name = Cell::new(snapshot.states.name(state));
        table.row([
            name,
            Cell::number(rows).role(Role::Number),
            counts,
            Cell::new(unknown).role(Role::Warning),
        ]);
    }
    page.table(&table);
}

/// How users are known, and what was joined.
fn identities(page: &mut Page<'_>, directory: &Directory) {
    const KINDS: [(UserIdKind, &str); 5] = [
        (UserIdKind::Object, "by directory object id"),
        (UserIdKind::SubjectRecord, "by target.id; no object id is known"),
        (UserIdKind::TargetId, "by targetId, which may be an object id or a target.id"),
        (UserIdKind::Name, "by principal name or e-mail address only"),
        (UserIdKind::Plain, "by what stood in the user column"),
    ];
    let users = directory.users();
    page.heading("Users");
    let mut facts = Facts::new();
    for (kind, remark) in KINDS {
        let known = users.iter().filter(|user| user.id_kind == kind).count() as u64;
        if known > 0 {
            facts.number(user_id_kind_name(kind), known, remark);
        }
    }
    let aliases: usize = users.iter().map(|user| user.aliases.len()).sum();
    let joined = users.iter().filter(|user| !user.aliases.is_empty()).count() as u64;
    if aliases > 0 {
        let remark = format!(
            "further ids, which the inputs tie to {}",
            super::number::counted(joined, "user", "users")
        );
        facts.number("aliases", aliases as u64, remark);
    }
    if users.is_empty() {
        facts.number("users", 0, "");
    }
    page.facts(&facts);
}

/// What else was recognised, and records that are not assignments.
fn objects(page: &mut Page<'_>, snapshot: &Snapshot) {
    let directory = &snapshot.directory;
    page.heading("Objects");
    let mut facts = Facts::new();
    let packages = directory.packages();
    let by_name = packages.iter().filter(|package| package.id_kind == PackageIdKind::NameOnly).count() as u64;
    let incompatible: usize = packages.iter().map(declared).sum();
    let mut remarks = Vec::new();
    if by_name > 0 {
        remarks.push(format!("{} known by name only", super::number::grouped(by_name)));
    }
    if incompatible > 0 {
        remarks.push(format!("{} declared incompatibilities", super::number::grouped(incompatible as u64)));
    }
    facts.number("packages", packages.len() as u64, remarks.join(", "));
    let groups = directory.groups();
    let unknown = groups.iter().filter(|group| group.members.is_none()).count() as u64;
    let remark = match unknown {
        0 => String::new(),
        unknown => format!("the members of {} were not exported", super::number::grouped(unknown)),
    };
    let rest = [
        ("groups", groups.len(), remark),
        ("policies", directory.policies().len(), String::new()),
        ("catalogs", directory.catalogs().len(), String::new()),
    ];
    for (label, number, remark) in rest {
        if number > 0 {
            facts.number(label, number as u64, remark);
        }
    }
    page.facts(&facts);
    records(page, snapshot);
}

fn declared(package: &sod_model::Package) -> usize {
    package.incompatible_packages.len() + package.incompatible_groups.len()
}

fn records(page: &mut Page<'_>, snapshot: &Snapshot) {
    let side = snapshot.provenance.side();
    let words: Vec<String> =
        side.iter().map(|(kind, count)| format!("{kind} {}", super::number::grouped(*count))).collect();
    if !words.is_empty() {
        page.prose(Role::Text, &format!("Records that are not assignments: {}.", words.join(", ")));
    }
}
