//! Columns: ids, moments and names of many things, without a key for each.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sod_model::{ExternalId, Timestamp};
use std::collections::BTreeMap;

/// Letters that a GUID takes: 16 bytes in base64, without padding.
const GUID_LETTERS: usize = 22;

/// Ids. A GUID is 22 letters of one long string, at its place; what is no GUID stands beside it under its number.
#[derive(Debug, Default, Serialize)]
pub(super) struct IdColumn {
    count: usize,
    guids: String,
    texts: BTreeMap<usize, String>,
}

impl IdColumn {
    fn push(&mut self, id: Option<&ExternalId>) {
        match id {
            Some(ExternalId::Guid(guid)) => {
                URL_SAFE_NO_PAD.encode_string(guid.to_u128().to_be_bytes(), &mut self.guids);
            }
            other => {
                self.guids.extend(std::iter::repeat_n('A', GUID_LETTERS));
                self.texts.insert(self.count, other.map(ToString::to_string).unwrap_or_default());
            }
        }
        self.count += 1;
    }
}

/// An id that is not known is an empty text.
impl<'a> FromIterator<Option<&'a ExternalId>> for IdColumn {
    fn from_iter<I: IntoIterator<Item = Option<&'a ExternalId>>>(ids: I) -> Self {
        let mut column = Self::default();
        ids.into_iter().for_each(|id| column.push(id));
        column
    }
}

/// Seconds since 1970, or null.
pub(super) fn seconds(moment: Option<Timestamp>) -> Option<i64> {
    moment.map(|moment| moment.0)
}

/// Texts that repeat: each once, and for each thing the place of its own.
#[derive(Debug, Default, Serialize)]
pub(super) struct TextColumn<'a> {
    texts: Vec<&'a str>,
    of: Vec<Option<u32>>,
    #[serde(skip)]
    places: BTreeMap<&'a str, u32>,
}

impl<'a> FromIterator<Option<&'a str>> for TextColumn<'a> {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(texts: I) -> Self {
        let mut column = Self::default();
        for text in texts {
            let place = text.map(|text| {
                let next = column.texts.len() as u32;
                let place = *column.places.entry(text).or_insert(next);
                if place == next {
                    column.texts.push(text);
                }
                place
            });
            column.of.push(place);
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_texts_at_their_places() {
        let ids = ["2506aef1-3929-4d24-a61e-7c8b83d95e6f", "anna@contoso.example"].map(ExternalId::new);
        let column: IdColumn = ids.iter().map(Some).chain([None]).collect();
        let json = serde_json::to_value(&column).unwrap();
        assert_eq!(json["guids"].as_str().unwrap().len(), 3 * GUID_LETTERS);
        assert_eq!(json["texts"], serde_json::json!({"1": "anna@contoso.example", "2": ""}));
        let texts: TextColumn<'_> =
            [Some("Finance"), None, Some("IT"), Some("Finance")].into_iter().collect();
        let json = serde_json::to_value(&texts).unwrap();
        assert_eq!(json, serde_json::json!({"texts": ["Finance", "IT"], "of": [0, null, 1, 0]}));
    }
}
