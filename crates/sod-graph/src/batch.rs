//! The body of a `$batch`: up to twenty requests in one.

use crate::escape::shown;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fmt;

/// How many requests a batch may have.
const MOST: usize = 20;
/// How long its body may be.
const LONGEST: usize = 1024 * 1024;

/// One request of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchRequest {
    /// By which its response is known.
    pub id: String,
    /// In capital letters.
    pub method: String,
    /// As it was sent: absolute, or with a version or without. See [`batch_target`](crate::path::batch_target).
    pub url: String,
    /// As they were sent.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Option<Value>,
    /// Which requests must have gone well before.
    pub depends_on: Vec<String>,
}

/// A batch that cannot be understood: a 400 in Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchError {
    /// What is wrong, and with which request.
    pub message: String,
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BatchError {}

fn error(message: impl Into<String>) -> BatchError {
    BatchError { message: message.into() }
}

/// Reads the body of a batch: its requests in the order in which they are to be answered. That is the order in which
/// they were sent, but for those that depend on a later one.
///
/// # Errors
///
/// If the body is no batch, has more than twenty requests or two of one id, or if requests depend on what is not there or
/// on one another.
///
/// ```
/// let body = br#"{"requests": [{"id": "2", "method": "get", "url": "/me", "dependsOn": ["1"]},
///                              {"id": "1", "method": "GET", "url": "/me"}]}"#;
/// let requests = sod_graph::parse_batch(body)?;
/// let order: Vec<&str> = requests.iter().map(|request| request.id.as_str()).collect();
/// assert_eq!(order, ["1", "2"]);
/// # Ok::<(), sod_graph::BatchError>(())
/// ```
pub fn parse_batch(body: &[u8]) -> Result<Vec<BatchRequest>, BatchError> {
    if body.len() > LONGEST {
        let found = body.len();
        return Err(error(format!(
            "The batch is too long: found {found} bytes, expected at most {LONGEST}."
        )));
    }
    let document: Value = serde_json::from_slice(body)
        .map_err(|cause| error(format!("Invalid batch payload format. Expected JSON: {cause}.")))?;
    let requests = match document {
        Value::Object(mut members) => members.remove("requests"),
        _ => None,
    };
    let Some(Value::Array(requests)) = requests else {
        return Err(error("Invalid batch payload format. Expected an object with a list 'requests'."));
    };
    if requests.is_empty() {
        return Err(error("Invalid batch payload format. Expected at least one request in 'requests'."));
    }
    if requests.len() > MOST {
        let found = requests.len();
        return Err(error(format!(
            "Number of batch request steps exceeds the maximum value of {MOST}: found {found}."
        )));
    }
    let requests =
        requests.into_iter().enumerate().map(|(at, one)| request(at, one)).collect::<Result<_, _>>()?;
    in_order(requests)
}

fn request(at: usize, value: Value) -> Result<BatchRequest, BatchError> {
    let Value::Object(mut members) = value else {
        return Err(error(format!("Invalid batch payload format. Request {} is no object.", at + 1)));
    };
    let which = format!("request {} of the batch", at + 1);
    let id = text(&mut members, "id", &which)?;
    let which = format!("request '{}' of the batch", shown(&id));
    let method = text(&mut members, "method", &which)?.to_ascii_uppercase();
    let url = text(&mut members, "url", &which)?;
    let depends_on = match members.remove("dependsOn").or_else(|| members.remove("depends_on")) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => texts(all).ok_or_else(|| wrong("dependsOn", "a list of ids", &which))?,
        Some(_) => return Err(wrong("dependsOn", "a list of ids", &which)),
    };
    let headers = match members.remove("headers") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(headers)) => {
            let (names, values): (Vec<String>, Vec<Value>) = headers.into_iter().unzip();
            let values = texts(values).ok_or_else(|| wrong("headers", "an object of texts", &which))?;
            names.into_iter().zip(values).collect()
        }
        Some(_) => return Err(wrong("headers", "an object of texts", &which)),
    };
    let body = members.remove("body").filter(|body| !body.is_null());
    Ok(BatchRequest { id, method, url, headers, body, depends_on })
}

fn text(members: &mut Map<String, Value>, name: &str, which: &str) -> Result<String, BatchError> {
    match members.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(wrong(name, "a text", which)),
    }
}

fn texts(values: Vec<Value>) -> Option<Vec<String>> {
    let text = |value| match value {
        Value::String(text) => Some(text),
        _ => None,
    };
    values.into_iter().map(text).collect()
}

fn wrong(name: &str, expected: &str, which: &str) -> BatchError {
    error(format!("Invalid batch payload format. Expected {expected} as '{name}' of {which}."))
}

/// Puts each request behind what it depends on.
fn in_order(mut waiting: Vec<BatchRequest>) -> Result<Vec<BatchRequest>, BatchError> {
    let mut known: HashSet<&str> = HashSet::new();
    for request in &waiting {
        if !known.insert(&request.id) {
            return Err(error(format!("Request Id {} has to be unique in a batch.", shown(&request.id))));
        }
    }
    for request in &waiting {
        for wanted in &request.depends_on {
            if !known.contains(wanted.as_str()) {
                let (id, wanted) = (shown(&request.id), shown(wanted));
                return Err(error(format!(
                    "Invalid dependency for request Id {id}: found '{wanted}', expected the id of a request of this batch."
                )));
            }
        }
    }
    let mut ordered: Vec<BatchRequest> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let done = |id: &String| ordered.iter().any(|before| before.id == *id);
        let Some(next) = waiting.iter().position(|request| request.depends_on.iter().all(done)) else {
            let id = waiting.first().map_or("", |request| &request.id);
            return Err(error(format!(
                "Invalid dependency for request Id {}: it waits for a request that waits for it.",
                shown(id)
            )));
        };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}
