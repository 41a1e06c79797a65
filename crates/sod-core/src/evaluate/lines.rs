//! One rule after the other on the lines of one band.

use super::terms::{Demand, Demands, Judged, Set};
use crate::bands::{Band, Line, NOBODY, Things};

/// Up to so many of a set are counted by levels, more by binary counters.
const LEVELS_MAX: u32 = 4;

/// The bands, and what was worked out for the present one.
pub(super) struct Judge<'a> {
    band: Band<'a>,
    demands: &'a Demands,
    // By demand, of those that several rules make: who meets it, once a rule has asked.
    met: Vec<Met>,
    met_by: Vec<Line>,
    digits: Vec<Line>,
    users: Line,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Unknown,
    ByNobody,
    BySome,
}

impl<'a> Judge<'a> {
    pub(super) fn new(things: &'a Things<'a>, demands: &'a Demands) -> Self {
        let (met, met_by) = (vec![Met::Unknown; demands.len()], vec![NOBODY; demands.len()]);
        Self { band: Band::new(things), demands, met, met_by, digits: Vec::new(), users: NOBODY }
    }

    /// Moves on to band `at`.
    pub(super) fn go_to(&mut self, at: usize) {
        self.band.fill(at);
        self.met.fill(Met::Unknown);
    }

    /// Who of the band is in all sets of a rule; `None` if nobody is.
    pub(super) fn violators(&mut self, rule: &Judged) -> Option<&Line> {
        // What nobody here has is known at once.
        let is_out_of_reach = |set: &Set| match set {
            Set::Thing(thing) => self.band.line(*thing).is_none(),
            Set::Demand(number) => self.met.get(*number as usize) == Some(&Met::ByNobody),
        };
        if rule.sets.iter().any(is_out_of_reach) {
            return None;
        }
        self.users = self.band.everybody;
        rule.sets.iter().all(|set| self.narrow(*set)).then_some(&self.users)
    }

    /// Keeps those users who are in the set, and says whether anybody is left.
    fn narrow(&mut self, set: Set) -> bool {
        let number = match set {
            Set::Thing(thing) => {
                return self.band.line(thing).is_some_and(|line| keep(&mut self.users, line));
            }
            Set::Demand(number) => number,
        };
        let Some(demand) = self.demands.demand(number) else { return false };
        if !demand.is_shared {
            let mut line = NOBODY;
            return meet(demand, &self.band, &mut self.digits, &mut line) && keep(&mut self.users, &line);
        }
        let at = number as usize;
        let (Some(met), Some(line)) = (self.met.get_mut(at), self.met_by.get_mut(at)) else { return false };
        if *met == Met::Unknown {
            let some = meet(demand, &self.band, &mut self.digits, line);
            *met = if some { Met::BySome } else { Met::ByNobody };
        }
        *met == Met::BySome && keep(&mut self.users, line)
    }
}

/// Intersects, and says whether anybody is left.
fn keep(users: &mut Line, others: &Line) -> bool {
    let mut left = 0;
    for (word, other) in users.iter_mut().zip(others) {
        *word &= other;
        left |= *word;
    }
    left != 0
}

/// Writes down who meets a demand, and says whether anybody does.
fn meet(demand: &Demand, band: &Band<'_>, digits: &mut Vec<Line>, out: &mut Line) -> bool {
    let lines = || demand.things.iter().filter_map(|thing| band.line(*thing));
    if lines().take(demand.at_least as usize).count() < demand.at_least as usize {
        return false;
    }
    *out = match demand.at_least {
        1 => levels::<1>(lines()),
        2 => levels::<2>(lines()),
        3 => levels::<3>(lines()),
        LEVELS_MAX => levels::<{ LEVELS_MAX as usize }>(lines()),
        more => counted(lines(), more, digits),
    };
    *out != NOBODY
}

/// Who is in at least `N` of the lines, N > 0. `levels[i]` has those who were met more than `i` times so far, so that one more line
/// lifts its users by one level, the highest level first.
fn levels<'l, const N: usize>(lines: impl Iterator<Item = &'l Line>) -> Line {
    let mut levels = [NOBODY; N];
    for line in lines {
        let mut above: Option<&mut Line> = None;
        for level in levels.iter_mut().rev() {
            if let Some(above) = above {
                let both = level.iter().zip(line).map(|(a, b)| a & b);
                above.iter_mut().zip(both).for_each(|(word, both)| *word |= both);
            }
            above = Some(level);
        }
        if let Some(lowest) = above {
            lowest.iter_mut().zip(line).for_each(|(word, other)| *word |= other);
        }
    }
    levels.last().copied().unwrap_or(NOBODY)
}

/// Who is in at least `at_least` of the lines, `at_least` > 0, by bit-sliced counters.
///
/// Each user has a counter in binary, and the counters are kept by digit: `digits[i]` has the users whose counter has digit `i`
/// set. A line is added to all counters at once by a ripple of exclusive-or and carry.
fn counted<'l>(lines: impl Iterator<Item = &'l Line>, at_least: u32, digits: &mut Vec<Line>) -> Line {
    digits.clear();
    for line in lines {
        let mut carry = *line;
        for digit in digits.iter_mut() {
            for (carry, digit) in carry.iter_mut().zip(digit) {
                (*carry, *digit) = (*carry & *digit, *carry ^ *digit);
            }
        }
        if carry != NOBODY {
            digits.push(carry);
        }
    }
    if digits.len() < 32 && at_least >> digits.len() != 0 {
        // The number has more digits than the highest counter.
        return NOBODY;
    }
    // From the highest digit down: who is already above, and who is equal so far.
    let (mut above, mut equal) = (NOBODY, [u64::MAX; crate::bands::WORDS]);
    for (place, digit) in digits.iter().enumerate().rev() {
        let is_set = (at_least >> place) & 1 == 1;
        for ((above, equal), digit) in above.iter_mut().zip(&mut equal).zip(digit) {
            if is_set {
                *equal &= digit;
            } else {
                *above |= *equal & digit;
                *equal &= !digit;
            }
        }
    }
    above.iter_mut().zip(equal).for_each(|(above, equal)| *above |= equal);
    above
}
