//! What a filter is once it has been read.

use super::values::Found;
use crate::edm::Property;

/// A condition or a value. Chains of `and` and `or` are one list each, so that depth is what the reader bounded.
#[derive(Debug)]
pub(super) enum Expr {
    Literal(Found<'static>),
    Path(Path),
    /// How many things a collection has: `incompatibleGroups/$count`.
    Count(Path),
    Call(Function, Vec<Expr>),
    Compare(Operator, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Found<'static>>),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// Without a condition: whether there is anything at all.
    Any(Path, Option<Box<Expr>>),
    All(Path, Box<Expr>),
}

/// A property of the row, or of what an `any` or `all` around it goes through.
#[derive(Debug)]
pub(super) struct Path {
    /// How many of those further out: 0 is the innermost, and the row is beyond the last.
    pub(super) outward: usize,
    pub(super) steps: Vec<&'static Property>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Operator {
    pub(super) const ALL: [(&'static str, Self); 6] = [
        ("eq", Self::Eq),
        ("ne", Self::Ne),
        ("gt", Self::Gt),
        ("ge", Self::Ge),
        ("lt", Self::Lt),
        ("le", Self::Le),
    ];

    pub(super) fn is_order(self) -> bool {
        !matches!(self, Self::Eq | Self::Ne)
    }

    /// As Graph's messages call it.
    pub(super) fn kind_name(self) -> &'static str {
        match self {
            Self::Eq => "Equal",
            Self::Ne => "NotEqual",
            Self::Gt => "GreaterThan",
            Self::Ge => "GreaterThanOrEqual",
            Self::Lt => "LessThan",
            Self::Le => "LessThanOrEqual",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Contains,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
    Trim,
    Length,
}

impl Function {
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("contains", Self::Contains),
        ("startswith", Self::StartsWith),
        ("endswith", Self::EndsWith),
        ("tolower", Self::ToLower),
        ("toupper", Self::ToUpper),
        ("trim", Self::Trim),
        ("length", Self::Length),
    ];

    pub(super) fn arguments(self) -> usize {
        match self {
            Self::Contains | Self::StartsWith | Self::EndsWith => 2,
            _ => 1,
        }
    }

    pub(super) fn gives(self) -> Type {
        match self {
            Self::Contains | Self::StartsWith | Self::EndsWith => Type::Boolean,
            Self::Length => Type::Number,
            _ => Type::Text,
        }
    }
}

/// What an expression comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Word,
    Boolean,
    Number,
    Moment,
    Duration,
    Null,
    Structure,
}

impl Type {
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Word | Self::Null)
    }

    pub(super) fn is_condition(self) -> bool {
        matches!(self, Self::Boolean | Self::Null)
    }

    /// As Graph's messages call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Word => "Edm.String",
            Self::Boolean => "Edm.Boolean",
            Self::Number => "Edm.Int32",
            Self::Moment => "Edm.DateTimeOffset",
            Self::Duration => "Edm.Duration",
            Self::Null => "null",
            Self::Structure => "Edm.ComplexType",
        }
    }

    /// How a value of it is written.
    pub(super) fn spelling(self) -> &'static str {
        match self {
            Self::Text | Self::Word => "text in single quotes",
            Self::Boolean => "true or false without quotes",
            Self::Number => "a number without quotes",
            Self::Moment => "a date as 2026-11-22T10:00:00Z",
            Self::Duration => "a duration as duration'P365D'",
            Self::Null | Self::Structure => "null",
        }
    }
}

/// An expression while its parts are checked: what it comes to, and where it begins.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) expr: Expr,
    pub(super) kind: Type,
    pub(super) at: usize,
}
