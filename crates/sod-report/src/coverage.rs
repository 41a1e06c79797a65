//! The coverage statement: what was *not* analysed, and why.
//!
//! A report that finds nothing is worth as much as what it looked at. Each statement has a stable code with a heading in
//! [`coverage_reference`], a count, and a sentence for people. Takes for granted that warnings and rules are those of the
//! same analysis. It judges nothing: what it tells was decided when the inputs were read and the rules were resolved.

mod code;
mod inputs;
mod judged;

pub use code::CoverageCode;

use crate::ReportView;
use crate::json::Entries;
use crate::terminal::counted;
use serde::{Serialize, Serializer};

/// The page of coverage codes: what each means, and how to have it analysed.
#[doc = include_str!("../docs/coverage.md")]
pub mod coverage_reference {}

/// Everything that was not analysed, in the order in which it is told: files, rows, people, packages, groups, rules,
/// exceptions, resource roles.
///
/// ```
/// use sod_model::*;
/// use sod_report::coverage::{Coverage, CoverageCode};
/// # let (snapshot, holding, matrix) = (Snapshot::default(), Holding::default(), AssignmentMatrix::from_holdings(0, 0, []));
/// # let (rules, conflicts, exceptions) = (RuleSet::default(), ConflictSet::default(), ExceptionSet::default());
/// # let view = sod_report::ReportView {
/// #     snapshot: &snapshot, holding: &holding, matrix: &matrix, rules: &rules, origins: &Origins::default(),
/// #     conflicts: &conflicts, groups: &[],
/// #     combinations: &[], exceptions: &exceptions, exception_uses: &[], exception_findings: &[],
/// #     exceptions_ending: None, moment: None, totals: Default::default(), warnings: &[],
/// # };
/// // Nothing was read and there are no rules: nobody may take that for "no conflicts".
/// let coverage = Coverage::of(&view);
/// assert_eq!(coverage.statements()[0].code, CoverageCode::NoRules);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    // INVARIANT (something is said): never empty, and `Complete` stands alone.
    statements: Vec<Statement>,
}

/// One thing that was not analysed; or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is about.
    pub code: CoverageCode,
    /// How many: files, rows, users, packages, groups, rules or exceptions, as the code says.
    pub count: u64,
    /// A sentence for people. It may quote what outsiders wrote.
    pub text: String,
    /// The count by state, by code or by kind of id, where it has such parts; most first.
    pub parts: Vec<(String, u64)>,
}

impl Statement {
    /// The number and what it counts: `2 rows rejected`.
    #[must_use]
    pub fn short(&self) -> String {
        counted(self.count, self.code.label(1), self.code.label(self.count))
    }
}

/// Gaps that a headline names, before "and more".
const GAPS_TOLD_MAX: usize = 3;

/// A statement in JSON.
#[derive(Serialize)]
pub(crate) struct StatementLine<'a> {
    code: &'static str,
    count: u64,
    text: &'a str,
    parts: Entries<&'a str>,
}

impl Coverage {
    /// What this analysis did not look at. Walks users, packages and rules once.
    #[must_use]
    pub fn of(view: &ReportView<'_>) -> Self {
        let mut list = List(Vec::new());
        inputs::files(view, &mut list);
        inputs::rows(view, &mut list);
        inputs::people(view, &mut list);
        inputs::packages(view, &mut list);
        judged::groups(view, &mut list);
        judged::rules(view, &mut list);
        judged::exceptions(view, &mut list);
        judged::resource_roles(view, &mut list);
        if list.0.is_empty() {
            list.0.push(Statement {
                code: CoverageCode::Complete,
                count: 0,
                text: "everything that was read was analysed".to_owned(),
                parts: Vec::new(),
            });
        }
        Self { statements: list.0 }
    }

    /// The statements: at least one, for that everything was analysed is said, too.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether everything that was read was analysed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.statements.iter().all(|statement| statement.code == CoverageCode::Complete)
    }

    /// Whether a conflict may have gone unnoticed by something that was left out, see
    /// [`CoverageCode::may_hide_conflicts`].
    #[must_use]
    pub fn may_hide_conflicts(&self) -> bool {
        self.statements.iter().any(|statement| statement.code.may_hide_conflicts())
    }

    /// The number of gaps and the first of them, those that may hide conflicts before others, for a headline; nothing where all
    /// was analysed.
    #[must_use]
    pub fn in_short(&self) -> Option<String> {
        if self.is_complete() {
            return None;
        }
        let mut gaps: Vec<&Statement> = self.statements.iter().collect();
        gaps.sort_by_key(|one| !one.code.may_hide_conflicts());
        let told: Vec<String> = gaps.iter().take(GAPS_TOLD_MAX).map(|one| one.short()).collect();
        let more = match gaps.len().saturating_sub(GAPS_TOLD_MAX) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let gaps = counted(gaps.len() as u64, "gap", "gaps");
        Some(format!("{gaps}: {}{more}", told.join(", ")))
    }

    fn lines(&self) -> impl Iterator<Item = StatementLine<'_>> {
        self.statements.iter().map(|one| StatementLine {
            code: one.code.code(),
            count: one.count,
            text: &one.text,
            parts: Entries(one.parts.iter().map(|(name, count)| (name.as_str(), *count)).collect()),
        })
    }
}

/// The statement as JSON has it.
pub(crate) struct Lines(pub(crate) Coverage);

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.lines())
    }
}

/// Statements under construction; what counts nothing is not said.
struct List(Vec<Statement>);

/// Parts that a sentence names, before "and more".
const PARTS_TOLD_MAX: usize = 6;

impl List {
    fn add(&mut self, code: CoverageCode, count: u64, text: impl FnOnce() -> String) {
        if count > 0 {
            self.0.push(Statement { code, count, text: text(), parts: Vec::new() });
        }
    }

    /// A statement whose count has parts, which are named behind the sentence.
    fn add_parts<'p>(
        &mut self,
        code: CoverageCode,
        parts: impl IntoIterator<Item = (&'p str, u64)>,
        text: impl FnOnce() -> String,
    ) {
        let mut parts: Vec<(String, u64)> =
            parts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        parts.retain(|&(_, count)| count > 0);
        // By name among equals: the order of arrival is nobody's business.
        parts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let count = parts.iter().map(|(_, count)| count).sum();
        let told: Vec<String> =
            parts.iter().take(PARTS_TOLD_MAX).map(|(name, count)| format!("{name} {count}")).collect();
        let more = match parts.len().saturating_sub(PARTS_TOLD_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        self.add(code, count, || format!("{} ({}{more})", text(), told.join(", ")));
        if let Some(last) = self.0.last_mut().filter(|last| last.code == code) {
            last.parts = parts;
        }
    }
}
