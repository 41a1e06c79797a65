//! Many at once.

use crate::client::Client;
use crate::stand_in::Running;

#[test]
fn hundreds_of_connections_are_answered_beside_idle_ones() {
    let server = Running::new();
    let idle: Vec<Client> = (0..500).map(|_| server.client()).collect();
    let mut open: Vec<Client> = (0..300).map(|_| server.client()).collect();
    for round in 0..3 {
        for (at, client) in open.iter_mut().enumerate() {
            client.send(format!("GET /v1.0/x?$top={at}-{round} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
        for (at, client) in open.iter_mut().enumerate() {
            let got = client.read().unwrap();
            // All at once may be more than are let in; those are told.
            if got.status == 200 {
                assert_eq!(got.json()["target"], format!("/v1.0/x?$top={at}-{round}"));
            } else {
                assert_eq!(got.status, 429);
            }
        }
    }
    drop(idle);
}

#[test]
fn requests_sent_one_behind_the_other_are_answered_in_order() {
    let server = Running::new();
    let mut client = server.client();
    for at in 0..50 {
        client.send(format!("GET /v1.0/x?$top={at} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    for at in 0..50 {
        assert_eq!(client.read().unwrap().json()["target"], format!("/v1.0/x?$top={at}"));
    }
}
