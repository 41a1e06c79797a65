//! Documents from files, and all that is wrong with them in one run.

use crate::error::Error;
use crate::judge::{Documents, read_text};
use sod_model::{Directory, Rule, RuleOrigin, RuleSet};
use sod_rules::{
    DocumentError, ResolveOptions, declared_rules, parse_exceptions_partly, parse_rules_partly,
    resolve_exceptions,
};
use std::path::PathBuf;

impl Documents {
    /// Reads files of rules and of exceptions as far as they can be understood. What is wrong beyond their syntax is told by
    /// who looks them up ([`analyze`](crate::analyze), [`check_rules`](crate::check_rules)), together with names that have
    /// several meanings and functions that nobody defines.
    ///
    /// ```
    /// use sod_engine::{CheckOptions, Documents, Error, check_rules};
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("rules.toml");
    /// std::fs::write(&path, "[[rule]]\nid = 'R'\nowner = 7\nterms = [{ functions = ['nowhere'] }]\n")?;
    /// let documents = Documents::read(&[path], &[], false).unwrap();
    /// let check = check_rules(None, &CheckOptions { documents, ..CheckOptions::default() });
    /// let Err(Error::Documents(errors)) = check else { panic!() };
    /// assert_eq!(errors[0].problems.len(), 2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a file cannot be read or its syntax is wrong: all of these, and what is wrong with the others besides.
    pub fn read(rules: &[PathBuf], exceptions: &[PathBuf], strict: bool) -> Result<Self, Vec<Error>> {
        let mut documents = Self { strict, ..Self::default() };
        let mut errors = Vec::new();
        let mut broken = false;
        let mut take = |error: Error| {
            broken = true;
            errors.push(error);
        };
        let told = |error: DocumentError| Error::Documents(vec![error]);
        for path in rules {
            let name = path.display().to_string();
            match read_text(path).and_then(|text| parse_rules_partly(&name, &text).map_err(told)) {
                Ok(document) => documents.rules.push(document),
                Err(error) => take(error),
            }
        }
        for path in exceptions {
            let name = path.display().to_string();
            match read_text(path).and_then(|text| parse_exceptions_partly(&name, &text).map_err(told)) {
                Ok(document) => documents.exceptions.push(document),
                Err(error) => take(error),
            }
        }
        if !broken {
            return Ok(documents);
        }
        errors.extend(documents.problems().map(told));
        Err(errors)
    }

    /// What was wrong with the documents when they were read, without a look at what they name.
    pub fn problems(&self) -> impl Iterator<Item = DocumentError> {
        let rules = self.rules.iter().map(|document| (&document.source, &document.problems));
        let exceptions = self.exceptions.iter().map(|document| (&document.source, &document.problems));
        let wrong = rules.chain(exceptions).filter(|(_, problems)| !problems.is_empty());
        wrong.map(|(source, problems)| DocumentError {
            document: std::sync::Arc::clone(source),
            problems: problems.clone(),
        })
    }

    /// Everything that is wrong, where rules cannot be used: what is wrong with them, and with the exceptions.
    pub(crate) fn all_wrong(
        &self,
        mut rules: Vec<DocumentError>,
        directory: Option<&Directory>,
        options: &ResolveOptions,
    ) -> Error {
        let nowhere = Directory::default();
        let tenant = directory.unwrap_or(&nowhere);
        let options = ResolveOptions { strict: options.strict && directory.is_some(), ..*options };
        // By their ids alone: that an exception is for a rule with a mistake in it is no mistake of the exception.
        let mut ids: Vec<&str> =
            self.rules.iter().flat_map(|document| &document.rules).map(|rule| &*rule.id.value).collect();
        ids.sort_unstable();
        ids.dedup();
        let written = ids.into_iter().map(|id| Rule::new(id, id, RuleOrigin::Document, Vec::new()));
        let known = RuleSet::new(declared_rules(tenant).rules().iter().cloned().chain(written).collect());
        if let Err(exceptions) = resolve_exceptions(&self.exceptions, tenant, &known, &options) {
            rules.extend(exceptions);
        }
        Error::Documents(rules)
    }
}
