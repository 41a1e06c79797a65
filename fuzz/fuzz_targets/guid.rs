//! Identifiers: whatever `Guid::parse` takes it writes back as the same 36 characters in lower case, and the order of
//! `ExternalId` is the order of the written bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_model::{ExternalId, Guid};

fuzz_target!(|text: &str| {
    if let Some(guid) = Guid::parse(text) {
        assert_eq!(guid.to_string(), text.to_ascii_lowercase());
        assert_eq!(Guid::from_u128(guid.to_u128()), guid);
    }
    let id = ExternalId::new(text);
    let written = id.to_string();
    assert_eq!(ExternalId::new(&written), id);
    let middle = ExternalId::new("7f3c0000-0000-0000-0000-000000000000");
    assert_eq!(id.cmp(&middle), written.as_bytes().cmp(middle.to_string().as_bytes()));
    assert_eq!(middle.cmp(&id), id.cmp(&middle).reverse());
});
