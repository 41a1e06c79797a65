//! `rules.json` read again: the rules and exceptions that a report was made by, as ids of one tenant.
//!
//! What can be told again is told again: whether a rule is in force follows from its period and the moment. Counts,
//! verdicts and names are for people, and nothing here relies on them.

use super::written::{
    WrittenException, WrittenFile, WrittenJudged, WrittenOrigin, WrittenRule, WrittenTerm, WrittenUnknown,
    WrittenWhom,
};
use sod_model::{
    Directory, ExceptedUsers, Exception, ExceptionSet, ExternalId, JudgedFile, JudgedKind, Origins, Period,
    Rule, RuleFacts, RuleOrigin, RuleSet, Severity, Term, Timestamp, UnknownName,
};

/// What was judged, rebuilt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The rules, declared ones too.
    pub rules: RuleSet,
    /// The exceptions.
    pub exceptions: ExceptionSet,
    /// The files they stood in, and what these name that nobody knows.
    pub origins: Origins,
}

/// Why no rules could be made of a `rules.json`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JudgedError {
    /// It is no JSON of that form.
    #[error("line {}, column {}: {}", .0.line(), .0.column(), plain(.0))]
    Form(#[from] serde_json::Error),
    /// It contradicts the inputs or itself: every contradiction.
    #[error("{}", .0.join("; "))]
    Contradictions(Vec<String>),
}

/// The message without the place, which stands before it already.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map_or_else(|| text.clone(), str::to_owned)
}

/// Reads the text of a `rules.json`.
///
/// # Errors
/// [`JudgedError::Form`] when it is no JSON of that form.
pub fn read_judged(text: &[u8]) -> Result<WrittenJudged, JudgedError> {
    Ok(serde_json::from_slice(text)?)
}

impl WrittenJudged {
    /// The same rules and exceptions as ids of a tenant, in force or not at a moment.
    ///
    /// # Errors
    /// [`JudgedError::Contradictions`] when it names what the tenant has not, or says of a rule what cannot be.
    pub fn rebuild(&self, directory: &Directory, moment: Option<Timestamp>) -> Result<Judged, JudgedError> {
        let mut lookup = Lookup { directory, moment, problems: Vec::new() };
        let rules: Vec<Rule> = self.rules.iter().map(|rule| lookup.rule(rule)).collect();
        let given = rules.len();
        let rules = RuleSet::new(rules);
        if rules.rules().len() != given {
            lookup.problems.push("two rules have one id".to_owned());
        }
        let exceptions: Vec<Exception> =
            self.exceptions.iter().filter_map(|exception| lookup.exception(exception, &rules)).collect();
        let given = exceptions.len();
        let exceptions = ExceptionSet::new(exceptions);
        if exceptions.exceptions().len() != given {
            lookup.problems.push("two exceptions have one id".to_owned());
        }
        let files = self.files.iter().filter_map(|file| lookup.file(file)).collect();
        let unknown = self.unknown.iter().filter_map(|unknown| lookup.unknown(unknown)).collect();
        let origins = Origins { files, unknown };
        if lookup.problems.is_empty() {
            Ok(Judged { rules, exceptions, origins })
        } else {
            Err(JudgedError::Contradictions(lookup.problems))
        }
    }
}

struct Lookup<'l> {
    directory: &'l Directory,
    moment: Option<Timestamp>,
    problems: Vec<String>,
}

impl Lookup<'_> {
    fn rule(&mut self, written: &WrittenRule) -> Rule {
        let what = format!("rule `{}`", written.id);
        let severity = Severity::ALL.into_iter().find(|severity| severity.name() == written.severity);
        let origin = match written.origin {
            WrittenOrigin::Document => RuleOrigin::Document,
            WrittenOrigin::DeclaredPackages { low_declares, high_declares } => {
                RuleOrigin::DeclaredPackages { low_declares, high_declares }
            }
            WrittenOrigin::DeclaredGroup => RuleOrigin::DeclaredGroup,
        };
        let terms: Vec<Term> = written.terms.iter().map(|term| self.term(&what, term)).collect();
        if severity.is_none() {
            self.problems.push(format!("{what} has the severity `{}`, which is none", written.severity));
        }
        // A rule is left unjudged where the inputs know too little of a set, and nowhere else. (Of groups that a package
        // declares the inputs tell themselves.)
        let hopeless = |term: &Term| term.packages.len() + term.groups.len() < term.at_least as usize;
        if origin == RuleOrigin::Document && terms.iter().any(hopeless) != written.not_evaluable.is_some() {
            let said = if written.not_evaluable.is_some() { "not evaluable" } else { "judged" };
            self.problems.push(format!("{what} is {said}, and its sets say otherwise"));
        }
        let period = self.period(&what, (&written.valid_from, &written.valid_until));
        let facts = RuleFacts {
            description: written.description.clone(),
            risk: written.risk.clone(),
            owner: written.owner.clone(),
            process: written.process.clone(),
            frameworks: written.frameworks.clone(),
            advice: written.advice.clone(),
        };
        Rule {
            severity: severity.unwrap_or(Severity::High),
            facts,
            period,
            not_evaluable: written.not_evaluable.clone(),
            unknown: written.unknown.clone(),
            inactive: Rule::why_inactive(written.enabled, &period, self.moment).map(Into::into),
            ..Rule::new(&written.id, &written.name, origin, terms)
        }
    }

    fn term(&mut self, what: &str, written: &WrittenTerm) -> Term {
        let directory = self.directory;
        let packages = written.packages.iter().map(|one| &one.id);
        let packages = self.ids(what, "package", packages, |id| directory.find_package(id));
        let groups = written.groups.iter().map(|one| &one.id);
        let groups = self.ids(what, "group", groups, |id| directory.find_group(id));
        Term { packages, groups, at_least: written.at_least }
    }

    fn ids<'w, T>(
        &mut self,
        what: &str,
        kind: &str,
        written: impl Iterator<Item = &'w String>,
        find: impl Fn(&ExternalId) -> Option<T>,
    ) -> Vec<T> {
        written.filter_map(|written| self.id(what, kind, written, &find)).collect()
    }

    fn id<T>(
        &mut self,
        what: &str,
        kind: &str,
        written: &str,
        find: impl Fn(&ExternalId) -> Option<T>,
    ) -> Option<T> {
        let found = find(&ExternalId::new(written));
        if found.is_none() {
            self.problems.push(format!("{what} names the {kind} `{written}`, which the inputs do not have"));
        }
        found
    }

    fn exception(&mut self, written: &WrittenException, rules: &RuleSet) -> Option<Exception> {
        let directory = self.directory;
        let what = format!("exception `{}`", written.id);
        let rule = rules.find(&written.rule);
        if rule.is_none() {
            self.problems.push(format!("{what} is for the rule `{}`, which is not there", written.rule));
        }
        let users = match &written.whom {
            WrittenWhom::User(id) => {
                self.id(&what, "user", &id.id, |id| directory.find_user(id)).map(ExceptedUsers::User)
            }
            WrittenWhom::HoldersOf(id) => self
                .id(&what, "package", &id.id, |id| directory.find_package(id))
                .map(ExceptedUsers::HoldersOf),
            WrittenWhom::Department(name) => Some(ExceptedUsers::Department(name.clone())),
        };
        let period = self.period(&what, (&written.start, &written.end));
        Some(Exception {
            id: written.id.clone(),
            rule: rule?,
            users: users?,
            owner: written.owner.clone(),
            justification: written.justification.clone(),
            control: written.control.clone(),
            reference: written.reference.clone(),
            period,
        })
    }

    fn period(&mut self, what: &str, (from, until): (&Option<String>, &Option<String>)) -> Period {
        let mut moment = |text: &Option<String>| {
            let text = text.as_ref()?;
            let moment = read_moment(text);
            if moment.is_none() {
                self.problems.push(format!("{what} has `{text}` where a moment was expected"));
            }
            moment
        };
        Period { from: moment(from), until: moment(until) }
    }

    fn file(&mut self, written: &WrittenFile) -> Option<JudgedFile> {
        let (kind, sha256) = (self.kind(&written.kind), crate::output::from_hex(&written.sha256));
        if sha256.is_none() {
            self.problems.push(format!("`{}` is no SHA-256", written.sha256));
        }
        Some(JudgedFile {
            kind: kind?,
            path: written.path.clone(),
            bytes: written.bytes,
            sha256: sha256?,
            set_id: written.id.clone(),
            set_version: written.version.clone(),
            set_name: written.name.clone(),
            entries: written.entries.clone(),
        })
    }

    fn unknown(&mut self, written: &WrittenUnknown) -> Option<UnknownName> {
        Some(UnknownName {
            by: self.kind(&written.by)?,
            path: written.path.clone(),
            at: (written.line, written.column),
            kind: written.kind.clone(),
            name: written.name.clone(),
            rules: written.rules.clone(),
        })
    }

    fn kind(&mut self, written: &str) -> Option<JudgedKind> {
        let kind = JudgedKind::find(written);
        if kind.is_none() {
            self.problems.push(format!("`{written}` is no kind of file; expected rules or exceptions"));
        }
        kind
    }
}

/// A moment as [`Timestamp`] writes it, those beyond the calendar too.
pub(super) fn read_moment(text: &str) -> Option<Timestamp> {
    let beyond = || text.strip_suffix('s').and_then(|seconds| seconds.parse().ok()).map(Timestamp);
    Timestamp::parse(text).or_else(beyond)
}
