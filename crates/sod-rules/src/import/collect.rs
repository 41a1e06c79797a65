//! Gathers what importers find: rules with ids of their own, and everything there is to say.

use super::ids::Ids;
use super::{ImportCode, ImportError, ImportNote, Imported, Place};
use crate::document::{DocumentText, Located, Members, RuleDocument, RuleEntry, TermEntry};
use sod_model::{Period, RuleFacts, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A rule on its way.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) place: Place,
    /// As the source has it.
    pub(crate) id: Option<String>,
    /// What to call it where the source has none.
    pub(crate) spare_id: String,
    pub(crate) name: Option<String>,
    /// What people shall call it where the source does not say.
    pub(crate) spare_name: Option<String>,
    pub(crate) severity: Severity,
    pub(crate) terms: Vec<TermEntry>,
    pub(crate) facts: RuleFacts,
    pub(crate) period: Period,
    pub(crate) enabled: bool,
}

impl Draft {
    pub(crate) fn new(place: Place, spare_id: String, terms: Vec<TermEntry>) -> Self {
        Self {
            place,
            id: None,
            spare_id,
            name: None,
            spare_name: None,
            severity: Severity::High,
            terms,
            facts: RuleFacts::default(),
            period: Period::default(),
            enabled: true,
        }
    }

    /// What it asks for, whatever the order.
    fn packages(&self) -> String {
        let mut terms: Vec<String> = self.terms.iter().map(|term| format!("{:?}", words(term))).collect();
        terms.sort_unstable();
        terms.concat()
    }

    /// All that it says, but the id.
    fn content(&self) -> String {
        format!("{:?}", (&self.name, self.severity, self.packages(), &self.facts, self.period, self.enabled))
    }
}

fn words(term: &TermEntry) -> (Vec<&str>, Vec<&str>, u32) {
    let mut packages: Vec<&str> = term.members.packages.iter().map(|word| &*word.value).collect();
    packages.sort_unstable();
    let groups = term.members.groups.iter().map(|word| &*word.value).collect();
    (packages, groups, term.at_least.value)
}

/// "At least so many of these packages."
pub(crate) fn term<'n>(packages: impl IntoIterator<Item = &'n str>, at_least: u32) -> TermEntry {
    let packages = packages.into_iter().map(Located::from).collect();
    let members = Members { packages, ..Members::default() };
    TermEntry { members, at_least: Located { value: at_least, span: 0..0 } }
}

/// A text as an id: letters and digits of any script, and hyphens.
pub(crate) fn slug(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut slug = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let cut = slug.char_indices().nth(LONGEST).map_or(slug.len(), |(at, _)| at);
    slug.get(..cut).unwrap_or_default().trim_end_matches('-').to_owned()
}

/// An id for a pair: the same whichever side comes first.
pub(crate) fn pair_id(a: &str, b: &str) -> String {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    format!("{}--{}", slug(low), slug(high))
}

/// What importers write to.
#[derive(Default)]
pub(crate) struct Collector {
    drafts: Vec<Draft>,
    not_carried: Vec<ImportNote>,
    remarks: Vec<ImportNote>,
    problems: Vec<ImportNote>,
}

fn note(code: ImportCode, place: Place, what: impl Into<String>, why: impl Into<String>) -> ImportNote {
    ImportNote { code, place, what: what.into().into(), why: why.into().into() }
}

impl Collector {
    pub(crate) fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Something that rules cannot say.
    pub(crate) fn lost(
        &mut self,
        code: ImportCode,
        place: Place,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.not_carried.push(note(code, place, what, why));
    }

    /// Something that was carried over, and that a reader must know.
    pub(crate) fn remark(
        &mut self,
        code: ImportCode,
        place: Place,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.remarks.push(note(code, place, what, why));
    }

    /// Something that makes the file unusable.
    pub(crate) fn problem(
        &mut self,
        code: ImportCode,
        place: Place,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.problems.push(note(code, place, what, why));
    }

    /// Puts what there is to say about a file into its order. Files come one after another.
    pub(crate) fn end_of_file(&mut self, path: &str) {
        for notes in [&mut self.not_carried, &mut self.remarks, &mut self.problems] {
            let before = notes.iter().rposition(|note| &*note.place.path != path).map_or(0, |at| at + 1);
            let own = notes.get_mut(before..).unwrap_or_default();
            own.sort_by_key(|note| (note.place.line, note.place.column));
        }
    }

    /// The rules; or why there are none: everything that is wrong, at once.
    pub(crate) fn finish(mut self, all: Place) -> Result<Imported, ImportError> {
        if self.problems.is_empty() && self.drafts.is_empty() {
            self.problem(ImportCode::Nothing, all, "no rule", "there is nothing here that a rule could say");
            self.problems.append(&mut self.not_carried);
        }
        if !self.problems.is_empty() {
            return Err(ImportError { problems: self.problems });
        }
        let drafts = std::mem::take(&mut self.drafts);
        let drafts = self.without_repeats(drafts);
        self.tell_same_packages(&drafts);
        let mut ids = Ids::of(&drafts);
        let (mut rules, mut places) = (Vec::new(), Vec::new());
        for draft in drafts {
            let id = ids.take(&draft, &mut self);
            places.push(draft.place);
            rules.push(RuleEntry {
                id: Located::from(id.as_str()),
                name: draft.name.or(draft.spare_name).as_deref().map(Located::from),
                severity: draft.severity,
                terms: draft.terms,
                facts: draft.facts,
                period: draft.period,
                enabled: draft.enabled,
            });
        }
        let source = Arc::new(DocumentText { path: "".into(), text: "".into() });
        let document = RuleDocument {
            source,
            id: None,
            version: None,
            name: None,
            functions: vec![],
            rules,
            problems: vec![],
        };
        Ok(Imported { document, places, not_carried: self.not_carried, remarks: self.remarks })
    }

    /// Leaves one of rules that say the same, id and all.
    fn without_repeats(&mut self, drafts: Vec<Draft>) -> Vec<Draft> {
        let mut known: BTreeMap<(String, String), Place> = BTreeMap::new();
        let mut left = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let key = (draft.id.clone().unwrap_or_else(|| draft.spare_id.clone()), draft.content());
            if let Some(first) = known.get(&key) {
                let what = format!("the same as {first}");
                self.remark(ImportCode::SameRule, draft.place, what, "one rule is made of both");
            } else {
                known.insert(key, draft.place.clone());
                left.push(draft);
            }
        }
        left
    }

    fn tell_same_packages(&mut self, drafts: &[Draft]) {
        let mut known: BTreeMap<String, &Place> = BTreeMap::new();
        for draft in drafts {
            let first = *known.entry(draft.packages()).or_insert(&draft.place);
            if *first != draft.place {
                let what = format!("the same packages as {first}");
                let why = "both are carried over: every conflict will show under both";
                self.remark(ImportCode::SamePackages, draft.place.clone(), what, why);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_readable_and_short() {
        assert_eq!(slug("  Vendor -- Master/Éditeur "), "vendor-master-éditeur");
        assert_eq!(slug("***"), "");
        assert!(slug(&"x ".repeat(100)).chars().count() <= 60);
        assert_eq!(pair_id("B b", "A"), "a--b-b");
    }
}
