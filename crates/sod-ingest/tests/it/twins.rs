//! The fast way to read JSON says what the slow one says: learned shapes, segments and threads do not show.

use crate::mutation::{apply, damage};
use crate::twin_corpus::{
    BETA_CONTEXT, V1_CONTEXT, beta, beta_expanded, brief, framings, page, powershell, rows, v1,
};
use crate::twin_odd::{FRAMINGS, odd, string_together};
use crate::twin_ways::{
    KEEP_ALL, KEEP_EVERY, OnDisk, all_ways, check_all, check_few, compare, few_ways, hashed,
};
use proptest::prelude::*;
use sod_generate::{Dirt, ExportOptions, ExportShape, Tenant, TenantSpec, write_export};
use sod_ingest::{Input, LoadOptions};
use std::sync::OnceLock;

/// As many cases as the environment asks for, or `usual`.
fn cases(usual: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: if asked.cases == 256 { usual } else { asked.cases },
        max_shrink_iters: 400,
        ..asked
    }
}

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

/// What [`sod_generate`] writes: each shape, clean and with each dirt.
#[test]
fn generated_exports_of_every_shape_and_dirt() {
    let tenant = Tenant::new(TenantSpec { users: 150, packages: 15, assignments: 500, seed: 7 }).unwrap();
    let (mut turn, mut found) = (0, Vec::new());
    for shape in ExportShape::ALL {
        let dirts = Dirt::ALL.into_iter().filter(|dirt| shape.supports(*dirt)).map(|dirt| vec![dirt]);
        for dirt in std::iter::once(Vec::new()).chain(dirts) {
            turn += 1;
            let case = format!("{} {dirt:?}", shape.name());
            let export = ExportOptions { dirt, page_size: 60, ..ExportOptions::new(shape) };
            let place = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
            let folder = place.path().join("export");
            write_export(&tenant, &export, &folder, &mut |_| true).unwrap();
            let mut inputs = vec![Input::from(folder.as_path())];
            if shape == ExportShape::PlainList {
                let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
                inputs = files
                    .filter(|path| path.metadata().unwrap().len() > 0)
                    .map(|path| Input::from(path.as_path()))
                    .collect();
            }
            let map = (shape == ExportShape::OfficialCsv).then(|| "package=@file".parse().unwrap());
            let base = LoadOptions { map, ..hashed() };
            let ways = &few_ways(turn)[..2 + turn % 2];
            // F11: which file had the copy is not told where no places are kept.
            let copies = export.has(Dirt::DuplicateRows) || export.has(Dirt::IdReused);
            let keep = if copies { &KEEP_ALL[..] } else { &KEEP_EVERY[turn % 4..][..1] };
            found.extend(compare(&inputs, &base, ways, keep).err().map(|found| format!("{case}: {found}")));
        }
    }
    assert!(found.is_empty(), "{} of {turn} differ:\n{}", found.len(), found.join("\n"));
}

/// Several files at once, with copies of one another: by what threads they are read does not show, nor who was first.
#[test]
fn several_files_at_once() {
    let (one, two) = (page(V1_CONTEXT, &rows(300, v1), None), rows(300, v1).join("\n"));
    let (three, four) =
        (page(BETA_CONTEXT, &rows(300, beta), Some("https://g/x?$skiptoken=1")), rows(200, brief).join("\n"));
    let disk = OnDisk::new(&[
        ("1.json", one.as_bytes()),
        ("2.jsonl", two.as_bytes()),
        ("3.json", three.as_bytes()),
        ("4.json", four.as_bytes()),
        ("5.json", one.as_bytes()),
        ("6.json", b"{}"),
    ]);
    compare(&disk.inputs[..5], &hashed(), &all_ways(), &[(false, false), (false, true)]).unwrap();
    compare(&disk.as_folder(), &hashed(), &all_ways(), &KEEP_ALL).unwrap();
    let strict = LoadOptions { strict: true, ..hashed() };
    compare(&disk.inputs[..3], &strict, &all_ways(), &[(false, false), (false, true)]).unwrap();
}

/// Text that looks like the beginning of a record, where none begins.
#[test]
fn what_looks_like_a_record() {
    let opening = r#"{"id":"00000001-0000-4000-8000-000000000001","state":"delivered","status":"Delivered""#;
    let escaped = format!("}},{opening}").replace('"', "\\\"");
    let nested = format!(r#""notes":[{opening}}},{opening}}},{opening}}}],"more":{{"a":{opening}}}}}"#);
    let (mut turn, mut found) = (0, Vec::new());
    for (case, change) in [
        (
            "in a text, escaped",
            Box::new(|row: String| row.replacen("\"All of package", &format!("\"{escaped} "), 1))
                as Box<dyn Fn(String) -> String>,
        ),
        ("in a text alone", Box::new(|row: String| row.replacen("\"All of package", "\",{ ,{ },{ ", 1))),
        (
            "nested, at the end",
            Box::new(|row: String| format!("{},{nested}}}", row.strip_suffix('}').unwrap())),
        ),
        (
            "nested, at the beginning",
            Box::new(|row: String| row.replacen("{\"id\"", &format!("{{{nested},\"id\""), 1)),
        ),
        (
            "nested in the package",
            Box::new(|row: String| {
                row.replacen("\"isHidden\":false", &format!("\"isHidden\":false,{nested}"), 1)
            }),
        ),
        (
            "nested in the target",
            Box::new(|row: String| row.replacen("\"subjectType\"", &format!("{nested},\"subjectType\""), 1)),
        ),
        (
            "larger than a segment",
            Box::new(|row: String| row.replacen("All of package", &"All of package ".repeat(150), 1)),
        ),
    ] {
        for every in [1, 3, 50] {
            let rows: Vec<String> = rows(200, v1)
                .into_iter()
                .enumerate()
                .map(|(n, row)| if n % every == every - 1 { change(row) } else { row })
                .collect();
            let bytes: Vec<Vec<u8>> = rows.iter().map(|row| row.clone().into_bytes()).collect();
            for framing in [0, 1, 2, 4, 5, 7, 9, 12, 17] {
                turn += 1;
                let text = string_together(framing, &bytes, V1_CONTEXT, 60);
                found.extend(
                    check_few(&format!("{case}, every {every}, framing {framing}"), turn, &text).err(),
                );
            }
        }
    }
    assert!(found.is_empty(), "{} of {turn} differ:\n{}", found.len(), found.join("\n"));
}

/// A table is read by lines; its segments must not show either.
const TABLES: [&str; 3] = [
    "user,package,state,note\n{a},{p},Delivered,\"a \"\"b\"\"\nc\"\n",
    "AssignmentID;TargetObjectID;AccessPackageId;AssignmentState\r\n\"{a}\";\"{a}\";\"{p}\";\"Delivered\"\r\n",
    "TargetObjectId\tAccessPackageId\tAssignmentState\n{a}\t{p}\texpired\n",
];

fn table(kind: usize, count: usize) -> String {
    let (header, row) = TABLES[kind].split_once('\n').unwrap();
    let rows = (0..count).map(|n| {
        row.replace("{a}", &format!("user-{}", n % 37)).replace("{p}", &format!("package-{}", n % 11))
    });
    format!("{header}\n{}", rows.collect::<String>())
}

/// Valid files, to be damaged.
fn bases() -> &'static [Vec<u8>] {
    static BASES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    BASES.get_or_init(make_bases)
}

fn make_bases() -> Vec<Vec<u8>> {
    let bytes = |rows: Vec<String>| -> Vec<Vec<u8>> { rows.into_iter().map(String::into_bytes).collect() };
    let styles = [
        bytes(rows(60, v1)),
        bytes(rows(90, beta)),
        bytes(rows(60, beta_expanded)),
        bytes(rows(60, powershell)),
        bytes(rows(120, brief)),
    ];
    let mut bases: Vec<Vec<u8>> = (0..FRAMINGS)
        .map(|framing| string_together(framing, &styles[usize::from(framing) % 5], BETA_CONTEXT, 25))
        .collect();
    bases.push(crate::twin_corpus::pretty(&page(V1_CONTEXT, &rows(40, v1), None)).into_bytes());
    bases.extend((0..3).map(|kind| table(kind, 150).into_bytes()));
    bases
}

proptest! {
    #![proptest_config(cases(250))]

    /// Members left out, doubled, renamed, and with values of every kind.
    #[test]
    fn odd_exports(odd in odd(), turn in 0usize..12) {
        let bytes = odd.bytes();
        if let Err(found) = check_few("odd", turn, &bytes) {
            prop_assert!(false, "{found}\nin {}", String::from_utf8_lossy(&bytes[..bytes.len().min(3000)]));
        }
    }
}

proptest! {
    #![proptest_config(cases(600))]

    /// Bytes flipped, cut out, put in and doubled.
    #[test]
    fn damaged_exports(base in 0..bases().len(), damages in prop::collection::vec(damage(), 1..5), turn in 0usize..12) {
        let mut bytes = bases()[base].clone();
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        if let Err(found) = check_few("damaged", turn, &bytes) {
            prop_assert!(false, "{found}");
        }
    }
}
