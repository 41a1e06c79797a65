//! Connections: taken up to a limit, bounded in time, closed in good order.

use crate::app::App;
use crate::idle::Idle;
use crate::limits::Limits;
use crate::refusal::{Asked, Refusal};
use axum::Router;
use axum::http::StatusCode;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// When the system has no more room for connections it needs a while, and asking again at once would only burn time.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);
/// Of one client, over one connection.
const STREAMS_MAX: u32 = 128;

/// Takes connections until `stop` says so; then waits for those that are open, for a while.
pub(crate) async fn accept(
    listener: TcpListener,
    app: Arc<App>,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let builder = builder(&app.limits);
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => match Arc::clone(&app.connections).try_acquire_owned() {
                Ok(place) => {
                    let router = router.clone();
                    tokio::spawn(serve(
                        stream,
                        Arc::clone(&app),
                        builder.clone(),
                        router,
                        stop.clone(),
                        place,
                    ));
                }
                Err(_) => refuse(&stream, &app),
            },
            Err(error) => pause_after(&error).await,
        }
    }
    drop(listener);
    let all = u32::try_from(app.limits.connections).unwrap_or(u32::MAX);
    let ended = timeout(app.limits.stop_time, app.connections.acquire_many(all)).await;
    if ended.is_err() {
        let open = app.limits.connections.saturating_sub(app.connections.available_permits());
        tracing::warn!(target: "sod::server", open, "connections did not end in time and are cut");
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(limits.head_time)
        .keep_alive_timeout(limits.head_time);
    builder
}

async fn serve(
    stream: TcpStream,
    app: Arc<App>,
    builder: Builder<TokioExecutor>,
    router: Router,
    mut stop: watch::Receiver<bool>,
    place: OwnedSemaphorePermit,
) {
    // Answers are written whole; waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let _open = app.metrics.connections.inc();
    let io = TokioIo::new(Idle::new(stream, app.limits.stall_time));
    let mut connection = pin!(builder.serve_connection(io, TowerToHyperService::new(router)));
    // What goes wrong on a connection is the client's going away, or its breaking a limit; both are normal.
    let over = tokio::select! {
        _ = connection.as_mut() => true,
        _ = stop.wait_for(|stop| *stop) => false,
        () = sleep(app.limits.connection_time) => false,
    };
    if !over {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(app.limits.stop_time, connection).await;
    }
    app.metrics.connections.dec();
    drop(place);
}

/// Tells a client that there is no room, if it can be told without waiting for it.
fn refuse(stream: &TcpStream, app: &App) {
    app.metrics.connections_refused.inc();
    let _ = stream.try_write(no_room().as_bytes());
}

/// The answer to a connection too many, written by hand: no request of it is read.
fn no_room() -> String {
    let asked =
        Asked { request_id: Uuid::new_v4().to_string(), client_request_id: None, base: String::new() };
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", "too many connections");
    let body = refusal.body(&asked);
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\n\
         Connection: close\r\nrequest-id: {}\r\nContent-Length: {}\r\n\r\n{body}",
        asked.request_id,
        body.len()
    )
}

async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    // Clients that left before they were taken.
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(target: "sod::server", %error, "no connection could be taken");
        sleep(EXHAUSTED_PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_no_room_gets_a_whole_answer() {
        let text = no_room();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{} bytes", body.len());
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let id = body["error"]["innerError"]["request-id"].as_str().unwrap();
        assert!(head.contains(&format!("request-id: {id}\r\n")), "{head}");
    }
}
