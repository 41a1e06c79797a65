//! The address of a request, taken apart: `/v1.0/identityGovernance/.../assignments('id')?$top=5`.
//!
//! Addresses are split before their escapes are undone, so an escaped slash is part of a name. What the official
//! clients send in their own ways is understood: the comma that the Python SDK loses between arguments, and the
//! `/v1.0/http://host/v1.0/...` that the JavaScript client makes of a `nextLink`.

mod call;
mod error;
mod split;

pub use error::{PathError, PathErrorKind};

use crate::escape::{decode, raw_position, shown};
use crate::shape::ApiVersion;
use call::{behind_name, decoded_name};
use split::{segments, version};

/// How long a path may be, with its escapes.
const LONGEST: usize = 8 * 1024;
/// How many segments it may have.
const MOST: usize = 32;

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// v1.0 or beta.
    pub version: ApiVersion,
    /// What lies between the slashes behind it.
    pub segments: Vec<Segment>,
    /// What lies behind `?`, as it was sent.
    pub query: &'a str,
}

/// A part of a path, without its escapes. Names are as they were sent: their case does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// `assignments`, or an id that stands between slashes. `microsoft.graph.` before a name is left out.
    Name(String),
    /// What stands in parentheses behind a name: the id of `assignments('id')`, `assignments(id)` or
    /// `assignments(id='id')`.
    Key(String),
    /// A function with its arguments, in the order in which they were sent.
    Call {
        /// Its name.
        name: String,
        /// Their names and values.
        arguments: Vec<(String, String)>,
    },
    /// `$count`.
    Count,
    /// `$ref`.
    Ref,
    /// `$batch`.
    Batch,
}

impl Segment {
    /// Whether it is this name, in any case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Name(own) if own.eq_ignore_ascii_case(name))
    }
}

/// Takes the address of a request apart; it may be absolute.
///
/// # Errors
///
/// If it names no version of Graph, or cannot be understood.
///
/// ```
/// use sod_graph::path::{Segment, parse_target};
///
/// let lost_comma = "/v1.0/x/additionalAccess(accessPackageId='A'incompatibleAccessPackageId='B')?$top=1";
/// let target = parse_target(lost_comma)?;
/// let arguments = [("accessPackageId", "A"), ("incompatibleAccessPackageId", "B")];
/// let arguments = arguments.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
/// assert_eq!(target.segments[1], Segment::Call { name: "additionalAccess".to_owned(), arguments });
/// assert_eq!(target.query, "$top=1");
/// # Ok::<(), sod_graph::path::PathError>(())
/// ```
pub fn parse_target(raw: &str) -> Result<Target<'_>, PathError> {
    parse(raw, None)
}

/// Takes the `url` of a request of a batch apart: absolute, with a version, or from behind the version on.
///
/// # Errors
///
/// If it cannot be understood, or is of another version than the batch.
///
/// ```
/// use sod_graph::ApiVersion;
/// use sod_graph::path::batch_target;
///
/// let urls = ["/me", "me", "/beta/me", "http://127.0.0.1:8000/beta/me"];
/// let targets: Vec<_> = urls.iter().map(|url| batch_target(url, ApiVersion::Beta)).collect::<Result<_, _>>()?;
/// assert!(targets.iter().all(|target| *target == targets[0]));
/// # Ok::<(), sod_graph::path::PathError>(())
/// ```
pub fn batch_target(url: &str, batch: ApiVersion) -> Result<Target<'_>, PathError> {
    let target = parse(url, Some(batch))?;
    if target.version != batch {
        let message = format!(
            "Invalid version: found '{}' in a batch of '{}', expected the same",
            target.version.name(),
            batch.name()
        );
        return Err(PathError::bad(0, message));
    }
    Ok(target)
}

fn parse(raw: &str, default: Option<ApiVersion>) -> Result<Target<'_>, PathError> {
    let (path, query) = raw.split_once('?').unwrap_or((raw, ""));
    if path.len() > LONGEST {
        let message = format!("The path is too long: found {} bytes, expected at most {LONGEST}", path.len());
        return Err(PathError::bad(0, message));
    }
    let parts = segments(path)?;
    let (version, parts) = version(&parts, default)?;
    if parts.len() > MOST {
        let at = parts.get(MOST).map_or(0, |part| part.at);
        return Err(PathError::bad(at, format!("The path has more than {MOST} segments")));
    }
    let mut found = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        segment(part.raw, part.at, &mut found)?;
    }
    Ok(Target { version, segments: found, query })
}

/// Reads one part of the path; a key in parentheses is a second segment.
fn segment(raw: &str, at: usize, found: &mut Vec<Segment>) -> Result<(), PathError> {
    let text = decode(raw, false).map_err(|error| {
        let message = format!("The path cannot be decoded: {}", error.message);
        PathError::bad(at + raw_position(raw, error.decoded), message)
    })?;
    if matches!(text.as_str(), "." | "..") {
        let message = format!("Found the segment '{text}', expected a name or an id");
        return Err(PathError::bad(at, message));
    }
    if let Some((before, _)) = text.split_once(char::is_control) {
        let message = format!("Found a control character in '{}', expected a name or an id", shown(&text));
        return Err(PathError::bad(at + raw_position(raw, before.len()), message));
    }
    match text.to_ascii_lowercase().as_str() {
        "$count" => found.push(Segment::Count),
        "$ref" => found.push(Segment::Ref),
        "$batch" => found.push(Segment::Batch),
        _ => match behind_name(&text) {
            None => found.push(Segment::Name(decoded_name(&text).to_owned())),
            Some((name, inside, begins)) => {
                let place = |byte: usize| at + raw_position(raw, begins + byte);
                call::call(decoded_name(name), inside, found)
                    .map_err(|(byte, message)| PathError::bad(place(byte), message))?;
            }
        },
    }
    Ok(())
}
