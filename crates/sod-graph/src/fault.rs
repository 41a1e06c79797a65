//! What went wrong, as Graph says it.

use crate::message::{Answer, Request};
use crate::odata::OptionError;
use crate::path::{PathError, PathErrorKind};
use serde_json::{Map, Value, json};

/// An error that a request deserves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// 400, 404, ...
    pub status: u16,
    /// One word for machines.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
    /// Further headers: `Allow`, `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
}

impl Fault {
    /// An error with a status of its own.
    #[must_use]
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "ResourceNotFound", message)
    }

    pub(crate) fn method(method: &str, allowed: &'static str) -> Self {
        let method: String = method.chars().take(20).collect();
        let message = format!(
            "The method '{method}' is not allowed here; expected {allowed}. A snapshot is only read, never changed"
        );
        let headers = vec![("Allow", allowed.to_owned())];
        Self { headers, ..Self::new(405, "MethodNotAllowed", message) }
    }

    /// The error as a body: `{"error": {"code", "message", "innerError": {"date", "request-id", "client-request-id"}}}`.
    #[must_use]
    pub fn body(&self, request: &Request<'_>) -> Value {
        let mut inner = Map::new();
        inner.insert("date".to_owned(), json!(request.date));
        inner.insert("request-id".to_owned(), json!(request.request_id));
        inner.insert(
            "client-request-id".to_owned(),
            json!(request.client_request_id.unwrap_or(request.request_id)),
        );
        json!({ "error": { "code": self.code, "message": self.message, "innerError": inner } })
    }

    /// The error as an answer.
    #[must_use]
    pub fn answer(&self, request: &Request<'_>) -> Answer {
        Answer {
            status: self.status,
            content_type: Some(JSON),
            body: self.body(request).to_string().into_bytes(),
            headers: self.headers.clone(),
        }
    }
}

/// What Graph calls its JSON.
pub(crate) const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

impl From<OptionError> for Fault {
    fn from(error: OptionError) -> Self {
        Self::bad_request(error.message)
    }
}

impl From<PathError> for Fault {
    fn from(error: PathError) -> Self {
        match error.kind {
            PathErrorKind::BadRequest => Self::bad_request(error.message),
            PathErrorKind::NotFound => Self::new(404, "UnknownError", error.message),
        }
    }
}
