//! Pages: however a list is cut, all of it arrives, once.

use crate::tenant::{EM, get, parsed, service_of};
use proptest::prelude::*;
use serde_json::{Value, json};
use sod_graph::{Request, Service};

fn rows(count: usize) -> Value {
    let row = |at: usize| {
        json!({"id": format!("{at:08}-0000-0000-0000-000000000000"), "accessPackageId": format!("p{}", at % 7),
            "targetId": format!("u{}", at / 3), "assignmentState": if at.is_multiple_of(5) { "Expired" } else { "Delivered" },
            "assignmentStatus": format!("s{}", at % 11)})
    };
    json!({ "value": (0..count).map(row).collect::<Vec<_>>() })
}

/// Follows the links to the end.
fn all_pages(service: &Service, first: &str, prefer: Option<&str>) -> (Vec<String>, usize) {
    let (mut target, mut ids, mut pages) = (first.to_owned(), Vec::new(), 0);
    loop {
        let prefer = prefer.filter(|_| pages == 0);
        let answer = service.answer(&Request { prefer, base: "http://localhost:1", ..Request::get(&target) });
        assert_eq!(answer.status, 200, "{target}: {}", parsed(&answer));
        let page = parsed(&answer);
        pages += 1;
        ids.extend(
            page["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        match page["@odata.nextLink"].as_str() {
            Some(link) => {
                target = link
                    .strip_prefix("http://localhost:1")
                    .unwrap_or_else(|| panic!("absolute: {link}"))
                    .to_owned();
            }
            None => return (ids, pages),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn all_pages_are_the_list(
        count in 0usize..130,
        size in 1usize..60,
        skip in 0usize..20,
        filter in prop::sample::select(vec!["", "&$filter=assignmentState eq 'delivered'", "&$filter=assignmentStatus eq 's3'",
            "&$filter=accessPackageId eq 'p1' or targetId eq 'u4'"]),
        order in prop::sample::select(vec!["", "&$orderby=assignmentStatus desc,id", "&$orderby=id desc"]),
        by_header in any::<bool>(),
    ) {
        let service = service_of(&[if count == 0 { rows(1) } else { rows(count) }]);
        let list = format!("/beta/{EM}/accessPackageAssignments?$select=id{filter}{order}");
        let whole = get(&service, &format!("{list}&$top=999&$count=true")).1;
        let expected: Vec<String> =
            whole["value"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        prop_assert_eq!(whole["@odata.count"].as_u64(), Some(expected.len() as u64));
        let (ids, pages) = if by_header {
            let prefer = format!("odata.maxpagesize={size}");
            all_pages(&service, &format!("{list}&$skip={skip}"), Some(&prefer))
        } else {
            all_pages(&service, &format!("{list}&$skip={skip}&$top={size}"), None)
        };
        let expected = expected.get(skip..).unwrap_or_default();
        prop_assert_eq!(&ids, expected);
        prop_assert_eq!(pages, expected.len().div_ceil(size).max(1));
    }
}

#[test]
fn a_link_of_another_snapshot_is_refused() {
    let link = get(&service_of(&[rows(20)]), &format!("/beta/{EM}/accessPackageAssignments?$top=3")).1;
    let link = link["@odata.nextLink"]
        .as_str()
        .unwrap()
        .trim_start_matches("https://graph.microsoft.com")
        .to_owned();
    assert_eq!(get(&service_of(&[rows(20)]), &link).0, 200, "the same snapshot, loaded again");
    let (status, body) = get(&service_of(&[rows(21)]), &link);
    assert_eq!((status, body["error"]["code"].as_str()), (400, Some("ExpiredPageToken")));
}
