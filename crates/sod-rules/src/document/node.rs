//! The tree that TOML and JSON have in common, each value with its place in the text.

use std::ops::Range;

/// A value and where it stands, in bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    /// A date or moment of TOML, as written.
    Moment(String),
    List(Vec<Node>),
    /// In the order of the text.
    Table(Vec<Entry>),
    /// `null` of JSON: the same as an absent key.
    Null,
    /// A number that is not whole.
    Fraction,
    /// A whole number beyond what anything here can be.
    TooLarge,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node,
}

impl Value {
    /// What a reader of the document calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Moment(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Null => "null",
            Self::Fraction => "a number that is not whole",
            Self::TooLarge => "a number as large as that",
        }
    }
}
