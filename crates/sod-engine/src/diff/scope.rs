//! What the inputs of one side lack of what those of the other have: files, lists, rows.
//!
//! A row that is not there may have been removed, or its file may be missing. Only where nothing speaks for the second is the
//! first believed.

use super::side::{Side, SideInput};
use sod_model::{CauseCode, ChangeCause, Guid};
use std::collections::{BTreeMap, BTreeSet};

/// What one side lacks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gap {
    /// As causes, for the whole comparison.
    pub(crate) causes: Vec<ChangeCause>,
    /// Rows of assignments are probably missing, and why.
    pub(crate) rows: Option<Box<str>>,
    /// Kinds of records of which the side has a whole list, as far as it tells.
    lists: BTreeSet<String>,
}

impl Gap {
    /// What `lack` lacks of what `have` has.
    pub(crate) fn of(lack: &Side<'_>, have: &Side<'_>) -> Self {
        let lists = ["user", "package"].into_iter().filter(|kind| lack.lists(kind)).map(str::to_owned);
        let mut gap = Self { lists: lists.collect(), ..Self::default() };
        gap.missing_files(lack, have);
        gap.unread(lack, have);
        for kind in kinds(&have.inputs).difference(&kinds(&lack.inputs)) {
            let text = format!("there is no list of {kind} records");
            gap.causes.push(ChangeCause::new(CauseCode::InputScope).about(kind.as_str()).saying(text));
        }
        if lack.facts.states != have.facts.states {
            gap.causes.push(ChangeCause {
                before: Some(have.facts.states.clone()),
                after: Some(lack.facts.states.clone()),
                ..ChangeCause::new(CauseCode::InputScope).saying("other states count")
            });
        }
        gap
    }

    /// Whether the side has a list of records of a kind, and no part of it is known to be missing.
    pub(crate) fn lists(&self, kind: &str) -> bool {
        self.lists.contains(kind)
    }

    fn note(&mut self, path: &str, why: &str, rows: bool) {
        self.causes.push(ChangeCause::new(CauseCode::InputScope).about(path).saying(why));
        if rows {
            self.rows.get_or_insert_with(|| format!("{why}: {path}").into());
        }
    }

    /// Files by what their names have in common. A file is missing if no file is named like it although others are named as on
    /// the other side, or if it is a gap in a row of numbered ones. A row that is only shorter lacks nothing.
    fn missing_files(&mut self, lack: &Side<'_>, have: &Side<'_>) {
        let (theirs, ours) = (names(&have.inputs), names(&lack.inputs));
        if !theirs.keys().any(|pattern| ours.contains_key(pattern)) {
            return;
        }
        for (pattern, files) in &theirs {
            let numbers = ours.get(pattern);
            let last = numbers.and_then(|numbers| numbers.keys().next_back().copied().flatten());
            for (number, input) in files {
                let is_gap = number.is_some_and(|number| last.is_some_and(|last| number < last));
                let is_missing = match numbers {
                    None => true,
                    Some(numbers) => is_gap && !numbers.contains_key(number),
                };
                if is_missing {
                    self.note(&input.path, "no file like it is there any more", input.rows > 0);
                    for kind in input.records.keys() {
                        self.lists.remove(kind);
                    }
                }
            }
        }
    }

    /// Files that were not read to their end, and rows that could not be used, beyond what the other side has of those.
    fn unread(&mut self, lack: &Side<'_>, have: &Side<'_>) {
        let used: BTreeSet<String> = names_of(&have.inputs, |input| !input.is_refused).into_iter().collect();
        for path in names_of(&lack.inputs, |input| input.is_refused) {
            if used.contains(&path) {
                self.note(&path, "nothing of the file could be used", true);
            }
        }
        if let Some(input) = lack.inputs.iter().find(|input| input.dangling_next_link) {
            let why = "the export ends before its last page";
            if have.inputs.iter().any(|input| input.dangling_next_link) {
                self.rows.get_or_insert_with(|| format!("{why}: {}", input.path).into());
            } else {
                self.note(&input.path, why, true);
            }
        }
        let rejected = |side: &Side<'_>| side.inputs.iter().map(|input| input.rejected).sum::<u64>();
        let (before, after) = (rejected(have), rejected(lack));
        if after > before {
            let why = format!("more rows were rejected ({after}, on the other side {before})");
            self.causes.push(ChangeCause::new(CauseCode::InputScope).saying(why.as_str()));
            self.rows.get_or_insert_with(|| why.into());
        }
    }
}

fn kinds(inputs: &[SideInput]) -> BTreeSet<String> {
    let records = inputs.iter().flat_map(|input| &input.records);
    records.filter(|(_, count)| **count > 0).map(|(kind, _)| kind.clone()).collect()
}

fn names_of(inputs: &[SideInput], wanted: impl Fn(&SideInput) -> bool) -> Vec<String> {
    let root = root(inputs);
    inputs.iter().filter(|input| wanted(input)).map(|input| below(&input.path, &root)).collect()
}

/// The inputs by the pattern of their names and the last number in them.
fn names(inputs: &[SideInput]) -> BTreeMap<String, BTreeMap<Option<u64>, &SideInput>> {
    let root = root(inputs);
    let mut names: BTreeMap<String, BTreeMap<Option<u64>, &SideInput>> = BTreeMap::new();
    for input in inputs.iter().filter(|input| !input.is_refused) {
        let (pattern, number) = pattern(&below(&input.path, &root));
        names.entry(pattern).or_default().insert(number, input);
    }
    names
}

/// The folder that all of them are in.
fn root(inputs: &[SideInput]) -> Vec<String> {
    let folders = |path: &str| -> Vec<String> {
        let mut parts: Vec<String> = path.split(['/', '\\']).map(str::to_owned).collect();
        parts.pop();
        parts
    };
    let mut all = inputs.iter().map(|input| folders(&input.path));
    let mut root = all.next().unwrap_or_default();
    for path in all {
        let same = root.iter().zip(&path).take_while(|(a, b)| a == b).count();
        root.truncate(same);
    }
    root
}

fn below(path: &str, root: &[String]) -> String {
    path.split(['/', '\\']).skip(root.len()).collect::<Vec<_>>().join("/")
}

/// A name with `*` for each GUID and `#` for each number, and the last of the numbers.
fn pattern(name: &str) -> (String, Option<u64>) {
    let (mut pattern, mut number) = (String::new(), None);
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.get(..36).is_some_and(|head| Guid::parse(head).is_some()) {
            pattern.push('*');
            36
        } else if first.is_ascii_digit() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            pattern.push('#');
            number = rest.get(..digits).and_then(|digits| digits.parse().ok());
            digits
        } else {
            pattern.push(first);
            first.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    // Of things with ids of their own some come and some go; nothing is missing in between.
    if pattern.contains('*') { (pattern, None) } else { (pattern, number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_patterns() {
        assert_eq!(pattern("assignments/page-000012.json"), ("assignments/page-#.json".to_owned(), Some(12)));
        let id = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
        assert_eq!(pattern(&format!("packages/{id}/x-00001.json")), ("packages/*/x-#.json".to_owned(), None));
        assert_eq!(pattern("é"), ("é".to_owned(), None));
    }
}
