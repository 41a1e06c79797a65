//! Functions that no rule uses, be it by way of other functions.

use super::Context;
use crate::document::printable;
use sod_model::{Finding, FindingCode, Subject, SubjectKind};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let all = || {
        context
            .documents
            .iter()
            .enumerate()
            .flat_map(|(at, document)| document.functions.iter().map(move |function| (at, function)))
    };
    let parts: BTreeMap<&str, Vec<&str>> = all()
        .map(|(_, function)| {
            (&*function.name.value, function.members.functions.iter().map(|part| &*part.value).collect())
        })
        .collect();
    let rules = context.documents.iter().flat_map(|document| &document.rules);
    let terms = rules.flat_map(|rule| &rule.terms);
    let mut waiting: Vec<&str> =
        terms.flat_map(|term| term.members.functions.iter().map(|name| &*name.value)).collect();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if used.insert(name) {
            waiting.extend(parts.get(name).into_iter().flatten());
        }
    }
    for (document, function) in all().filter(|(_, function)| !used.contains(&*function.name.value)) {
        let name = &function.name;
        let message = format!("no rule uses the function `{}`", printable(&name.value));
        let place = context.place(document, name.span.start);
        let subject = Subject { kind: SubjectKind::Function, id: name.value.clone(), name: None, place };
        findings.push(Finding::new(FindingCode::UnusedFunction, Some(subject), message));
    }
}
