//! What is ours: pairs, conflicts, summary, page, health, counters.

use crate::stand_in::{Running, served};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read;

fn ids(page: &Value, column: &str) -> Vec<String> {
    page["value"].as_array().unwrap().iter().map(|line| line[column].as_str().unwrap().to_owned()).collect()
}

/// Every object of a list, page by page as `next` says.
fn walk(server: &Running, target: &str) -> Vec<Value> {
    let (mut all, mut target) = (Vec::new(), target.to_owned());
    loop {
        let page = server.get(&target).json();
        assert!(page["value"].as_array().unwrap().len() <= page["top"].as_u64().unwrap() as usize);
        all.extend(page["value"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => target = next.strip_prefix("http://localhost").unwrap().to_owned(),
            None => {
                assert_eq!(page["total"], all.len());
                return all;
            }
        }
    }
}

#[test]
fn pairs_come_in_report_order_with_the_columns_of_the_table() {
    let server = Running::new();
    let page = server.get("/sod/v1/pairs?top=2").json();
    insta::assert_json_snapshot!(page);
    let all = walk(&server, "/sod/v1/pairs?top=1");
    assert_eq!(all.len(), 6);
    assert_eq!(all, walk(&server, "/sod/v1/pairs"));
    let some = server.get("/sod/v1/pairs?package=P1&package=P3&min_holders=4").json();
    let firsts: Vec<(String, String)> =
        ids(&some, "package_a").into_iter().zip(ids(&some, "package_b")).collect();
    let expected: Vec<(String, String)> = all
        .iter()
        .filter(|line| line["holders_both"].as_u64().unwrap() >= 4)
        .map(|line| (line["package_a"].as_str().unwrap(), line["package_b"].as_str().unwrap()))
        .filter(|(a, b)| ["P1", "P3"].contains(a) || ["P1", "P3"].contains(b))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    assert_eq!(firsts, expected);
    assert!(!firsts.is_empty());
}

#[test]
fn conflicts_are_filtered_and_told_with_what_was_not_judged() {
    let server = Running::new();
    insta::assert_json_snapshot!(server.get("/sod/v1/conflicts?top=1&rule=R-low").json());
    let all = walk(&server, "/sod/v1/conflicts?top=3");
    assert_eq!(all, walk(&server, "/sod/v1/conflicts"));
    for (filter, column, value) in [
        ("rule=R-high", "rule_id", "R-high"),
        ("severity=low", "severity", "low"),
        ("status=excepted", "status", "excepted"),
        ("status=open", "status", "open"),
        ("user=u0", "user_id", "u0"),
    ] {
        let expected: Vec<Value> = all.iter().filter(|line| line[column] == value).cloned().collect();
        assert!(!expected.is_empty(), "{filter}");
        assert_eq!(walk(&server, &format!("/sod/v1/conflicts?{filter}")), expected, "{filter}");
    }
    let off = server.get("/sod/v1/conflicts?rule=R-off").json();
    assert_eq!((&off["total"], &off["rules_judged"]), (&0.into(), &0.into()));
    assert!(off["rules_not_judged"][0]["why"].as_str().unwrap().contains("P9"), "{off}");
}

#[test]
fn what_is_asked_for_and_not_there_is_never_an_empty_list() {
    let server = Running::new();
    for (target, status, code) in [
        ("/sod/v1/pairs?package=P7", 404, "ResourceNotFound"),
        ("/sod/v1/conflicts?rule=R-hihg", 404, "ResourceNotFound"),
        ("/sod/v1/conflicts?user=nobody", 404, "ResourceNotFound"),
        ("/sod/v1/conflicts?usr=u0", 400, "BadRequest"),
        ("/sod/v1/conflicts?severity=High", 400, "BadRequest"),
        ("/sod/v1/conflicts?status=", 400, "BadRequest"),
        ("/sod/v1/conflicts?status=open&status=open", 400, "BadRequest"),
        ("/sod/v1/pairs?top=0", 400, "BadRequest"),
        ("/sod/v1/pairs?top=10001", 400, "BadRequest"),
        ("/sod/v1/pairs?top=+1", 400, "BadRequest"),
        ("/sod/v1/pairs?skip=-1", 400, "BadRequest"),
        ("/sod/v1/pairs?skip=99999999999999999999", 400, "BadRequest"),
        ("/sod/v1/pairs?package=%ff", 400, "BadRequest"),
        ("/sod/v1/pairs?snapshot=0000000000000000", 410, "SnapshotGone"),
        ("/sod/v1/pairs?snapshot=x", 400, "BadRequest"),
        ("/sod/v1/conflicts?snapshot=0000000000000000&user=nobody", 410, "SnapshotGone"),
        ("/sod/v1/conflicts?snapshot=0000000000000000&status=x", 400, "BadRequest"),
        ("/sod/v1/summary?format=json", 400, "BadRequest"),
        ("/sod/v1/nothing", 404, "ResourceNotFound"),
        ("/sod/v2/pairs", 404, "ResourceNotFound"),
    ] {
        let got = server.get(target);
        assert_eq!((got.status, &*got.error()), (status, code), "{target}");
    }
    let post =
        server.ask("POST /sod/v1/pairs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").unwrap();
    assert_eq!((post.status, &*post.error()), (405, "MethodNotAllowed"));
    assert!(post.header("allow").is_some_and(|allow| allow.contains("GET")));
    let page = server.get("/sod/v1/pairs?skip=1000").json();
    assert_eq!((&page["total"], &page["value"]), (&6.into(), &serde_json::json!([])));
}

#[test]
fn the_page_and_the_summary_are_the_files_of_the_report() {
    let server = Running::new();
    let summary = server.get("/sod/v1/summary");
    assert!(summary.body.starts_with(b"{\n  \"users\": 24,") && summary.body.ends_with(b"}\n"));
    let page = server.get("/");
    assert!(page.body.starts_with(b"<!DOCTYPE html>") && page.body.ends_with(b"</html>\n"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    let text = String::from_utf8(page.body.clone()).unwrap();
    assert!(text.contains(policy.strip_suffix("; frame-ancestors 'none'").unwrap()), "one policy, twice");
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.body, server.get("/").body);
}

#[test]
fn large_answers_are_packed_for_those_who_can_unpack_them() {
    let server = Running::new();
    let plain = server.get("/").body;
    for (accept, packed) in [
        ("gzip, deflate", true),
        ("gzip;q=0.5", true),
        ("*", true),
        ("gzip;q=0", false),
        ("identity", false),
        ("br", false),
    ] {
        let ask = |target: &str| {
            let request =
                format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {accept}\r\n\r\n");
            server.ask(request).unwrap()
        };
        let got = ask("/");
        assert_eq!(got.header("content-encoding"), packed.then_some("gzip"), "{accept}");
        if packed {
            let mut text = Vec::new();
            GzDecoder::new(&got.body[..]).read_to_end(&mut text).unwrap();
            assert_eq!(text, plain);
            assert!(got.body.len() < plain.len() / 2);
            assert!(got.header("vary").is_some_and(|vary| vary.eq_ignore_ascii_case("accept-encoding")));
        }
        assert_eq!(ask("/v1.0/x").header("content-encoding"), None, "small bodies gain nothing");
        assert_eq!(ask("/v1.0/nothing").header("content-type"), None);
    }
}

#[test]
fn health_tells_counts_and_nothing_of_anybody() {
    let server = Running::new();
    insta::assert_json_snapshot!(server.get("/healthz").json());
}

#[test]
fn counters_count_and_name_no_path() {
    let server = Running::new();
    let secret = "/v1.0/identityGovernance/entitlementManagement/assignments/alice-secret?$filter=bob-secret";
    for target in [secret, "/alice-secret", "/sod/v1/pairs?package=alice-secret", "/healthz"] {
        server.get(target);
    }
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    assert!(!text.contains("secret"), "{text}");
    for line in [
        "sod_http_requests_total{route=\"/v1.0/assignments/{id}\",method=\"GET\",status=\"200\"} 1",
        "sod_http_requests_total{route=\"other\",method=\"GET\",status=\"200\"} 1",
        "sod_http_requests_total{route=\"/sod/v1/pairs\",method=\"GET\",status=\"404\"} 1",
        "sod_http_request_duration_seconds_count{route=\"/healthz\"} 1",
        "sod_http_requests_in_flight 1",
        "sod_snapshot_size{of=\"users\"} 24",
        "sod_snapshot_loaded_timestamp_seconds 1800000000",
        "# EOF",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
}

#[test]
fn snapshots_of_the_same_have_one_id_and_others_another() {
    let id = |users| format!("{:?}", served("any", users));
    assert_eq!(id(24), id(24));
    assert_ne!(id(24), id(25));
}
