//! HTTP/2 without TLS, as a client that knows beforehand speaks it.

use crate::stand_in::Running;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};

#[test]
fn many_requests_share_one_connection() {
    let server = Running::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let io = TokioIo::new(stream);
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
        tokio::spawn(connection);
        let ask = |target: String| {
            let mut sender = sender.clone();
            let request = hyper::Request::get(format!("http://localhost{target}"));
            let request = request.body(Empty::<Bytes>::new()).unwrap();
            async move {
                let response = sender.send_request(request).await.unwrap();
                (response.status().as_u16(), response.into_body().collect().await.unwrap().to_bytes())
            }
        };
        let many: Vec<_> = (0..100).map(|n| tokio::spawn(ask(format!("/v1.0/x?$top={n}")))).collect();
        for (n, asked) in many.into_iter().enumerate() {
            let (status, body) = asked.await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!((status, &body["target"]), (200, &format!("/v1.0/x?$top={n}").into()));
            assert_eq!(body["base"], "http://localhost");
        }
        let foreign = hyper::Request::get("http://evil.example/v1.0/x").body(Empty::<Bytes>::new()).unwrap();
        assert_eq!(sender.clone().send_request(foreign).await.unwrap().status(), 421);
    });
}
