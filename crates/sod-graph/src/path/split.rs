//! A path split at its slashes, and the version that it begins with.

use super::error::PathError;
use crate::escape::{decode, shown};
use crate::shape::ApiVersion;

/// A part between two slashes, as it was sent, and its first character in the address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) raw: &'a str,
    pub(super) at: usize,
}

/// Splits at slashes, except within quotes that stand in parentheses. Slashes may be doubled, and one may stand at the
/// end.
pub(super) fn segments(path: &str) -> Result<Vec<Part<'_>>, PathError> {
    let mut parts = Vec::new();
    let (mut rest, mut position) = (path, 0);
    let (mut begin, mut begin_position) = (0, 0);
    let (mut depth, mut quoted, mut quote_position) = (0_u32, false, 0);
    while let Some((letter, length, letters)) = first(rest) {
        let at = path.len() - rest.len();
        match letter {
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            '\'' if depth > 0 => (quoted, quote_position) = (!quoted, position),
            '/' if !quoted && length == 1 => {
                parts.push(Part { raw: path.get(begin..at).unwrap_or(""), at: begin_position });
                (begin, begin_position, depth) = (at + 1, position + 1, 0);
            }
            _ => {}
        }
        position += letters;
        rest = rest.get(length..).unwrap_or("");
    }
    if quoted {
        return Err(PathError::bad(quote_position, "Found a quote that is not closed, expected \"'\""));
    }
    parts.push(Part { raw: path.get(begin..).unwrap_or(""), at: begin_position });
    parts.retain(|part| !part.raw.is_empty());
    Ok(parts)
}

/// The first character, with or without its escape, how many bytes and how many characters it was sent in.
fn first(text: &str) -> Option<(char, usize, usize)> {
    let escaped = |code: &str| text.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case(code));
    for (code, letter) in [("%27", '\''), ("%28", '('), ("%29", ')')] {
        if escaped(code) {
            return Some((letter, 3, 3));
        }
    }
    let letter = text.chars().next()?;
    Some((letter, letter.len_utf8(), 1))
}

/// The version, and what lies behind it. The address may be absolute; so may be what lies behind a first version.
pub(super) fn version<'p, 'a>(
    parts: &'p [Part<'a>],
    default: Option<ApiVersion>,
) -> Result<(ApiVersion, &'p [Part<'a>]), PathError> {
    let parts = without_host(parts);
    let Some((first, behind)) = parts.split_first() else {
        return default.map(|version| (version, parts)).ok_or_else(|| invalid_version("", 0));
    };
    match (named(first.raw), default) {
        (Some(version), _) => {
            let inner = without_host(behind);
            let doubled = inner.len() < behind.len();
            if !doubled {
                return Ok((version, behind));
            }
            let (again, behind) = inner.split_first().ok_or_else(|| invalid_version("", first.at))?;
            let version = named(again.raw).ok_or_else(|| invalid_version(again.raw, again.at))?;
            Ok((version, behind))
        }
        (None, Some(version)) => Ok((version, parts)),
        (None, None) => Err(invalid_version(first.raw, first.at)),
    }
}

/// Without `http:` and a host, if it begins so.
fn without_host<'p, 'a>(parts: &'p [Part<'a>]) -> &'p [Part<'a>] {
    match parts {
        [scheme, _, rest @ ..]
            if scheme.raw.eq_ignore_ascii_case("http:") || scheme.raw.eq_ignore_ascii_case("https:") =>
        {
            rest
        }
        other => other,
    }
}

fn named(raw: &str) -> Option<ApiVersion> {
    let name = decode(raw, false).ok()?;
    [ApiVersion::V1, ApiVersion::Beta].into_iter().find(|version| version.name().eq_ignore_ascii_case(&name))
}

fn invalid_version(found: &str, at: usize) -> PathError {
    let message = format!("Invalid version: found '{}', expected v1.0 or beta", shown(found));
    PathError::not_found(at, message)
}
