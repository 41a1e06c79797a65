//! Policies in two bytes as long as their numbers fit, which are given in the order they are met; in four from then on.

use super::arranged;
use crate::PolicyId;

#[derive(Clone, Debug, Default)]
pub(super) struct PolicyColumn {
    /// `u16::MAX` for none; empty once there are wide ones.
    narrow: Vec<u16>,
    /// `u32::MAX` for none.
    wide: Option<Vec<u32>>,
}

/// Nothing that a narrow column can hold for a number that it cannot.
const fn narrow(policy: Option<PolicyId>) -> Option<u16> {
    match policy {
        None => Some(u16::MAX),
        Some(PolicyId(number)) if number < u16::MAX as u32 => Some(number as u16),
        Some(_) => None,
    }
}

fn wide(policy: Option<PolicyId>) -> u32 {
    policy.map_or(u32::MAX, |policy| policy.0)
}

fn of_narrow(code: u16) -> Option<PolicyId> {
    (code != u16::MAX).then_some(PolicyId(u32::from(code)))
}

fn of_wide(code: u32) -> Option<PolicyId> {
    (code != u32::MAX).then_some(PolicyId(code))
}

impl PolicyColumn {
    pub(super) fn reserve(&mut self, rows: usize) {
        let _ = match &mut self.wide {
            Some(codes) => codes.try_reserve_exact(rows),
            None => self.narrow.try_reserve_exact(rows),
        };
    }

    pub(super) fn push(&mut self, policy: Option<PolicyId>) {
        match narrow(policy) {
            Some(code) if self.wide.is_none() => self.narrow.push(code),
            _ => self.widened().push(wide(policy)),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<PolicyId> {
        match &self.wide {
            Some(codes) => of_wide(*codes.get(at)?),
            None => of_narrow(*self.narrow.get(at)?),
        }
    }

    /// Does nothing where there is no such row.
    pub(super) fn set(&mut self, at: usize, policy: Option<PolicyId>) {
        match narrow(policy) {
            Some(code) if self.wide.is_none() => {
                if let Some(slot) = self.narrow.get_mut(at) {
                    *slot = code;
                }
            }
            _ => {
                if let Some(slot) = self.widened().get_mut(at) {
                    *slot = wide(policy);
                }
            }
        }
    }

    /// Gives every policy the number that `renumbered` says.
    pub(super) fn renumber(&mut self, renumbered: impl Fn(PolicyId) -> PolicyId) {
        let renumbered = |policy: Option<PolicyId>| policy.map(&renumbered);
        let mut done = 0;
        if self.wide.is_none() {
            for own in &mut self.narrow {
                let Some(code) = narrow(renumbered(of_narrow(*own))) else { break };
                *own = code;
                done += 1;
            }
            if done == self.narrow.len() {
                return;
            }
        }
        self.widened().iter_mut().skip(done).for_each(|own| *own = wide(renumbered(of_wide(*own))));
    }

    pub(super) fn append(&mut self, other: &mut Self) {
        if self.wide.is_none() && other.wide.is_none() {
            self.narrow.append(&mut other.narrow);
        } else {
            self.widened().append(other.widened());
        }
    }

    pub(super) fn arranged(self, order: &[u32]) -> Self {
        Self { narrow: arranged(self.narrow, order), wide: self.wide.map(|codes| arranged(codes, order)) }
    }

    /// The same in the form that takes any number.
    fn widened(&mut self) -> &mut Vec<u32> {
        let narrow = &mut self.narrow;
        self.wide.get_or_insert_with(|| {
            let mut codes = Vec::with_capacity(narrow.capacity());
            codes.extend(std::mem::take(narrow).into_iter().map(|code| wide(of_narrow(code))));
            codes
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(
            policies in prop::collection::vec(prop::option::of(prop_oneof![
                4 => 0u32..9, 1 => 0xfffdu32..0x1_0002, 1 => Just(u32::MAX - 1)
            ]), 0..30),
            cut in 0usize..30,
            more in 0u32..0x1_0000,
        ) {
            let policies: Vec<Option<PolicyId>> = policies.into_iter().map(|number| number.map(PolicyId)).collect();
            let (mut column, mut rest) = (PolicyColumn::default(), PolicyColumn::default());
            for (at, policy) in policies.iter().enumerate() {
                if at < cut { column.push(*policy) } else { rest.push(*policy) }
            }
            column.append(&mut rest);
            let order: Vec<u32> = (0..policies.len() as u32).rev().collect();
            let turned = column.clone().arranged(&order);
            let mut renumbered = column.clone();
            let other = |policy: PolicyId| PolicyId(policy.0.saturating_add(more).min(u32::MAX - 1));
            renumbered.renumber(other);
            for (at, policy) in policies.iter().enumerate() {
                prop_assert_eq!(column.get(at), *policy);
                prop_assert_eq!(turned.get(policies.len() - 1 - at), *policy);
                prop_assert_eq!(renumbered.get(at), policy.map(other));
                for new in [None, Some(PolicyId(7)), Some(PolicyId(more + 0x8000))] {
                    column.set(at, new);
                    prop_assert_eq!(column.get(at), new);
                }
            }
            prop_assert_eq!(column.get(policies.len()), None);
        }
    }
}
