//! What was chosen and why, in a sentence.

use super::{CountPlan, Work};
use crate::CountMethod;

impl CountPlan {
    /// What was chosen and why, in a sentence for `--verbose`.
    #[must_use]
    pub fn explain(&self) -> String {
        let taken = self.method();
        let why = match self.asked {
            Some(asked) if asked == taken => ", as asked",
            Some(_) => ", because the triangle asked for would not fit",
            None => "",
        };
        let others: Vec<String> = CountMethod::ALL
            .iter()
            .filter(|method| **method != taken)
            .filter_map(|&method| Some(format!("{} by {method}", self.estimate(method)?)))
            .collect();
        let against =
            if others.is_empty() { String::new() } else { format!(", against {}", others.join(" and ")) };
        let estimate = self.estimate(taken).unwrap_or_default();
        let how = match &self.work {
            Work::Blocks(blocks) => format!(
                "; {} of {} packages counted 512 at once ({} of them from bit columns), tiles of {} users, {}",
                number(blocks.packages.iter().take(blocks.heavy).filter(|id| **id != u32::MAX).count() as u64),
                number(self.held.len() as u64),
                number(blocks.dense as u64),
                number(blocks.tile_users as u64),
                self.level()
            ),
            _ => String::new(),
        };
        format!("counting by {taken}{why}: estimated at {estimate} of one thread{against}{how}")
    }

    fn estimate(&self, method: CountMethod) -> Option<String> {
        let with_steps =
            |(ns, steps): (u64, u64), unit: &str| format!("{} ({} {unit})", time(ns), number(steps));
        match method {
            CountMethod::Triangle => self.estimates.triangle.map(time),
            CountMethod::Blocks => self.estimates.blocks.as_ref().map(|cost| time(cost.total_ns)),
            CountMethod::Columns => {
                self.estimates.columns.map(|columns| with_steps(columns, "intersections"))
            }
            CountMethod::Rows => self.estimates.rows.map(|rows| with_steps(rows, "increments")),
        }
    }
}

fn time(ns: u64) -> String {
    let ns = ns as f64;
    match ns {
        _ if ns < 1e6 => format!("{:.2} ms", ns / 1e6),
        _ if ns < 1e9 => format!("{:.0} ms", ns / 1e6),
        _ => format!("{:.1} s", ns / 1e9),
    }
}

fn number(count: u64) -> String {
    let as_float = count as f64;
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{:.0} thousand", as_float / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} million", as_float / 1e6),
        _ => format!("{:.1} thousand million", as_float / 1e9),
    }
}
