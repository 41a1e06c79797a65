//! What a request may cost, and that what was given up is not remembered as an answer.

use crate::tenant::{EM, get, parsed, service_of};
use serde_json::json;
use sod_graph::{Request, Service};
use std::sync::atomic::AtomicBool;

fn guid(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// Sixty packages, each incompatible with all.
fn tangled() -> Service {
    let all: Vec<_> = (0..60).map(|at| json!({"id": guid(at)})).collect();
    let packages: Vec<_> = (0..60)
        .map(|at| json!({"id": guid(at), "displayName": format!("p{at}"), "isHidden": false, "incompatibleAccessPackages": all}))
        .collect();
    let row = json!([{"id": guid(900), "accessPackageId": guid(1), "targetId": guid(901), "assignmentState": "Delivered"}]);
    service_of(&[row, packages.into()])
}

/// A condition that goes through every package for each, so many levels deep.
fn through(levels: usize) -> String {
    let inner = "x/displayName eq 'zzz'".to_owned();
    (0..levels).fold(inner, |inner, level| {
        let (outer, own) =
            (char::from(b'a' + (levels - level) as u8), char::from(b'a' + (levels - level + 1) as u8));
        let inner = inner.replace("x/", &format!("{own}/"));
        if level + 1 == levels {
            format!("incompatibleAccessPackages/any({own}:{inner})")
        } else {
            format!("{outer}/incompatibleAccessPackages/any({own}:{inner})")
        }
    })
}

#[test]
fn what_is_refused_is_refused_again() {
    let service = tangled();
    let query = format!("$filter={} or id eq '{}'&$orderby=displayName&$count=true", through(4), guid(59));
    for _ in 0..2 {
        let (status, body) = get(&service, &format!("/v1.0/{EM}/accessPackages?{query}"));
        assert_eq!(status, 400, "{body}");
        assert!(body["error"]["message"].as_str().unwrap().contains("64 million"));
    }
    let (status, body) = get(&service, &format!("/v1.0/{EM}/accessPackages/$count?$filter={}", through(2)));
    assert_eq!((status, body), (200, json!(0)));
}

#[test]
fn a_batch_costs_no_more_than_one_request() {
    let service = tangled();
    // Thirteen million each, which one may cost.
    let one = format!(
        "/identityGovernance/entitlementManagement/accessPackages/$count?$filter={}",
        through(3).replace("'zzz'", "'zzz' and 1 eq 1")
    );
    assert_eq!(get(&service, &format!("/v1.0{one}")).0, 200);
    let requests: Vec<_> =
        (0..20).map(|at| json!({"id": at.to_string(), "method": "GET", "url": one})).collect();
    let body = json!({ "requests": requests }).to_string();
    let answer =
        service.answer(&Request { method: "POST", body: body.as_bytes(), ..Request::get("/v1.0/$batch") });
    let answers = parsed(&answer);
    let statuses: Vec<_> =
        answers["responses"].as_array().unwrap().iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!((statuses[0], statuses[19]), (200, 400), "{statuses:?}");
    assert!(statuses.is_sorted());
}

#[test]
fn nothing_is_worked_on_for_nobody() {
    let service = tangled();
    let (gone, there) = (AtomicBool::new(true), AtomicBool::new(false));
    for query in
        ["$filter=contains(displayName,'p')", "$filter=contains(displayName,'p')&$orderby=displayName"]
    {
        let target = format!("/v1.0/{EM}/accessPackages?{query}");
        let ask = |stop| service.answer(&Request { stop: Some(stop), ..Request::get(&target) });
        assert_eq!(ask(&gone).status, 503);
        assert_eq!(parsed(&ask(&there))["value"].as_array().unwrap().len(), 60);
    }
}
