//! JSON of every shape, as it comes: pages, lists, lines, values after one another, and what is not JSON at all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_fuzz::load_and_check;
use sod_ingest::LoadOptions;

fuzz_target!(|bytes: &[u8]| {
    let options = LoadOptions { threads: 1, allow_empty: true, ..LoadOptions::default() };
    load_and_check("input.json", bytes, &options);
});
