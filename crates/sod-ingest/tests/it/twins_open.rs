//! Differences between the fast way and the slow one that were found once, each with the input that showed it. Numbered in
//! the order in which they were found.

use crate::twin_corpus::{BETA_CONTEXT, V1_CONTEXT, beta, brief, guid, page, powershell, pretty, rows, v1};
use crate::twin_ways::{KEEP_ALL, KEEP_EVERY, OnDisk, Way, all_ways, check_few, compare, hashed};

fn check(case: &str, bytes: impl AsRef<[u8]>) {
    let found: Vec<String> =
        (0..3).filter_map(|turn| check_few(case, turn, bytes.as_ref()).err()).take(1).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Replaces text in every `step`-th row from the hundredth on.
fn change(mut rows: Vec<String>, step: usize, from: &str, to: &str) -> Vec<String> {
    for row in rows.iter_mut().skip(100).step_by(step) {
        assert!(row.contains(from), "{row}");
        *row = row.replacen(from, to, 1);
    }
    rows
}

#[test]
fn f1_pages_in_a_list_and_segments() {
    let pages: Vec<String> = rows(300, brief).chunks(50).map(|rows| page(BETA_CONTEXT, rows, None)).collect();
    check("array of pages", format!("[{}]", pages.join(",")));
}

#[test]
fn f1_an_error_before_the_rows_and_segments() {
    let text = page(BETA_CONTEXT, &rows(300, brief), None);
    check("error", text.replacen("\"value\"", r#""error":{"code":"x"},"value""#, 1));
}

#[test]
fn f2_lines_in_a_list_within_the_package() {
    let few = r#""catalog":{"id":"00000005-0000-4000-8000-000000000001","displayName":"Catalog 1"}"#;
    let rows: Vec<String> = rows(330, v1)
        .into_iter()
        .enumerate()
        .map(|(n, row)| {
            let list = if n % 13 < 5 {
                r#","incompatibleGroups":[]"#
            } else {
                r#","incompatibleGroups":[{"id":"G1"},{"id":"G2"}]"#
            };
            pretty(&row.replacen("\"catalog\":", &format!("\"x\":1{list},\"catalog\":"), 1))
        })
        .collect();
    assert!(few.len() > 1);
    check("pretty", page(V1_CONTEXT, &rows, None));
}

#[test]
fn f2_line_ends_in_trusted_texts() {
    let rows = change(rows(330, v1), 41, "\"displayName\":\"Catalog", "\"displayName\":\"Cat\nalog");
    check("raw line end", page(V1_CONTEXT, &rows, None));
}

#[test]
fn f3_a_policy_without_an_id_must_be_valid() {
    let rows = change(
        rows(330, powershell),
        7,
        r#""AssignmentPolicy":{"Id":null,"DisplayName":null}"#,
        r#""AssignmentPolicy":{"Id":null,"DisplayName":"bad \q escape"}"#,
    );
    check("bad escape", page(V1_CONTEXT, &rows, None));
}

#[test]
fn f4_texts_that_are_not_utf8_are_counted() {
    let text = page(V1_CONTEXT, &rows(330, v1), None).replace("Package 3", "Pack\u{1}ge 3");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xe4 } else { byte }).collect();
    check("latin-1", bytes);
}

#[test]
fn f5_a_status_that_is_a_number() {
    let rows = change(rows(330, beta), 150, r#""isExtended":false"#, r#""status":404,"isExtended":false"#);
    let rows: Vec<String> = rows
        .into_iter()
        .map(|row| {
            if row.contains("404") {
                row
            } else {
                row.replacen("\"isExtended\"", "\"status\":\"x\",\"isExtended\"", 1)
            }
        })
        .collect();
    check("status", format!("[{}]", rows.join(",")));
}

#[test]
fn f5_an_error_that_is_a_text() {
    let with = |n: usize| brief(n).replacen("{\"id\"", "{\"error\":null,\"id\"", 1);
    let rows = change(rows(330, with), 150, "\"error\":null", "\"error\":\"x\"");
    check("error", format!("[{}]", rows.join(",")));
}

#[test]
fn f5_a_value_that_is_null() {
    let with = |n: usize| brief(n).replacen("{\"id\"", "{\"value\":1,\"id\"", 1);
    let rows = change(rows(330, with), 50, "\"value\":1", "\"value\":null");
    check("value", rows.join("\n"));
}

#[test]
fn f5_contexts_of_records() {
    let with = |n: usize| {
        brief(n).replacen(
            "{\"id\"",
            &format!(
                "{{\"@odata.context\":\"https://g/beta/$metadata#{}\",\"id\"",
                if n % 120 < 60 { "accessPackageAssignments" } else { "accessPackageAssignmentPolicies" }
            ),
            1,
        )
    };
    check("contexts", rows(330, with).join("\n"));
}

#[test]
fn f6_a_page_inside_a_page() {
    let mut rows = rows(330, brief);
    for at in [60, 130, 250] {
        rows[at] = format!(r#"[{{"value":[{}]}}]"#, rows[at]);
    }
    check(
        "inner",
        format!(
            r#"{{"@odata.context":"{BETA_CONTEXT}","@odata.nextLink":"https://g/x?$skiptoken=1","value":[{}]}}"#,
            rows.join(",")
        ),
    );
}

#[test]
fn f7_the_context_behind_the_records() {
    let named: Vec<String> =
        (0..330).map(|n| format!(r#"{{"id":"{}","displayName":"Package {n}"}}"#, guid(4, n))).collect();
    let context = format!(
        "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/accessPackages('{}')/incompatibleAccessPackages",
        guid(4, 9999)
    );
    let list = format!(r#"{{"value":[{}],"@odata.context":"{context}"}}"#, named.join(","));
    check("list", format!("{list}\n{}", rows(100, beta).join("\n")));
    let shaped = format!(
        r#"{{"value":[{}],"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#x/assignmentPolicies"}}"#,
        rows(300, beta).join(",")
    );
    check("of a known shape", format!("{shaped}\n{}", rows(100, beta).join("\n")));
}

#[test]
fn f8_integers_beyond_all_measure() {
    let with = |n: usize| brief(n).replacen("{\"id\"", "{\"count\":1,\"id\"", 1);
    let rows = change(rows(330, with), 50, "\"count\":1", &format!("\"count\":1{}", "0".repeat(400)));
    check("count", format!("{{\"value\":[{}]}}", rows.join(",\n")));
}

#[test]
fn f9_the_first_of_two_places() {
    let mut rows = rows(330, beta);
    for at in [8, 200, 300] {
        rows[at] = r#"{"id":"x","state":"a" "target":{},"state":"b","target":{},"state":"c"}"#.to_owned();
    }
    check("places", page(BETA_CONTEXT, &rows, None).replace("},{", "},\n{"));
}

#[test]
fn f11_which_file_had_the_copy() {
    let text = rows(300, v1).join("\n");
    let disk =
        OnDisk::new(&[("1.json", text.as_bytes()), ("2.json", text.as_bytes()), ("3.json", text.as_bytes())]);
    for _ in 0..5 {
        compare(&disk.inputs, &hashed(), &all_ways(), &KEEP_EVERY).unwrap();
    }
}

#[test]
fn f13_a_context_does_not_reach_back() {
    let groups = r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups","value":[{"id":"G1","displayName":"Auditors"}]}"#;
    for rows in [rows(300, brief), rows(300, v1)] {
        for text in [
            format!("{{\"value\":[{}]}}\n{groups}", rows.join(",")),
            format!("{}\n{groups}", rows.join("\n")),
            format!("[{}]{groups}", rows.join(",")),
        ] {
            for turn in 0..3 {
                let told = check_few("context behind", turn, text.as_bytes())
                    .unwrap_or_else(|found| panic!("{found}"));
                assert_eq!(
                    told.iter().filter(|line| line.starts_with("assignment:")).count(),
                    300,
                    "{}",
                    &text[text.len() - 300..]
                );
            }
        }
    }
}

/// Objects with an id and a name: only the context of their page tells that they are packages, and whose.
#[test]
fn f14_the_context_behind_many_records() {
    let context = |owner: usize| {
        format!(
            "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/accessPackages('{}')/incompatibleAccessPackages",
            guid(4, owner)
        )
    };
    let list = |owner: usize, count: usize| {
        let named: Vec<String> = (0..count)
            .map(|n| {
                format!(
                    r#"{{"id":"{}","displayName":"Package {n:06}","x":"{}"}}"#,
                    guid(4, n),
                    "x".repeat(900)
                )
            })
            .collect();
        format!(r#"{{"value":[{}],"@odata.context":"{}"}}"#, named.join(","), context(owner))
    };
    let held = rows(100, beta).join("\n");
    let owners =
        |text: &str| {
            let disk = OnDisk::new(&[("export.json", text.as_bytes())]);
            let ways = [(1, 0), (2, 0), (2, 4096), (4, 100_000), (2, 300)]
                .map(|(threads, segment_bytes)| Way { threads, segment_bytes, plain: false });
            let told =
                compare(&disk.inputs, &hashed(), &ways, &KEEP_ALL).unwrap_or_else(|found| panic!("{found}"));
            [9001, 9002, 9003].map(|owner| {
                told.iter().any(|line| line.starts_with("package: ") && line.contains(&guid(4, owner)))
            })
        };
    // A mebibyte is 1070 of these records: the context counts for those before it up to there, and for no more.
    let cases = [
        (vec![list(9001, 900)], [true, false, false]),
        (vec![list(9001, 1100)], [false, false, false]),
        (vec![list(9001, 3)], [true, false, false]),
        // Each page has its own, whatever came before.
        (vec![list(9001, 3), list(9002, 3), list(9003, 1030)], [true, true, true]),
        (vec![list(9001, 3), list(9002, 2500), list(9003, 3)], [true, false, true]),
        (
            vec![r#"{"value":[{"id":"G1","displayName":"x"}]}"#.to_owned(), list(9002, 700)],
            [false, true, false],
        ),
    ];
    for (at, (pages, expected)) in cases.into_iter().enumerate() {
        for text in [format!("{}\n{held}", pages.join("\n")), format!("{held}\n{}", pages.join(""))] {
            assert_eq!(owners(&text), expected, "case {at}");
        }
    }
}
