//! Documents: what people write, with the place of every word. Nothing of the tenant is known here.

mod exceptions;
mod kind;
mod node;
mod other;
mod plan;
mod problem;
mod reader;
mod rules;
mod syntax;
mod table;
mod written;

pub use exceptions::{
    ExceptionDocument, ExceptionEntry, WrittenUsers, parse_exceptions, parse_exceptions_partly,
};
pub use kind::DocumentKind;
pub(crate) use node::{Entry, Node, Value};
pub use plan::{PlanDocument, PlanRow, PlannedAct, parse_plan};
pub use problem::{DocumentError, DocumentText, Problem, ProblemCode};
pub use reader::Located;
pub(crate) use reader::{closest, one_line, printable};
pub use rules::{parse_rules, parse_rules_partly};
pub(crate) use syntax::read_json;
pub use written::{Function, Members, RuleDocument, RuleEntry, TermEntry};
