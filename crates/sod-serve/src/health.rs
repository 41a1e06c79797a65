//! `/healthz` and `/metrics`: for those who look after the server and not at the data.

use crate::app::App;
use crate::metrics::{self, sizes};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How it is: counts and moments, and nothing of anybody. Needs no token.
pub(crate) async fn health(State(app): State<Arc<App>>) -> Response<Body> {
    let served = app.current();
    let counts: Map<String, Value> =
        sizes(&served).into_iter().map(|(name, size)| (name.to_owned(), size.into())).collect();
    let failed = app.failed_reload();
    let body = json!({
        "status": match (&failed, served.gaps().is_empty()) {
            (Some(_), _) => "stale",
            (None, false) => "incomplete",
            (None, true) => "ok",
        },
        "snapshot": served.id(),
        "data_moment": served.snapshot().provenance.data_moment.map(|moment| moment.to_string()),
        "loaded_at": served.loaded_at().to_string(),
        "counts": counts,
        "warnings": served.warnings().union(served.gaps()).collect::<Vec<_>>(),
        "last_reload_error": failed.map(|failed| json!({
            "at": failed.at.to_string(),
            "codes": failed.codes,
        })),
    });
    let mut response = Response::new(Body::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The counters, for Prometheus.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response<Body> {
    let mut response = Response::new(Body::from(app.metrics.text()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE));
    response
}
