//! A look at rules and exceptions, alone or in a tenant: what is odd about them.

use crate::analyze::{check_states, state_warnings};
use crate::error::Error;
use crate::exceptions::exception_findings;
use crate::judge::Documents;
use sod_core::{Excused, Nearness, evaluate_rules, excuse, near_violations};
use sod_model::{
    AssignmentMatrix, Directory, ExceptedUsers, Finding, FindingCode, FindingLevel, Holding, NotChecked,
    Rule, RuleSet, Snapshot, Subject, SubjectKind, Timestamp, Warning, WarningCode,
};
use sod_rules::{Linted, LintedExceptions, ResolveOptions, lint_exceptions, lint_rules};

/// How to check.
#[derive(Clone, Debug, Default)]
pub struct CheckOptions {
    /// What to look at.
    pub documents: Documents,
    /// What counts as holding, where a tenant is given.
    pub holding: Holding,
    /// The moment at which rules and exceptions are in force or not; if not given, the latest that the inputs show.
    pub as_of: Option<Timestamp>,
    /// Findings that are notes, whatever they are otherwise.
    pub allow: Vec<FindingCode>,
    /// Findings that are warnings, whatever they are otherwise.
    pub deny: Vec<FindingCode>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct RuleCheck {
    /// What was found: warnings first, then by code and place.
    pub findings: Vec<Finding>,
    /// What was not looked for, and why.
    pub not_checked: Vec<NotChecked>,
    /// Rules of the documents.
    pub rules: usize,
    /// Rules that the tenant declares.
    pub declared: usize,
    /// Exceptions of the documents.
    pub exceptions: usize,
    /// Packages of the tenant, if one was given.
    pub packages: Option<usize>,
    /// The moment by which rules and exceptions were in force or not.
    pub moment: Option<Timestamp>,
    /// What a reader must know about the export.
    pub warnings: Vec<Warning>,
}

impl RuleCheck {
    /// How many findings are of a level.
    #[must_use]
    pub fn count(&self, level: FindingLevel) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// Looks at rules and exceptions. Without a snapshot what the documents tell is looked for, and the rest is in
/// `not_checked`.
///
/// ```
/// use sod_engine::{CheckOptions, Documents, FindingCode, check_rules, parse_rules};
/// let rules = parse_rules("rules.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['A'] }]\n")?;
/// let documents = Documents { rules: vec![rules], ..Documents::default() };
/// let check = check_rules(None, &CheckOptions { documents, ..CheckOptions::default() })?;
/// assert_eq!(check.findings[0].code, FindingCode::SelfConflicting);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Documents`] as [`analyze`](crate::analyze) has it, and [`Error::NoSuchState`].
pub fn check_rules(snapshot: Option<&Snapshot>, options: &CheckOptions) -> Result<RuleCheck, Error> {
    let documents = &options.documents;
    let directory = snapshot.map(|snapshot| &snapshot.directory);
    let moment = options.as_of.or_else(|| snapshot.and_then(|snapshot| snapshot.provenance.data_moment));
    let resolve = ResolveOptions { moment, strict: documents.strict };
    let linted = lint_rules(&documents.rules, directory, &resolve)
        .map_err(|errors| documents.all_wrong(errors, directory, &resolve))?;
    let written = linted.subjects.iter().filter(|subject| subject.kind == SubjectKind::Rule).count();
    // Exceptions alone, without the rules that they are for, say nothing about their rules.
    let rules = (!documents.rules.is_empty()).then_some(&linted.rules);
    let excepted = lint_exceptions(
        &documents.exceptions,
        rules.or(directory.map(|_| &linted.rules)),
        directory,
        &resolve,
    )
    .map_err(Error::Documents)?;
    let mut check = RuleCheck {
        findings: linted.findings.clone(),
        not_checked: linted.not_checked.clone(),
        rules: written,
        declared: linted.subjects.len() - written,
        exceptions: excepted.subjects.len(),
        packages: directory.map(|directory| directory.packages().len()),
        moment,
        warnings: Vec::new(),
    };
    check.findings.extend(excepted.findings.iter().cloned());
    check.not_checked.extend(excepted.not_checked.iter().cloned());
    if let Some(snapshot) = snapshot {
        check_states(snapshot, &options.holding.states)?;
        check.warnings.extend(snapshot.provenance.warnings.iter().cloned());
        check.warnings.extend(state_warnings(snapshot, &options.holding.states));
        check.warnings.sort_by_key(|warning| warning.code);
        let matrix = snapshot.matrix(&options.holding);
        nobody_near(&matrix, &snapshot.directory, &linted, &mut check);
        to_decide(&matrix, &snapshot.directory, &linted.rules, &excepted, &mut check);
    }
    if documents.exceptions.is_empty() {
        check.not_checked.retain(|missed| !missed.code.code().starts_with("exception-"));
    }
    for finding in &mut check.findings {
        if options.allow.contains(&finding.code) {
            finding.level = FindingLevel::Note;
        }
        if options.deny.contains(&finding.code) {
            finding.level = FindingLevel::Warning;
        }
    }
    Finding::sort(&mut check.findings);
    check.not_checked.sort_by_key(|missed| missed.code);
    Ok(check)
}

/// Rules that nobody violates, nor would with one package more. Where the export does not tell everything, nobody known is
/// not nobody.
fn nobody_near(matrix: &AssignmentMatrix, directory: &Directory, linted: &Linted, check: &mut RuleCheck) {
    let code = FindingCode::NobodyNear;
    let mut missed = |why: String| check.not_checked.push(NotChecked { code, why: why.into() });
    if matrix.users_holding() == 0 {
        return missed("nobody holds anything in the states that count".to_owned());
    }
    let near = near_violations(matrix, directory, &linted.rules);
    let mut untold = 0;
    for ((rule, subject), nearness) in linted.rules.rules().iter().zip(&linted.subjects).zip(near) {
        let far = nearness == Some(Nearness::default());
        if rule.inactive.is_some() || nearness.is_some() && !far {
            continue;
        }
        if nearness.is_none() || !is_told(rule, directory) {
            untold += 1;
            continue;
        }
        let message = format!(
            "nobody violates `{}`, and nobody would with one package more, of the {} users of the export",
            rule.id,
            matrix.users()
        );
        check.findings.push(Finding::new(code, Some(subject.clone()), message));
    }
    if untold > 0 {
        let rules = if untold == 1 { "rule" } else { "rules" };
        missed(format!("{untold} {rules} cannot be judged in full: the export does not tell who is near"));
    }
}

/// Whether the inputs tell everything that the rule asks for.
fn is_told(rule: &Rule, directory: &Directory) -> bool {
    let mut groups = rule.terms.iter().flat_map(|term| &term.groups);
    let told = |group: &sod_model::GroupId| {
        directory.group(*group).is_some_and(|group| {
            // A member who is no user of the snapshot may be near, too.
            let members = group.members.as_ref().map(Vec::len);
            members == Some(group.members_exported as usize) && !group.probably_truncated
        })
    };
    rule.unknown.is_empty() && groups.all(told)
}

fn tells_no_departments(directory: &Directory) -> bool {
    directory.users().iter().all(|user| user.department.is_none())
}

/// What somebody should decide about exceptions that are in force, or will be.
fn to_decide(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    excepted: &LintedExceptions,
    check: &mut RuleCheck,
) {
    let exceptions = &excepted.exceptions;
    let all = exceptions.exceptions();
    if all.is_empty() {
        return;
    }
    // Which of them are in force.
    let timeless = check.moment.is_none() && all.iter().any(|one| one.period.is_dated());
    if timeless {
        let why = "exceptions have dates, and nothing tells the moment: say --as-of";
        for code in [FindingCode::ExceptionUnused, FindingCode::ExceptionShadowed] {
            check.not_checked.push(NotChecked { code, why: why.into() });
        }
    }
    let conflicts = evaluate_rules(matrix, directory, rules);
    let Excused { uses, .. } = excuse(conflicts, exceptions, matrix, directory, check.moment);
    for found in exception_findings(exceptions, &uses, matrix, directory) {
        let Some(exception) = exceptions.exception(found.exception) else { continue };
        let other = found.other.and_then(|other| exceptions.exception(other));
        let (id, named) = (&exception.id, other.map_or("another one", |other| &*other.id));
        // Of a rule that is not judged nobody knows the conflicts.
        let told = !timeless && rules.rule(exception.rule).is_some_and(Rule::is_judged);
        let (code, message) = match found.code {
            WarningCode::ExceptionUnused if told => {
                let why = match exception.users {
                    ExceptedUsers::Department(_) if tells_no_departments(directory) => {
                        "the export does not tell who is in which department"
                    }
                    _ => "there is no conflict that it could cover",
                };
                (FindingCode::ExceptionUnused, format!("`{id}` is in force and covers nothing: {why}"))
            }
            WarningCode::ExceptionShadowed if told => {
                let why = format!("others cover what it could, first `{named}`");
                (FindingCode::ExceptionShadowed, format!("`{id}` is in force and covers nothing: {why}"))
            }
            WarningCode::ExceptionDuplicate => {
                let what = format!("`{id}` permits what `{named}` permits, at the same time");
                (FindingCode::ExceptionDuplicate, what)
            }
            WarningCode::ExceptionSelfOwned => {
                let what = format!("`{id}` permits its own owner, {}", exception.owner);
                (FindingCode::ExceptionSelfOwned, what)
            }
            // What the documents tell, they have told.
            _ => continue,
        };
        let subject = |id: &str| {
            let at = excepted.subjects.binary_search_by(|subject| (*subject.id).cmp(id));
            at.ok().and_then(|at| excepted.subjects.get(at)).cloned()
        };
        let others: Vec<Subject> = other.and_then(|other| subject(&other.id)).into_iter().collect();
        let total = others.len();
        check.findings.push(Finding::new(code, subject(id), message).with_others(others, total));
    }
}
