//! Pages: how long they are, and the token by which the next one is asked for.

use crate::escape::decode;
use crate::fault::Fault;
use crate::path::Segment;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sod_engine::UserId;
use std::hash::{BuildHasher, Hash, Hasher};

/// Rows of a page, if nobody says otherwise.
const SIZE: usize = 100;
/// The most that a page may have, as Graph has it.
pub(crate) const LARGEST: usize = 999;
const VERSION: u8 = 3;
/// No user has this number.
const NOBODY: u32 = u32::MAX;

/// Where the next page begins. It carries the length of a page, because clients repeat no header, and the snapshot it was
/// made for, because a position in another one means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) snapshot: u64,
    /// The list that it is a place in.
    pub(crate) list: u32,
    pub(crate) from: u64,
    pub(crate) size: u16,
    /// Whose assignments they are, where it was whoever asked.
    pub(crate) user: Option<UserId>,
}

impl Token {
    pub(crate) fn text(self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.snapshot.to_le_bytes());
        bytes.extend(self.list.to_le_bytes());
        bytes.extend(self.from.to_le_bytes());
        bytes.extend(self.size.to_le_bytes());
        bytes.extend(self.user.map_or(NOBODY, |user| user.0).to_le_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token of this snapshot.
    pub(crate) fn read(text: &str, snapshot: u64) -> Result<Self, Fault> {
        let invalid = || Fault::bad_request("The $skiptoken is not one that this service has given out.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let (VERSION, rest) =
            bytes.split_first().map(|(version, rest)| (*version, rest)).ok_or_else(invalid)?
        else {
            return Err(invalid());
        };
        let (of, rest) = rest.split_first_chunk::<8>().ok_or_else(invalid)?;
        let (list, rest) = rest.split_first_chunk::<4>().ok_or_else(invalid)?;
        let (from, rest) = rest.split_first_chunk::<8>().ok_or_else(invalid)?;
        let (size, rest) = rest.split_first_chunk::<2>().ok_or_else(invalid)?;
        let user = u32::from_le_bytes(rest.try_into().map_err(|_| invalid())?);
        let token = Self {
            snapshot: u64::from_le_bytes(*of),
            list: u32::from_le_bytes(*list),
            from: u64::from_le_bytes(*from),
            size: u16::from_le_bytes(*size),
            user: Some(UserId(user)).filter(|user| user.0 != NOBODY),
        };
        if !(1..=LARGEST).contains(&usize::from(token.size)) {
            return Err(invalid());
        }
        if token.snapshot != snapshot {
            return Err(Fault::new(
                400,
                "ExpiredPageToken",
                "The $skiptoken belongs to another snapshot than the one that is served now. Ask for the first page again.",
            ));
        }
        Ok(token)
    }
}

/// A number of a list: what it is of, and what narrows and orders it, however they are written. What is shown of each thing may be
/// otherwise from page to page.
pub(crate) fn list_of(segments: &[Segment], query: &str) -> u32 {
    let mut hasher = foldhash::quality::FixedState::with_seed(0).build_hasher();
    for segment in segments {
        match segment {
            Segment::Name(text) | Segment::Key(text) => text.to_ascii_lowercase().hash(&mut hasher),
            Segment::Call { name, arguments } => {
                name.to_ascii_lowercase().hash(&mut hasher);
                for (name, value) in arguments {
                    (name.to_ascii_lowercase(), value.to_ascii_lowercase()).hash(&mut hasher);
                }
            }
            Segment::Count | Segment::Ref | Segment::Batch => {}
        }
    }
    let mut narrowing: Vec<(String, String)> = query
        .split('&')
        .filter_map(|option| {
            let (name, value) = option.split_once('=')?;
            let name = bare(name).to_ascii_lowercase();
            ["filter", "orderby", "search"].contains(&name.as_str()).then(|| (name, decode(value, true).ok()))
        })
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    narrowing.sort();
    narrowing.hash(&mut hasher);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

/// The length of a page: what `$top` and `Prefer: odata.maxpagesize` leave of it, and what of the latter was heeded.
pub(crate) fn size(top: Option<u64>, prefer: Option<&str>) -> (usize, Option<String>) {
    let preferred = prefer.and_then(max_page_size);
    let top = top.and_then(|top| usize::try_from(top).ok());
    let size = match (top, preferred) {
        (Some(top), Some(preferred)) => top.min(preferred),
        (Some(size), None) | (None, Some(size)) => size,
        (None, None) => SIZE,
    };
    (size.clamp(1, LARGEST), preferred.map(|preferred| format!("odata.maxpagesize={preferred}")))
}

/// `odata.maxpagesize=50`, among other preferences, with or without the prefix.
fn max_page_size(prefer: &str) -> Option<usize> {
    prefer.split([',', ';']).find_map(|preference| {
        let (name, value) = preference.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        let size = value.trim().trim_matches('"').parse().ok()?;
        (matches!(name.as_str(), "odata.maxpagesize" | "maxpagesize") && size > 0).then_some(size)
    })
}

/// The token in a query, if it is one of this snapshot.
pub(crate) fn token(query: &str, snapshot: u64) -> Option<Token> {
    let value = query.split('&').find_map(|option| {
        let (name, value) = option.split_once('=')?;
        bare(name).eq_ignore_ascii_case("skiptoken").then_some(value)
    })?;
    Token::read(&decode(value, true).ok()?, snapshot).ok()
}

/// The name of an option without its `$`.
fn bare(name: &str) -> &str {
    name.strip_prefix("%24").or_else(|| name.strip_prefix('$')).unwrap_or(name)
}

/// The query without the options named, as it was sent.
pub(crate) fn without(query: &str, names: &[&str]) -> String {
    let is_kept = |option: &&str| {
        let name = option.split('=').next().unwrap_or_default();
        let name = bare(name);
        !option.is_empty() && !names.iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    query.split('&').filter(is_kept).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_by_its_snapshot_alone() {
        let token =
            Token { snapshot: u64::MAX - 7, list: 5, from: 1 << 40, size: 999, user: Some(UserId(7)) };
        assert_eq!(Token::read(&token.text(), token.snapshot), Ok(token));
        let of_all = Token { user: None, ..token };
        assert_eq!(Token::read(&of_all.text(), token.snapshot), Ok(of_all));
        assert_eq!(Token::read(&token.text(), 3).unwrap_err().code, "ExpiredPageToken");
        let short = token.text();
        for bad in [
            "",
            "x",
            "%%%",
            &short[..20],
            &Token { size: 0, ..token }.text(),
            &Token { size: 1000, ..token }.text(),
        ] {
            assert_eq!(Token::read(bad, token.snapshot).unwrap_err().code, "BadRequest", "{bad}");
        }
    }

    #[test]
    fn the_length_of_a_page() {
        assert_eq!(size(None, None), (100, None));
        assert_eq!(size(Some(5), None), (5, None));
        assert_eq!(
            size(Some(5), Some("respond-async, odata.maxpagesize=3")),
            (3, Some("odata.maxpagesize=3".to_owned()))
        );
        assert_eq!(size(None, Some("MaxPageSize=5000")), (999, Some("odata.maxpagesize=5000".to_owned())));
        assert_eq!(size(None, Some("odata.maxpagesize=0; odata.maxpagesize=x")), (100, None));
    }

    #[test]
    fn options_are_taken_out_in_every_spelling() {
        let query = "$top=3&%24skiptoken=a&$Filter=x%20eq%20'&skipToken=b&&custom=1";
        assert_eq!(without(query, &["skiptoken"]), "$top=3&$Filter=x%20eq%20'&custom=1");
    }
}
