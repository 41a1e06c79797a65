//! The OpenAPI document of what is ours.
//!
//! The paths are written by hand in `openapi.json`. What a summary and a conflict are is said once, in the schemas of the
//! formats (`sod schema`), and put in here.

use serde_json::{Value, json};
use std::sync::OnceLock;

const WRITTEN: &str = include_str!("../openapi.json");
/// The schemas that are put in, and under which name.
const SCHEMAS: [(&str, &str); 3] = [("Summary", "summary"), ("Conflict", "conflicts"), ("Pair", "pairs")];

/// The document, as JSON.
///
/// ```
/// let document = sod_serve::openapi();
/// assert!(document.contains("\"/sod/v1/pairs\""));
/// assert!(document.contains("#/components/schemas/Summary/$defs/"));
/// ```
#[must_use]
pub fn openapi() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(composed)
}

fn composed() -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(WRITTEN) else {
        return WRITTEN.to_owned();
    };
    if let Some(Value::Object(info)) = document.get_mut("info") {
        info.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    }
    for (name, format) in SCHEMAS {
        let known = sod_engine::schemas().into_iter().find(|schema| schema.name == format);
        let schema = known.and_then(|schema| serde_json::from_str::<Value>(schema.text).ok());
        let Some(mut schema) = schema else { continue };
        if let Some(members) = schema.as_object_mut() {
            members.remove("$schema");
        }
        point_into(&mut schema, &format!("#/components/schemas/{name}/$defs/"));
        let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
        if let Some(schemas) = schemas {
            schemas.insert(name.to_owned(), schema);
        }
    }
    document.to_string()
}

/// References within a schema start at its root, which is no longer that of the document.
fn point_into(schema: &mut Value, place: &str) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                let name_within =
                    value.as_str().filter(|_| name == "$ref").and_then(|text| text.strip_prefix("#/$defs/"));
                match name_within.map(|own| format!("{place}{own}")) {
                    Some(moved) => *value = Value::String(moved),
                    None => point_into(value, place),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| point_into(item, place)),
        _ => {}
    }
}
