//! Tenants as the harness of the peers keeps them: a matrix in compressed rows, and rules over it.
//!
//! For the programs in `examples/`, which measure: what is missing or broken ends them with a message.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails should stop"
)]

use sod_model::{AssignmentMatrix, PackageId, Rule, RuleOrigin, RuleSet, Term};

/// The matrix of a folder with `indptr.npy` (int64), `indices.npy` (int32) and `meta.json` (with `packages`).
#[must_use]
pub fn matrix(dir: &str) -> AssignmentMatrix {
    let starts = npy(&format!("{dir}/indptr.npy"));
    let starts = starts.as_chunks::<8>().0.iter().map(|&bytes| u64::from_le_bytes(bytes)).collect();
    let held = npy(&format!("{dir}/indices.npy"));
    let held = held.as_chunks::<4>().0.iter().map(|&bytes| PackageId(u32::from_le_bytes(bytes))).collect();
    AssignmentMatrix::from_rows(packages(dir), starts, held)
}

/// The rules of a folder with `rules.npy`: int32, a row for each package of each term: rule, term, at least, package. Rules and
/// terms are numbered from 0 and ascend.
#[must_use]
pub fn rules(dir: &str) -> RuleSet {
    let bytes = npy(&format!("{dir}/rules.npy"));
    let numbers: Vec<u32> = bytes.as_chunks::<4>().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
    let mut terms_of: Vec<Vec<Term>> = Vec::new();
    for &[rule, term, at_least, package] in numbers.as_chunks::<4>().0 {
        terms_of.resize_with(terms_of.len().max(rule as usize + 1), Vec::new);
        let terms = &mut terms_of[rule as usize];
        if terms.len() <= term as usize {
            terms.push(Term { packages: Vec::new(), groups: Vec::new(), at_least });
        }
        terms[term as usize].packages.push(PackageId(package));
    }
    let rule = |(at, terms)| Rule::new(&format!("R{at:09}"), "generated", RuleOrigin::Document, terms);
    RuleSet::new(terms_of.into_iter().enumerate().map(rule).collect())
}

fn npy(path: &str) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(bytes.get(..6), Some(&b"\x93NUMPY"[..]), "{path} is no .npy file");
    let header = u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
    bytes[10 + header..].to_vec()
}

fn packages(dir: &str) -> usize {
    let meta = std::fs::read_to_string(format!("{dir}/meta.json")).expect("meta.json");
    let after = meta.split("\"packages\"").nth(1).expect("meta.json has packages");
    let digits: String =
        after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().expect("packages is a number")
}

/// The greatest resident size so far, in MiB; 0 where the system does not tell.
#[must_use]
pub fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
