//! What every request passes before anything is looked up: its name, its size, its right, its place in the queue.
//!
//! Every answer leaves through here too, with its ids and its headers, and is watched until it is sent.

use crate::app::App;
use crate::base::NameError;
use crate::refusal::{Asked, Refusal};
use crate::route::Route;
use crate::tracked::{Record, Tracked};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version};
use axum::middleware::Next;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// The caller's own id comes back in headers and bodies: longer ones do not.
const CLIENT_REQUEST_ID_MAX: usize = 128;
/// Open to everybody who can reach the server.
const HEALTH: &str = "/healthz";

/// Lets a request in, or not, and sees its answer out.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    app.metrics.in_flight.inc();
    let (mut parts, body) = request.into_parts();
    let mut asked = Asked {
        request_id: Uuid::new_v4().to_string(),
        client_request_id: client_request_id(&parts.headers),
        base: String::new(),
    };
    let mut record = Record {
        app: Arc::clone(&app),
        route: Route::of(parts.uri.path()),
        method: method_name(&parts.method),
        version: version_name(parts.version),
        status: 0,
        began,
        request_id: asked.request_id.clone(),
    };
    let mut response = match enter(&app, &parts, &mut asked) {
        Ok(place) => {
            parts.extensions.insert(asked.clone());
            let answered = next.run(Request::from_parts(parts, body));
            let answered = tokio::time::timeout(app.limits.request_time, answered).await;
            drop(place);
            answered.unwrap_or_else(|_| too_long().response(&asked))
        }
        Err(refusal) => {
            let mut response = refusal.response(&asked);
            if refusal.status == StatusCode::UNAUTHORIZED && parts.headers.contains_key(AUTHORIZATION) {
                let told = HeaderValue::from_static("Bearer realm=\"sod\", error=\"invalid_token\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, told);
            }
            response
        }
    };
    add_headers(response.headers_mut(), &asked);
    record.status = response.status().as_u16();
    response.map(|body| Body::new(Tracked::new(body, record)))
}

/// Every check, the cheapest first; a place among the requests under way, which health does not need.
fn enter(app: &App, parts: &Parts, asked: &mut Asked) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
    asked.base = app.names.base_of(parts.version, &parts.uri, &parts.headers).map_err(not_our_name)?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    if target.len() > app.limits.target_bytes {
        let text = format!("the address has {} bytes, at most {}", target.len(), app.limits.target_bytes);
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, "UriTooLong", text));
    }
    if parts.uri.path() == HEALTH {
        return Ok(None);
    }
    if let Some(token) = &app.token {
        let mut given = parts.headers.get_all(AUTHORIZATION).iter();
        match (given.next(), given.next()) {
            (Some(one), None) if token.is_in(one.as_bytes()) => {}
            _ => return Err(unauthorized()),
        }
    }
    Arc::clone(&app.requests).try_acquire_owned().map(Some).map_err(|_| {
        Refusal::too_many(app.limits.requests, "request is being worked on", "requests are being worked on")
    })
}

fn not_our_name(error: NameError) -> Refusal {
    match error {
        NameError::Malformed => {
            Refusal::bad_request("the request needs one Host header, with the name of this server")
        }
        NameError::Foreign => Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "MisdirectedRequest",
            "this server listens on loopback and answers to 127.0.0.1, localhost and the name of --base-url alone",
        ),
    }
}

fn unauthorized() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationToken",
        "a valid token is needed: Authorization: Bearer TOKEN",
    )
}

fn too_long() -> Refusal {
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "ServiceUnavailable",
        "the answer took too long: ask for less, or later",
    )
}

/// The caller's own id, if it is one that can come back without harm.
fn client_request_id(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(CLIENT_REQUEST_ID)?.to_str().ok()?;
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:{}".contains(&byte);
    let fits = (1..=CLIENT_REQUEST_ID_MAX).contains(&given.len()) && given.bytes().all(harmless);
    fits.then(|| given.to_owned())
}

fn add_headers(headers: &mut HeaderMap, asked: &Asked) {
    let value = |text: &str| HeaderValue::from_str(text).ok();
    headers.extend(value(&asked.request_id).map(|id| (REQUEST_ID, id)));
    let client = asked.client_request_id.as_deref().and_then(value);
    headers.extend(client.map(|id| (CLIENT_REQUEST_ID, id)));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Who holds what stays in no cache, and no page of another origin may embed it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
}

/// Methods that exist; a client may send any word.
fn method_name(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

const fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "2",
        Version::HTTP_11 => "1.1",
        _ => "1.0",
    }
}
