//! Exceptions for one tenant and one set of rules.

use crate::document::{
    DocumentError, ExceptionDocument, ExceptionEntry, Located, Problem, ProblemCode, WrittenUsers, printable,
};
use crate::resolve::{Meaning, Names, ResolveOptions, Unknown, ambiguous, defined_twice};
use sod_model::{Directory, ExceptedUsers, Exception, ExceptionSet, RuleSet, UserId};
use std::collections::BTreeMap;

/// The exceptions of some documents, for one tenant.
#[derive(Clone, Debug, Default)]
pub struct ResolvedExceptions {
    /// Ready to be applied.
    pub exceptions: ExceptionSet,
    /// What neither the tenant nor the rules know; such an exception covers nothing. In the order of the documents.
    pub unknown: Vec<Unknown>,
}

/// Looks up the rules, users and packages that exceptions name.
///
/// An exception for a rule, a user or a package that is not there covers nothing: it is left out and told in `unknown`,
/// because rules and people go while the file stays.
///
/// # Errors
/// One for each document with a problem: a name that several packages or users bear, an id that two documents use; under
/// `strict` whatever is unknown.
pub fn resolve_exceptions(
    documents: &[ExceptionDocument],
    directory: &Directory,
    rules: &RuleSet,
    options: &ResolveOptions,
) -> Result<ResolvedExceptions, Vec<DocumentError>> {
    resolve_by(&Names::new(directory).with_users(), documents, rules, options)
}

fn resolve_by(
    names: &Names<'_>,
    documents: &[ExceptionDocument],
    rules: &RuleSet,
    options: &ResolveOptions,
) -> Result<ResolvedExceptions, Vec<DocumentError>> {
    let mut resolved = (Vec::new(), Vec::new());
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut errors = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let mut lookup = Lookup {
            document,
            names,
            rules,
            strict: options.strict,
            problems: document.problems.clone(),
            unknown: Vec::new(),
        };
        for entry in &document.exceptions {
            // An exception that says too little was told of; whom it is for is looked up all the same.
            if entry.id.value.is_empty() {
                lookup.exception(entry);
                continue;
            }
            let known = *first.entry(&entry.id.value).or_insert(at);
            if let Some(known) = documents.get(known).filter(|_| known != at) {
                lookup.problems.push(defined_twice("exception", &entry.id, &known.source));
            }
            resolved.0.extend(lookup.exception(entry));
        }
        if lookup.problems.is_empty() {
            resolved.1.append(&mut lookup.unknown);
        } else {
            errors.push(DocumentError::new(&document.source, lookup.problems));
        }
    }
    if errors.is_empty() {
        Ok(ResolvedExceptions { exceptions: ExceptionSet::new(resolved.0), unknown: resolved.1 })
    } else {
        Err(errors)
    }
}

/// The users whom exceptions name, by the word that names each. Words that name nobody are left out.
///
/// # Errors
/// What [`resolve_exceptions`] says of the documents by themselves, such as a word that names several users.
pub fn users_meant(
    documents: &[ExceptionDocument],
    directory: &Directory,
) -> Result<BTreeMap<Box<str>, UserId>, Vec<DocumentError>> {
    let names = Names::new(directory).with_users();
    resolve_by(&names, documents, &RuleSet::default(), &ResolveOptions::default())?;
    let entries = documents.iter().flat_map(|document| &document.exceptions);
    let words = entries.filter_map(|entry| match &entry.users {
        WrittenUsers::User(word) => Some(&word.value),
        WrittenUsers::HoldersOf(_) | WrittenUsers::Department(_) => None,
    });
    let meant = |word: &str| match names.user(word) {
        Meaning::One(user) => Some((word.into(), user)),
        Meaning::Unknown | Meaning::Several(_) => None,
    };
    Ok(words.filter_map(|word| meant(word)).collect())
}

struct Lookup<'l> {
    document: &'l ExceptionDocument,
    names: &'l Names<'l>,
    rules: &'l RuleSet,
    strict: bool,
    problems: Vec<Problem>,
    unknown: Vec<Unknown>,
}

impl Lookup<'_> {
    fn exception(&mut self, entry: &ExceptionEntry) -> Option<Exception> {
        let rule = self.rules.find(&entry.rule.value);
        if rule.is_none() && !entry.rule.value.is_empty() {
            self.unknown("rule", &entry.rule, &entry.rule.value);
        }
        let users = match &entry.users {
            WrittenUsers::User(word) => {
                let meaning = self.names.user(&word.value);
                self.meant("user", word, meaning, &entry.rule.value).map(ExceptedUsers::User)
            }
            WrittenUsers::HoldersOf(word) => {
                let meaning = self.names.package(&word.value);
                self.meant("package", word, meaning, &entry.rule.value).map(ExceptedUsers::HoldersOf)
            }
            WrittenUsers::Department(word) => Some(ExceptedUsers::Department(word.value.clone())),
        };
        let text =
            |located: &Option<Located<Box<str>>>| located.as_ref().map(|located| located.value.clone());
        Some(Exception {
            id: entry.id.value.clone(),
            rule: rule?,
            users: users?,
            owner: entry.owner.value.clone(),
            justification: entry.justification.value.clone(),
            control: text(&entry.control),
            reference: text(&entry.reference),
            period: entry.period,
        })
    }

    fn meant<T>(
        &mut self,
        kind: &'static str,
        word: &Located<Box<str>>,
        meaning: Meaning<T>,
        rule: &str,
    ) -> Option<T> {
        match meaning {
            Meaning::One(found) => Some(found),
            Meaning::Unknown => {
                self.unknown(kind, word, rule);
                None
            }
            Meaning::Several(ids) => {
                self.problems.push(ambiguous(kind, word, &ids));
                None
            }
        }
    }

    fn unknown(&mut self, kind: &'static str, word: &Located<Box<str>>, rule: &str) {
        if self.strict {
            let code = if kind == "rule" { ProblemCode::UnknownRule } else { ProblemCode::UnknownName };
            let message = format!("no {kind} is called `{}`", printable(&word.value));
            let problem = Problem::new(code, word.span.clone(), message);
            self.problems
                .push(problem.help("without --strict the exception covers nothing, and a warning says so"));
        }
        self.unknown.push(Unknown {
            path: self.document.source.path.clone(),
            at: self.document.source.line_and_column(word.span.start),
            kind,
            name: word.value.clone(),
            rules: vec![rule.into()],
        });
    }
}
