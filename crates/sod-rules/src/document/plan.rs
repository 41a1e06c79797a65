//! A remediation plan as somebody may have edited it: rows of what should go; nothing is looked up yet.

use super::node::Node;
use super::problem::{DocumentError, DocumentText, Problem, ProblemCode};
use super::reader::{Located, TableReader, printable};
use super::table::{self, Column, Columns};
use std::ops::Range;
use std::sync::Arc;

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDocument {
    /// The text behind it.
    pub source: Arc<DocumentText>,
    /// Its rows, in the order of the text.
    pub rows: Vec<PlanRow>,
}

/// One row of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRow {
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// Whose access it is; there unless the assignment alone says it.
    pub user: Option<Box<str>>,
    /// What should go.
    pub act: PlannedAct,
}

/// What should go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedAct {
    /// One assignment, by its id; the package is there to be compared.
    Assignment(Box<str>, Option<Box<str>>),
    /// All assignments of the user to a package.
    Package(Box<str>),
    /// Membership of a group.
    Membership(Box<str>),
}

const KNOWN: [Column; 5] = [
    Column { name: "assignment_id", is_needed: false },
    Column { name: "user_id", is_needed: false },
    Column { name: "package_id", is_needed: false },
    Column { name: "kind", is_needed: false },
    Column { name: "group_id", is_needed: false },
];

// People add notes and tickets.
const COLUMNS: Columns = Columns { known: &KNOWN, others: true };

/// Reads a plan: a table (CSV) as `sod remediate --format csv` writes it, of which the columns `assignment_id`, `user_id`,
/// `package_id`, `kind` and `group_id` count. `path` is how messages call it.
///
/// ```
/// let plan = sod_rules::parse_plan("plan.csv", "assignment_id,user_id,package_id,done\na1,ann,P1,\n,bob,P2,\n").unwrap();
/// assert_eq!(plan.rows.len(), 2);
/// assert_eq!(plan.rows[1].act, sod_rules::PlannedAct::Package("P2".into()));
/// ```
///
/// # Errors
/// When it is no such table, or a row does not say what should go: everything that is wrong, at once.
pub fn parse_plan(path: &str, text: &str) -> Result<PlanDocument, DocumentError> {
    let source = Arc::new(DocumentText { path: path.into(), text: text.into() });
    let mut problems = Vec::new();
    let rows = rows(text, &mut problems);
    if problems.is_empty() {
        Ok(PlanDocument { source, rows })
    } else {
        Err(DocumentError::new(&source, problems))
    }
}

fn rows(text: &str, problems: &mut Vec<Problem>) -> Vec<PlanRow> {
    const HELP: &str = "a plan has the column assignment_id, or user_id and package_id; `sod remediate INPUT --format csv` \
                        writes one";
    let first_line = 0..text.lines().next().map_or(0, str::len);
    let Some(delimiter) = table::delimiter(text, &COLUMNS, 1) else {
        problems.push(Problem::new(ProblemCode::Syntax, first_line, "this is no plan").help(HELP));
        return Vec::new();
    };
    let table = table::read(text, delimiter, &COLUMNS, problems);
    let has = |name| table.present.contains(&name);
    if !(has("assignment_id") || has("user_id") && has("package_id")) {
        let message = "nothing says which assignments should go";
        problems.push(Problem::new(ProblemCode::MissingKey, first_line, message).help(HELP));
        return Vec::new();
    }
    table.rows.into_iter().filter_map(|node| row(node, problems)).collect()
}

fn row(node: Node, problems: &mut Vec<Problem>) -> Option<PlanRow> {
    let span = node.span.clone();
    let mut table = TableReader::of("a row of a plan", node, problems)?;
    let kind = table.text("kind");
    let mut value = |key| table.text(key).map(|located: Located<Box<str>>| located.value);
    let (assignment, user) = (value("assignment_id"), value("user_id"));
    let (package, group) = (value("package_id"), value("group_id"));
    let missing = |what: &str| {
        Err(Problem::new(ProblemCode::MissingKey, span.clone(), format!("this row does not say {what}")))
    };
    let act = match kind.as_ref().map(|kind| &*kind.value) {
        Some("membership") => match (&user, group) {
            (Some(_), Some(group)) => Ok(PlannedAct::Membership(group)),
            _ => missing("who should leave which group: user_id and group_id"),
        },
        None | Some("assignment") => match (assignment, package, &user) {
            (Some(assignment), package, _) => Ok(PlannedAct::Assignment(assignment, package)),
            (None, Some(package), Some(_)) => Ok(PlannedAct::Package(package)),
            _ => missing("which assignment should go: assignment_id, or user_id and package_id"),
        },
        Some(other) => {
            let message = format!("`{}` is no kind of row", printable(other));
            let span = kind.as_ref().map_or(span.clone(), |kind| kind.span.clone());
            Err(Problem::new(ProblemCode::BadValue, span, message).help("write assignment or membership"))
        }
    };
    match act {
        Ok(act) => Some(PlanRow { span, user, act }),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}
