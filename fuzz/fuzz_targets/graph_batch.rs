//! Batches of Graph: each request once, behind what it depends on, or a message that says why not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_graph::parse_batch;

fuzz_target!(|bytes: &[u8]| {
    match parse_batch(bytes) {
        Ok(requests) => {
            assert!((1..=20).contains(&requests.len()));
            for (at, request) in requests.iter().enumerate() {
                assert!(requests[at + 1..].iter().all(|later| later.id != request.id));
                let before = |id: &String| requests[..at].iter().any(|before| before.id == *id);
                assert!(request.depends_on.iter().all(before), "{request:?}");
            }
        }
        Err(error) => assert!(!error.message.is_empty() && !error.message.chars().any(char::is_control)),
    }
});
