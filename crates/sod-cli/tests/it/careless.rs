//! What a careless user does, and what sod answers: the file, what was found, what was expected, what mends it.

use crate::tenant;
use crate::util::Dir;

/// The beginning of an empty ZIP archive.
const ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

#[test]
fn in_the_words_of_the_command() {
    let said = tenant::dir().transcript(&[
        "export",
        "analyse export",
        "analyze",
        "analyze export --sates all",
        "analyze export --states ''",
        "analyze export --states delivred",
        "analyze export --as-of tomorrow",
        "analyze export --map user",
        "analyze export --assume-state gone",
        "analyze export --method fast",
        "analyze export --threads two",
        "analyze export --top -1",
        "analyze export --format csv",
        "analyze - -",
        "pairs export --format xlsx",
        "pairs export --min-holders some",
        "pairs export --package 'Vendor master'",
        "pairs export --package 'vendor master editor'",
        "pairs export --package Twin",
        "pairs export -o export",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn in_the_files() {
    let dir = tenant::dir();
    dir.write("zip/export.zip", ZIP)
        .write("zero.json", "")
        .write("page.json", "<!DOCTYPE html>\n<html><head><title>Sign in to your account</title>")
        .write("page.xml", "<?xml version=\"1.0\"?>")
        .write("throttled.json", r#"{"error":{"code":"TooManyRequests","message":"Too many requests","innerError":{"Retry-After":"30"}}}"#)
        .write("answer.txt", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\r\n")
        .write("book.xlsx", ZIP)
        .write("notes.txt", "Dear auditor, here is what you asked for: nothing.\n")
        .write("unexpanded.json", r#"{"value":[{"id":"1","state":"delivered","status":"Delivered","expiredDateTime":null,"schedule":{"startDateTime":"2026-01-01T00:00:00Z"}}]}"#)
        .write("types.csv", "Id,Target,AccessPackage\n1,Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackageSubject,Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackage\n")
        .write("cut.json", r#"{"value":[{"id":"1","accessPackageId":"A","targetId":"u","assignmentState":"Deliv"#)
        .write("strange.csv", "colour,size\nred,4\n");
    std::fs::create_dir(dir.path("hollow")).unwrap();
    let said = dir.transcript(&[
        "analyze nowhere",
        "analyze exprot",
        "analyze export/assignment.json",
        "analyze hollow",
        "analyze zip",
        "analyze zip/export.zip",
        "analyze book.xlsx",
        "analyze notes.txt",
        "analyze zero.json",
        "analyze page.json page.xml",
        "analyze throttled.json",
        "analyze answer.txt",
        "analyze unexpanded.json",
        "analyze types.csv",
        "analyze cut.json",
        "analyze strange.csv",
        "analyze export/packages.json",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn with_strict() {
    let dir = Dir::new();
    dir.write("rows.csv", "user,package\nann,Pay\n,Pay\n,Vendors\n");
    let page = r#"{"@odata.nextLink":"https://graph.microsoft.com/beta/x?$skiptoken=1","value":[{"id":"1","accessPackageId":"A","targetId":"u","assignmentState":"Delivered"}]}"#;
    dir.write("page.json", page);
    dir.sod("analyze rows.csv").exits(0);
    dir.sod("analyze page.json").exits(0);
    let said = dir.transcript(&["analyze rows.csv --strict", "analyze page.json --strict"]);
    insta::assert_snapshot!(said);
}

#[test]
fn every_reason_is_told_and_not_the_first_alone() {
    let dir = Dir::new();
    for at in 0..30 {
        dir.write(&format!("pages/{at:02}.json"), "<html>");
    }
    let ran = dir.sod("analyze pages").exits(2);
    assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("error[html-page]: pages/")).count(), 20);
    assert!(ran.stderr.ends_with("error: 10 more files cannot be used either\n"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tenant::dir();
    let path = dir.path("export/packages.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        // The superuser may read everything; a folder in place of a file serves as well.
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("missing.json", &path).unwrap();
    }
    let ran = dir.sod("analyze export --out report").exits(2);
    assert!(ran.stderr.starts_with("error[unreadable]: export"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    assert_eq!(dir.names(), ["export"]);
}
