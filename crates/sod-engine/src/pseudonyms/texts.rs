//! Names of people inside of texts.
//!
//! There may be millions of users and there are few texts. So every run of words that could be a name is taken from the texts
//! first, and then each user is asked whether one of these is theirs.

use super::PseudonymKey;
use crate::bearers::{bearers, spelling};
use sod_model::{AssignmentTable, Directory, ExternalId, UserId};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Names of more words than this are found by their parts alone, if these are names too.
const WORDS_MAX: usize = 5;

/// Shorter names would be found in every sentence: ids count where they are the whole text, and names of people (`Bo`) where
/// they are written as in the directory.
const LETTERS_MIN: usize = 3;

/// The runs of words of some texts, as names are compared.
#[derive(Default)]
pub(super) struct Texts {
    runs: HashSet<String>,
    wholes: HashSet<String>,
}

/// What is replaced in texts.
#[derive(Default)]
pub(super) struct Names {
    /// By the spelling of a name: what stands in its place.
    names: HashMap<String, String>,
    /// Short names, letter by letter.
    short: HashSet<String>,
    /// Users of whom several share a name, by its spelling.
    shared: HashMap<String, Vec<UserId>>,
}

impl Names {
    /// Those whom a text means by a name that is not one user's alone.
    pub(super) fn sharing(&self, text: &str) -> &[UserId] {
        self.shared.get(&spelling(text)).map(Vec::as_slice).unwrap_or_default()
    }

    fn of_run(&self, shown: &str) -> Option<&String> {
        let found = shown.chars().count() >= LETTERS_MIN || self.short.contains(shown);
        self.names.get(&spelling(shown)).filter(|_| found)
    }
}

impl Texts {
    /// Remembers the runs of a text.
    pub(super) fn look(&mut self, text: &str) {
        self.wholes.insert(spelling(text));
        let words = words(text);
        for from in 0..words.len() {
            for run in runs_from(text, &words, from) {
                if let Some(run) = text.get(run) {
                    self.runs.insert(spelling(run));
                }
            }
        }
    }

    /// Those that are names of users or ids of assignments, and the name that each gets.
    pub(super) fn names(&self, directory: &Directory, table: &AssignmentTable, key: &PseudonymKey) -> Names {
        let mut found = Names::default();
        for (name, bearers) in bearers(self.runs.iter().chain(&self.wholes), directory) {
            let own = bearers.only().and_then(|user| directory.user(user));
            // Several may bear a name: then it is nobody's.
            let own = own.map_or_else(|| key.stranger(&name), |user| key.user(&user.id).to_string());
            if bearers.only().is_none() {
                found.shared.insert(name.clone(), bearers.meant().collect());
            }
            if name.chars().count() < LETTERS_MIN {
                let called = bearers.called().iter().filter_map(|user| directory.user(*user));
                let called = called.filter_map(|user| user.display_name.as_deref().map(str::trim));
                // In lower case it is a word like others.
                let is_name =
                    |name: &&str| name.chars().any(|letter| letter.is_alphabetic() && !letter.is_lowercase());
                found.short.extend(called.filter(is_name).map(str::to_owned));
            }
            found.names.insert(name, own);
        }
        self.assignments(table, key, &mut found.names);
        found
    }

    fn assignments(&self, table: &AssignmentTable, key: &PseudonymKey, names: &mut HashMap<String, String>) {
        let guids: HashSet<ExternalId> = self.runs.iter().map(|run| ExternalId::new(run)).collect();
        for id in (0..table.len()).filter_map(|at| table.id(at)) {
            let is_named = match &id {
                ExternalId::Guid(_) => guids.contains(&id),
                ExternalId::Text(text) => self.runs.contains(&spelling(text)),
            };
            if is_named {
                names.entry(spelling(&id.to_string())).or_insert_with(|| key.assignment(&id).to_string());
            }
        }
    }

    /// The text with these names replaced, and whatever looks like an e-mail address.
    pub(super) fn rewritten(text: &str, names: &Names, key: &PseudonymKey) -> String {
        if let Some(name) = names.names.get(&spelling(text)) {
            return name.clone();
        }
        let words = words(text);
        let mut out = String::with_capacity(text.len());
        let (mut at, mut copied) = (0, 0);
        while let Some(word) = words.get(at) {
            // The longest name first.
            let found = runs_from(text, &words, at).into_iter().enumerate().rev().find_map(|(more, run)| {
                let name = names.of_run(text.get(run.clone())?)?;
                Some((run, name.clone(), at + more + 1))
            });
            let mail = || {
                let shown = text.get(word.clone())?;
                looks_like_mail(shown).then(|| (word.clone(), key.stranger(shown), at + 1))
            };
            match found.or_else(mail) {
                Some((run, name, next)) => {
                    out.push_str(text.get(copied..run.start).unwrap_or_default());
                    out.push_str(&name);
                    copied = run.end;
                    at = next;
                }
                None => at += 1,
            }
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    }
}

/// What may be part of an id, a principal name or an address; the rest separates words.
fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '@' | '.' | '_' | '-' | '+' | '#' | '%')
}

/// The words of a text: an end of a sentence is not part of its last word.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_part(letter)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let word = text.get(from..at).unwrap_or_default();
                let bare = word.trim_end_matches(['.', '-']);
                if !bare.is_empty() {
                    words.push(from..from + bare.len());
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// The runs of one, two and more words that begin with a word.
fn runs_from(text: &str, words: &[Range<usize>], from: usize) -> Vec<Range<usize>> {
    let Some(first) = words.get(from) else { return Vec::new() };
    let mut runs = vec![first.clone()];
    let mut last = first;
    for word in words.iter().skip(from + 1).take(WORDS_MAX - 1) {
        // Names are written in one line, with a comma at most.
        let between = text.get(last.end..word.start).unwrap_or_default();
        if between.len() > 2 || between.contains(['\n', '/', '\\']) {
            break;
        }
        runs.push(first.start..word.end);
        last = word;
    }
    runs
}

fn looks_like_mail(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && domain.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PseudonymKey {
        PseudonymKey::new(b"0123456789abcdef").unwrap()
    }

    fn rewritten(text: &str, names: &[&str]) -> String {
        let short = ["Bo".to_owned()].into();
        let names = names.iter().map(|name| ((*name).to_owned(), format!("<{name}>"))).collect();
        let names = Names { names, short, ..Names::default() };
        Texts::rewritten(text, &names, &key())
    }

    #[test]
    fn names_are_found_whole_and_the_longest_first() {
        let names = ["ann", "ann miller", "miller, ann", "x-1", "u1", "bo", "grösse"];
        for (text, expected) in [
            ("Ann Miller.", "<ann miller>."),
            ("for (ann) and Annabel", "for (<ann>) and Annabel"),
            ("Miller, Ann: x-1, x-12", "<miller, ann>: <x-1>, x-12"),
            ("exports/Ann/Ann Miller/1.json", "exports/<ann>/<ann miller>/1.json"),
            ("no name at all", "no name at all"),
            (" u1 ", "<u1>"),
            ("u1 did it", "u1 did it"),
            ("Bo. Not bo, nor Boa", "<bo>. Not bo, nor Boa"),
            ("bo", "<bo>"),
            ("Größe, GRÖSSE and groesse", "<grösse>, <grösse> and groesse"),
            ("", ""),
        ] {
            assert_eq!(rewritten(text, &names), expected, "{text}");
        }
    }

    #[test]
    fn addresses_are_replaced_whoever_they_belong_to() {
        let text = "ask cfo@contoso.example, or b.o'c@x; a@ and @b are none";
        let out = rewritten(text, &[]);
        assert!(!out.contains("cfo@") && !out.contains("c@x"), "{out}");
        assert!(out.ends_with("a@ and @b are none"), "{out}");
        assert_eq!(out, rewritten(text, &[]));
    }
}
