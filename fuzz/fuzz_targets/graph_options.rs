//! Queries of Graph: whatever is sent, it is understood or the mistake has a place in it; and what is understood can be asked of
//! rows. The first byte chooses the type and the version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use sod_graph::ApiVersion;
use sod_graph::edm::{ACCESS_PACKAGE, ASSIGNMENT, CATALOG, POLICY};
use sod_graph::odata::{JsonRow, Options, Tally, parse_options};
use std::sync::LazyLock;

static ROWS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let package = json!({"id": "p1", "displayName": "Payment run", "isHidden": false, "createdDateTime": "2026-01-01T00:00:00.5Z"});
    let policy =
        json!({"id": "x", "displayName": null, "durationInDays": 30, "expiration": {"duration": "P30D"}});
    let mut whole = package.clone();
    whole["incompatibleAccessPackages"] = json!([package, package]);
    whole["assignmentPolicies"] = json!([policy]);
    let assignment = json!({"id": "a1", "state": "delivered", "accessPackage": whole, "target": {"displayName": "Alice"}, "expiredDateTime": "soon"});
    vec![Value::Null, assignment, whole, policy]
});

fuzz_target!(|bytes: &[u8]| {
    let [choice, query @ ..] = bytes else { return };
    let Ok(query) = std::str::from_utf8(query) else { return };
    let entity = [&ASSIGNMENT, &POLICY, &ACCESS_PACKAGE, &CATALOG][usize::from(choice & 3)];
    let version = if choice & 4 == 0 { ApiVersion::V1 } else { ApiVersion::Beta };
    match parse_options(query, entity, version) {
        Ok(options) => ask(&options, version, 0),
        Err(error) => {
            assert!(error.position <= query.chars().count(), "{error:?}");
            assert!(error.message.len() < 1_000 && !error.message.chars().any(char::is_control), "{error:?}");
        }
    }
});

fn ask(options: &Options, version: ApiVersion, depth: usize) {
    assert!(depth <= 5, "deeper than promised");
    for value in ROWS.iter() {
        let row = JsonRow { value, version };
        if let Some(filter) = &options.filter {
            let matches = filter.matches(&row);
            assert_eq!(filter.matches(&row), matches);
            assert!(filter.required().iter().all(|required| !required.values.is_empty()));
        }
        if let Some(search) = &options.search {
            let (once, again) = (Tally::default(), Tally::default());
            assert_eq!(search.matches(&row, &once), search.matches(&row, &again));
            assert_eq!(once.met_unknown(), again.met_unknown());
        }
        for key in &options.order_by {
            let other = JsonRow { value: &ROWS[1], version };
            let (here, there) = (key.place(&row), key.place(&other));
            assert_eq!(here.cmp(&there), there.cmp(&here).reverse());
        }
    }
    for expansion in &options.expand {
        ask(&expansion.options, version, depth + 1);
    }
}
