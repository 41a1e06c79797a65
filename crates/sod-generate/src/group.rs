//! Groups whose members packages declare incompatible.

use crate::guid::Guid;
use crate::names::DEPARTMENTS;
use crate::random::{Stream, hash};
use crate::user::user_core;

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedGroup {
    /// The id of the group.
    pub id: Guid,
    /// Its name.
    pub display_name: String,
}

/// The groups of a tenant: one for each twenty packages, at most 24.
pub(crate) fn groups(seed: u64, packages: u32, departments: u32) -> Vec<GeneratedGroup> {
    (0..(1 + packages / 20).min(24))
        .map(|at| {
            let department =
                DEPARTMENTS.get((at % departments.max(1)) as usize).map_or("", |words| words.name);
            let suffix = if at < departments { "controllers" } else { "deputies" };
            GeneratedGroup {
                id: Guid::at(seed, Stream::GroupId, u64::from(at)),
                display_name: match at / (2 * departments.max(1)) {
                    0 => format!("SG {department} {suffix}"),
                    round => format!("SG {department} {suffix} {}", round + 1),
                },
            }
        })
        .collect()
}

/// Whether a user is a member: one in six of the group's own department, one in fifty of the others.
pub(crate) fn is_member(seed: u64, group: u32, user: u32, departments: u32) -> bool {
    let draw = hash(seed, Stream::GroupMember, (u64::from(group) << 32) | u64::from(user)) % 300;
    // The cheap test first: most people are in neither.
    draw < 50
        && (draw < 6
            || u32::from(user_core(seed, user, departments).department) == group % departments.max(1))
}
