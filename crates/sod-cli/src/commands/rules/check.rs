//! `sod rules check`: what is odd about rules.

use crate::arguments::{CheckArguments, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::output::{print, terminal};
use crate::progress::Progress;
use crate::tenant::{Needs, beside, documents_of, holding, load_inputs, say_warnings};
use sod_engine::formats::findings::{FindingsView, write_findings};
use sod_engine::formats::terminal::findings;
use sod_engine::{CheckOptions, DocumentKind, FindingLevel, check_rules, document_kind};
use std::path::PathBuf;

pub(crate) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    if let Some(code) = arguments.allow.iter().find(|code| arguments.deny.contains(code)) {
        return Err(Failure::message(format!("`{code}` is both allowed and denied")));
    }
    let Words { rules, exceptions, inputs } = Words::of(&tenant.inputs);
    if rules.is_empty() && exceptions.is_empty() {
        let all: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
        return Err(Failure::with_help(
            format!("none of these is a rules file: {}", all.join(", ")),
            "a rules file is TOML with [[rule]], or JSON with the key \"rule\"; `sod rules schema` tells its shape",
        ));
    }
    let documents = documents_of(&rules, &exceptions, tenant.strict)?;
    let progress = Progress::new(&tenant.common);
    let loaded = match inputs.as_slice() {
        [] => None,
        inputs => Some(
            load_inputs(tenant, inputs, Needs::default(), &progress)
                .map_err(|failure| beside(&documents, failure))?,
        ),
    };
    let options = CheckOptions {
        documents,
        holding: holding(tenant),
        as_of: tenant.as_of,
        allow: arguments.allow.clone(),
        deny: arguments.deny.clone(),
    };
    let check = check_rules(loaded.as_ref().map(|loaded| &loaded.snapshot), &options)?;
    progress.finish();
    say_warnings(tenant, &check.warnings);
    let view = FindingsView {
        findings: &check.findings,
        not_checked: &check.not_checked,
        rules: check.rules as u64,
        declared: check.declared as u64,
        exceptions: check.exceptions as u64,
        packages: check.packages.map(|packages| packages as u64),
        moment: check.moment,
        warnings: &check.warnings,
    };
    match arguments.format {
        TextOrJson::Text => print(&findings(&view, &terminal(&tenant.common)))?,
        TextOrJson::Json => {
            let mut bytes = Vec::new();
            write_findings(&view, &mut bytes)?;
            print(&String::from_utf8_lossy(&bytes))?;
        }
    }
    Ok(if check.count(FindingLevel::Warning) == 0 { Exit::Clean } else { Exit::Conflicts })
}

/// What each word of the command line is.
#[derive(Default)]
struct Words {
    rules: Vec<PathBuf>,
    exceptions: Vec<PathBuf>,
    inputs: Vec<PathBuf>,
}

impl Words {
    fn of(paths: &[PathBuf]) -> Self {
        let mut words = Self::default();
        for path in paths {
            let of_kind = match document_kind(path) {
                Some(DocumentKind::Rules) => &mut words.rules,
                Some(DocumentKind::Exceptions) => &mut words.exceptions,
                None => &mut words.inputs,
            };
            of_kind.push(path.clone());
        }
        words
    }
}
