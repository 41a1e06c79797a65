//! The options of a query, and of one expansion within it.

use super::cursor::Cursor;
use super::error::{OptionError, Problem};
use super::expand::{Expansion, expand};
use super::filter::{Filter, filter};
use super::lexer::Token;
use super::names::near;
use super::order::{OrderKey, order_by};
use super::path::Scope;
use super::search::{Search, search};
use super::select::{Selection, select};
use crate::edm::EntityType;
use crate::escape::shown;
use crate::shape::ApiVersion;

/// How many rows `$top` may ask for, as Graph has it.
const LARGEST_TOP: u64 = 999;

/// How many words are looked for in the data: each costs a walk through it, and nobody means so many.
const MOST_DOUBTS: usize = 16;

/// What a query asks for.
#[derive(Debug, Default)]
pub struct Options {
    /// Which rows.
    pub filter: Option<Filter>,
    /// Which properties; `None` are all. What is expanded is wanted in any case.
    pub select: Option<Vec<Selection>>,
    /// Which navigations.
    pub expand: Vec<Expansion>,
    /// In which order; empty is the service's own.
    pub order_by: Vec<OrderKey>,
    /// At most so many rows: 1 to 999.
    pub top: Option<u64>,
    /// Without so many of the first rows.
    pub skip: Option<u64>,
    /// Whether the number of all rows is wanted.
    pub count: bool,
    /// Words that must be found in names.
    pub search: Option<Search>,
    /// Where the last page ended, in our own words.
    pub skip_token: Option<String>,
    /// Words that the schema does not have, and what is wrong if no record has them.
    pub(super) doubts: Vec<(String, OptionError)>,
}

impl Options {
    /// Whether every word that a filter compares with is one of its list, or of the data: lists grow in the service, and
    /// a misspelt word would find nothing as if there were nothing.
    ///
    /// # Errors
    ///
    /// The first word that neither has, with its place.
    ///
    /// ```
    /// use sod_graph::ApiVersion;
    /// use sod_graph::edm::ASSIGNMENT;
    /// use sod_graph::odata::parse_options;
    ///
    /// let options = parse_options("$filter=state eq 'delivred'", &ASSIGNMENT, ApiVersion::V1)?;
    /// let error = options.check_words(|_| false).unwrap_err();
    /// assert!(error.message.contains("did you mean 'delivered'?"));
    /// assert!(options.check_words(|word| word == "delivred").is_ok());
    /// # Ok::<(), sod_graph::odata::OptionError>(())
    /// ```
    pub fn check_words(&self, in_data: impl Fn(&str) -> bool) -> Result<(), OptionError> {
        let doubt =
            self.doubts.iter().enumerate().find(|(at, (word, _))| *at >= MOST_DOUBTS || !in_data(word));
        doubt.map_or(Ok(()), |(_, (_, error))| Err(error.clone()))
    }
}

/// An option that the service has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Filter,
    Select,
    Expand,
    OrderBy,
    Top,
    Skip,
    Count,
    Search,
    SkipToken,
    Format,
}

impl Name {
    pub(super) const ALL: [(&'static str, Self); 10] = [
        ("$filter", Self::Filter),
        ("$select", Self::Select),
        ("$expand", Self::Expand),
        ("$orderby", Self::OrderBy),
        ("$top", Self::Top),
        ("$skip", Self::Skip),
        ("$count", Self::Count),
        ("$search", Self::Search),
        ("$skiptoken", Self::SkipToken),
        ("$format", Self::Format),
    ];

    /// The option of that name, with or without `$`, in any case.
    pub(super) fn find(name: &str) -> Option<(&'static str, Self)> {
        let name = name.strip_prefix('$').unwrap_or(name);
        Self::ALL.into_iter().find(|(known, _)| known.trim_start_matches('$').eq_ignore_ascii_case(name))
    }

    /// The option that was probably meant.
    pub(super) fn near(name: &str) -> Option<&'static str> {
        let names = Self::ALL.iter().map(|(known, _)| known.trim_start_matches('$'));
        let meant = near(name.strip_prefix('$').unwrap_or(name), names)?;
        Self::find(meant).map(|(known, _)| known)
    }
}

/// Where an option stands.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) entity: &'static EntityType,
    pub(super) version: ApiVersion,
    /// How many expansions are around it.
    pub(super) depth: usize,
    /// How many expansions were read so far.
    pub(super) expansions: usize,
    /// Whether it is about many things.
    pub(super) collection: bool,
}

/// Reads the value of an option and stops behind it.
pub(super) fn read(
    name: Name,
    cursor: &mut Cursor<'_>,
    context: &mut Context,
    options: &mut Options,
) -> Result<(), Problem> {
    let Context { entity, version, .. } = *context;
    match name {
        Name::Filter => {
            options.filter = Some(filter(cursor, &Scope { entity, version, variables: Vec::new() })?);
        }
        Name::Select => options.select = select(cursor, entity, version)?,
        Name::Expand => options.expand = expand(cursor, context)?,
        Name::OrderBy => options.order_by = order_by(cursor, entity, version)?,
        Name::Top => {
            let (at, top) = (cursor.start(), number(cursor, "$top")?);
            if !(1..=LARGEST_TOP).contains(&top) {
                let message = format!(
                    "Invalid page size specified: '{top}'. Must be between 1 and {LARGEST_TOP} inclusive"
                );
                return Err(Problem::new(at, message));
            }
            options.top = Some(top);
        }
        Name::Skip => options.skip = Some(number(cursor, "$skip")?),
        Name::Count => options.count = truth(cursor)?,
        Name::Search => {
            let (wanted, end) = search(cursor.text(), cursor.start(), entity, version)?;
            options.search = Some(wanted);
            cursor.jump(end);
        }
        Name::SkipToken => {
            options.skip_token = Some(cursor.text().to_owned());
            cursor.jump(cursor.text().len());
        }
        Name::Format => format(cursor)?,
    }
    Ok(())
}

/// Reads what stands in the parentheses of an expansion, and the closing one.
pub(super) fn nested(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Options, Problem> {
    let (mut options, mut seen) = (Options::default(), Vec::new());
    loop {
        let at = cursor.start();
        let Token::Name(written) = cursor.token() else {
            return Err(cursor.unexpected("an option, as $select=id"));
        };
        let Some((spelled, name)) = Name::find(written) else { return Err(unknown(written, at)) };
        if matches!(name, Name::SkipToken | Name::Format) {
            return Err(Problem::new(at, format!("The query option '{spelled}' cannot stand in $expand")));
        }
        if !context.collection && !matches!(name, Name::Select | Name::Expand) {
            let message = format!(
                "The query option '{spelled}' can only be applied to collections; found it on something single, \
                 expected $select or $expand"
            );
            return Err(Problem::new(at, message));
        }
        if seen.contains(&name) {
            return Err(repeated(spelled, at));
        }
        seen.push(name);
        cursor.advance();
        cursor.expect('=')?;
        read(name, cursor, context, &mut options)?;
        if cursor.take(')') {
            return Ok(options);
        }
        if !cursor.take(';') {
            return Err(cursor.unexpected("';' or ')'"));
        }
    }
}

pub(super) fn unknown(name: &str, at: usize) -> Problem {
    let advice = Name::near(name).map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"));
    Problem::new(at, format!("The query parameter '{}' is not supported{advice}", shown(name)))
}

pub(super) fn repeated(name: &str, at: usize) -> Problem {
    let message =
        format!("Query option '{name}' was specified more than once, but it must be specified at most once");
    Problem::new(at, message)
}

/// What stands up to the end of this option.
fn written<'a>(cursor: &Cursor<'a>) -> &'a str {
    let rest = cursor.text().get(cursor.start()..).unwrap_or("");
    rest.split([';', ')']).next().unwrap_or(rest).trim()
}

fn number(cursor: &mut Cursor<'_>, name: &str) -> Result<u64, Problem> {
    let word = written(cursor);
    let parsed = word.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok());
    let Some(number) = parsed.filter(|_| matches!(cursor.token(), Token::Number(_))) else {
        let message = format!(
            "Invalid value '{}' for {name} query option found. The {name} query option requires a non-negative \
             integer value",
            shown(word)
        );
        return Err(Problem::new(cursor.start(), message));
    };
    cursor.advance();
    Ok(number)
}

fn truth(cursor: &mut Cursor<'_>) -> Result<bool, Problem> {
    let word = written(cursor);
    if cursor.take_word("true") {
        return Ok(true);
    }
    if cursor.take_word("false") {
        return Ok(false);
    }
    let message = format!(
        "Invalid value '{}' for $count query option found. Valid values are 'true' and 'false'",
        shown(word)
    );
    Err(Problem::new(cursor.start(), message))
}

/// JSON is all there is.
fn format(cursor: &mut Cursor<'_>) -> Result<(), Problem> {
    let word = written(cursor);
    let media = cursor.text().split(';').next().unwrap_or("").trim();
    if !(media.eq_ignore_ascii_case("json") || media.eq_ignore_ascii_case("application/json")) {
        let message = format!("The format '{}' is not supported; expected json", shown(word));
        return Err(Problem::new(cursor.start(), message));
    }
    cursor.jump(cursor.text().len());
    Ok(())
}
