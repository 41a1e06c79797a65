//! `manifest.json`.

use crate::fixture::{tenant, text};
use sod_model::{JudgedFile, JudgedKind, Timestamp};
use sod_report::OutputFile;
use sod_report::manifest::{Build, ManifestInput, Seal, read_manifest, write_manifest};
use std::collections::BTreeMap;

fn manifest() -> Vec<u8> {
    let mut tenant = tenant();
    for source in &mut tenant.snapshot.provenance.sources {
        source.sha256 = Some([0xab; 32]);
    }
    tenant.origins.files.push(JudgedFile {
        kind: JudgedKind::Rules,
        path: "rules.toml".into(),
        bytes: 99,
        sha256: [7; 32],
        set_id: Some("contoso-sod".into()),
        set_version: Some("2026.11".into()),
        set_name: None,
        entries: vec!["R1".into(), "R2".into()],
    });
    let view = tenant.view();
    let options = BTreeMap::from([("states".to_owned(), "delivered".to_owned())]);
    let outputs = [OutputFile { name: "pairs.csv".to_owned(), bytes: 12, sha256: [1; 32] }];
    let build = Build {
        target: Some("x86_64-unknown-linux-gnu".to_owned()),
        profile: Some("release".to_owned()),
        features: Vec::new(),
        commit: None,
    };
    let mut out = Vec::new();
    let input = ManifestInput {
        view: &view,
        version: "1.2.3",
        build: &build,
        command_line: &["sod", "analyze", "a \"b\""].map(str::to_owned),
        options: &options,
        started: Timestamp(1_795_000_000),
        finished: Timestamp(1_795_000_061),
        outputs: &outputs,
    };
    write_manifest(&input, &mut out).unwrap();
    out
}

#[test]
fn of_the_tenant() {
    insta::assert_snapshot!(text(&manifest()));
}

#[test]
fn what_is_read_is_what_was_written() {
    let read = read_manifest(&manifest()).unwrap();
    assert_eq!((read.version.as_str(), read.build.profile.as_deref()), ("1.2.3", Some("release")));
    assert_eq!(read.command_line[2], "a \"b\"");
    assert_eq!(read.options["states"], "delivered");
    assert_eq!((read.started, read.finished), (Timestamp(1_795_000_000), Timestamp(1_795_000_061)));
    assert_eq!((&*read.inputs[0].path, read.inputs[0].bytes), ("export/page1.json", 5120));
    assert_eq!(read.inputs[1].input, 1);
    assert_eq!(read.outputs, [OutputFile { name: "pairs.csv".to_owned(), bytes: 12, sha256: [1; 32] }]);
    let messages = [&b"{"[..], b"{\"tool\":{\"name\":\"other\"}}", b"{\"tool\":{\"name\":\"sod\"}}"]
        .map(|text| read_manifest(text).unwrap_err().to_string());
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn every_changed_byte_breaks_the_seal() {
    let intact = manifest();
    assert_eq!(Seal::of(&intact), Seal::Intact);
    for at in 0..intact.len() {
        let mut changed = intact.clone();
        changed[at] ^= 1;
        assert_ne!(Seal::of(&changed), Seal::Intact, "byte {at}");
    }
    assert_ne!(Seal::of(&[&intact[..], b"\n"].concat()), Seal::Intact);
    assert_ne!(Seal::of(&intact[..intact.len() - 1]), Seal::Intact);
}
