//! A borrowed JSON value: the general decoder that understands any record.
//!
//! Strings without escapes are slices of the input. Lookups disregard the case of keys, because v1.0, beta and
//! PowerShell spell one field in three ways. Depth is bounded by `serde_json`'s recursion limit.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A JSON value that borrows from its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Object<'a>),
}

/// The members of an object, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object<'a> {
    pub(crate) members: Vec<(Cow<'a, str>, Node<'a>)>,
}

impl<'a> Object<'a> {
    /// The first member of that name (lower case) which is not null, else the first, whatever its case.
    pub(crate) fn get(&self, name: &str) -> Option<&Node<'a>> {
        let mut found = None;
        for (key, value) in &self.members {
            if key.len() == name.len() && key.eq_ignore_ascii_case(name) {
                if !matches!(value, Node::Null) {
                    return Some(value);
                }
                found = Some(value);
            }
        }
        found
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// A non-empty scalar as text: strings trimmed, numbers as written. `null`, `""` and the four letters `"null"`
    /// (which the documentation's own samples contain) are nothing.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name)?.text()
    }

    pub(crate) fn first_text(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| self.text(name))
    }

    pub(crate) fn object(&self, name: &str) -> Option<&Object<'a>> {
        match self.get(name)? {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn first_object(&self, names: &[&str]) -> Option<&Object<'a>> {
        names.iter().find_map(|name| self.object(name))
    }

    /// The objects of an array, or a single object in its place (PowerShell unrolls arrays of one).
    pub(crate) fn objects(&self, name: &str) -> Vec<&Object<'a>> {
        match self.get(name) {
            Some(Node::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Node::Object(object) => Some(object),
                    _ => None,
                })
                .collect(),
            Some(Node::Object(object)) => vec![object],
            _ => Vec::new(),
        }
    }
}

impl Node<'_> {
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Node::String(text) => {
                let text = text.trim();
                (!text.is_empty() && text != "null").then_some(Cow::Borrowed(text))
            }
            Node::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// What `ConvertTo-Json` leaves when its depth is used up.
    pub(crate) fn is_cut_off(&self) -> bool {
        matches!(self, Node::String(text) if is_cut_off(text))
    }
}

/// `@{id=...}`, or the name of a .NET type where a value should be.
pub(crate) fn is_cut_off(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("@{")
        || text.starts_with("System.Object[")
        || text.starts_with("System.Collections.")
        || (text.starts_with("Microsoft.Graph.") && text.contains("PowerShell.Models."))
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(serde_json::Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Node::String(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Node::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Node::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some((Key(key), value)) = map.next_entry()? {
            members.push((key, value));
        }
        Ok(Node::Object(Object { members }))
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        match serde_json::from_str(text).unwrap() {
            Node::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn keys_match_in_any_case_and_a_null_gives_way() {
        let record = object(r#"{"Target":null,"target":{"ObjectID":"x"},"n":17,"e":"null","b":"  "}"#);
        assert_eq!(record.object("target").unwrap().text("objectid").as_deref(), Some("x"));
        assert_eq!(record.text("n").as_deref(), Some("17"));
        assert_eq!((record.text("e"), record.text("b"), record.text("zzz")), (None, None, None));
        assert!(record.has("e") && !record.has("zzz"));
    }

    #[test]
    fn cut_off_values_are_known() {
        for text in [
            "@{id=1; x=2}",
            "System.Object[]",
            "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAccessPackage",
            "Microsoft.Graph.Beta.PowerShell.Models.MicrosoftGraphAccessPackage",
            "System.Collections.Hashtable",
        ] {
            assert!(is_cut_off(text), "{text}");
        }
        assert!(!is_cut_off("Microsoft Graph admins") && !is_cut_off("a@{b"));
    }
}
