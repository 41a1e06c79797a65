//! `$batch`: up to twenty requests in one, each with an answer of its own.

use crate::batch::{BatchRequest, parse_batch};
use crate::desk::Budget;
use crate::fault::{Fault, JSON};
use crate::message::{Answer, Request};
use crate::path::batch_target;
use crate::service::Service;
use crate::shape::ApiVersion;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Answers each request of the batch, in an order in which what depends on others comes after them.
pub(crate) fn answer(
    service: &Service,
    request: &Request<'_>,
    version: ApiVersion,
    budget: &Budget<'_>,
) -> Result<Answer, Fault> {
    if request.method != "POST" {
        return Err(Fault::method(request.method, "POST"));
    }
    let requests = parse_batch(request.body).map_err(|error| Fault::bad_request(error.message))?;
    let mut went_well: BTreeMap<&str, bool> = BTreeMap::new();
    let mut responses = Vec::with_capacity(requests.len());
    for one in &requests {
        let failed = one.depends_on.iter().find(|id| went_well.get(id.as_str()) != Some(&true));
        let answer = match failed {
            Some(id) => Err(Fault::new(
                424,
                "FailedDependency",
                format!("The request '{id}', which this one depends on, failed."),
            )),
            None => one_answer(service, request, one, version, budget),
        };
        let answer = answer.unwrap_or_else(|fault| fault.answer(request));
        went_well.insert(&one.id, answer.status < 400);
        responses.push(response(&one.id, &answer));
    }
    let body = json!({ "responses": responses }).to_string().into_bytes();
    Ok(Answer { status: 200, content_type: Some(JSON), body, headers: Vec::new() })
}

fn one_answer(
    service: &Service,
    outer: &Request<'_>,
    one: &BatchRequest,
    version: ApiVersion,
    budget: &Budget<'_>,
) -> Result<Answer, Fault> {
    let header = |name: &str| {
        one.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let target = batch_target(&one.url, version)?;
    let body = one.body.as_ref().map(Value::to_string).unwrap_or_default();
    let path = full_path(&one.url, version);
    let request = Request {
        method: &one.method,
        target: &path,
        body: body.as_bytes(),
        accept: header("accept"),
        prefer: header("prefer"),
        content_type: header("content-type"),
        current_user: header("sod-user").or(outer.current_user),
        ..*outer
    };
    service.read(&request, &target, budget)
}

/// The address with its version, for the link to the next page.
fn full_path(url: &str, version: ApiVersion) -> String {
    let lower = url.to_ascii_lowercase();
    match lower.rfind("identitygovernance") {
        Some(at) => format!("/{}/{}", version.name(), url.get(at..).unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// JSON stands in the batch as it is; whatever else, in base64.
fn response(id: &str, answer: &Answer) -> Value {
    let mut headers = Map::new();
    if let Some(content_type) = answer.content_type {
        headers.insert("Content-Type".to_owned(), json!(content_type));
    }
    for (name, value) in &answer.headers {
        headers.insert((*name).to_owned(), json!(value));
    }
    let mut response = Map::new();
    response.insert("id".to_owned(), json!(id));
    response.insert("status".to_owned(), json!(answer.status));
    response.insert("headers".to_owned(), Value::Object(headers));
    if !answer.body.is_empty() {
        let is_json = answer.content_type == Some(JSON);
        let parsed = if is_json { serde_json::from_slice(&answer.body).ok() } else { None };
        let body = parsed.unwrap_or_else(|| Value::String(STANDARD.encode(&answer.body)));
        response.insert("body".to_owned(), body);
    }
    Value::Object(response)
}
