//! Rules and exceptions: what `rules.json` says, what the inputs declare, and what the files come to once more.

use super::{VerifyError, VerifyOptions};
use crate::error::Error;
use crate::judge::read_text;
use crate::origins::unknown_names;
use sod_model::{
    Directory, Exception, ExceptionSet, JudgedFile, JudgedKind, Rule, RuleOrigin, RuleSet, Timestamp,
    UnknownName,
};
use sod_report::judged::{JUDGED, Judged, read_judged};
use sod_report::verification::{DifferenceCode, SealedPart, Verification};
use sod_rules::{
    ResolveOptions, declared_rules, parse_exceptions, parse_rules, resolve_exceptions, resolve_rules,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What is judged: the rules that the inputs declare, derived again, and the others as `rules.json` has them. `None` if that
/// cannot be told. Without a `rules.json` there were neither rules nor exceptions.
pub(super) fn rebuild(
    written: Option<&[u8]>,
    directory: &Directory,
    moment: Option<Timestamp>,
    found: &mut Verification,
) -> Option<Judged> {
    let recorded = match written {
        None => Judged::default(),
        Some(text) => match read_judged(text).and_then(|written| written.rebuild(directory, moment)) {
            Ok(recorded) => recorded,
            Err(error) => {
                found.differs(DifferenceCode::Judged, JUDGED, None, error.to_string());
                return None;
            }
        },
    };
    let (declared, others): (Vec<Rule>, Vec<Rule>) =
        recorded.rules.rules().iter().cloned().partition(|rule| rule.origin != RuleOrigin::Document);
    let derived = declared_rules(directory);
    compare_rules(&declared, derived.rules(), "the inputs declare", found);
    let rules = RuleSet::new(derived.rules().iter().cloned().chain(others).collect());
    // An exception names its rule by its place, and places move where the declared rules are others.
    let moved = |exception: &Exception| {
        let rule = rules.find(&recorded.rules.rule(exception.rule)?.id)?;
        Some(Exception { rule, ..exception.clone() })
    };
    let exceptions = ExceptionSet::new(recorded.exceptions.exceptions().iter().filter_map(moved).collect());
    Some(Judged { rules, exceptions, origins: recorded.origins })
}

/// Resolves the files once more, if they were given, and compares what they come to.
pub(super) fn check_documents(
    options: &VerifyOptions,
    judged: &Judged,
    directory: &Directory,
    (moment, strict): (Option<Timestamp>, bool),
    found: &mut Verification,
) -> Result<(), VerifyError> {
    let resolve = ResolveOptions { moment, strict };
    note_left_out(options, judged, found);
    if let Some(texts) = used_again(JudgedKind::Rules, &options.rules, judged, found)? {
        let parsed = texts.iter().map(|(file, text)| parse_rules(&file.path, text));
        let documents = parsed.collect::<Result<Vec<_>, _>>().map_err(one_document)?;
        let resolved = resolve_rules(&documents, directory, &resolve).map_err(Error::Documents)?;
        let written: Vec<Rule> =
            judged.rules.rules().iter().filter(|rule| rule.origin == RuleOrigin::Document).cloned().collect();
        compare_rules(&written, resolved.rules.rules(), "the rules files come to", found);
        compare_unknown(
            judged,
            JudgedKind::Rules,
            &unknown_names(JudgedKind::Rules, &resolved.unknown),
            found,
        );
    }
    if let Some(texts) = used_again(JudgedKind::Exceptions, &options.exceptions, judged, found)? {
        let parsed = texts.iter().map(|(file, text)| parse_exceptions(&file.path, text));
        let documents = parsed.collect::<Result<Vec<_>, _>>().map_err(one_document)?;
        let resolved =
            resolve_exceptions(&documents, directory, &judged.rules, &resolve).map_err(Error::Documents)?;
        compare_exceptions(&judged.exceptions, &resolved.exceptions, found);
        let unknown = unknown_names(JudgedKind::Exceptions, &resolved.unknown);
        compare_unknown(judged, JudgedKind::Exceptions, &unknown, found);
    }
    Ok(())
}

/// Where the files of one kind are resolved again and those of the other are not, nobody should take it for both.
fn note_left_out(options: &VerifyOptions, judged: &Judged, found: &mut Verification) {
    let of = |kind: JudgedKind| judged.origins.files.iter().filter(move |file| file.kind == kind);
    for (kind, part, given, other) in [
        (JudgedKind::Rules, SealedPart::Rules, &options.rules, &options.exceptions),
        (JudgedKind::Exceptions, SealedPart::Exceptions, &options.exceptions, &options.rules),
    ] {
        let files = of(kind).count();
        if files == 0 || !given.is_empty() {
            continue;
        }
        found.rests_on_seal.push(part);
        if !other.is_empty() {
            let which = of(kind).map(|file| format!("`{}`", file.path)).collect::<Vec<_>>().join(", ");
            found.notes.push(format!(
                "Not resolved again: {which}, for no --{} was given; what the report says of the {} is taken as it is.",
                kind.name(),
                kind.name()
            ));
        }
    }
}

fn one_document(error: sod_rules::DocumentError) -> VerifyError {
    Error::Documents(vec![error]).into()
}

/// The files of one kind that were used, each with its text: known again by content, and called as they were. `None` if none
/// were given, or if they are not the ones.
fn used_again<'j>(
    kind: JudgedKind,
    paths: &[PathBuf],
    judged: &'j Judged,
    found: &mut Verification,
) -> Result<Option<Vec<(&'j JudgedFile, String)>>, VerifyError> {
    if paths.is_empty() {
        return Ok(None);
    }
    let before = found.differences.len();
    let mut given: BTreeMap<[u8; 32], String> = BTreeMap::new();
    let used: BTreeSet<[u8; 32]> =
        judged.origins.files.iter().filter(|file| file.kind == kind).map(|file| file.sha256).collect();
    for path in paths {
        let text = read_text(path)?;
        let sha256 = sod_report::sha256(text.as_bytes());
        if !used.contains(&sha256) {
            let message = format!("the report was not made with it: no {} file has its content", kind.name());
            found.differs(DifferenceCode::JudgedFile, path.display().to_string(), None, message);
        }
        given.insert(sha256, text);
    }
    let mut texts = Vec::new();
    for file in judged.origins.files.iter().filter(|file| file.kind == kind) {
        match given.get(&file.sha256) {
            Some(text) => texts.push((file, text.clone())),
            None => {
                let message =
                    format!("the report was made with it, and no --{} has its content", kind.name());
                found.differs(DifferenceCode::JudgedFile, &*file.path, None, message);
            }
        }
    }
    found.checked.judged_files += texts.len() as u64;
    Ok((found.differences.len() == before).then_some(texts))
}

/// Compares rules by id: those of the report with those that `whose` says.
fn compare_rules(report: &[Rule], expected: &[Rule], whose: &str, found: &mut Verification) {
    let recorded: BTreeMap<&str, &Rule> = report.iter().map(|rule| (&*rule.id, rule)).collect();
    let expected: BTreeMap<&str, &Rule> = expected.iter().map(|rule| (&*rule.id, rule)).collect();
    let ids: BTreeSet<&str> = recorded.keys().chain(expected.keys()).copied().collect();
    for id in ids {
        let message = match (recorded.get(id), expected.get(id)) {
            (Some(recorded), Some(expected)) if recorded == expected => continue,
            (Some(recorded), Some(expected)) => {
                format!(
                    "rule `{id}` is not what {whose}: it differs in {}",
                    parts(recorded, expected).join(", ")
                )
            }
            (Some(_), None) => format!("rule `{id}` is none of what {whose}"),
            (None, _) => format!("rule `{id}` is missing, which {whose}"),
        };
        found.differs(DifferenceCode::Judged, JUDGED, None, message);
    }
}

/// In what two rules differ.
fn parts(a: &Rule, b: &Rule) -> Vec<&'static str> {
    let parts = [
        ("name", a.name == b.name),
        ("severity", a.severity == b.severity),
        ("origin", a.origin == b.origin),
        ("terms", a.terms == b.terms),
        ("texts", a.facts == b.facts),
        ("period", a.period == b.period),
        ("unknown names", a.unknown == b.unknown),
        ("verdict", (&a.not_evaluable, &a.inactive) == (&b.not_evaluable, &b.inactive)),
    ];
    parts.into_iter().filter(|(_, equal)| !equal).map(|(part, _)| part).collect()
}

fn compare_exceptions(report: &ExceptionSet, expected: &ExceptionSet, found: &mut Verification) {
    let by_id = |set: &ExceptionSet| -> BTreeMap<Box<str>, Exception> {
        set.exceptions().iter().map(|exception| (exception.id.clone(), exception.clone())).collect()
    };
    let (report, expected) = (by_id(report), by_id(expected));
    let ids: BTreeSet<&Box<str>> = report.keys().chain(expected.keys()).collect();
    for id in ids {
        let message = match (report.get(id), expected.get(id)) {
            (Some(recorded), Some(expected)) if recorded == expected => continue,
            (Some(_), Some(_)) => format!("exception `{id}` is not what the exceptions files come to"),
            (Some(_), None) => format!("exception `{id}` is none of what the exceptions files come to"),
            (None, _) => format!("exception `{id}` is missing, which the exceptions files have"),
        };
        found.differs(DifferenceCode::Judged, JUDGED, None, message);
    }
}

fn compare_unknown(judged: &Judged, kind: JudgedKind, expected: &[UnknownName], found: &mut Verification) {
    if !judged.origins.unknown_of(kind).eq(expected) {
        let message =
            format!("what the {} files name and the inputs do not know is another list", kind.name());
        found.differs(DifferenceCode::Judged, JUDGED, None, message);
    }
}
