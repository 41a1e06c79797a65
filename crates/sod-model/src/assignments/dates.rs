//! Moments in four bytes: seconds since 1970 as far as 2089, and a list for the rest ("never" is the year 9999).

use super::arranged;
use crate::Timestamp;

const NONE: u32 = u32::MAX;
/// Codes from here on are positions in the list.
const LISTED: u32 = 0xe000_0000;

#[derive(Clone, Debug, Default)]
pub(super) struct DateColumn {
    codes: Vec<u32>,
    /// Moments outside of the range, some of them several times.
    listed: Vec<Timestamp>,
}

impl DateColumn {
    pub(super) fn reserve(&mut self, rows: usize) {
        let _ = self.codes.try_reserve_exact(rows);
    }

    pub(super) fn push(&mut self, moment: Option<Timestamp>) {
        let code = self.code(moment);
        self.codes.push(code);
    }

    pub(super) fn set(&mut self, at: usize, moment: Option<Timestamp>) {
        let code = self.code(moment);
        if let Some(slot) = self.codes.get_mut(at) {
            *slot = code;
        }
    }

    fn code(&mut self, moment: Option<Timestamp>) -> u32 {
        let Some(moment) = moment else { return NONE };
        match u32::try_from(moment.0) {
            Ok(seconds) if seconds < LISTED => seconds,
            _ => {
                // "Never" comes in runs.
                if self.listed.last() != Some(&moment) {
                    self.listed.push(moment);
                }
                LISTED + (self.listed.len() - 1).min((NONE - 1 - LISTED) as usize) as u32
            }
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Timestamp> {
        self.moment(*self.codes.get(at)?)
    }

    /// What a code of this column stands for.
    pub(super) fn moment(&self, code: u32) -> Option<Timestamp> {
        match code {
            NONE => None,
            seconds @ 0..LISTED => Some(Timestamp(i64::from(seconds))),
            listed => self.listed.get((listed - LISTED) as usize).copied(),
        }
    }

    /// The moments as numbers, which mean something in this column alone.
    pub(super) fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The column with other codes of its own.
    pub(super) fn with_codes(self, codes: Vec<u32>) -> Self {
        Self { codes, ..self }
    }

    pub(super) fn append(&mut self, other: &mut Self) {
        let shift = self.listed.len() as u32;
        if shift > 0 {
            other
                .codes
                .iter_mut()
                .filter(|code| **code >= LISTED && **code != NONE)
                .for_each(|code| *code += shift);
        }
        self.codes.append(&mut other.codes);
        self.listed.append(&mut other.listed);
    }

    pub(super) fn arranged(self, order: &[u32]) -> Self {
        Self { codes: arranged(self.codes, order), listed: self.listed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(
            moments in prop::collection::vec(prop::option::of(prop_oneof![
                any::<i64>(), 0i64..5_000_000_000, Just(253_402_300_799), (0xdfff_fffei64..0xe000_0002)
            ]), 0..40),
            cut in 0usize..40,
        ) {
            let moments: Vec<Option<Timestamp>> = moments.into_iter().map(|seconds| seconds.map(Timestamp)).collect();
            let (mut column, mut rest) = (DateColumn::default(), DateColumn::default());
            for (at, moment) in moments.iter().enumerate() {
                if at < cut { column.push(*moment) } else { rest.push(*moment) }
            }
            column.append(&mut rest);
            let order: Vec<u32> = (0..moments.len() as u32).rev().collect();
            let turned = column.clone().arranged(&order);
            for (at, moment) in moments.iter().enumerate() {
                prop_assert_eq!(column.get(at), *moment);
                prop_assert_eq!(turned.get(moments.len() - 1 - at), *moment);
                column.set(at, None);
                prop_assert_eq!(column.get(at), None);
            }
        }
    }
}
