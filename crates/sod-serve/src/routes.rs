//! Which path is answered by whom.

use crate::app::App;
use crate::graph::graph;
use crate::guard::guard;
use crate::health::{health, metrics};
use crate::ours;
use crate::refusal::{Asked, Refusal};
use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{Response, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use std::sync::Arc;
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Smaller bodies gain nothing: one packet stays one packet.
const GZIP_FROM_BYTES: u16 = 1400;

/// Everything that is served.
pub(crate) fn router(app: Arc<App>) -> Router {
    let gzip = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(GZIP_FROM_BYTES.into()));
    Router::new()
        .route("/", get(ours::page))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .route("/sod/v1/pairs", get(ours::pairs))
        .route("/sod/v1/conflicts", get(ours::conflicts))
        .route("/sod/v1/summary", get(ours::summary))
        .route("/sod/v1/openapi.json", get(ours::document))
        .route("/sod/{*rest}", get(nothing).fallback(nothing))
        .fallback(graph)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(gzip)
        .layer(from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app)
}

/// Paths of ours that do not exist; Graph has none that begin so.
async fn nothing(State(_): State<Arc<App>>, Extension(asked): Extension<Asked>) -> Response<Body> {
    Refusal::not_found("there is nothing at this path; /sod/v1/openapi.json tells what there is")
        .response(&asked)
}

async fn method_not_allowed(Extension(asked): Extension<Asked>) -> Response<Body> {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "this path answers GET and HEAD")
        .response(&asked)
}
