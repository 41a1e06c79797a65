//! What must not show in a snapshot: the order of files and inputs, threads, pages, packing.

use crate::harness::{Export, bytes_input, file, render_content};
use crate::shapes_folder::{gzip, zstd};
use proptest::prelude::*;
use sod_ingest::{Input, LoadOptions, load};
use sod_model::Silent;

/// Rows of a little tenant with every trouble that is no refusal: clashes, copies, names, missing parts.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for n in 0..60u32 {
        let (user, package) = (n % 7, n % 5);
        let state = ["Delivered", "delivered", "Expired", "Delivering", "Frozen"][n as usize % 5];
        let end = if n % 4 == 0 { r#""2027-01-01T00:00:00Z""# } else { "null" };
        rows.push(match n % 4 {
            0 => format!(r#"{{"id":"a{n}","accessPackageId":"P{package}","targetId":"r{user}","assignmentState":"{state}","expiredDateTime":{end}}}"#),
            1 => format!(r#"{{"id":"a{n}","accessPackage":{{"id":"P{package}","displayName":"Package {}"}},"target":{{"id":"r{user}","objectId":"o{user}","displayName":"User {n}"}},"state":"{state}"}}"#, n % 3),
            2 => format!(r#"{{"Id":"a{n}","AccessPackageId":"P{package}","TargetObjectId":"o{user}","TargetId":"r{user}","State":"{state}","AssignmentPolicyId":"L{}"}}"#, n % 2),
            _ => format!(r#"{{"id":"a{}","accessPackageId":"P{package}","targetId":"o{user}","assignmentState":"{state}","expiredDateTime":{end}}}"#, n - 1),
        });
    }
    rows.push(
        r#"{"id":"c1","accessPackageId":"P1","target":{"id":"r1","objectId":"o2"},"state":"delivered"}"#
            .to_owned(),
    );
    // Beside a good row: a page of nothing but rows of nobody is refused.
    for (n, row) in rows.iter_mut().enumerate().filter(|(_, row)| row.contains("\"targetId\":\"r1\"")) {
        row.push_str(&format!(
            r#",{{"id":"g{n}","accessPackageId":"P0","targetId":"o3","assignmentState":"Delivered"}}"#
        ));
    }
    // Behind a good row: a page of nothing but bad ones is refused, and rightly.
    rows[0].push_str(r#",{"id":"bad","state":"delivered","status":"x"}"#);
    rows[1].push_str(r#",{"id":"bad",}"#);
    rows.push(r#"{"id":"P1","displayName":"Package 1","isHidden":false,"incompatibleAccessPackages":[{"id":"P2"},{"id":"P9"}],"incompatibleGroups":[{"id":"G"}]}"#.to_owned());
    rows.push(r#"{"GroupId":"G","Members":["o1","o2","o77"]}"#.to_owned());
    rows.push(r#"{"id":"L1","displayName":"Policy","canExtend":true,"accessPackageId":"P1"}"#.to_owned());
    rows
}

/// Content, warnings and totals: all but places and paths.
fn told(export: &Export) -> String {
    let snapshot = export.load().unwrap_or_else(|error| panic!("{error}"));
    crate::harness::check_accounting(&snapshot);
    let provenance = &snapshot.provenance;
    let warnings: Vec<String> =
        provenance.warnings.iter().map(|w| format!("{} {} {}", w.code, w.count, w.message)).collect();
    let mut rejected: Vec<String> =
        provenance.rejected.iter().map(|r| format!("{} {}", r.code, r.detail)).collect();
    rejected.sort();
    format!(
        "{}{:?}\n{}\n{}\n{:?}",
        render_content(&snapshot),
        provenance.rows(),
        warnings.join("\n"),
        rejected.join("\n"),
        provenance.side()
    )
}

fn page(rows: &[String]) -> String {
    format!(r#"{{"value":[{}]}}"#, rows.join(",\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// However the rows are dealt out to files and pages, in whatever order, packed or not, by however many threads.
    #[test]
    fn dealing_does_not_show(
        order in Just(rows()).prop_shuffle(),
        cuts in prop::collection::vec(0usize..64, 0..6),
        packing in prop::collection::vec(0u8..4, 8),
        threads in prop::sample::select(vec![1usize, 2, 8]),
        one_file in any::<bool>(),
    ) {
        let mut cuts = cuts;
        cuts.extend([0, order.len()]);
        cuts.sort_unstable();
        let pages: Vec<String> = cuts.windows(2).map(|ends| page(&order[ends[0]..ends[1]])).collect();
        let pages = if one_file { vec![pages.join("\r\n")] } else { pages };
        let mut export = Export::default();
        for (at, text) in pages.iter().enumerate() {
            let bytes = match packing[at % 8] {
                1 => gzip(text.as_bytes()),
                2 => zstd(text.as_bytes()),
                3 => format!("\u{feff}{text}").into_bytes(),
                _ => text.clone().into_bytes(),
            };
            // Names without numbers: what a name says is another matter.
            let name = char::from(b'a' + ((at * 7) % 10) as u8);
            export = export.and(&format!("{name}.json"), bytes);
        }
        let export = export.with(|options| options.threads = threads);
        let expected = told(&file("all.json", page(&rows())));
        prop_assert_eq!(told(&export), expected);
    }
}

/// Large enough for several batches of one file: the queue between threads is used.
#[test]
fn threads_do_not_show() {
    let pad = "x".repeat(900);
    let rows: Vec<String> = (0..6000)
        .map(|n| format!(r#"{{"id":"a{n}","accessPackageId":"P{}","targetId":"u{}","assignmentState":"Delivered","x":"{pad}"}}"#, n % 50, n % 777))
        .collect();
    let text = page(&rows);
    let outcome = |threads: usize| {
        let export =
            file("1.json", &text).and("2.json", page(&rows[..3000])).and("3.json.gz", gzip(text.as_bytes()));
        export.with(|options| options.threads = threads).outcome()
    };
    let expected = outcome(1);
    for threads in [2, 8, 0] {
        assert!(outcome(threads) == expected, "{threads} threads");
    }
}

#[test]
fn the_order_of_inputs_does_not_show() {
    let rows = rows();
    let parts: Vec<(String, String)> =
        rows.chunks(11).enumerate().map(|(at, rows)| (format!("{at}.json"), page(rows))).collect();
    let outcome = |order: &[usize]| {
        let inputs: Vec<Input> =
            order.iter().map(|at| bytes_input(&parts[*at].0, parts[*at].1.as_bytes())).collect();
        crate::harness::render(&load(&inputs, &LoadOptions::default(), &Silent).unwrap().snapshot)
    };
    let count = parts.len();
    let expected = outcome(&(0..count).collect::<Vec<_>>());
    assert_eq!(outcome(&(0..count).rev().collect::<Vec<_>>()), expected);
    assert_eq!(outcome(&(0..count).map(|at| (at + 3) % count).collect::<Vec<_>>()), expected);
}
