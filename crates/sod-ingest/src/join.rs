//! The one place where identities are joined.
//!
//! `target.id`, `target.objectId` and a beta `targetId` are different identifier spaces that the documentation itself
//! confuses. What one record ties together is one person, across all files; the canonical id is the object id where
//! any record knows it. E-mail addresses and names never join anybody.
//!
//! Every identifier is a node. A record that has an object id *links* its other ids to it; a record without one *ties*
//! its ids to one another. An id linked to two object ids is a clash: the people stay apart, and rows that name their
//! user by that id alone are nobody's.

use crate::decoded::{SubjectFacts, SubjectIds};
use crate::numbers::{Digests, Numbers};
use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use petgraph::unionfind::UnionFind;
use sod_model::{ExternalId, UserIdKind};
use std::collections::BTreeSet;

pub(crate) const NONE: u32 = u32::MAX;

/// Identifier spaces, as bits.
pub(crate) const OBJECT: u8 = 1;
pub(crate) const RECORD: u8 = 2;
pub(crate) const TARGET: u8 = 4;
pub(crate) const NAME: u8 = 8;
pub(crate) const PLAIN: u8 = 16;
/// Plain, and of the form of an object id.
pub(crate) const PLAIN_GUID: u8 = 32;

#[derive(Debug)]
pub(crate) struct Identifier {
    pub(crate) id: ExternalId,
    /// The spaces in which it was seen.
    pub(crate) spaces: u8,
    /// The object id that records tie to it.
    object: u32,
    pub(crate) facts: Option<Box<SubjectFacts>>,
}

/// Every identifier of every record.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    table: Vec<Identifier>,
    digests: Digests,
    by_id: Numbers,
    /// Further object ids of an identifier that has one already.
    clashes: HashSet<(u32, u32), RandomState>,
    /// Identifiers of one record that has no object id.
    ties: Vec<(u32, u32)>,
}

/// Who every identifier means.
pub(crate) struct Resolution {
    /// By identifier: the canonical identifier, or `NONE` when it stands for two people.
    pub(crate) canonical: Vec<u32>,
    /// Identifiers that stand for two people, with those people.
    pub(crate) clashes: Vec<(u32, Vec<u32>)>,
    /// Spaces that some record ties together, as unions of bits.
    pub(crate) bridges: Vec<u8>,
}

/// The object ids of each group of tied identifiers. As a rule there is one.
struct People {
    first: Vec<u32>,
    several: HashMap<u32, BTreeSet<u32>, RandomState>,
}

impl People {
    fn new(identifiers: usize) -> Self {
        Self { first: vec![NONE; identifiers], several: HashMap::default() }
    }

    fn add(&mut self, group: u32, object: u32) {
        let Some(first) = self.first.get_mut(group as usize) else { return };
        if *first == NONE {
            *first = object;
        } else if *first != object {
            self.several.entry(group).or_default().extend([*first, object]);
        }
    }

    /// The one object id, or all of them.
    fn of(&self, group: u32) -> Option<Result<u32, &BTreeSet<u32>>> {
        if let Some(several) = self.several.get(&group) {
            return Some(Err(several));
        }
        self.first.get(group as usize).filter(|object| **object != NONE).map(|object| Ok(*object))
    }
}

impl Identities {
    fn node(&mut self, id: &ExternalId, space: u8) -> u32 {
        // A name's number is its place in the table.
        let (node, is_new) = self.by_id.number(self.digests.of_id(id));
        if is_new {
            self.table.push(Identifier { id: id.clone(), spaces: 0, object: NONE, facts: None });
        }
        if let Some(entry) = self.table.get_mut(node as usize) {
            entry.spaces |= space;
        }
        node
    }

    /// Takes in the identifiers of several records, as [`record`](Self::record) does.
    pub(crate) fn records<'s>(
        &mut self,
        subjects: &'s [SubjectIds],
    ) -> impl Iterator<Item = Option<u32>> + use<'_, 's> {
        const AT_ONCE: usize = 32;
        subjects.chunks(AT_ONCE).flat_map(move |block| {
            let ids = block.iter().flat_map(|ids| [&ids.object, &ids.record, &ids.target]).flatten();
            let digests: Vec<_> = ids.map(|id| self.digests.of_id(id)).collect();
            self.by_id.touch(&digests);
            block.iter().map(|ids| self.record(ids)).collect::<Vec<_>>()
        })
    }

    /// Takes in the identifiers of one record; the best of them stands for the person until all is read.
    pub(crate) fn record(&mut self, ids: &SubjectIds) -> Option<u32> {
        let mut node = |id: &Option<ExternalId>, space| id.as_ref().map(|id| self.node(id, space));
        let object = node(&ids.object, OBJECT);
        let record = node(&ids.record, RECORD);
        let target = node(&ids.target, TARGET);
        let plain = if matches!(ids.plain, Some(ExternalId::Guid(_))) { PLAIN_GUID } else { PLAIN };
        let other = node(&ids.name, NAME).or_else(|| node(&ids.plain, plain));
        if let Some(object) = object {
            for alias in [record, target].into_iter().flatten() {
                self.link(alias, object);
            }
            return Some(object);
        }
        if let (Some(record), Some(target)) = (record, target)
            && record != target
            && self.ties.last() != Some(&(record, target))
        {
            self.ties.push((record, target));
        }
        record.or(target).or(other)
    }

    fn link(&mut self, alias: u32, object: u32) {
        if alias == object {
            return;
        }
        if let Some(entry) = self.table.get_mut(alias as usize) {
            if entry.object == NONE {
                entry.object = object;
            } else if entry.object != object {
                self.clashes.insert((alias, object));
            }
        }
    }

    /// Takes in what a record says about the person. Of several names the first in byte order stays, so that the
    /// order of the files shows nowhere.
    pub(crate) fn describe(&mut self, node: u32, said: SubjectFacts) {
        let Some(entry) = self.table.get_mut(node as usize) else { return };
        let facts = entry.facts.get_or_insert_default();
        keep_first(&mut facts.display_name, said.display_name);
        keep_first(&mut facts.principal_name, said.principal_name);
        keep_first(&mut facts.email, said.email);
        keep_first(&mut facts.subject_type, said.subject_type);
        keep_first(&mut facts.user_type, said.user_type);
        keep_first(&mut facts.department, said.department);
    }

    pub(crate) fn get(&self, node: u32) -> Option<&Identifier> {
        self.table.get(node as usize)
    }

    pub(crate) fn find(&self, id: &ExternalId) -> Option<u32> {
        self.by_id.find(self.digests.of_id(id))
    }

    /// The identifiers alone, when nothing is looked up any more.
    pub(crate) fn into_table(self) -> Vec<Identifier> {
        self.table
    }

    /// Decides who every identifier means, when all is read.
    pub(crate) fn resolve(&self) -> Resolution {
        let mut groups = UnionFind::<u32>::new(self.table.len());
        for &(a, b) in &self.ties {
            groups.union(a, b);
        }
        let mut people = People::new(self.table.len());
        for (node, entry) in self.table.iter().enumerate() {
            let own = if entry.spaces & OBJECT != 0 { node as u32 } else { NONE };
            for object in [own, entry.object] {
                if object != NONE {
                    people.add(groups.find(node as u32), object);
                }
            }
        }
        for &(alias, object) in &self.clashes {
            people.add(groups.find(alias), object);
        }
        let best = self.best_of_groups(&groups);
        let mut clashes = Vec::new();
        let canonical = (0..self.table.len() as u32)
            .map(|node| {
                let group = groups.find(node);
                let is_object = self.get(node).is_some_and(|entry| entry.spaces & OBJECT != 0);
                match people.of(group) {
                    Some(Ok(one)) => one,
                    Some(Err(several)) => {
                        clashes.push((node, several.iter().copied().collect()));
                        // A known directory object is itself, whatever else bears its id.
                        if is_object { node } else { NONE }
                    }
                    None => best.get(&group).copied().unwrap_or(node),
                }
            })
            .collect();
        Resolution { canonical, clashes, bridges: self.bridges() }
    }

    /// Of tied identifiers without an object id: that of the subject record, and the first in byte order.
    fn best_of_groups(&self, groups: &UnionFind<u32>) -> HashMap<u32, u32, RandomState> {
        let mut best: HashMap<u32, u32, RandomState> = HashMap::default();
        for &(a, b) in &self.ties {
            for node in [a, b] {
                let rank = |node: u32| self.get(node).map(|entry| (entry.spaces & RECORD == 0, &entry.id));
                let slot = best.entry(groups.find(node)).or_insert(node);
                if rank(node) < rank(*slot) {
                    *slot = node;
                }
            }
        }
        best
    }

    fn bridges(&self) -> Vec<u8> {
        let mut bridges: Vec<u8> = self
            .table
            .iter()
            .map(|entry| if entry.object == NONE { entry.spaces } else { entry.spaces | OBJECT })
            .collect();
        let spaces = |node: u32| self.get(node).map_or(0, |entry| entry.spaces);
        bridges.extend(self.ties.iter().map(|&(a, b)| spaces(a) | spaces(b)));
        bridges.sort_unstable();
        bridges.dedup();
        bridges
    }
}

/// Keeps the text that comes first in byte order.
pub(crate) fn keep_first(slot: &mut Option<Box<str>>, said: Option<Box<str>>) {
    if let Some(said) = said
        && slot.as_ref().is_none_or(|known| said < *known)
    {
        *slot = Some(said);
    }
}

/// What kind of id an identifier in these spaces is.
pub(crate) fn kind_of_spaces(spaces: u8) -> UserIdKind {
    match spaces {
        spaces if spaces & OBJECT != 0 => UserIdKind::Object,
        spaces if spaces & RECORD != 0 => UserIdKind::SubjectRecord,
        spaces if spaces & TARGET != 0 => UserIdKind::TargetId,
        spaces if spaces & NAME != 0 => UserIdKind::Name,
        _ => UserIdKind::Plain,
    }
}

/// The space of a kind of id.
pub(crate) fn space_of_kind(kind: UserIdKind) -> u8 {
    match kind {
        UserIdKind::Object => OBJECT,
        UserIdKind::SubjectRecord => RECORD,
        UserIdKind::TargetId => TARGET,
        UserIdKind::Name => NAME,
        UserIdKind::Plain => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(object: &str, record: &str, target: &str) -> SubjectIds {
        let id = |text: &str| (!text.is_empty()).then(|| ExternalId::new(text));
        SubjectIds { object: id(object), record: id(record), target: id(target), name: None, plain: None }
    }

    fn resolved(records: &[(&str, &str, &str)]) -> Vec<String> {
        let mut identities = Identities::default();
        let nodes: Vec<u32> =
            records.iter().map(|(o, r, t)| identities.record(&ids(o, r, t)).unwrap()).collect();
        let resolution = identities.resolve();
        let name = |node: u32| identities.get(node).map_or("?".to_owned(), |entry| entry.id.to_string());
        nodes.into_iter().map(|node| name(resolution.canonical[node as usize])).collect()
    }

    #[test]
    fn what_a_record_ties_together_is_one_person() {
        // Beta rows by object id, by record id, expanded rows, in any order.
        assert_eq!(resolved(&[("", "", "o1"), ("", "", "r1"), ("o1", "r1", "")]), ["o1", "o1", "o1"]);
        assert_eq!(resolved(&[("o1", "r1", "o1"), ("", "r1", "")]), ["o1", "o1"]);
        // A guest who first had no object id.
        assert_eq!(resolved(&[("", "r1", "t1"), ("", "", "t1"), ("o1", "r1", "")]), ["o1", "o1", "o1"]);
        // One person with two subject records.
        assert_eq!(resolved(&[("o1", "r1", ""), ("o1", "r2", ""), ("", "r2", "")]), ["o1", "o1", "o1"]);
        // Nobody knows an object id.
        assert_eq!(resolved(&[("", "r1", "t1"), ("", "", "t1"), ("", "", "t2")]), ["r1", "r1", "t2"]);
    }

    #[test]
    fn an_id_of_two_people_is_nobodys() {
        assert_eq!(
            resolved(&[("o1", "r1", ""), ("o2", "r1", ""), ("", "r1", ""), ("o1", "", "")]),
            ["o1", "o2", "?", "o1"]
        );
    }
}
