//! Reports held against themselves, their inputs and a second computation.

use crate::written::{Written, data, small, told};
use sod_engine::formats::judged::read_judged;
use sod_engine::formats::pairs::PairFormat;
use sod_engine::formats::verification::DifferenceCode;
use sod_engine::{
    Event, Input, Observer, Phase, RunOptions, Silent, StateFilter, StateTable, Timestamp, VerifyError,
    VerifyOptions, verify,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Writes a report and finds nothing wrong with it.
#[track_caller]
fn holds(written: Written) -> Written {
    let written = written.write();
    let found = sod_engine::verify(&written.folder(), &written.inputs, &written.documents, &Silent).unwrap();
    assert!(found.is_equal(), "{}\n{:?}", told(&found), found.notes);
    let recomputed = found.recomputed.unwrap();
    assert_eq!(recomputed.files as usize, written.names().len());
    written
}

fn sample() -> Written {
    Written::of(&[&data("sample-tenant"), &data("resource-roles.json")])
        .judged_by(&data("rules.toml"), &data("exceptions.toml"))
}

#[test]
fn the_sample_tenant_with_all_that_goes_with_it() {
    let written = holds(sample().run(RunOptions { ending_within: Some(90), ..RunOptions::default() }));
    assert!(written.names().iter().any(|name| name == "combined-packages.csv"));
    holds(Written::of(&[&data("sample-tenant")]));
}

#[test]
fn every_option_that_decides_what_is_in_a_report() {
    for pairs_format in PairFormat::ALL {
        holds(small().run(RunOptions { pairs_format, as_of: Some(Timestamp(0)), ..RunOptions::default() }));
    }
    for states in ["live", "all", "delivered,expired", "delivered,frozen", "all,frozen"] {
        let states = StateFilter::parse(states).unwrap();
        holds(sample().run(RunOptions {
            states,
            as_of: Timestamp::parse("2026-03-01T12:00:00Z"),
            ..RunOptions::default()
        }));
    }
}

#[test]
fn files_that_were_left_out_are_not_missed_and_may_not_be_there() {
    for (without, left) in [
        ("html", &["report.html"][..]),
        ("xlsx", &["report.xlsx"]),
        ("html,xlsx", &["report.html", "report.xlsx"]),
    ] {
        let as_of = Some(Timestamp(0));
        let run = RunOptions { without: without.parse().unwrap(), as_of, ..RunOptions::default() };
        let written = holds(small().run(run));
        for name in left {
            assert!(!written.names().iter().any(|other| other == name), "{name}");
            let path = written.folder().join(name);
            fs::write(&path, "not of this report").unwrap();
            assert!(told(&written.verify().unwrap()).contains("output-extra"), "{name}");
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a_folder_that_is_called_as_what_systems_leave_is_none_of_that() {
    let written = small().write();
    fs::create_dir(written.folder().join(".DS_Store")).unwrap();
    assert!(told(&written.verify().unwrap()).contains("output-extra"));
}

#[test]
fn tables_with_columns_of_their_own_and_several_inputs() {
    let mut written = Written::of(&[]);
    let file = |name: &str, text: &str| {
        let path = written.place.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let one = file("p1.csv", "Employee;When\nann;x\nbob;y\n;z\n");
    let two = file("p2.csv", "Employee;When\nann;x\ncarl;y\n");
    written.inputs = vec![Input::Path(two), Input::Path(one)];
    let map = Some("user=Employee,package=@file,state==delivered".parse().unwrap());
    let written = holds(written.run(RunOptions { map, ..RunOptions::default() }));
    assert!(String::from_utf8(written.read("pairs.csv")).unwrap().contains("p1,p2,"));

    let mut written = Written::of(&[]);
    let path = written.place.path().join("rows.txt");
    fs::write(&path, "1,A,7\n2,A,7\n1,B,7\n").unwrap();
    written.inputs = vec![Input::Path(path)];
    let map = Some("user=#1,package=#2".parse().unwrap());
    let assume_state = Some(StateTable::DELIVERED);
    holds(written.run(RunOptions { map, no_header: true, assume_state, ..RunOptions::default() }));
}

#[test]
fn compressed_inputs() {
    let mut written = small();
    let plain = fs::read(written.place.path().join("export/assignments.json")).unwrap();
    let folder = written.place.path().join("packed");
    fs::create_dir(&folder).unwrap();
    fs::copy(written.place.path().join("export/packages.json"), folder.join("packages.json")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &plain).unwrap();
    fs::write(folder.join("assignments.json.gz"), packed.finish().unwrap()).unwrap();
    written.inputs = vec![Input::from(&*folder)];
    holds(written);
}

#[test]
fn p42_what_rules_json_says_is_what_was_judged() {
    for written in [small(), sample()] {
        let (loaded, analysis) = written.analyze();
        written.report(&loaded, &analysis);
        let judged = read_judged(&written.read("rules.json")).unwrap();
        let judged = judged.rebuild(&loaded.snapshot.directory, analysis.moment).unwrap();
        assert_eq!(judged.rules, analysis.rules);
        assert_eq!(judged.exceptions, analysis.exceptions);
        assert_eq!(judged.origins, analysis.origins);
    }
    let written = small().write();
    let place = format!("{}/", written.place.path().display());
    insta::assert_snapshot!(String::from_utf8(written.read("rules.json")).unwrap().replace(&place, ""));
}

#[test]
fn inputs_are_known_by_their_content() {
    let written = small().write();
    let place = written.place.path();
    let verify = |inputs: &[PathBuf]| {
        let inputs: Vec<Input> = inputs.iter().map(|path| Input::Path(path.clone())).collect();
        let found = verify(&written.folder(), &inputs, &VerifyOptions::default(), &Silent).unwrap();
        let notes: Vec<String> = found.notes.iter().map(|note| format!("note: {note}")).collect();
        let text = [told(&found), notes.join("\n")].join("\n").replace(&format!("{}/", place.display()), "");
        (found.is_equal(), text.trim().to_owned())
    };
    let mut told = Vec::new();
    // Moved and renamed, each given by itself.
    fs::create_dir(place.join("moved")).unwrap();
    fs::rename(place.join("export/assignments.json"), place.join("moved/z.json")).unwrap();
    fs::rename(place.join("export/packages.json"), place.join("moved/a.json")).unwrap();
    let (equal, text) = verify(&[place.join("moved/z.json"), place.join("moved/a.json")]);
    assert!(equal, "{text}");
    told.push(text);
    let (equal, text) = verify(&[place.join("moved")]);
    assert!(equal, "{text}");
    // One is missing, one is there that does not belong, one has another content.
    fs::write(place.join("moved/b.json"), "{\"value\":[]}").unwrap();
    told.push(verify(&[place.join("moved/z.json")]).1);
    told.push(verify(&[place.join("moved")]).1);
    fs::rename(place.join("moved/z.json"), place.join("export/assignments.json")).unwrap();
    fs::copy(place.join("moved/b.json"), place.join("export/packages.json")).unwrap();
    told.push(verify(&[place.join("export")]).1);
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn rules_files_are_resolved_again() {
    let written = small().write();
    let place = written.place.path();
    let told = |rules: &[&str], exceptions: &[&str]| {
        let paths = |names: &[&str]| names.iter().map(|name| place.join(name)).collect();
        let options = VerifyOptions { rules: paths(rules), exceptions: paths(exceptions), key: None };
        let found = verify(&written.folder(), &written.inputs, &options, &Silent).unwrap();
        told(&found).replace(&format!("{}/", place.display()), "")
    };
    // The same content under another name is the same file.
    fs::copy(place.join("rules.toml"), place.join("copy.toml")).unwrap();
    assert_eq!(told(&["copy.toml"], &["exceptions.toml"]), "");
    let changed = fs::read_to_string(place.join("rules.toml")).unwrap().replace("critical", "high");
    fs::write(place.join("changed.toml"), changed).unwrap();
    let mut text = vec![told(&["changed.toml"], &[]), told(&[], &["copy.toml"])];
    // What the report says of a rule was changed, hashes and seal and all.
    let rules = String::from_utf8(written.read("rules.json")).unwrap();
    written.overwrite("rules.json", rules.replace("\"severity\": \"critical\"", "\"severity\": \"low\""));
    written.seal_again(|_| {});
    text.push(told(&["rules.toml"], &["exceptions.toml"]));
    written.overwrite("rules.json", rules.replace("Weekly review.", "None."));
    written.seal_again(|_| {});
    text.push(told(&["rules.toml"], &["exceptions.toml"]));
    insta::assert_snapshot!(text.join("\n\n"));
}

#[test]
fn rules_that_the_inputs_declare_are_derived_again() {
    let written = small().write();
    let whole: serde_json::Value = serde_json::from_slice(&written.read("rules.json")).unwrap();
    let told = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut rules = whole.clone();
        change(&mut rules);
        written.overwrite("rules.json", format!("{}\n", serde_json::to_string_pretty(&rules).unwrap()));
        written.seal_again(|_| {});
        let found = written.verify().unwrap();
        assert!(!found.is_equal());
        told(&found)
    };
    let place = |rules: &serde_json::Value, id: &str| {
        rules["rules"].as_array().unwrap().iter().position(|rule| rule["id"] == id).unwrap()
    };
    let text = [
        told(&|rules| {
            let at = place(rules, "entra:p1:p2");
            rules["rules"].as_array_mut().unwrap().remove(at);
        }),
        told(&|rules| {
            let at = place(rules, "entra:p1:p2");
            rules["rules"][at]["terms"][1]["packages"][0]["id"] = "p3".into();
        }),
        told(&|rules| {
            let at = place(rules, "R3");
            rules["rules"][at]["not_evaluable"] = serde_json::Value::Null;
            rules["rules"][at]["terms"][0]["packages"] = serde_json::json!([{ "id": "p9", "name": null }]);
        }),
        told(&|rules| rules["exceptions"] = "none".into()),
    ];
    insta::assert_snapshot!(text.join("\n\n"));
}

#[test]
fn folders_that_are_no_reports() {
    let written = small().write();
    let place = written.place.path();
    let tried = |folder: &Path| {
        let error =
            verify(folder, &written.inputs, &VerifyOptions::default(), &Silent).expect_err("no report");
        let text = format!("{error}\n  help: {}", error.help().unwrap_or_else(|| "-".to_owned()));
        text.replace(&format!("{}/", place.display()), "")
    };
    fs::create_dir_all(place.join("empty")).unwrap();
    let with = |name: &str, text: &str| {
        fs::create_dir_all(place.join(name)).unwrap();
        fs::write(place.join(name).join("manifest.json"), text).unwrap();
        place.join(name)
    };
    let manifest = String::from_utf8(written.read("manifest.json")).unwrap();
    let older: Vec<&str> = manifest.lines().filter(|line| !line.contains("manifest_sha256")).collect();
    let older = older.join("\n").replace("  ],\n}", "  ]\n}");
    let cut = manifest.replace("\"started\"", "\"begun\"");
    let text = [
        tried(&place.join("missing")),
        tried(&place.join("rules.toml")),
        tried(&place.join("empty")),
        tried(&with("foreign", "{\"name\": \"my-page\", \"icons\": []}")),
        tried(&with("broken", "{")),
        tried(&with("older", &older)),
    ];
    insta::assert_snapshot!(text.join("\n"));
    // A manifest that was one and cannot be read any more has been changed: that is found, and no error.
    let found =
        verify(&with("cut", &cut), &written.inputs, &VerifyOptions::default(), &Silent).expect("a finding");
    assert_eq!(found.differences[0].code, DifferenceCode::SealBroken);
    assert!(found.not_recomputed.is_some() && !found.is_equal());
    let missing = verify(&written.folder(), &[], &VerifyOptions::default(), &Silent).unwrap();
    assert!(missing.differences.iter().all(|one| one.code == DifferenceCode::InputMissing));
    let nowhere = [Input::Path(place.join("nowhere"))];
    let error =
        verify(&written.folder(), &nowhere, &VerifyOptions::default(), &Silent).expect_err("no input");
    assert!(matches!(error, VerifyError::Load(_)), "{error}");
}

#[test]
fn files_that_are_missing_or_do_not_belong() {
    let written = small().write();
    let rejected = written.read("rejected.csv");
    written.overwrite("notes.txt", "mine");
    written.overwrite(".hidden", "whose?");
    // What systems leave in folders that people look into is nobody's.
    for name in [".DS_Store", "Thumbs.db", "desktop.ini"] {
        written.overwrite(name, "left");
    }
    fs::remove_file(written.folder().join("conflicts.csv")).unwrap();
    // A folder in place of a file is no file, and keeps nobody from looking at the others.
    fs::remove_file(written.folder().join("rejected.csv")).unwrap();
    fs::create_dir(written.folder().join("rejected.csv")).unwrap();
    let first = told(&written.verify().unwrap());
    fs::remove_dir(written.folder().join("rejected.csv")).unwrap();
    written.overwrite("rejected.csv", &rejected);
    // The same, but nothing in the manifest tells of it.
    written.seal_again(|manifest| {
        let outputs = manifest["outputs"].as_array_mut().unwrap();
        outputs.retain(|output| output["name"] != "conflicts.csv");
        let mut extra = outputs[0].clone();
        (extra["name"], extra["bytes"]) = ("notes.txt".into(), 4.into());
        extra["sha256"] = crate::written::hex(&sod_engine::formats::sha256(b"mine")).into();
        outputs.push(extra);
    });
    let second = told(&written.verify().unwrap());
    insta::assert_snapshot!([first, second].join("\n\n"));
}

#[test]
fn what_is_given_in_place_of_the_inputs_is_told() {
    let written = small().write();
    let place = written.place.path();
    fs::create_dir(place.join("empty")).unwrap();
    let told = |input: PathBuf| {
        let found =
            verify(&written.folder(), &[Input::Path(input)], &VerifyOptions::default(), &Silent).unwrap();
        assert!(found.differences.iter().any(|one| one.code == DifferenceCode::InputMissing));
        found.notes.join("\n").replace(&format!("{}/", place.display()), "")
    };
    assert_eq!(told(place.join("empty")), "`empty` has no file in it that could be an input.");
    assert_eq!(
        told(written.folder()),
        "`report` is a report of sod, and no export: give the inputs that the report was made of."
    );
}

#[test]
fn what_rests_on_the_seal_alone_is_told_and_what_does_not_fit_together_is_found() {
    use sod_engine::formats::verification::SealedPart;
    let written = holds(small());
    let rests = |options: &VerifyOptions| {
        let found = verify(&written.folder(), &written.inputs, options, &Silent).unwrap();
        assert!(found.is_equal());
        let text = found.notes.join("\n").replace(&format!("{}/", written.place.path().display()), "");
        (found.rests_on_seal[4..].to_vec(), text)
    };
    let (rules, exceptions) = (written.documents.rules.clone(), written.documents.exceptions.clone());
    let both = vec![SealedPart::Rules, SealedPart::Exceptions];
    assert_eq!(rests(&VerifyOptions::default()), (both, String::new()));
    assert_eq!(rests(&written.documents), (vec![], String::new()));
    let (parts, note) = rests(&VerifyOptions { rules, ..VerifyOptions::default() });
    assert_eq!(parts, [SealedPart::Exceptions]);
    assert!(
        note.starts_with("Not resolved again: `exceptions.toml`, for no --exceptions was given"),
        "{note}"
    );
    let (parts, note) = rests(&VerifyOptions { exceptions, ..VerifyOptions::default() });
    assert_eq!(parts, [SealedPart::Rules]);
    assert!(note.starts_with("Not resolved again: `rules.toml`, for no --rules was given"), "{note}");

    let edits: [fn(&mut serde_json::Value); 4] = [
        |manifest| manifest["finished"] = "2000-01-01T00:00:00Z".into(),
        |manifest| manifest["command_line"][1] = "pairs".into(),
        |manifest| manifest["command_line"] = serde_json::json!(["sod", "analyze", "--states", "all"]),
        |manifest| manifest["inputs"][0]["named"] = true.into(),
    ];
    let manifest = written.read("manifest.json");
    for edit in edits {
        written.seal_again(edit);
        let found = written.verify().unwrap();
        let is_told = found.differences.iter().any(|one| one.code == DifferenceCode::Contradiction);
        assert!(is_told, "{}", told(&found));
        written.overwrite("manifest.json", &manifest);
    }
}

#[test]
fn whoever_wants_no_more_is_let_go() {
    struct Stop(Phase, AtomicBool);
    impl Observer for Stop {
        fn event(&self, event: Event) {
            if event == Event::Began(self.0) {
                self.1.store(true, Ordering::SeqCst);
            }
        }
        fn is_cancelled(&self) -> bool {
            self.1.load(Ordering::SeqCst)
        }
    }
    let written = small().write();
    for phase in [Phase::Fingerprint, Phase::Discover, Phase::Read, Phase::Recompute, Phase::Compare] {
        let stop = Stop(phase, AtomicBool::new(false));
        let stopped = verify(&written.folder(), &written.inputs, &VerifyOptions::default(), &stop);
        assert!(stopped.is_err(), "{phase:?}: {stopped:?}");
    }
}

#[test]
fn names_of_files_are_data_where_the_report_was_made_of_them() {
    let mut written = Written::of(&[]);
    let (from, to) = (written.place.path().join("f"), written.place.path().join("g"));
    let files = [("A.csv", "user,x\nu1,1\nu2,1\n"), ("B.csv", "user,x\nu2,1\n"), ("C.csv", "user,x\nu2,1\n")];
    for folder in [&from, &to] {
        fs::create_dir(folder).unwrap();
        files.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    }
    written.inputs = vec![Input::Path(from.clone())];
    let map = Some("user=user,package=@file".parse().unwrap());
    let written = holds(written.run(RunOptions { map, as_of: Some(Timestamp(0)), ..RunOptions::default() }));
    let of = |folder: &Path| {
        verify(&written.folder(), &[Input::from(folder)], &VerifyOptions::default(), &Silent).unwrap()
    };
    // Elsewhere, under the same names: also those of equal content.
    assert!(of(&to).is_equal(), "{}", told(&of(&to)));
    let swapped = |folder: &Path| {
        fs::rename(folder.join("A.csv"), folder.join("x")).unwrap();
        fs::rename(folder.join("B.csv"), folder.join("A.csv")).unwrap();
        fs::rename(folder.join("x"), folder.join("B.csv")).unwrap();
    };
    for folder in [&to, &from] {
        swapped(folder);
        let found = of(folder);
        assert!(
            found.differences.iter().any(|one| one.code == DifferenceCode::InputChanged),
            "{}",
            told(&found)
        );
        assert!(found.recomputed.is_none());
    }
}

/// A page of an incompatible list does not say whose list it is; the folder that it lies in does.
#[test]
fn the_name_of_a_list_without_a_context_is_data() {
    const IDS: [&str; 3] = [
        "11111111-0000-4000-8000-000000000001",
        "11111111-0000-4000-8000-000000000002",
        "11111111-0000-4000-8000-000000000003",
    ];
    let written = Written::of(&[]);
    let (from, to) = (written.place.path().join("f"), written.place.path().join("g"));
    let list = |folder: &Path, of: usize| {
        folder.join("packages").join(IDS[of]).join("incompatibleAccessPackages.json")
    };
    let page = |of: usize| format!(r#"{{"value":[{{"id":"{}","displayName":"P{of}"}}]}}"#, IDS[of]);
    for folder in [&from, &to] {
        fs::create_dir_all(folder).unwrap();
        let rows: Vec<String> = (0..3).map(|of| format!("u1,{},delivered\n", IDS[of])).collect();
        fs::write(folder.join("rows.csv"), format!("user,package,state\n{}", rows.concat())).unwrap();
        for (of, other) in [(0, 1), (1, 2)] {
            fs::create_dir_all(list(folder, of).parent().unwrap()).unwrap();
            fs::write(list(folder, of), page(other)).unwrap();
        }
    }
    let mut written = written;
    written.inputs = vec![Input::Path(from.clone())];
    let written = holds(written.run(RunOptions { as_of: Some(Timestamp(0)), ..RunOptions::default() }));
    let of = |folder: &Path| {
        verify(&written.folder(), &[Input::from(folder)], &VerifyOptions::default(), &Silent).unwrap()
    };
    assert!(of(&to).is_equal(), "{}", told(&of(&to)));
    for folder in [&to, &from] {
        fs::write(list(folder, 0), page(2)).unwrap();
        fs::write(list(folder, 1), page(1)).unwrap();
        let found = of(folder);
        let is_told = found.differences.iter().any(|one| one.code == DifferenceCode::InputChanged);
        assert!(is_told, "{}", told(&found));
    }
}
