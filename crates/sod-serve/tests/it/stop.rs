//! The end, in good order.

use crate::stand_in::{Running, wait_until};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn requests_under_way_are_finished_and_new_ones_not_taken() {
    let mut server = Running::new();
    let mut idle = server.client();
    assert_eq!(idle.get("/v1.0/x").status, 200);
    let mut slow = server.client();
    slow.send("GET /v1.0/held?$filter HTTP/1.1\r\nHost: localhost\r\n\r\n");
    server.gate.wait_for(1);
    server.stopper.stop();
    wait_until("the closed door", || TcpStream::connect(server.address).is_err());
    assert!(idle.is_closed());
    assert!(!server.is_over());
    server.gate.open();
    let got = slow.read().unwrap();
    assert_eq!((got.status, got.body.as_slice()), (200, &b"{}"[..]));
    assert!(slow.is_closed());
    server.join();
}

#[test]
fn who_does_not_end_is_cut_off() {
    let mut server = Running::with(|config| config.limits.stop_time = Duration::from_millis(200));
    let mut slow = server.client();
    slow.send("POST /v1.0/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
    wait_until("the request under way", || {
        let text = String::from_utf8(server.get("/metrics").body).unwrap();
        text.contains("sod_http_requests_in_flight 2")
    });
    let began = Instant::now();
    server.stopper.stop();
    server.join();
    assert!(began.elapsed() < Duration::from_secs(5));
}
