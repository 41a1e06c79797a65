//! Words to ids: which packages and groups of a tenant the sets of a document name.
//!
//! What the tenant does not know is not an error: nobody may hold it, or the export may lack it. It is said, and the rule is
//! judged in part; where nothing is left that could satisfy a term, the rule is not judged at all. What could be two
//! things is an error: whichever was taken, the answer could be wrong.

mod missing;
mod names;
mod sets;

use crate::document::{
    DocumentError, DocumentText, Located, Problem, ProblemCode, RuleDocument, RuleEntry, printable,
};
pub(crate) use missing::{Missing, MissingKind};
pub(crate) use names::{Meaning, Names};
pub(crate) use sets::Functions;
use sod_model::{Directory, Rule, RuleOrigin, RuleSet, Term, Timestamp};
use std::collections::BTreeMap;

/// How to resolve.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResolveOptions {
    /// The moment for which rules are in force or not; without one, periods do not count.
    pub moment: Option<Timestamp>,
    /// What the tenant does not know is an error.
    pub strict: bool,
}

/// Something that a document names and the tenant does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Name of the document.
    pub path: Box<str>,
    /// Line and column, from 1.
    pub at: (usize, usize),
    /// What kind of thing: a package, a catalog, a group, a pattern.
    pub kind: &'static str,
    /// As written.
    pub name: Box<str>,
    /// The rules that need it, ascending.
    pub rules: Vec<Box<str>>,
}

/// The rules of some documents, for one tenant.
#[derive(Clone, Debug, Default)]
pub struct ResolvedRules {
    /// Ready to be judged.
    pub rules: RuleSet,
    /// What the tenant does not know, in the order of the documents.
    pub unknown: Vec<Unknown>,
}

/// Looks up what the documents name. Functions of one document may be used by rules of another.
///
/// ```
/// use sod_model::{Directory, ExternalId, Package, PackageIdKind};
/// let package = |id: &str, name: &str| Package {
///     id: ExternalId::new(id),
///     id_kind: PackageIdKind::Object,
///     display_name: Some(name.into()),
///     catalog: None,
///     incompatible_packages: vec![],
///     incompatible_groups: vec![],
/// };
/// let packages = vec![package("p1", "Vendor master editor"), package("p2", "Payment run")];
/// let directory = Directory::from_sorted(vec![], packages, vec![], vec![], vec![]).unwrap();
/// let document = sod_rules::parse_rules("rules.toml", r#"
///     [[rule]]
///     id = "P2P-01"
///     terms = [ { packages = ["Vendor master editor"] }, { packages = ["p2", "Cash box"] } ]
/// "#).unwrap();
/// let resolved = sod_rules::resolve_rules(&[document], &directory, &Default::default()).unwrap();
/// assert_eq!(resolved.rules.rules()[0].terms[1].packages.len(), 1);
/// assert_eq!(&*resolved.unknown[0].name, "Cash box");
/// ```
///
/// # Errors
/// One for each document with a problem: what was wrong with it when it was read [partly](crate::parse_rules_partly), a name that several packages bear, a function that no document defines, functions
/// that contain one another, rules or functions of one name in two documents; under `strict` whatever is unknown.
pub fn resolve_rules(
    documents: &[RuleDocument],
    directory: &Directory,
    options: &ResolveOptions,
) -> Result<ResolvedRules, Vec<DocumentError>> {
    let names = Names::new(directory);
    let Entries { entries, mut problems, .. } = resolve_entries(documents, &names, options);
    let mut rules = Vec::with_capacity(entries.len());
    let mut unknown: BTreeMap<(usize, usize), Unknown> = BTreeMap::new();
    for ResolvedEntry { rule, missing, .. } in entries {
        for word in missing.into_iter().flatten() {
            let source = documents.get(word.document).map(|document| &document.source);
            let known = unknown.entry((word.document, word.at)).or_insert_with(|| Unknown {
                path: source.map(|source| source.path.clone()).unwrap_or_default(),
                at: source.map(|source| source.line_and_column(word.at)).unwrap_or_default(),
                kind: word.kind.name(),
                name: word.name.clone(),
                rules: Vec::new(),
            });
            if known.rules.last() != Some(&rule.id) {
                known.rules.push(rule.id.clone());
            }
        }
        rules.push(rule);
    }
    if options.strict {
        for ((document, at), missing) in &unknown {
            let message = format!("the inputs know no {} `{}`", missing.kind, printable(&missing.name));
            let problem = Problem::new(ProblemCode::UnknownName, *at..*at + 1, message);
            if let Some(problems) = problems.get_mut(*document) {
                problems.push(problem.help("without --strict the rule is judged without it, and says so"));
            }
        }
    }
    let errors = errors_of(documents, problems);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut unknown: Vec<Unknown> = unknown.into_values().collect();
    unknown.iter_mut().for_each(|unknown| unknown.rules.sort_unstable());
    Ok(ResolvedRules { rules: RuleSet::new(rules), unknown })
}

/// One rule of a document, in a tenant.
pub(crate) struct ResolvedEntry {
    /// Which document, and which of its rules.
    pub(crate) document: usize,
    pub(crate) at: usize,
    pub(crate) rule: Rule,
    /// By term: what the tenant does not know.
    pub(crate) missing: Vec<Vec<Missing>>,
}

/// Every rule of some documents, and every problem of each document.
pub(crate) struct Entries {
    pub(crate) entries: Vec<ResolvedEntry>,
    pub(crate) functions: Functions,
    pub(crate) problems: Vec<Vec<Problem>>,
}

/// Looks up what the rules name; what is unknown is no problem here.
pub(crate) fn resolve_entries(
    documents: &[RuleDocument],
    names: &Names<'_>,
    options: &ResolveOptions,
) -> Entries {
    let mut problems: Vec<Vec<Problem>> =
        documents.iter().map(|document| document.problems.clone()).collect();
    twice(documents, &mut problems);
    let functions = Functions::resolve(documents, names, &mut problems);
    let mut entries = Vec::new();
    for ((document, written), problems) in documents.iter().enumerate().zip(&mut problems) {
        let resolver = Resolver { document, names, functions: &functions, options };
        for (at, entry) in written.rules.iter().enumerate() {
            let (rule, missing) = resolver.rule(entry, problems);
            entries.push(ResolvedEntry { document, at, rule, missing });
        }
    }
    Entries { entries, functions, problems }
}

/// The documents that have problems.
pub(crate) fn errors_of(documents: &[RuleDocument], problems: Vec<Vec<Problem>>) -> Vec<DocumentError> {
    let both = documents.iter().zip(problems).filter(|(_, problems)| !problems.is_empty());
    both.map(|(document, problems)| DocumentError::new(&document.source, problems)).collect()
}

/// Rules and functions that two documents define.
fn twice(documents: &[RuleDocument], problems: &mut [Vec<Problem>]) {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    let mut functions: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        let ids = document.rules.iter().map(|rule| ("rule", &rule.id));
        let names = document.functions.iter().map(|function| ("function", &function.name));
        for (kind, name) in ids.chain(names).filter(|(_, name)| !name.value.is_empty()) {
            let known = if kind == "rule" { &mut rules } else { &mut functions };
            let first = *known.entry(&name.value).or_insert(at);
            if first != at
                && let (Some(first), Some(problems)) = (documents.get(first), problems.get_mut(at))
            {
                problems.push(defined_twice(kind, name, &first.source));
            }
        }
    }
}

/// Two documents define one id; `first` is the other.
pub(crate) fn defined_twice(kind: &str, id: &Located<Box<str>>, first: &DocumentText) -> Problem {
    let message = format!("the {kind} `{}` is defined in {} too", printable(&id.value), first.path);
    Problem::new(ProblemCode::DuplicateId, id.span.clone(), message)
}

/// Several bear the name.
pub(crate) fn ambiguous(kind: &str, word: &Located<Box<str>>, ids: &[String]) -> Problem {
    let message = format!("{} {kind}s are called `{}`", ids.len(), printable(&word.value));
    let problem = Problem::new(ProblemCode::AmbiguousName, word.span.clone(), message);
    problem.help(format!("write the id of the one that is meant: {}", ids.join(", ")))
}

struct Resolver<'r> {
    document: usize,
    names: &'r Names<'r>,
    functions: &'r Functions,
    options: &'r ResolveOptions,
}

impl Resolver<'_> {
    fn rule(&self, entry: &RuleEntry, problems: &mut Vec<Problem>) -> (Rule, Vec<Vec<Missing>>) {
        let mut missing = Vec::new();
        let (mut terms, mut hopeless) = (Vec::new(), None);
        for (number, term) in entry.terms.iter().enumerate() {
            let set = self.functions.set_of(&term.members, self.document, self.names, problems);
            let term = Term { packages: set.packages(), groups: set.groups(), at_least: term.at_least.value };
            hopeless = hopeless.or_else(|| why_hopeless(number, &term, &set.missing));
            missing.push(set.missing);
            terms.push(term);
        }
        let mut unknown: Vec<Box<str>> = missing.iter().flatten().map(|word| word.shown().into()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let name = entry.name.as_ref().map_or(&entry.id.value, |name| &name.value);
        let rule = Rule {
            severity: entry.severity,
            facts: entry.facts.clone(),
            period: entry.period,
            not_evaluable: hopeless.map(Into::into),
            unknown,
            inactive: Rule::why_inactive(entry.enabled, &entry.period, self.options.moment).map(Into::into),
            ..Rule::new(&entry.id.value, name, RuleOrigin::Document, terms)
        };
        (rule, missing)
    }
}

/// Why nobody can satisfy the term as far as the inputs tell: they know too little of its set.
fn why_hopeless(number: usize, term: &Term, missing: &[Missing]) -> Option<String> {
    let (known, needed) = (term.packages.len() + term.groups.len(), term.at_least);
    if known >= needed as usize {
        return None;
    }
    let number = number + 1;
    let why = format!("term {number} takes {needed} of its set, of which the inputs know {known}");
    if missing.is_empty() {
        return Some(why);
    }
    let words: Vec<String> = missing.iter().map(Missing::shown).collect();
    Some(format!("{why}; unknown: {}", words.join(", ")))
}
