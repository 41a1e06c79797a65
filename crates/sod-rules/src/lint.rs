//! What is odd about rules that can be read: one check a file.
//!
//! Rules are compared by what they come to: sets of [things](things) of which so many are needed. With a tenant these are
//! its packages and groups; without one, and for what the tenant does not know, they are the words of the documents,
//! which say less, so less is claimed. What takes a matrix (who holds what) is no business of this crate.

mod candidates;
mod compare;
mod declared;
mod demand;
mod exceptions;
mod facts;
mod functions;
mod hiding;
mod lines;
mod overlap;
mod satisfiable;
mod sides;
mod standing;
mod things;
mod words;

use crate::declared::declared_rules;
use crate::document::{DocumentError, Problem, ProblemCode, RuleDocument, RuleEntry, printable};
use crate::resolve::{Entries, Missing, Names, ResolveOptions, ResolvedEntry, errors_of, resolve_entries};
use demand::Demand;
pub use exceptions::{LintedExceptions, lint_exceptions};
use lines::Lines;
use sod_model::{
    Directory, Finding, FindingCode, FindingNeeds, NotChecked, Place, Rule, RuleOrigin, RuleSet, Subject,
    SubjectKind, Timestamp,
};
use things::Things;

/// Lists in findings name so many, and count the rest.
pub(crate) const NAMED_MAX: usize = 5;

/// What a look at the documents gave.
#[derive(Clone, Debug, Default)]
pub struct Linted {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was not looked for, by code.
    pub not_checked: Vec<NotChecked>,
    /// The rules of the documents and those that the tenant declares, for who judges them.
    pub rules: RuleSet,
    /// Each rule of `rules`, as findings name it.
    pub subjects: Vec<Subject>,
}

/// Looks for what is odd about rules: with a directory as they are in that tenant, without one as far as the documents
/// tell.
///
/// ```
/// use sod_model::FindingCode;
/// let document = sod_rules::parse_rules("rules.toml", r#"
///     [[rule]]
///     id = "R1"
///     owner = "me"
///     risk = "fraud"
///     terms = [ { packages = ["A"] }, { packages = ["B", "C"] } ]
///     [[rule]]
///     id = "R2"
///     owner = "me"
///     risk = "fraud"
///     terms = [ { packages = ["C", "B"] }, { packages = ["A"] } ]
/// "#).unwrap();
/// let linted = sod_rules::lint_rules(&[document], None, &Default::default()).unwrap();
/// assert_eq!(linted.findings[0].code, FindingCode::DuplicateRule);
/// assert!(linted.not_checked.iter().any(|missed| missed.code == FindingCode::DeadRule));
/// ```
///
/// # Errors
/// As [`resolve_rules`](crate::resolve_rules); without a directory `strict` does not count.
pub fn lint_rules(
    documents: &[RuleDocument],
    directory: Option<&Directory>,
    options: &ResolveOptions,
) -> Result<Linted, Vec<DocumentError>> {
    let nowhere = Directory::default();
    let names = Names::new(directory.unwrap_or(&nowhere));
    let Entries { entries, functions, mut problems } = resolve_entries(documents, &names, options);
    if options.strict && directory.is_some() {
        strictly(&entries, &mut problems);
    }
    let errors = errors_of(documents, problems);
    if !errors.is_empty() {
        return Err(errors);
    }
    let context = Context::new(documents, directory, options.moment, entries);
    let mut report = Report { findings: Vec::new(), not_checked: context.not_checked() };
    satisfiable::check(&context, &mut report.findings);
    words::check(&context, &names, &functions, &mut report.findings);
    sides::check(&context, &mut report.findings);
    functions::check(&context, &mut report.findings);
    standing::check(&context, &mut report.findings);
    facts::check(&context, &mut report.findings);
    declared::check(&context, &mut report.findings);
    let compared = compare::check(&context, &mut report);
    overlap::check(&context, &compared, &mut report);
    Finding::sort(&mut report.findings);
    report.not_checked.sort_by_key(|missed| missed.code);
    let (rules, subjects) = context.into_rules();
    Ok(Linted { findings: report.findings, not_checked: report.not_checked, rules, subjects })
}

/// What the tenant does not know is an error.
fn strictly(entries: &[ResolvedEntry], problems: &mut [Vec<Problem>]) {
    let mut words: Vec<&Missing> = entries.iter().flat_map(|entry| entry.missing.iter().flatten()).collect();
    words.sort_by_key(|word| (word.document, word.at, word.kind));
    words.dedup_by_key(|word| (word.document, word.at));
    for word in words {
        let message = format!("the inputs know no {} `{}`", word.kind.name(), printable(&word.name));
        if let Some(problems) = problems.get_mut(word.document) {
            problems.push(Problem::new(ProblemCode::UnknownName, word.at..word.at + 1, message));
        }
    }
}

/// What the checks add to.
struct Report {
    findings: Vec<Finding>,
    not_checked: Vec<NotChecked>,
}

/// One rule, as the checks see it.
struct LintedRule<'a> {
    rule: Rule,
    /// As written; nothing for what the tenant declares.
    entry: Option<&'a RuleEntry>,
    /// By term: what the tenant does not know.
    missing: Vec<Vec<Missing>>,
    subject: Subject,
    demand: Demand,
}

/// Everything that the checks look at.
struct Context<'a> {
    documents: &'a [RuleDocument],
    lines: Vec<Lines<'a>>,
    directory: Option<&'a Directory>,
    moment: Option<Timestamp>,
    /// The rules of the documents in their order, and then what the tenant declares.
    rules: Vec<LintedRule<'a>>,
    things: Things<'a>,
}

impl<'a> Context<'a> {
    fn new(
        documents: &'a [RuleDocument],
        directory: Option<&'a Directory>,
        moment: Option<Timestamp>,
        entries: Vec<ResolvedEntry>,
    ) -> Self {
        let lines: Vec<Lines<'a>> = documents.iter().map(|document| Lines::of(&document.source)).collect();
        let mut things = Things::new(directory);
        let mut rules = Vec::with_capacity(entries.len());
        for ResolvedEntry { document, at, rule, missing } in entries {
            let entry = documents.get(document).and_then(|document| document.rules.get(at));
            let at = entry.map_or(0, |entry| entry.id.span.start);
            let place = lines.get(document).map(|lines| lines.place(at));
            let demand = Demand::of(&rule, &missing, &mut things);
            rules.push(LintedRule { subject: subject_of(&rule, place), rule, entry, missing, demand });
        }
        for rule in directory.map(declared_rules).unwrap_or_default().rules() {
            let demand = Demand::of(rule, &[], &mut things);
            let subject = subject_of(rule, None);
            rules.push(LintedRule { subject, rule: rule.clone(), entry: None, missing: Vec::new(), demand });
        }
        Self { documents, lines, directory, moment, rules, things }
    }

    /// The rules of the documents.
    fn written(&self) -> impl Iterator<Item = (&LintedRule<'a>, &'a RuleEntry)> {
        self.rules.iter().filter_map(|rule| Some((rule, rule.entry?)))
    }

    /// Where a byte of a document stands.
    fn place(&self, document: usize, at: usize) -> Option<Place> {
        self.lines.get(document).map(|lines| lines.place(at))
    }

    /// What cannot be looked for without a tenant, or without a moment.
    fn not_checked(&self) -> Vec<NotChecked> {
        let why = |code: FindingCode| match code.needs() {
            FindingNeeds::Export if self.directory.is_none() => Some("needs an export of the tenant"),
            FindingNeeds::Moment if self.moment.is_none() => {
                Some("needs a moment: --as-of, or an export that shows one")
            }
            _ => None,
        };
        let missed = |&code: &FindingCode| Some(NotChecked { code, why: why(code)?.into() });
        FindingCode::ALL.iter().filter_map(missed).collect()
    }

    fn into_rules(self) -> (RuleSet, Vec<Subject>) {
        let (mut rules, mut subjects): (Vec<Rule>, Vec<Subject>) =
            self.rules.into_iter().map(|linted| (linted.rule, linted.subject)).unzip();
        // As the set sorts them; ids are unique.
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        subjects.sort_by(|a, b| a.id.cmp(&b.id));
        (RuleSet::new(rules), subjects)
    }
}

fn subject_of(rule: &Rule, place: Option<Place>) -> Subject {
    let kind =
        if rule.origin == RuleOrigin::Document { SubjectKind::Rule } else { SubjectKind::DeclaredRule };
    let name = (rule.name != rule.id).then(|| rule.name.clone());
    Subject { kind, id: rule.id.clone(), name, place }
}

/// "`A`, `B` and 3 more".
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>, total: usize) -> String {
    let named: Vec<String> =
        names.into_iter().take(NAMED_MAX).map(|name| format!("`{}`", printable(name))).collect();
    let more = total.saturating_sub(named.len());
    match (named.as_slice(), more) {
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {more} more", named.join(", ")),
    }
}
