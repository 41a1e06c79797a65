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

/// What is left when only holdings are kept: everything but ids, policies, starts and places of assignments.
fn holdings_told(text: &str, holdings_alone: bool) -> String {
    use std::fmt::Write as _;
    let options = LoadOptions { holdings_alone, allow_empty: true, ..LoadOptions::default() };
    let snapshot = load(&[bytes_input("a.json", text.as_bytes())], &options, &Silent).unwrap().snapshot;
    let provenance = &snapshot.provenance;
    let mut told = format!("{:?}\n", provenance.rows());
    for source in &provenance.sources {
        writeln!(told, "{:?}", source.states).unwrap();
    }
    for warning in &provenance.warnings {
        writeln!(told, "{} {} {}", warning.code, warning.count, warning.message).unwrap();
    }
    // Of several assignments of one user and package, ids decide the order; without them the state does.
    let row = |row: sod_model::Assignment| (row.user, row.package, row.state, row.until);
    let mut rows: Vec<_> = snapshot.assignments().map(row).collect();
    rows.sort_unstable();
    let states = sod_model::StateFilter::all();
    for holding in [sod_model::Holding::default(), sod_model::Holding { states }] {
        writeln!(told, "{:?}", snapshot.matrix(&holding).rows().collect::<Vec<_>>()).unwrap();
    }
    told + &format!("{rows:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn keeping_holdings_alone_changes_no_holding_and_no_warning(
        // Of many ids all differ; of few some are copies, and some are used for two things.
        ids in prop_oneof![Just(4u32), Just(40), Just(u32::MAX)],
        rows in prop::collection::vec((any::<u32>(), 0u32..4, 0u32..3, 0usize..4, 0u32..3, 0u32..3), 1..40),
        nameless in prop::bool::weighted(0.2),
    ) {
        const STATES: [&str; 4] = ["Delivered", "Expired", "Delivering", "Frozen"];
        let row = |(at, (id, user, package, state, end, policy)): (usize, &(u32, u32, u32, usize, u32, u32))| {
            let id = match ids {
                _ if nameless && id % 5 == 0 => String::new(),
                // All differ.
                u32::MAX => format!(r#""id":"{at:08x}-0000-4000-8000-000000000001","#),
                ids => format!(r#""id":"{:08x}-0000-4000-8000-000000000001","#, id % ids),
            };
            let end = if *end == 0 { "null".to_owned() } else { format!("\"203{end}-01-01T00:00:00Z\"") };
            format!(
                r#"{{{id}"accessPackageId":"0000000{package}-0000-4000-8000-000000000002","targetId":"0000000{user}-0000-4000-8000-000000000003","assignmentPolicyId":"0000000{policy}-0000-4000-8000-000000000004","assignmentState":"{}","expiredDateTime":{end}}}"#,
                STATES[*state]
            )
        };
        let text = format!("[{}]", rows.iter().enumerate().map(row).collect::<Vec<_>>().join(",\n"));
        prop_assert_eq!(holdings_told(&text, true), holdings_told(&text, false));
    }
}
