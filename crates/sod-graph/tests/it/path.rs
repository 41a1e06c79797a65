//! Addresses, as the clients send them.

use proptest::prelude::*;
use sod_graph::ApiVersion::{Beta, V1};
use sod_graph::path::{PathError, PathErrorKind, Segment, Target, batch_target, parse_target};
use std::fmt::Write as _;

fn name(name: &str) -> Segment {
    Segment::Name(name.to_owned())
}

fn call(name: &str, arguments: &[(&str, &str)]) -> Segment {
    let arguments = arguments.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Segment::Call { name: name.to_owned(), arguments }
}

fn parsed(raw: &str) -> Target<'_> {
    parse_target(raw).unwrap_or_else(|error| panic!("{raw}: {error:?}"))
}

const A: (&str, &str) = ("accessPackageId", "A");
const B: (&str, &str) = ("incompatibleAccessPackageId", "B");

#[test]
fn functions_in_every_spelling() {
    for (raw, arguments) in [
        ("additionalAccess(accessPackageId='A',incompatibleAccessPackageId='B')", vec![A, B]),
        // The comma that the Python SDK loses.
        ("additionalAccess(accessPackageId='A'incompatibleAccessPackageId='B')", vec![A, B]),
        ("additionalAccess(incompatibleAccessPackageId='B',accessPackageId='A')", vec![B, A]),
        ("additionalAccess(accessPackageId='A',%20incompatibleAccessPackageId='B')", vec![A, B]),
        ("additionalAccess( accessPackageId = 'A' , incompatibleAccessPackageId = 'B' )", vec![A, B]),
        ("additionalAccess(accessPackageId=%27A%27,incompatibleAccessPackageId=%27B%27)", vec![A, B]),
        (
            "additionalAccess%28accessPackageId%3D%27A%27%2CincompatibleAccessPackageId%3D%27B%27%29",
            vec![A, B],
        ),
        ("microsoft.graph.additionalAccess(accessPackageId='A',incompatibleAccessPackageId='B')", vec![A, B]),
        ("Microsoft.Graph.additionalAccess(accessPackageId=A,incompatibleAccessPackageId=B)", vec![A, B]),
        ("additionalAccess(accessPackageId='A')", vec![A]),
        ("additionalAccess()", vec![]),
        ("additionalAccess( )", vec![]),
        (
            "additionalAccess(accessPackageId='O''Br/ien, (x=1)')",
            vec![("accessPackageId", "O'Br/ien, (x=1)")],
        ),
        (
            "additionalAccess(accessPackageId=%27O%27%27Br/ien%2C%20(x)%27)",
            vec![("accessPackageId", "O'Br/ien, (x)")],
        ),
        ("additionalAccess(accessPackageId='')", vec![("accessPackageId", "")]),
    ] {
        let raw = format!("/v1.0/assignments/{raw}?$top=1");
        let expected = vec![name("assignments"), call("additionalAccess", &arguments)];
        assert_eq!(parsed(&raw), Target { version: V1, segments: expected, query: "$top=1" }, "{raw}");
    }
}

#[test]
fn keys_counts_and_slashes() {
    for raw in [
        "/beta/assignments('a''b')/reprocess",
        "/beta/assignments(%27a%27%27b%27)/reprocess",
        "/BETA/assignments(id='a''b')/reprocess/",
        "//beta///assignments('a''b')//reprocess//",
    ] {
        let key = Segment::Key("a'b".to_owned());
        assert_eq!(parsed(raw).segments, [name("assignments"), key, name("reprocess")], "{raw}");
        assert_eq!(parsed(raw).version, Beta);
    }
    for (raw, expected) in [
        ("/v1.0", vec![]),
        ("/v1.0/", vec![]),
        ("/v1.0/$batch", vec![Segment::Batch]),
        ("/v1.0/%24batch", vec![Segment::Batch]),
        ("/v1.0/assignments/$count", vec![name("assignments"), Segment::Count]),
        ("/v1.0/a/%24Count", vec![name("a"), Segment::Count]),
        ("/v1.0/a(5)/$ref", vec![name("a"), Segment::Key("5".to_owned()), Segment::Ref]),
        ("/v1.0/a/b%2Fc%3Fd", vec![name("a"), name("b/c?d")]),
        ("/v1.0/a/o'brien/x", vec![name("a"), name("o'brien"), name("x")]),
        ("/v1.0/a/My package (old)", vec![name("a"), name("My package (old)")]),
        ("/v1.0/a/b+c", vec![name("a"), name("b+c")]),
        ("/v1.0/a/...", vec![name("a"), name("...")]),
        ("/v1.0/filterByCurrentUser(on='target')", vec![call("filterByCurrentUser", &[("on", "target")])]),
        ("/v1.0/microsoft.graph.additionalAccess", vec![name("additionalAccess")]),
        ("/v1.0/microsoft.graph.", vec![name("microsoft.graph.")]),
        // No way up hides behind the namespace.
        ("/v1.0/microsoft.graph...", vec![name("microsoft.graph...")]),
        ("/v1.0/microsoft.graph.$batch", vec![name("microsoft.graph.$batch")]),
    ] {
        assert_eq!(parsed(raw).segments, expected, "{raw}");
    }
    assert!(name("Assignments").is("assignments") && !Segment::Count.is("$count"));
}

#[test]
fn absolute_and_doubled_addresses() {
    let plain = parsed("/v1.0/a/b?x=/y?z");
    assert_eq!(plain.query, "x=/y?z");
    for raw in [
        "http://127.0.0.1:8000/v1.0/a/b?x=/y?z",
        "HTTPS://graph.microsoft.com/v1.0/a/b?x=/y?z",
        // What the JavaScript client makes of an absolute nextLink.
        "/v1.0/http://127.0.0.1:8000/v1.0/a/b?x=/y?z",
        "/beta/http://127.0.0.1:8000/v1.0/a/b?x=/y?z",
        "/v1.0/https:/graph.microsoft.com/v1.0/a/b?x=/y?z",
    ] {
        assert_eq!(parsed(raw), plain, "{raw}");
    }
    let batched = batch_target("/a/b?x=/y?z", V1).unwrap();
    assert_eq!(batched, plain);
    for url in [
        "a/b?x=/y?z",
        "/v1.0/a/b?x=/y?z",
        "v1.0/a/b?x=/y?z",
        "http://h/v1.0/a/b?x=/y?z",
        "http://h/a/b?x=/y?z",
    ] {
        assert_eq!(batch_target(url, V1).unwrap(), plain, "{url}");
    }
    assert_eq!(batch_target("", Beta).unwrap().segments, []);
}

#[test]
fn what_is_said_of_addresses_that_mean_nothing() {
    let long = format!("/v1.0/{}", "a".repeat(9_000));
    let many = format!("/v1.0{}", "/a".repeat(40));
    let mut told = String::new();
    for raw in [
        "",
        "/",
        "/v2.0/a",
        "/identityGovernance",
        "/v1.0/http://h",
        "/v1.0/http://h/v3/a",
        "/v1.0/../etc",
        "/v1.0/a/%2e%2E/b",
        "/v1.0/./a",
        "/v1.0/a%00b",
        "/v1.0/a%0A",
        "/v1.0/a\u{7f}",
        "/v1.0/%C3%28",
        "/v1.0/\u{e9}/%FF",
        "/v1.0/a%4",
        "/v1.0/a%zz",
        "/v1.0/a('b",
        "/v1.0/a('b'",
        "/v1.0/a('b'x)",
        "/v1.0/a(b=)",
        "/v1.0/a(b='c',)",
        "/v1.0/a(b='c' d)",
        "/v1.0/a(b='c',B='d')",
        "/v1.0/a(,)",
        "/v1.0/a(b=@c)",
        "/v1.0/a(b=\"c\")",
        "/v1.0/a('b')c",
        "/v1.0/a(b)(c)",
        "/v1.0/a(%27b)",
        long.as_str(),
        many.as_str(),
    ] {
        let error: PathError =
            parse_target(raw).map_or_else(|error| error, |target| panic!("{raw}: {target:?}"));
        assert!(error.position <= raw.chars().count());
        let raw: String = raw.chars().take(40).flat_map(char::escape_default).collect();
        writeln!(told, "{raw}\n    {:?} {}: {error}", error.kind, error.position).unwrap();
    }
    insta::assert_snapshot!(told);
    let other = batch_target("/beta/a", V1).unwrap_err();
    insta::assert_snapshot!(other, @"Invalid version: found 'beta' in a batch of 'v1.0', expected the same (position 0 of the path).");
    assert_eq!(other.kind, PathErrorKind::BadRequest);
}

/// Escapes each byte that must be, and others as the seed has it.
fn sent(text: &str, mut seed: u64, must: impl Fn(u8) -> bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if must(byte) || !byte.is_ascii() || seed >> 62 == 0 {
            write!(out, "%{byte:02x}").unwrap();
        } else {
            out.push(char::from(byte));
        }
    }
    out
}

proptest! {
    #[test]
    fn p47_what_is_written_is_read_again(
        names in prop::collection::vec("[a-zA-Z][a-zA-Z0-9]{0,6}", 0..4),
        id in "[^\\x00-\\x1f\\x7f-\\x9f/.]{1,8}",
        arguments in prop::collection::btree_map("[a-z]{1,3}[0-9]", "[^\\x00-\\x1f\\x7f-\\x9f]{0,8}", 0..3),
        comma in prop::sample::select(vec![",", "", " , "]),
        seed: u64,
    ) {
        prop_assume!(!id.contains('(') && !id.starts_with('$') && !id.to_lowercase().starts_with("http"));
        let mut raw = "/v1.0".to_owned();
        let mut expected: Vec<Segment> = names.iter().map(|one| name(one)).collect();
        for one in &names {
            raw += &format!("{}{}", if seed % 3 == 0 { "//" } else { "/" }, sent(one, seed, |_| false));
        }
        raw += &format!("/{}", sent(&id, seed, |byte| matches!(byte, b'%' | b'?' | b'/')));
        expected.push(name(&id));
        let written: Vec<String> =
            arguments.iter().map(|(own, value)| format!("{own}='{}'", value.replace('\'', "''"))).collect();
        let written = format!("f({})", written.join(comma));
        raw += &format!("/{}?q=1", sent(&written, seed, |byte| matches!(byte, b'%' | b'?')));
        expected.push(Segment::Call { name: "f".to_owned(), arguments: arguments.into_iter().collect() });
        let target = parse_target(&raw);
        prop_assert_eq!(target, Ok(Target { version: V1, segments: expected, query: "q=1" }), "{}", raw);
    }

    #[test]
    fn p45_whatever_is_sent_is_read_or_has_a_place(raw in r"(/v1\.0/)?(/|a|\(|\)|'|''|=|,|%2[0-9f]|%|\.|\$count|http:|\PC|\x00){0,20}") {
        for result in [parse_target(&raw), batch_target(&raw, Beta)] {
            if let Err(error) = result {
                prop_assert!(error.position <= raw.chars().count(), "{error:?}");
                prop_assert!(!error.message.chars().any(char::is_control), "{error:?}");
            }
        }
    }
}
