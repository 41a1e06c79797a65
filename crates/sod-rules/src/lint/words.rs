//! Words that name nothing in the tenant, sets without members, and sets of which the export tells a part.

use super::{Context, listed};
use crate::document::{Located, Members, closest, printable};
use crate::resolve::{Functions, Meaning, Names};
use sod_model::{Directory, Finding, FindingCode, Subject, SubjectKind};
use std::collections::BTreeMap;

/// Looking for what was probably meant takes time: only the first are worth it.
const GUESSES_MAX: usize = 100;

pub(super) fn check(
    context: &Context<'_>,
    names: &Names<'_>,
    functions: &Functions,
    findings: &mut Vec<Finding>,
) {
    let Some(directory) = context.directory else { return };
    let mut words = Words {
        context,
        names,
        directory,
        homeless: names.has_homeless_packages(),
        nameless: names.has_nameless_packages(),
        used_by: used_by(context),
        guesses: 0,
        findings,
    };
    for (document, written) in context.documents.iter().enumerate() {
        for function in &written.functions {
            words.members(document, &function.members);
            if functions.get(&function.name.value).is_some_and(|set| set.is_empty()) {
                let name = printable(&function.name.value);
                let message = format!("the export knows nothing that the function `{name}` contains");
                words.add(FindingCode::EmptySet, SubjectKind::Function, document, &function.name, message);
            }
        }
        for term in written.rules.iter().flat_map(|rule| &rule.terms) {
            words.members(document, &term.members);
        }
    }
}

/// The rules that need a word which is missing, by its place.
fn used_by(context: &Context<'_>) -> BTreeMap<(usize, usize), Vec<Subject>> {
    let mut used: BTreeMap<(usize, usize), Vec<Subject>> = BTreeMap::new();
    for linted in &context.rules {
        for word in linted.missing.iter().flatten() {
            let rules = used.entry((word.document, word.at)).or_default();
            if rules.last().is_none_or(|last| last.id != linted.subject.id) {
                rules.push(linted.subject.clone());
            }
        }
    }
    used
}

struct Words<'w> {
    context: &'w Context<'w>,
    names: &'w Names<'w>,
    directory: &'w Directory,
    homeless: bool,
    nameless: bool,
    used_by: BTreeMap<(usize, usize), Vec<Subject>>,
    guesses: usize,
    findings: &'w mut Vec<Finding>,
}

impl Words<'_> {
    fn members(&mut self, document: usize, members: &Members) {
        for word in &members.packages {
            if self.names.package(&word.value) == Meaning::Unknown {
                let known =
                    self.directory.packages().iter().filter_map(|package| package.display_name.as_deref());
                self.unknown(document, "package", word, known.collect());
            }
        }
        for word in &members.catalogs {
            self.catalog(document, word);
        }
        for word in &members.groups {
            self.group(document, word);
        }
        for word in &members.names {
            self.pattern(document, word);
        }
    }

    fn catalog(&mut self, document: usize, word: &Located<Box<str>>) {
        let shown = printable(&word.value);
        match self.names.catalog(&word.value) {
            Meaning::Unknown => {
                let known =
                    self.directory.catalogs().iter().filter_map(|catalog| catalog.display_name.as_deref());
                self.unknown(document, "catalog", word, known.collect());
            }
            Meaning::One(_) if self.homeless => {
                let message = format!(
                    "the export does not say of every package to which catalog it belongs: the catalog `{shown}` may have \
                     more"
                );
                self.add(FindingCode::IncompleteSet, SubjectKind::Name, document, word, message);
            }
            Meaning::One(catalog) if self.names.packages_of(catalog).next().is_none() => {
                let message = format!("the catalog `{shown}` has no package");
                self.add(FindingCode::EmptySet, SubjectKind::Name, document, word, message);
            }
            _ => {}
        }
    }

    fn group(&mut self, document: usize, word: &Located<Box<str>>) {
        let shown = printable(&word.value);
        match self.names.group(&word.value) {
            Meaning::Unknown => {
                let known = self.directory.groups().iter().filter_map(|group| group.display_name.as_deref());
                self.unknown(document, "group", word, known.collect());
            }
            Meaning::One(group) => {
                let Some(group) = self.directory.group(group) else { return };
                let members = group.members.as_ref().map(Vec::len);
                if members.is_none() {
                    let message = format!("the members of the group `{shown}` are not in the export");
                    self.add(FindingCode::IncompleteSet, SubjectKind::Name, document, word, message);
                } else if members == Some(0) && group.members_exported == 0 {
                    let message = format!("the group `{shown}` has no member");
                    self.add(FindingCode::EmptySet, SubjectKind::Name, document, word, message);
                } else if group.nested_unknown > 0 {
                    let message = format!(
                        "the group `{shown}` contains groups whose members are not in the export: {}",
                        group.nested_unknown
                    );
                    self.add(FindingCode::IncompleteSet, SubjectKind::Name, document, word, message);
                } else if group.probably_truncated {
                    let message = format!(
                        "exactly {} members of the group `{shown}` were exported: there are probably more",
                        group.members_exported
                    );
                    self.add(FindingCode::IncompleteSet, SubjectKind::Name, document, word, message);
                }
            }
            Meaning::Several(_) => {}
        }
    }

    fn pattern(&mut self, document: usize, word: &Located<Box<str>>) {
        let shown = printable(&word.value);
        if self.nameless {
            let message = format!(
                "the export has packages without a name: some of them may be like `{shown}`, and are not counted"
            );
            self.add(FindingCode::IncompleteSet, SubjectKind::Name, document, word, message);
        } else if self.names.matching(&word.value).is_empty() {
            let message = format!("no package has a name like `{shown}`");
            self.add(FindingCode::EmptySet, SubjectKind::Name, document, word, message);
        }
    }

    fn unknown(&mut self, document: usize, kind: &str, word: &Located<Box<str>>, known: Vec<&str>) {
        let mut message = format!("the export knows no {kind} `{}`", printable(&word.value));
        self.guesses += 1;
        if self.guesses <= GUESSES_MAX
            && let Some(near) = closest(&word.value, known.into_iter())
        {
            message += &format!("; did you mean `{}`?", printable(near));
        }
        self.add(FindingCode::UnknownName, SubjectKind::Name, document, word, message);
    }

    /// A finding about a word, and what it does to the rules that need it.
    fn add(
        &mut self,
        code: FindingCode,
        kind: SubjectKind,
        document: usize,
        word: &Located<Box<str>>,
        mut message: String,
    ) {
        let rules = self.used_by.get(&(document, word.span.start)).map(Vec::as_slice).unwrap_or_default();
        if !rules.is_empty() {
            let ids = listed(rules.iter().map(|subject| &*subject.id), rules.len());
            message += &format!(" (in {ids})");
        }
        let place = self.context.place(document, word.span.start);
        let subject = Subject { kind, id: word.value.clone(), name: None, place };
        let named = rules.iter().take(super::NAMED_MAX).cloned().collect();
        self.findings.push(Finding::new(code, Some(subject), message).with_others(named, rules.len()));
    }
}
