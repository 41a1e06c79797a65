//! Errors of the server itself, in the shape that Graph's clients read.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use sod_graph::{Fault, Request};
use std::borrow::Cow;

/// Of whom an error speaks: goes into every error body.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Ours, for the log.
    pub(crate) request_id: String,
    /// The caller's own.
    pub(crate) client_request_id: Option<String>,
    /// What links begin with.
    pub(crate) base: String,
}

/// A request that is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(crate) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }

    /// So many of something are under way, and no more may be.
    pub(crate) fn too_many(count: usize, one: &str, many: &str) -> Self {
        let under_way = if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
        Self::busy(format!("{under_way}: try again in a second"))
    }

    pub(crate) fn busy(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", message)
    }

    /// A defect of sod; what it was is in no answer.
    pub(crate) fn defect() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "a defect of sod kept this request from being answered; please report it",
        )
    }

    /// Graph's own errors and ours are one shape, made in one place.
    pub(crate) fn body(&self, asked: &Asked) -> String {
        let date = now_text();
        let request = Request {
            request_id: &asked.request_id,
            client_request_id: asked.client_request_id.as_deref(),
            date: &date,
            ..Request::get("/")
        };
        Fault::new(self.status.as_u16(), self.code, self.message.as_ref()).body(&request).to_string()
    }

    /// The answer.
    pub(crate) fn response(&self, asked: &Asked) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body(asked)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"sod\""));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

/// The present moment as Graph writes it into errors.
pub(crate) fn now_text() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
