//! What the inputs hold and the analysis does not: files, rows, people, packages.

use super::{CoverageCode, List};
use crate::ReportView;
use crate::view::user_id_kind_name;
use sod_model::{UserIdKind, WarningCode};
use std::collections::BTreeMap;

/// How often a warning was given.
pub(super) fn warned(view: &ReportView<'_>, code: WarningCode) -> u64 {
    view.warnings.iter().filter(|warning| warning.code == code).map(|warning| warning.count).sum()
}

pub(super) fn files(view: &ReportView<'_>, list: &mut List) {
    let sources = &view.snapshot.provenance.sources;
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, _) in sources.iter().filter_map(|source| source.refused.as_ref()) {
        *refused.entry(code.code()).or_default() += 1;
    }
    list.add_parts(CoverageCode::FilesRefused, refused, || {
        "files could not be used, and nothing of them was analysed".to_owned()
    });
    list.add(CoverageCode::FilesSkipped, warned(view, WarningCode::SkippedFiles), || {
        "files in the given folders are no export and were not read".to_owned()
    });
    let dangling = sources.iter().filter(|source| source.dangling_next_link).count() as u64;
    list.add(CoverageCode::ExportsTruncated, dangling, || {
        "pages have a next link, and the page that it leads to is not among the inputs; what stands there is missing"
            .to_owned()
    });
    list.add(CoverageCode::FilesEmpty, warned(view, WarningCode::EmptyFiles), || {
        "files have nothing in them, not even an empty list: what wrote them found nothing, or failed"
            .to_owned()
    });
    list.add(CoverageCode::RecordsMissing, warned(view, WarningCode::FewerRecords), || {
        "records are counted by pages (@odata.count) and not among the inputs".to_owned()
    });
    list.add(CoverageCode::FilesMissing, warned(view, WarningCode::MissingFiles), || {
        "numbers are left out in rows of numbered files; what stands in those files is missing".to_owned()
    });
}

pub(super) fn rows(view: &ReportView<'_>, list: &mut List) {
    let provenance = &view.snapshot.provenance;
    let mut rejected: BTreeMap<&str, u64> = BTreeMap::new();
    for record in &provenance.rejected {
        *rejected.entry(record.code.code()).or_default() += 1;
    }
    list.add_parts(CoverageCode::RowsRejected, rejected, || {
        "rows could not be used and were not analysed".to_owned()
    });
    let states = &view.snapshot.states;
    let mut other: BTreeMap<&str, u64> = BTreeMap::new();
    for (state, rows) in view.snapshot.state_totals() {
        if !view.holding.states.matches(state, states) {
            *other.entry(states.name(state)).or_default() += rows;
        }
    }
    let all: u64 = view.snapshot.state_totals().iter().map(|(_, rows)| rows).sum();
    if other.values().sum::<u64>() == all {
        // What was chosen leaves nothing to be judged: no rule can be violated, whoever holds what.
        list.add_parts(CoverageCode::NothingInStates, other, || {
            format!(
                "assignments are in states that do not count as held, and not one is in a state that does ({}): nobody \
                 counts as holding anything, and no conflict can be found",
                view.holding.states
            )
        });
    } else {
        list.add_parts(CoverageCode::RowsInOtherStates, other, || {
            format!(
                "assignments are in states that do not count as held; those that count are {}",
                view.holding.states
            )
        });
    }
    list.add(CoverageCode::RowsRepeated, provenance.rows().repeated, || {
        "rows repeat an assignment that was read before; each counts once, so nothing is missing by them"
            .to_owned()
    });
}

pub(super) fn people(view: &ReportView<'_>, list: &mut List) {
    let mut kinds: BTreeMap<UserIdKind, u64> = BTreeMap::new();
    for user in view.snapshot.directory.users() {
        *kinds.entry(user.id_kind).or_default() += 1;
    }
    kinds.remove(&UserIdKind::Object);
    let kinds = kinds.into_iter().map(|(kind, users)| (user_id_kind_name(kind), users));
    list.add_parts(CoverageCode::UsersWithoutObjectId, kinds, || {
        "users are known by something else than a directory object id; one person known in two ways counts as two, and \
         a conflict across them is not seen"
            .to_owned()
    });
    list.add(CoverageCode::UsersPartlyJoined, warned(view, WarningCode::PartlyJoined), || {
        "rows name users by ids that are only partly tied to those of other inputs; conflicts of a person who appears \
         in both ways may go unnoticed"
            .to_owned()
    });
    list.add(CoverageCode::IdentifiersAlike, warned(view, WarningCode::AlikeIdentifiers), || {
        "identifiers of users or packages differ from others in the case of letters or in blanks alone and count as \
         different; if they are one, conflicts across them are not seen"
            .to_owned()
    });
    list.add(CoverageCode::InputsNotJoined, warned(view, WarningCode::UnjoinedAllowed), || {
        "the inputs share no kind of user id and were read together all the same; conflicts across them were not \
         looked for"
            .to_owned()
    });
}

pub(super) fn packages(view: &ReportView<'_>, list: &mut List) {
    let directory = &view.snapshot.directory;
    let all = directory.packages().len() as u64;
    // Without a list nothing can be missing from it.
    let listed = view.snapshot.provenance.packages_listed;
    let missing = if listed > 0 { all.saturating_sub(listed) } else { 0 };
    list.add(CoverageCode::PackagesNotListed, missing, || {
        format!(
            "packages are named by assignments, policies or declarations and described by no package record ({listed} \
             are); what they declare incompatible is not known: they may be deleted, or of a catalog that was not \
             exported"
        )
    });
    let lacking = view.snapshot.provenance.lists_lacking.len() as u64;
    list.add(CoverageCode::DeclarationsNotExported, lacking, || {
        "packages have no exported list of what they declare incompatible, while others have: what they declare is not known, \
         and no conflict by it was looked for"
            .to_owned()
    });
    let records = view.snapshot.provenance.side().get("catalog").copied().unwrap_or_default();
    if records == 0 {
        return;
    }
    let mut known = vec![false; directory.catalogs().len()];
    for catalog in directory.packages().iter().filter_map(|package| package.catalog) {
        if let Some(slot) = known.get_mut(catalog.index()) {
            *slot = true;
        }
    }
    let unnamed = directory.catalogs().iter().filter(|catalog| catalog.display_name.is_none()).count() as u64;
    list.add(CoverageCode::CatalogsNotListed, unnamed, || {
        "catalogs are named by packages and described by no catalog record; other packages of theirs may be missing".to_owned()
    });
    // Where no package tells its catalog, no catalog can be said to lack packages.
    let empty = known.iter().filter(|known| !**known).count() as u64;
    list.add(CoverageCode::CatalogsWithoutPackages, if known.contains(&true) { empty } else { 0 }, || {
        "catalogs were exported and no package of theirs is known: they are empty, or their packages are missing".to_owned()
    });
}
