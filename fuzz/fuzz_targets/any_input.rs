//! Anything under any name and with any options, compressed or not; and two threads must see what one sees.
//! The first byte chooses options, the second the name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_fuzz::load_and_check;
use sod_ingest::LoadOptions;
use sod_model::StateTable;

const NAMES: [&str; 6] = [
    "assignments.json",
    "table.csv",
    "packages/88203d16-0e31-41d4-87b2-dd402f1435e9/incompatibleAccessPackages-00000.json",
    "groups/a743348f-5667-41a4-89a3-5ad8a94da5d2/transitiveMembers-00000.json",
    "-",
    "",
];

fuzz_target!(|bytes: &[u8]| {
    let [choice, name, rest @ ..] = bytes else { return };
    let on = |bit: u8| choice & bit != 0;
    let options = LoadOptions {
        map: on(1).then(|| "user=#1,package=#2".parse().ok()).flatten(),
        no_header: on(2),
        assume_state: on(4).then_some(StateTable::DELIVERED),
        strict: on(8),
        allow_unjoined: on(16),
        allow_empty: on(32),
        hash: on(64),
        threads: 1,
        ..LoadOptions::default()
    };
    let name = NAMES[usize::from(*name) % NAMES.len()];
    let one = load_and_check(name, rest, &options);
    if on(128) {
        let two = load_and_check(name, rest, &LoadOptions { threads: 2, ..options });
        match (one, two) {
            (Some(one), Some(two)) => {
                assert!(
                    one.assignments().eq(two.assignments()),
                    "the number of threads shows in the assignments"
                );
                assert_eq!(one.provenance, two.provenance);
            }
            (None, None) => {}
            _ => panic!("the number of threads decides whether the input is refused"),
        }
    }
});
