//! The fast way to read JSON says what the slow one says: learned shapes, segments and threads do not show.

use crate::twin_corpus::{
    BETA_CONTEXT, V1_CONTEXT, beta, beta_expanded, brief, framings, page, powershell, rows, v1,
};
use crate::twin_ways::{check_all, check_few};

/// Every stringing of every style of record, in a few ways each; the ways take turns.
#[test]
fn every_stringing_of_every_style() {
    let mixed = |n: usize| match n % 11 {
        3 => brief(n),
        5 => powershell(n),
        8 => v1(n),
        _ => beta(n),
    };
    let styles = [
        ("v1.0", V1_CONTEXT, rows(330, v1)),
        ("beta", BETA_CONTEXT, rows(500, beta)),
        ("beta expanded", BETA_CONTEXT, rows(330, beta_expanded)),
        ("powershell", V1_CONTEXT, rows(330, powershell)),
        ("mixed", BETA_CONTEXT, rows(400, mixed)),
    ];
    let mut turn = 0;
    let mut found = Vec::new();
    for (style, context, rows) in &styles {
        for (framing, bytes) in framings(context, rows) {
            turn += 1;
            found.extend(check_few(&format!("{style}, {framing}"), turn, &bytes).err());
        }
    }
    assert!(found.is_empty(), "{} of {turn} differ:\n{}", found.len(), found.join("\n"));
}

/// The usual exports in all ways.
#[test]
fn the_usual_exports_in_all_ways() {
    for (case, bytes) in
        [("v1.0", page(V1_CONTEXT, &rows(700, v1), None)), ("beta lines", rows(900, beta).join("\n"))]
    {
        let told = check_all(case, bytes.as_bytes());
        assert!(told.iter().filter(|line| line.starts_with("assignment:")).count() >= 500, "{case}");
    }
}
