//! The manifest against itself: what only the run knew cannot be worked out again, but its parts must fit together.
//!
//! The command line must come to the options, and name the inputs that are marked as named; the run cannot end before it began. A
//! program that wrote the report through the library may give no command line, and then there is nothing to compare.

use crate::options::RunOptions;
use crate::pseudonyms::PSEUDONYMS;
use sod_report::folder::MANIFEST;
use sod_report::manifest::RecordedManifest;
use sod_report::verification::{DifferenceCode, Verification};
use std::collections::{BTreeMap, BTreeSet};

/// Options of `sod analyze` that take a value, and are options of the manifest.
const WITH_VALUE: [&str; 7] =
    ["states", "as-of", "map", "assume-state", "ending-within", "pairs-format", "without"];
/// Those that take none.
const YES_OR_NO: [&str; 4] = ["no-header", "strict", "allow-unjoined", "allow-empty"];
/// Those that may be given several times: their values are told as one list.
const LISTS: [&str; 2] = ["rules", "exceptions"];
/// Further ones that take a value.
const OTHERS: [&str; 9] =
    ["out", "top", "format", "method", "threads", "color", "pseudonymise", "pseudonymize", "output"];

/// Compares times, command line, options and inputs.
pub(super) fn check_recorded(manifest: &RecordedManifest, found: &mut Verification) {
    let mut wrong = |message: String| found.differs(DifferenceCode::Contradiction, MANIFEST, None, message);
    if manifest.started > manifest.finished {
        wrong(format!(
            "the run ended at {} and began at {}, which is later",
            manifest.finished, manifest.started
        ));
    }
    let Some((_, words)) = manifest.command_line.split_first() else { return };
    let words = Words::of(words);
    if words.command() != Some("analyze") {
        wrong("the command line is not one of `sod analyze`, which alone writes reports".to_owned());
        return;
    }
    let (given, said) = (words.options(), &manifest.options);
    let is_hidden = said.contains_key(PSEUDONYMS);
    if words.values.contains_key("pseudonymise") != is_hidden {
        let (with, without) = if is_hidden { ("out", "") } else { ("", "out") };
        wrong(format!("`options` are with{without} pseudonyms, and the command line is with{with}"));
    }
    match given {
        Err(error) => wrong(format!("the command line could not have been carried out: {error}")),
        Ok(given) => {
            let names: BTreeSet<&String> = given.keys().chain(said.keys()).collect();
            // Names of files may have been rewritten where nobody is named.
            let is_compared = |name: &str| name != PSEUDONYMS && !(is_hidden && LISTS.contains(&name));
            for name in names.into_iter().filter(|name| is_compared(name)) {
                let (given, said) = (given.get(name), said.get(name));
                if given != said {
                    let shown = |value: Option<&String>| {
                        value.map_or_else(|| "not given".to_owned(), |value| format!("`{value}`"))
                    };
                    wrong(format!(
                        "the option `{name}` is {}, and by the command line {}",
                        shown(said),
                        shown(given)
                    ));
                }
            }
        }
    }
    let given = |input: u32| words.inputs.get(input as usize + 1).copied();
    for input in &manifest.inputs {
        let Some(word) = given(input.input) else {
            wrong(format!(
                "the input `{}` came by input {} of the command line, which has fewer",
                input.path,
                input.input + 1
            ));
            continue;
        };
        if input.named != words.inputs.iter().skip(1).any(|word| *word == &*input.path) {
            let (said, is) =
                if input.named { ("named", "does not name it") } else { ("met in a folder", "names it") };
            wrong(format!("the input `{}` was {said}, and the command line {is}", input.path));
        } else if !input.named && !lies_in(&input.path, word) {
            wrong(format!(
                "the input `{}` was met in a folder, and the command line has `{word}` for it",
                input.path
            ));
        }
    }
}

/// Whether a path leads into a folder, both as they were written.
fn lies_in(path: &str, folder: &str) -> bool {
    let parts = |path| -> Vec<&str> {
        str::split(path, ['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect()
    };
    let (path, folder) = (parts(path), parts(folder));
    path.len() > folder.len() && path.starts_with(&folder)
}

/// A command line, taken apart.
struct Words<'m> {
    /// What is no option and no value of one: the command, and the inputs.
    inputs: Vec<&'m str>,
    /// By option: the last value, or all of a list; `true` where there is none.
    values: BTreeMap<&'m str, String>,
}

impl<'m> Words<'m> {
    fn of(words: &'m [String]) -> Self {
        let mut all = Self { inputs: Vec::new(), values: BTreeMap::new() };
        let mut words = words.iter().map(|word| &**word);
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                Some("") => all.inputs.extend(words.by_ref()),
                Some(option) => {
                    let (name, value) = match option.split_once('=') {
                        Some((name, value)) => (name, Some(value)),
                        None if takes_value(option) => (option, words.next()),
                        None => (option, None),
                    };
                    all.take(name, value.unwrap_or("true"));
                }
                None if word.starts_with('-') && word != "-" => {}
                None => all.inputs.push(word),
            }
        }
        all
    }

    fn take(&mut self, name: &'m str, value: &str) {
        let name = if name == "pseudonymize" { "pseudonymise" } else { name };
        match self.values.get_mut(name) {
            Some(list) if LISTS.contains(&name) => {
                list.push_str(", ");
                list.push_str(value);
            }
            _ => _ = self.values.insert(name, value.to_owned()),
        }
    }

    fn command(&self) -> Option<&'m str> {
        self.inputs.first().copied()
    }

    /// The words of a manifest that the command line comes to.
    fn options(&self) -> Result<BTreeMap<String, String>, String> {
        let known = WITH_VALUE.iter().chain(&YES_OR_NO);
        let given = known.filter_map(|name| Some((name.replace('-', "_"), self.values.get(name)?.clone())));
        let run = RunOptions::from_words(&given.collect()).map_err(|error| error.to_string())?;
        let lists =
            LISTS.iter().filter_map(|name| Some(((*name).to_owned(), self.values.get(name)?.clone())));
        Ok(run.to_words().into_iter().chain(lists).collect())
    }
}

fn takes_value(option: &str) -> bool {
    [WITH_VALUE.as_slice(), &LISTS, &OTHERS].iter().any(|names| names.contains(&option))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sod_model::Timestamp;

    fn told(command_line: &str, change: impl Fn(&mut RecordedManifest)) -> String {
        let words: Vec<String> = command_line.split(' ').map(str::to_owned).collect();
        let mut manifest = RecordedManifest {
            version: "0.1.0".to_owned(),
            build: Default::default(),
            options: Words::of(&words[1..]).options().unwrap(),
            command_line: words,
            started: Timestamp(1),
            finished: Timestamp(1),
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        change(&mut manifest);
        let mut found = Verification::default();
        check_recorded(&manifest, &mut found);
        found.differences.iter().map(|one| format!("{}\n", one.message)).collect()
    }

    #[test]
    fn what_fits_together_and_what_does_not() {
        let line =
            "/usr/bin/sod -q analyze a.csv --states live --as-of=2026-11-22 b --rules r --rules s --strict";
        assert_eq!(told(line, |_| {}), "");
        assert_eq!(told("sod analyze x --top 3 --out y", |_| {}), "");
        let text = [
            told(line, |manifest| manifest.finished = Timestamp(0)),
            told(line, |manifest| manifest.command_line[2] = "pairs".to_owned()),
            told(line, |manifest| _ = manifest.options.insert("states".to_owned(), "all".to_owned())),
            told(line, |manifest| _ = manifest.options.insert("rules".to_owned(), "r".to_owned())),
            told(line, |manifest| _ = manifest.options.remove("as_of")),
            told(line, |manifest| _ = manifest.options.insert(PSEUDONYMS.to_owned(), "k".to_owned())),
            told(line, |manifest| manifest.command_line[12] = "--ending-within=x".to_owned()),
            told(line, |manifest| {
                let input = |path: &str, input, named| sod_report::manifest::RecordedInput {
                    path: path.into(),
                    input,
                    named,
                    bytes: 0,
                    sha256: [0; 32],
                };
                manifest.inputs = vec![
                    input("a.csv", 0, true),
                    input("a.csv", 0, false),
                    input("b/c", 1, false),
                    input("b/d", 1, true),
                    input("other/e", 1, false),
                    input("f", 2, false),
                ];
            }),
        ];
        assert_eq!(
            text.join("--\n"),
            "\
the run ended at 1970-01-01T00:00:00Z and began at 1970-01-01T00:00:01Z, which is later
--
the command line is not one of `sod analyze`, which alone writes reports
--
the option `states` is `all`, and by the command line `delivering,partiallyDelivered,delivered`
--
the option `rules` is `r`, and by the command line `r, s`
--
the option `as_of` is not given, and by the command line `2026-11-22T00:00:00Z`
--
`options` are with pseudonyms, and the command line is without
--
the command line could not have been carried out: the option `ending_within` is `x`; expected a number
--
the input `a.csv` was met in a folder, and the command line names it
the input `b/d` was named, and the command line does not name it
the input `other/e` was met in a folder, and the command line has `b` for it
the input `f` came by input 3 of the command line, which has fewer
"
        );
    }
}
