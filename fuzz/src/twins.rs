//! The two ways to read: learned shapes, segments and several threads must not show.

use crate::load_and_check_input;
use sod_ingest::{Input, LoadOptions};
use sod_model::{Holding, Snapshot, StateFilter};
use std::fmt::Debug;

/// Reads the input as the options say and by the general decoder on one thread, and holds equal all that both say.
pub fn check_twins(input: &Input, bytes: &[u8], options: &LoadOptions) {
    let plain = LoadOptions { plain_decoder: true, threads: 1, segment_bytes: 0, ..options.clone() };
    let slow = load_and_check_input(input, bytes, &plain);
    let fast = load_and_check_input(input, bytes, options);
    match (&slow, &fast) {
        (Ok(slow), Ok(fast)) => same_snapshot(slow, fast),
        (Err(slow), Err(fast)) => same("refusals", slow.refusals(), fast.refusals()),
        (Ok(slow), Err(fast)) => panic!("only the fast way refuses: {fast:?}\nslow: {:?}", slow.provenance),
        (Err(slow), Ok(fast)) => panic!("only the slow way refuses: {slow:?}\nfast: {:?}", fast.provenance),
    }
}

fn same_snapshot(slow: &Snapshot, fast: &Snapshot) {
    let (a, b) = (&slow.provenance, &fast.provenance);
    same("sources", &a.sources, &b.sources);
    same("rejected records", &a.rejected, &b.rejected);
    same("warnings", &a.warnings, &b.warnings);
    assert_eq!(a, b, "slow and fast differ in the rest of the provenance");
    let (a, b) = (&slow.directory, &fast.directory);
    same("users", a.users(), b.users());
    same("packages", a.packages(), b.packages());
    same("policies", a.policies(), b.policies());
    same("catalogs", a.catalogs(), b.catalogs());
    same("groups", a.groups(), b.groups());
    assert_eq!(slow.states, fast.states, "slow and fast differ in the states");
    let rows = |snapshot: &Snapshot| snapshot.assignments().collect::<Vec<_>>();
    same("assignments", &rows(slow), &rows(fast));
    for states in [Holding::default().states, StateFilter::all()] {
        let holding = Holding { states };
        let (a, b) = (slow.matrix(&holding), fast.matrix(&holding));
        assert!(a.rows().eq(b.rows()), "slow and fast differ in who holds what");
    }
}

/// Says the first difference alone: a whole list would fill the screen.
fn same<T: Debug + PartialEq>(what: &str, slow: &[T], fast: &[T]) {
    if slow != fast {
        let at = slow.iter().zip(fast).position(|(slow, fast)| slow != fast);
        let at = at.unwrap_or(slow.len().min(fast.len()));
        let (a, b) = (slow.get(at), fast.get(at));
        panic!("{what} differ at {at} of {} and {}:\nslow: {a:?}\nfast: {b:?}", slow.len(), fast.len());
    }
}
