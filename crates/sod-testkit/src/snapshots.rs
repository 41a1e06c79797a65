//! Snapshots for tests: from a few lines of text, or generated.

use proptest::collection::vec;
use proptest::prelude::*;
use sod_model::{
    Assignment, Directory, ExternalId, Group, GroupId, Package, PackageId, PackageIdKind, Provenance,
    RecordLocation, Snapshot, SourceId, StateTable, User, UserId, UserIdKind,
};
use std::collections::BTreeSet;

/// The states that generated assignments are in: documented ones and one that is not.
pub const STATES: [&str; 4] = ["delivered", "expired", "delivering", "frozen"];

/// One assignment, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentSketch {
    /// The id of the assignment, if the export has one.
    pub id: Option<String>,
    /// The user's id.
    pub user: String,
    /// The package's id.
    pub package: String,
    /// The state, as written.
    pub state: String,
}

impl AssignmentSketch {
    /// As the specification takes it; an assignment without id has the empty one.
    #[must_use]
    pub fn spec(&self) -> sod_spec::Assignment<String> {
        sod_spec::Assignment {
            id: self.id.clone().unwrap_or_default(),
            user: self.user.clone(),
            package: self.package.clone(),
            state: self.state.clone(),
        }
    }
}

/// Reads lines of `id user package state`; an id of `-` is none. Panics when a line has not four words.
#[must_use]
pub fn parse_assignments(text: &str) -> Vec<AssignmentSketch> {
    let mut assignments = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[id, user, package, state] = words.as_slice() else {
            panic!("`{line}` is not `id user package state`");
        };
        assignments.push(AssignmentSketch {
            id: (id != "-").then(|| id.into()),
            user: user.into(),
            package: package.into(),
            state: state.into(),
        });
    }
    assignments
}

/// A snapshot of these assignments; each lies at the offset of its place in the list.
///
/// ```
/// use sod_testkit::{parse_assignments, snapshot};
/// let snapshot = snapshot(&parse_assignments("a1 alice P1 delivered\na2 alice P1 expired"));
/// assert_eq!((snapshot.directory.users().len(), snapshot.assignments().len()), (1, 2));
/// ```
#[must_use]
pub fn snapshot(sketches: &[AssignmentSketch]) -> Snapshot {
    let users: BTreeSet<&str> = sketches.iter().map(|sketch| sketch.user.as_str()).collect();
    let packages: BTreeSet<&str> = sketches.iter().map(|sketch| sketch.package.as_str()).collect();
    let users: Vec<&str> = users.into_iter().collect();
    let packages: Vec<&str> = packages.into_iter().collect();
    let directory = directory(&users, &packages, &[]);
    let mut states = StateTable::new();
    let mut assignments = Vec::new();
    for (place, sketch) in sketches.iter().enumerate() {
        let user = users.binary_search(&sketch.user.as_str()).expect("every user is listed");
        let package = packages.binary_search(&sketch.package.as_str()).expect("every package is listed");
        assignments.push(Assignment {
            id: sketch.id.as_deref().map(ExternalId::new),
            user: UserId(user as u32),
            package: PackageId(package as u32),
            policy: None,
            state: states.intern(&sketch.state),
            since: None,
            until: None,
            location: Some(RecordLocation {
                source: SourceId(0),
                offset: place as u64,
                length: 1,
                line: place as u32 + 1,
            }),
        });
    }
    Snapshot::new(directory, states, Provenance::default(), assignments)
}

/// A directory of users, packages and groups, each list ascending in byte order. A group is its name and its members, as
/// places among the users; no members means that they were not exported. Panics when a list does not ascend.
#[must_use]
pub fn directory(users: &[&str], packages: &[&str], groups: &[(&str, Option<Vec<u32>>)]) -> Directory {
    let users = users.iter().map(|id| User {
        id: ExternalId::new(id),
        id_kind: UserIdKind::Object,
        display_name: None,
        principal_name: None,
        email: None,
        subject_type: None,
        user_type: None,
        department: None,
        aliases: Vec::new(),
    });
    let packages = packages.iter().map(|id| Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: None,
        catalog: None,
        incompatible_packages: Vec::new(),
        incompatible_groups: Vec::<GroupId>::new(),
    });
    let groups = groups.iter().map(|(id, members)| Group {
        id: ExternalId::new(id),
        display_name: None,
        members: members.as_ref().map(|members| members.iter().map(|&user| UserId(user)).collect()),
        members_exported: members.as_ref().map_or(0, |members| members.len() as u32),
        nested_unknown: 0,
        probably_truncated: false,
    });
    Directory::from_sorted(users.collect(), packages.collect(), groups.collect(), Vec::new(), Vec::new())
        .expect("the lists ascend in byte order")
}

/// Assignments of few users to few packages, so that repeats are common: several of one user to one package, ids that
/// are missing or shared, GUIDs among other texts, every state of [`STATES`].
pub fn assignments() -> impl Strategy<Value = Vec<AssignmentSketch>> {
    let id = prop_oneof![
        1 => Just(None),
        4 => "[0-9a-c]{1,2}".prop_map(Some),
        2 => "0000000[0-9a-f]-0000-0000-0000-00000000000[0-3]".prop_map(Some),
    ];
    let sketch =
        (id, 0u32..6, 0u32..4, prop::sample::select(&STATES)).prop_map(|(id, user, package, state)| {
            AssignmentSketch {
                id,
                user: format!("u{user}"),
                package: format!("P{package}"),
                state: state.into(),
            }
        });
    vec(sketch, 0..40)
}
