//! A query split into its options.

use super::cursor::Cursor;
use super::error::{OptionError, Problem};
use super::lexer::Token;
use super::options::{Context, Name, Options, read, repeated, unknown};
use crate::edm::{EntityType, find};
use crate::escape::{decode, shown};
use crate::shape::ApiVersion;

/// How long a query may be, without its escapes.
const LONGEST: usize = 16 * 1024;

/// Reads the query of an address as it was sent, without its `?`, about things of type `entity`.
///
/// It is split before escapes are undone; `+` is a blank. The names of options may lack their `$` and have any case.
/// Other names without `$` are the caller's own and are passed over, unless they look like a misspelt option.
///
/// # Errors
///
/// If an option is unknown, repeated, or not understood. The error has the place in the option's decoded value.
///
/// ```
/// use sod_graph::ApiVersion;
/// use sod_graph::edm::ASSIGNMENT;
/// use sod_graph::odata::parse_options;
///
/// let sent = "$expand=target($select=id)&$filter=target/objectid+eq+%27cdbdf152%27&$top=5";
/// let options = parse_options(sent, &ASSIGNMENT, ApiVersion::V1)?;
/// assert_eq!((options.expand.len(), options.top), (1, Some(5)));
///
/// let error = parse_options("$filter=state eq Delivered", &ASSIGNMENT, ApiVersion::V1).unwrap_err();
/// assert_eq!((error.option.as_str(), error.position), ("$filter", 9));
/// # Ok::<(), sod_graph::odata::OptionError>(())
/// ```
pub fn parse_options(
    query: &str,
    entity: &'static EntityType,
    version: ApiVersion,
) -> Result<Options, OptionError> {
    // An escape has three characters at most, so this much is too long in any case.
    if query.len() > 3 * LONGEST {
        return Err(too_long(query.len() / 3));
    }
    let (mut options, mut seen, mut length) = (Options::default(), Vec::new(), 0);
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = undone(name, "(name)")?;
        let known = Name::find(name.trim());
        let value = undone(value, known.map_or(name.as_str(), |(known, _)| known))?;
        length += name.len() + value.len() + 2;
        if length > LONGEST {
            return Err(too_long(length));
        }
        let Some((spelled, known)) = known else {
            let name = name.trim();
            if name.starts_with('$') || Name::near(name).is_some() || !is_custom(name, entity, version) {
                return Err(unknown(name, 0).of_option(name, ""));
            }
            continue;
        };
        if seen.contains(&known) {
            return Err(repeated(spelled, 0).of_option(spelled, ""));
        }
        seen.push(known);
        let mut context = Context { entity, version, depth: 0, expansions: 0, collection: true };
        whole(known, spelled, &value, &mut context, &mut options)
            .map_err(|problem| problem.of_option(spelled, &value))?;
    }
    Ok(options)
}

/// Whether an option may be one of the caller's own. A name of the service's, or none, is a filter that lost its name on the way, as
/// when a shell takes `$filter` for a variable.
fn is_custom(name: &str, entity: &EntityType, version: ApiVersion) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '@');
    let begins = name.starts_with(|letter: char| letter.is_alphabetic() || matches!(letter, '_' | '@'));
    begins && name.chars().all(is_word) && find(entity.properties, name, version).is_none()
}

fn undone(raw: &str, option: &str) -> Result<String, OptionError> {
    decode(raw, true).map_err(|error| {
        let option = shown(option);
        let message = format!(
            "The query cannot be decoded: {} (position {} of '{option}').",
            error.message, error.position
        );
        OptionError { option, position: error.position, message }
    })
}

/// Reads an option whose value must end where the text does.
fn whole(
    name: Name,
    spelled: &str,
    value: &str,
    context: &mut Context,
    options: &mut Options,
) -> Result<(), Problem> {
    let mut cursor = Cursor::new(value);
    if cursor.token() == Token::End {
        return Err(Problem::new(0, format!("The value for OData query '{spelled}' cannot be empty")));
    }
    read(name, &mut cursor, context, options)?;
    if cursor.token() == Token::End {
        let doubts = cursor.into_doubts().into_iter();
        options.doubts.extend(doubts.map(|(word, problem)| (word, problem.of_option(spelled, value))));
        return Ok(());
    }
    Err(match name {
        Name::Filter => cursor.unexpected("an operator, and, or, or the end"),
        Name::Select | Name::Expand | Name::OrderBy => cursor.unexpected("',' or the end"),
        _ => cursor.unexpected("the end"),
    })
}

fn too_long(length: usize) -> OptionError {
    let message =
        format!("The query is too long: found {length} bytes, expected at most {LONGEST} (position 0).");
    OptionError { option: String::new(), position: 0, message }
}
