//! Where a report is made does not show in it: not the language, not the time zone, not the threads, not the order of the inputs.

use crate::diff::{JUDGING, two_months};
use crate::util::{Dir, names};
use serde_json::Value;

/// Settings that change how programs write numbers, dates and letters, and how they sort.
const PLACES: [(&str, &[(&str, &str)]); 6] = [
    ("plain", &[("LC_ALL", "C"), ("TZ", "UTC")]),
    ("turkish", &[("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kathmandu")]),
    (
        "german",
        &[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"), ("LANGUAGE", "de"), ("TZ", "America/St_Johns")],
    ),
    ("thai", &[("LC_ALL", "th_TH.UTF-8"), ("TZ", "Pacific/Kiritimati")]),
    ("odd", &[("LC_ALL", "no such place"), ("TZ", ":nowhere/at-all"), ("COLUMNS", "200")]),
    ("latin", &[("LC_ALL", "de_DE.ISO-8859-1"), ("TZ", "<+0545>-5:45")]),
];

/// Names and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// A manifest without what only the run knows: when it was, and the words of its command.
fn manifest(dir: &Dir, folder: &str) -> Value {
    let mut manifest = dir.read_json(&format!("{folder}/manifest.json"));
    for member in ["started", "finished", "command_line", "manifest_sha256"] {
        assert!(manifest.as_object_mut().unwrap().remove(member).is_some(), "{member}");
    }
    manifest
}

#[test]
fn a_report_is_the_same_wherever_it_is_made() {
    let dir = two_months();
    // Letters that languages sort and fold in ways of their own.
    dir.write(
        "more.csv",
        "user,package\nIsmail,İstanbul\nismail,ıstanbul\nÄnne,I\nzoe,i\nÄnne,ß\nzoe,SS\nÄnne,i\n",
    );
    let order = ["october more.csv", "more.csv october"];
    for format in ["csv", "jsonl", "json", "parquet"] {
        let mut first: Option<(Files, Value)> = None;
        for (at, (name, settings)) in PLACES.iter().enumerate() {
            let words = format!(
                "analyze {} {JUDGING} --allow-unjoined --threads {} --out {name} --pairs-format {format} -q --exit-zero --ending-within 90",
                order[at % 2],
                at % 3 + 1
            );
            let mut command = dir.sod(&words);
            for (variable, value) in *settings {
                command = command.env(variable, value);
            }
            command.exits(0);
            let files: Files = names(&dir.path(name))
                .into_iter()
                .filter(|file| file != "manifest.json")
                .map(|file| (file.clone(), dir.read(&format!("{name}/{file}"))))
                .collect();
            assert!(files.len() >= 9);
            let mut told = manifest(&dir, name);
            // The inputs stand in the order of the command; without that, the manifest is the same as well.
            let inputs = told["inputs"].as_array_mut().unwrap();
            inputs.sort_by_key(|input| input["path"].as_str().unwrap().to_owned());
            inputs.iter_mut().for_each(|input| drop(input.as_object_mut().unwrap().remove("input")));
            let Some((expected, manifest)) = &first else {
                first = Some((files, told));
                continue;
            };
            for ((file, bytes), (expected_file, expected)) in files.iter().zip(expected) {
                assert!(file == expected_file && bytes == expected, "{format}: {name}/{file}");
            }
            assert_eq!((&told, files.len()), (manifest, expected.len()), "{format}: {name}");
        }
    }
}

#[test]
fn what_is_said_is_the_same_everywhere_too() {
    let dir = two_months();
    for words in [
        format!("analyze october {JUDGING} --exit-zero"),
        format!("analyze october {JUDGING} --exit-zero --format markdown"),
        format!("diff october november {JUDGING} --exit-zero"),
        format!("diff october november {JUDGING} --exit-zero --format html"),
        format!("remediate october {JUDGING} --exit-zero"),
        format!("explain october {JUDGING} --rule P2P-01"),
        "inspect october".to_owned(),
        "analyze nowhere".to_owned(),
    ] {
        let mut first = None;
        for (name, settings) in PLACES.iter().filter(|(name, _)| *name != "odd") {
            let mut command = dir.sod(&words);
            for (variable, value) in *settings {
                command = command.env(variable, value);
            }
            let ran = command.run();
            let said = (ran.code, ran.stdout, ran.stderr);
            let expected = first.get_or_insert_with(|| said.clone());
            assert_eq!(&said, expected, "{words}: {name}");
        }
    }
}
