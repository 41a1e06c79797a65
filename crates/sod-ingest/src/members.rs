//! Who is in a group: its own members, and those of the groups inside it.

use crate::finish::{RankedUsers, lookup};
use crate::join::{NONE, OBJECT};
use crate::pending::Pending;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use sod_model::{ExternalId, Group, UserId};
use std::collections::BTreeSet;

/// Exactly one page of `Get-MgGroupMember` without `-All`.
const ONE_PAGE_OF_MEMBERS: usize = 100;

/// The exported members of a group.
pub(crate) struct GroupMembers {
    exported: usize,
    /// Identifiers among them that records speak of.
    known: Vec<u32>,
    /// Some member is told by an object id.
    by_object: bool,
    /// Groups inside it whose members were not exported.
    nested_unknown: usize,
    probably_truncated: bool,
}

pub(crate) type Members = HashMap<ExternalId, GroupMembers, RandomState>;

/// The members of every group whose members were exported. `groups` ascend by id.
pub(crate) fn member_nodes(pending: &Pending, groups: &[Group]) -> Members {
    let is_group = |id: &ExternalId| groups.binary_search_by(|group| group.id.cmp(id)).is_ok();
    let nodes = |group: &ExternalId| {
        let found = everybody_in(group, |id| pending.members.get(id).map(Vec::as_slice), is_group);
        let known = found.people.iter().filter_map(|id| pending.identities.find(id)).collect();
        let members = GroupMembers {
            exported: found.people.len(),
            known,
            by_object: found.people.iter().any(|id| matches!(id, ExternalId::Guid(_))),
            nested_unknown: found.untold.len(),
            probably_truncated: found.probably_truncated,
        };
        (group.clone(), members)
    };
    pending.members.keys().map(nodes).collect()
}

/// What is in a group, at any depth.
#[derive(Debug, PartialEq, Eq)]
struct Everybody<'a> {
    /// Members that are no groups.
    people: BTreeSet<&'a ExternalId>,
    /// Groups whose members nobody tells.
    untold: BTreeSet<&'a ExternalId>,
    /// The group, or one inside it, has just as many members as one page holds.
    probably_truncated: bool,
}

/// Follows groups inside groups; each is looked into once, so that two that contain each other do no harm.
fn everybody_in<'a>(
    group: &'a ExternalId,
    members_of: impl Fn(&ExternalId) -> Option<&'a [ExternalId]>,
    is_group: impl Fn(&ExternalId) -> bool,
) -> Everybody<'a> {
    let mut found = Everybody { people: BTreeSet::new(), untold: BTreeSet::new(), probably_truncated: false };
    let mut seen = BTreeSet::from([group]);
    let mut waiting = vec![group];
    while let Some(group) = waiting.pop() {
        let Some(members) = members_of(group) else {
            found.untold.insert(group);
            continue;
        };
        let direct: BTreeSet<&ExternalId> = members.iter().collect();
        found.probably_truncated |= direct.len() == ONE_PAGE_OF_MEMBERS;
        for member in direct {
            if !is_group(member) {
                found.people.insert(member);
            } else if seen.insert(member) {
                waiting.push(member);
            }
        }
    }
    found
}

/// Enters the members of groups: those who are users of the snapshot. Where not one of them is, and that may be because they
/// are told by another kind of id than the users, or are in groups of which nobody tells the members, it stays unknown who
/// the members are.
pub(crate) fn with_members(mut groups: Vec<Group>, mut members: Members, ranked: &RankedUsers) -> Vec<Group> {
    let user_ids = &ranked.numbers;
    let is_object =
        |node: &u32| ranked.table.get(*node as usize).is_some_and(|entry| entry.spaces & OBJECT != 0);
    let users_by_object = ranked.order.iter().any(is_object);
    for group in &mut groups {
        let Some(told) = members.remove(&group.id) else { continue };
        let numbers = told.known.into_iter().map(|node| UserId(lookup(user_ids, node)));
        let mut users: Vec<UserId> = numbers.filter(|user| user.0 != NONE).collect();
        users.sort_unstable();
        users.dedup();
        group.members_exported = told.exported as u32;
        group.nested_unknown = told.nested_unknown as u32;
        group.probably_truncated = told.probably_truncated;
        let comparable = told.by_object && users_by_object;
        let is_empty = told.exported == 0 && told.nested_unknown == 0;
        group.members = (is_empty || !users.is_empty() || comparable).then_some(users);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small letters are people, capitals are groups; `Z` is a group of which nobody tells the members.
    fn found(groups: &[(&str, &str)], of: &str) -> (String, String, bool) {
        let id = |name: char| ExternalId::new(&name.to_string());
        let table: Vec<(ExternalId, Vec<ExternalId>)> = groups
            .iter()
            .map(|(group, members)| (ExternalId::new(group), members.chars().map(id).collect()))
            .collect();
        let members_of = |id: &ExternalId| {
            table.iter().find(|(group, _)| group == id).map(|(_, members)| members.as_slice())
        };
        let is_group = |id: &ExternalId| id.to_string().starts_with(char::is_uppercase);
        let of = ExternalId::new(of);
        let found = everybody_in(&of, members_of, is_group);
        let listed = |set: &BTreeSet<&ExternalId>| set.iter().map(ToString::to_string).collect();
        (listed(&found.people), listed(&found.untold), found.probably_truncated)
    }

    #[test]
    fn groups_inside_groups_are_followed_and_circles_end() {
        let groups = [("A", "aBa"), ("B", "bCZ"), ("C", "cA"), ("D", "")];
        for group in ["A", "B", "C"] {
            assert_eq!(found(&groups, group), ("abc".into(), "Z".into(), false), "{group}");
        }
        assert_eq!(found(&groups, "D"), (String::new(), String::new(), false));
    }

    #[test]
    fn one_page_of_members_is_noticed_at_any_depth() {
        let page: String = ('\u{4e00}'..).take(ONE_PAGE_OF_MEMBERS).collect();
        let less: String = page.chars().skip(1).collect();
        assert!(found(&[("A", "B"), ("B", &page)], "A").2);
        assert!(!found(&[("A", "B"), ("B", &less)], "A").2);
    }
}
