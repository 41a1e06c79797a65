//! Judges rules over one matrix in compressed-row form and prints one line of JSON: what every measurement of judging uses.
//!
//! ```text
//! judge_csr DIR RULES_DIR [--threads N] [--reps N] [--groups] [--check]
//! ```
//!
//! DIR holds `indptr.npy`, `indices.npy` and `meta.json`, RULES_DIR `rules.npy`. The clock runs from the rows in memory to the list
//! of conflicts: whatever is laid out or looked up for judging is in it, reading files is not. Each repetition starts from rows
//! alone. `--groups` times also what each conflict holds; with `--check` the conflicts are summed up as the peers sum theirs.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails should stop"
)]

use sod_benches::csr::{matrix, peak_mb, rules};
use sod_core::{conflict_groups, evaluate_rules};
use sod_model::{ConflictSet, Directory};
use std::time::Instant;

const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Conflicts, violated rules, a hash of the number of conflicts of each rule, and one of the conflicts.
fn answer(conflicts: &ConflictSet, users: u64) -> [u64; 4] {
    let [mut violated, mut numbers, mut hash] = [0u64; 3];
    for of_rule in conflicts.conflicts().chunk_by(|a, b| a.rule == b.rule) {
        let rule = u64::from(of_rule[0].rule.0);
        violated += 1;
        numbers = numbers.wrapping_add((of_rule.len() as u64).wrapping_mul(rule.wrapping_mul(SPREAD) >> 32));
        for conflict in of_rule {
            let cell = rule * users + u64::from(conflict.user.0);
            hash = hash.wrapping_add(cell.wrapping_mul(SPREAD) >> 32);
        }
    }
    [conflicts.conflicts().len() as u64, violated, numbers, hash]
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).map(|at| arguments[at + 1].clone());
    let flag = |name: &str| arguments.iter().any(|a| a == name);
    let number = |name: &str| value(name).map(|text| text.parse::<usize>().expect("a number"));
    let usage = "usage: judge_csr DIR RULES_DIR [options], see the head of the file";
    let (dir, rules_dir) = (arguments.get(1).expect(usage), arguments.get(2).expect(usage));
    let threads = number("--threads").unwrap_or(2);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("a thread pool");

    let (read, rules, directory) = (matrix(dir), rules(rules_dir), Directory::default());
    let before_mb = peak_mb();
    let (mut kernel_s, mut groups_s, mut groups) = (Vec::new(), Vec::new(), 0);
    let mut conflicts = ConflictSet::default();
    for _ in 0..number("--reps").unwrap_or(3) {
        // As in life: the last answer is gone before the next is made.
        drop(std::mem::take(&mut conflicts));
        // A copy that was asked for no column: nothing is left over from the repetition before.
        let matrix = read.clone();
        let began = Instant::now();
        conflicts = evaluate_rules(&matrix, &directory, &rules);
        kernel_s.push(began.elapsed().as_secs_f64());
        if flag("--groups") {
            let began = Instant::now();
            groups = conflict_groups(&matrix, &directory, &rules, &conflicts).len();
            groups_s.push(began.elapsed().as_secs_f64());
        }
    }
    let rss_mb = peak_mb();
    let list = |times: &[f64]| times.iter().map(|s| format!("{s:.5}")).collect::<Vec<_>>().join(",");
    let [count, violated, numbers, hash] =
        if flag("--check") { answer(&conflicts, read.users() as u64) } else { [0; 4] };
    println!(
        "{{\"contestant\":\"sod\",\"kernel_s\":[{}],\"groups_s\":[{}],\"conflicts\":{count},\"violated\":{violated},\
         \"numbers\":{numbers},\"hash\":{hash},\"groups\":{groups},\"rss_mb\":{rss_mb},\"input_mb\":{before_mb}}}",
        list(&kernel_s),
        list(&groups_s),
    );
}
