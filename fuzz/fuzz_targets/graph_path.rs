//! Addresses of Graph: whatever is sent, it is taken apart or the mistake has a place in it; and what was taken apart has nothing in
//! it that a path must not have.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_graph::ApiVersion;
use sod_graph::path::{Segment, batch_target, parse_target};

fuzz_target!(|raw: &str| {
    for result in [parse_target(raw), batch_target(raw, ApiVersion::Beta)] {
        match result {
            Ok(target) => {
                assert!(raw.ends_with(target.query) && target.segments.len() <= 64);
                for segment in &target.segments {
                    if let Segment::Name(name) = segment {
                        assert!(!name.is_empty() && name != "." && name != "..", "{target:?}");
                        assert!(!name.chars().any(char::is_control), "{target:?}");
                    }
                }
            }
            Err(error) => {
                assert!(error.position <= raw.chars().count(), "{error:?}");
                assert!(
                    error.message.len() < 1_000 && !error.message.chars().any(char::is_control),
                    "{error:?}"
                );
            }
        }
    }
});
