//! Whatever is changed is found: bytes anywhere, figures together with their hashes, and a fast engine that counts wrongly.

use crate::written::{Written, small, told};
use sod_engine::formats::pairs::PairFormat;
use sod_engine::formats::verification::DifferenceCode;
use sod_engine::{Analysis, ConflictSet};
use std::fs;
use std::path::Path;

/// Places of a file at which a byte is changed: spread over all of it, the first and the last among them.
fn places(length: usize, many: usize) -> impl Iterator<Item = usize> {
    (0..many).map(move |at| at * length.saturating_sub(1) / (many - 1).max(1))
}

/// Changes a byte at many places of a file, one at a time, and finds each, with the file's name.
fn flip(written: &Written, path: &Path, name: &str, many: usize) {
    let intact = fs::read(path).unwrap();
    for at in places(intact.len(), many) {
        let mut changed = intact.clone();
        changed[at] ^= 0x01;
        fs::write(path, &changed).unwrap();
        match written.verify() {
            Ok(found) => {
                assert!(!found.is_equal(), "{name}: byte {at} was not found");
                assert!(
                    found.differences.iter().any(|one| one.file.ends_with(name)),
                    "{name}: byte {at}: {}",
                    told(&found)
                );
            }
            // The word that tells a manifest of ours, or its seal.
            Err(error) => assert!(name == "manifest.json" && error.to_string().contains(name), "{error}"),
        }
    }
    fs::write(path, &intact).unwrap();
}

#[test]
fn p41_one_changed_byte_anywhere_is_found_and_its_file_named() {
    for pairs_format in [PairFormat::Csv, PairFormat::Parquet] {
        let mut written = small();
        written.run.pairs_format = pairs_format;
        let written = written.write();
        let (many, all) = if pairs_format == PairFormat::Csv { (60, 400) } else { (40, 20) };
        for name in written.names() {
            let many = if name == "manifest.json" { all } else { many };
            flip(&written, &written.folder().join(&name), &name, many);
        }
        for name in ["export/assignments.json", "export/packages.json"] {
            flip(&written, &written.place.path().join(name), name, many);
        }
        assert!(written.verify().unwrap().is_equal(), "all is as it was");
    }
}

/// The last digit of a file is another one.
fn edited(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        // Packed: any byte in the middle.
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        return bytes;
    };
    let at = text.rfind(|letter: char| letter.is_ascii_digit()).unwrap();
    let other = if text.as_bytes()[at] == b'7' { "8" } else { "7" };
    format!("{}{other}{}", &text[..at], &text[at + 1..]).into_bytes()
}

#[test]
fn p41_a_figure_that_was_changed_with_its_hash_and_the_seal_is_found() {
    let written = small().write();
    let mut text = Vec::new();
    for name in written.names().iter().filter(|name| *name != "manifest.json") {
        let intact = written.read(name);
        written.overwrite(name, edited(&intact));
        written.seal_again(|_| {});
        let found = written.verify().unwrap();
        let known = [DifferenceCode::Recomputed, DifferenceCode::Judged];
        // What rules.json says is judged by: a change there shows in what it would have come to.
        let named = found.differences.iter().any(|one| one.file == *name && known.contains(&one.code));
        assert!(!found.is_equal() && (named || name == "rules.json"), "{name}: {}", told(&found));
        // Where the rejected rows and the rules lie is another place in every run.
        if name != "rejected.csv" && name != "rules.json" {
            text.push(told(&found));
        }
        written.overwrite(name, intact);
    }
    // Totals of the manifest are figures too.
    written.seal_again(|manifest| manifest["control_totals"]["holdings"] = 3.into());
    text.push(told(&written.verify().unwrap()));
    written.seal_again(|manifest| {
        manifest["control_totals"]["holdings"] = 9.into();
        manifest["inputs"][0]["rows"]["accepted"] = 1.into();
    });
    text.push(told(&written.verify().unwrap()));
    // And the options are what the report is worked out by.
    written.seal_again(|manifest| manifest["options"]["states"] = "all".into());
    assert!(!written.verify().unwrap().is_equal());
    insta::assert_snapshot!(text.join("\n\n"));
}

#[test]
fn an_engine_that_counts_or_judges_wrongly_is_found() {
    let broken = |name: &str, break_it: &dyn Fn(&mut Analysis)| {
        let written = small();
        let (loaded, mut analysis) = written.analyze();
        break_it(&mut analysis);
        written.report(&loaded, &analysis);
        let found = written.verify().unwrap();
        assert!(found.differences.iter().all(|one| one.code == DifferenceCode::Recomputed), "{name}");
        assert!(found.differences.iter().any(|one| one.file == name), "{name}: {}", told(&found));
        format!("{name}\n{}", told(&found))
    };
    let text = [
        broken("pairs.csv", &|analysis| analysis.pairs[0].holders_both += 1),
        broken("pairs.csv", &|analysis| _ = analysis.pairs.pop()),
        broken("summary.json", &|analysis| analysis.totals.row_sum += 1),
        broken("conflicts.csv", &|analysis| {
            let conflicts = analysis.conflicts.conflicts()[1..].to_vec();
            analysis.conflicts = ConflictSet::new(conflicts);
        }),
        broken("conflicts.csv", &|analysis| {
            analysis.conflicts = analysis.conflicts.clone().excused(|_, _| None);
        }),
        broken("conflict-groups.jsonl", &|analysis| analysis.groups[0].open += 1),
        broken("rules.json", &|analysis| analysis.exception_uses[0].covers += 1),
        broken("summary.json", &|analysis| _ = analysis.exception_findings.pop()),
        broken("summary.json", &|analysis| _ = analysis.exceptions_ending.take()),
        broken("summary.json", &|analysis| _ = analysis.warnings.pop()),
    ];
    insta::assert_snapshot!(text.join("\n\n"));
}
