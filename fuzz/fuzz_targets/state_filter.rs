//! State lists: a list that parses is written as a list that means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_model::{StateFilter, StateTable};

fuzz_target!(|text: &str| {
    let mut states = StateTable::new();
    for name in text.split(',') {
        let id = states.intern(name);
        assert_eq!(states.find(name.trim()), Some(id));
    }
    match StateFilter::parse(text) {
        Ok(filter) => {
            let written = filter.to_string();
            let again = StateFilter::parse(&written).expect("what was written parses");
            assert_eq!(again.to_string(), written);
            for (state, _) in states.iter() {
                assert_eq!(filter.matches(state, &states), again.matches(state, &states));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
