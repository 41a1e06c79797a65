//! Fixed work for `callgrind/run`, which counts its instructions: `guard CASE REPS`, or `guard --list` for the cases.
//!
//! A case is `count/METHOD/LEVEL` (every pair of one tenant), `plan` (choosing how) or `load` (one page of an export). All is
//! done on one thread, REPS times: the difference between two repetitions and one is one repetition without what comes
//! before. What is counted says nothing about caches and misses; clocks are `peers/run`'s.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use sod_benches::{Tenant, records::expanded_page};
use sod_core::{CountMethod, CountPlan, Level, PairScope, PairTotals, count_pairs};
use sod_ingest::{LoadOptions, load_bytes};
use sod_model::{AssignmentMatrix, Silent};
use std::{error::Error, hint::black_box};

const TENANT: Tenant = Tenant { name: "guard", users: 20_000, packages: 600, draws: 15 };
/// The levels that callgrind knows: valgrind 3.19 has no AVX-512.
const LEVELS: [Level; 2] = [Level::Portable, Level::Avx2];
const RECORDS: usize = 2_000;

type Outcome = Result<(), Box<dyn Error>>;

fn cases() -> Vec<String> {
    let counts =
        CountMethod::ALL.iter().flat_map(|method| LEVELS.map(|level| format!("count/{method}/{level}")));
    counts.chain(["plan".to_owned(), "load".to_owned()]).collect()
}

fn load(reps: usize) -> Outcome {
    let page = expanded_page(RECORDS);
    let options = LoadOptions { threads: 1, ..LoadOptions::default() };
    for _ in 0..reps {
        let snapshot = load_bytes("page.json", black_box(page.as_bytes()), &options)?;
        if snapshot.assignments().len() != RECORDS {
            return Err("the page was not read in full".into());
        }
    }
    Ok(())
}

fn plan(matrix: &AssignmentMatrix, reps: usize) {
    for _ in 0..reps {
        black_box(CountPlan::choose(black_box(matrix), PairScope::All, None));
    }
}

fn count(matrix: &AssignmentMatrix, method: &str, level: &str, reps: usize) -> Outcome {
    let level: Level = level.parse()?;
    if !level.is_available() {
        return Err(format!("this machine has no {level}").into());
    }
    let plan = CountPlan::choose(matrix, PairScope::All, Some(method.parse()?)).on(level);
    for _ in 0..reps {
        let totals =
            count_pairs(black_box(matrix), &plan, PairTotals::default(), &Silent).ok_or("cancelled")?;
        if totals.holders_sum != matrix.pair_sum_from_rows() {
            return Err("the sum of all counts is wrong".into());
        }
    }
    Ok(())
}

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (case, reps) = match arguments[..] {
        ["--list"] => {
            cases().iter().for_each(|case| println!("{case}"));
            return Ok(());
        }
        [case, reps] => (case, reps.parse()?),
        _ => return Err("usage: guard CASE REPS, or guard --list".into()),
    };
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    match case.split('/').collect::<Vec<_>>()[..] {
        ["load"] => load(reps),
        ["plan"] => {
            plan(&TENANT.matrix(42), reps);
            Ok(())
        }
        ["count", method, level] => count(&TENANT.matrix(42), method, level, reps),
        _ => Err(format!("no case `{case}`").into()),
    }
}
