//! What must not be held together: what people write down, and what the tenant itself declares.
//!
//! Documents are read ([`parse_rules`], [`parse_exceptions`]), looked up in a tenant ([`resolve_rules`],
//! [`resolve_exceptions`], [`declared_rules`]), and looked over ([`lint_rules`], [`lint_exceptions`]).
//!
//! An access package may declare other packages and groups incompatible. Entra checks that when somebody *requests*;
//! who holds both already keeps both. Each declaration is a rule here: the pair is judged without direction, and which
//! side declares it is kept, because a one-way declaration stops only one of the two requests.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod declared;
mod document;
mod exceptions;
mod import;
mod lint;
mod period;
mod resolve;
mod schema;
mod write;

pub use declared::declared_rules;
pub use document::{
    DocumentError, DocumentKind, DocumentText, ExceptionDocument, ExceptionEntry, Function, Located, Members,
    PlanDocument, PlanRow, PlannedAct, Problem, ProblemCode, RuleDocument, RuleEntry, TermEntry,
    WrittenUsers, parse_exceptions, parse_exceptions_partly, parse_plan, parse_rules, parse_rules_partly,
};
pub use exceptions::{ResolvedExceptions, resolve_exceptions, users_meant};
pub use import::{
    ForeignFormat, ForeignText, ImportCode, ImportError, ImportNote, ImportOptions, Imported, PairColumns,
    Place, SeverityWords, import_declared, import_rules,
};
pub use lint::{Linted, LintedExceptions, lint_exceptions, lint_rules};
pub use resolve::{ResolveOptions, ResolvedRules, Unknown, resolve_rules};
pub use schema::{exceptions_schema, rules_schema};
pub use write::{Comments, rules_to_json, rules_to_toml};
