//! Graph's JSON as the PowerShell SDK would show it.

use serde_json::{Map, Value, json};

/// The object with the SDK's names: PascalCase, and `AdditionalProperties` for what the SDK's type does not know.
pub(crate) fn sdk_object(value: Value) -> Value {
    let mut value = pascal(value);
    if let Value::Object(map) = &mut value {
        map.insert("AdditionalProperties".to_owned(), json!({}));
    }
    value
}

fn pascal(value: Value) -> Value {
    match value {
        // A directory object of no certain type: all but the id is additional, under Graph's own names.
        Value::Object(mut map) if map.contains_key("@odata.type") => {
            let id = map.shift_remove("id").unwrap_or(Value::Null);
            json!({"DeletedDateTime": null, "Id": id, "AdditionalProperties": map})
        }
        Value::Object(map) => Value::Object(
            map.into_iter().map(|(key, value)| (capital(&key), pascal(value))).collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(pascal).collect()),
        other => other,
    }
}

fn capital(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Escapes slashes in the dates of Windows PowerShell, which a JSON library leaves alone.
pub(crate) fn escape_dates(compact: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(compact.len() + 16);
    let mut rest = compact;
    while let Some((&byte, tail)) = rest.split_first() {
        let is_slash = byte == b'/'
            && ((out.ends_with(b"\"") && tail.starts_with(b"Date("))
                || (out.ends_with(b")") && tail.starts_with(b"\"")));
        if is_slash {
            out.push(b'\\');
        }
        out.push(byte);
        rest = tail;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_names_under_additional_properties() {
        let value =
            json!({"displayName": "g", "members": [{"@odata.type": "#u", "id": "1", "displayName": "x"}]});
        let expected = json!({
            "DisplayName": "g",
            "Members": [{"DeletedDateTime": null, "Id": "1", "AdditionalProperties": {"@odata.type": "#u", "displayName": "x"}}],
            "AdditionalProperties": {},
        });
        assert_eq!(sdk_object(value), expected);
        assert_eq!(
            escape_dates(br#"{"a":"/Date(1)/","b":"x/y)/z"}"#),
            br#"{"a":"\/Date(1)\/","b":"x/y)/z"}"#
        );
    }
}
