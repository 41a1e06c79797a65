//! Where going on would report too few conflicts: the run stops here, with the command that mends it.

use crate::advice;
use crate::decoded::{Spellings, is_lost_assignment};
use crate::discover::Found;
use crate::error::Refusal;
use crate::finish::reject_rows;
use crate::join::{NAME, OBJECT, PLAIN, PLAIN_GUID, RECORD, Resolution, kind_of_spaces, space_of_kind};
use crate::local::NO_STATE;
use crate::options::LoadOptions;
use crate::pages::MissingPages;
use crate::pending::{Pending, PendingSource};
use crate::quote;
use crate::warn::Observed;
use rayon::prelude::*;
use sod_model::{RefusalCode, RejectCode, Shape, StateTable, UserIdKind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

fn refusal(path: &str, code: RefusalCode, message: impl Into<Box<str>>) -> Refusal {
    Refusal { path: path.into(), code, message: quote::one_line(&message.into()) }
}

/// A file of one record is judged with its neighbours: one bad row among many files is a rejected row, not a reason
/// to stop.
fn stands_alone(source: &PendingSource, file: &Found) -> bool {
    file.explicit || source.accepted + source.rejected.len() as u64 > 1
}

/// Refuses sources that could not be read, were not understood, or of which every row was rejected.
pub(crate) fn refuse_sources(
    pending: &mut Pending,
    files: &[Found],
    options: &LoadOptions,
    observed: &mut Observed,
) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    for (source, file) in pending.sources.iter_mut().zip(files) {
        if let Some((code, message)) = &source.end.refused {
            if source.end.skippable && !file.explicit {
                observed.skipped(&file.path);
            } else {
                refusals.push(refusal(&file.path, *code, message.clone()));
            }
            continue;
        }
        if let Some((_, place)) = &source.hides_rows {
            let message =
                format!("{place}; the text holds several rows, and how many are lost cannot be told");
            refusals.push(refusal(&file.path, RefusalCode::Malformed, message));
            continue;
        }
        let lost = source.rejected.iter().any(|record| is_lost_assignment(record.code));
        // Packages or policies beside rows that were all rejected make no export of it.
        let useful = source.accepted > 0 || !source.side.is_empty() && !lost;
        if useful || source.rejected.is_empty() {
            continue;
        }
        let (code, message) = all_rejected(source);
        let unknown = code == RefusalCode::NotAnExport;
        if unknown && !file.explicit && !source.speaks {
            // JSON about something else, met in a folder.
            observed.skipped(&file.path);
            source.rejected.clear();
            source.end.refused = Some((code, message.into()));
        } else if unknown || !is_a_record(source) || stands_alone(source, file) {
            refusals.push(refusal(&file.path, code, message));
        }
    }
    if refusals.is_empty() {
        refuse_as_a_whole(pending, files, options, &mut refusals);
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Whether what was rejected was a row; else it may be a whole export in a shape that sod does not know.
fn is_a_record(source: &PendingSource) -> bool {
    use RejectCode::{NotARecord, RecordTooLarge, UnrecognisedRecord};
    let unknown = [NotARecord, RecordTooLarge, UnrecognisedRecord];
    source.rejected.iter().any(|record| !unknown.contains(&record.code))
}

/// Refuses sources whose last rows were rejected when all was read: nobody could tell whose or of what they are.
pub(crate) fn refuse_lost(pending: &Pending, files: &[Found]) -> Result<(), Vec<Refusal>> {
    let nothing_left = pending.sources.iter().all(|source| source.accepted == 0);
    let late = [RejectCode::AmbiguousUser, RejectCode::AmbiguousPackageName, RejectCode::StateMissing];
    let mut refusals = Vec::new();
    for (source, file) in pending.sources.iter().zip(files) {
        let lost = source.rejected.iter().any(|record| late.contains(&record.code));
        if lost && source.accepted == 0 && (nothing_left || stands_alone(source, file)) {
            refusals.push(refusal(&file.path, RefusalCode::EverythingRejected, first_of_all(source)));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

fn first_of_all(source: &PendingSource) -> String {
    let first = source.rejected.iter().min_by_key(|record| record.position);
    let first = first.map(|record| format!("{}: {} [{}]", record.position, record.detail, record.code));
    format!("all {} records were rejected; the first: {}", source.rejected.len(), first.unwrap_or_default())
}

/// The reason that fits when every assignment of a source was rejected.
fn all_rejected(source: &PendingSource) -> (RefusalCode, String) {
    let lost = source.rejected.iter().any(|record| is_lost_assignment(record.code));
    // Where assignments were lost, they are the reason, whatever else stood among them.
    let judged = || source.rejected.iter().filter(|record| !lost || is_lost_assignment(record.code));
    let every = |codes: &[RejectCode]| judged().all(|record| codes.contains(&record.code));
    if every(&[RejectCode::NoUserNoPackage]) {
        (RefusalCode::NotExpanded, advice::not_expanded())
    } else if every(&[RejectCode::NoPackage]) {
        (RefusalCode::NoPackageAnywhere, advice::no_package())
    } else if every(&[RejectCode::NoUser]) {
        (RefusalCode::NoUserAnywhere, advice::no_user())
    } else if every(&[RejectCode::TruncatedDepth, RejectCode::NoUserNoPackage]) {
        (RefusalCode::TruncatedDepthEverywhere, advice::cut_off())
    } else if every(&[RejectCode::TypeNameCell]) {
        (RefusalCode::TypeNameCsv, advice::type_names())
    } else if every(&[RejectCode::UnrecognisedRecord, RejectCode::NotARecord]) && !source.speaks {
        (RefusalCode::NotAnExport, advice::unknown_json())
    } else {
        (RefusalCode::EverythingRejected, first_of_all(source))
    }
}

/// Refuses inputs that hold no assignment, in the words of the commonest reason.
fn refuse_as_a_whole(pending: &Pending, files: &[Found], options: &LoadOptions, refusals: &mut Vec<Refusal>) {
    let accepted: u64 = pending.sources.iter().map(|source| source.accepted).sum();
    if accepted > 0 {
        return;
    }
    let rejected = pending.sources.iter().zip(files).find(|(source, _)| !source.rejected.is_empty());
    if let Some((source, file)) = rejected {
        let (code, message) = all_rejected(source);
        let count = pending.sources.iter().filter(|source| !source.rejected.is_empty()).count();
        let also = if count > 1 { format!(" ({} more files like it)", count - 1) } else { String::new() };
        refusals.push(refusal(&file.path, code, format!("{message}{also}")));
        return;
    }
    let recognised =
        pending.sources.iter().any(|source| !source.side.is_empty() || source.end.refused.is_none());
    if !recognised {
        let names: Vec<&str> = files.iter().take(5).map(|file| file.path.as_ref()).collect();
        let message = format!(
            "none of {} files is an export that sod knows: {}{}",
            files.len(),
            names.join(", "),
            if files.len() > 5 { ", ..." } else { "" }
        );
        refusals.push(refusal("", RefusalCode::NothingRecognised, message));
    } else if !options.allow_empty {
        let found = pending.sources.iter().flat_map(|source| source.side.iter());
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        for (kind, count) in found {
            *kinds.entry(kind).or_default() += count;
        }
        let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let found = if kinds.is_empty() { "empty files".to_owned() } else { kinds.join(", ") };
        let message = format!(
            "no assignment in {} files (found: {found}); add the export of the assignments, or say --allow-empty if \
             the tenant has none",
            files.len()
        );
        refusals.push(refusal("", RefusalCode::NoAssignments, message));
    }
}

/// Under `--strict`, whatever was rejected or cut short is a reason to stop.
pub(crate) fn refuse_strictly(
    pending: &Pending,
    files: &[Found],
    missing: &MissingPages,
) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    for (source, file) in pending.sources.iter().zip(files) {
        if let Some(first) = source.rejected.iter().min_by_key(|record| record.position) {
            let message = format!(
                "--strict: {} rows were rejected; the first at {}: {} [{}]",
                source.rejected.len(),
                first.position,
                first.detail,
                first.code
            );
            refusals.push(refusal(&file.path, RefusalCode::Strict, message));
        }
    }
    for &at in &missing.dangling {
        if let Some(file) = files.get(at as usize) {
            let message = "--strict: a page has an @odata.nextLink and the page that it leads to is not given: the export is \
                           truncated; follow @odata.nextLink to the end (-All in PowerShell), and give all of its files";
            refusals.push(refusal(&file.path, RefusalCode::Strict, message));
        }
    }
    for hole in &missing.holes {
        if let Some(file) = files.get(hole.after as usize) {
            let message =
                format!("--strict: files are missing in a row of numbered files: {}", hole.words(files));
            refusals.push(refusal(&file.path, RefusalCode::Strict, message));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// The name of the shape of a source.
pub(crate) fn shape_of(source: &PendingSource) -> Shape {
    if source.end.refused.is_some() {
        return Shape::Unrecognised;
    }
    if let Some(shape) = source.end.shape {
        return shape;
    }
    let spelt = source.spellings;
    match () {
        () if source.accepted == 0 && source.rejected.is_empty() && source.side.is_empty() => Shape::Empty,
        () if source.accepted == 0 && source.side.is_empty() && spelt == Spellings::default() => {
            Shape::Unrecognised
        }
        () if source.accepted == 0 && !source.side.is_empty() => Shape::DirectoryObjects,
        () if spelt.flat => Shape::AzureDataExplorer,
        () if spelt.pascal => Shape::PowerShell,
        () if spelt.v1 && spelt.beta => Shape::GraphMixed,
        () if spelt.v1 => Shape::GraphV1,
        () if spelt.plain => Shape::PlainList,
        () => Shape::GraphBeta,
    }
}

/// Gives rows without a state the one they must have, or refuses them.
pub(crate) fn settle_states(
    pending: &mut Pending,
    files: &[Found],
    options: &LoadOptions,
    observed: &mut Observed,
) -> Result<(), Vec<Refusal>> {
    if pending.sources.iter().all(|source| source.stateless == 0) {
        return Ok(());
    }
    let assumed = options.assume_state;
    let accepted: u64 = pending.sources.iter().map(|source| source.accepted).sum();
    let stateless: u64 = pending.sources.iter().map(|source| source.stateless).sum();
    let (mut refusals, mut decided) = (Vec::new(), Vec::new());
    for (source, file) in pending.sources.iter().zip(files) {
        let spelt = source.spellings;
        let by_construction = source.end.delivered_by_construction
            || ((spelt.flat || spelt.plain) && source.stateless == source.accepted);
        let state = assumed.or(by_construction.then_some(StateTable::DELIVERED));
        let none_has_one = source.stateless == source.accepted && source.stateless > 0;
        let alone = stands_alone(source, file) || stateless == accepted;
        if none_has_one && state.is_none() && alone {
            refusals.push(refusal(&file.path, RefusalCode::NoStateAnywhere, advice::no_state()));
        }
        if let Some(state) = state.filter(|_| source.stateless > 0) {
            observed.assumed_state(shape_of(source), state, source.stateless);
        }
        decided.push(state);
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let decided = |source: u32| decided.get(source as usize).copied().flatten();
    reject_rows(pending, RejectCode::StateMissing, |_, _, source, row| {
        let undecided = row.state == NO_STATE && decided(source).is_none();
        undecided.then(|| "no state or assignmentState, unlike other rows: add it to $select".to_owned())
    });
    let runs: Vec<_> = pending.rows.runs().collect();
    let states = pending.rows.table.states_mut();
    for (source, run) in runs {
        let Some(state) = decided(source) else { continue };
        let own = states.get_mut(run).unwrap_or_default();
        own.iter_mut().filter(|own| **own == NO_STATE).for_each(|own| *own = state);
    }
    Ok(())
}

/// For each stretch of rows of one source: the kinds of ids by which they name their users, the forms of plain ones, and how
/// many rows do.
fn kinds_of_rows(
    pending: &Pending,
    resolution: &Resolution,
) -> impl Iterator<Item = (u32, UserIdKind, u8, u64)> {
    const KINDS: [UserIdKind; 5] = [
        UserIdKind::Object,
        UserIdKind::SubjectRecord,
        UserIdKind::TargetId,
        UserIdKind::Name,
        UserIdKind::Plain,
    ];
    let spaces_of = |node: &u32| pending.identities.get(*node).map_or(0, |entry| entry.spaces);
    // By identifier, for the person behind it: millions of rows look here.
    let spaces: Vec<u8> = resolution.canonical.iter().map(spaces_of).collect();
    let kinds_of = |(source, rows): (u32, Range<usize>)| {
        let mut found = [(0u64, 0u8); KINDS.len()];
        for user in pending.rows.table.users().get(rows).unwrap_or_default() {
            let Some(&spaces) = spaces.get(user.index()).filter(|spaces| **spaces != 0) else { continue };
            if let Some(slot) = found.get_mut(kind_of_spaces(spaces) as usize) {
                slot.0 += 1;
                slot.1 |= spaces & (PLAIN | PLAIN_GUID);
            }
        }
        (source, found)
    };
    let found: Vec<(u32, [(u64, u8); KINDS.len()])> = pending.rows.stretches().map(kinds_of).collect();
    found.into_iter().flat_map(|(source, found)| {
        let found = KINDS.into_iter().zip(found).filter(|(_, (rows, _))| *rows > 0);
        found.map(move |(kind, (rows, forms))| (source, kind, forms, rows))
    })
}

/// So many rows by name and none by id are an export that has no ids, not a few people without an account.
const NAMES_TELL: u64 = 5;

/// Refuses inputs whose users cannot be compared: kinds of ids that no record ties together.
pub(crate) fn refuse_unjoined(
    pending: &Pending,
    resolution: &Resolution,
    files: &[Found],
    options: &LoadOptions,
    observed: &mut Observed,
) -> Result<(), Vec<Refusal>> {
    // For each kind of id: how many rows, the first file, and the inputs it comes from.
    let mut kinds: BTreeMap<UserIdKind, (u64, u32)> = BTreeMap::new();
    let mut kinds_of_input: BTreeMap<(u32, Shape), BTreeSet<UserIdKind>> = BTreeMap::new();
    let mut kinds_of_source: BTreeMap<u32, (BTreeSet<UserIdKind>, u64)> = BTreeMap::new();
    let mut with_object: BTreeSet<(u32, Shape)> = BTreeSet::new();
    // Plain columns with and without the form of ids are kinds of their own, unless one list has both.
    let mut plain_forms: BTreeMap<u32, u8> = BTreeMap::new();
    for (source, kind, forms, rows) in kinds_of_rows(pending, resolution) {
        let slot = kinds.entry(kind).or_insert((0, source));
        slot.0 += rows;
        slot.1 = slot.1.min(source);
        if kind == UserIdKind::Plain {
            *plain_forms.entry(source).or_default() |= forms;
        }
        let at = source as usize;
        if let (Some(file), Some(pending)) = (files.get(at), pending.sources.get(at)) {
            let input = (file.input_number, shape_of(pending));
            kinds_of_input.entry(input).or_default().insert(kind);
            let of_source = kinds_of_source.entry(source).or_default();
            of_source.0.insert(kind);
            of_source.1 += rows;
            if pending.with_object > 0 {
                with_object.insert(input);
            }
        }
    }
    // Rows by name within an export that also has ids are people without an account: warned about, not refused.
    // A whole file of names is another matter, even beside others in one folder.
    let names_only = |kinds: &BTreeSet<UserIdKind>| kinds.iter().eq([&UserIdKind::Name]);
    let name_alone = kinds_of_input.values().any(names_only)
        || kinds_of_source.values().any(|(kinds, rows)| *rows >= NAMES_TELL && names_only(kinds));
    let present: u8 = kinds
        .keys()
        .map(|kind| space_of_kind(*kind))
        .filter(|space| *space != NAME || name_alone)
        .fold(0, |all, space| all | space & !PLAIN)
        | plain_forms.values().fold(0, |all, forms| all | forms);
    let bridges = || resolution.bridges.iter().chain(plain_forms.values());
    let mut joined = present & present.wrapping_neg();
    loop {
        let more = bridges().filter(|bridge| *bridge & joined != 0).fold(joined, |all, b| all | b);
        if more == joined {
            break;
        }
        joined = more;
    }
    if present & !joined == 0 {
        // Subjects without an object id are normal among others that have one; an export without any is not.
        let apart = kinds_of_input.iter().any(|(input, kinds)| {
            !with_object.contains(input) && kinds.iter().any(|kind| *kind != UserIdKind::Object)
        });
        if kinds.contains_key(&UserIdKind::Object) && (present & !OBJECT & !RECORD != 0 || apart) {
            observed.partly_joined = kinds.iter().map(|(kind, (rows, _))| (*kind, *rows)).collect();
        }
        return Ok(());
    }
    let list: Vec<String> = kinds
        .iter()
        .map(|(kind, (rows, source))| {
            let path = files.get(*source as usize).map_or("", |file| &file.path);
            let forms = plain_forms.values().fold(0, |all, forms| all | forms);
            let two = *kind == UserIdKind::Plain && forms == PLAIN | PLAIN_GUID;
            let mixed = if two { ", object ids here and other words there" } else { "" };
            format!("{rows} rows by {}{mixed} (e.g. {path})", kind_words(*kind))
        })
        .collect();
    if options.allow_unjoined {
        observed.unjoined = Some(list.join(", "));
        return Ok(());
    }
    let message = format!(
        "users are identified in ways that nothing in the inputs ties together: {}. A person who appears in both would \
         be taken for two, and conflicts would be missed. Export both with object ids ($expand=target; names join \
         nobody); --allow-unjoined goes on regardless",
        list.join(", ")
    );
    Err(vec![refusal("", RefusalCode::NoSharedIdentifier, message)])
}

/// A kind of user id in words.
pub(crate) fn kind_words(kind: UserIdKind) -> &'static str {
    match kind {
        UserIdKind::Object => "directory object id",
        UserIdKind::SubjectRecord => "target.id (subject record) without an object id",
        UserIdKind::TargetId => "a bare targetId",
        UserIdKind::Name => "principal name or e-mail address",
        UserIdKind::Plain => "an unexplained user column",
    }
}
