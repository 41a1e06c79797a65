//! Graph's requests: from HTTP to the door of `sod-graph`, and back.
//!
//! Nothing is decoded here; path and query go on as they came. A short answer (one record, one pair, one page) takes
//! microseconds and is made on the thread that has the connection: handing it to another thread and back would take
//! longer than the answer. What may walk everything (filters, orders, searches, counts, batches) goes to threads for
//! such work, as many as there are cores, so that short answers still come through.

use crate::app::App;
use crate::refusal::{Asked, Refusal, now_text};
use crate::served::Served;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as _;
use sod_graph::{Answer, Request as GraphRequest};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// Whoever asks, for `filterByCurrentUser`.
const USER: HeaderName = HeaderName::from_static("sod-user");

/// A request with everything that its answer needs, on its way to whichever thread.
struct Question {
    parts: Parts,
    body: Bytes,
    asked: Asked,
    current_user: Option<String>,
}

/// Somebody who waits for an answer; the flag says when nobody does any more.
#[derive(Default)]
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Answers whatever has no route of its own.
pub(crate) async fn graph(
    State(app): State<Arc<App>>,
    Extension(asked): Extension<Asked>,
    request: Request,
) -> Response<Body> {
    let answered = answer(&app, asked.clone(), request).await;
    answered.and_then(|answer| response(&app, answer)).unwrap_or_else(|refusal| refusal.response(&asked))
}

async fn answer(app: &App, asked: Asked, request: Request) -> Result<Answer, Refusal> {
    let (parts, body) = request.into_parts();
    let body = read_body(app, &parts, body).await?;
    let current_user = match parts.headers.get(USER) {
        Some(user) => {
            let user = std::str::from_utf8(user.as_bytes())
                .map_err(|_| Refusal::bad_request("the header sod-user is not UTF-8"))?;
            Some(user.to_owned())
        }
        None => app.current_user.clone(),
    };
    // The snapshot of this moment; a reload in between changes nothing for this request.
    let served = app.current();
    let question = Question { parts, body, asked, current_user };
    if is_short(&question.parts) {
        let stop = AtomicBool::new(false);
        catch_unwind(AssertUnwindSafe(|| ask(&served, &question, &stop))).map_err(|_| Refusal::defect())
    } else {
        // When the time is over, or the client is gone, this is dropped, and the work ends where it is.
        let waiting = Waiting::default();
        let stop = Arc::clone(&waiting.0);
        app.long(move || ask(&served, &question, &stop)).await
    }
}

fn ask(served: &Served, question: &Question, stop: &AtomicBool) -> Answer {
    let Question { parts, body, asked, current_user } = question;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let method = match parts.method {
        // The same, without its body, which is left out on the way.
        Method::HEAD => "GET",
        ref method => method.as_str(),
    };
    served.answer(&GraphRequest {
        method,
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()),
        body,
        accept: text(ACCEPT),
        prefer: text(PREFER),
        content_type: text(CONTENT_TYPE),
        base: &asked.base,
        current_user: current_user.as_deref(),
        request_id: &asked.request_id,
        client_request_id: asked.client_request_id.as_deref(),
        date: &now_text(),
        stop: Some(stop),
    })
}

/// Whether an answer surely walks no more than a page: a wrong yes makes others on the thread wait, a wrong no costs some
/// microseconds.
fn is_short(parts: &Parts) -> bool {
    const OPTIONS: [&str; 5] = ["top", "skip", "select", "skiptoken", "format"];
    // One thing for each row, and nothing that may lead to many.
    const SINGLE: [&str; 4] =
        ["target", "accesspackage", "assignmentpolicy", "accesspackageassignmentpolicy"];
    let path = parts.uri.path();
    let walks = path.ends_with("$count") || path.ends_with("additionalAccess()");
    let query = parts.uri.query().unwrap_or_default();
    let known = |option: &str| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = name.strip_prefix('$').or_else(|| name.strip_prefix("%24")).unwrap_or(name);
        let single = |part: &str| SINGLE.iter().any(|single| single.eq_ignore_ascii_case(part));
        OPTIONS.contains(&name) || (name == "expand" && value.split(',').all(single))
    };
    matches!(parts.method, Method::GET | Method::HEAD)
        && !walks
        && query.split('&').filter(|option| !option.is_empty()).all(known)
}

/// The body, within its bounds; those of GET and HEAD mean nothing and are not read.
async fn read_body(app: &App, parts: &Parts, body: Body) -> Result<Bytes, Refusal> {
    if matches!(parts.method, Method::GET | Method::HEAD) || body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let limit = app.limits.body_bytes;
    if announced(&parts.headers).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    let _place = app
        .uploads
        .try_acquire()
        .map_err(|_| Refusal::too_many(app.limits.uploads, "body is being read", "bodies are being read"))?;
    match tokio::time::timeout(app.limits.body_time, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(Refusal::bad_request("the body ended before its end")),
        Err(_) => Err(Refusal::new(
            StatusCode::REQUEST_TIMEOUT,
            "RequestTimeout",
            format!("the body did not come within {} seconds", app.limits.body_time.as_secs_f32()),
        )),
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> Refusal {
    let text = format!("the body has more than {limit} bytes");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", text)
}

fn response(app: &App, answer: Answer) -> Result<Response<Body>, Refusal> {
    let Answer { status, content_type, body, headers } = answer;
    let mut response = Response::new(Body::from(app.counted(body)?));
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Refusal::defect())?;
    let own = response.headers_mut();
    // An answer without a body has no type: JavaScript's client takes the type for a promise.
    own.extend(content_type.map(|value| (CONTENT_TYPE, HeaderValue::from_static(value))));
    for (name, value) in headers {
        let (name, value) = (HeaderName::try_from(name), HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = (name, value) {
            own.append(name, value);
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_walks_everything_is_no_short_answer() {
        let short = |method: &str, target: &str| {
            let request = axum::http::Request::builder().method(method).uri(target).body(()).unwrap();
            is_short(&request.into_parts().0)
        };
        for target in [
            "/v1.0/x/assignments",
            "/v1.0/x/assignments?$top=5&%24skip=2",
            "/v1.0/x/assignments?$expand=Target,accessPackage",
            "/v1.0/x/assignments/additionalAccess(accessPackageId='A',incompatibleAccessPackageId='B')?$expand=target",
        ] {
            assert!(short("GET", target), "{target}");
        }
        for target in [
            "/v1.0/x/assignments?$filter=a",
            "/v1.0/x/assignments?%24%66ilter=a",
            "/v1.0/x/assignments?$top=1&$orderby=id",
            "/v1.0/x/assignments?$count=true",
            "/v1.0/x/assignments?$expand=target,accessPackage($expand=incompatibleAccessPackages)",
            "/v1.0/x/accessPackageCatalogs?$expand=accessPackages",
            "/v1.0/x/assignments/$count",
            "/v1.0/x/assignments/additionalAccess()",
        ] {
            assert!(!short("GET", target), "{target}");
        }
        assert!(!short("POST", "/v1.0/$batch"));
    }
}
