//! Names that some program cut in the middle of a letter: no access is lost for them.

use crate::harness::file;
use crate::twin_corpus::{V1_CONTEXT, guid, page};
use crate::twin_ways::check_few;
use sod_ingest::{Input, LoadOptions, load};
use sod_model::{PackageId, Silent, UserId};

/// A row whose user and package have names as given, between quotes.
fn row(n: usize, user: &str, package: &str) -> String {
    format!(
        r#"{{"id":"{}","state":"delivered","target":{{"objectId":"{}","displayName":"{user}","subjectType":"user"}},"accessPackage":{{"id":"{}","displayName":"{package}"}},"assignmentPolicy":null}}"#,
        guid(1, n),
        guid(2, n % 40),
        guid(3, n % 3),
    )
}

#[test]
fn half_a_letter_in_a_name_costs_no_row() {
    let odd = |n: usize| match n % 4 {
        0 => row(n, "Ann \\ud83d", "Pay"),
        1 => row(n, "Ann \\ud83d\\ude00", "Pay \\uDE00"),
        _ => row(n, "Ann", "Pay"),
    };
    for rows in [(0..300).map(odd).collect::<Vec<_>>(), (0..300).map(|n| row(n, "\\ud83d", "Pay")).collect()]
    {
        let text = page(V1_CONTEXT, &rows, None);
        let snapshot = file("x.json", &text).load().unwrap();
        assert_eq!((snapshot.assignments().len(), snapshot.provenance.rows().rejected), (300, 0));
        for turn in 0..4 {
            check_few("names cut in a letter", turn, text.as_bytes()).unwrap();
        }
    }
    let text = format!("[{}]", row(0, "Ann \\ud83d", "\\ude00 Pay"));
    let snapshot = file("x.json", &text).load().unwrap();
    let name = snapshot.directory.user(UserId(0)).unwrap().display_name.as_deref();
    assert_eq!(name, Some("Ann \u{fffd}"));
    let name = snapshot.directory.package(PackageId(0)).unwrap().display_name.as_deref();
    assert_eq!(name, Some("\u{fffd} Pay"));
}

/// Two ids could become one: there the row is rejected, as it was.
#[test]
fn half_a_letter_in_an_id_is_no_id() {
    let bad = row(0, "Ann", "Pay").replace("\"state\"", "\"targetId\":\"\\ud83d\",\"state\"");
    let snapshot = file("x.json", format!("[{bad},{}]", row(1, "Bo", "Pay"))).load().unwrap();
    assert_eq!((snapshot.assignments().len(), snapshot.provenance.rows().rejected), (1, 1));
    let detail = &*snapshot.provenance.rejected[0].detail;
    assert!(detail.ends_with(" of the record"), "{detail}");
}

/// Inside of what they belong to, and read again.
#[test]
fn rows_within_such_a_thing_are_found_and_read_again() {
    let catalog = r#"[{"id":"c","displayName":"C \ud83d","catalogType":"userManaged","accessPackages":[{"id":"p","displayName":"P \ud83d","assignments":[{"id":"a","state":"delivered","target":{"objectId":"cccccccc-0000-4000-8000-000000000001","displayName":"\ud83d"}}]}]}]"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogs.json");
    std::fs::write(&path, catalog).unwrap();
    let options = LoadOptions { keep_originals: true, ..LoadOptions::default() };
    let loaded = load(&[Input::Path(path)], &options, &Silent).unwrap();
    let rows: Vec<_> = loaded.snapshot.assignments().collect();
    assert_eq!(rows.len(), 1);
    let records = loaded.originals.read(&loaded.snapshot, &rows).unwrap();
    assert_eq!(records[0]["target"]["displayName"], "\u{fffd}");
}
