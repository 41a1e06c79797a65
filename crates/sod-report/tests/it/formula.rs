//! No cell runs, and no harmless cell changes.

use proptest::prelude::*;
use sod_report::formula::{defuse, runs};

/// What spreadsheets trim and what they run, often enough to meet.
fn hostile() -> impl Strategy<Value = String> {
    "[=+@\\-\t\r\n \u{feff}\u{200b}\u{a0}＝＋－＠',;\"a-c0-9ü]{0,8}|\\PC{0,12}"
}

proptest! {
    #[test]
    fn a_defused_cell_never_runs(cell in hostile()) {
        let written = defuse(&cell);
        prop_assert!(!runs(&written));
        prop_assert!(!written.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
        let first_visible = written.chars().find(|c| !c.is_whitespace() && !c.is_control());
        prop_assert!(!first_visible.is_some_and(|c| "=+-@＝＋－＠".contains(c)));
    }

    #[test]
    fn the_text_is_kept_and_harmless_text_is_unchanged(cell in hostile()) {
        let written = defuse(&cell);
        if runs(&cell) {
            prop_assert_eq!(written.strip_prefix('\''), Some(cell.as_str()));
        } else {
            prop_assert_eq!(written, cell.as_str());
        }
    }
}

#[test]
fn known_attacks_and_known_names() {
    for attack in
        ["=1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\tx", " =1", "\u{feff}=1", "\u{200b}@x", "＝1"]
    {
        assert_eq!(defuse(attack), format!("'{attack}"));
    }
    for name in ["", " ", "Vendor = master", "a-b", "1+1", "'=1", "ü", "2506aef1-3929-4d24-a61e-7c8b83d95e6f"]
    {
        assert_eq!(defuse(name), name);
    }
}
