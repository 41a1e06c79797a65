//! Rules and exceptions: from files to what is judged, and what a reader must know about it.

use crate::error::Error;
use crate::near::closest;
use crate::origins::origins;
use sod_model::{
    Combination, Directory, ExceptionSet, JudgedKind, Origins, RuleSet, Snapshot, Timestamp, UnknownName,
    Warning, WarningCode,
};
use sod_rules::{
    ExceptionDocument, PlanDocument, ResolveOptions, RuleDocument, declared_rules, parse_exceptions,
    parse_plan, parse_rules, resolve_exceptions, resolve_rules,
};
use std::path::Path;

/// What must not be held together, and what is permitted all the same, as people wrote it. The incompatibilities that the
/// inputs declare are judged whatever is here.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Rules files.
    pub rules: Vec<RuleDocument>,
    /// Exceptions files.
    pub exceptions: Vec<ExceptionDocument>,
    /// What the inputs do not know is an error, and no mere warning.
    pub strict: bool,
}

/// Reads a rules file.
///
/// # Errors
/// [`Error::Unreadable`]; [`Error::Documents`] with everything that is wrong with it.
pub fn read_rules(path: &Path) -> Result<RuleDocument, Error> {
    parse_rules(&path.display().to_string(), &read_text(path)?).map_err(|error| Error::Documents(vec![error]))
}

/// Reads an exceptions file.
///
/// # Errors
/// As [`read_rules`].
pub fn read_exceptions(path: &Path) -> Result<ExceptionDocument, Error> {
    parse_exceptions(&path.display().to_string(), &read_text(path)?)
        .map_err(|error| Error::Documents(vec![error]))
}

/// Reads a plan.
///
/// # Errors
/// As [`read_rules`].
pub fn read_plan(path: &Path) -> Result<PlanDocument, Error> {
    parse_plan(&path.display().to_string(), &read_text(path)?).map_err(|error| Error::Documents(vec![error]))
}

/// Reads a file that somebody wrote.
///
/// # Errors
/// [`Error::Unreadable`] when it cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let unreadable = |why: String| Error::Unreadable { path: path.display().to_string(), why };
    let bytes = std::fs::read(path).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = line.iter().filter(|byte| **byte == b'\n').count() + 1;
        unreadable(format!("line {line} is not UTF-8: save the file as UTF-8"))
    })
}

/// What is judged in one analysis.
pub(crate) struct Prepared {
    pub(crate) rules: RuleSet,
    pub(crate) exceptions: ExceptionSet,
    pub(crate) origins: Origins,
    /// For which periods are in force or not.
    pub(crate) moment: Option<Timestamp>,
    pub(crate) warnings: Vec<Warning>,
}

/// Looks up what the documents name. `as_of` decides what is in force, else the latest moment that the inputs show.
pub(crate) fn prepare(
    snapshot: &Snapshot,
    documents: &Documents,
    as_of: Option<Timestamp>,
) -> Result<Prepared, Error> {
    let directory = &snapshot.directory;
    let moment = as_of.or(snapshot.provenance.data_moment);
    let options = ResolveOptions { moment, strict: documents.strict };
    let resolved = resolve_rules(&documents.rules, directory, &options)
        .map_err(|errors| documents.all_wrong(errors, Some(directory), &options))?;
    let declared = declared_rules(directory);
    // Ids of declared rules are reserved, so no rule is lost here.
    let all = declared.rules().iter().chain(resolved.rules.rules()).cloned().collect();
    let rules = RuleSet::new(all);
    let found =
        resolve_exceptions(&documents.exceptions, directory, &rules, &options).map_err(Error::Documents)?;
    // Without a moment an exception that ended long ago would cover conflicts.
    let dated = rules.rules().iter().map(|rule| rule.period);
    let mut dated = dated.chain(found.exceptions.exceptions().iter().map(|exception| exception.period));
    if moment.is_none() && dated.any(|period| period.is_dated()) {
        return Err(Error::MomentNeeded);
    }
    let origins = origins(documents, &resolved.unknown, &found.unknown);
    let warnings = judging_warnings(directory, &rules, &origins);
    Ok(Prepared { rules, exceptions: found.exceptions, origins, moment, warnings })
}

/// What must be known about rules and exceptions before anybody is judged by them.
pub(crate) fn judging_warnings(directory: &Directory, rules: &RuleSet, origins: &Origins) -> Vec<Warning> {
    let mut warnings = Vec::new();
    about_rules(directory, rules, origins.unknown_of(JudgedKind::Rules), &mut warnings);
    let in_exceptions = origins.unknown_of(JudgedKind::Exceptions);
    about_unknown(in_exceptions, WarningCode::ExceptionUnplaced, &mut warnings, |unknown| {
        format!("exceptions cover nothing, because no {} is called '{}'", unknown.kind, unknown.name)
    });
    warnings
}

fn about_rules<'u>(
    directory: &Directory,
    rules: &RuleSet,
    unknown: impl Iterator<Item = &'u UnknownName> + Clone,
    warnings: &mut Vec<Warning>,
) {
    let mut add = |code, count: usize, message: String| {
        if count > 0 {
            warnings.push(Warning { code, count: count as u64, message: message.into() });
        }
    };
    let reasons = |why: fn(&sod_model::Rule) -> Option<&str>| -> Vec<&str> {
        rules.rules().iter().filter_map(why).collect()
    };
    let not_evaluable = reasons(|rule| rule.not_evaluable.as_deref());
    let first = not_evaluable.first().copied().unwrap_or_default();
    add(WarningCode::NotEvaluable, not_evaluable.len(), format!("rules could not be judged, e.g. {first}"));
    let inactive = reasons(|rule| rule.inactive.as_deref());
    let first = inactive.first().copied().unwrap_or_default();
    add(
        WarningCode::RuleNotInForce,
        inactive.len(),
        format!("rules are not in force and were not judged, e.g. {first}"),
    );
    let packages = directory.packages().len();
    about_unknown(unknown, WarningCode::RuleNamesUnknown, warnings, |unknown| {
        let names = directory.packages().iter().map(|package| match &package.display_name {
            Some(name) => name.to_string(),
            None => package.id.to_string(),
        });
        let names: Vec<String> = names.collect();
        let near = closest(&unknown.name, names.iter().map(String::as_str));
        let near = near.filter(|_| &*unknown.kind == "package");
        let near = near.map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
        format!(
            "names in rules are unknown to the inputs ({packages} packages), e.g. {} '{}'{near}: nobody may hold it, or \
             the export lacks it; the rules were judged without",
            unknown.kind, unknown.name
        )
    });
}

fn about_unknown<'u>(
    unknown: impl Iterator<Item = &'u UnknownName> + Clone,
    code: WarningCode,
    warnings: &mut Vec<Warning>,
    message: impl Fn(&UnknownName) -> String,
) {
    if let Some(first) = unknown.clone().next() {
        let (line, column) = first.at;
        let message = format!("{} ({}:{line}:{column})", message(first), first.path);
        warnings.push(Warning { code, count: unknown.count() as u64, message: message.into() });
    }
}

/// That access may be had around the rules, by packages that give what several others give.
pub(crate) fn combination_warning(
    directory: &Directory,
    rules: &RuleSet,
    combinations: &[Combination],
) -> Option<Warning> {
    // What most people have first.
    let first = combinations.iter().rev().max_by_key(|one| (one.is_whole, one.holders.len()))?;
    let package = directory.package(first.package)?;
    let name = package.display_name.as_deref().map_or_else(|| package.id.to_string(), str::to_owned);
    let rule = rules.rule(first.rule)?;
    let holders = match first.holders.len() {
        1 => "1 holder".to_owned(),
        holders => format!("{holders} holders"),
    };
    let message = format!(
        "packages give by themselves what rules keep apart, e.g. `{name}` with {holders} for rule {}, who have the access \
         whether they violate the rule or not",
        rule.id
    );
    let code = WarningCode::PackagesCombined;
    Some(Warning { code, count: combinations.len() as u64, message: message.into() })
}
