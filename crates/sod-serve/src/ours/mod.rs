//! What is ours beside Graph: pairs, conflicts, the summary, the page, and the document that describes them.

mod conflicts;
mod paging;
mod pairs;

pub(crate) use conflicts::conflicts;
pub(crate) use pairs::pairs;

use crate::app::App;
use crate::openapi::openapi;
use crate::refusal::{Asked, Refusal};
use crate::served::Served;
use axum::body::Body;
use axum::extract::{Extension, RawQuery, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use paging::Parameters;
use sod_engine::formats::html::policy;
use std::sync::Arc;

const JSON: &str = "application/json";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// `GET /sod/v1/summary`: `summary.json`, byte for byte.
pub(crate) async fn summary(
    State(app): State<Arc<App>>,
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    match no_parameters(query.as_deref()) {
        Ok(()) => typed(JSON, app.current().summary().into()),
        Err(refusal) => refusal.response(&asked),
    }
}

/// `GET /sod/v1/openapi.json`.
pub(crate) async fn document(
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    match no_parameters(query.as_deref()) {
        Ok(()) => typed(JSON, openapi().into()),
        Err(refusal) => refusal.response(&asked),
    }
}

/// `GET /`: `report.html`, byte for byte, with its policy as a header too.
pub(crate) async fn page(State(app): State<Arc<App>>, Extension(asked): Extension<Asked>) -> Response<Body> {
    let served = app.current();
    let page = app.long(move || served.page()).await;
    match page.and_then(|page| page.map_err(|_| Refusal::defect())) {
        Ok(page) => {
            let mut response = typed("text/html; charset=utf-8", page.into());
            add_page_headers(response.headers_mut());
            response
        }
        Err(refusal) => refusal.response(&asked),
    }
}

fn add_page_headers(headers: &mut HeaderMap) {
    let policy = format!("{}; frame-ancestors 'none'", policy());
    headers.extend(HeaderValue::try_from(policy).ok().map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
}

fn no_parameters(query: Option<&str>) -> Result<(), Refusal> {
    Parameters::read(query, &[]).map(drop)
}

fn typed(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// One part of a list, made for one client on a thread for long work and counted until it is taken.
async fn listed(
    app: Arc<App>,
    asked: Asked,
    query: Option<String>,
    body: impl FnOnce(&Served, &str, Option<&str>) -> Result<Vec<u8>, Refusal> + Send + 'static,
) -> Response<Body> {
    let (served, base) = (app.current(), asked.base.clone());
    let body = app.long(move || body(&served, &base, query.as_deref())).await;
    let response = body.and_then(|body| body).and_then(|body| Ok(typed(JSON, app.counted(body)?.into())));
    response.unwrap_or_else(|refusal| refusal.response(&asked))
}
