//! Parameters of a query, and the parts of a list: strict, so that a misspelt filter never looks like an empty list.

use crate::refusal::Refusal;
use axum::http::StatusCode;
use form_urlencoded::Serializer;
use sod_engine::FindError;
use std::borrow::Cow;
use std::str::FromStr;

/// Objects on a page unless asked otherwise.
const TOP_DEFAULT: u64 = 100;
/// Objects on a page at most.
const TOP_MAX: u64 = 10_000;
/// Of the id of a snapshot.
const SNAPSHOT_DIGITS: usize = 16;

/// The parameters of a query, decoded; each may stand there once, unless it is asked for with [`all`](Self::all).
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads them; names that are not `known` are mistakes.
    pub(super) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Refusal> {
        let mut own = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                return Err(Refusal::bad_request("the query is not UTF-8"));
            }
            if !known.contains(&&*name) {
                let expected = match known {
                    [] => "this path takes none".to_owned(),
                    known => format!("expected {}", known.join(", ")),
                };
                return Err(Refusal::bad_request(format!(
                    "there is no parameter `{}`: {expected}",
                    shown(&name)
                )));
            }
            own.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(own))
    }

    /// Every value of one.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of one that may stand there once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut all = self.all(name);
        match (all.next(), all.next()) {
            (one, None) => Ok(one),
            _ => Err(Refusal::bad_request(format!("the parameter `{name}` was given more than once"))),
        }
    }

    /// The same, as a whole number of at most `max`.
    pub(super) fn number(&self, name: &str, min: u64, max: u64) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let number = u64::from_str(text).ok().filter(|number| (min..=max).contains(number));
        // `+5` is a blank and a 5 where it comes from, and whoever sends it means something else.
        let number = number.filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        number.map(Some).ok_or_else(|| {
            Refusal::bad_request(format!(
                "`{name}` is `{}`: expected a whole number from {min} to {max}",
                shown(text)
            ))
        })
    }

    /// The same, as one of a list of words.
    pub(super) fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Refusal> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        if words.contains(&text) {
            return Ok(Some(text));
        }
        let text = shown(text);
        Err(Refusal::bad_request(format!("`{name}` is `{text}`: expected {}", words.join(", "))))
    }
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) top: usize,
    pub(super) skip: usize,
}

impl Part {
    /// Reads `top` and `skip`.
    pub(super) fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let top = parameters.number("top", 1, TOP_MAX)?.unwrap_or(TOP_DEFAULT);
        let skip = parameters.number("skip", 0, u64::from(u32::MAX))?.unwrap_or(0);
        Ok(Self { top: top as usize, skip: skip as usize })
    }

    /// The address of the next part; `None` if this is the last.
    pub(super) fn next(
        self,
        base: &str,
        path: &str,
        total: usize,
        parameters: &Parameters,
        snapshot: &str,
    ) -> Option<String> {
        let skip = self.skip.saturating_add(self.top);
        if skip >= total {
            return None;
        }
        let mut query = Serializer::new(String::new());
        for (name, value) in &parameters.0 {
            if !matches!(name.as_str(), "skip" | "snapshot") {
                query.append_pair(name, value);
            }
        }
        query.append_pair("skip", &skip.to_string()).append_pair("snapshot", snapshot);
        Some(format!("{base}{path}?{}", query.finish()))
    }
}

/// Refuses to go on with a list of another snapshot; to be asked when all else is right, and before anything is looked up.
pub(super) fn same_snapshot(parameters: &Parameters, snapshot: &str) -> Result<(), Refusal> {
    let Some(given) = parameters.one("snapshot")? else { return Ok(()) };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if given.len() != SNAPSHOT_DIGITS || !given.bytes().all(is_digit) {
        let text = format!("`snapshot` is `{}`: expected that of an answer before", shown(given));
        return Err(Refusal::bad_request(text));
    }
    if given == snapshot {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::GONE,
        "SnapshotGone",
        "this list was begun on another snapshot, and the inputs were read again: begin anew without `snapshot`",
    ))
}

/// Short enough for a message.
fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// What is asked for and not there: an empty list would say that nobody holds it.
pub(super) fn not_found(error: &FindError) -> Refusal {
    let text = error.to_string();
    match error {
        FindError::Ambiguous { .. } => Refusal::new(StatusCode::CONFLICT, "Ambiguous", text),
        _ => Refusal::not_found(text),
    }
}
