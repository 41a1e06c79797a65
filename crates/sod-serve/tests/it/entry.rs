//! Who gets in: tokens, names, ids; and what every answer has on it.

use crate::stand_in::{Running, TOKEN};
use sod_serve::{BaseUrl, ServeError, Server, ServerConfig, Token};

fn guarded() -> Running {
    Running::with(|config| config.token = Some(Token::new(TOKEN).unwrap()))
}

fn with_headers(server: &Running, target: &str, headers: &str) -> crate::client::Got {
    server.ask(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")).unwrap()
}

#[test]
fn without_the_token_nothing_but_the_health_is_told() {
    let server = guarded();
    let right = format!("Authorization: Bearer {TOKEN}\r\n");
    let wrong = [
        String::new(),
        "Authorization: Bearer\r\n".to_owned(),
        "Authorization: Bearer wrong\r\n".to_owned(),
        format!("Authorization: Basic {TOKEN}\r\n"),
        format!("Authorization: {TOKEN}\r\n"),
        format!("Authorization: Bearer {TOKEN}x\r\n"),
        format!("{right}{right}"),
        "Authorization: Bearer \u{fc}\r\n".to_owned(),
        format!("Cookie: token={TOKEN}\r\n"),
    ];
    for target in ["/", "/metrics", "/sod/v1/pairs", "/sod/v1/summary", "/v1.0/x", "/nowhere"] {
        assert_ne!(with_headers(&server, target, &right).status, 401, "{target}");
        for headers in &wrong {
            let got = with_headers(&server, target, headers);
            assert_eq!(
                (got.status, &*got.error()),
                (401, "InvalidAuthenticationToken"),
                "{target} {headers}"
            );
            let told = got.header("www-authenticate").unwrap();
            assert_eq!(told.contains("invalid_token"), headers.starts_with("Authorization"), "{told}");
        }
    }
    assert_eq!(server.get("/healthz").status, 200);
    let in_query = server.get(&format!("/sod/v1/summary?access_token={TOKEN}"));
    assert_eq!(in_query.status, 401, "a token in an address would be in every log");
}

#[test]
fn who_listens_where_others_reach_it_needs_a_token() {
    for open in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let config = ServerConfig { listen: open.parse().unwrap(), ..ServerConfig::default() };
        assert!(matches!(Server::bind(config), Err(ServeError::TokenNeeded(_))), "{open}");
    }
    let config = ServerConfig {
        listen: "0.0.0.0:0".parse().unwrap(),
        token: Some(Token::new(TOKEN).unwrap()),
        ..ServerConfig::default()
    };
    assert!(Server::bind(config).is_ok());
}

#[test]
fn a_page_that_rebinds_its_name_is_sent_away() {
    let server = Running::new();
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:1234", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("169.254.169.254", 421),
        ("", 400),
        ("a b", 400),
    ] {
        for target in ["/v1.0/x", "/", "/healthz", "/sod/v1/pairs"] {
            let got = server.ask(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).unwrap();
            assert_eq!(got.status, status, "{host} {target}");
        }
    }
    assert_eq!(server.ask("GET /v1.0/x HTTP/1.1\r\n\r\n").unwrap().status, 400);
    let old = server.ask("GET /v1.0/x HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(old.json()["base"], format!("http://{}", server.address));
}

#[test]
fn links_begin_with_the_name_that_was_asked_or_the_one_that_was_set() {
    let plain = Running::new();
    assert_eq!(plain.get("/v1.0/x").json()["base"], "http://localhost");
    let behind = Running::with(|config| {
        config.base_url = Some(BaseUrl::parse("https://sod.contoso.example").unwrap());
    });
    assert_eq!(behind.get("/v1.0/x").json()["base"], "https://sod.contoso.example");
    let next = behind.get("/sod/v1/pairs?top=1").json()["next"].as_str().unwrap().to_owned();
    assert!(next.starts_with("https://sod.contoso.example/sod/v1/pairs?top=1&skip=1&snapshot="), "{next}");
}

#[test]
fn a_request_arrives_as_it_was_sent() {
    let server = Running::with(|config| config.current_user = Some("alice".to_owned()));
    let target = "/v1.0/http://127.0.0.1:1/v1.0/a%2Fb/../c//d?$filter=a+eq+'%27'&%24top=1#x";
    let headers = "Accept: */*\r\nPrefer: odata.maxpagesize=5\r\nclient-request-id: mine-1\r\n";
    let got = with_headers(&server, target, headers).json();
    assert_eq!(got["target"], target.trim_end_matches("#x"));
    assert_eq!((&got["accept"], &got["prefer"]), (&"*/*".into(), &"odata.maxpagesize=5".into()));
    assert_eq!((&got["client_request_id"], &got["current_user"]), (&"mine-1".into(), &"alice".into()));
    let other = with_headers(&server, "/v1.0/x", "sod-user: bob\r\n").json();
    assert_eq!(other["current_user"], "bob");
    let post = "POST /v1.0/$batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let got = server.ask(format!("{post}Content-Length: 2\r\n\r\n{{}}")).unwrap().json();
    assert_eq!((&got["method"], &got["body"]), (&"POST".into(), &"{}".into()));
    let chunked = server.ask(format!("{post}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"));
    assert_eq!(chunked.unwrap().json()["body"], "{}");
    let head = server.ask("HEAD /v1.0/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(head.map(|got| got.status), Some(200));
}

#[test]
fn every_answer_has_ids_and_stays_in_no_cache() {
    let server = Running::new();
    let mut seen = std::collections::BTreeSet::new();
    for target in ["/", "/healthz", "/metrics", "/sod/v1/pairs?top=x", "/v1.0/x", "/v1.0/nothing"] {
        let got = with_headers(&server, target, "client-request-id: {A-1}\r\n");
        assert!(seen.insert(got.header("request-id").unwrap().to_owned()));
        assert_eq!(got.header("client-request-id"), Some("{A-1}"));
        assert_eq!(got.header("cache-control"), Some("no-store"));
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        assert!(got.header("date").is_some_and(|date| date.ends_with("GMT")));
        assert!(got.header("access-control-allow-origin").is_none());
        assert!(got.header("server").is_none());
    }
    for odd in ["a b", "<script>", "\"", &"x".repeat(129)] {
        let got = with_headers(&server, "/v1.0/x", &format!("client-request-id: {odd}\r\n"));
        assert_eq!(got.header("client-request-id"), None, "{odd}");
    }
}

#[test]
fn an_answer_without_a_body_has_no_type() {
    let got = Running::new().get("/v1.0/nothing");
    assert_eq!((got.status, got.header("content-type"), got.body.len()), (202, None, 0));
    assert_eq!(got.header("preference-applied"), Some("odata.maxpagesize=5"));
}

#[test]
fn a_defect_is_an_answer_and_the_server_goes_on() {
    let server = Running::new();
    let mut client = server.client();
    for target in ["/v1.0/defect", "/v1.0/defect?$filter=x"] {
        let got = client.get(target);
        assert_eq!((got.status, &*got.error()), (500, "InternalServerError"), "{target}");
    }
    assert_eq!(client.get("/v1.0/x").status, 200);
}
