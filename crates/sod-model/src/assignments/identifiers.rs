//! Ids of assignments: nothing where no row has one, sixteen bytes where all are GUIDs, and whatever it takes else.

use super::arranged;
use crate::{ExternalId, Guid};

#[derive(Clone, Debug)]
pub(super) enum IdentifierColumn {
    /// So many rows, none with an id.
    Absent(usize),
    Guids(Vec<Guid>),
    Mixed(Vec<Option<ExternalId>>),
}

impl Default for IdentifierColumn {
    fn default() -> Self {
        Self::Absent(0)
    }
}

impl IdentifierColumn {
    pub(super) fn absent(rows: usize) -> Self {
        Self::Absent(rows)
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        match self {
            // Which form it takes, the first id decides; ids are GUIDs as a rule.
            Self::Absent(0) => {
                let mut ids = Vec::new();
                if ids.try_reserve_exact(rows).is_ok() {
                    *self = Self::Guids(ids);
                }
            }
            Self::Absent(_) => {}
            Self::Guids(ids) => {
                let _ = ids.try_reserve_exact(rows);
            }
            Self::Mixed(ids) => {
                let _ = ids.try_reserve_exact(rows);
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Absent(rows) => *rows,
            Self::Guids(ids) => ids.len(),
            Self::Mixed(ids) => ids.len(),
        }
    }

    pub(super) fn push(&mut self, id: Option<&ExternalId>) {
        match (&mut *self, id) {
            (Self::Guids(ids), Some(ExternalId::Guid(guid))) => ids.push(*guid),
            (Self::Absent(rows), None) => *rows += 1,
            (Self::Guids(ids), None) if ids.is_empty() => *self = Self::Absent(1),
            (Self::Absent(0), Some(ExternalId::Guid(guid))) => *self = Self::Guids(vec![*guid]),
            (_, id) => self.mixed().push(id.cloned()),
        }
    }

    /// The same ids in the form that takes any.
    fn mixed(&mut self) -> &mut Vec<Option<ExternalId>> {
        if !matches!(self, Self::Mixed(_)) {
            let ids = (0..self.len()).map(|at| self.get(at)).collect();
            *self = Self::Mixed(ids);
        }
        match self {
            Self::Mixed(ids) => ids,
            // Not reached: the line above made it so.
            Self::Absent(_) | Self::Guids(_) => {
                *self = Self::Mixed(Vec::new());
                self.mixed()
            }
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<ExternalId> {
        match self {
            Self::Absent(_) => None,
            Self::Guids(ids) => ids.get(at).copied().map(ExternalId::Guid),
            Self::Mixed(ids) => ids.get(at)?.clone(),
        }
    }

    /// The other has its ids taken away and counts no rows any more.
    pub(super) fn append(&mut self, other: &mut Self) {
        match (&mut *self, std::mem::take(other)) {
            (_, other) if other.len() == 0 => {}
            (own, other) if own.len() == 0 => *self = other,
            (Self::Absent(rows), Self::Absent(more)) => *rows += more,
            (Self::Guids(ids), Self::Guids(mut more)) => ids.append(&mut more),
            (_, mut other) => self.mixed().append(other.mixed()),
        }
    }

    pub(super) fn same(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Absent(_) => false,
            Self::Guids(ids) => ids.get(a).is_some() && ids.get(a) == ids.get(b),
            Self::Mixed(ids) => matches!((ids.get(a), ids.get(b)), (Some(Some(a)), Some(Some(b))) if a == b),
        }
    }

    pub(super) fn key(&self, at: usize) -> Option<u64> {
        match self {
            Self::Absent(_) => None,
            Self::Guids(ids) => ids.get(at).copied().map(key_of_guid),
            Self::Mixed(ids) => ids.get(at)?.as_ref().map(key_of),
        }
    }

    pub(super) fn for_each_key(&self, rows: std::ops::Range<usize>, mut take: impl FnMut(u64)) {
        match self {
            Self::Absent(_) => {}
            Self::Guids(ids) => {
                ids.get(rows).unwrap_or_default().iter().for_each(|guid| take(key_of_guid(*guid)));
            }
            Self::Mixed(ids) => {
                ids.get(rows).unwrap_or_default().iter().flatten().for_each(|id| take(key_of(id)));
            }
        }
    }

    pub(super) fn arranged(self, order: &[u32]) -> Self {
        match self {
            Self::Absent(rows) => Self::Absent(order.iter().filter(|at| (**at as usize) < rows).count()),
            Self::Guids(ids) => Self::Guids(arranged(ids, order)),
            Self::Mixed(mut ids) => {
                // Each position occurs once at most, so texts can be moved.
                Self::Mixed(
                    order.iter().filter_map(|at| ids.get_mut(*at as usize).map(Option::take)).collect(),
                )
            }
        }
    }
}

fn key_of_guid(guid: Guid) -> u64 {
    let value = guid.to_u128();
    let mixed = u128::from(value as u64 ^ 0x9e37_79b9_7f4a_7c15) * u128::from((value >> 64) as u64 | 1);
    mixed as u64 ^ (mixed >> 64) as u64
}

fn key_of(id: &ExternalId) -> u64 {
    use std::hash::BuildHasher;
    match id {
        ExternalId::Guid(guid) => key_of_guid(*guid),
        ExternalId::Text(text) => foldhash::fast::FixedState::default().hash_one(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids() -> impl Strategy<Value = Vec<Option<ExternalId>>> {
        let id = prop_oneof![
            Just(None),
            (0u128..4).prop_map(|value| Some(ExternalId::Guid(Guid::from_u128(value)))),
            "[a-b]".prop_map(|text| Some(ExternalId::new(&text)))
        ];
        let guids = (0u128..4).prop_map(|value| Some(ExternalId::Guid(Guid::from_u128(value))));
        prop_oneof![
            prop::collection::vec(id, 0..12),
            prop::collection::vec(guids, 0..12),
            prop::collection::vec(Just(None), 0..12)
        ]
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(first in ids(), second in ids()) {
            let column = |ids: &[Option<ExternalId>]| {
                let mut column = IdentifierColumn::default();
                ids.iter().for_each(|id| column.push(id.as_ref()));
                column
            };
            let (mut all, mut rest) = (column(&first), column(&second));
            all.append(&mut rest);
            let expected: Vec<_> = first.into_iter().chain(second).collect();
            prop_assert_eq!((all.len(), rest.len()), (expected.len(), 0));
            for (at, id) in expected.iter().enumerate() {
                prop_assert_eq!(&all.get(at), id);
                prop_assert_eq!(all.key(at).is_some(), id.is_some());
                for (other, other_id) in expected.iter().enumerate() {
                    prop_assert_eq!(all.same(at, other), id.is_some() && id == other_id);
                    if all.same(at, other) {
                        prop_assert_eq!(all.key(at), all.key(other));
                    }
                }
            }
            let (mut keys, some) = (Vec::new(), 1.min(expected.len())..expected.len());
            all.for_each_key(some.clone(), |key| keys.push(key));
            prop_assert_eq!(keys, some.filter_map(|at| all.key(at)).collect::<Vec<_>>());
            let order: Vec<u32> = (0..expected.len() as u32).rev().collect();
            let turned = all.arranged(&order);
            for (at, id) in expected.iter().rev().enumerate() {
                prop_assert_eq!(&turned.get(at), id);
            }
        }
    }
}
