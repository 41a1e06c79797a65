//! Rules of other tools: whatever the text, it becomes rules that can be read back as they are, or every reason why not
//! has a place; and nothing of it moves a cursor. The first byte chooses the format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_rules::{
    ForeignFormat, ForeignText, ImportNote, ImportOptions, import_rules, parse_rules, rules_to_json,
};

fuzz_target!(|bytes: &[u8]| {
    let [choice, text @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let format = match choice & 3 {
        0 => ForeignFormat::PairsCsv,
        1 => ForeignFormat::MatrixCsv,
        2 => ForeignFormat::TwoListJson,
        _ => ForeignFormat::SegmentsJson,
    };
    let options = if choice & 4 == 0 {
        ImportOptions::default()
    } else {
        ImportOptions {
            columns: "a=#1,b=#2".parse().unwrap(),
            severities: "1=critical,x=low".parse().unwrap(),
        }
    };
    let file = ForeignText { path: "file", text, not_utf8: false };
    match import_rules(format, &[file], &options) {
        Ok(imported) => {
            assert_eq!(imported.places.len(), imported.document.rules.len());
            check(imported.not_carried.iter().chain(&imported.remarks));
            for written in [imported.to_toml("t"), rules_to_json(&imported.document)] {
                match parse_rules("rules", &written) {
                    Ok(read) => assert_eq!(read.rules, imported.document.rules),
                    Err(error) => panic!("{error}\n{written}"),
                }
            }
        }
        Err(error) => {
            assert!(!error.problems.is_empty(), "refused without a reason");
            check(error.problems.iter());
        }
    }
});

fn check<'n>(notes: impl Iterator<Item = &'n ImportNote>) {
    for note in notes {
        let shown = note.to_string();
        assert!(!shown.chars().any(char::is_control), "moves the cursor: {shown:?}");
    }
}
