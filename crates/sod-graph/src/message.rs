//! What is asked and what is answered, as it goes over a wire.

use crate::fault::JSON;
use serde_json::Value;
use std::sync::atomic::AtomicBool;

/// The type of a number that stands alone.
pub(crate) const TEXT: &str = "text/plain";

/// A request, as it arrived. Nothing in it is decoded yet.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `POST`, ...
    pub method: &'a str,
    /// Path and query: `/v1.0/identityGovernance/entitlementManagement/assignments?$top=5`.
    pub target: &'a str,
    /// The body; empty if there is none.
    pub body: &'a [u8],
    /// `Accept`.
    pub accept: Option<&'a str>,
    /// `Prefer`.
    pub prefer: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// What absolute addresses begin with: `http://127.0.0.1:8000`.
    pub base: &'a str,
    /// Whoever asks, for `filterByCurrentUser`: an object id, subject id or principal name.
    pub current_user: Option<&'a str>,
    /// Goes into error bodies.
    pub request_id: &'a str,
    /// The caller's own, if it gave one.
    pub client_request_id: Option<&'a str>,
    /// The present moment, for error bodies: `2026-11-22T10:00:00`. The library itself looks at no clock.
    pub date: &'a str,
    /// Set when nobody waits for the answer any more: what takes long then ends with a 503.
    pub stop: Option<&'a AtomicBool>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 200, 404, ...
    pub status: u16,
    /// `None` when there is no body.
    pub content_type: Option<&'static str>,
    /// The body.
    pub body: Vec<u8>,
    /// Further headers: `Allow`, `Preference-Applied`, `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
}

impl<'a> Request<'a> {
    /// A request for a target, from nobody in particular at no particular time.
    #[must_use]
    pub const fn get(target: &'a str) -> Self {
        Self {
            method: "GET",
            target,
            body: b"",
            accept: None,
            prefer: None,
            content_type: None,
            base: "https://graph.microsoft.com",
            current_user: None,
            request_id: "00000000-0000-0000-0000-000000000000",
            client_request_id: None,
            date: "1970-01-01T00:00:00",
            stop: None,
        }
    }
}

impl Answer {
    /// Something that is there.
    pub(crate) fn ok(content_type: &'static str, body: Vec<u8>) -> Self {
        Self { status: 200, content_type: Some(content_type), body, headers: Vec::new() }
    }

    /// A JSON document.
    pub(crate) fn json(value: &Value) -> Self {
        Self::ok(JSON, value.to_string().into_bytes())
    }
}
