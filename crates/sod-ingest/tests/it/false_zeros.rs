//! Inputs whose rows could vanish: each is understood, rejected with a code, or refused; never silently dropped.

use crate::harness::{Export, check, check_accounting, file, folder, holders_of_both};
use crate::shapes_graph::{BETA, V1, page};

const A: &str = r#"{"id":"a1","accessPackageId":"PAY","targetId":"alice","assignmentState":"Delivered"}"#;
const B: &str = r#"{"id":"a2","accessPackageId":"VEN","targetId":"alice","assignmentState":"Delivered"}"#;
const GOOD: &str = r#"[{"id":"g1","accessPackageId":"HR","targetId":"alice","assignmentState":"Delivered"}]"#;

/// Whatever wraps the rows, Alice holds both.
#[test]
fn wrapped_rows_are_found() {
    let nested_package = |rows: &str| {
        format!(r#"{{"id":"PAY","displayName":"Payments","isHidden":false,"assignments":[{rows}]}}"#)
    };
    let bare = r#"{"id":"a1","targetId":"alice","assignmentState":"Delivered"}"#;
    let bare_2 = r#"{"id":"a2","targetId":"alice","assignmentState":"Delivered"}"#;
    let of_user_1 = r#"{"id":"a1","accessPackageId":"PAY","assignmentState":"Delivered"}"#;
    let of_user_2 = r#"{"id":"a2","accessPackage":{"id":"VEN"},"assignmentState":"Delivered"}"#;
    let cases = [
        ("unknown member", format!(r#"{{"generated_at":"2026-01-01","myAssignments":[{A},{B}]}}"#)),
        (
            "unknown member after an id",
            format!(r#"{{"id":"run-7","tool":{{"version":1}},"Zuweisungen":[{A},{B}]}}"#),
        ),
        ("deeper", format!(r#"{{"tenant":{{"export":{{"value":[{A},{B}]}}}}}}"#)),
        ("page in a wrapper", format!(r#"{{"meta":1,"page":{{"@odata.context":"c","value":[{A},{B}]}}}}"#)),
        ("pages in a wrapper", format!(r#"{{"meta":1,"pages":[{{"value":[{A}]}},{{"value":[{B}]}}]}}"#)),
        ("by package name", format!(r#"{{"Payments":[{A}],"Vendors":[{B}]}}"#)),
        ("by assignment id", format!(r#"{{"a1":{A},"a2":{B}}}"#)),
        ("value is one object", format!(r#"[{{"value":{A}}},{{"value":{B}}}]"#)),
        ("value after other lists", format!(r#"{{"warnings":[],"columns":["id"],"value":[{A},{B}]}}"#)),
        ("data of data", format!(r#"{{"data":{{"data":[{A},{B}]}}}}"#)),
        (
            "nested in packages",
            format!("[{},{}]", nested_package(bare), nested_package(bare_2).replace("PAY", "VEN")),
        ),
        (
            "nested before the package's id",
            format!(
                r#"[{{"assignments":[{bare}],"id":"PAY","displayName":"Payments"}},{{"accessPackageAssignments":[{bare_2}],"id":"VEN","displayName":"Vendors"}}]"#
            ),
        ),
        (
            "nested in a page of packages",
            format!(
                r#"{{"@odata.context":"https://g/v1.0/$metadata#accessPackages(assignments())","value":[{},{}]}}"#,
                nested_package(bare),
                nested_package(bare_2).replace("PAY", "VEN")
            ),
        ),
        (
            "nested, one unrolled",
            format!(
                "[{},{}]",
                nested_package("").replace("[]", bare),
                nested_package("").replace("[]", bare_2).replace("PAY", "VEN")
            ),
        ),
        (
            "nested in a user",
            format!(
                r#"{{"id":"alice","userPrincipalName":"alice@x.example","assignments":[{of_user_1},{of_user_2}]}}"#
            ),
        ),
        (
            "nested in a catalog's packages",
            format!(
                r#"{{"id":"FIN","catalogType":"userManaged","accessPackages":[{},{}]}}"#,
                nested_package(bare),
                nested_package(bare_2).replace("PAY", "VEN")
            ),
        ),
        (
            "package as an id string",
            A.replace("accessPackageId", "accessPackage") + &B.replace("accessPackageId", "AccessPackage"),
        ),
        ("target as an id string", A.replace("targetId", "target") + &B.replace("targetId", "Target")),
        (
            "duplicate keys",
            format!("[{},{}]", A.replace("\"targetId\"", "\"targetId\":null,\"TargetId\""), B),
        ),
        ("two marks", format!("\u{feff}\u{feff}[{A},{B}]")),
    ];
    for (case, text) in cases {
        let found = file("x.json", &text).load().unwrap_or_else(|error| panic!("{case}: {error}"));
        check_accounting(&found);
        assert_eq!(holders_of_both(&found, "PAY", "VEN"), 1, "{case}");
        assert_eq!(found.provenance.rows().read, 2, "{case}");
        // The place of a nested row is its own.
        for row in found.assignments() {
            let from = row.location.unwrap().offset as usize;
            let text = &text[from..from + row.location.unwrap().length as usize];
            assert!(
                text.starts_with('{') && text.contains(&row.id.as_ref().unwrap().to_string()),
                "{case}: {text}"
            );
        }
    }
}

#[test]
fn a_wrapper_with_a_bad_row() {
    check!(
        "a_wrapper_with_a_bad_row",
        file(
            "x.json",
            format!(
                "{{\"mine\":[\n{A},\n{{\"id\":\"a2\",\"targetId\":\"alice\",\"assignmentState\":\"Delivered\"}},\n7]}}"
            )
        )
    );
}

/// Columns named by number of a table that has no header, without saying so: the first row would be taken for one.
#[test]
fn a_first_row_that_is_no_header() {
    let id = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    let cases = [
        ("an id", format!("{id},PAY,x\nbob,PAY,x\n"), "user=#1,package=#2", "#1"),
        ("an id in quotes", format!("\"bob\",\"{id}\"\r\nal,VEN\r\n"), "user=#1,package=#2", "#2"),
        ("an address", "al@contoso.com,PAY\nbob@contoso.com,PAY\n".to_owned(), "user=#1,package=@file", "#1"),
        ("a state", "al,PAY,delivered\nbob,PAY,expired\n".to_owned(), "user=#1,package=#2,state=#3", "#3"),
        ("an assignment", format!("al,PAY,{id}\nbob,PAY,-\n"), "user=#1,package=#2,id=#3", "#3"),
    ];
    for (what, text, map, column) in cases {
        let export = file("R7.csv", &text).map(map);
        let refused = export.load().unwrap_err().to_string();
        assert!(refused.contains("--no-header") && refused.contains(column), "{what}: {refused}");
        let read = export.with(|options| options.no_header = true).load().unwrap();
        assert_eq!(read.assignments().len(), 2, "{what}");
    }
    // In a folder such a table is not passed over, whatever lies beside it.
    let bare = "al@contoso.com,PAY\nal@contoso.com,VEN\n";
    let with_header = folder(&[("a.csv", "mail,role\nbob@x.com,PAY\n"), ("b.csv", bare)]);
    let refused = with_header.map("user=#1,package=#2").load().unwrap_err().to_string();
    assert!(refused.contains("b.csv") && refused.contains("--no-header"), "{refused}");
    // A header that is one is skipped, whatever stands in columns that are not asked for.
    for header in [format!("Employee,Role,{id}"), "Konto@Mandant,target@odata.bind,x".to_owned()] {
        let text = format!("{header}\nbob,PAY,x\n");
        assert_eq!(file("R7.csv", text).map("user=#1,package=#2").load().unwrap().assignments().len(), 1);
    }
}

/// The first of two columns of one name could be the wrong one.
#[test]
fn a_column_that_is_there_twice() {
    let text = "Konto,konto,Rolle\nx1,alice,PAY\nx2,alice,VEN\n";
    for export in [file("x.csv", text), folder(&[("a.csv", "Konto,Rolle\nbob,PAY\n"), ("b.csv", text)])] {
        let refused = export.map("user=Konto,package=Rolle").load().unwrap_err().to_string();
        assert!(refused.contains("two columns are called") && refused.contains("#2"), "{refused}");
    }
    assert_eq!(file("x.csv", text).map("user=#2,package=Rolle").load().unwrap().assignments().len(), 2);
    let known = "userId,userId,accessPackageId\nx1,alice,PAY\nx2,alice,VEN\n";
    let beside = folder(&[("a.csv", "userId,accessPackageId\nbob,PAY\n"), ("b.csv", known)]);
    assert!(beside.load().unwrap_err().to_string().contains("two columns are called"));
    // Lists of other things are passed over.
    let other = folder(&[
        ("a.csv", "userId,accessPackageId,state\nbob,PAY,delivered\n"),
        ("b.csv", "state,state\n1,2\n"),
    ]);
    assert_eq!(other.load().unwrap().assignments().len(), 1);
}

/// What cannot be understood is refused even in a folder, as long as it speaks of access packages.
#[test]
fn what_is_not_understood_but_speaks_of_assignments() {
    let escaped = serde_json::to_string(&format!("[{A},{B}]")).unwrap();
    let cases = [
        ("json_in_a_string", escaped.clone()),
        ("json_in_a_member", format!(r#"{{"status":200,"content":{escaped}}}"#)),
        ("json_in_a_list", format!("[{escaped}]")),
        ("ids_alone", r#"{"assignmentIds":["a1","a2"],"accessPackageId":"PAY"}"#.to_owned()),
        ("target_without_state_or_package", r#"[{"id":"a1","target":{"id":"r","objectId":"o"}}]"#.to_owned()),
        ("package_without_target", r#"[{"id":"a1","accessPackage":{"id":"PAY"}}]"#.to_owned()),
        ("trailing_broken_line", format!("{A}\n{}", &B[..40])),
        ("broken_line_in_the_middle", format!("{A}\n{}\n{B}\n", &B[..60])),
        ("broken_wrapper", format!(r#"{{"mine":[{A},{B},]}}"#)),
        ("broken_page", format!(r#"{{"value":[{A},{B},]}}"#)),
        (
            "rows_run_together",
            format!(r#"{{"value":[{},{B}]}}"#, A.replace("\"id\":\"a1\"", "\"id\":{\"a1\"")),
        ),
        ("too_deep", format!("{}{A}{}", "[".repeat(40), "]".repeat(40))),
        (
            "deep_record",
            format!(r#"[{{"id":"a1","accessPackageId":"PAY","x":{}{}}}]"#, "[".repeat(300), "]".repeat(300)),
        ),
        ("nul_bytes", format!("[{A},{}]", B.replace("VEN", "V\0EN"))),
        ("nul_tail", format!("[{A},{B}]\0\0\0\0")),
        ("comment", format!("// of last night\n[{A}]")),
        ("comment_inside", format!("[{A}, // Alice\n{B}]")),
        ("error_in_a_page", format!(r#"{{"value":[{A}],"error":{{"code":"TooManyRequests"}}}}"#)),
        (
            "error_with_an_id",
            r#"{"error":{"code":"UnknownError","message":"","innerError":{"request-id":"x"}},"id":"1"}"#
                .to_owned(),
        ),
        (
            "error_in_a_batch",
            format!(
                r#"{{"responses":[{{"id":"1","status":200,"body":{{"value":[{A}]}}}},{{"id":"2","status":429,"body":{{"error":{{"code":"TooManyRequests"}}}}}}]}}"#
            ),
        ),
        (
            "error_in_a_batch_without_body",
            format!(
                r#"{{"responses":[{{"id":"1","status":200,"body":{{"value":[{A}]}}}},{{"id":"2","status":504,"headers":{{}}}}]}}"#
            ),
        ),
        (
            "error_in_a_batch_as_text",
            format!(
                r#"{{"responses":[{{"id":"1","status":200,"body":{{"value":[{A}]}}}},{{"id":"2","status":502,"body":"<html>Bad Gateway</html>"}}]}}"#
            ),
        ),
    ];
    let mut text = String::new();
    for (case, content) in &cases {
        let outcome = folder(&[("good.json", GOOD), ("odd.json", content)]).outcome();
        text.push_str(&format!("== {case}\n{outcome}"));
    }
    insta::with_settings!({ prepend_module_to_snapshot => true }, { insta::assert_snapshot!("what_is_not_understood", text) });
}

/// JSON about something else beside an export is set aside, with a warning.
#[test]
fn unrelated_files_in_the_folder() {
    check!(
        "unrelated_files_in_the_folder",
        folder(&[
            ("export.json", &page(&V1)),
            (
                "package.json",
                r#"{"name":"x","version":"1.0.0","scripts":{"test":"jest"},"dependencies":{"a":"1"},"contributors":[{"name":"x"}]}"#
            ),
            (
                "package-lock.json",
                r#"{"name":"x","lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/a":{"version":"1"}}}"#
            ),
            (
                "launch.json",
                r#"{"version":"0.2.0","configurations":[{"type":"node","request":"launch","name":"x"}]}"#
            ),
            ("numbers.json", "[1,2,3]"),
            ("prices.csv", "article,price\n1,2\n"),
            ("picture.png", "\u{89}PNG\r\n\u{1a}\0"),
            ("run.ps1", "Connect-MgGraph\n"),
            ("empty.json", ""),
            (".git/config.json", "{broken"),
        ])
    );
    // One broken object costs one record, with its place.
    check!(
        "tsconfig_with_comments",
        folder(&[
            ("export.json", &page(&V1)),
            ("tsconfig.json", "{\n  // strict\n  \"compilerOptions\": {\"strict\": true}\n}")
        ])
    );
}

#[test]
fn folders_without_an_export() {
    check!("only_hidden_files", folder(&[(".a.json", GOOD), (".b/c.json", GOOD)]));
    check!("only_unrelated_files", folder(&[("package.json", r#"{"name":"x"}"#), ("a.md", "# x\n")]));
    check!("only_empty_files", folder(&[("a.json", ""), ("b.csv", "")]));
    check!("named_but_unrelated", file("package.json", r#"{"name":"x"}"#));
    let place = tempfile::tempdir().unwrap();
    let found =
        sod_ingest::load(&[place.path().into()], &sod_ingest::LoadOptions::default(), &sod_model::Silent);
    assert_eq!(found.unwrap_err().refusals()[0].code.code(), "nothing-recognised");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_round() {
    let place = tempfile::tempdir().unwrap();
    let load =
        || sod_ingest::load(&[place.path().into()], &sod_ingest::LoadOptions::default(), &sod_model::Silent);
    std::fs::write(place.path().join("good.json"), GOOD).unwrap();
    let link = place.path().join("loop");
    std::os::unix::fs::symlink(place.path(), &link).unwrap();
    assert_eq!(load().unwrap_err().refusals()[0].code.code(), "unreadable");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(place.path().join("gone"), &link).unwrap();
    assert_eq!(load().unwrap_err().refusals()[0].code.code(), "unreadable");
    std::fs::remove_file(&link).unwrap();
    assert_eq!(load().unwrap().snapshot.assignments().len(), 1);
    let missing = sod_ingest::load(
        &["/nowhere/at/all".into()],
        &sod_ingest::LoadOptions::default(),
        &sod_model::Silent,
    );
    assert_eq!(missing.unwrap_err().refusals()[0].code.code(), "unreadable");
}

/// Pages within pages by the hundred thousand must not exhaust the stack.
#[test]
fn endless_nesting() {
    for (open, close) in [
        (r#"{"value":["#, "]}"),
        (r#"{"body":"#, "}"),
        (r#"{"responses":[{"body":"#, "}]}"),
        ("[", "]"),
        (r#"{"x":"#, "}"),
        (r#"{"x":["#, "]}"),
        (r#"{"value":"#, "}"),
    ] {
        for text in [open.repeat(100_000), format!("{}{A}{}", open.repeat(3_000), close.repeat(3_000))] {
            let found = file("x.json", text).load();
            assert!(found.is_err(), "{open}: {found:?}");
        }
    }
}

/// An export of which every assignment was rejected is refused, whatever else stands in it.
#[test]
fn rejected_rows_beside_packages_in_one_file() {
    let bare = r#"{"id":"a1","state":"delivered","status":"Delivered","schedule":{}}"#;
    let package = r#"{"id":"PAY","displayName":"Payments","isHidden":false}"#;
    check!(
        "rejected_rows_beside_packages",
        folder(&[("x.json", &format!("[{package},{bare},{bare}]")), ("good.json", GOOD)])
    );
}

#[test]
fn states() {
    let row = |id: &str, state: &str| {
        format!(r#"{{"id":"{id}","accessPackageId":"PAY","targetId":"{id}","status":"Delivered"{state}}}"#)
    };
    let some = [
        row("a", r#","assignmentState":"Delivered""#),
        row("b", ""),
        row("c", r#","state":null"#),
        row("d", r#","state":"unknownFutureValue""#),
        row("e", r#","state":"FROZEN""#),
    ];
    check!("states_missing_and_unknown", file("x.json", format!("[{}]", some.join(","))));
    check!("no_state_anywhere", file("x.json", format!("[{},{}]", row("a", ""), row("b", ""))));
    check!(
        "no_state_assumed",
        file("x.json", format!("[{},{}]", row("a", ""), row("b", "")))
            .with(|o| o.assume_state = Some(sod_model::StateTable::DELIVERED))
    );
}

#[test]
fn copies() {
    let expired = A.replace("Delivered", "Expired");
    let other_user = A.replace("alice", "bob");
    check!("copies_repeated", file("1.json", A).and("2.json", A).and("3.json", format!("[{A},{B}]")));
    check!("copies_of_different_days", file("1.json", &expired).and("2.json", A).and("3.json", B));
    check!("copies_of_two_people", file("1.json", A).and("2.json", other_user));
    check!(
        "plain_rows_repeated",
        file("1.csv", "user,package\nalice,PAY\nalice,PAY\n")
            .and("2.csv", "user,package\nalice,PAY\nalice,VEN\n")
    );
}

#[test]
fn several_live_and_past_end() {
    let row = |id: &str, end: &str| {
        format!(
            r#"{{"id":"{id}","accessPackageId":"PAY","targetId":"alice","assignmentState":"Delivered","schedule":{{"startDateTime":"2024-01-01T00:00:00Z","expiration":{{"endDateTime":{end}}}}}}}"#
        )
    };
    let text = format!(
        "[{},{},{}]",
        row("a", "null"),
        row("b", "\"2025-01-01T00:00:00Z\""),
        row("c", "\"not a date\"")
    );
    check!(
        "several_live_and_past_end",
        file("x.json", text).with(|o| o.as_of = sod_model::Timestamp::parse("2026-01-01"))
    );
}

#[test]
fn malformed_records_cost_one_record() {
    let text = format!(
        "{{\"value\":[\n{A},\n{{\"id\":\"x\",}},\n{{\"id\":'y'}},\n17,\"text\",[],{{}},\n{{\"color\":\"red\"}},\n{B}]}}"
    );
    check!("malformed_records", file("x.json", text));
    let text = format!("[{},{}]", "{\"isHidden\":true}", BETA[0]);
    check!("package_without_id", file("x.json", text));
}

#[test]
fn saved_answers_of_the_web() {
    check!("saved_answers_of_the_web", file("1.json", r#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges","innerError":{"date":"2026-01-01","request-id":"x"}}}"#)
        .and("2.json", "<!DOCTYPE html><html><head><title>Sign in</title>")
        .and("3.json", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 10\r\n\r\n{}")
        .and("4.json", r#"{"value":[{"id":"a1""#)
        .and("5.png", "\u{89}PNG\r\n\u{1a}\0\0")
        .and("6.json", "<?xml version=\"1.0\"?><m:error/>")
        .and("7.json", r#"[{"error":"invalid_grant","error_description":"AADSTS50076"}]"#));
}

/// `$select=id,state` leaves nothing to join: refused as not expanded, not taken for something else.
#[test]
fn rows_of_id_and_state_alone_are_not_expanded() {
    let rows = r#"{"value":[{"id":"x","state":"delivered"},{"id":"y","state":"expired"}]}"#;
    let error = file("page.json", rows).load().map(|_| ()).unwrap_err();
    assert_eq!(error.refusals()[0].code.code(), "not-expanded");
}

/// A report that sod wrote into the folder of the export is no part of the export.
#[test]
fn a_report_folder_of_sod_is_not_read() {
    let export = folder(&[
        ("rows.json", GOOD),
        (
            "report/manifest.json",
            "{\n  \"tool\": {\n    \"name\": \"sod\",\n    \"version\": \"0.1.0\"\n  }\n}\n",
        ),
        ("report/conflicts.csv", "rule_id,user_id\nr,alice\n"),
        ("other/manifest.json", "{\n  \"tool\": {\n    \"name\": \"other\"\n  }\n}\n"),
    ]);
    let snapshot = export.load().unwrap();
    let paths: Vec<&str> = snapshot.provenance.sources.iter().map(|source| source.path.as_ref()).collect();
    assert_eq!(paths, ["other/manifest.json", "rows.json"]);
}

/// What stands beside the list of a page is part of the export: packages with their declarations, further rows.
#[test]
fn lists_beside_the_records_of_a_page_are_read() {
    let packages =
        r#"[{"id":"PAY","displayName":"Pay","isHidden":false,"incompatibleAccessPackages":[{"id":"VEN"}]}]"#;
    for text in [
        format!(r#"{{"tool":{{"version":1}},"assignments":[{A},{B}],"packages":{packages}}}"#),
        format!(r#"{{"packages":{packages},"assignments":[{A},{B}]}}"#),
        format!(r#"{{"packages":{packages},"value":[{A}],"more":[{B}]}}"#),
        format!(r#"{{"value":[],"rows":[{A},{B}],"packages":{packages}}}"#),
    ] {
        let snapshot = file("run.json", &text).load().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(snapshot.provenance.rows().read, 2, "{text}");
        let declared =
            snapshot.directory.packages().iter().map(|package| package.incompatible_packages.len());
        assert_eq!(declared.sum::<usize>(), 1, "{text}");
    }
}

/// The context of one page says nothing about the next.
#[test]
fn a_context_ends_with_its_page() {
    let text = format!(
        "{}\n{{\"value\":[{A},{B}]}}\n",
        r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","value":[]}"#
    );
    assert_eq!(file("x.jsonl", text).load().unwrap().provenance.rows().accepted, 2);
}

/// Two stray quotes in a column of notes must not swallow the rows between them.
#[test]
fn quotes_in_any_column_do_not_swallow_rows() {
    for header in ["user,package,state,note", "user,package,note", "note,user,package"] {
        let mut text = format!("{header}\n");
        for row in 0..10 {
            let note = if row == 3 || row == 7 { "\"inch" } else { "fine" };
            let cells: Vec<String> = header
                .split(',')
                .map(|column| match column {
                    "user" => format!("u{row}"),
                    "package" => "PAY".to_owned(),
                    "state" => "delivered".to_owned(),
                    _ => note.to_owned(),
                })
                .collect();
            text.push_str(&(cells.join(",") + "\n"));
        }
        match file("x.csv", &text).load() {
            Ok(snapshot) => assert!(snapshot.provenance.rows().rejected > 0, "{header}"),
            Err(error) => assert!(!error.refusals().is_empty()),
        }
    }
}

/// A list of incompatible packages or of members that was cut off must not pass for an empty one.
#[test]
fn cut_off_lists_are_not_empty_lists() {
    for list in [r#"["@{id=VEN}"]"#, r#""System.Object[]""#, r#"[{"id":"HR"},"@{id=VEN}"]"#] {
        let package = format!(r#"[{{"id":"PAY","isHidden":false,"incompatibleAccessPackages":{list}}}]"#);
        let error = file("rows.json", format!("[{A},{B}]")).and("packages.json", &package).load().map(|_| ());
        assert!(error.is_err(), "{list}");
        let members = format!(r#"[{{"GroupId":"G","Members":{list}}}]"#);
        assert!(
            file("rows.json", format!("[{A},{B}]")).and("members.json", &members).load().is_err(),
            "{list}"
        );
    }
    // Ids alone, or a page in place of the list, are understood.
    for list in [r#"["VEN"]"#, r#"{"value":[{"id":"VEN"}]}"#, r#"{"id":"VEN"}"#] {
        let package = format!(r#"[{{"id":"PAY","isHidden":false,"incompatibleAccessPackages":{list}}}]"#);
        let snapshot = file("rows.json", format!("[{A},{B}]")).and("packages.json", &package).load().unwrap();
        assert!(
            snapshot.directory.packages().iter().any(|package| !package.incompatible_packages.is_empty()),
            "{list}"
        );
    }
    // The first page of an expanded list says that there are more.
    let package = r#"[{"id":"PAY","isHidden":false,"incompatibleAccessPackages":[{"id":"VEN"}],"incompatibleAccessPackages@odata.nextLink":"https://g/x"}]"#;
    let snapshot = file("rows.json", format!("[{A},{B}]")).and("packages.json", package).load().unwrap();
    assert!(snapshot.provenance.warnings.iter().any(|warning| warning.code.code() == "dangling-next-link"));
}

/// Cells of several words between tabs are cells, not words.
#[test]
fn tabs_separate_cells_of_several_words() {
    let text = "targetObjectId\taccessPackageName\nann\tPayment run\nann\tPayment approval\n";
    let snapshot = file("x.tsv", text).load().unwrap();
    assert_eq!(snapshot.directory.packages().len(), 2);
    let text = "ann lee\tpay\nann lee\tven\n";
    let export = file("x.tsv", text).map("user=#1,package=#2").with(|options| options.no_header = true);
    let snapshot = export.load().unwrap();
    assert_eq!((snapshot.directory.users().len(), snapshot.directory.packages().len()), (1, 2));
}

/// A file of names beside a file of ids is not joined in silence, in one folder or in two inputs.
#[test]
fn names_beside_ids_in_one_folder_are_refused() {
    let (mut ids, mut names) =
        ("targetObjectId,package\n".to_owned(), "userPrincipalName,package\n".to_owned());
    for user in 0..6 {
        ids.push_str(&format!("00000000-0000-0000-0000-00000000000{},PAY\n", user + 1));
        names.push_str(&format!("u{user}@contoso.example,VEN\n"));
    }
    let error = folder(&[("a.csv", &ids), ("b.csv", &names)]).load().map(|_| ()).unwrap_err();
    assert_eq!(error.refusals()[0].code.code(), "no-shared-identifier");
}

/// Assignments under a script's own names are assignments, not users or packages.
#[test]
fn assignments_in_other_words_are_not_lists_of_users() {
    for row in [
        r#"{"ObjectId":"o1","UserPrincipalName":"u@x","AccessPackageName":"Pay","State":"Delivered"}"#,
        r#"{"id":"a1","userPrincipalName":"u@x","accessPackageId":"PAY","state":"delivered"}"#,
        r#"{"AssignmentId":"a1","ObjectId":"o1","DisplayName":"U","AccessPackageId":"PAY","State":"Delivered"}"#,
    ] {
        let snapshot =
            file("x.json", format!("[{row}]")).load().unwrap_or_else(|error| panic!("{row}: {error}"));
        assert_eq!(snapshot.provenance.rows().accepted, 1, "{row}");
    }
    let localised = "userPrincipalName,Zugriffspaket\nu@x,Pay\nu@x,Ven\nv@x,Pay\n";
    assert!(file("rows.json", GOOD).and("users.csv", localised).load().is_err());
    let listed = "accessPackageId,assignee\nPAY,u\nPAY,v\n";
    assert!(file("rows.json", GOOD).and("packages.csv", listed).load().is_err());
}

/// The GUID of zeros and the word null are nobody, and braces belong to no id.
#[test]
fn placeholders_join_nobody() {
    let zero = "00000000-0000-0000-0000-000000000000";
    let row = |n: u32| {
        format!(
            r#"{{"id":"a{n}","accessPackageId":"PAY","assignmentState":"Delivered","target":{{"id":"r{n}","objectId":"{zero}"}}}}"#
        )
    };
    let snapshot = file("x.json", format!("[{},{}]", row(1), row(2))).load().unwrap();
    assert_eq!(snapshot.directory.users().len(), 2);
    let snapshot = file("x.csv", "user,package\nnull,PAY\nann,PAY\n").load().unwrap();
    assert_eq!((snapshot.provenance.rows().rejected, snapshot.directory.users().len()), (1, 1));
    let guid = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    let snapshot = file("x.csv", format!("user,package\n{{{guid}}},PAY\n{guid},VEN\n")).load().unwrap();
    assert_eq!(snapshot.directory.users().len(), 1);
}

/// A package column that holds names joins the package of that name.
#[test]
fn a_name_in_a_package_column_is_the_package_of_that_name() {
    let packages =
        r#"[{"id":"2506aef1-3929-4d24-a61e-7c8b83d95e6f","displayName":"Payments","isHidden":false}]"#;
    let export = file("x.csv", "user,package\nann,Payments\n").and("packages.json", packages);
    assert_eq!(export.load().unwrap().directory.packages().len(), 1);
}

/// Whose list it is stands in the path, whatever type the context names.
#[test]
fn lists_in_the_path_of_their_owner_are_read_under_any_context() {
    let (pay, ven) = ("88203d16-0e31-41d4-87b2-dd402f1435e9", "9bbe5f7d-f1e7-4eb1-a586-38cdf6f8b1ea");
    for context in ["accessPackages", "list", "directoryObjects", "Collection(microsoft.graph.accessPackage)"]
    {
        let list = format!(
            r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#{context}","value":[{{"id":"{ven}"}}]}}"#
        );
        let path = format!("packages/{pay}/incompatibleAccessPackages-00000.json");
        let rows = format!(
            r#"[{{"id":"a","accessPackageId":"{pay}","targetId":"ann","assignmentState":"Delivered"}}]"#
        );
        let snapshot = folder(&[("rows.json", &rows), (&path, &list)]).load().unwrap();
        let declared =
            snapshot.directory.packages().iter().map(|package| package.incompatible_packages.len());
        assert_eq!(declared.sum::<usize>(), 1, "{context}");
    }
}

/// A table with a column for the name and one for the id of the same thing: the id is the id.
#[test]
fn an_id_column_goes_before_a_name_column() {
    let packages = r#"[{"id":"A","displayName":"Approver"},{"id":"B","displayName":"Approver"}]"#;
    for table in [
        "user,package,package_id,state\nu1,Approver,A,delivered\nu1,Approver,B,delivered\n",
        "user,package_id,package,state\nu1,A,Approver,delivered\nu1,B,Approver,delivered\n",
        "user,user_id,package,state\nAnn,u1,A,delivered\nAnn,u1,B,delivered\nAnn,u2,B,delivered\n",
        "user_id,user_name,package,state\nu1,Ann,A,delivered\nu1,Ann,B,delivered\nu2,Ann,B,delivered\n",
    ] {
        let snapshot = file("a.csv", table).and("p.json", packages).load().unwrap();
        assert_eq!(holders_of_both(&snapshot, "A", "B"), 1, "{table}");
        assert_eq!(snapshot.directory.packages().len(), 2, "{table}");
    }
    // Two of one name: no guess.
    let error =
        file("a.csv", "user,package,package,state\nu1,A,B,delivered\n").load().unwrap_err().to_string();
    assert!(error.contains("two columns are called package") && error.contains("--map"), "{error}");
    let mapped = file("a.csv", "user,package,package,state\nu1,A,B,delivered\n").map("user=user,package=#3");
    assert_eq!(mapped.load().unwrap().assignments().len(), 1);
}

/// Rows that end by CR alone stay rows, whatever LF stands among them.
#[test]
fn an_lf_among_cr_rows() {
    for table in [
        "user,package,state,note\ru1,A,delivered,x\ru1,B,delivered,\r\n",
        "user,package,state,note\ru1,A,delivered,\"two\nlines\"\ru1,B,delivered,\r",
        "user,package,state,note\ru1,A,delivered,x\ru1,B,delivered,y",
    ] {
        let snapshot = file("a.csv", table).load().unwrap();
        assert_eq!(holders_of_both(&snapshot, "A", "B"), 1, "{table:?}");
    }
}

/// What is said of members must not make "nobody" of "unknown".
#[test]
fn members_that_cannot_be_known() {
    let guid = |n: u32| format!("{n:08x}-0000-4000-8000-000000000000");
    let row = |target: &str| {
        format!(r#"[{{"id":"a1","accessPackageId":"A","assignmentState":"Delivered",{target}}}]"#)
    };
    let by_target = row(&format!(r#""targetId":"{}""#, guid(1)));
    let by_object = row(&format!(r#""target":{{"id":"{}","objectId":"{}"}}"#, guid(2), guid(1)));
    let package = r#"[{"id":"A","displayName":"P","incompatibleGroups":[{"id":"g1","displayName":"G"}]}]"#;
    let members = |members: String| format!(r#"[{{"GroupId":"g1","Members":{members}}}]"#);
    let known = |rows: &str, members: String| {
        // Another membership, so that what is rejected is not all of the file.
        let members = members.replacen('[', r#"[{"GroupId":"g0","Members":[]},"#, 1);
        let snapshot = file("a.json", rows).and("p.json", package).and("m.json", members).load().unwrap();
        check_accounting(&snapshot);
        let group =
            snapshot.directory.groups().iter().find(|group| group.id == sod_model::ExternalId::new("g1"));
        group.unwrap().members.clone().map(|users| users.len())
    };
    // Comparable: another user is simply not a member.
    assert_eq!(known(&by_object, members(format!(r#"["{}"]"#, guid(9)))), Some(0));
    assert_eq!(known(&by_object, members(format!(r#"["{}"]"#, guid(1)))), Some(1));
    assert_eq!(known(&by_object, members(format!(r#""{};{}""#, guid(9), guid(1)))), Some(1));
    assert_eq!(known(&by_object, members("[]".to_owned())), Some(0));
    // So PowerShell writes a group without members.
    assert_eq!(known(&by_object, members("null".to_owned())), Some(0));
    // Not comparable, or not said.
    assert_eq!(known(&by_target, members(format!(r#"["{}"]"#, guid(9)))), None);
    assert_eq!(known(&by_object, members(r#"["ann@x.example"]"#.to_owned())), None);
    for unsaid in ["[null]", r#"[{"displayName":"Ann"}]"#] {
        assert_eq!(known(&by_object, members(unsaid.to_owned())), None, "{unsaid}");
    }
}

/// Whoever is in a group inside the group is in the group; where nobody tells who that is, it is said.
#[test]
fn groups_inside_groups_are_followed() {
    let alice = "11111111-1111-4111-8111-111111111111";
    let row = A.replace("alice", alice);
    let (outer, inner) = ("22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333");
    let group = |members: &str| {
        format!(
            r#"{{"GroupId":"{outer}","Members":["{inner}"]}},{{"GroupId":"{inner}","Members":[{members}]}}"#
        )
    };
    let context = |list: &str| format!("https://graph.microsoft.com/v1.0/$metadata#groups('{outer}')/{list}");
    let entry =
        format!(r##"{{"@odata.type":"#microsoft.graph.group","id":"{inner}","displayName":"Inner"}}"##);
    let listed = |list: &str, entries: &str| {
        format!(r#"{{"@odata.context":"{}","value":[{entries}]}}"#, context(list))
    };
    let user = format!(r##"{{"@odata.type":"#microsoft.graph.user","id":"{alice}","displayName":"Alice"}}"##);
    let expanded = |members: &str| {
        format!(r#"[{{"id":"{outer}","displayName":"Outer","groupTypes":[],"members":[{members}]}}]"#)
    };
    // What was exported of groups; users of the group among the holders; groups inside it that nobody tells.
    for (groups, members, untold) in [
        (format!("[{}]", group(&format!("\"{alice}\""))), Some(1), 0),
        (format!("[{}]", group("")), Some(0), 0),
        (listed("members", &entry), None, 1),
        (listed("members", &format!("{entry},{user}")), Some(1), 1),
        (listed("transitiveMembers", &format!("{entry},{user}")), Some(1), 0),
        (expanded(&entry), None, 1),
        (expanded(&format!("{user},{entry}")), Some(1), 1),
    ] {
        let snapshot = folder(&[("a.json", &*row), ("g.json", &*groups)]).load().unwrap();
        let known = snapshot.directory.groups().iter().find(|group| group.id.to_string() == outer).unwrap();
        assert_eq!(known.members.as_ref().map(Vec::len), members, "{groups}");
        assert_eq!(known.nested_unknown, untold, "{groups}");
        let told = snapshot.provenance.warnings.iter().any(|one| one.code.code() == "group-nested-unknown");
        assert_eq!(told, untold > 0, "{groups}");
    }
}

/// Lists of incompatible packages in other forms.
#[test]
fn incompatible_packages_are_read_or_rejected() {
    let declared = |list: &str| {
        let packages = format!(
            r#"[{{"id":"A","displayName":"P","incompatibleAccessPackages":{list}}},{{"id":"B","displayName":"Q"}}]"#
        );
        let rows = r#"[{"id":"a1","accessPackageId":"A","targetId":"u","assignmentState":"Delivered"}]"#;
        let snapshot = file("a.json", rows).and("p.json", packages).load().unwrap();
        let edges: usize =
            snapshot.directory.packages().iter().map(|package| package.incompatible_packages.len()).sum();
        (edges, snapshot.provenance.rejected.len())
    };
    for list in [
        r#"[{"@odata.id":"https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/accessPackages/B"}]"#,
        r#"[{"@odata.id":"https://graph.microsoft.com/beta/identityGovernance/entitlementManagement/accessPackages('B')"}]"#,
        r#"["B"]"#,
        r#""B;C""#,
    ] {
        let expected = if list.contains(';') { 2 } else { 1 };
        assert_eq!(declared(list), (expected, 0), "{list}");
    }
    for list in [r#"[{"displayName":"Q"}]"#, "true", r#"[{"accessPackage":{"id":"B"}}]"#, "[null]"] {
        assert_eq!(declared(list), (0, 1), "{list}");
    }
    assert_eq!(declared("null"), (0, 0));
    assert_eq!(declared("[]"), (0, 0));
}

/// Pages that somebody lost, in the middle and at the beginning, with and without their links: each is told.
#[test]
fn pages_that_are_not_there_are_told_wherever_they_were() {
    let page = |at: usize, linked: bool| {
        let row = format!(
            r#"{{"id":"a{at}","accessPackageId":"PAY","targetId":"u{at}","assignmentState":"Delivered"}}"#
        );
        let link = format!(r#","@odata.nextLink":"https://g/a?$skiptoken=t{at}""#);
        format!(r#"{{"value":[{row}]{}}}"#, if linked && at < 5 { &*link } else { "" })
    };
    let told = |kept: &[usize], linked: bool| {
        let mut export = Export::default();
        for at in kept {
            export = export.and(&format!("page-{at:03}.json"), page(*at, linked));
        }
        let strict = export.clone().with(|options| options.strict = true).load().is_err();
        let found = export.load().unwrap();
        let codes = found.provenance.warnings.iter().map(|warning| warning.code.code());
        let told: Vec<&str> =
            codes.filter(|code| ["dangling-next-link", "missing-files"].contains(code)).collect();
        assert_eq!(strict, !told.is_empty(), "{kept:?}");
        told
    };
    for linked in [true, false] {
        assert_eq!(told(&[1, 2, 3, 4, 5], linked), [""; 0]);
    }
    assert_eq!(told(&[1, 2, 4, 5], true), ["dangling-next-link"]);
    assert_eq!(told(&[1, 5], true), ["dangling-next-link"]);
    assert_eq!(told(&[2, 3, 4, 5], true), ["missing-files"]);
    assert_eq!(told(&[1, 2, 3], true), ["dangling-next-link"]);
    assert_eq!(told(&[1, 2, 4, 5], false), ["missing-files"]);
    assert_eq!(told(&[3, 4, 5], false), ["missing-files"]);
}

/// What the service counted, wherever the count stands, against what was read.
#[test]
fn fewer_records_than_the_service_counted_are_told() {
    let told = |pages: &[&str]| {
        let mut export = Export::default();
        for (at, page) in pages.iter().enumerate() {
            export = export.and(&format!("page-{at}.json"), *page);
        }
        let found = export.load().unwrap();
        let short = found.provenance.warnings.iter().find(|warning| warning.code.code() == "fewer-records");
        short.map_or(0, |warning| warning.count)
    };
    let page = |id: &str, before: &str, after: &str| {
        let row = format!(
            r#"{{"id":"{id}","accessPackageId":"PAY","targetId":"{id}","assignmentState":"Delivered"}}"#
        );
        format!(r#"{{{before}"value":[{row}]{after}}}"#)
    };
    let plain = page("b", "", "");
    assert_eq!(told(&[&page("a", r#""@odata.count":5,"#, "")]), 4);
    assert_eq!(told(&[&page("a", "", r#","@odata.count": 5 "#)]), 4);
    assert_eq!(told(&[&page("a", r#""@odata.count":2,"#, ""), &plain]), 0);
    assert_eq!(told(&[&page("a", r#""@odata.count":1,"#, ""), &plain]), 0);
    assert_eq!(told(&[&page("a", r#""@odata.count":null,"#, ""), &plain]), 0);
}

/// A file for each package, with its people and nothing else: with a map each is a table, in a folder too.
#[test]
fn tables_of_one_column_are_tables_where_a_map_says_so() {
    let map = |export: Export| {
        export.with(|options| options.map = "user=User name,package=@file,state==delivered".parse().ok())
    };
    let people = ("Vendors.csv", "User name\nAnn Lee\nBob Ray\n");
    let one = ("Payments.csv", "User name\nAnn Lee\n");
    for export in [folder(&[people, one]), file(people.0, people.1).and(one.0, one.1)] {
        let found = map(export).load().unwrap();
        assert_eq!((found.provenance.rows().accepted, found.directory.packages().len()), (3, 2));
    }
    // About something else, in a folder: said, and no obstacle.
    let found =
        map(folder(&[people, one, ("costs.csv", "Cost centre\n17\n"), ("notes.md", "Ann Lee\nleft us\n")]))
            .load()
            .unwrap();
    assert_eq!(found.provenance.rows().accepted, 3);
    assert!(
        found
            .provenance
            .warnings
            .iter()
            .any(|warning| warning.code.code() == "skipped-files" && warning.count == 2)
    );
}

/// A group without members, as a page of no entries in the folder of the group: its members are known, and none.
#[test]
fn a_group_of_nobody_has_no_members() {
    const GROUP: &str = "66666666-0000-4000-8000-000000000001";
    let page =
        r##"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects","value":[]}"##;
    let members = |text: &str| {
        let row = r#"{"id":"a1","accessPackageId":"PAY","targetId":"alice","assignmentState":"Delivered"}"#;
        let path = format!("groups/{GROUP}/transitiveMembers-00000.json");
        let found = folder(&[("rows.json", row), (&path, text)]).load().unwrap();
        let groups = found.directory.groups();
        groups.first().and_then(|group| group.members.clone().map(|members| members.len()))
    };
    assert_eq!(members(page), Some(0));
    // A file with nothing in it tells nothing.
    assert_eq!(members(""), None);
}
