//! `sod generate`: the same tenant for the same seed, in every shape, and read again.

use crate::util::{Dir, names};
use serde_json::Value;
use std::path::Path;

/// Every file below a folder, with its bytes.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            files.extend(tree(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.push((name, std::fs::read(path).unwrap()));
        }
    }
    files
}

#[test]
fn the_same_seed_is_the_same_tenant() {
    let dir = Dir::new();
    let size = "-q --users 30 --packages 9 --assignments 120";
    dir.sod(&format!("generate -o a {size}")).stdout();
    dir.sod(&format!("generate --out b {size} --seed 42")).stdout();
    dir.sod(&format!("generate --output c {size} --seed 43")).stdout();
    assert!(tree(&dir.path("a")) == tree(&dir.path("b")), "the same seed");
    assert!(tree(&dir.path("a")) != tree(&dir.path("c")), "another seed");
}

#[test]
fn every_shape_is_listed_written_and_read() {
    let dir = Dir::new();
    let list = dir.sod("generate --list").stdout();
    assert_eq!(dir.sod("generate --shape help").stdout(), list);
    assert_eq!(dir.sod("generate --dirt help").stdout(), list);
    let shapes: Vec<&str> =
        list.lines().skip(1).filter(|line| !line.is_empty() && !line.starts_with(' ')).collect();
    assert!(shapes.len() >= 15, "{list}");
    for shape in shapes {
        let size = "--users 30 --packages 9 --assignments 120";
        let ran = dir.sod(&format!("generate -o {shape} {size} --shape {shape}")).exits(0);
        // "wrote 5 files, 98 assignment rows, ...": shapes without a state have the delivered ones alone.
        let said: Vec<&str> = ran.stderr.split_whitespace().collect();
        assert_eq!((said[0], said[2], said[4], said[5]), ("wrote", "files,", "assignment", "rows,"));
        let rows: u64 = said[3].parse().unwrap();
        assert!((60..=120).contains(&rows), "{shape}: {rows}");
        // A list of two words a line is read when it is named; the official recipe has a file for each package.
        let words = match shape {
            "plain-list" => format!("analyze {shape}/{}", names(&dir.path(shape))[0]),
            "official-csv" => format!("analyze {shape} --map package=@file"),
            _ => format!("analyze {shape}"),
        };
        let ran = dir.sod(&format!("{words} --format json --exit-zero")).exits(0);
        let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(summary["rows"]["read"], rows, "{shape}");
        assert_eq!(summary["pair_sum_identity"], true, "{shape}");
    }
}

#[test]
fn compressed_tenants_are_read_alike() {
    let dir = Dir::new();
    let pairs = |how: &str| {
        let size = "-q --users 30 --packages 9 --assignments 120";
        let flag = if how == "none" { String::new() } else { format!("--compress {how}") };
        dir.sod(&format!("generate -o {how} {size} {flag}")).stdout();
        dir.sod(&format!("pairs {how} -q")).stdout()
    };
    let plain = pairs("none");
    assert_eq!(pairs("gzip"), plain);
    assert_eq!(pairs("zstd"), plain);
}

#[test]
fn errors() {
    let dir = Dir::new();
    dir.write("full/file.txt", "mine").write("file", "mine");
    let said = dir.transcript(&[
        "generate",
        "generate -o full",
        "generate -o file",
        "generate -o new --users 0",
        "generate -o new --users many",
        "generate -o new --users 3 --packages 3 --assignments 10",
        "generate -o new --page-size 0",
        "generate -o new --compress rar",
        "generate -o new --shape grph-v1",
        "generate -o new --dirt missing-usr",
        "generate -o new --shape csv --dirt dangling-next-link",
    ]);
    insta::assert_snapshot!(said);
    assert_eq!(dir.names(), ["file", "full"], "nothing was written");
    assert_eq!(names(&dir.path("full")), ["file.txt"]);
}
