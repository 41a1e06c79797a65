//! The body of an answer on its way: when the connection has all of it, or gives it up, the request is over, and the log and
//! the counters hear of it.

use crate::app::App;
use crate::route::Route;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// What is known of a request when its answer begins.
pub(crate) struct Record {
    pub(crate) app: Arc<App>,
    pub(crate) route: Route,
    pub(crate) method: &'static str,
    pub(crate) version: &'static str,
    pub(crate) status: u16,
    pub(crate) began: Instant,
    pub(crate) request_id: String,
}

/// A body that is watched until it is sent or given up.
pub(crate) struct Tracked {
    body: Body,
    bytes: u64,
    complete: bool,
    record: Record,
}

impl Tracked {
    pub(crate) fn new(body: Body, record: Record) -> Self {
        // Of HEAD the body is never asked for.
        let complete = body.is_end_stream() || record.method == "HEAD";
        Self { body, bytes: 0, complete, record }
    }
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let own = self.get_mut();
        let polled = Pin::new(&mut own.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                own.bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
                own.complete = own.body.is_end_stream();
            }
            Poll::Ready(None) => own.complete = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let Record { app, route, method, version, status, began, request_id } = &self.record;
        let took = began.elapsed();
        app.metrics.in_flight.dec();
        app.metrics.answered(*route, method, *status, took, self.bytes);
        tracing::info!(
            target: "sod::request",
            %method,
            %route,
            status = *status,
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            bytes = self.bytes,
            complete = self.complete,
            http = *version,
            request_id = %request_id,
        );
    }
}
