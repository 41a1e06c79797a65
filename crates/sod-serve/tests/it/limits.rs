//! What a client may cost, and what it is told.

use crate::stand_in::Running;
use sod_serve::{Limits, ServerConfig};
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(300);

fn limited(set: impl FnOnce(&mut Limits)) -> Running {
    Running::with(|config: &mut ServerConfig| set(&mut config.limits))
}

#[test]
fn long_addresses_and_heads_are_refused() {
    let server = Running::new();
    let got = server.get(&format!("/v1.0/x?$filter={}", "a".repeat(16 << 10)));
    assert_eq!((got.status, &*got.error()), (414, "UriTooLong"));
    assert_eq!(server.get(&format!("/v1.0/x?$filter={}", "a".repeat(16_000))).status, 200);
    let got = server.get(&format!("/{}", "a".repeat(80 << 10)));
    assert!([414, 431].contains(&got.status), "{}", got.status);
    let many = "x-many: 1\r\n".repeat(200);
    let got = server.ask(format!("GET /v1.0/x HTTP/1.1\r\nHost: localhost\r\n{many}\r\n")).unwrap();
    assert_eq!(got.status, 431);
    let large = format!("x-large: {}\r\n", "a".repeat(80 << 10));
    let got = server.ask(format!("GET /v1.0/x HTTP/1.1\r\nHost: localhost\r\n{large}\r\n")).unwrap();
    assert_eq!(got.status, 431);
}

#[test]
fn large_bodies_are_refused_announced_or_not() {
    let server = Running::new();
    let post = "POST /v1.0/$batch HTTP/1.1\r\nHost: localhost\r\n";
    let got = server.ask(format!("{post}Content-Length: 1048577\r\n\r\n")).unwrap();
    assert_eq!((got.status, &*got.error()), (413, "RequestEntityTooLarge"));
    let mut client = server.client();
    client.send(format!("{post}Transfer-Encoding: chunked\r\n\r\n"));
    for _ in 0..20 {
        client.send(format!("10000\r\n{}\r\n", "a".repeat(1 << 16)));
    }
    let got = client.read().unwrap();
    assert_eq!((got.status, &*got.error()), (413, "RequestEntityTooLarge"));
    let body = "a".repeat(1 << 20);
    let got = server.ask(format!("{post}Content-Length: {}\r\n\r\n{body}", body.len())).unwrap();
    assert_eq!(got.status, 200);
}

#[test]
fn what_is_no_request_ends_in_a_4xx_or_a_closed_door() {
    let server = Running::new();
    for bytes in [
        &b"GET /v1.0/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"GET /v1.0/x HTTP/1.1\r\nHost: \xff\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /v1.0/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1.0/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /v1.0/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense nonsense nonsense nonsense",
        b"GET /v1.0/x HTTP/1.1\r\nHost: localhost\r\nsod-user: \xff\r\n\r\n",
    ] {
        let shown = String::from_utf8_lossy(bytes).into_owned();
        if let Some(got) = server.ask(bytes) {
            assert!((400..500).contains(&got.status), "{} {shown:?}", got.status);
        }
    }
    for path in ["/../../etc/passwd", "/v1.0/..%2f..%2fetc", "/%00", "/%", "/%zz", "//", "/;/.", "/v1.0/%ff"]
    {
        // What they mean is for the one behind to say; here they arrive, and nothing opens a file.
        assert_eq!(server.get(path).json()["target"], path);
    }
}

#[test]
fn slow_heads_lose_their_connection_and_slow_bodies_are_told_408() {
    let server = limited(|limits| {
        limits.head_time = SHORT;
        limits.body_time = SHORT;
        limits.stall_time = 4 * SHORT;
    });
    let began = Instant::now();
    let mut slow = server.client();
    slow.send("GET /v1.0/x HTTP/1.1\r\nHo");
    let mut idle = server.client();
    assert_eq!(idle.get("/v1.0/x").status, 200);
    let mut silent = server.client();
    assert!(slow.is_closed() && idle.is_closed() && silent.is_closed());
    assert!(began.elapsed() < Duration::from_secs(10));
    let got =
        server.ask("POST /v1.0/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc").unwrap();
    assert_eq!((got.status, &*got.error()), (408, "RequestTimeout"));
    assert_eq!(server.get("/v1.0/x").status, 200);
}

#[test]
fn who_drips_its_head_is_not_waited_for() {
    let server = limited(|limits| limits.head_time = SHORT);
    let mut slow = server.client();
    let began = Instant::now();
    slow.send("GET /v1.0/x HTTP/1.1\r\nHost: localhost\r\n");
    while began.elapsed() < 3 * SHORT {
        slow.send("a: b\r\n");
        std::thread::sleep(SHORT / 10);
    }
    assert!(slow.is_closed());
}

#[test]
fn requests_beyond_the_limit_are_told_to_come_again() {
    let server = limited(|limits| limits.requests = 2);
    let mut waiting: Vec<_> = (0..2).map(|_| server.client()).collect();
    for client in &mut waiting {
        client.send("GET /v1.0/held?$filter HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    server.gate.wait_for(2);
    let got = server.get("/v1.0/x");
    assert_eq!((got.status, &*got.error()), (429, "TooManyRequests"));
    assert_eq!(got.header("retry-after"), Some("1"));
    assert_eq!(server.get("/healthz").status, 200, "who looks after the server still gets through");
    server.gate.open();
    for client in &mut waiting {
        assert_eq!(client.read().unwrap().status, 200);
    }
    assert_eq!(server.get("/v1.0/x").status, 200);
}

#[test]
fn one_request_is_told_of_as_one() {
    for (requests, told) in [(1, "1 request is being worked on:"), (2, "2 requests are being worked on:")] {
        let server = limited(|limits| limits.requests = requests);
        let mut waiting: Vec<_> = (0..requests).map(|_| server.client()).collect();
        for client in &mut waiting {
            client.send("GET /v1.0/held?$filter HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        server.gate.wait_for(requests);
        let body = server.get("/v1.0/x").json();
        assert!(body["error"]["message"].as_str().unwrap().starts_with(told), "{body}");
        server.gate.open();
        waiting.iter_mut().for_each(|client| assert_eq!(client.read().unwrap().status, 200));
    }
}

#[test]
fn answers_that_take_too_long_are_given_up() {
    let server = limited(|limits| limits.request_time = SHORT);
    let got = server.get("/v1.0/slow?1500&$filter");
    assert_eq!((got.status, &*got.error()), (503, "ServiceUnavailable"));
    assert_eq!(got.header("retry-after"), Some("1"));
}

#[test]
fn answers_that_nobody_takes_are_bounded_in_all() {
    let server = limited(|limits| {
        limits.answer_bytes = 96 << 20;
        limits.stall_time = 10 * SHORT;
    });
    // More than the buffers of the two sockets take: some systems let them grow to 32 MiB.
    let target = format!("GET /v1.0/large?{} HTTP/1.1\r\nHost: localhost\r\n\r\n", 64 << 20);
    let mut first = server.client();
    assert_eq!(first.send(&target).status(), Some(200));
    let got = server.ask(&target).unwrap();
    assert_eq!((got.status, &*got.error()), (429, "TooManyRequests"));
    // The first takes nothing for longer than it may, and its room is free again.
    crate::stand_in::wait_until("room", || server.ask(&target).unwrap().status == 200);
    drop(first);
}

#[test]
fn connections_beyond_the_limit_are_told_so() {
    let server = limited(|limits| limits.connections = 3);
    let mut kept: Vec<_> = (0..3).map(|_| server.client()).collect();
    for client in &mut kept {
        assert_eq!(client.get("/v1.0/x").status, 200);
    }
    let got = server.client().read().unwrap();
    assert_eq!(got.status, 503);
    assert_eq!(got.json()["error"]["code"], "ServiceUnavailable");
    drop(kept.pop());
    crate::stand_in::wait_until("a place", || {
        server.ask("GET /v1.0/x HTTP/1.1\r\nHost: localhost\r\n\r\n").is_some_and(|got| got.status == 200)
    });
}

#[test]
fn connections_do_not_live_for_ever() {
    let server = limited(|limits| limits.connection_time = SHORT);
    let mut client = server.client();
    assert_eq!(client.get("/v1.0/x").status, 200);
    assert!(client.is_closed());
}
