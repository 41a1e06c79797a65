//! From everything read to the sorted snapshot; the last place where an input can be refused.
//!
//! Nothing here depends on the order in which things arrived: states, users, packages and the rest are numbered in
//! the byte order of what they are called, and of several copies of one assignment the choice is made by content.

use crate::copies::{Gone, SourceTotals, merge_copies};
use crate::decoded::Rejected;
use crate::discover::Found;
use crate::error::Refusal;
use crate::join::{Identifier, Identities, NONE, Resolution, keep_first, kind_of_spaces};
use crate::kind::Surroundings;
use crate::lists::lists_of;
use crate::members::{member_nodes, with_members};
use crate::options::LoadOptions;
use crate::pending::{Pending, PendingPackage};
use crate::quote;
use crate::refuse::{refuse_lost, refuse_sources, refuse_strictly, refuse_unjoined, settle_states};
use crate::resource_roles::resource_roles;
use crate::warn::{Observed, warnings};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rayon::prelude::*;
use sod_model::{
    Assignment, CatalogId, Directory, EntraCatalog, ExternalId, Group, GroupId, Package, PackageId,
    PackageIdKind, Policy, PolicyId, Position, Provenance, RefusalCode, RejectCode, RejectedRecord,
    RowCounts, Snapshot, Source, SourceId, StateId, StateTable, User, UserId, UserIdKind,
};
use std::collections::BTreeSet;

/// Builds the snapshot, or says why the inputs cannot be used. The paths of the files go over to it.
pub(crate) fn finish(
    mut pending: Pending,
    files: &mut [Found],
    options: &LoadOptions,
) -> Result<Snapshot, Vec<Refusal>> {
    place_named(&mut pending, files);
    let lists = lists_of(&pending, files);
    empty_groups(&mut pending, &lists);
    let mut observed = Observed::default();
    refuse_sources(&mut pending, files, options, &mut observed)?;
    settle_states(&mut pending, files, options, &mut observed)?;
    let states = number_states(&mut pending);
    let resolution = pending.identities.resolve();
    reject_ambiguous(&mut pending, &resolution);
    refuse_lost(&pending, files)?;
    let missing = crate::pages::missing(&pending, files);
    if options.strict {
        refuse_strictly(&pending, files, &missing)?;
    }
    observed.short = missing.short.first().map(|(at, count, read)| {
        let path = files.get(*at as usize).map_or("", |file| &*file.path);
        format!("{path} counts {count}, and {read} were read")
    });
    observed.missing_records = missing.short.iter().map(|(_, count, read)| count - read).sum();
    observed.missing_files = missing.holes.iter().map(|hole| hole.files).sum();
    observed.missing_example = missing.holes.first().map(|hole| hole.words(files));
    refuse_unjoined(&pending, &resolution, files, options, &mut observed)?;
    let (mut packages, package_ids) = number_packages(&mut pending, &mut observed);
    let packages_listed = listed(&pending, &package_ids, packages.len());
    let lists_lacking = crate::lists::lacking(&pending, &lists, &package_ids, packages.len());
    let (catalogs, groups, policies) = side_tables(&mut pending, &mut packages, &package_ids);
    let members = member_nodes(&pending, &groups);
    let ranked = rank_users(&mut pending, &resolution, &mut observed);
    drop(resolution);
    let user_ids = &ranked.numbers;
    let policy_ids = renumber(&pending.policy_ids, &policies, |policy| &policy.id);
    let mut rows = std::mem::take(&mut pending.rows);
    let table = &mut rows.table;
    table.users_mut().par_iter_mut().for_each(|user| *user = UserId(lookup(user_ids, user.0)));
    table.packages_mut().par_iter_mut().for_each(|at| *at = PackageId(lookup(&package_ids, at.0)));
    table.renumber_policies(|policy| PolicyId(lookup(&policy_ids, policy.0)));
    let totals = SourceTotals::of(&rows);
    let (assignments, gone) = merge_copies(rows, ranked.order.len(), options.holdings_alone, &mut observed);
    let groups = with_members(groups, members, &ranked);
    let users = make_users(ranked, options);
    let sources = sources(&mut pending, files, &totals.without(&gone), &gone, &states, &missing.dangling);
    let mut rejected = rejected_records(&mut pending);
    rejected.sort_by_key(|record| (record.source, record.position));
    // Every table was sorted and freed of repeats above. Were one not, holdings would be lost: better to stop.
    let (resource_roles, unclear) = resource_roles(&mut pending, &packages);
    observed.unclear_roles = unclear;
    let Some(directory) = Directory::from_sorted(users, packages, groups, policies, catalogs) else {
        let message = "internal check failed: a table is not in order; please report this".into();
        return Err(vec![Refusal { path: "".into(), code: RefusalCode::Malformed, message }]);
    };
    let provenance = Provenance {
        sources,
        rejected,
        data_moment: pending.moment,
        packages_listed,
        lists_lacking,
        ..Provenance::default()
    };
    let directory = directory.with_resource_roles(resource_roles);
    let mut snapshot = Snapshot::new(directory, states, provenance, assignments);
    observed.not_utf8 = pending.sources.iter().map(|source| source.not_utf8).sum();
    observed.cut_off_parts = pending.cut_off_parts;
    observed.past_stamps = pending.past_stamps;
    observed.unreadable_dates = pending.unreadable_dates;
    snapshot.provenance.warnings = warnings(&snapshot, &observed, options.as_of);
    for warning in &mut snapshot.provenance.warnings {
        warning.message = quote::one_line(&warning.message);
    }
    Ok(snapshot)
}

pub(crate) fn lookup(table: &[u32], at: u32) -> u32 {
    table.get(at as usize).copied().unwrap_or(NONE)
}

/// Objects with nothing but an id and a name become what refers to them says they are. Only where nothing does, the
/// file's name may decide between packages and groups.
fn place_named(pending: &mut Pending, files: &[Found]) {
    let named = std::mem::take(&mut pending.named);
    if named.is_empty() {
        return;
    }
    let mut is_package_file = vec![false; files.len()];
    let mut is_group_file = vec![false; files.len()];
    let mark = |table: &mut Vec<bool>, source: u32| {
        if let Some(slot) = table.get_mut(source as usize) {
            *slot = true;
        }
    };
    for (source, id, _) in &named {
        if pending.knows_package(id) {
            mark(&mut is_package_file, *source);
        } else if pending.groups.contains_key(id) {
            mark(&mut is_group_file, *source);
        }
    }
    // Only files with such objects are asked: of an export that has a file for each object, few are.
    let sources: BTreeSet<u32> = named.iter().map(|(source, _, _)| *source).collect();
    for (at, file) in sources.iter().filter_map(|at| Some((*at as usize, files.get(*at as usize)?))) {
        let undecided = is_package_file.get(at) == Some(&false) && is_group_file.get(at) == Some(&false);
        let stem = crate::read::stem(&file.path).to_ascii_lowercase();
        // The last word decides: `accesspackage-incompatiblegroups` are groups.
        let (package, group) = (stem.rfind("accesspackage"), stem.rfind("group"));
        if undecided && group > package {
            mark(&mut is_group_file, at as u32);
        } else if undecided && package.is_some() && !stem.contains("assignment") && !stem.contains("polic") {
            mark(&mut is_package_file, at as u32);
        }
    }
    for (source, id, name) in named {
        let of = |table: &[bool]| table.get(source as usize).copied().unwrap_or(false);
        if pending.knows_package(&id) || (of(&is_package_file) && !pending.groups.contains_key(&id)) {
            let facts = crate::decoded::PackageFacts {
                id: Some(id),
                display_name: Some(name),
                is_record: true,
                ..Default::default()
            };
            pending.describe_package(facts);
            recount(pending, source, "package");
        } else if pending.groups.contains_key(&id) || of(&is_group_file) {
            keep_first(pending.groups.entry(id).or_default(), Some(name));
            recount(pending, source, "group");
        } else if let Some(policy) = pending.policies.get_mut(&id) {
            keep_first(&mut policy.display_name, Some(name));
            recount(pending, source, "policy");
        }
    }
}

/// A list of members without entries has nobody to say whose it is but itself: that group has no members.
fn empty_groups(pending: &mut Pending, lists: &[(u32, Surroundings)]) {
    let of_members = |list: &str| matches!(list, "members" | "transitivemembers");
    let groups: Vec<ExternalId> = lists
        .iter()
        .filter(|(_, around)| around.collection.as_deref().is_some_and(of_members))
        .filter_map(|(_, around)| around.owner.as_deref().map(ExternalId::new))
        .collect();
    for group in groups {
        pending.members.entry(group.clone()).or_default();
        pending.groups.entry(group).or_default();
    }
}

fn recount(pending: &mut Pending, source: u32, kind: &'static str) {
    let Some(slot) = pending.sources.get_mut(source as usize) else { return };
    if let Some(count) = slot.side.get_mut("named-object") {
        *count -= 1;
        if *count == 0 {
            slot.side.remove("named-object");
        }
    }
    *slot.side.entry(kind).or_default() += 1;
}

/// Numbers unknown states in byte order.
fn number_states(pending: &mut Pending) -> StateTable {
    let mut states = StateTable::new();
    let mut spellings = pending.other_states.clone();
    spellings.sort_unstable();
    for name in &spellings {
        states.intern(name);
    }
    let final_ids: Vec<StateId> = pending.other_states.iter().map(|name| states.intern(name)).collect();
    if !final_ids.is_empty() {
        for state in pending.rows.table.states_mut() {
            if let Some(index) = Pending::other_state_index(*state) {
                *state = final_ids.get(index).copied().unwrap_or_else(|| states.intern("(other)"));
            }
        }
    }
    states
}

/// Moves accepted rows to the rejected ones: those for which `problem` has something to say.
pub(crate) fn reject_rows(
    pending: &mut Pending,
    code: RejectCode,
    mut problem: impl FnMut(&Identities, &[PendingPackage], u32, &Assignment) -> Option<String>,
) {
    let Pending { rows, sources, packages, identities, .. } = pending;
    let mut lost = Vec::new();
    for (source, run) in rows.runs() {
        for at in run {
            let Some(row) = rows.table.get(at).filter(|row| row.user.0 != NONE) else { continue };
            let Some(detail) = problem(identities, packages, source, &row) else { continue };
            lost.push(at);
            if let Some(source) = sources.get_mut(source as usize) {
                source.accepted -= 1;
                let place = row.location.map(|place| (place.offset, u64::from(place.line)));
                let (byte, line) = place.unwrap_or_default();
                let position = Position { byte, line };
                source.rejected.push(Rejected { position, code, detail: detail.into() });
            }
        }
    }
    let users = rows.table.users_mut();
    for at in lost {
        if let Some(user) = users.get_mut(at) {
            *user = UserId(NONE);
        }
    }
}

/// Rejects rows whose user or package could be two different ones.
fn reject_ambiguous(pending: &mut Pending, resolution: &Resolution) {
    let mut ids_by_name: HashMap<Box<str>, Vec<ExternalId>, RandomState> = HashMap::default();
    for package in pending.packages.iter().filter(|package| !package.name_only) {
        if let Some(name) = &package.facts.display_name {
            ids_by_name.entry(name.clone()).or_default().push(package.id.clone());
        }
    }
    // Named in a message, in an order that does not depend on who came first.
    ids_by_name.values_mut().for_each(|ids| ids.sort_unstable());
    let several = |package: &PendingPackage| -> Option<String> {
        let ids = ids_by_name.get(package.called()?)?;
        (ids.len() > 1).then(|| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    };
    // Rows are only looked at if there is something to find.
    if resolution.canonical.contains(&NONE) {
        reject_rows(pending, RejectCode::AmbiguousUser, |identities, _, _, row| {
            let ambiguous = lookup(&resolution.canonical, row.user.0) == NONE;
            ambiguous.then(|| {
                let id = identities.get(row.user.0).map(|entry| entry.id.to_string()).unwrap_or_default();
                format!("{id} is tied to two different object ids: export with $expand=target")
            })
        });
    }
    if pending.packages.iter().any(|package| several(package).is_some()) {
        reject_rows(pending, RejectCode::AmbiguousPackageName, |_, packages, _, row| {
            let ids = several(packages.get(row.package.index())?)?;
            Some(format!("the package is named only by a name that several bear: {ids}"))
        });
    }
}

/// The packages in byte order, and the final number of each provisional one. A package known by name only is the one
/// package of that name, if there is one.
fn number_packages(pending: &mut Pending, observed: &mut Observed) -> (Vec<Package>, Vec<u32>) {
    let mut by_name: HashMap<Box<str>, ExternalId, RandomState> = HashMap::default();
    for package in pending.packages.iter().filter(|package| !package.name_only) {
        if let Some(name) = &package.facts.display_name {
            // Rows that mean one of several by its name are rejected; what else is said of it goes to the first by id, and not
            // to the one that happened to arrive first.
            let known = by_name.entry(name.clone()).or_insert_with(|| package.id.clone());
            if package.id < *known {
                known.clone_from(&package.id);
            }
        }
    }
    let named = |package: &PendingPackage| -> Option<ExternalId> { by_name.get(package.called()?).cloned() };
    let final_ids: Vec<ExternalId> =
        pending.packages.iter().map(|package| named(package).unwrap_or_else(|| package.id.clone())).collect();
    let mut sorted = final_ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let numbers: Vec<u32> =
        final_ids.iter().map(|id| sorted.binary_search(id).map_or(NONE, |at| at as u32)).collect();
    let mut packages: Vec<Package> = sorted.into_iter().map(empty_package).collect();
    // A package that is only named counts as such only if nobody knows its id.
    for (package, &number) in pending.packages.iter().zip(&numbers) {
        let Some(slot) = packages.get_mut(number as usize) else { continue };
        if !package.name_only {
            slot.id_kind = PackageIdKind::Object;
        }
        keep_first(&mut slot.display_name, package.facts.display_name.clone());
    }
    observed.packages_by_name =
        packages.iter().filter(|package| package.id_kind == PackageIdKind::NameOnly).count();
    declare(pending, &numbers, &mut packages);
    (packages, numbers)
}

/// How many of the packages some package record describes. Several may be one: by name and by id.
fn listed(pending: &Pending, numbers: &[u32], packages: usize) -> u64 {
    let mut listed = vec![false; packages];
    for (_, &number) in pending.packages.iter().zip(numbers).filter(|(package, _)| package.facts.is_record) {
        if let Some(slot) = listed.get_mut(number as usize) {
            *slot = true;
        }
    }
    listed.iter().filter(|listed| **listed).count() as u64
}

fn empty_package(id: ExternalId) -> Package {
    Package {
        id,
        id_kind: PackageIdKind::NameOnly,
        display_name: None,
        catalog: None,
        incompatible_packages: Vec::new(),
        incompatible_groups: Vec::new(),
    }
}

/// Enters the declared incompatibilities: `incompatible` forwards, `incompatible_with` backwards.
fn declare(pending: &Pending, numbers: &[u32], packages: &mut [Package]) {
    let at = |id: &ExternalId| pending.package_at(id).map(|at| lookup(numbers, at)).filter(|at| *at != NONE);
    let mut edges: Vec<(u32, u32)> = Vec::new();
    for (package, &number) in pending.packages.iter().zip(numbers) {
        edges.extend(package.facts.incompatible.iter().filter_map(at).map(|other| (number, other)));
        edges.extend(package.facts.incompatible_with.iter().filter_map(at).map(|other| (other, number)));
    }
    edges.sort_unstable();
    edges.dedup();
    for (from, to) in edges {
        if from != to
            && let Some(package) = packages.get_mut(from as usize)
        {
            package.incompatible_packages.push(PackageId(to));
        }
    }
}

/// Catalogs, groups and policies in byte order, with packages pointing to them.
fn side_tables(
    pending: &mut Pending,
    packages: &mut [Package],
    numbers: &[u32],
) -> (Vec<EntraCatalog>, Vec<Group>, Vec<Policy>) {
    let mut catalogs: Vec<EntraCatalog> =
        pending.catalogs.drain().map(|(id, display_name)| EntraCatalog { id, display_name }).collect();
    catalogs.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let mut groups: Vec<Group> = pending
        .groups
        .drain()
        .map(|(id, display_name)| Group {
            id,
            display_name,
            members: None,
            members_exported: 0,
            nested_unknown: 0,
            probably_truncated: false,
        })
        .collect();
    groups.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for (package, &number) in pending.packages.iter().zip(numbers) {
        let Some(slot) = packages.get_mut(number as usize) else { continue };
        let find = |id: &ExternalId| catalogs.binary_search_by(|known| known.id.cmp(id)).ok();
        let said = package.facts.catalog.as_ref().and_then(find).map(|at| CatalogId(at as u32));
        // Of two, the first in byte order: not the one that happened to arrive last.
        slot.catalog = slot.catalog.into_iter().chain(said).min();
        let find = |id: &ExternalId| groups.binary_search_by(|known| known.id.cmp(id)).ok();
        let declared = package.facts.incompatible_groups.iter().filter_map(find).map(|at| GroupId(at as u32));
        slot.incompatible_groups.extend(declared);
        slot.incompatible_groups.sort_unstable();
        slot.incompatible_groups.dedup();
    }
    let mut ids = pending.policy_ids.clone();
    ids.sort_unstable();
    let policies = ids
        .into_iter()
        .map(|id| {
            let said = pending.policies.remove(&id).unwrap_or_default();
            let package = said.package.and_then(|package| {
                packages.binary_search_by(|known| known.id.cmp(&package)).ok().map(|at| PackageId(at as u32))
            });
            Policy { id, display_name: said.display_name, package, automatic: said.automatic }
        })
        .collect();
    (catalogs, groups, policies)
}

/// The final numbers of provisional entries.
fn renumber<T>(ids: &[ExternalId], sorted: &[T], key: impl Fn(&T) -> &ExternalId) -> Vec<u32> {
    ids.iter()
        .map(|id| sorted.binary_search_by(|entry| key(entry).cmp(id)).map_or(NONE, |at| at as u32))
        .collect()
}

/// Who the users are, before any of them is made.
pub(crate) struct RankedUsers {
    pub(crate) table: Vec<Identifier>,
    /// Places of the canonical identifiers in the table, in the byte order of these.
    pub(crate) order: Vec<u32>,
    /// By identifier: the final number of the user behind it.
    pub(crate) numbers: Vec<u32>,
}

/// The final number of each identifier: users are numbered in byte order.
fn rank_users(pending: &mut Pending, resolution: &Resolution, observed: &mut Observed) -> RankedUsers {
    observed.clashes = resolution
        .clashes
        .iter()
        .filter_map(|(node, _)| pending.identities.get(*node).map(|entry| entry.id.to_string()))
        .collect();
    observed.clashes.sort_unstable();
    let table = std::mem::take(&mut pending.identities).into_table();
    let mut number_of = vec![NONE; table.len()];
    for &node in resolution.canonical.iter().filter(|node| **node != NONE) {
        if let Some(slot) = number_of.get_mut(node as usize) {
            *slot = 0;
        }
    }
    let canonical = number_of.iter().enumerate().filter(|(_, number)| **number != NONE);
    let mut order: Vec<u32> = canonical.map(|(node, _)| node as u32).collect();
    sort_by_id(&mut order, &table);
    for (number, node) in order.iter().enumerate() {
        if let Some(slot) = number_of.get_mut(*node as usize) {
            *slot = number as u32;
        }
    }
    let numbers: Vec<u32> = resolution.canonical.iter().map(|&node| lookup(&number_of, node)).collect();
    RankedUsers { table, order, numbers }
}

/// Puts places of identifiers into the byte order of these.
fn sort_by_id(order: &mut [u32], table: &[Identifier]) {
    let id = |node: u32| table.get(node as usize).map(|entry| &entry.id);
    let guid = |node: u32| match id(node) {
        Some(ExternalId::Guid(guid)) => Some((guid.to_u128(), node)),
        _ => None,
    };
    // As a rule all are GUIDs, whose numbers have the order of their texts: those are compared side by side.
    match order.par_iter().map(|&node| guid(node)).collect::<Option<Vec<_>>>() {
        Some(mut guids) => {
            guids.par_sort_unstable();
            order.iter_mut().zip(guids).for_each(|(to, (_, node))| *to = node);
        }
        None => order.par_sort_unstable_by(|a, b| id(*a).cmp(&id(*b))),
    }
}

/// The users in byte order. Made last, when the rows need less memory.
fn make_users(ranked: RankedUsers, options: &LoadOptions) -> Vec<User> {
    let RankedUsers { table, order, numbers } = ranked;
    let user = |entry: &Identifier| empty_user(entry.id.clone(), kind_of_spaces(entry.spaces));
    let Some(any) = table.first() else { return Vec::new() };
    // Each place is one in the table, so there are as many users as places.
    let user = |&node: &u32| user(table.get(node as usize).unwrap_or(any));
    let mut users: Vec<User> = order.par_iter().map(user).collect();
    for (node, Identifier { id, facts: said, .. }) in table.into_iter().enumerate() {
        if options.holdings_alone && said.is_none() {
            continue;
        }
        let Some(user) = numbers.get(node).and_then(|number| users.get_mut(*number as usize)) else {
            continue;
        };
        if user.id != id && !options.holdings_alone {
            user.aliases.push(id);
        }
        if let Some(said) = said {
            keep_first(&mut user.display_name, said.display_name);
            keep_first(&mut user.principal_name, said.principal_name);
            keep_first(&mut user.email, said.email);
            keep_first(&mut user.subject_type, said.subject_type);
            keep_first(&mut user.user_type, said.user_type);
            keep_first(&mut user.department, said.department);
        }
    }
    for user in &mut users {
        user.aliases.sort_unstable();
    }
    users
}

fn empty_user(id: ExternalId, id_kind: UserIdKind) -> User {
    User {
        id,
        id_kind,
        display_name: None,
        principal_name: None,
        email: None,
        subject_type: None,
        user_type: None,
        department: None,
        aliases: Vec::new(),
    }
}

fn sources(
    pending: &mut Pending,
    files: &mut [Found],
    totals: &SourceTotals,
    gone: &[Gone],
    states: &StateTable,
    dangling: &BTreeSet<u32>,
) -> Vec<Source> {
    let mut repeated = vec![0u64; files.len()];
    for gone in gone {
        if let Some(count) = repeated.get_mut(gone.source as usize) {
            *count += 1;
        }
    }
    let known: Vec<StateId> = states.iter().map(|(state, _)| state).collect();
    let all = pending.sources.iter_mut().zip(files).zip(repeated).enumerate();
    all.map(|(at, ((source, file), repeated))| {
        let rejected = source.rejected.len() as u64;
        let rows = RowCounts {
            read: source.accepted + rejected,
            accepted: source.accepted - repeated,
            rejected,
            repeated,
        };
        let states = totals.of_source(at as u32, &known);
        let shape = crate::refuse::shape_of(source);
        Source {
            path: std::mem::take(&mut file.path),
            input: file.input_number,
            named: file.explicit,
            bytes: source.end.bytes,
            sha256: source.end.sha256,
            shape,
            compression: source.end.compression,
            encoding: source.end.encoding,
            rows,
            states,
            side: std::mem::take(&mut source.side),
            context: source.end.pages.iter().find_map(|page| quote::context(page.context.as_deref()?)),
            dangling_next_link: dangling.contains(&(at as u32)),
            refused: source.end.refused.clone(),
        }
    })
    .collect()
}

fn rejected_records(pending: &mut Pending) -> Vec<RejectedRecord> {
    let mut all = Vec::new();
    for (at, source) in pending.sources.iter_mut().enumerate() {
        let source_id = SourceId(at as u32);
        all.extend(source.rejected.drain(..).map(|record| RejectedRecord {
            source: source_id,
            position: record.position,
            code: record.code,
            detail: quote::one_line(&record.detail),
        }));
    }
    all
}
