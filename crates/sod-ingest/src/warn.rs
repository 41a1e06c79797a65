//! What a reader of the results must know: one warning a kind, with a count and an example.

use crate::refuse::kind_words;
use rayon::prelude::*;
use sod_model::{
    ExternalId, PackageIdKind, Shape, Snapshot, StateId, StateTable, Timestamp, UserIdKind, Warning,
    WarningCode,
};
use std::collections::BTreeMap;

/// Rows that one thread looks at, at least.
const ROWS_AT_ONCE: usize = 1 << 14;

/// What was noticed on the way to the snapshot and cannot be seen in it.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) repeated: u64,
    pub(crate) reused_ids: u64,
    pub(crate) reused_example: Option<ExternalId>,
    pub(crate) packages_by_name: usize,
    pub(crate) clashes: Vec<String>,
    pub(crate) partly_joined: Vec<(UserIdKind, u64)>,
    pub(crate) unjoined: Option<String>,
    pub(crate) not_utf8: u64,
    pub(crate) cut_off_parts: u64,
    pub(crate) unreadable_dates: u64,
    pub(crate) past_stamps: u64,
    pub(crate) unclear_roles: u64,
    pub(crate) missing_records: u64,
    pub(crate) short: Option<String>,
    pub(crate) missing_files: u64,
    pub(crate) missing_example: Option<String>,
    skipped_files: u64,
    skipped_example: Option<Box<str>>,
    assumed: BTreeMap<(Shape, StateId), u64>,
}

impl Observed {
    pub(crate) fn skipped(&mut self, path: &str) {
        self.skipped_files += 1;
        self.skipped_example.get_or_insert_with(|| path.into());
    }

    pub(crate) fn assumed_state(&mut self, shape: Shape, state: StateId, rows: u64) {
        *self.assumed.entry((shape, state)).or_default() += rows;
    }
}

/// All warnings, by code.
pub(crate) fn warnings(snapshot: &Snapshot, observed: &Observed, as_of: Option<Timestamp>) -> Vec<Warning> {
    let mut list = List::default();
    about_files(snapshot, observed, &mut list);
    about_people(snapshot, observed, &mut list);
    about_packages(snapshot, observed, &mut list);
    about_assignments(snapshot, observed, as_of.or(snapshot.provenance.data_moment), &mut list);
    list.0.sort_by_key(|warning| warning.code);
    list.0
}

#[derive(Default)]
struct List(Vec<Warning>);

impl List {
    fn add(&mut self, code: WarningCode, count: u64, message: impl FnOnce() -> String) {
        if count > 0 {
            self.0.push(Warning { code, count, message: message().into() });
        }
    }
}

fn about_files(snapshot: &Snapshot, observed: &Observed, list: &mut List) {
    let provenance = &snapshot.provenance;
    let mut dangling = provenance.sources.iter().filter(|source| source.dangling_next_link).peekable();
    let example = dangling.peek().map(|source| source.path.clone()).unwrap_or_default();
    list.add(WarningCode::DanglingNextLink, dangling.count() as u64, || {
        format!(
            "a page has an @odata.nextLink and the page that it leads to is not given, e.g. {example}: the export is very \
             likely truncated; follow @odata.nextLink to the end (-All in PowerShell), and give all of its files"
        )
    });
    let mut blank = provenance.sources.iter().filter(|source| source.shape == Shape::Blank).peekable();
    let example = blank.peek().map(|source| source.path.clone()).unwrap_or_default();
    list.add(WarningCode::EmptyFiles, blank.count() as u64, || {
        format!(
            "files have nothing in them, not even an empty list, e.g. {example}: what wrote them found nothing, or failed"
        )
    });
    list.add(WarningCode::FewerRecords, observed.missing_records, || {
        let example = observed.short.as_deref().unwrap_or_default();
        format!("fewer records were read than pages count in @odata.count: {example}; what is missing was not read")
    });
    list.add(WarningCode::MissingFiles, observed.missing_files, || {
        let example = observed.missing_example.as_deref().unwrap_or_default();
        format!("files are missing in a row of numbered files: {example}; what stands in them was not read")
    });
    let rejected = &provenance.rejected;
    list.add(WarningCode::RejectedRows, rejected.len() as u64, || {
        let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
        for record in rejected {
            *by_code.entry(record.code.code()).or_default() += 1;
        }
        let codes: Vec<String> = by_code.into_iter().map(|(code, count)| format!("{code} {count}")).collect();
        format!("rows were rejected and not analysed ({}); see rejected.csv or sod inspect", codes.join(", "))
    });
    list.add(WarningCode::SkippedFiles, observed.skipped_files, || {
        let example = observed.skipped_example.as_deref().unwrap_or_default();
        format!("files in the given folders are no export and were not read, e.g. {example}")
    });
    list.add(WarningCode::RepeatedRows, observed.repeated, || {
        "rows are copies of an assignment already read and count once".to_owned()
    });
    list.add(WarningCode::AssignmentIdReused, observed.reused_ids, || {
        let example = observed.reused_example.as_ref().map(ToString::to_string).unwrap_or_default();
        format!(
            "assignment ids occur with different content, e.g. {example}: exports of different days? The copy that is \
             held most is used; if user or package differ, all are kept"
        )
    });
    list.add(WarningCode::NotUtf8, observed.not_utf8, || {
        "texts are not UTF-8 and were read as Windows-1252; export with -Encoding utf8".to_owned()
    });
    list.add(WarningCode::TruncatedParts, observed.cut_off_parts, || {
        "records have parts that ConvertTo-Json cut off (not needed here, but dates may be missing); export with \
         -Depth 10"
            .to_owned()
    });
    list.add(WarningCode::UnreadableDate, observed.unreadable_dates, || {
        "dates could not be read and count as unknown".to_owned()
    });
    list.add(WarningCode::ResourceRolesUnclear, observed.unclear_roles, || {
        "packages have resource roles that cannot be told apart, so it is not known what they give; export with \
         $expand=resourceRoleScopes($expand=role,scope) and, in PowerShell, -Depth 10"
            .to_owned()
    });
    for ((shape, state), rows) in &observed.assumed {
        list.add(WarningCode::StateAssumed, *rows, || {
            format!("rows of shape {} have no state: taken as {}", shape.name(), snapshot.states.name(*state))
        });
    }
}

fn about_people(snapshot: &Snapshot, observed: &Observed, list: &mut List) {
    // The rows ascend by user, so a holder is met where the user changes.
    let users = snapshot.table().users();
    let is_new = |at: &usize| at.checked_sub(1).and_then(|before| users.get(before)) != users.get(*at);
    let holders = (0..users.len()).into_par_iter().with_min_len(ROWS_AT_ONCE).filter(is_new);
    let kinds = holders.filter_map(|at| snapshot.directory.user(*users.get(at)?).map(|user| user.id_kind));
    let (by_name, without) = kinds
        .map(|kind| match kind {
            UserIdKind::Name => (1u64, 0u64),
            UserIdKind::SubjectRecord | UserIdKind::TargetId => (0, 1),
            UserIdKind::Object | UserIdKind::Plain => (0, 0),
        })
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    list.add(WarningCode::UserByNameOnly, by_name, || {
        "users are known by e-mail address or principal name only and cannot be joined to object ids"
            .to_owned()
    });
    list.add(WarningCode::UserWithoutObjectId, without, || {
        "users have no directory object id in the inputs; they are told apart by target.id or targetId (export with \
         $expand=target to have it)"
            .to_owned()
    });
    let ids = [
        alike(snapshot.directory.users().iter().map(|user| &user.id)),
        alike(snapshot.directory.packages().iter().map(|package| &package.id)),
    ];
    list.add(WarningCode::AlikeIdentifiers, ids.iter().map(|(count, _)| count).sum(), || {
        let example = ids.iter().find_map(|(_, example)| *example);
        let (one, other) = example.map(|(a, b)| (a.to_string(), b.to_string())).unwrap_or_default();
        format!(
            "ids differ in case or blanks only, e.g. '{one}' and '{other}': they count as different users or packages, and \
             a conflict across them is not seen"
        )
    });
    list.add(WarningCode::IdentityClash, observed.clashes.len() as u64, || {
        let example = observed.clashes.first().cloned().unwrap_or_default();
        format!(
            "user ids are tied to two different directory objects, e.g. {example}; the people are kept apart, rows \
             with that id alone are rejected"
        )
    });
    let other: u64 = observed
        .partly_joined
        .iter()
        .filter(|(kind, _)| *kind != UserIdKind::Object)
        .map(|(_, rows)| rows)
        .sum();
    list.add(WarningCode::PartlyJoined, other, || {
        let kinds: Vec<String> =
            observed.partly_joined.iter().map(|(kind, rows)| format!("{rows} by {}", kind_words(*kind))).collect();
        format!(
            "rows name users in ways that are only partly tied together ({}): a person who appears in both may go \
             unnoticed",
            kinds.join(", ")
        )
    });
    if let Some(kinds) = &observed.unjoined {
        list.add(WarningCode::UnjoinedAllowed, 1, || {
            format!("the inputs share no kind of user id ({kinds}): conflicts across them cannot be seen")
        });
    }
    let truncated: Vec<_> =
        snapshot.directory.groups().iter().filter(|group| group.probably_truncated).collect();
    list.add(WarningCode::GroupProbablyTruncated, truncated.len() as u64, || {
        let example = truncated.first().map(|group| group.id.to_string()).unwrap_or_default();
        format!(
            "groups have exactly 100 exported members, e.g. {example}: one page of Get-MgGroupMember without -All; \
             more members very likely exist"
        )
    });
    let nested: Vec<_> =
        snapshot.directory.groups().iter().filter(|group| group.nested_unknown > 0).collect();
    list.add(WarningCode::GroupNestedUnknown, nested.len() as u64, || {
        let example = nested.first().map(|group| group.id.to_string()).unwrap_or_default();
        format!(
            "groups contain groups whose members are not among the inputs, e.g. {example}: whoever is in those is not \
             counted as a member"
        )
    });
}

/// Ids that are no GUIDs and are like an earlier one but for case and blanks: how many, and the first with its twin.
fn alike<'a>(ids: impl Iterator<Item = &'a ExternalId>) -> (u64, Option<(&'a ExternalId, &'a ExternalId)>) {
    use std::hash::BuildHasher;
    let hasher = foldhash::fast::FixedState::default();
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    // Equal texts have equal hashes; the few that have them are compared as texts.
    let mut hashed: Vec<(u64, &ExternalId)> = ids
        .filter_map(|id| match id {
            ExternalId::Text(text) => Some((hasher.hash_one(plain(text)), id)),
            ExternalId::Guid(_) => None,
        })
        .collect();
    hashed.sort_unstable();
    let mut twins: Vec<(&ExternalId, &ExternalId)> = Vec::new();
    for same in hashed.chunk_by(|a, b| a.0 == b.0) {
        let Some(((_, first), rest)) = same.split_first() else { continue };
        let like = |id: &&ExternalId| plain(&id.to_string()) == plain(&first.to_string());
        twins.extend(rest.iter().map(|(_, id)| *id).filter(like).map(|id| (*first, id)));
    }
    (twins.len() as u64, twins.into_iter().min())
}

fn about_packages(snapshot: &Snapshot, observed: &Observed, list: &mut List) {
    let packages = snapshot.directory.packages();
    list.add(WarningCode::PackageByNameOnly, observed.packages_by_name as u64, || {
        let by_name = |package: &&sod_model::Package| package.id_kind == PackageIdKind::NameOnly;
        let example = packages.iter().find(by_name).map(|package| package.id.to_string()).unwrap_or_default();
        format!("packages are known by name only, e.g. '{example}': two of one name would be taken for one")
    });
    let mut names: BTreeMap<&str, u64> = BTreeMap::new();
    for name in packages.iter().filter_map(|package| package.display_name.as_deref()) {
        *names.entry(name).or_default() += 1;
    }
    let shared: Vec<(&str, u64)> = names.into_iter().filter(|(_, count)| *count > 1).collect();
    list.add(WarningCode::DuplicatePackageName, shared.len() as u64, || {
        let (name, count) = shared.first().copied().unwrap_or_default();
        format!(
            "package names are borne by several packages, e.g. '{name}' by {count}: name them by id in rules"
        )
    });
    let side = snapshot.provenance.side();
    list.add(WarningCode::UnplacedObjects, side.get("named-object").copied().unwrap_or(0), || {
        "objects with only an id and a name, which nothing refers to, were left out".to_owned()
    });
}

fn about_assignments(snapshot: &Snapshot, observed: &Observed, moment: Option<Timestamp>, list: &mut List) {
    let unknown: Vec<_> =
        snapshot.state_totals().into_iter().filter(|(state, _)| !StateTable::is_known(*state)).collect();
    list.add(WarningCode::UnknownState, unknown.iter().map(|(_, rows)| rows).sum(), || {
        let names: Vec<&str> = unknown.iter().map(|(state, _)| snapshot.states.name(*state)).collect();
        format!(
            "rows have states that Microsoft does not document ({}); only --states NAME counts them",
            names.join(", ")
        )
    });
    let several = several_live(snapshot);
    list.add(WarningCode::SeveralLiveAssignments, several, || {
        "users have several live assignments to one package: one holding, several assignments".to_owned()
    });
    let past = moment.map_or(observed.past_stamps, |moment| past_end(snapshot, moment));
    list.add(WarningCode::DeliveredPastEnd, past, || {
        let moment = moment.map_or_else(|| "the snapshot".to_owned(), |moment| moment.to_string());
        format!("delivered rows end before {moment} (--as-of, else the latest moment that the data shows); they count: the state decides")
    });
}

/// Users and packages with several live assignments.
fn several_live(snapshot: &Snapshot) -> u64 {
    let table = snapshot.table();
    let (users, packages) = (table.users(), table.packages());
    let pair = |at: usize| (users.get(at), packages.get(at));
    let rows = (1..table.len()).into_par_iter().with_min_len(ROWS_AT_ONCE);
    // Rows of one user and one package stand together, and are rare.
    let mut repeats: Vec<usize> = rows.filter(|at| pair(at - 1) == pair(*at)).collect();
    repeats.sort_unstable();
    let live = [StateTable::DELIVERED, StateTable::PARTIALLY_DELIVERED, StateTable::DELIVERING];
    let is_live = |at: usize| table.states().get(at).is_some_and(|state| live.contains(state));
    let stretches = repeats.chunk_by(|a, b| a + 1 == *b);
    let several = stretches.filter(|stretch| {
        let first = stretch.first().and_then(|at| at.checked_sub(1));
        first.into_iter().chain(stretch.iter().copied()).filter(|at| is_live(*at)).count() > 1
    });
    several.count() as u64
}

/// Delivered rows whose end lies before `moment`.
fn past_end(snapshot: &Snapshot, moment: Timestamp) -> u64 {
    let table = snapshot.table();
    let rows = (0..table.len()).into_par_iter().with_min_len(ROWS_AT_ONCE);
    let delivered = rows.filter(|at| table.states().get(*at) == Some(&StateTable::DELIVERED));
    delivered.filter(|at| table.until(*at).is_some_and(|until| until < moment)).count() as u64
}
