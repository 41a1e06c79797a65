//! `sod rules import`.

use crate::tenant;
use crate::util::Dir;
use serde_json::Value;

const MATRIX: &str = ",Vendor master editor,Payment run,Twin\n\
                      Vendor master editor,,X,\nPayment run,H,,\nTwin,,,\n";

fn dir() -> Dir {
    let dir = tenant::dir();
    dir.write("pairs.csv", "Role_A,Role_B,Risk_ID,Risk_Level,Description\nVendor master editor,Payment run,R1,Critical,Fraud\n")
        .write("duties.csv", "First duty;Second duty;Weight;Ticket\nOrder;Pay;1;T-1\nOrder;<any>;9;\n")
        .write("matrix.csv", MATRIX)
        .write("lists.json", r#"[{"name":"Vendor vs payment","left":["Vendor master editor"],"right":{"any":["Payment run","Cash box"]}}]"#)
        .write("segments.json", r#"{"id":"T","policyThreshold":2,"severity":"HARD","segments":["Twin","Payment run","Vendor master editor"]}"#);
    dir
}

#[test]
fn each_format() {
    insta::assert_snapshot!(dir().transcript(&[
        "rules import --from pairs-csv pairs.csv",
        "rules import --from pairs-csv duties.csv --map severity=Weight --severity 9=low,1=critical",
        "rules import --from matrix-csv matrix.csv",
        "rules import --from two-list-json lists.json",
        "rules import --from segments-json segments.json --format json",
        "rules import --from entra export",
    ]));
}

#[test]
fn the_help() {
    let help = dir().sod("rules import --help").stdout();
    let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 100).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    insta::assert_snapshot!(help);
}

#[test]
fn against_an_export() {
    insta::assert_snapshot!(dir().transcript(&[
        "rules import --from two-list-json lists.json --against export",
        "rules import --from segments-json segments.json --against export/packages.json",
    ]));
}

#[test]
fn what_cannot_be_read() {
    let dir = dir();
    dir.write(
        "nobody.json",
        r#"[{"id":"a1","accessPackageId":"P1","targetId":"ann","assignmentState":"Delivered"}]"#,
    )
    .write("rules.toml", "# by hand\n");
    insta::assert_snapshot!(dir.transcript(&[
        "rules import --from pairs-csv matrix.csv nowhere.csv",
        "rules import --from pairs-csv matrix.csv duties.csv",
        "rules import --from pairs-csv pairs.csv --map first=Role_A",
        "rules import --from matrix-csv pairs.csv --map a=Role_A",
        "rules import --from two-list-json pairs.csv",
        "rules import --from entra nobody.json",
        "rules import --from entra pairs.csv",
        "rules import --from entra export --severity x=low",
        "rules import --from pairs-csv pairs.csv -o rules.toml",
        "rules import --from pairs-csv pairs.csv -o pairs.csv --force",
        "rules import --from pairs-csv export",
        "rules import pairs.csv",
        "rules import --from pairs-csv - --against -",
    ]));
    assert_eq!(dir.read_text("rules.toml"), "# by hand\n");
}

#[test]
fn files_are_written_whole_and_replaced_on_request_alone() {
    let dir = dir();
    let said = dir.sod("rules import --from pairs-csv pairs.csv -o rules.toml").exits(0);
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("", "rules: 1; everything was carried over\n"));
    let written = dir.read_text("rules.toml");
    assert_eq!(
        written,
        dir.sod("rules import --from pairs-csv - --quiet")
            .stdin(dir.read("pairs.csv"))
            .stdout()
            .replace("from -", "from pairs.csv")
            .replace("# -:2", "# pairs.csv:2")
    );
    dir.sod("rules import --from matrix-csv matrix.csv -o rules.toml").exits(2);
    assert_eq!(dir.read_text("rules.toml"), written);
    dir.sod("rules import --from matrix-csv matrix.csv -o rules.toml --force").exits(0);
    assert!(dir.read_text("rules.toml").contains("matrix.csv"));
    // What fails leaves nothing behind.
    let before = dir.names();
    dir.sod("rules import --from two-list-json matrix.csv -o other.toml").exits(2);
    assert_eq!(dir.names(), before);
    // Something was not carried over, and what was is written.
    dir.sod("rules import --from pairs-csv duties.csv --map b=#2 -o duties.toml").exits(1);
    assert!(dir.read_text("duties.toml").contains("<any>"));
    dir.sod("rules import --from pairs-csv duties.csv --map b=#2 --exit-zero").exits(0);
}

#[test]
fn utf16_windows_1252_and_gzip() {
    let dir = Dir::new();
    let text = "role1,role2\nÉditeur,Paie\n";
    let wide: Vec<u8> = "\u{feff}"
        .chars()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let narrow: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    dir.write("wide.csv", wide).write("narrow.csv", narrow).write("packed.csv.gz", packed.finish().unwrap());
    for file in ["wide.csv", "narrow.csv", "packed.csv.gz"] {
        let ran = dir.sod(&format!("rules import --from pairs-csv {file}")).exits(0);
        assert!(ran.stdout.contains("name = \"Éditeur / Paie\""), "{file}: {}", ran.stdout);
        assert_eq!(ran.stderr.contains("not-utf8"), file == "narrow.csv", "{}", ran.stderr);
    }
}

/// What an imported matrix finds is what the same rules find that somebody wrote by hand.
#[test]
fn an_imported_matrix_judges_as_rules_written_by_hand() {
    let dir = dir();
    dir.write("alone/assignments.json", tenant::assignments()).write("alone/names.json", names());
    dir.write(
        "hand.toml",
        "[[rule]]\nid = 'payment-run--vendor-master-editor'\nname = 'Vendor master editor / Payment run'\n\
         terms = [{ packages = ['Vendor master editor'] }, { packages = ['Payment run'] }]\n",
    );
    dir.sod("rules import --from matrix-csv matrix.csv -o imported.toml").exits(0);
    let conflicts = |rules: &str| {
        dir.sod(&format!("analyze alone --rules {rules}.toml --out {rules}")).exits(1);
        dir.read_text(&format!("{rules}/conflicts.csv"))
    };
    let (imported, by_hand) = (conflicts("imported"), conflicts("hand"));
    assert_eq!(imported, by_hand);
    assert_eq!(imported.lines().count(), 3, "alice and bob");
}

/// The packages without what they declare.
fn names() -> String {
    let mut packages: Value = serde_json::from_str(&tenant::packages()).unwrap();
    for package in packages.as_array_mut().unwrap() {
        package.as_object_mut().unwrap().remove("incompatibleAccessPackages");
        package["accessPackageResourceRoleScopes"] = Value::Array(Vec::new());
    }
    packages.to_string()
}

/// The rules of an export judge that export as the export itself is judged.
#[test]
fn what_entra_declares_is_imported_as_it_is_judged() {
    let dir = dir();
    dir.sod("rules import --from entra export -o declared.toml").exits(0);
    let ran = dir.sod("analyze export --rules declared.toml --format json").exits(1);
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&summary["rules"], &summary["conflicts_open"]), (&2.into(), &4.into()));
}
